"""The server under the application: its port, its log, its life."""

from __future__ import annotations

import logging
import socket
from contextlib import suppress

import uvicorn
from fastapi import FastAPI

from bot.errors import GuideError, PortError

__all__ = ["listen", "run", "server", "set_up_log"]

_CLOSING_SECONDS = 10
"""How long answers under way may take when the server is told to stop."""

_OWN_ROOMS = ("app", "bot", "ingest")


def set_up_log(level: str) -> None:
    """Write our own messages from `level` on, and those of libraries from INFO on: their details quote questions."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s")
    own = logging.getLevelNamesMapping()[level.upper()]
    logging.getLogger().setLevel(max(own, logging.INFO))
    for room in _OWN_ROOMS:
        logging.getLogger(room).setLevel(own)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket bound to the port. Raises `PortError` when it cannot be had."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except (OSError, UnicodeError) as error:  # a host may be no name at all
        listener.close()
        problem = getattr(error, "strerror", None) or "not a host name"
        raise PortError(
            f"{host} port {port} cannot be used ({problem}); stop what uses it or choose another with --port"
        ) from None
    return listener


def server(application: FastAPI) -> uvicorn.Server:
    """Return a server that does not log requests, since the addresses of searches hold questions."""
    config = uvicorn.Config(application, access_log=False, log_config=None, timeout_graceful_shutdown=_CLOSING_SECONDS)
    return uvicorn.Server(config)


def run(application: FastAPI, listener: socket.socket) -> None:
    """Serve on a bound socket until interrupted."""
    try:
        with suppress(KeyboardInterrupt):
            server(application).run(sockets=[listener])
    except SystemExit:  # how uvicorn ends a start that failed
        raise GuideError("the server could not start; the log above says why") from None
