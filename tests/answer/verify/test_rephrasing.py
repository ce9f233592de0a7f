"""What a fluent model does to a passage's sentences: what changes nothing passes, what changes them is held back."""

from __future__ import annotations

import pytest

from bot.answer.verify import Passage, Reason, verify
from bot.answer.verify.predicates import predicates
from bot.answer.verify.quantities import counts

TEXT = (
    "- 棚の荷物を三つ、5分から10分ほど並べます。\n"
    "- 荷札の再発行に料金はかかりません。箱を捨てないでください。\n"
    "- 鍵を外したり、扉を開けたりしないでください。動かなくなることがあります。\n"
    "- 倉庫の窓口では、内容によって有料になる場合があるとの報告があります。\n"
    "- 荷物が重いかどうかは、種類によります。\n"
    "- 異音や、煙が出ているときは、台車を止めます。\n"
    "- 荷札を貼る前に、まず窓口に連絡してください。必ず届くとは限りません。\n"
    "- 扉がオンなら灯りを消し、扉がオフなら窓口に聞きます。"
)
PASSAGES = {1: Passage(1, TEXT, title="倉庫", heading=("荷物",))}


@pytest.mark.parametrize(
    "unit",
    [
        "棚の荷物を3つ、5～10分ほど並べてください。[1]",
        "荷札の再発行は無料です。[1]",
        "箱は保管しておいてください。[1]",
        "鍵を外したり扉を開けたりすると動かなくなることがあるため、避けてください。[1]",
        "異音がするときは、台車を止めてください。[1]",
        "倉庫の窓口は、内容によっては有料になることがあるそうです。[1]",
        "荷物が重いかどうかは、種類によって変わります。[1]",
    ],
)
def test_what_says_the_same_passes(unit: str) -> None:
    """Counts in other units, 無料 for no 料金, 保管 for not 捨てる, a ban with its reason, one of two conditions."""
    verdict = verify(unit, PASSAGES)
    assert verdict.passed, verdict


@pytest.mark.parametrize(
    ("unit", "reason"),
    [
        ("棚の荷物を四つ並べます。[1]", Reason.LITERAL),
        ("荷札の再発行には料金がかかります。[1]", Reason.CONTRADICTED),
        ("箱を捨ててください。[1]", Reason.CONTRADICTED),
        ("鍵を外したり、扉を開けたりしてください。[1]", Reason.CONTRADICTED),
        ("倉庫の窓口は有料です。[1]", Reason.HEDGE_DROPPED),
        ("荷物は重いです。[1]", Reason.HEDGE_DROPPED),
        ("荷物は必ず届きます。[1]", Reason.OVERSTATED),
        ("まず荷札を貼ります。[1]", Reason.CONTRADICTED),
    ],
)
def test_what_changes_it_is_stopped(unit: str, reason: Reason) -> None:
    """Another count, a ban turned, care dropped, certainty that the passage denies, the later step first."""
    verdict = verify(unit, PASSAGES)
    assert verdict.reason is reason, verdict


def test_counts_compare_by_their_number() -> None:
    """Kanji digits, units that are exchanged and spans are written one way; another number is another count."""
    assert counts("三つ") == counts("3個") == counts("3点")
    assert counts("10秒間") == counts("10秒")
    assert counts("5分から10分") == counts("5～10分")
    assert counts("2回").isdisjoint(counts("3回"))


@pytest.mark.parametrize(
    ("text", "denied", "affirmed"),
    [
        ("元に戻しにくくなります。", {"戻す"}, set()),
        ("再起動ではなく停止します。", {"起動"}, {"停止"}),
        ("印を付ける方法は、戻れなくなることがあるため避けてください。", {"付ける"}, set()),
        ("消えることがあるので、初期化しないでください。", {"初期"}, {"消える"}),
    ],
)
def test_denials_of_fluent_sentences(text: str, denied: set[str], affirmed: set[str]) -> None:
    """A denial reaches a topic put far ahead, and stops at the reason that is given for it."""
    found = predicates(text)
    assert denied <= {one.normal for one in found if one.denied}
    assert affirmed <= {one.normal for one in found if not one.denied}
