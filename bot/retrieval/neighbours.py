"""Which article a question asks, or what no article answers, learnt at once from what was asked most alike.

A kernel ridge regression over the neighbours alone (local learning: Bottou and Vapnik 1992, "Local learning
algorithms"). The nearest question by itself is right less often: with thousands of them some article is near by
chance, while several that agree, and say it in different ways, are not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from bot.index.reader import Faces
from bot.retrieval.kernel import kernel

__all__ = ["Told", "learnt"]

_NEIGHBOURS = 100
"""Faces learnt from: 150 to 400 tell as much, and so do all 10,000 at once."""

_WIDTH, _RIDGE = 12.0, 0.1
"""Of the kernel exp(-width · (1 - cosine)) and of the regression: widths of 12 and 20, ridges of .05 to .15 tell as
much."""


@dataclass(frozen=True, slots=True)
class Told:
    """How surely a question is one of each article's (articles,), or one that no article answers: about 0–1."""

    articles: NDArray[np.float32]
    elsewhere: float


def learnt(vector: NDArray[np.float32], cosines: NDArray[np.float32], faces: Faces) -> Told:
    """Return what the faces nearest to a question's unit vector tell of it; zeros where there are none.

    `cosines` are those of all faces, rounded or not: they only tell who is near.
    """
    of_none, rows = faces.of_none, faces.telling
    if not len(rows):
        return Told(np.zeros(faces.articles, np.float32), 0.0)
    # Articles of which little is asked are not outvoted for that: together they count at least as much as the topics
    # without one. What no neighbour tells is what is asked on the whole.
    none = np.count_nonzero(of_none)
    weight = max(1.0, none / (len(rows) - none)) if len(rows) > none else 1.0
    usual = np.append(weight * faces.counts, none)
    usual /= usual.sum()
    if len(rows) > _NEIGHBOURS:
        rows = rows[np.argpartition(-cosines[rows], _NEIGHBOURS)[:_NEIGHBOURS]]
    vectors = faces.embeddings[rows]
    near = kernel(vectors @ vectors.T, _WIDTH)
    near[np.diag_indices_from(near)] += _RIDGE / np.where(of_none[rows], 1.0, weight)
    factor = cho_factor(near, overwrite_a=True, check_finite=False)
    shares = cho_solve(factor, kernel(vectors @ vector, _WIDTH), check_finite=False)
    owners = np.where(of_none[rows], faces.articles, faces.subjects[rows])
    found = np.bincount(owners, shares, faces.articles + 1) + (1.0 - shares.sum()) * usual
    return Told(found[:-1].astype(np.float32), float(found[-1]))
