"""Say what was wrong with an answer, in words, for the report and for CI."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.evals.cases import Case
from bot.evals.metrics.content import SHOWN, frame_language, missing_facts
from bot.evals.metrics.decisions import route_of
from bot.evals.metrics.grounding import uncited, unsupported, wrong_literals, wrong_quotes
from bot.evals.metrics.secrets import leaked, secrets_kept, secrets_masked
from bot.evals.observations import Observation, SourceText
from bot.types import Status

__all__ = ["FAULTS", "Fault", "faults_of", "solved"]

FAULTS = {
    "error": ("質問を受け付けなかった", "The question was rejected"),
    "status": ("判断が違う", "Wrong decision"),
    "retrieval": ("正解記事が3位以内にない", "No gold article in the top 3"),
    "article": ("正解記事を引用していない", "Cites no gold article"),
    "facts": ("必要な事実がない", "Facts missing"),
    "support": ("引用元にない文", "Statement not in its source"),
    "uncited": ("引用のない文", "Statement without a citation"),
    "quote": ("引用文が原文と違う", "Quote not verbatim"),
    "literal": ("コマンド・コード・数字が引用文にない", "Literal not in its quote"),
    "route": ("相談先が違う", "Wrong escalation route"),
    "language": ("地の文の言語が違う", "Framed in the wrong language"),
    "secret": ("秘密が伏せられていない", "Secret not masked"),
    "masked": ("秘密でないものを伏せた", "Masked what is no secret"),
}
"""Kinds of fault with their labels in Japanese and English, the gravest cause first in what a reader sees."""

_TOP = 3


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an answer: `kind` is a key of `FAULTS`, `detail` what was found and expected."""

    kind: str
    detail: str


def faults_of(case: Case, seen: Observation, sources: Mapping[str, SourceText]) -> tuple[Fault, ...]:
    """Return all that is wrong with an answer; a question without a fault counts as solved."""
    if seen.answer is None:
        return (Fault("error", seen.error),)
    return (
        *_decision_faults(case, seen),
        *_text_faults(case, seen, sources),
        *_secret_faults(case, seen, sources),
    )


def solved(case: Case, seen: Observation, sources: Mapping[str, SourceText]) -> tuple[float, float]:
    """Measure how many questions were handled without any fault.

    That is: the right decision, a gold article cited, every fact, each statement cited and each cited statement, quote
    and literal as its source has it, the right escalation route, no secret left and no code masked.
    """
    return float(not faults_of(case, seen, sources)), 1.0


def _decision_faults(case: Case, seen: Observation) -> Iterator[Fault]:
    if seen.status is not case.status:
        yield Fault("status", f"{seen.status} ≠ {case.status}")
    cited = {citation.article_id for citation in seen.answer.citations} if seen.answer else set()
    top = [article_id for article_id, _ in seen.ranked[:_TOP]]
    # Where a gold article is cited all the same, its rank did no harm.
    if case.gold and not (set(top) | cited) & set(case.gold):
        yield Fault("retrieval", f"{', '.join(top) or '–'} ≠ {', '.join(case.gold)}")
    if case.status is Status.ANSWERED and seen.status is Status.ANSWERED and not cited & set(case.gold):
        yield Fault("article", f"{', '.join(sorted(cited)) or '–'} ≠ {', '.join(case.gold)}")
    if case.route is not None and route_of(seen) != case.route:
        yield Fault("route", f"{route_of(seen) or '–'} ≠ {case.route}")


def _text_faults(case: Case, seen: Observation, sources: Mapping[str, SourceText]) -> Iterator[Fault]:
    for spellings in missing_facts(case, seen) if seen.status is Status.ANSWERED else ():
        late = any(text in seen.text for text in spellings)
        note = f" ({SHOWN}字より後 · after {SHOWN} characters)" if late else ""
        yield Fault("facts", " / ".join(spellings) + note)
    for statement in unsupported(seen, sources):
        yield Fault("support", f"{statement.text[:80]} {list(statement.marks)}")
    for statement in uncited(seen, sources):
        if not statement.marks:  # a number that does not exist is reported above
            yield Fault("uncited", statement.text[:80])
    for citation in wrong_quotes(seen, sources):
        yield Fault("quote", f"[{citation.n}] {citation.quote[:80]}")
    for literal in wrong_literals(seen):
        yield Fault("literal", literal)
    if frame_language(case, seen, sources) == (0.0, 1.0):
        yield Fault("language", f"≠ {case.language}")


def _secret_faults(case: Case, seen: Observation, sources: Mapping[str, SourceText]) -> Iterator[Fault]:
    if secrets_masked(case, seen, sources) == (0.0, 1.0):
        # The report must not show a secret once more: its length says which it was.
        yield Fault("secret", ", ".join(f"{len(secret)} characters" for secret in leaked(case, seen)) or "not reported")
    if secrets_kept(case, seen, sources) == (0.0, 1.0) and seen.answer is not None:
        yield Fault("masked", ", ".join(seen.answer.redacted))
