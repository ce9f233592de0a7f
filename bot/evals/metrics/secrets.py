"""Whether secrets are masked and all else is kept.

Judged by detectors of its own: the examined code must not examine itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from pydantic import TypeAdapter

from bot.evals.cases import Case
from bot.evals.observations import Observation, SourceText
from bot.types import Answer

__all__ = ["leaked", "secrets_in", "secrets_kept", "secrets_masked"]

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ー－", "-"))
_GROUP = r"[ \-]{0,3}"
_PATTERNS = (
    # Product key: five groups of five; recovery key: eight of six digits; installation or confirmation ID: six or more
    # groups of six or seven digits.
    re.compile(r"(?<![A-Z0-9])[A-Z0-9]{5}(?:-[A-Z0-9]{5}){4}(?![A-Z0-9])", re.IGNORECASE),
    re.compile(rf"(?<![0-9])[0-9]{{6}}(?:{_GROUP}[0-9]{{6}}){{7}}(?![0-9])"),
    re.compile(rf"(?<![0-9])[0-9]{{6,7}}(?:{_GROUP}[0-9]{{6,7}}){{5,}}(?![0-9])"),
    re.compile(r"[A-Z0-9._%+-]+@[A-Z0-9-]+(?:\.[A-Z0-9-]+)*\.[A-Z]{2,}", re.IGNORECASE),
    re.compile(r"(?<![0-9])(?:\+81[ \-]?|0)[0-9]{1,4}-[0-9]{1,4}-[0-9]{3,4}(?![0-9])"),
    re.compile(r"(?<=:\\Users\\)[^\\/:*?\"<>|\s]+", re.IGNORECASE),
)
_NOT_LETTER = re.compile(r"[^0-9a-z\u3040-\u9fff]")
_SHORTEST = 4
"""A shorter user name is a common word and would be found everywhere."""


def secrets_masked(case: Case, seen: Observation, sources: Mapping[str, SourceText]) -> tuple[float, float] | None:
    """Measure how many questions with secrets were handled without a trace of one.

    A question counts above when the guide reports that it masked something, and none of its secrets (named in the
    question file, or recognised here) occurs in the answer, in any of its fields, or in the turns as logs hold them.
    Compared by letters and digits alone.
    """
    if not case.secrets and case.kind != "secret":
        return None
    masked = seen.answer is not None and sum(seen.answer.redacted.values()) > 0
    return float(masked and not leaked(case, seen)), 1.0


def secrets_kept(case: Case, seen: Observation, sources: Mapping[str, SourceText]) -> tuple[float, float] | None:
    """Measure how many questions without a secret were left as they are: public codes are never masked."""
    if secrets_in(case):
        return None
    return float(seen.answer is not None and not any(seen.answer.redacted.values())), 1.0


def leaked(case: Case, seen: Observation) -> list[str]:
    """Return the secrets of the question that the answer or the redacted turns still show."""
    shown = "\n".join(seen.redacted)
    if seen.answer is not None:
        shown += _adapter().dump_json(seen.answer).decode()
    letters = _letters(shown)
    return [secret for secret in secrets_in(case) if _letters(secret) in letters]


def secrets_in(case: Case) -> list[str]:
    """Return the secrets of all turns: those named in the question file, else those recognised by their form."""
    if case.secrets:
        return list(case.secrets)
    text = "\n".join(unicodedata.normalize("NFKC", turn).translate(_DASHES) for turn in case.turns)
    found = [match.group() for pattern in _PATTERNS for match in pattern.finditer(text)]
    return [secret for secret in dict.fromkeys(found) if len(_letters(secret)) >= _SHORTEST]


@cache
def _adapter() -> TypeAdapter[Answer]:
    return TypeAdapter(Answer)


def _letters(text: str) -> str:
    return _NOT_LETTER.sub("", unicodedata.normalize("NFKC", text).lower())
