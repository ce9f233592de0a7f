"""Take a blocking iterator's items in a thread, and tell it at once when nobody waits for them any more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from threading import Event
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

__all__ = ["while_awaited"]

_Item = TypeVar("_Item")


async def while_awaited(
    items: Iterator[_Item], stop: Event, at_once: CapacityLimiter | None = None
) -> AsyncGenerator[_Item]:
    """Yield the items, each made in one of the places of `at_once`.

    `stop` is set as soon as the caller leaves, while the next item is still being made.

    A thread cannot be cancelled, and waiting for it would wait for what it waits for: it is told by `stop` alone.
    """
    waiting: asyncio.Future[list[_Item]] | None = None
    try:
        while True:
            waiting = asyncio.ensure_future(to_thread.run_sync(_next, items, limiter=at_once))
            # Unlike awaiting the task itself, this ends at once when the caller is cancelled.
            await asyncio.wait({waiting})
            taken = waiting.result()
            waiting = None
            if not taken:
                return
            yield taken[0]
    finally:
        stop.set()
        if waiting is not None:
            waiting.add_done_callback(lambda task: task.cancelled() or task.exception())  # nobody else asks


def _next(items: Iterator[_Item]) -> list[_Item]:
    """Return the next item in a list, an empty one at the end: `StopIteration` cannot leave a task."""
    for item in items:
        return [item]
    return []
