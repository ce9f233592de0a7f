"""The HTTP API: chat (JSON or Server-Sent Events), search, health."""

from __future__ import annotations

from threading import Event
from typing import Annotated

from fastapi import FastAPI, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from pydantic import TypeAdapter
from starlette.middleware.cors import CORSMiddleware

from bot.answer.cite import article_url
from bot.answer.guide import Guide
from bot.errors import NoIndexError
from bot.types import Answer, Turn
from bot.web.errors import add_errors
from bot.web.schemas import ChatRequest, ErrorBody, SearchHit
from bot.web.stream import server_sent_events

__all__ = ["create_api"]

_ANSWER = TypeAdapter(Answer)
_ERRORS: dict[int | str, dict[str, object]] = {code: {"model": ErrorBody} for code in (400, 422, 500, 503)}
_PROBE = "起動しない"


def create_api(guide: Guide) -> FastAPI:
    """Return the application with all API routes; pages are mounted on it by the caller."""
    # The usual documentation page loads scripts from another site; the schema alone does not.
    api = FastAPI(title="Trouble guide", version="1", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    # No other site's scripts may read answers. Gradio allows every site unless this very class is on its parent.
    api.add_middleware(CORSMiddleware, allow_origins=[])
    add_errors(api)

    @api.post("/api/chat", response_model=Answer, responses=_ERRORS)
    async def chat(body: ChatRequest, request: Request) -> Response:
        """Answer a question; with `Accept: text/event-stream` as events `status`, `delta`, `answer` or `error`."""
        history = [Turn(turn.role, turn.text) for turn in body.history]
        if "text/event-stream" in request.headers.get("accept", ""):
            stop = Event()
            events = guide.stream(body.question, history, body.state, body.page_url, stop)
            return StreamingResponse(
                server_sent_events(events, stop, request.state.request_id),
                media_type="text/event-stream",
                headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
            )
        answer = await run_in_threadpool(guide.ask, body.question, history, body.state, body.page_url)
        return Response(_ANSWER.dump_json(answer), media_type="application/json")

    @api.get("/api/search", responses=_ERRORS)
    async def search(
        q: Annotated[str, Query(max_length=100_000, description="What to look for.")],
        k: Annotated[int, Query(ge=1, le=50, description="How many passages.")] = 10,
    ) -> list[SearchHit]:
        """Return the passages for a question, the best first."""
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
        found = await run_in_threadpool(guide.search, _PROBE, 1)
        if not found.hits:
            raise NoIndexError("a search finds no passage at all; build the index with `guide ingest`")
        return {"status": "ready", "chunks": guide.index.size}

    return api
