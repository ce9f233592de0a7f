"""What other articles say of a question that is asked of them in words as near as of the best one."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answer.parts import Part
from bot.answer.passages import Passages
from bot.answer.plan import plan_beside
from bot.index import Index
from bot.retrieval.query import Query
from bot.retrieval.search import Found

__all__ = ["beside"]

_AS_NEAR = 0.01
"""Cosine by which an asked question of another article may be less near than the best article's for both to speak."""

_VERY_NEAR = 0.94
"""Cosine it must have in any case. Of 27 statements from other articles that short of this were added to 132 answers of
thirty conversations, nearly all were about something else; without them fact recall on the development questions rose
from .737 to .745."""


def beside(query: Query, found: Found, articles: Sequence[str], passages: Passages, index: Index) -> list[Part]:
    """Return what the articles after the first, which answers, have to add; often nothing."""
    own = found.nearest_face(index, articles[0])
    return [
        part
        for name in articles[1:]
        if found.nearest_face(index, name) >= max(_VERY_NEAR, own - _AS_NEAR)
        for part in plan_beside(passages.score(query, found, [name]), passages.title(name))
    ]
