"""Which statements answer: what the author of an article said of the questions asked of it, learnt for each article.

A kernel ridge regression on the embeddings of the questions: what was named for those that are near counts, less what
is named for nearly everything. Whatever was named for the nearest question alone is right far less often; see
docs/why.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.answer.units import Unit
from bot.index import Index
from bot.knowledge.topics import FOLLOWS
from bot.retrieval.kernel import kernel
from bot.retrieval.search import Found

__all__ = ["Seen"]

_WIDTH, _RIDGE = 6.0, 0.1
"""Of the kernel exp(-width · (1 - cosine)), and of the regression: widths of 4 to 12 and ridges of .03 to .3 differ by
.01 in the share of what was named that stands among the best 450 characters."""

_LATER = 0.88
"""Each statement counts this share of the one named before it: authors name the most telling first."""

_FAR, _NEAR = 0.83, 0.90
"""Cosines to the article's nearest question: up to the first nothing is said, from the second on all that is learnt."""

_LIKE, _SAME = 0.92, 0.96
"""Cosines to the nearest of what is said after an article from which what was named for just that counts, and counts
in full: of a message said in nearly these words the regression makes the mean of all that are a little near. First
questions, longer and no two alike, gain and lose nothing by it."""

_KEPT_ARTICLES = 500
"""Articles of which is kept what was learnt, about 150 kB each."""


@dataclass(frozen=True, slots=True)
class _Learnt:
    """What was learnt of one article: rows of its questions (q,), and for each unit a weight a question and a mean.

    `named` (q, units) is how surely the author named each unit for each question.
    """

    rows: NDArray[np.int64]
    weights: NDArray[np.float32]
    mean: NDArray[np.float32]
    named: NDArray[np.float32]


class Seen:
    """Tells for a question how surely each statement of an article answers it. Safe to share between threads."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._known: dict[tuple[str, bool], _Learnt | None] = {}

    def of(self, units: Sequence[Unit], article_id: str, found: Found, *, following: bool = False) -> dict[int, float]:
        """Return order of unit → 0–1 for the units that answer questions like the one asked; `units` are the article's.

        `following` tells that the article has answered before: then what readers say after its answers counts too.
        """
        key = (article_id, following)
        if key not in self._known:
            learnt = self._learn(units, article_id, following=following)
            if len(self._known) >= _KEPT_ARTICLES:
                return _told(units, learnt, found, following=following)
            self._known[key] = learnt
        return _told(units, self._known[key], found, following=following)

    def _learn(self, units: Sequence[Unit], article_id: str, *, following: bool) -> _Learnt | None:
        faces = self._index.faces
        owners = (article_id, f"{FOLLOWS}{article_id}") if following else (article_id,)
        asked = [int(row) for owner in owners for row in faces.rows_of.get(owner, ())]
        named = {row: self._index.documents.answered_by[row] for row in asked if self._index.documents.answered_by[row]}
        if not named:
            return None
        target = np.zeros((len(named), len(units)), np.float32)
        for number, pieces in enumerate(named.values()):
            for rank, piece in enumerate(pieces):
                holds = [at for at, unit in enumerate(units) if piece in unit.text]
                target[number, holds] = np.maximum(target[number, holds], _LATER**rank)
        rows = np.array(list(named), np.int64)
        vectors = faces.embeddings[rows]
        near = kernel(vectors @ vectors.T, _WIDTH)
        near[np.diag_indices_from(near)] += _RIDGE
        mean = target.mean(0)
        return _Learnt(rows, np.linalg.solve(near, target - mean), mean, target)


def _told(units: Sequence[Unit], learnt: _Learnt | None, found: Found, *, following: bool) -> dict[int, float]:
    if learnt is None:
        return {}
    cosines = found.candidates.faces[learnt.rows]
    near = min(1.0, max(0.0, (float(cosines.max()) - _FAR) / (_NEAR - _FAR)))
    told = near * np.clip(learnt.mean + kernel(cosines, _WIDTH) @ learnt.weights, 0.0, 1.0)
    if following:
        same = min(1.0, max(0.0, (float(cosines.max()) - _LIKE) / (_SAME - _LIKE)))
        told = np.maximum(told, same * learnt.named[int(cosines.argmax())])
    return {unit.order: float(sure) for unit, sure in zip(units, told, strict=True) if sure > 0}
