"""The HTTP API: chat (JSON or Server-Sent Events), search, feedback, health, figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from threading import Event
from typing import Annotated, Any

import anyio
from fastapi import Depends, FastAPI, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from pydantic import TypeAdapter
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from bot.answer.cite import article_url
from bot.answer.guide import Guide
from bot.answer.record import Recorder
from bot.answer.talk import language_in
from bot.errors import REBUILD, NoIndexError, SlowError
from bot.settings import Settings, listed
from bot.types import Answer, StreamEvent, Turn
from bot.web.bodies import BodyLimit
from bot.web.errors import add_errors
from bot.web.hosts import HostGuard, host_names
from bot.web.house import House, open_house
from bot.web.keep_alive import STREAM_HEADERS, kept_alive
from bot.web.languages import speak
from bot.web.metrics import CONTENT_TYPE
from bot.web.observe import Observer
from bot.web.openapi import ANSWER_EXAMPLE, EVENTS_EXAMPLE, REQUEST_ID, documented_errors
from bot.web.origins import OriginGuard
from bot.web.schemas import ChatRequest, FeedbackRequest, FeedbackStored, Ready, Running, SearchHit
from bot.web.stream import error_event, server_sent_events

__all__ = ["create_api"]

_ANSWER = TypeAdapter(Answer)
_PROBE = "起動しない"
_MOST_BYTES = 512 * 1024
"""Bytes of a body that are read: the longest question that the schema takes has 300 KB in UTF-8."""

_ABOUT = """\
Cited answers to questions about Windows trouble, from one blog's articles.

Every error is `{"error": {"code", "message", "request_id"}}`; `message` is a Japanese sentence for the reader. Every
response has an `X-Request-ID`. Pages of other origins are refused unless `GUIDE_ALLOWED_ORIGINS` names them.
"""
_CHAT_OK: dict[str, Any] = {
    "description": "The answer, also when there is none: see `status`.",
    "headers": REQUEST_ID,
    "content": {
        "application/json": {"example": _ANSWER.dump_python(ANSWER_EXAMPLE, mode="json")},
        "text/event-stream": {"schema": {"type": "string"}, "example": EVENTS_EXAMPLE},
    },
}


def create_api(guide: Guide, settings: Settings | None = None, recorder: Recorder | None = None) -> FastAPI:
    """Return the application with all API routes; pages are mounted on it by the caller.

    Without settings nothing is limited and any host name serves; without a recorder nothing is remembered. What the
    routes share is at `state.house` of the application.
    """
    house = open_house(settings or Settings(limit_minute=0, limit_day=0, allowed_hosts="*"), recorder)
    # The usual documentation page loads scripts from another site; the schema alone does not.
    api = FastAPI(
        title="Trouble guide",
        version="1",
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    api.state.house = house
    api.add_middleware(BodyLimit, most=_MOST_BYTES)
    add_errors(api)
    _guard(api, house)
    _add_answers(api, guide, house)
    _add_search(api, guide, house)
    _add_feedback(api, house)
    _add_health(api, guide, house)
    return api


def _guard(api: FastAPI, house: House) -> None:
    """Put around the routes, from the inside out: origins, hosts, ids and figures, the proxy's word on who asks."""
    settings = house.settings
    origins = listed(settings.allowed_origins)
    # Gradio allows every site unless this very class is on its parent.
    api.add_middleware(
        CORSMiddleware,
        allow_origins=origins,
        allow_methods=["*"],  # a wrong method is refused by its route, in the shape of every error
        allow_headers=["Content-Type"],
        expose_headers=["X-Request-ID", "Retry-After"],
    )
    api.add_middleware(OriginGuard, allowed=origins)
    api.add_middleware(HostGuard, names=host_names(settings))
    api.add_middleware(Observer, metrics=house.metrics)
    api.add_middleware(ProxyHeadersMiddleware, trusted_hosts=listed(settings.trusted_proxies))


def _client(request: Request) -> str | None:
    return request.client.host if request.client else None


async def _json_only(request: Request) -> None:
    """Refuse a body of another kind, which a form of another site could send."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415)


def _add_answers(api: FastAPI, guide: Guide, house: House) -> None:
    async def admitted(request: Request) -> None:
        house.admit(_client(request), "chat")

    @api.post(
        "/api/chat",
        response_model=Answer,
        responses={200: _CHAT_OK, **documented_errors(400, 403, 415, 422, 429, 503, 504)},
        dependencies=[Depends(_json_only), Depends(admitted)],
        tags=["answers"],
    )
    async def chat(body: ChatRequest, request: Request) -> Response:
        """Answer a question; with `Accept: text/event-stream` as events `status`, `delta`, `answer` or `error`.

        The event `answer` has the whole object and comes last. A comment (`: ping`) fills longer pauses.
        """
        history = [Turn(turn.role, turn.text) for turn in body.history]
        reference: str = request.state.request_id
        language = language_in(body.question, [turn.text for turn in history if turn.role == "user"], body.state)
        speak(request.scope, language)
        if "text/event-stream" in request.headers.get("accept", ""):
            stop = Event()
            events = guide.stream(body.question, history, body.state, body.page_url, stop)
            watched = _watched(events, house, reference, body.question, history)
            stream = kept_alive(
                server_sent_events(watched, stop, reference, language, house.streams_at_once),
                stop,
                house.settings.answer_seconds,
                lambda: error_event(_slow(house), reference, language),
            )
            return StreamingResponse(stream, media_type="text/event-stream", headers=STREAM_HEADERS)

        def answer() -> bytes:
            made = guide.ask(body.question, history, body.state, body.page_url)
            house.answered(reference, body.question, history, made)
            return _ANSWER.dump_json(made)

        try:
            with anyio.fail_after(house.settings.answer_seconds):
                content = await anyio.to_thread.run_sync(answer, abandon_on_cancel=True, limiter=house.at_once)
        except TimeoutError:
            raise _slow(house) from None
        return Response(content, media_type="application/json")


def _watched(
    events: Iterator[StreamEvent], house: House, reference: str, question: str, history: Sequence[Turn]
) -> Iterator[StreamEvent]:
    for event in events:
        if isinstance(event, Answer):
            house.answered(reference, question, history, event)
        yield event


def _slow(house: House) -> SlowError:
    return SlowError(
        f"an answer took longer than GUIDE_ANSWER_SECONDS ({house.settings.answer_seconds}) and was given up"
    )


def _add_search(api: FastAPI, guide: Guide, house: House) -> None:
    async def admitted(request: Request) -> None:
        house.admit(_client(request), "search")

    def hits(question: str, k: int) -> list[SearchHit]:
        found = []
        for hit in guide.search(question, k).hits:
            article = guide.article(hit.article_id)
            if article is not None:
                found.append(
                    SearchHit(
                        article_id=article.id,
                        title=article.title,
                        heading=list(hit.chunk.heading),
                        text=hit.chunk.text,
                        score=round(hit.score, 4),
                        url=article_url(article),
                    )
                )
        return found

    @api.get(
        "/api/search",
        responses={200: {"headers": REQUEST_ID}, **documented_errors(400, 422, 429, 503)},
        dependencies=[Depends(admitted)],
        tags=["answers"],
    )
    async def search(
        q: Annotated[str, Query(max_length=100_000, description="What to look for.", examples=["0x80070643"])],
        k: Annotated[int, Query(ge=1, le=50, description="How many passages.")] = 10,
    ) -> list[SearchHit]:
        """Return the passages for a question, the best first."""
        return await run_in_threadpool(hits, q, k)


def _add_feedback(api: FastAPI, house: House) -> None:
    async def admitted(request: Request) -> None:
        house.admit(_client(request), "feedback")

    @api.post(
        "/api/feedback",
        responses={
            200: {"headers": REQUEST_ID, "content": {"application/json": {"example": {"stored": True}}}},
            **documented_errors(400, 403, 415, 422, 429, 503),
        },
        dependencies=[Depends(_json_only), Depends(admitted)],
        tags=["answers"],
    )
    async def feedback(body: FeedbackRequest) -> FeedbackStored:
        """Store whether an answer helped, and a word of the reader with secrets masked."""
        stored = await run_in_threadpool(house.judged, body.request_id, body.helpful, body.comment)
        return FeedbackStored(stored=stored)


def _add_health(api: FastAPI, guide: Guide, house: House) -> None:
    @api.get("/healthz", responses={200: {"headers": REQUEST_ID}, **documented_errors()}, tags=["health"])
    async def healthz() -> Running:
        """Tell that the process runs."""
        return Running(status="ok")

    @api.get("/readyz", responses={200: {"headers": REQUEST_ID}, **documented_errors(503)}, tags=["health"])
    async def readyz() -> Ready:
        """Tell that questions can be answered: a real search is made."""
        found = await run_in_threadpool(guide.search, _PROBE, 1)
        if not found.hits:
            raise NoIndexError(f"a search finds no passage at all; {REBUILD}")
        return Ready(status="ready", chunks=guide.index.size)

    @api.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        """Return the figures for Prometheus."""
        return Response(house.metrics.text(), media_type=CONTENT_TYPE)
