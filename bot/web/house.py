"""What every way into the guide shares: settings, limits, figures and memory, for the API and the chat page alike."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from anyio import CapacityLimiter

from bot.answer.record import Nobody, Recorder, asked, verdict
from bot.errors import LimitError
from bot.settings import Settings
from bot.types import Answer, Turn
from bot.web.limits import Limiter
from bot.web.metrics import Metrics

__all__ = ["House", "open_house"]

_AT_ONCE = max(2, os.cpu_count() or 2)
"""Answers made at the same time in the articles' own words: more of them only take turns on the same cores."""

_WAITING_AT_ONCE = 40
"""Answers made at the same time where a chat model phrases them, since each waits for it most of its time."""


@dataclass(frozen=True, slots=True)
class House:
    """The things around the guide that requests share."""

    settings: Settings
    recorder: Recorder
    limiter: Limiter
    metrics: Metrics
    at_once: CapacityLimiter
    """Places in which whole answers are made: first come, first served."""
    streams_at_once: CapacityLimiter
    """Places in which events are made: the pieces, which cost nothing, need not wait behind whole answers."""

    def admit(self, address: str | None, what: str) -> None:
        """Count a request of a client. Raises `LimitError` when it is one too many."""
        try:
            self.limiter.count(address, what)
        except LimitError:
            self.metrics.limited(what)
            raise

    def answered(self, reference: str, question: str, history: Sequence[Turn], answer: Answer) -> None:
        """Count an answer and remember its question, masked, where questions are remembered at all."""
        self.metrics.answered(answer)
        if self.recorder.days:
            self.recorder.record(asked(reference, question, history, answer))

    def judged(self, reference: str, helpful: bool, comment: str) -> bool:
        """Count and remember a reader's verdict; tell whether it was stored."""
        self.metrics.judged(helpful)
        return bool(self.recorder.days) and self.recorder.judge(verdict(reference, helpful, comment))


def open_house(settings: Settings, recorder: Recorder | None = None) -> House:
    """Return the things around a guide, with no counts yet."""
    places = _WAITING_AT_ONCE if settings.chat_model else _AT_ONCE
    return House(
        settings,
        recorder or Nobody(),
        Limiter(settings.limit_minute, settings.limit_day),
        Metrics(),
        CapacityLimiter(places),
        CapacityLimiter(places),
    )
