"""How far a question is a situation that calls for a human, and for whom: learnt from the routes' own situations.

They are weighed against what articles are asked, and against messages like them that need nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.answer.likeness import Likeness
from bot.answer.score import ScoredUnit
from bot.index.reader import Faces
from bot.knowledge.escalation import Risk, Route
from bot.knowledge.topics import ROUTED, UNCOVERED, UNROUTED
from bot.knowledge.words import mentions
from bot.retrieval.stages import Candidates
from bot.types import Article

__all__ = ["Signs", "Situations", "at_stake", "signs_of"]

_LEAST = 3
"""Situations below which a route is not learnt."""

_TOLD_LEAST = 0.3
"""How surely, 0–1, an author must have named a statement as the answer for its contact to count."""

_TOLD = 0.5
"""What that counts beside a situation's score, like the weights in `escalate`."""

_WORD_FOR_WORD = 0.98
"""Cosine from which a question is a situation itself, whatever the others say. From .95 on the same error code with
another product or another's PC was, too."""

_SAME = 0.97
"""Cosine from which a question that an article answers says the same as a situation. Left out from .93 on, .094 and not
.071 of 226 messages that needed nobody got a card, and as many of 119 others the right one."""

_NEAREST, _NEARER = 3, 6.0
"""How much the nearest situations of a route, so many, count beside all of them: their mean cosine less that of the
nearest messages that need nobody. At 4 % needless cards .88 and not .82 of 49 messages in need, kept unread, got the
right one, .92 and not .88 of 182 others; with one or eight of the nearest as many."""

_mentions = lru_cache(maxsize=1 << 12)(mentions)  # of statements, which come again

_NO_ROWS = np.zeros(0, np.int64)

Signs = dict[str, float]
"""Route id → how much speaks for it, about -1 to 1.5."""


class Situations:
    """Scores the routes for a question from its cosines to all faces. Safe to share between threads."""

    def __init__(self, faces: Faces, at_stake: Collection[str] = (), kept: Path | None = None) -> None:
        """Learn from the faces, or take what is `kept`; what `at_stake` articles are asked is no example."""
        known = {
            name.removeprefix(ROUTED): rows
            for name, rows in faces.rows_of.items()
            if name.startswith(ROUTED) and len(rows) >= _LEAST
        }
        without = [
            rows
            for name, rows in faces.rows_of.items()
            if name.startswith(UNCOVERED) or (name[:1].isalnum() and name not in at_stake)
        ]
        others, alone = np.concatenate([*without, _NO_ROWS]), faces.rows_of.get(UNROUTED, _NO_ROWS)
        self._learnt = Likeness(faces.embeddings, known, others, alone, _SAME, kept)
        self._known, self._nobody = known, [rows for rows in (others, alone) if len(rows) >= _LEAST]

    def scores(self, cosines: NDArray[np.float32]) -> dict[str, float]:
        """Return route id → how much more the question is its situation than nobody's, about -1 to 1.

        `cosines` are those of every face, as `Candidates.faces` holds them; {} where no situation is known.
        """
        scores = self._learnt.scores(cosines)
        if not scores or not self._nobody:
            return scores
        nobody = max(_nearest(cosines[rows]) for rows in self._nobody)
        return {
            route: like + _NEARER * (_nearest(cosines[self._known[route]]) - nobody) for route, like in scores.items()
        }


def _nearest(cosines: NDArray[np.float32]) -> float:
    """Return the mean of the greatest cosines."""
    return float(np.partition(cosines, -_NEAREST)[-_NEAREST:].mean())


def at_stake(faces: Faces, article: Callable[[str], Article | None], routes: Sequence[Route]) -> set[str]:
    """Return the articles about what may cost data, licence or money: readers ask them both in need and not."""
    money = {topic for route in routes if route.risk is Risk.MONEY for topic in route.topics}
    asked = (article(name) for name, rows in faces.rows_of.items() if len(rows) > 1)
    return {name for route in routes for name in route.articles} | {
        one.id for one in asked if one is not None and money & {*one.topics}
    }


def signs_of(
    learnt: Situations,
    candidates: Candidates,
    scored: Sequence[ScoredUnit],
    routes: Sequence[Route],
    conversation: NDArray[np.float32] | None = None,
) -> Signs:
    """Return route id → how much the question is its situation, and that what answers the question names its contact.

    `scored` are the units of the article that answers, if one does; `conversation` are the cosines of all that the
    reader said to every face, of which the likelier counts.
    """
    signs = learnt.scores(candidates.faces)
    if conversation is not None:
        whole = learnt.scores(conversation)
        signs = {route: max(like, whole[route]) for route, like in signs.items()}
    for route_id, sure in _told(scored, routes).items():
        signs[route_id] = signs.get(route_id, 0.0) + _TOLD * sure
    same = candidates.situation.removeprefix(ROUTED)
    if candidates.situation_dense >= max(_WORD_FOR_WORD, float(candidates.face_dense.max(initial=0.0))):
        signs[same] = max(signs.get(same, 0.0), 1.0)
    return signs


def _told(scored: Sequence[ScoredUnit], routes: Sequence[Route]) -> Signs:
    """Return route id → how surely, 0–1, a statement that names its contact is the answer to the question asked."""
    told: dict[str, float] = {}
    for item in scored:
        if item.seen >= _TOLD_LEAST:
            for route in routes:
                if _mentions(item.unit.text, route.called):
                    told[route.id] = max(told.get(route.id, 0.0), item.seen)
    return told
