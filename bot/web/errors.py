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

from bot.answer.frame import Frame, frame_of
from bot.errors import GuideError, LimitError, SlowError
from bot.types import Language
from bot.web.languages import language_for
from bot.web.schemas import ChatRequest, FeedbackRequest, HistoryTurn

__all__ = ["BUG", "HTTP_ERRORS", "add_errors", "describe", "error_body", "http_error", "log_bug", "share_errors"]

_log = logging.getLogger(__name__)
BUG = "internal"
"""Code of an error that is nobody's fault but ours."""

HTTP_ERRORS = {
    400: "bad_request",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_type",
    421: "unknown_host",
    422: "invalid_request",
    429: LimitError.code,
    503: GuideError.code,
    504: SlowError.code,
}
"""Code of each HTTP status that is an answer to a request and no bug."""

_NOTICES = {429: LimitError.notice, 503: GuideError.notice, 504: SlowError.notice}
_OTHER = "http_error"
_NAMES = frozenset({*ChatRequest.model_fields, *HistoryTurn.model_fields, *FeedbackRequest.model_fields, "q", "k"})
"""The only names that are repeated to a client; any other one is its own text."""

_SHOWN_FAULTS = 3
_REFUSED, _SERVER_FAULT = 400, 500


def http_error(status: int, language: Language) -> tuple[str, str]:
    """Return code and sentence of an HTTP status."""
    said = frame_of(language).errors
    if status in _NOTICES:
        return HTTP_ERRORS[status], said.notices[_NOTICES[status]]
    return HTTP_ERRORS.get(status, _OTHER), said.http.get(status, said.other)


def error_body(code: str, message: str, request_id: str) -> dict[str, dict[str, str]]:
    """Return the one shape of every error: a stable code, a sentence for the reader, the id to look for in the log."""
    return {"error": {"code": code, "message": message, "request_id": request_id}}


def describe(error: Exception, request_id: str, language: Language = Language.JA) -> tuple[int, str, str]:
    """Return HTTP status, code and sentence of an error, and log one that the owner must look into."""
    frame = frame_of(language)
    if not isinstance(error, GuideError):
        log_bug(error, request_id)
        return _SERVER_FAULT, BUG, frame.errors.bug
    if error.http_status >= _SERVER_FAULT:
        _log.error("%s: %s", request_id, error)
    return error.http_status, error.code, frame.sentence(error)


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
        return _response(request, *describe(error, _request_id(request), language_for(request.scope)), after)

    @api.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        faults = error.errors()
        if any(fault["type"] == "json_invalid" for fault in faults):
            return _refused(request, 400)
        frame = frame_of(language_for(request.scope))
        said = frame.listed(dict.fromkeys(_complaint(fault, frame) for fault in faults[:_SHOWN_FAULTS]))
        return _response(request, 422, HTTP_ERRORS[422], frame.errors.invalid.format(said=said))

    @api.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> JSONResponse:
        return _refused(request, error.status_code, error.headers)


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
            return _refused(request, 405, {"Allow": ", ".join(allowed)})
        return _refused(request, error.status_code, error.headers)

    @mounted.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        return _refused(request, 422)

    @mounted.exception_handler(Exception)
    async def _bug(request: Request, error: Exception) -> JSONResponse:
        return _response(request, *describe(error, _request_id(request), language_for(request.scope)))


def _refused(request: Request, status: int, headers: Mapping[str, str] | None = None) -> JSONResponse:
    return _response(request, status, *http_error(status, language_for(request.scope)), headers)


def _response(
    request: Request, status: int, code: str, message: str, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    return JSONResponse(error_body(code, message, _request_id(request)), status, headers)


def _request_id(request: Request) -> str:
    return str(getattr(request.state, "request_id", ""))


def _complaint(fault: Mapping[str, Any], frame: Frame) -> str:
    parts = [str(part) for part in fault["loc"][1:] if isinstance(part, int) or part in _NAMES]
    said = frame.errors.complaints
    return said.get(fault["type"], said["other"]).format(name=".".join(parts) or frame.errors.body)


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
                    body = error_body(*http_error(status, language_for(scope)), request_id)
                    await JSONResponse(body, status)(scope, receive, send)
            if not replaced:
                await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:  # the last boundary: whatever it is, the reader gets a sentence
            status, code, message = describe(error, request_id, language_for(scope))
            if not started:
                response = JSONResponse(error_body(code, message, request_id), status)
                await response(scope, receive, send)
