"""From samples to figures: over all questions of a set, and by kind of question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.evals.cases import KINDS, Case
from bot.evals.metrics import METRICS, measure
from bot.evals.metrics.curve import CurvePoint, abstention_curve
from bot.evals.metrics.faults import Fault, faults_of
from bot.evals.metrics.timing import Timing, timings
from bot.evals.observations import Observation, Recording
from bot.evals.uncertainty import Figure, figure

__all__ = ["CaseResult", "SetResult", "figures_of", "pooled", "score_set"]


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One test question with what was observed, its samples, and what is wrong."""

    case: Case
    seen: Observation
    samples: Mapping[str, tuple[float, float]]
    faults: tuple[Fault, ...]

    @property
    def solved(self) -> bool:
        """Tell whether nothing is wrong with the answer."""
        return not self.faults


@dataclass(frozen=True, slots=True)
class SetResult:
    """One set of questions, scored. `figures` maps metric names to figures, `kinds` the kind to such a table."""

    name: str
    results: tuple[CaseResult, ...]
    figures: Mapping[str, Figure]
    kinds: Mapping[str, Mapping[str, Figure]]
    timings: tuple[Timing, ...]
    curve: tuple[CurvePoint, ...]
    recording: Recording

    @property
    def solved(self) -> int:
        """Return how many questions have no fault."""
        return sum(result.solved for result in self.results)


def score_set(name: str, cases: Sequence[Case], recording: Recording) -> SetResult:
    """Measure one set of cases. Raises `RuntimeError` when a case was not observed."""
    samples = measure(cases, recording)
    results = tuple(
        CaseResult(
            case,
            recording.observations[case.id],
            samples[case.id],
            faults_of(case, recording.observations[case.id], recording.sources),
        )
        for case in cases
    )
    kinds = [kind for kind in KINDS if any(case.kind == kind for case in cases)]
    return SetResult(
        name=name,
        results=results,
        figures=figures_of(samples.values()),
        kinds={kind: figures_of(samples[case.id] for case in cases if case.kind == kind) for kind in kinds},
        timings=tuple(timings([result.seen for result in results])),
        curve=tuple(abstention_curve(cases, recording)),
        recording=recording,
    )


def figures_of(rows: Iterable[Mapping[str, tuple[float, float]]]) -> dict[str, Figure]:
    """Return the figure of each metric that any of the rows has a sample of, in the order of `METRICS`."""
    rows = list(rows)
    found = {metric.name: figure(pooled(rows, metric.name)) for metric in METRICS}
    return {name: value for name, value in found.items() if value is not None}


def pooled(rows: Iterable[Mapping[str, tuple[float, float]]], metric: str) -> list[tuple[float, float]]:
    """Return the samples of one metric that the rows have."""
    return [row[metric] for row in rows if metric in row]
