"""Uncertainty of a ratio of two sums over questions: bootstrap interval, and a paired test of a difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["Figure", "figure", "paired_p"]

_RESAMPLES = 2000
_BLOCKS, _BLOCK = 20, 500
"""Assignments of the randomisation test, in blocks that bound the memory of a large set."""

_SEED = 20261122
"""Fixed, so that two runs over equal answers report equal figures."""

_Pairs = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric over `n` questions: the ratio Σ above / Σ below, with its 95 % confidence interval."""

    value: float
    low: float
    high: float
    n: int


def figure(samples: _Pairs) -> Figure | None:
    """Return the ratio over (above, below) samples with a percentile bootstrap interval; None without any sample.

    Questions are resampled, not statements, since those of one answer stand and fall together. Source: Efron,
    Tibshirani 1993, "An Introduction to the Bootstrap", 13.3. A resample in which nothing is left below is passed over.
    """
    if not samples:
        return None
    above, below = _columns(samples)
    weights = _resamples(len(samples))
    totals = weights @ below
    ratios = (weights @ above)[totals > 0] / totals[totals > 0]
    low, high = np.percentile(ratios, (2.5, 97.5))
    return Figure(_rounded(above.sum() / below.sum()), _rounded(low), _rounded(high), len(samples))


def paired_p(before: _Pairs, after: _Pairs) -> float:
    """Return the two-sided p-value of the difference of two ratios over the same questions, in the same order.

    Paired randomisation: which of the two systems gave an answer is swapped at random for each question; p is the share
    of 10,000 such assignments with a difference at least as large as the real one. Source: Smucker, Allan, Carterette
    2007, "A Comparison of Statistical Significance Tests for Information Retrieval Evaluation". The real assignment is
    counted among them (Phipson, Smyth 2010), so p is never 0.
    """
    if list(before) == list(after):
        return 1.0  # no assignment differs from another
    before_above, before_below = _columns(before)
    after_above, after_below = _columns(after)
    generator = np.random.Generator(np.random.PCG64(_SEED))
    real = abs(after_above.sum() / after_below.sum() - before_above.sum() / before_below.sum())
    as_large = usable = 0
    for _ in range(_BLOCKS):
        swap = generator.integers(0, 2, size=(_BLOCK, len(before)), dtype=np.int8).astype(np.float64)
        left_below = before_below.sum() + swap @ (after_below - before_below)
        right_below = after_below.sum() + swap @ (before_below - after_below)
        left = before_above.sum() + swap @ (after_above - before_above)
        right = after_above.sum() + swap @ (before_above - after_above)
        both = (left_below > 0) & (right_below > 0)
        differences = np.abs(right[both] / right_below[both] - left[both] / left_below[both])
        # Sums of the same numbers in another order differ in the last digits.
        as_large += int((differences >= real - 1e-12).sum())
        usable += int(both.sum())
    return _rounded((as_large + 1) / (usable + 1))


@lru_cache(maxsize=8)
def _resamples(n: int) -> NDArray[np.float64]:
    """Return how often each of `n` questions is drawn in each resample: (resamples, n); the same for every metric."""
    generator = np.random.Generator(np.random.PCG64(_SEED))
    return generator.multinomial(n, np.full(n, 1 / n), size=_RESAMPLES).astype(np.float64)


def _columns(samples: _Pairs) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    table = np.asarray(samples, np.float64)
    return table[:, 0], table[:, 1]


def _rounded(value: float) -> float:
    return round(float(value), 6)
