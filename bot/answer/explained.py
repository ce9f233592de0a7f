"""An answer with what led to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.answer.confidence import Confidence
from bot.answer.parts import Part
from bot.answer.talk import Talk
from bot.retrieval.search import Found
from bot.types import Answer

__all__ = ["Explained", "Reword"]

Reword = Callable[[Talk], str | None]
"""Puts a question into other words to search with, None where its own serve."""


@dataclass(frozen=True, slots=True)
class Explained:
    """An answer with what led to it; `found` and `confidence` are None when nothing was searched.

    `parts` are what an extractive answer was written from; `talk` is the conversation, masked.
    """

    answer: Answer
    found: Found | None = None
    confidence: Confidence | None = None
    parts: tuple[Part, ...] = ()
    talk: Talk | None = None
