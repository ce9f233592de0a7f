"""Which pages may use the guide: its own, and those whose origin is on the list, letter for letter.

Reading is refused by the browser, which finds no permission in the response (Starlette's `CORSMiddleware`). Whatever
changes or costs something is refused here, before anything is done.
"""

from __future__ import annotations

from collections.abc import Collection

from fastapi.responses import JSONResponse
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.web.errors import error_body, http_error
from bot.web.languages import language_for

__all__ = ["OriginGuard"]

_READING = {"GET", "HEAD"}
_OWN_SITE = {"same-origin", "none"}


class OriginGuard:
    """Refuse a request that a page of a foreign origin makes, unless it only reads."""

    def __init__(self, app: ASGIApp, allowed: Collection[str]) -> None:
        self._app = app
        self._allowed = frozenset(allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if _only_reads(scope) or self._permits(Headers(scope=scope), scope["scheme"]):
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            body = error_body(*http_error(403, language_for(scope)), str(scope.get("state", {}).get("request_id", "")))
            await JSONResponse(body, 403, {"Vary": "Origin"})(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    def _permits(self, headers: Headers, scheme: str) -> bool:
        origins = headers.getlist("origin")
        site = headers.get("sec-fetch-site")
        if not origins:
            # No page: a program, or a browser that says where it comes from in another way.
            return site is None or site in _OWN_SITE
        if len(origins) > 1:
            return False
        origin, host = origins[0], headers.get("host", "")
        # Behind a proxy that takes TLS off and is not known as one the scheme differs; no page can forge `site`.
        own = {f"{scheme.replace('ws', 'http', 1)}://{host}", *([f"https://{host}"] if site == "same-origin" else [])}
        return origin in self._allowed or origin in own


def _only_reads(scope: Scope) -> bool:
    return scope["type"] == "lifespan" or (scope["type"] == "http" and scope["method"] in _READING)
