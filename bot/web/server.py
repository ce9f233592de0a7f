"""The server under the application: its port and its life."""

from __future__ import annotations

import signal
import socket
import threading
from contextlib import suppress

import uvicorn
from fastapi import FastAPI

from bot.errors import GuideError, PortError

__all__ = ["listen", "run", "server"]

_CLOSING_SECONDS = 10
"""How long answers under way may take when the server is told to stop."""


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
    """Return a server that does not log requests, since the addresses of searches hold questions.

    Nor does it believe what a proxy says: the application does, and only proxies that the settings name.
    """
    config = uvicorn.Config(
        application,
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=_CLOSING_SECONDS,
    )
    return uvicorn.Server(config)


def run(application: FastAPI, listener: socket.socket) -> None:
    """Serve on a bound socket until interrupted or told to end; answers under way are finished first."""
    if threading.current_thread() is threading.main_thread():
        # The server ends on this signal and then sends it once more, to whoever handled it before.
        signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        with suppress(KeyboardInterrupt):
            server(application).run(sockets=[listener])
    except SystemExit:  # how uvicorn ends a start that failed
        raise GuideError("the server could not start; the log above says why") from None
