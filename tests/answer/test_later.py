"""Later messages: what answers comes first, replies are read by what they say, and what is not told is said."""

from __future__ import annotations

import re

import pytest

from bot.answer.escalate import wants_human
from bot.answer.follow_flow import continue_flow
from bot.answer.guide import Guide
from bot.answer.talk import State, Talk
from bot.answer.topic import guesses
from bot.types import Answer, Status, Turn


def _converse(guide: Guide, *messages: str) -> list[Answer]:
    history: list[Turn] = []
    answers: list[Answer] = []
    state = ""
    for message in messages:
        answers.append(guide.ask(message, history, state))
        history += [Turn("user", message), Turn("assistant", answers[-1].text)]
        state = answers[-1].state
    return answers


@pytest.mark.parametrize(
    ("messages", "first"),
    [
        (("マザボ交換から戻ってきたらライセンス認証が通らない", "データはどうなる？"), "写真や書類は消えません"),
        (("更新エラー 0x80070643 が出ます", "放っておいても平気？"), "急ぐ必要は小さい|慌てる必要はありません"),
    ],
)
def test_what_answers_comes_first(guide: Guide, messages: tuple[str, ...], first: str) -> None:
    """The first statement answers, whatever stands before it in the article."""
    answer = _converse(guide, *messages)[-1]
    assert re.search(first, answer.citations[0].quote)


def test_a_question_with_a_word_of_a_choice_is_no_reply(guide: Guide) -> None:
    """「初期化するしかない？」 has the word of 「ない」 and asks; 「ない」 alone replies."""
    state = State(flow="bitlocker-key", step="looked", article="bitlocker-find-key")
    flows = guide.knowledge.flows
    assert continue_flow(Talk("初期化するしかない？", ("回復キーを求められた",), state), flows) is None
    assert continue_flow(Talk("ない", ("回復キーを求められた",), state), flows) is not None


def test_a_reply_that_answers_the_next_question_too_goes_on(guide: Guide) -> None:
    """Whoever says at once that the key is not there is not asked for it."""
    state = State(flow="bitlocker-key", step="account", article="bitlocker-find-key")
    asked = ("回復キーを求められた",)
    both = continue_flow(Talk("マイクロソフトアカウントにログインしたけど無い", asked, state), guide.knowledge.flows)
    assert both is not None
    assert both.leaf is not None
    one = continue_flow(Talk("ローカルアカウントです。メールは使ってない", asked, state), guide.knowledge.flows)
    assert one is not None
    assert one.step is not None


@pytest.mark.parametrize(
    ("question", "human"),
    [
        ("業者に出すといくら？", False),
        ("どこに頼めばいい？いくらかかる？", True),
        ("電話はどこにかければ", True),
    ],
)
def test_the_price_of_help_is_no_wish_for_a_person(question: str, human: bool) -> None:
    """What a service costs is told; whom to turn to is a card."""
    assert wants_human(question) is human


def test_a_guess_at_the_cause_is_of_the_trouble_in_hand(guide: Guide) -> None:
    """「容量が足りないのかな」 after an update error is about that error."""
    assert guesses(Talk("容量が足りないのかな", ("更新に失敗する",)))
    answer = _converse(guide, "windows update が 0x80070643 で失敗", "容量が足りないのかな")[-1]
    assert answer.citations[0].article_id == "windows-update-0x80070643"


def test_what_is_not_told_comes_with_what_is_nearest(guide: Guide) -> None:
    """The price of ink is unknown, and the price of a repair no answer to it: it is only what is nearest."""
    answer = _converse(guide, "プリンターから紙が出てきません", "インクの値段はいくらですか")[-1]
    assert answer.status is Status.ABSTAINED
    assert "費用" in answer.citations[0].quote


def test_who_goes_back_to_an_earlier_matter_is_followed(guide: Guide) -> None:
    """「さっきの真っ黒の話に戻る」 leaves the matter in hand."""
    answer = _converse(
        guide,
        "画面が真っ暗でカーソルだけ見える",
        "ところでライセンス認証も外れてた",
        "さっきの真っ暗な画面の話に戻るけど、写真は消えた？",
    )[-1]
    assert answer.citations[0].article_id.startswith("boot-")
