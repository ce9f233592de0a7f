"""Whoever got over what stood in the way is led on where the way was left."""

from __future__ import annotations

import pytest

from bot.answer.guide import Guide
from bot.answer.overcome import overcomes
from tests.answer.talks import converse


@pytest.mark.parametrize(
    ("before", "now", "over"),
    [
        ("インターネットにつながってませんって言われる", "wifiつながった。機内モードでした", True),
        ("サインインオプション押しても鍵のマークがない", "ありました", True),
        ("確認コードが届かない", "コード届きました！", True),
        ("変更のボタンが押せません", "押せた", True),
        ("設定が開かない", "開いた", True),
        ("回復キーが見つかりません", "箱の中に見つかりました", True),
        ("つながらない", "つながった？", False),
        ("設定が開かない", "再起動したら画面が真っ暗になった", False),
        ("回復キーが見つからない", "ありました、入れたけどダメ", False),
        ("認証されてませんって出る", "エラーが出た", False),
        ("項目が出ない", "0x803F7001って出た", False),
        ("つながらない", "まだつながらないです", False),
    ],
)
def test_only_what_was_lacking_and_is_there_now_is_overcome(before: str, now: str, over: bool) -> None:
    """Another trouble, a question, and what did not help overcome nothing."""
    assert overcomes(now, [before]) is over
    assert not overcomes(now, [])


def test_whoever_got_over_an_obstacle_goes_on_with_the_steps(guide: Guide) -> None:
    """That the network is back is no question about networks."""
    answer = converse(
        guide,
        "PINが違いますって出て入れない",
        "PINを忘れた場合を押したらインターネットにつながってませんって言われる",
        "wifiつながった。機内モードでした",
    )[-1]
    assert {citation.article_id for citation in answer.citations} == {"sign-in-pin"}
    assert any("PIN を忘れた場合" in citation.quote for citation in answer.citations)


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("音が出ない", "音出ました！"),
        ("更新が終わらない", "無事終わりました、ありがとう"),
        ("画面が真っ暗で映らない", "映った！"),
    ],
)
def test_whose_trouble_is_over_is_shown_no_steps(guide: Guide, before: str, now: str) -> None:
    """What the talk began with works now."""
    answer = converse(guide, before, now)[-1]
    assert not answer.citations
    assert "何よりです" in answer.text


def test_what_was_only_on_the_way_is_not_the_end(guide: Guide) -> None:
    """Whoever can sign in to the page of keys still stands before a locked PC."""
    assert converse(guide, "回復キーのページにサインインできない", "入れました")[-1].citations
