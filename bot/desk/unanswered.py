"""What readers asked in vain: questions without an answer or with a thumb down, like ones together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from bot.desk.store import Event
from bot.text.normalize import normalize
from bot.types import Status

__all__ = ["Group", "group", "in_vain"]

ALIKE = 0.94
"""Cosine from which two questions count as the same: a cautious guess for the bundled model, not measured yet."""


@dataclass(slots=True)
class Group:
    """Questions that ask the same. `question` is the first of them; `comments` are what readers said of answers."""

    question: str
    count: int = 0
    abstained: int = 0
    refused: int = 0
    unhelpful: int = 0
    last: date = date.min
    questions: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    articles: list[str] = field(default_factory=list)
    """Articles that were cited in answers that did not help."""


def in_vain(events: Sequence[Event]) -> list[Event]:
    """Return the events whose reader went away without an answer that helped."""
    return [
        event
        for event in events
        if event.question and (event.helpful is False or (_no_answer(event.status) and not event.helpful))
    ]


def group(events: Sequence[Event], vectors: NDArray[np.float32], alike: float = ALIKE) -> list[Group]:
    """Return the events in groups, the largest and then the newest first.

    `vectors` (n, dimension) are unit vectors of the questions. A question joins the nearest group whose first question
    is at least `alike` near or has the same characters.
    """
    groups: list[Group] = []
    firsts: list[int] = []
    plain = [normalize(event.question).strip() for event in events]
    for number, event in enumerate(events):
        near = vectors[firsts] @ vectors[number] if firsts else np.zeros(0, np.float32)
        same = next((place for place, first in enumerate(firsts) if plain[first] == plain[number]), None)
        if same is None and near.size and near.max() >= alike:
            same = int(near.argmax())
        if same is None:
            same = len(groups)
            groups.append(Group(event.question))
            firsts.append(number)
        _add(groups[same], event)
    return sorted(groups, key=lambda one: (one.count, one.last), reverse=True)


def _add(one: Group, event: Event) -> None:
    one.count += 1
    one.abstained += event.status is Status.ABSTAINED
    one.refused += event.status is Status.REFUSED
    one.unhelpful += event.helpful is False
    one.last = max(one.last, event.day)
    for kept, new in ((one.questions, event.question), (one.comments, event.comment), (one.articles, event.article_id)):
        if new and new not in kept:
            kept.append(new)


def _no_answer(status: Status) -> bool:
    return status in {Status.ABSTAINED, Status.REFUSED}
