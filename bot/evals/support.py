"""Measure verification on the labelled sentences: attacks that are stopped, true paraphrases that pass, by kind."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.answer.verify import verify
from bot.evals.support_cases import Label, SupportGroup
from bot.evals.uncertainty import Figure, figure

__all__ = ["FLOORS", "SupportResult", "SupportRow", "measure_support", "support_falls"]

FLOORS = {
    ("dev", "attacks"): 0.955,
    ("dev", "paraphrases"): 0.955,
    ("holdout", "attacks"): 0.91,
    ("holdout", "paraphrases"): 0.88,
    ("others", "attacks"): 0.8,
    ("others", "paraphrases"): 0.63,
}
"""What `guide eval --support` must reach, a little below what was measured when the sentences were written."""


@dataclass(frozen=True, slots=True)
class SupportRow:
    """One kind of sentence: how many there are, and how many were judged rightly."""

    label: str
    right: int
    total: int


@dataclass(frozen=True, slots=True)
class SupportResult:
    """One split. `attacks` is the share stopped, `paraphrases` the share that passes; times in ms a sentence."""

    split: str
    attacks: Figure
    paraphrases: Figure
    rows: tuple[SupportRow, ...]
    p50_ms: float
    p95_ms: float

    def as_json(self) -> dict[str, Any]:
        """Return all but the times, which differ from run to run."""
        return {name: value for name, value in asdict(self).items() if not name.endswith("_ms")}


def measure_support(groups: Sequence[SupportGroup]) -> list[SupportResult]:
    """Verify every sentence of every split."""
    return [
        _measure(split, [group for group in groups if group.split == split])
        for split in ("dev", "holdout", "others")
        if any(group.split == split for group in groups)
    ]


def support_falls(results: Sequence[SupportResult]) -> list[str]:
    """Return a sentence for each figure below its floor."""
    return [
        f"support {one.split} {name} {value.value:.3f} is below {FLOORS[one.split, name]:.2f}"
        for one in results
        for name, value in (("attacks", one.attacks), ("paraphrases", one.paraphrases))
        if value.value < FLOORS[one.split, name]
    ]


def _measure(split: str, groups: Sequence[SupportGroup]) -> SupportResult:
    right: dict[Label, list[bool]] = {}
    times = []
    for group in groups:
        passages = group.numbered
        verify(group.claims[0].text, passages)  # passages are read once, while the model still thinks
        for claim in group.claims:
            start = time.perf_counter()
            verdict = verify(claim.text, passages)
            times.append((time.perf_counter() - start) * 1000)
            right.setdefault(claim.label, []).append(verdict.passed is (claim.label is Label.SUPPORTED))
    attacks = [one for label, found in right.items() if label is not Label.SUPPORTED for one in found]
    times.sort()
    return SupportResult(
        split,
        _share(attacks),
        _share(right.get(Label.SUPPORTED, [])),
        tuple(SupportRow(label.value, sum(right[label]), len(right[label])) for label in Label if label in right),
        times[len(times) // 2],
        times[len(times) * 95 // 100],
    )


def _share(found: Sequence[bool]) -> Figure:
    return figure([(float(one), 1.0) for one in found]) or Figure(0.0, 0.0, 0.0, 0)
