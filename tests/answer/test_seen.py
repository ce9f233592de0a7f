"""Which statements answer is learnt from all questions of an article."""

from __future__ import annotations

import pytest

from bot.answer.guide import Guide
from bot.answer.seen import Seen

_ARTICLE = "device-sound"


def test_a_question_in_the_list_gets_what_was_named_for_it(guide: Guide) -> None:
    """The first statement named for an asked question is among the three surest of its article."""
    documents = guide.index.documents
    rows = [row for row in guide.index.faces.rows_of[_ARTICLE] if documents.answered_by[row]][:20]
    units = guide._passages.units(_ARTICLE)
    seen = Seen(guide.index)
    hits = 0
    for row in rows:
        told = seen.of(units, _ARTICLE, guide.search(documents.faces[row][1], 1))
        surest = sorted(told, key=lambda order: -told[order])[:3]
        hits += any(documents.answered_by[row][0] in unit.text for unit in units if unit.order in surest)
    assert hits >= 0.9 * len(rows)


@pytest.mark.parametrize("question", ["鯖の味噌煮の作り方", "明日の天気"])
def test_a_question_far_from_all_names_nothing_surely(guide: Guide, question: str) -> None:
    """Nobody asked that of the article, so nothing in it answers it."""
    told = Seen(guide.index).of(guide._passages.units(_ARTICLE), _ARTICLE, guide.search(question, 1))
    assert max(told.values(), default=0.0) < 0.3


def test_an_article_without_questions_names_nothing(blog_guide: Guide) -> None:
    """A scraped article has no list of questions."""
    article = blog_guide.index.documents.article_ids()[0]
    found = blog_guide.search("認証", 1)
    assert Seen(blog_guide.index).of(blog_guide._passages.units(article), article, found) == {}
