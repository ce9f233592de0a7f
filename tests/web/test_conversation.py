"""The conversation of the chat page: what is shown while a question is answered, and when it cannot be."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from bs4 import BeautifulSoup

from bot.errors import IndexDamagedError, QuestionError
from bot.settings import Settings
from bot.types import Answer, Delta, Doing, Status, StreamEvent, Turn
from bot.web import conversation
from bot.web.conversation import NO_SOURCES, Said, View, converse, transcript
from bot.web.house import open_house
from tests.web.hostile import PAYLOADS, assert_harmless
from tests.web.prepared import FULL, PreparedGuide

QUESTION = "印刷できない"


def _views(guide: PreparedGuide, question: str = QUESTION, said: tuple[Said, ...] = (), state: str = "") -> list[View]:
    house = open_house(Settings(limit_minute=0, limit_day=0))
    return list(converse(guide, house, question, said, state))  # type: ignore[arg-type]


def _turns(view: View) -> list[tuple[list[str], str]]:
    page = BeautifulSoup(view.transcript, "html.parser")
    return [(turn["class"][1:], turn.get_text(" ", strip=True)) for turn in page.select(".turn")]


def test_first_it_says_what_it_does(prepared: PreparedGuide) -> None:
    """The question stands there at once, with words instead of a bare spinner, and the box is free again."""
    prepared.replies = [FULL]
    first = _views(prepared)[0]
    assert _turns(first) == [(["user"], QUESTION), (["assistant", "pending"], "記事を探しています")]
    assert (first.box, first.sources, first.choices) == ("", None, ())


def test_the_answer_grows_part_by_part(prepared: PreparedGuide, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each view has more of the answer than the one before; the last has all of it."""
    monkeypatch.setattr(conversation, "_REDRAWN_SECONDS", 0.0)
    prepared.replies = [FULL]
    views = _views(prepared)
    assert len(views) >= 5
    shown = [len(_turns(view)[-1][1]) for view in views[1:]]
    assert shown == sorted(shown)
    assert _turns(views[1])[-1][0] == ["assistant", "pending"]
    assert _turns(views[-1])[-1][0] == ["assistant"]


def test_the_last_view_has_everything(prepared: PreparedGuide) -> None:
    """Answer, contact, what was masked, the clarifying question last, its choices, the sources, the state."""
    prepared.replies = [FULL]
    last = _views(prepared, state="old")[-1]
    page = BeautifulSoup(last.transcript, "html.parser")
    bubble = page.select(".turn")[-1]
    assert bubble.select_one(".escalation") is not None
    assert bubble.select_one(".masked").text == "伏せ字にしてから扱いました: ［プロダクトキー］ 1件"
    assert bubble.find_all(recursive=False)[-1].text == "つなぎ方はどちらですか。"
    assert last.choices == ("USB", "無線", "わからない")
    assert last.state == FULL.state
    assert last.sources is not None
    assert last.sources.count("<details") == 1
    assert [one.plain for one in last.said] == [QUESTION, FULL.text]


def test_the_next_question_comes_with_the_conversation(prepared: PreparedGuide) -> None:
    """Earlier turns and the state reach the guide; a new answer takes the choices of the old one away."""
    prepared.replies = [FULL, Answer(Status.ANSWERED, "直ります。")]
    first = _views(prepared)[-1]
    last = _views(prepared, "USB", first.said, first.state)[-1]
    question, history, state, _ = prepared.asked[-1]
    assert (question, state) == ("USB", FULL.state)
    assert history == (Turn("user", QUESTION), Turn("assistant", FULL.text))
    assert len(_turns(last)) == 4
    assert last.choices == ()
    assert "出典はありません" in (last.sources or "")


def test_only_recent_turns_are_sent(prepared: PreparedGuide) -> None:
    """A long conversation stays within what the guide reads."""
    prepared.replies = [FULL]
    _views(prepared, said=tuple(Said("user", "x", f"問い{number}") for number in range(30)))
    assert [turn.text for turn in prepared.asked[0][1]] == [f"問い{number}" for number in range(20, 30)]


def test_secrets_are_masked_on_the_page_and_in_memory(prepared: PreparedGuide) -> None:
    """Once answered, a key is neither shown nor kept for the next question."""
    key = "111111-222222-333333-444444-555555-666666-007777-088880"
    prepared.replies = [replace(FULL, redacted={"recovery_key": 1})]
    last = _views(prepared, f"回復キー {key} で入れない")[-1]
    assert key not in last.transcript
    assert "［回復キー］" in _turns(last)[0][1]
    assert key not in last.said[0].plain


@pytest.mark.parametrize("question", ["", "  \n　"])
def test_an_empty_question_leaves_no_bubble(question: str, prepared: PreparedGuide) -> None:
    """Pressing send on an empty box says so and changes nothing else."""
    prepared.replies = [QuestionError("empty")]
    [view] = _views(prepared, question)
    assert _turns(view) == [(["assistant", "pending"], "質問が空です。困っていることを入力してください。")]
    assert (view.box, view.said, view.begun) == ("", (), False)


def test_a_question_too_long_comes_back_to_the_box(prepared: PreparedGuide) -> None:
    """Nothing of it is lost, and it is not shown in full on the way."""
    prepared.replies = [QuestionError("long", 3000, 2000)]
    first, last = _views(prepared, "あ" * 100_000)
    assert len(first.transcript) < 5000
    assert last.box == "あ" * 100_000
    assert "あ" not in last.transcript.replace("長すぎます", "")
    assert "番号" not in last.transcript


@pytest.mark.parametrize("error", [IndexDamagedError("/srv/index is damaged; build"), KeyError("秘密 /srv/x")])
def test_a_failure_keeps_conversation_question_and_choices(
    error: Exception, prepared: PreparedGuide, caplog: pytest.LogCaptureFixture
) -> None:
    """The reader can simply try again, and tell the owner the number under which the log has it."""
    prepared.replies = [FULL, error]
    first = _views(prepared)[-1]
    last = _views(prepared, "秘密の返事", first.said, first.state)[-1]
    assert (last.box, last.said, last.state) == ("秘密の返事", first.said, first.state)
    assert last.choices == first.choices
    assert last.sources is None
    notice = _turns(last)[-1][1]
    assert notice.endswith(f"番号: {caplog.records[-1].getMessage().split(':')[0]}")
    assert "/srv" not in last.transcript
    assert "秘密" not in caplog.text
    assert 'role="alert"' in last.transcript


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_questions_are_shown_not_run(payload: str, prepared: PreparedGuide) -> None:
    """What a reader types is text in every view."""
    prepared.replies = [Answer(Status.ANSWERED, payload)]
    for view in _views(prepared, payload):
        assert_harmless(view.transcript + (view.sources or ""))


def test_an_empty_conversation_welcomes() -> None:
    """Before the first question the page says what to write."""
    assert "そのまま書いてください" in transcript(())
    assert "ここに出ます" in NO_SOURCES
    assert "welcome" not in transcript((Said("user", "x", "x"),))


def test_an_answer_can_be_judged(prepared: PreparedGuide) -> None:
    """Its reference comes with it and stays through a failure; a new question takes the thumbs away meanwhile."""
    prepared.replies = [FULL, KeyError("x")]
    first = _views(prepared)[-1]
    assert first.judge == first.said[-1].reference != ""
    begun, failed = _views(prepared, "USB", first.said, first.state)
    assert (begun.judge, failed.judge) == ("", first.judge)


def test_one_question_too_many_is_said_kindly(prepared: PreparedGuide) -> None:
    """The limits hold for the page's own handlers, per client; the question is back in the box."""
    house = open_house(Settings(limit_minute=1))
    prepared.replies = [FULL, FULL]
    views = [list(converse(prepared, house, "問い", (), "", "203.0.113.1"))[-1] for _ in range(2)]  # type: ignore[arg-type]
    assert views[0].said
    assert "多くの質問" in views[1].transcript
    assert views[1].box == "問い"
    assert "番号" not in views[1].transcript
    assert list(converse(prepared, house, "問い", (), "", "203.0.113.2"))[-1].said  # type: ignore[arg-type]


def test_a_slow_answer_is_given_up(prepared: PreparedGuide) -> None:
    """The reader is not left waiting, and whoever makes the answer is told to stop."""
    stops = []

    def stream(*given: Any) -> Iterator[StreamEvent]:
        stops.append(given[-1])
        yield Doing("記事を探しています")
        time.sleep(1.1)
        yield Delta("あ")

    prepared.stream = stream  # type: ignore[method-assign]
    house = open_house(Settings(answer_seconds=1))
    last = list(converse(prepared, house, "問い", (), ""))[-1]  # type: ignore[arg-type]
    assert "時間内にお答えできませんでした" in last.transcript
    assert stops[0].is_set()
