"""What a passage says with a hedge is not released as a fact, wherever in the passage the hedge stands."""

from __future__ import annotations

import pytest

from bot.answer.verify import Passage, Reason, verify

PASSAGES = {
    1: Passage(
        1,
        "電池が弱ると、次のような症状が出ることがあります。\n\n- 画面の明るさが下がる\n- 時計が遅れる\n\n"
        "赤いランプが光っているかを見ます。点いていれば充電中の可能性があります。\n"
        "多くの機種で起こり、電池の交換が必要になることがあります。\n"
        "録音は続けられることが多いのですが、再生が止まることがあります。\n"
        "外のケーブルが見当たらない項目が出ることがあります。\n"
        "押し続ける時間は、10秒ほどです。容量は20GB以上が目安です。\n"
        "見本のアカウントで入ったことがあるかを思い出します。",
    )
}


@pytest.mark.parametrize(
    "unit",
    [
        "電池が弱ると、時計が遅れます。[1]",
        "赤いランプが光っていれば、充電中です。[1]",
        "多くの機種で起こるため、電池の交換が必要です。[1]",
        "録音はそのまま続けられます。[1]",
        "録音は続けられることが多いのですが、再生は止まります。[1]",
        "容量は20GB以上です。[1]",
    ],
)
def test_a_hedge_that_stands_elsewhere_binds(unit: str) -> None:
    """The sentence that announces a list, the one behind, the main clause and not the reason: each must be kept."""
    assert verify(unit, PASSAGES).reason is Reason.HEDGE_DROPPED, verify(unit, PASSAGES)


@pytest.mark.parametrize(
    "unit",
    [
        "電池が弱ると、時計が遅れる場合があります。[1]",
        "時計が遅れるのは、電池が弱ったときに出る症状の一つです。[1]",
        "赤いランプが光っていれば、充電中かもしれません。[1]",
        "電池の交換が必要になるかもしれません。[1]",
        "外のケーブルが見当たらない項目が、出ることがあります。[1]",
        "押し続ける時間は10秒です。[1]",
        "見本のアカウントで入ったかどうかを思い出します。[1]",
    ],
)
def test_a_kept_hedge_passes(unit: str) -> None:
    """In other words, over a subject with が, and where nothing was uncertain: a question, a rounded time."""
    assert verify(unit, PASSAGES).passed, verify(unit, PASSAGES)
