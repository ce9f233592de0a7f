"""Spellings of loanwords."""

from __future__ import annotations

import pytest

from bot.answer.guide import Guide


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("ぱそこんがつかない", "パソコンがつかない"),
        ("ぷりんたーがうごかない", "プリンターがうごかない"),
        ("わいふぁいつながらん", "Wi-Fiつながらん"),
        ("うpデートしたらぴんがきかない", "うpデートしたらPINがきかない"),
        ("ぴんと来ないし、べっぴんがどうとか", "ぴんと来ないし、べっぴんがどうとか"),
        ("ワンドライブがいっぱい", "ワンドライブがいっぱい"),
        ("48ケタの数字、よんけた、４けた", "48桁の数字、よんけた、４桁"),
        ("ゆっくりしか動かない。もうだめかもしれません", "ゆっくりしか動かない。もうだめかもしれません"),
        ("まったく直らなくて、とても困っています", "まったく直らなくて、とても困っています"),
        ("", ""),
    ],
)
def test_loanwords_in_hiragana(guide: Guide, typed: str, read: str) -> None:
    """What is a loanword of the domain is read in katakana, a name as itself, and Japanese words stay as they are."""
    assert guide.knowledge.vocabulary.spelled(typed) == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("デンゲンガ ハイラナイ", "でんげんが はいらない"),
        ("ﾊﾟｿｺﾝｶﾞｳｺﾞｷﾏｾﾝ", "パソコンがうごきません"),
        ("アプリケーション", "アプリケーション"),
        ("グループ ポリシー テンプレート", "グループ ポリシー テンプレート"),
        ("クリスマス", "クリスマス"),
    ],
)
def test_a_sentence_in_katakana(guide: Guide, typed: str, read: str) -> None:
    """It is one by its ending; names of things stay as they are."""
    assert guide.knowledge.vocabulary.spelled(typed) == read
