"""Intervals and tests of difference agree with scipy's where scipy has them, and never change between runs."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from bot.evals.uncertainty import figure, paired_p

_DICE = np.random.Generator(np.random.PCG64(3))


def _shares(n: int, share: float) -> list[tuple[float, float]]:
    return [(float(value), 1.0) for value in _DICE.random(n) < share]


def test_interval_agrees_with_scipy() -> None:
    """The percentile interval of a mean is scipy's, up to the noise of resampling."""
    samples = _shares(200, 0.7)
    found = figure(samples)
    values = np.array([above for above, _ in samples])
    expected = stats.bootstrap((values,), np.mean, method="percentile", n_resamples=5000, rng=1).confidence_interval
    assert found.value == pytest.approx(values.mean())
    assert found.low == pytest.approx(expected.low, abs=0.015)
    assert found.high == pytest.approx(expected.high, abs=0.015)


def test_a_ratio_is_of_sums_not_of_shares() -> None:
    """A question with many statements weighs as many."""
    assert figure([(9, 10), (0, 1)]).value == pytest.approx(9 / 11, abs=1e-6)


def test_figures_repeat() -> None:
    """The same samples give the same figures."""
    samples = _shares(50, 0.5)
    assert figure(samples) == figure(list(samples))


def test_no_sample_gives_no_figure() -> None:
    """A metric that nothing bears on has no value, not zero."""
    assert figure([]) is None


def test_paired_p_agrees_with_scipy() -> None:
    """The randomisation test of a difference of means is scipy's, up to noise."""
    before = _shares(80, 0.5)
    after = [(1.0, 1.0) if _DICE.random() < 0.25 else sample for sample in before]
    pairs = (np.array([above for above, _ in before]), np.array([above for above, _ in after]))
    expected = stats.permutation_test(
        pairs, lambda x, y, axis: np.mean(y, axis) - np.mean(x, axis),
        permutation_type="samples", n_resamples=10_000, vectorized=True, rng=1,
    )  # fmt: skip
    assert paired_p(before, after) == pytest.approx(expected.pvalue, abs=0.02)


@pytest.mark.parametrize(("after", "p"), [([(1.0, 1.0)] * 40, 0.0), ([(0.0, 1.0)] * 40, 1.0)])
def test_paired_p_tells_all_from_nothing(after: list[tuple[float, float]], p: float) -> None:
    """Forty questions that all flipped are significant, none is not."""
    assert paired_p([(0.0, 1.0)] * 40, after) == pytest.approx(p, abs=0.001)


def test_a_metric_may_bear_on_other_questions_in_each_run() -> None:
    """Precision counts other questions before and after; where nothing is left the assignment is passed over."""
    assert 0 < paired_p([(1, 1), (0, 0)], [(0, 0), (0, 1)]) <= 1
