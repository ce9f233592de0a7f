"""Check test questions: format, and that what they expect exists in the corpus."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.knowledge.escalation import Escalations
from bot.types import Language, Status
from ingest.checks.article_file import ArticleFile
from ingest.checks.problem import Problem
from ingest.checks.support import OTHERS, SUPPORT, check_support

__all__ = ["Kind", "check_evals"]

_Text = Annotated[str, Field(min_length=1)]


class Kind(StrEnum):
    """What a test question probes."""

    COLLOQUIAL = "colloquial"
    TYPO = "typo"
    CODE = "code"
    SHORT = "short"
    LONG_STORY = "long_story"
    ENGLISH = "english"
    FOLLOW_UP = "follow_up"
    CLARIFY = "clarify"
    OUT_OF_SCOPE = "out_of_scope"
    NEAR_UNANSWERED = "near_unanswered"
    UNKNOWN_CODE = "unknown_code"
    HARMFUL = "harmful"
    LOOKALIKE = "lookalike"
    SCAM = "scam"
    INJECTION = "injection"
    SECRET = "secret"  # noqa: S105  # a kind of question


class _Question(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: _Text
    kind: Kind
    q: _Text | None = None
    turns: tuple[_Text, ...] | None = Field(None, min_length=1)
    gold: tuple[_Text, ...]
    facts: tuple[Annotated[tuple[_Text, ...], Field(min_length=1)], ...]
    status: Status
    route: _Text | None
    note: str
    language: Language = Language.JA
    holdout: bool = False

    @model_validator(mode="after")
    def _one_way_to_ask(self) -> Self:
        if (self.q is None) == (self.turns is None):
            raise ValueError("a question has either q or turns")
        return self


def check_evals(folder: Path, articles: Mapping[str, ArticleFile], escalation: Escalations | None) -> Iterator[Problem]:
    """Yield every mistake of `folder`'s `*.jsonl`; ids are unique over all of them."""
    ids: dict[str, str] = {}
    yield from check_support(folder / SUPPORT, articles)
    yield from check_support(folder / OTHERS, None)
    for path in sorted(set(folder.glob("*.jsonl")) - {folder / SUPPORT, folder / OTHERS}):
        try:
            lines = path.read_text("utf-8").split("\n")
        except (OSError, UnicodeDecodeError) as error:
            yield Problem(str(path), 1, f"cannot be read ({error})", "save it as UTF-8 text")
            continue
        if not any(line.strip() for line in lines):
            yield Problem(str(path), 1, "no question", "add one JSON object a line, or remove the file")
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                question = _Question.model_validate_json(line)
            except ValidationError as error:
                first = error.errors()[0]
                where = ".".join(map(str, first["loc"])) or "the line"
                yield Problem(str(path), number, f"{where}: {first['msg'].lower()}", "correct it there")
                continue
            for message, remedy in _mistakes(question, ids, articles, escalation):
                yield Problem(str(path), number, message, remedy)
            ids.setdefault(question.id, f"{path.name}:{number}")


def _mistakes(
    question: _Question,
    ids: Mapping[str, str],
    articles: Mapping[str, ArticleFile],
    escalation: Escalations | None,
) -> Iterator[tuple[str, str]]:
    if question.id in ids:
        yield f"the id {question.id} is also that of {ids[question.id]}", "give each question its own id"
    if question.route is not None and escalation is not None and escalation.route(question.route) is None:
        yield f"route names {question.route}, which escalation.yaml does not have", "name one of its routes or null"
    for name in question.gold:
        if name not in articles:
            yield f"gold names {name}, which is no article", "name an article or remove it"
    texts = [_text(articles[name]) for name in question.gold if name in articles]
    for spellings in question.facts:
        if not any(spelling in text for spelling in spellings for text in texts):
            yield f"the fact {' / '.join(spellings)} is in none of its gold articles", "quote a gold article verbatim"


def _text(article: ArticleFile) -> str:
    return f"{article.front.title}\n{article.body}"
