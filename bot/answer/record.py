"""What is remembered of a question, and whoever remembers it: text is masked here, before it reaches any of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.answer.talk import mask
from bot.text.secrets import redact
from bot.types import Answer, Status, Turn

__all__ = ["Asked", "Nobody", "Recorder", "Verdict", "asked", "verdict"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question (secrets masked) and what became of it; `reference` is the id of its request."""

    reference: str
    question: str
    status: Status
    article_id: str = ""
    """The first article cited, "" when none is."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reader says of an answer; `comment` has its secrets masked."""

    reference: str
    helpful: bool
    comment: str = ""


class Recorder(Protocol):
    """Whoever remembers questions. Safe to call from any thread."""

    days: int
    """Days that what is recorded is kept; 0 when nothing is."""

    def record(self, one: Asked) -> None:
        """Remember a question; never waits and never fails."""
        ...

    def judge(self, one: Verdict) -> bool:
        """Remember a verdict over an earlier one of the same answer; tell whether the answer was known."""
        ...

    def close(self) -> None:
        """Write down what still waits."""
        ...


class Nobody:
    """Remembers nothing."""

    days = 0

    def record(self, one: Asked) -> None:
        """Forget the question."""

    def judge(self, one: Verdict) -> bool:
        """Forget the verdict."""
        return False

    def close(self) -> None:
        """Do nothing."""


def asked(reference: str, question: str, history: Sequence[Turn], answer: Answer) -> Asked:
    """Return what is remembered of an answered question: a secret may have begun in an earlier message."""
    _, masked, _ = mask(history, question)
    article = answer.citations[0].article_id if answer.citations else ""
    return Asked(reference, masked.strip(), answer.status, article)


def verdict(reference: str, helpful: bool, comment: str) -> Verdict:
    """Return what is remembered of a reader's verdict."""
    return Verdict(reference, helpful, redact(comment).text.strip())
