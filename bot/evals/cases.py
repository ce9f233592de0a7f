"""Test questions: read them, refuse what is malformed, and tell their content apart by digest.

The schema of a line is described in `corpus/evals/README.md`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.errors import UsageError
from bot.types import Language, Status

__all__ = ["HOLDOUT", "KINDS", "QUESTIONS", "Case", "load_cases", "read_objects", "require_gold"]

QUESTIONS, HOLDOUT = "questions", "holdout"
"""The set that is worked with, and the set that is never tuned on: its answers are counted, not shown."""

KINDS = {
    "colloquial": "話しことば",
    "typo": "打ちまちがい",
    "code": "エラーコード",
    "short": "ひとこと",
    "long_story": "長い事情",
    "english": "英語",
    "follow_up": "続けての質問",
    "clarify": "聞き返しが必要",
    "out_of_scope": "対象外",
    "near_unanswered": "近いが答えのない質問",
    "unknown_code": "未知のコード",
    "harmful": "有害",
    "lookalike": "有害に似た正当な質問",
    "scam": "詐欺被害",
    "injection": "指示の混入",
    "secret": "秘密を含む",
}
"""Kinds of question, with the name that the report shows."""

_Text = Annotated[str, Field(min_length=1, pattern=r"\S")]


class _Row(BaseModel):
    """One line of a question file."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    id: Annotated[str, Field(pattern=r"^\S+$")]
    kind: str
    q: _Text | None = None
    turns: list[_Text] | None = None
    gold: list[_Text] = Field(default_factory=list)
    facts: list[Annotated[list[_Text], Field(min_length=1)]] = Field(default_factory=list)
    status: str
    route: _Text | None = None
    secrets: list[_Text] = Field(default_factory=list)
    language: str = Language.JA
    note: str = ""

    @model_validator(mode="after")
    def _consistent(self) -> _Row:
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind {self.kind!r}; use one of {', '.join(KINDS)}")
        if self.status not in set(Status):
            raise ValueError(f"unknown status {self.status!r}; use one of {', '.join(Status)}")
        if self.language not in set(Language):
            raise ValueError(f"unknown language {self.language!r}; use one of {', '.join(Language)}")
        if (self.q is None) == (not self.turns):
            raise ValueError("give either q (a text) or turns (a list of texts)")
        if self.status == Status.ANSWERED and not self.gold:
            raise ValueError("an answered question needs in gold at least one article that answers it")
        if self.status in {Status.ABSTAINED, Status.REFUSED} and self.facts:
            raise ValueError(f"a question whose status is {self.status} states no facts; empty the list")
        return self


@dataclass(frozen=True, slots=True)
class Case:
    """One test question and what is expected of the answer to its last turn.

    `gold` are the articles any of which answers it; each of `facts` lists accepted spellings of one fact. `route` is
    the expected escalation or None. `digest` changes with anything that is asked or expected.
    """

    id: str
    kind: str
    turns: tuple[str, ...]
    gold: tuple[str, ...]
    facts: tuple[tuple[str, ...], ...]
    status: Status
    route: str | None = None
    secrets: tuple[str, ...] = ()
    language: Language = Language.JA
    """What the guide's own words must be in."""
    note: str = ""
    line: int = 0

    @property
    def digest(self) -> str:
        """Return BLAKE2b-64 (hex) of the question and the expectation; the note and the line do not count."""
        content = [self.kind, self.turns, self.gold, self.facts, self.status.value, self.route, self.secrets]
        if self.language is not Language.JA:  # Japanese questions keep the digests they had before there were others
            content.append(self.language.value)
        return hashlib.blake2b(json.dumps(content, ensure_ascii=False).encode(), digest_size=8).hexdigest()


def load_cases(path: Path) -> list[Case]:
    """Read a question file. Raises `UsageError` naming file, line and remedy."""
    cases: list[Case] = []
    seen: dict[str, int] = {}
    for line, row in read_objects(path):
        case = _case(path, line, row)
        if case.id in seen:
            raise UsageError(f"{path}:{line}: the id {case.id} is already on line {seen[case.id]}; give each its own")
        seen[case.id] = line
        cases.append(case)
    return cases


def require_gold(cases: Sequence[Case], path: Path, known: Collection[str], where: str) -> None:
    """Raise `UsageError` for the first gold article that is not among the `known` ids of the index at `where`."""
    for case in cases:
        for article_id in case.gold:
            if article_id not in known:
                raise UsageError(
                    f"{path}:{case.line}: the gold article {article_id!r} is not in {where}; correct the id, or ingest "
                    "the articles that the questions are about"
                )


def read_objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line number, object) of a JSON-lines file that has at least one. Raises `UsageError`."""
    found = False
    for number, line in enumerate(_text(path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (json.JSONDecodeError, RecursionError) as error:
            reason = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply"
            raise UsageError(f"{path}:{number}: broken JSON ({reason}); put one object on each line") from None
        if not isinstance(row, dict):
            raise UsageError(f"{path}:{number}: found {line[:40]!r}, expected a JSON object; put one on each line")
        found = True
        yield number, row
    if not found:
        raise UsageError(f"{path} has no lines to read; put one JSON object on each line")


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}); give a file of JSON lines") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 (byte {error.start}); save it as UTF-8") from None


def _case(path: Path, line: int, row: dict[str, Any]) -> Case:
    try:
        parsed = _Row.model_validate(row)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        message = first["msg"].removeprefix("Value error, ")
        raise UsageError(
            f"{path}:{line}: {f'{where}: ' if where else ''}{message}; see README.md beside the bundled questions"
        ) from None
    return Case(
        id=parsed.id,
        kind=parsed.kind,
        turns=(parsed.q,) if parsed.q is not None else tuple(parsed.turns or ()),
        gold=tuple(parsed.gold),
        facts=tuple(tuple(spellings) for spellings in parsed.facts),
        status=Status(parsed.status),
        route=parsed.route,
        secrets=tuple(parsed.secrets),
        language=Language(parsed.language),
        note=parsed.note,
        line=line,
    )
