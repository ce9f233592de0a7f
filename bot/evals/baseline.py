"""The accepted run, committed as `corpus/evals/baseline.json`: figures for people, samples for the gate."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import DiskError, UsageError
from bot.evals.cases import HOLDOUT
from bot.evals.compare import Outcome, outcomes
from bot.evals.figures import SetResult

__all__ = ["SCHEMA", "Baseline", "read_baseline", "write_baseline"]

SCHEMA = 1
"""Raised by one whenever the file changes shape, or a metric changes meaning."""


class _Question(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    digest: str
    solved: bool
    status: str
    text: str = ""
    samples: dict[str, tuple[float, float]]


class _Set(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    count: int
    solved: int
    figures: dict[str, dict[str, float]]
    questions: list[_Question]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_version: int
    model: str
    sets: dict[str, _Set]


@dataclass(frozen=True, slots=True)
class Baseline:
    """An accepted run: the embedding model, and the outcomes of each set of questions."""

    model: str
    sets: Mapping[str, Sequence[Outcome]]


def read_baseline(path: Path) -> Baseline:
    """Read an accepted run. Raises `UsageError` naming what was found and what to do."""
    again = "write a new one with --write-baseline"
    try:
        data = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise UsageError(f"there is no baseline {path}; {again}") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}); give a baseline file") from None
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
        raise UsageError(f"{path}:{line}: broken JSON; restore the file, or {again}") from None
    schema = data.get("schema_version") if isinstance(data, dict) else None
    if schema != SCHEMA:
        raise UsageError(f"{path}:1: the baseline has schema {schema!r} and this version reads {SCHEMA}; {again}")
    try:
        parsed = _File.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UsageError(f"{path}:1: {where}: {first['msg'].lower()}; restore the file, or {again}") from None
    for name, found in parsed.sets.items():
        if found.count != len(found.questions):
            raise UsageError(
                f"{path}:1: the set {name} says {found.count} questions and holds {len(found.questions)}; "
                f"restore the file, or {again}"
            )
    return Baseline(
        parsed.model,
        {
            name: [Outcome(**question.model_dump()) for question in found.questions]
            for name, found in parsed.sets.items()
        },
    )


def write_baseline(path: Path, scored: Sequence[SetResult]) -> None:
    """Accept a run: one question a line, so that a difference can be read. Raises `DiskError`.

    The texts of answers to held-out questions are left out: reading them would be tuning on them.
    """
    sets = ",\n".join(f'  "{found.name}": {_set(found)}' for found in scored)
    model = scored[0].recording.model if scored else ""
    text = f'{{\n "schema_version": {SCHEMA},\n "model": {_json(model)},\n "sets": {{\n{sets}\n }}\n}}\n'
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    except OSError as error:
        raise DiskError(f"{path} cannot be written ({error.strerror}); choose another place with --baseline") from None


def _set(scored: SetResult) -> str:
    figures = ",\n".join(
        f"    {_json(name)}: {_json({'value': found.value, 'low': found.low, 'high': found.high, 'n': found.n})}"
        for name, found in scored.figures.items()
    )
    questions = ",\n".join(
        "    "
        + _json(
            {
                "id": outcome.id,
                "digest": outcome.digest,
                "solved": outcome.solved,
                "status": outcome.status,
                **({"text": outcome.text} if outcome.text else {}),
                "samples": {name: [_short(value) for value in sample] for name, sample in outcome.samples.items()},
            }
        )
        for outcome in outcomes(scored, texts=scored.name != HOLDOUT)
    )
    return (
        f'{{\n   "count": {len(scored.results)},\n   "solved": {scored.solved},\n'
        f'   "figures": {{\n{figures}\n   }},\n   "questions": [\n{questions}\n   ]\n  }}'
    )


def _short(value: float) -> float | int:
    return int(value) if value == int(value) else value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
