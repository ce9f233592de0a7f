"""Run a real server on a free loopback port, in a thread."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import FastAPI

from bot.web import server

__all__ = ["running"]

_PATIENCE = 20.0
"""Seconds for a start or an end; both take a fraction of one on a quiet machine."""


@contextmanager
def running(api: FastAPI, listener: socket.socket | None = None) -> Iterator[int]:
    """Run the application's server while the block runs, and give its port."""
    listener = listener or server.listen("127.0.0.1", 0)
    one = server.server(api)
    thread = threading.Thread(target=one.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        until = time.monotonic() + _PATIENCE
        while not one.started and thread.is_alive() and time.monotonic() < until:
            time.sleep(0.02)
        assert one.started
        yield listener.getsockname()[1]
    finally:
        one.should_exit = True
        thread.join(_PATIENCE)
        listener.close()
        assert not thread.is_alive()
