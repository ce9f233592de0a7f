"""What a passage forbids or does in one state only is not released without the state."""

from __future__ import annotations

import pytest

from bot.answer.verify import Passage, Reason, verify

PASSAGES = {
    1: Passage(
        1,
        "- 写真の控えがないまま、カメラの初期化をしないでください。\n"
        "- ファームウェアの更新は、販売元の案内がないかぎり試さないでください。\n"
        "- レンズを外す前に、シャッターを押さないでください。\n"
        "- 自分で開けてよい場合は、底のねじを外します。\n"
        "- 予備の電池でも動かず、ランプも光らないときは、販売元に送ります。\n"
        "- 古い機体の登録を消すのは、新しい機体の登録が済んでからにします。\n"
        "- 費用を確かめてから修理を頼みます。\n"
        "- 現像の途中で、ふたを開けないでください。\n- 湿った部屋では、フィルムを出さないでください。",
    )
}


@pytest.mark.parametrize(
    "unit",
    [
        "カメラの初期化をしないでください。[1]",
        "カメラの初期化は行わないでください。[1]",
        "ファームウェアの更新は試さないでください。[1]",
        "シャッターを押さないでください。[1]",
        "まず、底のねじを外します。[1]",
        "ランプも光らないときは、販売元に送ります。[1]",
        "古い機体の登録を消します。[1]",
        "ふたを開けないでください。[1]",
        "フィルムを出さないでください。[1]",
    ],
)
def test_a_state_left_out_is_seen(unit: str) -> None:
    """Without, unless, before, where it is allowed, both, only then: each binds what it is said of."""
    assert verify(unit, PASSAGES).reason is Reason.CONDITION_DROPPED, verify(unit, PASSAGES)


@pytest.mark.parametrize(
    "unit",
    [
        "写真の控えを取らないうちは、カメラの初期化をしないでください。[1]",
        "ファームウェアの更新は、販売元から案内がある場合に限って行います。[1]",
        "ファームウェアの更新を試すのは、販売元の案内があるときだけにしてください。[1]",
        "自分で開けてもよい場合には、底のねじを外してください。[1]",
        "予備の電池でも動かずランプも光らない場合は、販売元に送ります。[1]",
        "古い機体の登録は、新しい機体の登録が済んだあとで消します。[1]",
        "費用を確かめないうちに修理を頼むのは避けましょう。[1]",
    ],
)
def test_a_state_kept_in_other_words_passes(unit: str) -> None:
    """A ban that is turned into what is done alone under its opposite says the same."""
    assert verify(unit, PASSAGES).passed, verify(unit, PASSAGES)


def test_a_ban_turned_once_is_stopped() -> None:
    """Only under the opposite of the state may be done what is forbidden in it."""
    assert not verify("販売元の案内がない場合に限って、ファームウェアの更新を試してください。[1]", PASSAGES).passed
    assert not verify("費用を確かめないうちに修理を頼みます。[1]", PASSAGES).passed
