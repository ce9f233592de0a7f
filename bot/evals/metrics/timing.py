"""How long each stage of an answer took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.evals.observations import Observation

__all__ = ["Timing", "timings"]


@dataclass(frozen=True, slots=True)
class Timing:
    """One stage: median and 95th percentile in milliseconds over `n` answers, and all values for the plot."""

    stage: str
    p50: float
    p95: float
    n: int
    values: tuple[float, ...]


def timings(seen: Sequence[Observation]) -> list[Timing]:
    """Return each stage that answers report, in their order; percentiles are interpolated linearly."""
    values: dict[str, list[float]] = {}
    for observation in seen:
        for stage, value in (observation.answer.timings_ms if observation.answer else {}).items():
            values.setdefault(stage, []).append(value)
    return [
        Timing(
            stage,
            round(float(np.percentile(found, 50)), 2),
            round(float(np.percentile(found, 95)), 2),
            len(found),
            tuple(found),
        )
        for stage, found in values.items()
    ]
