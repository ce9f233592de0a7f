"""How far a question is a situation that calls for a human, and for whom: learnt from the routes' own situations.

The nearest situation alone is a poor judge: it is of the same subject more often than of the same need. A kernel ridge
regression on the embeddings weighs all situations against what articles are asked; see docs/why.md.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.answer.score import ScoredUnit
from bot.index.reader import Faces
from bot.knowledge.escalation import Risk, Route
from bot.knowledge.topics import ROUTED, UNCOVERED
from bot.knowledge.words import mentions
from bot.retrieval.stages import Candidates
from bot.types import Article

__all__ = ["Signs", "Situations", "at_stake", "signs_of"]

_WIDTH = 12.0
"""Of the kernel exp(-width · (1 - cosine)): as good from 10 to 15. Cosines of this model crowd into .80–.95."""

_RIDGE = 0.3
"""Between .3 and 1 it hardly mattered."""

_HARD = 2
"""Of each situation so many of the nearest other questions are learnt from: all 5,600 of them tell no more."""

_BLOCK = 32
"""Situations compared at once with all other questions: 13 MB of cosines for every 100,000 of these."""

_POSITIVE_SHARE = 0.5
"""Weight of all situations together against all other questions, which are many times as many."""

_SAME = 0.93
"""Cosine from which a question asked of an article says the same as a situation: it is then no example of neither."""

_LEAST = 3
"""Situations below which a route is not learnt."""

_TOLD_LEAST = 0.3
"""How surely, 0–1, an author must have named a statement as the answer for its contact to count."""

_TOLD = 0.5
"""What that counts beside a situation's score, like the weights in `escalate`."""

_WORD_FOR_WORD = 0.95
"""Cosine from which a question is a situation itself, whatever the others say."""

Signs = dict[str, float]
"""Route id → how much speaks for it, about -1 to 1.5."""


class Situations:
    """Scores the routes for a question from its cosines to all faces. Safe to share between threads."""

    def __init__(self, faces: Faces, at_stake: Collection[str] = ()) -> None:
        """Learn from the faces; what the `at_stake` articles are asked is no example of needing nobody."""
        known = {name: rows for name, rows in faces.rows_of.items() if name.startswith(ROUTED) and len(rows) >= _LEAST}
        without = [
            rows
            for name, rows in faces.rows_of.items()
            if name.startswith(UNCOVERED) or (name[:1].isalnum() and name not in at_stake)
        ]
        self._routes = tuple(name.removeprefix(ROUTED) for name in known) if without else ()
        if self._routes:
            self._rows, self._weights, self._mean = _learnt(
                faces.embeddings, list(known.values()), np.concatenate(without)
            )

    def scores(self, cosines: NDArray[np.float32]) -> dict[str, float]:
        """Return route id → how much more the question is its situation than nobody's, about -1 to 1.

        `cosines` are those of every face, as `Candidates.faces` holds them; {} where no situation is known.
        """
        if not self._routes:
            return {}
        found = _kernel(cosines[self._rows]) @ self._weights + self._mean
        return dict(zip(self._routes, (found[1:] - found[0]).tolist(), strict=True))


def at_stake(faces: Faces, article: Callable[[str], Article | None], routes: Sequence[Route]) -> set[str]:
    """Return the articles about what may cost data, licence or money: readers ask them both in need and not."""
    money = {topic for route in routes if route.risk is Risk.MONEY for topic in route.topics}
    asked = (article(name) for name, rows in faces.rows_of.items() if len(rows) > 1)
    return {name for route in routes for name in route.articles} | {
        one.id for one in asked if one is not None and money & {*one.topics}
    }


def signs_of(
    learnt: Situations, candidates: Candidates, scored: Sequence[ScoredUnit], routes: Sequence[Route]
) -> Signs:
    """Return route id → how much the question is its situation, and that what answers the question names its contact.

    `scored` are the units of the article that answers, if one does.
    """
    signs = learnt.scores(candidates.faces)
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
                if mentions(item.unit.text, route.called):
                    told[route.id] = max(told.get(route.id, 0.0), item.seen)
    return told


def _kernel(cosines: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.exp(_WIDTH * (cosines.astype(np.float64) - 1.0))


def _learnt(
    embeddings: NDArray[np.float32], routes: Sequence[NDArray[np.int64]], without: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the faces learnt from (m,), their weights (m, 1 + routes), the mean (1 + routes,); column 0: no route."""
    situations = np.concatenate(routes)
    others = embeddings[without]
    blocks = [embeddings[situations[at : at + _BLOCK]].T for at in range(0, len(situations), _BLOCK)]
    nearest = np.max([(others @ block).max(1) for block in blocks], axis=0)
    without, others = without[nearest < _SAME], others[nearest < _SAME]
    hard = [np.argsort(-(others @ block), axis=0)[:_HARD] for block in blocks]
    groups = [without[np.unique(np.concatenate(hard, axis=1))], *routes]
    rows = np.concatenate(groups)
    label = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    target = np.eye(len(groups))[label]
    each = np.where(label > 0, _POSITIVE_SHARE * len(groups[0]) / len(situations), 1.0)
    mean = (each @ target) / each.sum()
    kernel = _kernel(embeddings[rows] @ embeddings[rows].T) + np.diag(_RIDGE / each)
    return rows, np.linalg.solve(kernel, target - mean), mean
