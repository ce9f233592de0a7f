"""What a text says to be so and what it denies, in which order, and of what."""

from __future__ import annotations

import pytest

from bot.answer.verify.frames import crossed
from bot.answer.verify.lexicon import same_as
from bot.answer.verify.order import reordered
from bot.answer.verify.predicates import predicates
from bot.answer.verify.reading import read_claim, read_passage


@pytest.mark.parametrize(
    ("text", "denied", "affirmed"),
    [
        ("品質更新を外しても起動しないとき", {"起動"}, {"外す"}),
        ("電源を何度も入れ直すのは避けてください。", {"入れ直す"}, set()),
        ("データを消したり大きさを変えたりしないでください。", {"消す", "変える"}, set()),
        ("パスワードを教えることはお控えください。", {"教える"}, set()),
        ("ESUに未登録で不合格なら", {"登録", "合格"}, set()),
        ("必ず入力しなければなりません。", set(), {"入力"}),
        ("切ったまま使い続けないでください。", {"使う"}, {"切る"}),
    ],
)
def test_denials_reach_their_predicate(text: str, denied: set[str], affirmed: set[str]) -> None:
    """A denial speaks of the predicate before it, of all that are listed with it, and of nothing further."""
    found = predicates(text)
    assert denied <= {one.normal for one in found if one.denied}
    assert affirmed <= {one.normal for one in found if not one.denied}


@pytest.mark.parametrize(
    ("text", "turned"),
    [
        ("書類を写してから、検査をします。", False),
        ("検査をする前に、書類を写します。", False),
        ("書類を写す前に、検査をします。", True),
        ("検査をしてから、書類を写します。", True),
    ],
)
def test_order_is_kept(text: str, turned: bool) -> None:
    """What comes first in the passage comes first in the sentence, however it is put."""
    passage = read_passage("検査をする前に、書類を外付けドライブへ写します。")
    assert bool(reordered(read_claim(text), passage)) is turned


def test_lists_keep_their_order() -> None:
    """「A、B、Cの順に」 names them in this order."""
    passage = read_passage("回線機器、ルーター、PCの順に電源を入れます。")
    assert not reordered(read_claim("電源は、回線機器、ルーターの順に入れます。"), passage)
    assert reordered(read_claim("電源は、ルーター、回線機器の順に入れます。"), passage)


def test_each_topic_keeps_its_comment() -> None:
    """No row's code gets another row's meaning, and no party another's contact."""
    rows = read_passage("| 0x80070070 | 空き容量が足りません |\n| 0xC1900208 | 合わないアプリが残っています |")
    assert not crossed(read_claim("0x80070070は、空き容量が足りないという意味です。"), rows, frozenset())
    assert crossed(read_claim("0xC1900208は、空き容量が足りないという意味です。"), rows, frozenset())


def test_synonyms_of_the_dictionary_and_of_the_tables() -> None:
    """Sudachi's groups and our own tables both tell which words may stand for each other."""
    assert not same_as("購入").isdisjoint(same_as("買う"))
    assert "写す" in same_as("コピー")
    assert "削除" not in same_as("保存")
