"""The statement that says what a word means, whichever of the articles found has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.answer.asked import Asked, Form
from bot.answer.direct import DEFINES, defines, direct
from bot.answer.passages import Passages
from bot.answer.score import ScoredUnit
from bot.answer.units import Unit
from bot.retrieval.search import Found
from bot.text.tokens import tokenize
from bot.types import BlockKind

__all__ = ["meaning"]


def meaning(asked: Asked | None, own: Sequence[ScoredUnit], found: Found, passages: Passages) -> Unit | None:
    """Return the definition of what is asked, None where nothing like one is asked or none of the articles has it.

    `own` are the units of the article that answers: where that one says it surely, no other does. A word is also
    looked for by its official terms: 「マイクロソフトアカウントってなに」.
    """
    if asked is None or asked.form is not Form.WHAT:
        return None
    names = [asked, *(replace(asked, subject=tuple(tokenize(term))) for term in found.query.official)]
    said = direct(asked, own)
    if said is not None and defines(asked, said, beyond=0) >= DEFINES:
        return None
    articles = dict.fromkeys(hit.article_id for hit in found.hits)
    # A word is not explained by what is said of an error that the reader does not have.
    asked_codes = set(found.query.exact)
    units = [unit for name in articles for unit in passages.units(name) if unit.codes <= asked_codes]
    gains = [(_gain(names, unit), -at, unit) for at, unit in enumerate(units) if unit.kind in _TEXT]
    best = max(gains, key=lambda each: each[:2], default=None)
    return best[2] if best is not None and best[0] >= DEFINES else None


_TEXT = frozenset({BlockKind.PARAGRAPH, BlockKind.BULLET})


def _gain(names: Sequence[Asked], unit: Unit) -> float:
    return max(defines(name, unit, beyond=0) for name in names)
