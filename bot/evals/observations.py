"""What the guide did with each test question, typed: the one input of every metric."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from bot.evals.cases import Case
from bot.evals.probe import record
from bot.types import Answer, Status

if TYPE_CHECKING:
    from bot.answer.guide import Guide

__all__ = ["Observation", "Passage", "Recording", "SourceText", "observe", "parse_recording"]


@dataclass(frozen=True, slots=True)
class Passage:
    """A retrieved chunk as the report shows it."""

    article_id: str
    heading: tuple[str, ...]
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class SourceText:
    """A cited article: `text` is `Article.text`, `chunks` the texts of its chunks in reading order."""

    title: str
    text: str
    chunks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Observation:
    """The answer to one test question and what led to it.

    `answer` is None when the guide rejected the question, `error` then says why. `ranked` are up to ten (article id,
    score) pairs, best first. `probability` is the guide's own that the passages answer, None where it did not need one.
    `redacted` are the turns as logs would hold them.
    """

    id: str
    answer: Answer | None
    error: str = ""
    ranked: tuple[tuple[str, float], ...] = ()
    passages: tuple[Passage, ...] = ()
    unknown: tuple[str, ...] = ()
    probability: float | None = None
    redacted: tuple[str, ...] = ()

    @property
    def status(self) -> Status | None:
        """Return the answer's status, None when there is no answer."""
        return self.answer.status if self.answer else None

    @property
    def text(self) -> str:
        """Return the answer's text, "" when there is none."""
        return self.answer.text if self.answer else ""


@dataclass(frozen=True, slots=True)
class Recording:
    """All observations of one run by case id, with the texts of the articles cited in it."""

    observations: Mapping[str, Observation]
    sources: Mapping[str, SourceText] = field(default_factory=dict)
    threshold: float | None = None
    model: str = ""
    articles: int = 0
    chunks: int = 0

    def require(self, cases: Sequence[Case]) -> None:
        """Raise `RuntimeError` unless every case was observed: no figure may stand for fewer questions than it says."""
        missing = [case.id for case in cases if case.id not in self.observations]
        if missing:
            raise RuntimeError(f"{len(missing)} of {len(cases)} questions were not observed: {', '.join(missing[:5])}")


def observe(guide: Guide, cases: Sequence[Case], progress: Callable[[int], None] | None = None) -> Recording:
    """Ask a guide every case; `progress` is told how many are done."""
    recording = parse_recording(record(guide, [(case.id, case.turns) for case in cases], progress))
    recording.require(cases)
    return recording


def parse_recording(rows: Iterable[Mapping[str, Any]]) -> Recording:
    """Return the typed form of what `probe.record` yields."""
    observations: dict[str, Observation] = {}
    summary: Mapping[str, Any] = {}
    for row in rows:
        if "articles" in row:
            summary = row
        else:
            observations[row["id"]] = _observation(row)
    size = summary.get("size", {})
    return Recording(
        observations,
        {name: _adapter(SourceText).validate_python(value) for name, value in summary.get("articles", {}).items()},
        summary.get("threshold"),
        summary.get("model", ""),
        size.get("articles", 0),
        size.get("chunks", 0),
    )


@cache
def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _observation(row: Mapping[str, Any]) -> Observation:
    answer = row["answer"]
    confidence = row["confidence"]
    return Observation(
        id=row["id"],
        answer=None if answer is None else _adapter(Answer).validate_python(answer),
        error=row["error"],
        ranked=tuple((article_id, score) for article_id, score in row["ranked"]),
        passages=tuple(_adapter(Passage).validate_python(passage) for passage in row["passages"]),
        unknown=tuple(row["unknown"]),
        probability=None if confidence is None else float(confidence["probability"]),
        redacted=tuple(row["redacted"]),
    )
