"""The abstention curve: what another threshold on the guide's confidence would do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.evals.cases import Case
from bot.evals.observations import Observation, Recording
from bot.types import Status

__all__ = ["CurvePoint", "abstention_curve"]

_STEPS = 50


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One threshold.

    `precision` and `recall` are those of abstaining (precision None where none would); `answered` is the share of
    answerable questions that would be answered.
    """

    threshold: float
    precision: float | None
    recall: float
    answered: float


def abstention_curve(cases: Sequence[Case], recording: Recording) -> list[CurvePoint]:
    """Return the curve over thresholds 0, 0.02 … 1 for questions to be answered or abstained on; [] without both kinds.

    A question would be abstained on when its probability is below the threshold. One for which the guide needed no
    probability (a rule decided) keeps its decision at every threshold. Precision–recall over a score: Manning,
    Raghavan, Schütze 2008, 8.4; with `answered` it is the risk–coverage view of El-Yaniv, Wiener 2010.
    """
    pairs = [
        (case.status is Status.ABSTAINED, recording.observations[case.id])
        for case in cases
        if case.status in {Status.ANSWERED, Status.ABSTAINED}
    ]
    unanswerable = sum(wanted for wanted, _ in pairs)
    answerable = len(pairs) - unanswerable
    if not unanswerable or not answerable or all(seen.probability is None for _, seen in pairs):
        return []
    points = []
    for step in range(_STEPS + 1):
        threshold = step / _STEPS
        abstained = [wanted for wanted, seen in pairs if _abstains(seen, threshold)]
        right = sum(abstained)
        points.append(
            CurvePoint(
                threshold,
                right / len(abstained) if abstained else None,
                right / unanswerable,
                (answerable - len(abstained) + right) / answerable,
            )
        )
    return points


def _abstains(seen: Observation, threshold: float) -> bool:
    if seen.probability is None:
        return seen.status is not Status.ANSWERED and seen.status is not Status.CLARIFY
    return seen.probability < threshold
