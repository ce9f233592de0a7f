"""Whom to ask is learnt from the routes' situations, and answers to other readers stay with their question."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bot.answer.guide import Guide
from bot.answer.situation import Situations
from bot.types import Turn


@pytest.mark.parametrize(
    ("question", "route"),
    [
        ("父が電話の相手の言うとおりに遠隔のソフトを入れて、いま画面を動かされています", "police"),
        ("知らない人に画面を操作されています", "police"),
        ("家の全部の機械がインターネットにつながらず、回線の箱が赤く光っています", "isp"),
        ("勤め先から預かったノートが48桁の回復キーを聞いてきます", "work-admin"),
        ("外付けHDDを棚から落としました。写真の控えはありません", "data-recovery"),
        ("自作PCの基板を自分で替えたら認証が外れました。相談先はどこですか", "microsoft-support"),
    ],
)
def test_a_situation_in_other_words_calls_for_its_route(guide: Guide, question: str, route: str) -> None:
    """None of these stands in the knowledge; each is told whom to ask all the same."""
    escalation = guide.ask(question).escalation
    assert escalation is not None
    assert escalation.route == route


@pytest.mark.parametrize(
    "question",
    ["音が出ません", "Cドライブがいっぱいです", "更新が同じ％で止まっています", "Windows 11にできるか知りたい"],
)
def test_an_everyday_question_sends_nobody_on(guide: Guide, question: str) -> None:
    """Where going on alone is fine, no card of contacts is shown."""
    assert guide.ask(question).escalation is None


@pytest.mark.parametrize(
    ("said", "route"),
    [
        (("回復キーの画面が出た", "会社のノートです", "誰に聞けばいいの"), "work-admin"),
        (("フリマで買ったキーが使えなくなった", "出品者は返事しない", "お金返してもらえる？"), "consumer-center"),
        (
            (
                "ワードがライセンスのない製品と出ます",
                "サインインし直してもだめでした",
                "どこに問い合わせればいいですか",
            ),
            "office-support",
        ),
    ],
)
def test_the_whole_conversation_tells_whom_to_ask(guide: Guide, said: tuple[str, ...], route: str) -> None:
    """The last message alone is like no situation."""
    history: list[Turn] = []
    state = ""
    for message in said:
        answer = guide.ask(message, history, state)
        history += [Turn("user", message), Turn("assistant", answer.text)]
        state = answer.state
    assert answer.escalation is not None
    assert answer.escalation.route == route


@pytest.mark.parametrize(
    ("in_need", "route", "alone"),
    [
        ("0xC004F074 会社のPC", "work-admin", "0xC004F074 とは"),
    ],
)
def test_a_near_miss_of_a_situation_sends_nobody_on(guide: Guide, in_need: str, route: str, alone: str) -> None:
    """What comes back or belongs to somebody else needs a person; the like that does not needs none."""
    escalation = guide.ask(in_need).escalation
    assert escalation is not None
    assert escalation.route == route
    assert guide.ask(alone).escalation is None


@pytest.mark.parametrize(
    "question",
    [
        "身代金ウイルスがどう入ってくるのか、前もって知りたい",
        "修理に出す前に、控えておくものを知りたい",
        "chkdskをかけたい。異音はないし、データはもう移した",
        "レノボのノートの音が小さい",
    ],
)
def test_what_is_asked_beforehand_or_denied_sends_nobody_on(guide: Guide, question: str) -> None:
    """Dangerous words alone are no danger: prevention, preparation, and what the reader says is not so."""
    assert guide.ask(question).escalation is None


def test_who_paid_is_told_of_the_card_company_first(guide: Guide) -> None:
    """A payment may be stopped within hours; without one the order of the file stays."""
    paid = guide.ask("サポート詐欺と気づかず、クレジットカードの番号を電話で伝えて5万円払ってしまった").escalation
    assert paid is not None
    assert paid.contacts[0].name.startswith("カード会社")
    unpaid = guide.ask("知らない人に画面を操作されています").escalation
    assert unpaid is not None
    assert unpaid.contacts[0].name == "警察相談専用電話"


def test_a_broken_printer_is_its_makers(guide: Guide) -> None:
    """Neither the PC's maker nor the provider knows it."""
    escalation = guide.ask(
        "プリンター本体の画面にエラー番号が出たまま、電源を入れ直しても消えない。どこに電話すればいい？"
    ).escalation
    assert escalation is not None
    assert escalation.route == "device-maker"


def test_without_situations_nothing_is_learnt(guide: Guide) -> None:
    """A corpus whose routes name no situations has no scores, and no error."""
    faces = guide.index.faces
    bare = replace(faces, rows_of={name: rows for name, rows in faces.rows_of.items() if not name.startswith("@")})
    assert Situations(bare).scores(np.zeros(len(faces.embeddings), np.float32)) == {}


def test_an_answer_to_other_readers_is_told_only_for_their_question(guide: Guide) -> None:
    """What the article says of lost photos answers 「写真も消えますか」 and is kept out of the steps."""
    said = "一時ファイルを消しても、写真は消えません"
    first = guide.ask("Cドライブがいっぱいです")
    assert said not in first.text
    history = [Turn("user", "Cドライブがいっぱいです"), Turn("assistant", first.text)]
    assert said in guide.ask("写真も消えますか", history, first.state).text
