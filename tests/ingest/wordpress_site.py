"""A WordPress blog on loopback: its REST interface with pages, edits, deletions, refusals and failures."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

__all__ = ["Blog", "Request", "serve"]


@dataclass(frozen=True, slots=True)
class Request:
    """One request that the blog got."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]

    @property
    def kind(self) -> str:
        """Return the last part of the route: `posts`, `pages`, `categories`, `tags`, "" for the rest."""
        return self.path.rpartition("/wp/v2/")[2] if "/wp/v2/" in self.path else ""

    @property
    def lists(self) -> bool:
        """Tell whether the request lists posts without their contents."""
        return self.kind in ("posts", "pages") and "_fields" in self.query


Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Blog:
    """The state of a blog and how it misbehaves. `posts` are rows as WordPress keeps them, drafts and all."""

    posts: dict[int, dict[str, Any]] = field(default_factory=dict)
    terms: dict[str, dict[int, str]] = field(default_factory=lambda: {"categories": {}, "tags": {}})
    pages: dict[str, Answer] = field(default_factory=dict)
    """Answers for paths outside the REST interface."""
    named: bool = True
    """The home page names the REST interface in its headers."""
    pretty: bool = True
    rest: bool = True
    etags: bool = False
    totals: bool = True
    password: str = ""
    """`user:application password` that every request to the interface needs."""
    trouble: Callable[[Request], Answer | None] = lambda _: None
    requests: list[Request] = field(default_factory=list)
    url: str = ""
    home: str = ""
    clock: int = 0

    def add(self, title: str, content: str, *, kind: str = "post", status: str = "publish", **more: Any) -> int:
        """Write a post and return its id."""
        number = max(self.posts, default=0) + 1
        self.posts[number] = {
            "id": number,
            "type": kind,
            "status": status,
            "slug": f"entry-{number}",
            "link": f"{self.home or self.url}/{number}/",
            "date": "2026-01-01T00:00:00",
            "title": title,
            "content": content,
            "password": "",
            "categories": [],
            "tags": [],
            **more,
        }
        self.touch(number)
        return number

    def edit(self, number: int, **fields: Any) -> None:
        """Change a post as its author does."""
        self.posts[number].update(fields)
        self.touch(number)

    def touch(self, number: int) -> None:
        """Move the time of a post's last change on."""
        self.clock += 1
        minute, second = divmod(self.clock, 60)
        self.posts[number]["modified"] = f"2026-02-01T09:{minute:02}:{second:02}"
        self.posts[number]["modified_gmt"] = f"2026-02-01T00:{minute:02}:{second:02}"

    def answer(self, request: Request) -> Answer:
        """Return what the blog answers."""
        if trouble := self.trouble(request):
            return trouble
        route = request.query.get("rest_route") or request.path.partition("/wp-json")[2]
        if request.path in self.pages:
            return self.pages[request.path]
        if not route and request.path == "/":
            root = f"{self.url}/wp-json/" if self.pretty else f"{self.url}/?rest_route=/"
            link = {"Link": f'<{root}>; rel="https://api.w.org/"'} if self.named else {}
            return 200, {"Content-Type": "text/html", **link}, b"<html><head></head><body>blog</body></html>"
        if not route or not self.rest or (self.pretty == ("rest_route" in request.query)):
            return 404, {}, b"not found"
        if self.password and request.headers.get("authorization") != _basic(self.password):
            return _json(401, {"code": "rest_not_logged_in"})
        if route == "/":
            return _json(200, {"name": "B", "home": self.home or self.url, "namespaces": ["oembed/1.0", "wp/v2"]})
        kind = route.rpartition("/wp/v2/")[2]
        if kind in self.terms:
            rows = [{"id": n, "name": name} for n, name in sorted(self.terms[kind].items())]
        elif kind in ("posts", "pages"):
            rows = list(self._public(kind, request.query))
        else:
            return _json(404, {"code": "rest_no_route"})
        return self._paged(rows, request)

    def _public(self, kind: str, query: dict[str, str]) -> Iterator[dict[str, Any]]:
        asked = {int(n) for n in query["include"].split(",")} if "include" in query else None
        for number, post in sorted(self.posts.items()):
            if post["status"] != "publish" or f"{post['type']}s" != kind or (asked is not None and number not in asked):
                continue
            if post["modified"] <= query.get("modified_after", ""):
                continue
            protected = bool(post["password"])
            row = {name: value for name, value in post.items() if name != "password"} | {
                "title": {"rendered": post["title"]},
                "content": {"rendered": "" if protected else post["content"], "protected": protected},
            }
            if fields := query.get("_fields"):
                names = fields.split(",")
                row = {name: row[name] for name in names if name in row}
                if "content.protected" in names:
                    row["content"] = {"protected": protected}
            yield row

    def _paged(self, rows: list[dict[str, Any]], request: Request) -> Answer:
        size, number = int(request.query.get("per_page", 10)), int(request.query.get("page", 1))
        pages = max(1, -(-len(rows) // size))
        if number > pages:
            return _json(400, {"code": "rest_post_invalid_page_number"})
        status, headers, body = _json(200, rows[(number - 1) * size : number * size])
        if self.totals:
            headers |= {"X-WP-Total": str(len(rows)), "X-WP-TotalPages": str(pages)}
        elif number < pages:
            headers["Link"] = f'<{self.url}/next>; rel="next"'
        if self.etags:
            headers["ETag"] = f'"{hashlib.md5(body).hexdigest()}"'  # noqa: S324
            if request.headers.get("if-none-match") == headers["ETag"]:
                return 304, headers, b""
        return status, headers, body


def _json(status: int, value: Any) -> Answer:
    return status, {"Content-Type": "application/json; charset=UTF-8"}, json.dumps(value).encode()


def _basic(password: str) -> str:
    return "Basic " + base64.b64encode(password.encode()).decode()


@contextmanager
def serve(blog: Blog) -> Iterator[Blog]:
    """Serve `blog` on a free port of 127.0.0.1 as long as the context lasts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
            route = query.get("rest_route", "")
            path = f"/wp-json{route}" if route else parts.path
            request = Request(path, query, {name.lower(): value for name, value in self.headers.items()})
            blog.requests.append(request)
            status, headers, body = blog.answer(request)
            try:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", headers.get("Content-Length", str(len(body))))
                self.end_headers()
                self.wfile.write(body)
            except OSError:  # whoever asked has gone
                self.close_connection = True

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:  # whoever asked has gone
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    blog.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield blog
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
