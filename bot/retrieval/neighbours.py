"""Which article a question asks, learnt at once from the titles and asked questions nearest to it.

A kernel ridge regression over the neighbours alone (local learning: Bottou and Vapnik 1992, "Local learning
algorithms"). The nearest question by itself is right less often: with thousands of them some article is near by
chance, while several that agree, and say it in different ways, are not.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve

from bot.index.reader import Faces

__all__ = ["learnt"]

_NEIGHBOURS = 150
"""Faces learnt from: 100 to 400 tell as much, and so do all 10,000 at once."""

_WIDTH, _RIDGE = 12.0, 0.1
"""Of the kernel exp(-width · (1 - cosine)) and of the regression: widths of 12 and 20, ridges of .05 to .15 tell as
much."""


def learnt(vector: NDArray[np.float32], cosines: NDArray[np.float32], faces: Faces) -> NDArray[np.float32]:
    """Return for each article how surely the unit vector's question is one of its own, about 0–1; zeros without faces.

    `cosines` are those of all faces, rounded or not: they only tell who is near.
    """
    found = np.zeros(faces.articles, np.float32)
    own = np.flatnonzero(faces.subjects < faces.articles)
    if not len(own):
        return found
    if len(own) > _NEIGHBOURS:
        own = own[np.argpartition(-cosines[own], _NEIGHBOURS)[:_NEIGHBOURS]]
    vectors = faces.embeddings[own]
    near = _kernel(vectors @ vectors.T)
    near[np.diag_indices_from(near)] += _RIDGE
    shares = solve(near, _kernel(vectors @ vector), assume_a="pos", overwrite_a=True, check_finite=False)
    np.add.at(found, faces.subjects[own], shares)
    # What no neighbour tells is what is asked on the whole: each article as often as it has faces.
    usual: NDArray[np.float32] = (faces.counts / faces.counts.sum()).astype(np.float32)
    found += (1.0 - shares.sum()) * usual
    return found


def _kernel(cosines: NDArray[np.float32]) -> NDArray[np.float32]:
    kernel: NDArray[np.float32] = np.exp(np.float32(_WIDTH) * (cosines - np.float32(1.0)))
    return kernel
