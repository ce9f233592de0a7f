"""Questions that lean on what was said before, and the routes that a whole situation calls for."""

from __future__ import annotations

import pytest

from bot.answer.guide import Guide
from bot.answer.talk import Talk
from bot.retrieval.query import understand
from bot.types import Turn


def test_earlier_turns_colour_the_search(guide: Guide) -> None:
    """「次は?」 after a lost activation is about the activation, not about the network it mentions."""
    history = [Turn("user", "大きい更新のあとライセンス認証が外れました"), Turn("user", "買ったときから11です")]
    answer = guide.ask("ネットにはつながっていて再起動もしました。次は何をしますか", history)
    assert answer.citations[0].article_id.startswith("activation-")


def test_a_change_of_subject_is_not_held_back(guide: Guide) -> None:
    """Another trouble in the same conversation gets its own article, with and without a word that announces it."""
    history = [Turn("user", "大きい更新のあとライセンス認証が外れました")]
    for question in ("ところで音が出なくなりました", "プリンターで印刷できないのも直したいです"):
        answer = guide.ask(question, history)
        assert answer.citations[0].article_id in {"device-sound", "device-printer"}


@pytest.mark.parametrize(
    ("question", "context"),
    [("次は?", "音が出ない"), ("別件ですが印刷できない", ""), ("それより印刷は?", "")],
)
def test_context_is_what_the_question_did_not_leave(question: str, context: str) -> None:
    """A reader who says that this is something else is taken at their word."""
    assert Talk(question, ("音が出ない",)).context == context


def test_codes_of_the_context_are_not_asked(guide: Guide) -> None:
    """Only the question's own codes decide; earlier ones would tie every later question to one article."""
    query = understand("印刷できない", guide.knowledge.vocabulary, context="0x80070643 が出ました")
    assert query.exact == ()
    assert query.words["印刷"] > min(query.words.values())


def test_a_situation_calls_for_its_route(guide: Guide) -> None:
    """Every situation of a route, asked word for word, is answered with some route: nobody is left alone with it."""
    for route in guide.knowledge.escalation.routes:
        for asked in route.asked:
            answer = guide.ask(asked)
            assert answer.escalation is not None or answer.question is not None, (route.id, asked)
