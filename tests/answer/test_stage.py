"""A section for next time, or for a PC in the other state, falls behind what is for the reader as things stand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.answer.stage import for_next_time, stage_fit
from bot.answer.units import Role, Unit
from bot.types import BlockKind

_UNIT = Unit("a", "a#1", 0, (), Role.STEPS, BlockKind.STEP, "ファイルを写します。", 0)


def _under(heading: str) -> Unit:
    return replace(_UNIT, heading=("手順", heading))


@pytest.mark.parametrize(
    "question",
    [
        "パソコンが起動しない",
        "更新したら立ち上がらんくなった",
        "電源つかへん",
        "きのうまで普通に使えてたのに起動しなくなった",
    ],
)
def test_a_pc_that_does_not_start_wants_the_section_for_it(question: str) -> None:
    """What it did until yesterday does not count."""
    assert stage_fit(question, _under("Windowsが起動しないとき")) > 0 > stage_fit(question, _under("起動できるとき"))


@pytest.mark.parametrize(
    "question", ["いまはふつうにうごいてます", "パソコンは使えるけど音が出ない", "一応起動はするんですが"]
)
def test_a_pc_that_runs_wants_the_other(question: str) -> None:
    """Whatever else is wrong with it."""
    assert stage_fit(question, _under("Windowsが起動しないとき")) < 0 < stage_fit(question, _under("起動できるとき"))


@pytest.mark.parametrize("question", ["起動するたびに鍵を聞かれる", "起動したら黒い画面のまま", "ネットだけ使えない"])
def test_what_tells_neither_moves_nothing(question: str) -> None:
    """A moment in time is no state."""
    assert stage_fit(question, _under("Windowsが起動しないとき")) == 0 == stage_fit(question, _under("起動できるとき"))


def test_who_asks_ahead_is_told_what_to_do_before() -> None:
    """And who comes after is not."""
    section = _under("修理に出す前")

    assert for_next_time(section)
    assert stage_fit("これから修理に出すけど何しとけばいい？", section) > 0
    assert stage_fit("修理から戻ったら認証が外れてた", section) < 0


def test_a_unit_without_a_heading_is_for_everyone() -> None:
    """The opening of an article is for no stage."""
    assert stage_fit("起動しない", _UNIT) == 0
    assert not for_next_time(_UNIT)
