"""A reader who leaves is noticed while the answer is still being made."""

from __future__ import annotations

import socket
import threading

from bot.answer.guide import Guide
from bot.types import Doing
from bot.web.api import create_api
from tests.web.serving import running


def test_a_closed_connection_stops_the_answer_while_it_waits(small_guide: Guide) -> None:
    """A reader who leaves while the guide waits for its model is noticed within two seconds."""
    waiting, stopped = threading.Event(), threading.Event()

    class Waiting(type(small_guide)):  # type: ignore[misc]
        def __init__(self) -> None:
            self.__dict__.update(small_guide.__dict__)

        def stream(self, question, history=(), state="", page_url="", stop=None):
            yield Doing("待っています")
            waiting.set()
            if stop.wait(10):
                stopped.set()

    with running(create_api(Waiting())) as port, socket.create_connection(("127.0.0.1", port), 5) as client:
        body = b'{"question": "?"}'
        client.sendall(
            b"POST /api/chat HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\n"
            + f"Content-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        assert b"200" in client.recv(100)
        assert waiting.wait(5)
        client.close()
        assert stopped.wait(2)
