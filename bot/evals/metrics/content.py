"""Whether an answer says what a reader needs, from the right article, within the length that is shown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache

from bot.answer.frame import frame_of
from bot.evals.cases import Case
from bot.evals.metrics.statements import statements
from bot.evals.observations import Observation, SourceText
from bot.types import Answer, Language, Status

__all__ = ["SHOWN", "cites_gold", "fact_recall", "frame_language", "length", "missing_facts", "within_shown"]

SHOWN = 700
"""Characters of an answer that a phone shows in about two screens; what comes later is not read."""

_Sources = Mapping[str, SourceText]
_HEADING = re.compile(r"^### (.+)$", re.MULTILINE)
_JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-鿿]")
_NAMED = re.compile(r"“[^”]*”|\([^)]*\)|「[^」]*」")
_SPEAKING = frozenset({Status.ANSWERED, Status.CLARIFY})


def fact_recall(case: Case, seen: Observation, sources: _Sources) -> tuple[float, float]:
    """Measure how many of the facts that a good answer needs are stated.

    Above: facts of which an accepted spelling occurs in the first 700 characters of the answer's text, both compared
    after NFKC, without white space and in lower case. Below: all facts of the question. An abstention states nothing.
    "Nugget recall" of Voorhees 2003 (TREC QA), with spellings in place of an assessor.
    """
    return float(len(case.facts) - len(missing_facts(case, seen))), float(len(case.facts))


def cites_gold(case: Case, seen: Observation, sources: _Sources) -> tuple[float, float] | None:
    """Measure how many questions that want an answer get one that cites an article which answers it."""
    if case.status is not Status.ANSWERED or not case.gold:
        return None
    cited = {citation.article_id for citation in seen.answer.citations} if seen.answer else set()
    return float(bool(cited & set(case.gold)) and seen.status in _SPEAKING), 1.0


def frame_language(case: Case, seen: Observation, sources: _Sources) -> tuple[float, float] | None:
    """Measure how many answers are framed in the language of their question: all that the guide itself says.

    That is what no citation stands behind, its own headings, the question back with its choices, and the escalation.
    English is what has no Japanese letters outside titles and names in brackets, Japanese what has any; an answer of
    quotes and commands alone is left out.
    """
    said = _NAMED.sub("", "\n".join(_framing(seen.answer))) if seen.answer else ""
    if not said.strip():
        return None
    return float(bool(_JAPANESE.search(said)) is (case.language is Language.JA)), 1.0


def _framing(answer: Answer) -> Iterator[str]:
    yield from (found.text for found in statements(answer.text) if not found.shared and not found.code)
    yield from (heading for heading in _HEADING.findall(answer.text) if heading in _own_headings())
    if answer.question is not None:
        yield from (answer.question.text, *answer.question.choices)
    if answer.escalation is not None:
        yield from (answer.escalation.reason, *answer.escalation.prepare)


@cache
def _own_headings() -> frozenset[str]:
    return frozenset(said for language in Language for said in frame_of(language).headings.values())


def length(case: Case, seen: Observation, sources: _Sources) -> tuple[float, float] | None:
    """Measure the length of answers' texts in characters; abstentions and refusals are left out."""
    return (float(len(seen.text)), 1.0) if seen.status is Status.ANSWERED else None


def within_shown(case: Case, seen: Observation, sources: _Sources) -> tuple[float, float] | None:
    """Measure how many answers are no longer than the 700 characters shown."""
    return (float(len(seen.text) <= SHOWN), 1.0) if seen.status is Status.ANSWERED else None


def missing_facts(case: Case, seen: Observation) -> list[tuple[str, ...]]:
    """Return the facts of which no accepted spelling is in the part of the answer that is shown."""
    shown = _comparable(seen.text[:SHOWN]) if seen.status in _SPEAKING else ""
    return [spellings for spellings in case.facts if not any(_comparable(text) in shown for text in spellings)]


def _comparable(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()
