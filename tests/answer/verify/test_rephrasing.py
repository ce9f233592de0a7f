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


TICKETS = {
    1: Passage(
        1,
        "- 料金が高いという表示は、会員用や期限付きの券で出ることがあります。会員用には、180日以内に会員の窓口で確認が"
        "要るものがあるとされています。会員の券なら受付に、中古の券なら売った店に聞きます。\n"
        "- 古い券が使えるかどうかは、記録からは分かりません。窓口で確かめてください。",
    )
}
FIRST = "料金が高いと表示されるのは、会員用や期限付きの券の場合があります。"


def test_several_sentences_are_faithful_where_each_is() -> None:
    """What two sentences share is not held against them; a false one among them is."""
    true = "会員の券でしたら受付に、中古で買われた券でしたら販売したお店に問い合わせてください。"
    false = "会員の券でしたら販売したお店に、中古で買われた券でしたら受付に問い合わせてください。"
    assert verify(f"{FIRST}{true}[1]", TICKETS).passed
    assert not verify(f"{FIRST}{false}[1]", TICKETS).passed


def test_what_ends_like_only_limits_nothing() -> None:
    """「いただけます」 is no だけ, and 「記録だけでは」 says no more than 「記録からは」; 二度と promises."""
    assert verify("古い券が使えるかは、窓口で確かめていただけます。[1]", TICKETS).passed
    assert verify("古い券が使えるかどうかは、記録だけでは分かりません。[1]", TICKETS).passed
    assert not verify("古い券は、窓口で確かめれば二度と使えなくなりません。[1]", TICKETS).passed


def test_whom_to_ask_is_no_chatter() -> None:
    """「受付にお尋ねください」 says what the passage says; an offer to go on talking does not."""
    assert verify("会員の券でしたら、受付にお尋ねください。[1]", TICKETS).passed
    for offer in ("ほかにあればお尋ねください", "会員の券は私にお尋ねください", "券のことはこちらにお知らせください"):
        assert verify(f"{offer}。[1]", TICKETS).reason is Reason.CHATTER
