"""What a message says of needing somebody, told apart from the mere wish to know."""

from __future__ import annotations

import pytest

from bot.answer.guide import Guide
from bot.answer.need import asks_to_know, counts_tries, times_failed, wants_human, without_attached


@pytest.mark.parametrize(
    "question",
    [
        "回復キーの調べ方を教えて",
        "DISMとSFCの違いは",
        "セキュアブートって何",
        "容量を確かめたいだけです",
        "メモリを増やす前に控えるものは",
        "来月SSDに替える予定です",
        "0x0000007E 一回だけ出た",
        "まだ何もしていません",
        "how do I see the update history",
    ],
)
def test_who_asks_how_what_or_beforehand_only_wants_to_know(question: str) -> None:
    """Nothing has failed, and nobody is asked for."""
    assert asks_to_know(question, question)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("電源が入りません", ""),
        ("直し方を教えて。入れ直しても直りません", ""),
        ("やり方を教えて", "三つとも試したけどだめでした"),
        ("前の担当者に聞いた", ""),
    ],
)
def test_who_tried_in_vain_or_tells_of_trouble_does_not(question: str, said: str) -> None:
    """The same 「方」 after steps in vain, also in an earlier message, is a call for help."""
    assert not asks_to_know(question, f"{said}\n{question}")


@pytest.mark.parametrize(
    ("question", "wants"),
    [
        ("業者に頼みたい", True),
        ("業者に頼む前に自分でできること", False),
        ("業者に頼む前にどこに相談すればいい", True),
        ("サポートに電話しないで直せますか。問い合わせ先はいりません", False),
        ("問い合わせる前に見るところ", False),
        ("修理業者だといくら", False),
        ("who should I call", True),
        ("MSに電話すればいけるんかな", True),
        ("電話したらウイルスだと言われた", False),
        ("この説明を書いた人に伝えたい", True),
        ("見分け方を家の人に伝えたい", False),
    ],
)
def test_a_person_named_is_not_yet_one_wished_for(question: str, wants: bool) -> None:
    """「頼む前に」 and 「電話しないで」 put it off."""
    assert wants_human(question) is wants


def test_tries_are_counted() -> None:
    """Different words of failure count, two at most; a number of tries is one sign of its own."""
    assert times_failed("動きません") == 0
    assert times_failed("やってもだめ、変わらない、失敗") == 2
    assert counts_tries("もう3回やった")
    assert not counts_tries("昨日やった")


@pytest.mark.parametrize(
    ("question", "route"),
    [
        ("会社PCのExcelがライセンスなしと出る", "work-admin"),
        ("回復環境の記事の画面が私のPCと違います。著者に連絡したい", "blog-comment"),
        ("アウトルックのライセンスがないと出て、入れ直しても同じ。どこに聞けば", "office-support"),
        ("十二年前のデスクトップの電源が入らない。メーカーの修理は終わったと言われた", "repair-shop"),
    ],
)
def test_whose_matter_it_is_goes_before_what_it_is_about(guide: Guide, question: str, route: str) -> None:
    """A company's PC is its administrator's, a licence of Office is not Windows's, a maker that stopped is none."""
    escalation = guide.ask(question).escalation
    assert escalation is not None
    assert escalation.route == route


def test_a_noisy_printer_is_no_failing_drive(guide: Guide) -> None:
    """「ガリガリ」 of a printer leaves the drives alone."""
    escalation = guide.ask("複合機がガリガリいって紙が出てこない。紙を替えても同じ").escalation
    assert escalation is not None
    assert escalation.route == "device-maker"


def test_what_stays_unanswered_still_names_somebody(guide: Guide) -> None:
    """Who asks how and gets no answer is told whom to ask."""
    answer = guide.ask("水に落としたノートのデータを取り出したい、どうやって")
    assert answer.escalation is not None
    assert answer.escalation.route == "data-recovery"


def test_a_summary_keeps_what_to_say_apart_and_marks_what_is_cut(guide: Guide) -> None:
    """Each thing to say has commas of its own; a long story ends in an ellipsis."""
    story = "会社のノートで回復キーの画面が出ました。" + "朝から困っています。" * 30
    escalation = guide.ask(story).escalation
    assert escalation is not None
    trouble, *_, say, note = escalation.summary.split("\n")
    assert trouble.endswith("…")
    assert " / " in say
    assert " / " in note


def test_who_bought_on_a_marketplace_is_told_of_its_operator_first(guide: Guide) -> None:
    """Whoever lent the place to the seller can act; the hotline comes after."""
    escalation = guide.ask("フリマで買ったキーが使えない。出品者が返事をくれません").escalation
    assert escalation is not None
    assert escalation.route == "consumer-center"
    assert "運営" in escalation.contacts[0].name
    assert any(contact.phone == "188" for contact in escalation.contacts)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        (
            "更新が戻される。ハブにプリンターとペンタブがつながってます。外すとしたら？",
            "更新が戻される。。外すとしたら？",
        ),
        ("外付けは挿してある、起動しない", "、起動しない"),
        ("プリンターがつながらない", "プリンターがつながらない"),
        ("モニターを繋いでいるのに映らない", "モニターを繋いでいるのに映らない"),
    ],
)
def test_what_is_plugged_in_is_told_besides(said: str, left: str) -> None:
    """What does not work when it is plugged in is the matter itself."""
    assert without_attached(said) == left


@pytest.mark.parametrize("said", ["70%まで行って元に戻る、これを3回。", "再起動を5回、全部だめ", "入れ直しも二度!"])
def test_a_count_that_ends_a_clause_counts_as_trying_again(said: str) -> None:
    """Whoever has counted is tired of it."""
    assert counts_tries(said)
