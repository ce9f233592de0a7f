"""The HTTP API: chat (JSON or Server-Sent Events), search, health. One JSON shape for every error."""

from __future__ import annotations

import json
import logging
import re
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated

from fastapi import FastAPI, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, StreamingResponse
from fastapi.sse import format_sse_event
from pydantic import TypeAdapter
from starlette.exceptions import HTTPException

from bot.answer.cite import article_url
from bot.answer.guide import Guide
from bot.errors import GuideError
from bot.types import Answer, Turn
from bot.web.schemas import ChatRequest, ErrorBody, SearchHit

__all__ = ["create_api"]

_log = logging.getLogger(__name__)
_ANSWER = TypeAdapter(Answer)
_STATEMENT_END = re.compile(r"(?<=\])(?!\[)|(?<=\n)")
_ERRORS: dict[int | str, dict[str, object]] = {code: {"model": ErrorBody} for code in (400, 422, 503)}


def create_api(guide: Guide) -> FastAPI:
    """Return the application with all API routes; pages are mounted on it by the caller."""
    api = FastAPI(
        title="Trouble guide", version="1", docs_url="/api/docs", openapi_url="/api/openapi.json", redoc_url=None
    )
    _add_errors(api)

    @api.middleware("http")
    async def _identify(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        request.state.request_id = uuid.uuid4().hex[:12]
        response = await call_next(request)
        response.headers["X-Request-ID"] = request.state.request_id
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        return response

    @api.post("/api/chat", response_model=Answer, responses=_ERRORS)
    async def chat(body: ChatRequest, request: Request) -> Response:
        """Answer a question; with `Accept: text/event-stream` as events `status`, `delta`, `answer` or `error`."""
        history = [Turn(turn.role, turn.text) for turn in body.history]

        def ask() -> Answer:
            return guide.ask(body.question, history, body.state, body.page_url)

        if "text/event-stream" in request.headers.get("accept", ""):
            return StreamingResponse(
                _events(ask, request.state.request_id),
                media_type="text/event-stream",
                headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
            )
        return Response(_ANSWER.dump_json(await run_in_threadpool(ask)), media_type="application/json")

    @api.get("/api/search", responses=_ERRORS)
    async def search(
        q: Annotated[str, Query(max_length=20_000, description="What to look for.")],
        k: Annotated[int, Query(ge=1, le=50)] = 10,
    ) -> list[SearchHit]:
        """Return the passages for a question."""
        found = await run_in_threadpool(guide.search, q, k)
        hits = []
        for hit in found.hits:
            article = guide.article(hit.article_id)
            if article is not None:
                hits.append(
                    SearchHit(
                        article_id=article.id,
                        title=article.title,
                        heading=list(hit.chunk.heading),
                        text=hit.chunk.text,
                        score=round(hit.score, 4),
                        url=article_url(article),
                    )
                )
        return hits

    @api.get("/healthz")
    async def healthz() -> dict[str, str]:
        """Tell that the process runs."""
        return {"status": "ok"}

    @api.get("/readyz", responses=_ERRORS)
    async def readyz() -> dict[str, str | int]:
        """Tell that questions can be answered: a real search is made."""
        found = await run_in_threadpool(guide.search, "起動しない", 1)
        return {"status": "ready" if found.hits else "empty", "chunks": guide.index.size}

    return api


async def _events(ask: Callable[[], Answer], request_id: str) -> AsyncIterator[bytes]:
    yield _event("status", {"text": "記事を探しています"})
    try:
        answer = await run_in_threadpool(ask)
    except GuideError as error:
        yield _event("error", {"error": {"code": error.code, "message": error.reader, "request_id": request_id}})
        return
    for piece in _STATEMENT_END.split(answer.text):
        if piece:
            yield _event("delta", {"text": piece})
    yield format_sse_event(event="answer", data_str=_ANSWER.dump_json(answer).decode())


def _event(name: str, data: object) -> bytes:
    return format_sse_event(event=name, data_str=json.dumps(data, ensure_ascii=False))


def _add_errors(api: FastAPI) -> None:
    def body(request: Request, status: int, code: str, message: str) -> JSONResponse:
        request_id = getattr(request.state, "request_id", "")
        return JSONResponse({"error": {"code": code, "message": message, "request_id": request_id}}, status)

    @api.exception_handler(GuideError)
    async def _guide(request: Request, error: GuideError) -> JSONResponse:
        if error.http_status >= 500:  # noqa: PLR2004
            _log.error("%s: %s", request.state.request_id, error)
        return body(request, error.http_status, error.code, error.reader)

    @api.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        places = "、".join(".".join(str(part) for part in item["loc"][1:]) or "本文" for item in error.errors()[:3])
        return body(request, 422, "invalid_request", f"送られた内容の形式が正しくありません（{places}）。")

    @api.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> JSONResponse:
        found = {
            404: ("not_found", "お探しのページはありません。"),
            405: ("method_not_allowed", "この方法では利用できません。"),
        }
        code, message = found.get(error.status_code, ("http_error", "要求を処理できませんでした。"))
        return body(request, error.status_code, code, message)

    @api.exception_handler(Exception)
    async def _bug(request: Request, error: Exception) -> JSONResponse:
        _log.error("%s: unexpected %s", getattr(request.state, "request_id", ""), type(error).__name__, exc_info=error)
        return body(request, 500, "internal", "内部で問題が起きました。しばらくしてから、もう一度お試しください。")
