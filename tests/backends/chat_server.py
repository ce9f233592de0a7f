"""A chat server on loopback that speaks the OpenAI shape and says what a script tells it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

__all__ = ["ChatServer", "chat_server", "verdicts"]


class ChatServer:
    """`reply` turns a prompt into (HTTP status, body); `seen` are the bodies and keys of all requests."""

    def __init__(self, reply: Callable[[str], tuple[int, str]]) -> None:
        self.reply = reply
        self.seen: list[tuple[str, str | None, dict[str, Any]]] = []
        self.release = threading.Event()
        self.url = ""

    @property
    def prompts(self) -> list[str]:
        """Return what was asked, in order."""
        return [body["messages"][0]["content"] for _, _, body in self.seen]


def completion(content: Any) -> str:
    """Return the body of a chat completion with `content`."""
    return json.dumps({"choices": [{"index": 0, "message": {"role": "assistant", "content": content}}]})


def verdicts(*words: str, fence: bool = False) -> Callable[[str], tuple[int, str]]:
    """Return a script that finds as many claims, truths and statements as there are `words`, and says these of them."""

    def reply(prompt: str) -> tuple[int, str]:
        for key in ("truths", "claims", "statements"):
            if f'{{"{key}"' in prompt:
                said: Any = {key: [f"{key} {number}" for number in range(len(words))]}
                break
        else:
            said = {"verdicts": [{"verdict": word} for word in words]}
        text = json.dumps(said)
        return 200, completion(f"はい。\n```json\n{text}\n```" if fence else text)

    return reply


@contextmanager
def chat_server(reply: Callable[[str], tuple[int, str]]) -> Iterator[ChatServer]:
    """Serve on a free port; a reply of status 0 keeps silent until the end."""
    script = ChatServer(reply)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the name that http.server calls
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            script.seen.append((self.path, self.headers["Authorization"], body))
            status, text = script.reply(body["messages"][0]["content"])
            if status == 0:
                script.release.wait(20)
                return
            self.send_response(status)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: Any) -> None:
            """Keep the output of tests clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    script.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield script
    finally:
        script.release.set()
        server.shutdown()
        server.server_close()
        thread.join()
