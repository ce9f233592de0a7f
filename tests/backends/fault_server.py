"""A chat server on loopback that streams what a script says in OpenAI's shape, or fails in a way that servers do."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

__all__ = ["FAULTS", "NOBODY", "NO_NAME", "FaultServer", "fault_server"]

FAULTS = (
    "401",
    "404",
    "429",
    "500",
    "silence",
    "stall",
    "drop",
    "garbage",
    "html",
    "broken",
    "empty",
    "endless",
    "line",
)
"""silence: no byte; stall: some words, then none; drop: the connection is closed in the middle; garbage: bytes; html: a
page with status 200; broken: events that are no JSON; empty: a reply without text; endless: words for ever; line: one
line for ever."""

NOBODY = "http://127.0.0.1:9/v1"
"""An address where nothing listens."""

NO_NAME = "http://no-such-host.invalid/v1"
"""A name that no resolver knows (RFC 6761)."""

Script = Callable[[dict[str, Any]], str | Sequence[str]]


class FaultServer:
    """What was asked, and how it is answered: `script` turns a request body into the name of a fault or pieces of text.

    `ended` counts replies that stopped because the client had gone; `pause` is waited before each piece, in seconds.
    """

    def __init__(self, script: Script) -> None:
        self.script = script
        self.pause = 0.0
        self.seen: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.gone = threading.Event()
        self.closing = threading.Event()
        self.url = ""


@contextmanager
def fault_server(script: Script) -> Iterator[FaultServer]:
    """Serve on a free port until the block ends."""
    shared = FaultServer(script)

    class Handler(_Handler):
        state = shared

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """Keep the output of tests clean: clients that leave are what is tested."""

    server = Server(("127.0.0.1", 0), Handler)
    shared.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield shared
    finally:
        shared.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    state: FaultServer

    def do_POST(self) -> None:  # the name that http.server calls
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.state.seen.append(body)
        self.state.keys.append(self.headers["Authorization"])
        said = self.state.script(body)
        try:
            if isinstance(said, str):
                getattr(self, f"_{said}", lambda: self._refuse(int(said)))()
            else:
                self._speak(said)
        except OSError:
            self.state.gone.set()

    def log_message(self, *_: Any) -> None:
        """Keep the output of tests clean."""

    def _refuse(self, status: int) -> None:
        self._begin(status, "application/json")
        self.wfile.write(
            json.dumps({"error": {"message": f"{self.headers['Authorization']}", "code": status}}).encode()
        )

    def _begin(self, status: int = 200, kind: str = "text/event-stream") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.end_headers()

    def _speak(self, pieces: Sequence[str]) -> None:
        self._begin()
        for piece in pieces:
            self._wait(self.state.pause)
            self._event({"content": piece})
        self._event({}, "stop")
        self.wfile.write(b"data: [DONE]\n\n")

    def _event(self, delta: dict[str, str], reason: str | None = None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        row = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "stub", "choices": [choice]}
        self.wfile.write(f"data: {json.dumps(row)}\n\n".encode())
        self.wfile.flush()

    def _wait(self, seconds: float) -> None:
        """Wait, and notice meanwhile when the client leaves."""
        until = time.monotonic() + seconds
        self.connection.settimeout(0.02)
        while time.monotonic() < until and not self.state.closing.is_set():
            try:
                if self.connection.recv(1) == b"":
                    raise ConnectionAbortedError
            except TimeoutError:
                continue
        self.connection.settimeout(None)

    def _silence(self) -> None:
        self._wait(60)

    def _stall(self) -> None:
        self._begin()
        self._event({"content": "電源を"})
        self._wait(60)

    def _drop(self) -> None:
        self._begin()
        self._event({"content": "電源を"})
        self.wfile.write(b'data: {"id": "1", "cho')

    def _garbage(self) -> None:
        self.wfile.write(bytes(range(256)) * 4)

    def _html(self) -> None:
        self._begin(200, "text/html")
        self.wfile.write("<html><body>ログインしてください</body></html>".encode())

    def _broken(self) -> None:
        self._begin()
        self.wfile.write(b"data: {no json}\n\ndata: [DONE]\n\n")

    def _empty(self) -> None:
        self._speak([])

    def _endless(self) -> None:
        self._begin()
        while not self.state.closing.is_set():
            self._event({"content": "まだ続きます。"})

    def _line(self) -> None:
        self._begin()
        while not self.state.closing.is_set():
            self.wfile.write(b"x" * 10_000)
            self.state.closing.wait(0.01)
