"""An answer under way as Server-Sent Events: `status`, `delta`, then `answer` or `error`."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Iterator
from threading import Event

from anyio import CapacityLimiter
from fastapi.sse import format_sse_event
from pydantic import TypeAdapter

from bot.types import Answer, Doing, Language, StreamEvent
from bot.web.errors import describe, error_body
from bot.web.leaving import while_awaited

__all__ = ["error_event", "server_sent_events"]

_ANSWER = TypeAdapter(Answer)


async def server_sent_events(
    events: Iterator[StreamEvent],
    stop: Event,
    request_id: str,
    language: Language = Language.JA,
    at_once: CapacityLimiter | None = None,
) -> AsyncGenerator[bytes]:
    """Yield the encoded events of an answer, each made in one of the places of `at_once`.

    `stop` is set as soon as nobody reads them any more.
    """
    try:
        async for event in while_awaited(events, stop, at_once):
            if isinstance(event, Answer):
                yield format_sse_event(event="answer", data_str=_ANSWER.dump_json(event).decode())
            else:
                yield _event("status" if isinstance(event, Doing) else "delta", {"text": event.text})
    except Exception as error:  # the response has begun, so that only an event can still tell of it
        yield error_event(error, request_id, language)
    finally:
        stop.set()


def error_event(error: Exception, request_id: str, language: Language = Language.JA) -> bytes:
    """Return the encoded event that tells of an error, which is logged as every error is."""
    _, code, message = describe(error, request_id, language)
    return _event("error", error_body(code, message, request_id))


def _event(name: str, data: object) -> bytes:
    return format_sse_event(event=name, data_str=json.dumps(data, ensure_ascii=False))
