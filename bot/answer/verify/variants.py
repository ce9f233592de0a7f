"""Whether a claim names a sibling of what its evidence names: another version or edition, or the other way."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answer.verify.evidence import nearest, said
from bot.answer.verify.reading import Statement
from bot.answer.verify.verdict import Doubt, Reason

__all__ = ["other_variant", "other_way"]

_SAME_ELSE = 0.6
"""Share of a clause's words that a part must say to be about the same."""
_MOVES = re.compile(r"(?P<noun>[ァ-ヶー一-鿿A-Za-z0-9]{2,})(?P<particle>から|より|へ|に)(?=[、ぁ-んァ-ヶー一-鿿])")
_ALTERNATIVES = re.compile(
    r"Windows\s?(?:11|10|8\.1|8|7)|(?<![0-9A-Za-z])2[0-9]H[12]|(?<![A-Za-z])(?:Home|Pro|Enterprise|Education)(?![A-Za-z])"
)


def other_variant(claim: Statement, used: Sequence[Statement]) -> Doubt | None:
    """Tell a version or edition of which the evidence, or the clause that says it, names only a sibling."""
    for clause in claim.clauses:
        best, _ = nearest(clause, used)
        printed = set(_ALTERNATIVES.findall(best.text)) if best is not None else set()
        if best is None or said(clause.words, best.words) < _SAME_ELSE:
            continue
        for name in _ALTERNATIVES.findall(clause.text):
            if name not in printed and any(_family(other) == _family(name) for other in printed):
                return Reason.CONTRADICTED, f"{name} / {' '.join(sorted(printed))}"
    named = set(_ALTERNATIVES.findall(claim.text))
    printed = {name for one in used for name in _ALTERNATIVES.findall(one.text)}
    for name in named - printed:
        siblings = {other for other in printed if _family(other) == _family(name)}
        if siblings:
            return Reason.CONTRADICTED, f"{name} / {' '.join(sorted(siblings))}"
    return None


def _family(name: str) -> str:
    return "Windows" if name.startswith("Windows") else "release" if name.startswith("2") else "edition"


def other_way(claim: str, evidence: str) -> Doubt | None:
    """Tell 「PCからスマホへ」 where the evidence has 「スマホからPCへ」."""
    printed = {(found["noun"], found["particle"]) for found in _MOVES.finditer(evidence)}
    for found in _MOVES.finditer(claim):
        noun, particle = found["noun"], found["particle"]
        if particle in {"から", "より"} and (noun, particle) not in printed and {(noun, "へ"), (noun, "に")} & printed:
            return Reason.CONTRADICTED, noun + particle
    return None
