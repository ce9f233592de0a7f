"""Whether other words for a statement say enough of it, and which of its words may be said as they stand."""

from __future__ import annotations

import re

from bot.answer.statements import Statement
from bot.answer.units import sentences
from bot.answer.verify.check import plain
from bot.text.tokens import tokenize
from bot.types import BlockKind

__all__ = ["covers", "quotable"]

_COVERED = 0.6
"""Share of a needed statement's words that other words for it must have, or it is said in its own; see docs/why.md."""

_EACH = 0.4
"""Share of the words that only one of its sentences has: the second is often the reason, or what may happen."""

_LITERALS = re.compile(r"「[^」]+」|[A-Za-z0-9][!-~]*")
"""What a needed statement prints that must be there letter for letter: names of buttons, commands, numbers."""


def quotable(one: Statement) -> list[str]:
    """Return the whole of a statement and each of its sentences; a table row is none."""
    return [one.unit.text, *sentences(one.unit.text)] if one.unit.kind is not BlockKind.TABLE else []


def covers(unit: str, one: Statement) -> bool:
    """Tell whether other words for a statement say enough of it, and of each of its sentences."""
    said = plain(unit)
    words = frozenset(tokenize(said))
    each = [frozenset(tokenize(text)) for text in sentences(one.unit.text)]
    whole = frozenset().union(*each)
    if len(whole & words) < _COVERED * len(whole):
        return False
    for theirs in each:
        # Words that another of its sentences has too tell nothing of this one.
        own = theirs.difference(*(others for others in each if others is not theirs))
        if len(own & words) < _EACH * len(own):
            return False
    return all(literal in said for literal in _LITERALS.findall(one.unit.text))
