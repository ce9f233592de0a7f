"""Which statements answer: what the author of an article said of the questions nearest to the reader's."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bot.answer.units import Unit
from bot.index import Index
from bot.knowledge.topics import FOLLOWS
from bot.retrieval.search import Found

__all__ = ["seen_in"]

_FAR, _NEAR = 0.86, 0.93
"""Cosines of question to question: up to the first nothing is said, from the second on the asked one is the same."""

_WINDOW = 0.05
"""A question this much less near than the article's nearest has no say: .75 of the three statements first named for a
question are among the first 400 characters chosen by .03, .76 by .05."""

_LATER = 0.88
"""Each statement counts this share of the one named before it: authors name the most telling first."""


def seen_in(
    units: Sequence[Unit], article_id: str, found: Found, index: Index, *, following: bool = False
) -> dict[int, float]:
    """Return order of unit → 0–1 for the units that answer questions like the one asked; `units` are the article's.

    `following` tells that the article has answered before: then what readers say after its answers counts too.
    """
    owners = (article_id, f"{FOLLOWS}{article_id}") if following else (article_id,)
    known = [index.faces.rows_of[owner] for owner in owners if owner in index.faces.rows_of]
    if not known:
        return {}
    rows = np.concatenate(known)
    cosines = found.candidates.faces[rows]
    nearest = float(cosines.max())
    seen: dict[int, float] = {}
    for row, cosine in zip(rows, cosines, strict=True):
        sure = min(1.0, max(0.0, (float(cosine) - _FAR) / (_NEAR - _FAR)))
        weight = sure * max(0.0, 1.0 - (nearest - float(cosine)) / _WINDOW)
        for rank, piece in enumerate(index.documents.answered_by[row] if weight > 0 else ()):
            for unit in units:
                if piece in unit.text:
                    seen[unit.order] = max(seen.get(unit.order, 0.0), weight * _LATER**rank)
    return seen
