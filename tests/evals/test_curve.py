"""The abstention curve and the times."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from bot.evals.metrics.curve import abstention_curve
from bot.evals.metrics.timing import timings
from tests.evals.make import ANSWERS, CASES, RECORDING


def test_the_curve_runs_from_answering_all_to_abstaining_always() -> None:
    """At 0 nothing is abstained on; at 1 all but the certain; in between recall rises and coverage falls."""
    points = abstention_curve(CASES, RECORDING)
    assert (points[0].recall, points[0].answered, points[0].precision) == (0.0, 1.0, None)
    assert points[-1].recall == 1.0
    assert points[-1].answered == 1 / 5
    assert all(before.recall <= after.recall for before, after in pairwise(points))
    assert all(before.answered >= after.answered for before, after in pairwise(points))
    middle = next(point for point in points if point.threshold == 0.3)
    assert (middle.recall, middle.precision, middle.answered) == (0.5, 1.0, 1.0)


def test_a_rule_decides_at_every_threshold() -> None:
    """A question that needed no probability, such as one with an unknown code, keeps its decision."""
    observations = {**ANSWERS, "near": replace(ANSWERS["near"], probability=None)}
    points = abstention_curve(CASES, replace(RECORDING, observations=observations))
    assert points[0].recall == 0.5


def test_no_curve_without_both_kinds_or_without_probabilities() -> None:
    """Where nothing can be traded, there is no curve."""
    assert abstention_curve(CASES[:3], RECORDING) == []
    silent = {name: replace(seen, probability=None) for name, seen in ANSWERS.items()}
    assert abstention_curve(CASES, replace(RECORDING, observations=silent)) == []


def test_percentiles_of_each_stage() -> None:
    """Every stage that answers report has its median and its 95th percentile."""
    slow = replace(ANSWERS["code"], answer=replace(ANSWERS["code"].answer, timings_ms={"total": 109.0}))
    found = {timing.stage: timing for timing in timings([ANSWERS["stop"], slow, replace(slow, answer=None)])}
    assert list(found) == ["embed", "search", "compose", "total"]
    assert (found["total"].p50, found["total"].p95, found["total"].n) == (59.0, 104.0, 2)
    assert found["embed"].n == 1
