"""Rows of error tables that are of another code than the reader's."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answer.score import ScoredUnit
from bot.answer.units import Unit
from bot.text.identifiers import IdentifierKind, find_identifiers
from bot.types import BlockKind

__all__ = ["codes_in", "on_code", "without_other_codes"]

_BEGINS = 11
"""Characters of a statement that have the code which it is about, if any: 「0xC004F074 は、」."""

_ALL = 0.4
"""Share of the question's words that a statement on its code has where the code is the question."""

_KINDS = frozenset({IdentifierKind.ERROR_CODE, IdentifierKind.STOP_CODE})


def codes_in(messages: Sequence[str]) -> frozenset[str]:
    """Return the codes of the last message that has any, of a reader's messages, oldest first."""
    return next((codes for text in reversed(messages) if (codes := _codes(text))), frozenset())


def without_other_codes(scored: Sequence[ScoredUnit], codes: frozenset[str]) -> list[ScoredUnit]:
    """Return the units less rows and statements that begin with another code, where the article has the reader's."""
    if not any(codes & item.unit.codes for item in scored):
        return list(scored)
    return [item for item in scored if not _is_of_another(item.unit, codes)]


def on_code(scored: Sequence[ScoredUnit]) -> Unit | None:
    """Return the row or statement that begins with the asked code where it fits best and little else is asked."""
    best = max(scored, key=lambda item: item.score, default=None)
    if best is None or not best.exact or best.words < _ALL or best.unit.kind in {BlockKind.STEP, BlockKind.CODE}:
        return None
    return best.unit if _codes(_beginning(best.unit)) else None


def _beginning(unit: Unit) -> str:
    return unit.text.split(" | ")[0] if unit.kind is BlockKind.TABLE else unit.text[:_BEGINS]


def _is_of_another(unit: Unit, codes: frozenset[str]) -> bool:
    if codes & unit.codes:
        return False
    return bool(_codes(_beginning(unit)))


def _codes(text: str) -> frozenset[str]:
    return frozenset(found.canonical for found in find_identifiers(text) if found.kind in _KINDS)
