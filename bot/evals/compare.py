"""Compare two runs over the questions that both have: figures, differences, significance, and what flipped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.evals.figures import SetResult
from bot.evals.metrics import METRICS
from bot.evals.uncertainty import paired_p

__all__ = ["Comparison", "Flip", "Outcome", "Row", "compare", "outcomes"]

_NOTHING = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question of one run, as much of it as a comparison needs. `digest` is that of the question."""

    id: str
    digest: str
    solved: bool
    status: str
    text: str
    samples: Mapping[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Row:
    """One metric of both runs over the same `n` questions; None where a run has no case of it. `p` as in `paired_p`."""

    metric: str
    before: float | None
    after: float | None
    p: float | None
    n: int

    @property
    def difference(self) -> float | None:
        """Return after - before."""
        return None if self.before is None or self.after is None else round(self.after - self.before, 6)


@dataclass(frozen=True, slots=True)
class Flip:
    """A question that one run solved and the other did not."""

    id: str
    question: str
    gained: bool
    before: Outcome
    after: Outcome


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs over one set. `compared` of its `total` questions are in both; `missing` names those that are not."""

    set_name: str
    other: str
    rows: tuple[Row, ...]
    flips: tuple[Flip, ...]
    compared: int
    total: int
    missing: tuple[str, ...]


def outcomes(scored: SetResult, *, texts: bool = True) -> list[Outcome]:
    """Return the outcome of each question; without `texts` the answers are left out."""
    return [
        Outcome(
            result.case.id,
            result.case.digest,
            result.solved,
            result.seen.status.value if result.seen.status else "error",
            result.seen.text if texts else "",
            dict(result.samples),
        )
        for result in scored.results
    ]


def compare(before: Iterable[Outcome], scored: SetResult, other: str) -> Comparison:
    """Compare `before`, named `other`, with a scored set, over the questions whose content both share."""
    earlier = {outcome.id: outcome for outcome in before}
    later = {outcome.id: outcome for outcome in outcomes(scored)}
    common = [name for name in later if name in earlier and earlier[name].digest == later[name].digest]
    questions = {result.case.id: " ／ ".join(result.case.turns) for result in scored.results}
    flips = [
        Flip(name, questions[name], later[name].solved, earlier[name], later[name])
        for name in common
        if earlier[name].solved != later[name].solved
    ]
    return Comparison(
        set_name=scored.name,
        other=other,
        rows=tuple(
            row
            for metric in METRICS
            if (row := _row(metric.name, [earlier[name] for name in common], [later[name] for name in common]))
        ),
        flips=tuple(flips),
        compared=len(common),
        total=len(later),
        missing=tuple(sorted((set(later) | set(earlier)) - set(common))),
    )


def _row(metric: str, before: Sequence[Outcome], after: Sequence[Outcome]) -> Row | None:
    left = [outcome.samples.get(metric, _NOTHING) for outcome in before]
    right = [outcome.samples.get(metric, _NOTHING) for outcome in after]
    values = (_ratio(left), _ratio(right))
    if values == (None, None):
        return None
    n = sum(1 for pair in zip(left, right, strict=True) if pair != (_NOTHING, _NOTHING))
    p = paired_p(left, right) if None not in values else None
    return Row(metric, values[0], values[1], p, n)


def _ratio(samples: Sequence[tuple[float, float]]) -> float | None:
    below = sum(sample[1] for sample in samples)
    return round(sum(sample[0] for sample in samples) / below, 6) if below else None
