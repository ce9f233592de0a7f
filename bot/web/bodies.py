"""How much of a body is read. Starlette has a limit too, but answers in plain text and without the request's id."""

from __future__ import annotations

from fastapi.responses import JSONResponse
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.errors import error_body, http_error
from bot.web.languages import language_for

__all__ = ["BodyLimit"]

_TOO_LARGE = 413


class BodyLimit:
    """Refuse a body that says it is too large before any of it is read, and any other as soon as it proves to be."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdecimal() and int(declared) > self._most:
            body = error_body(
                *http_error(_TOO_LARGE, language_for(scope)), str(scope.get("state", {}).get("request_id", ""))
            )
            await JSONResponse(body, _TOO_LARGE, {"Connection": "close"})(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._most:
                raise HTTPException(_TOO_LARGE)
            return message

        await self._app(scope, counted, send)
