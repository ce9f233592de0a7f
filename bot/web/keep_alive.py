"""Keep a stream of events alive through proxies, and end it in time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from threading import Event

from fastapi.sse import KEEPALIVE_COMMENT

__all__ = ["PING_SECONDS", "STREAM_HEADERS", "kept_alive"]

PING_SECONDS = 15.0
"""Pause after which a comment is sent: proxies close what is silent, nginx after 60 s by default."""

STREAM_HEADERS = {"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no", "Content-Encoding": "identity"}
"""Neither kept nor compressed nor collected by what is between: each event arrives when it is sent."""


async def kept_alive(
    events: AsyncGenerator[bytes], stop: Event, seconds: float, late: Callable[[], bytes], every: float | None = None
) -> AsyncGenerator[bytes]:
    """Yield the events, a comment in each pause of `every` seconds, and `late()` as the last one after `seconds`.

    `stop` is set at the end, whatever it was: in time, late, or because the client left.
    """
    every = PING_SECONDS if every is None else every
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    pending: asyncio.Task[bytes] | None = None
    try:
        while True:
            if pending is None:
                pending = asyncio.ensure_future(anext(events))
            wait = min(every, until - loop.time())
            done, _ = await asyncio.wait({pending}, timeout=max(wait, 0))
            if done:
                try:
                    event = pending.result()
                except StopAsyncIteration:
                    return
                finally:
                    pending = None
                yield event
            elif loop.time() >= until:
                yield late()
                return
            else:
                yield KEEPALIVE_COMMENT
    finally:
        stop.set()
        if pending is not None:
            pending.cancel()
            # The task ends once the thread that makes the next event does; nobody waits for it.
            pending.add_done_callback(lambda task: task.cancelled() or task.exception())
        else:
            await events.aclose()
