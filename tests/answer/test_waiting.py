"""How long a reader says to have waited is set against what the step asks for."""

from __future__ import annotations

import pytest

from bot.answer.parts import Part
from bot.answer.units import Role, Unit
from bot.answer.waiting import after_waiting, hours_waited, stays_so
from bot.types import BlockKind

_TEXTS = ("充電器をつなぎます。", "点滅が続くあいだ、2～3時間待ちます。", "電源ボタンを押し続けて切ります。")


def _list(*texts: str) -> Part:
    units = tuple(
        Unit("a", "a#0", order, ("手順",), Role.STEPS, BlockKind.STEP, text, order, number=order, whole=text)
        for order, text in enumerate(texts, 1)
    )
    return Part("手順", units)


def _left(part: Part | None) -> list[str] | None:
    return None if part is None else [unit.text for unit in part.units]


@pytest.mark.parametrize(
    ("message", "hours"),
    [
        ("5時間たちました。それでもダメ", 5),
        ("１時間経ちました", 1),
        ("もう半日たちました", 12),
        ("一晩放置しましたが動きません", 8),
        ("10分待ったけどダメ", 1 / 6),
        ("2.5時間過ぎました", 2.5),
        ("数時間待ったけど", 2),
        ("二日待ちました", 48),
        ("2時間待ったら直りますか", None),
        ("2時間待てばいい？", None),
        ("3時間前に買いました", None),
        ("それでもダメ", None),
    ],
)
def test_only_hours_that_have_passed_are_counted(message: str, hours: float | None) -> None:
    """A question about waiting is no waiting."""
    assert hours_waited(message) == (None if hours is None else pytest.approx(hours))


@pytest.mark.parametrize(
    ("message", "stays"),
    [
        ("一晩放置しましたが動きません", True),
        ("3時間たったけどまだ30％のまま", True),
        ("5時間待ちましたが何の変化もありません", True),
        ("3時間待って、画面が真っ暗になりました", False),
        ("5時間動かないけど切っていい？", False),
    ],
)
def test_another_trouble_and_a_question_are_no_standstill(message: str, stays: bool) -> None:
    """Whoever sees something new, or asks, is not sent on in the list."""
    assert stays_so(message) is stays


@pytest.mark.parametrize(("told", "first"), [("10分", 1), ("1.9時間", 1), ("2時間", 2), ("8時間", 2)])
def test_the_waiting_stays_until_it_is_over(told: str, first: int) -> None:
    """Nothing is switched off before the hours that the step names."""
    assert _left(after_waiting(f"{told}待ちましたがダメです", _list(*_TEXTS))) == list(_TEXTS[first:])


def test_without_a_step_after_the_waiting_nothing_is_left() -> None:
    """A wait that is over and ends the list, one that names no time, no list, no hours: nothing goes on from there."""
    long, short = "3時間たちました", "1時間たちました"
    assert after_waiting(long, _list(*_TEXTS[:2])) is None
    assert _left(after_waiting(short, _list(*_TEXTS[:2]))) == [_TEXTS[1]]
    assert after_waiting(long, _list("終わるまで待ちます。", _TEXTS[2])) is None
    assert after_waiting(long, None) is None
    assert after_waiting("それでもダメ", _list(*_TEXTS)) is None
