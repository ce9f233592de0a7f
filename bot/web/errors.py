"""One JSON shape for every error, and the boundary that turns a bug into it.

The log gets what happened and where, never what a reader wrote: exception messages may quote it.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.errors import GuideError, LimitError, SlowError
from bot.web.schemas import ChatRequest, FeedbackRequest, HistoryTurn

__all__ = ["BUG", "HTTP_ERRORS", "add_errors", "describe", "error_body", "log_bug", "share_errors"]

BUG = ("internal", "内部で問題が起きました。しばらくしてから、もう一度お試しください。")
"""Code and sentence of an error that is nobody's fault but ours."""

_log = logging.getLogger(__name__)
HTTP_ERRORS = {
    400: ("bad_request", "送られた内容を読み取れませんでした。JSONの形式を確かめてください。"),
    403: ("forbidden", "このページからは利用できません。"),
    404: ("not_found", "お探しのページはありません。"),
    405: ("method_not_allowed", "この方法では利用できません。"),
    413: ("too_large", "送られた内容が大きすぎます。短くしてから、もう一度お送りください。"),
    415: ("unsupported_type", "この種類の内容は受け取れません。JSONでお送りください。"),
    421: ("unknown_host", "このホスト名では利用できません。設置した方: GUIDE_ALLOWED_HOSTS に加えてください。"),
    422: ("invalid_request", "送られた内容の形式が正しくありません。"),
    429: (LimitError.code, LimitError.reader),
    503: (GuideError.code, GuideError.reader),
    504: (SlowError.code, SlowError.reader),
}
"""Code and sentence of each HTTP status that is an answer to a request and no bug."""

_OTHER = ("http_error", "要求を処理できませんでした。")
_COMPLAINTS = {
    "missing": "{}がありません",
    "string_too_long": "{}が長すぎます",
    "too_long": "{}が多すぎます",
    "extra_forbidden": "知らない項目があります",
}
_NAMES = frozenset({*ChatRequest.model_fields, *HistoryTurn.model_fields, *FeedbackRequest.model_fields, "q", "k"})
"""The only names that are repeated to a client; any other one is its own text."""

_SHOWN_FAULTS = 3
_REFUSED, _SERVER_FAULT = 400, 500


def error_body(code: str, message: str, request_id: str) -> dict[str, dict[str, str]]:
    """Return the one shape of every error: a stable code, a Japanese sentence, the id to look for in the log."""
    return {"error": {"code": code, "message": message, "request_id": request_id}}


def describe(error: Exception, request_id: str) -> tuple[int, str, str]:
    """Return HTTP status, code and Japanese sentence of an error, and log one that the owner must look into."""
    if not isinstance(error, GuideError):
        log_bug(error, request_id)
        return (_SERVER_FAULT, *BUG)
    if error.http_status >= _SERVER_FAULT:
        _log.error("%s: %s", request_id, error)
    return error.http_status, error.code, error.reader


def log_bug(error: Exception, request_id: str) -> None:
    """Log the kind of an unexpected exception and where it arose, without its message."""
    where = "".join(traceback.format_tb(error.__traceback__))
    _log.error("%s: unexpected %s\n%s", request_id, type(error).__name__, where)


def add_errors(api: FastAPI) -> None:
    """Give every error of `api` the one shape."""
    api.add_middleware(_Boundary)

    @api.exception_handler(GuideError)
    async def _guide(request: Request, error: GuideError) -> JSONResponse:
        after = {"Retry-After": str(error.seconds)} if isinstance(error, LimitError) else None
        return _response(request, *describe(error, _request_id(request)), after)

    @api.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        faults = error.errors()
        if any(fault["type"] == "json_invalid" for fault in faults):
            return _response(request, 400, *HTTP_ERRORS[400])
        said = "、".join(dict.fromkeys(_complaint(fault) for fault in faults[:_SHOWN_FAULTS]))
        return _response(request, 422, "invalid_request", f"送られた内容の形式が正しくありません（{said}）。")

    @api.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> JSONResponse:
        code, message = HTTP_ERRORS.get(error.status_code, _OTHER)
        return _response(request, error.status_code, code, message, error.headers)


def share_errors(api: FastAPI, mounted: FastAPI) -> None:
    """Let an application mounted at `/` answer in the same shape, whatever it refuses.

    It also gets what `api` itself would have refused for its method, since a mount at `/` matches everything.
    """

    @mounted.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> JSONResponse:
        allowed = [
            method
            for route in api.routes
            if route.matches({**request.scope, "root_path": ""})[0] is Match.PARTIAL
            for method in sorted(getattr(route, "methods", None) or ())
        ]
        if allowed:
            return _response(request, 405, *HTTP_ERRORS[405], {"Allow": ", ".join(allowed)})
        return _response(request, error.status_code, *HTTP_ERRORS.get(error.status_code, _OTHER), error.headers)

    @mounted.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        return _response(request, 422, *HTTP_ERRORS[422])

    @mounted.exception_handler(Exception)
    async def _bug(request: Request, error: Exception) -> JSONResponse:
        return _response(request, *describe(error, _request_id(request)))


def _response(
    request: Request, status: int, code: str, message: str, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    return JSONResponse(error_body(code, message, _request_id(request)), status, headers)


def _request_id(request: Request) -> str:
    return str(getattr(request.state, "request_id", ""))


def _complaint(fault: Mapping[str, Any]) -> str:
    parts = [str(part) for part in fault["loc"][1:] if isinstance(part, int) or part in _NAMES]
    return _COMPLAINTS.get(fault["type"], "{}が正しくありません").format(".".join(parts) or "本文")


class _Boundary:
    """Answer an unexpected exception with a sentence instead of a traceback."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = str(scope.get("state", {}).get("request_id", ""))
        started = replaced = False

        async def watched(message: Message) -> None:
            nonlocal started, replaced
            if message["type"] == "http.response.start":
                started = True
                status, headers = message["status"], Headers(raw=message.get("headers", []))
                # Libraries have refusals in plain text that pass by every handler.
                replaced = status >= _REFUSED and headers.get("content-type", "").startswith("text/plain")
                if replaced:
                    body = error_body(*HTTP_ERRORS.get(status, _OTHER), request_id)
                    await JSONResponse(body, status)(scope, receive, send)
            if not replaced:
                await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:  # the last boundary: whatever it is, the reader gets a sentence
            status, code, message = describe(error, request_id)
            if not started:
                response = JSONResponse(error_body(code, message, request_id), status)
                await response(scope, receive, send)
