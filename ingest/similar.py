"""Find articles that share most of their wording: the vectors name candidates, the character pairs decide.

Weighed against MinHash (datasketch): the vectors are there already, and the share of common pairs is exact this way.
Only what changed is compared with everything, so that a sync takes time linear in the corpus.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from bot.index.lexical_writer import Tokens
from ingest.report import NearDuplicate

__all__ = ["near_duplicates"]

_NEAR = 0.97
"""Cosine of two articles' mean vectors from which they are compared pair by pair."""

_SHARED = 0.75
"""Jaccard similarity of character pairs from which two articles are reported."""

_BLOCK = 512
"""Articles compared with all others at once."""

_MOST = 500
"""Pairs reported, those that share most: a thousand copies of one page would make half a million."""

_CANDIDATES = 20_000
"""Pairs compared at most, for the same reason."""


def near_duplicates(
    spans: Mapping[str, tuple[int, int]],
    embeddings: NDArray[np.float32],
    bigrams: Tokens,
    new: Collection[str],
    before: Iterable[NearDuplicate] = (),
) -> tuple[NearDuplicate, ...]:
    """Return the pairs with an article of `new`, and those of `before` whose articles are both still as they were.

    `spans` maps each article id to its first chunk position and how many chunks it has.
    """
    fresh = set(new)
    kept = {
        (pair.first, pair.second): pair
        for pair in before
        if pair.first in spans and pair.second in spans and not {pair.first, pair.second} & fresh
    }
    names = list(spans)
    means = np.stack([_mean(embeddings[first : first + count]) for first, count in spans.values()])
    for one, other in islice(_candidates(names, means, fresh), _CANDIDATES):
        shared = _jaccard(_pairs(bigrams, spans[one]), _pairs(bigrams, spans[other]))
        if shared >= _SHARED:
            first, second = sorted((one, other))
            kept[first, second] = NearDuplicate(first, second, round(shared, 3))
    return tuple(sorted(kept.values(), key=lambda pair: (-pair.shared, pair.first, pair.second))[:_MOST])


def _candidates(names: list[str], means: NDArray[np.float32], fresh: set[str]) -> Iterable[tuple[str, str]]:
    rows = np.array([row for row, name in enumerate(names) if name in fresh], np.int64)
    for start in range(0, len(rows), _BLOCK):
        block = rows[start : start + _BLOCK]
        for at, other in np.argwhere(means[block] @ means.T >= _NEAR):
            row = int(block[at])
            # A pair of two new articles is met from both sides.
            if other != row and (other > row or names[other] not in fresh):
                yield names[row], names[other]


def _mean(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    mean: NDArray[np.float32] = vectors.mean(axis=0)
    return mean / max(float(np.linalg.norm(mean)), 1e-9)


def _pairs(bigrams: Tokens, span: tuple[int, int]) -> NDArray[np.uint32]:
    first, count = span
    return np.unique(np.concatenate([bigrams.row(row) for row in range(first, first + count)]))


def _jaccard(one: NDArray[np.uint32], other: NDArray[np.uint32]) -> float:
    common = len(np.intersect1d(one, other, assume_unique=True))
    return common / max(1, len(one) + len(other) - common)
