"""Name each request, log it, measure it: by its route's template, never by its address, which holds questions."""

from __future__ import annotations

import logging
import time
import uuid

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.metrics import Metrics

__all__ = ["Observer", "new_reference"]

_log = logging.getLogger("bot.web.requests")
_UNSENT = 499
"""Status of a request whose client left before the response began, as nginx has it."""


def new_reference() -> str:
    """Return the id of a request: 48 random bits in hexadecimal, by which its reader may judge the answer."""
    return uuid.uuid4().hex[:12]


class Observer:
    """Give each request an id of ours (one from outside is never taken over) and tell log and figures of its end."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        request_id = new_reference()
        scope.setdefault("state", {})["request_id"] = request_id
        status = _UNSENT

        async def named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                headers.setdefault("X-Content-Type-Options", "nosniff")
            await send(message)

        try:
            await self._app(scope, receive, named)
        finally:
            seconds = time.perf_counter() - began
            route = str(getattr(scope.get("route"), "path", "")) or "unmatched"
            self._metrics.responded(scope["method"], route, status, seconds)
            facts = {"route": route, "status": status, "ms": round(seconds * 1e3, 1), "request_id": request_id}
            _log.info("%s: %d %s in %.0f ms", request_id, status, route, seconds * 1e3, extra={"facts": facts})
