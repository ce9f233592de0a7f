"""What the reader said is heeded for the rest of the conversation; on the bundled articles."""

from __future__ import annotations

import re

import pytest

from bot.answer.guide import Guide
from bot.types import Answer, Status, Turn

_COMMAND = re.compile(r"```")
_STEP = re.compile(r"^\d\. ", re.MULTILINE)


def _converse(guide: Guide, *messages: str) -> list[Answer]:
    history: list[Turn] = []
    answers: list[Answer] = []
    for message in messages:
        answer = guide.ask(message, history, answers[-1].state if answers else "")
        history += [Turn("user", message), Turn("assistant", answer.text)]
        answers.append(answer)
    return answers


@pytest.mark.parametrize(
    "later",
    [
        "写真だけコピーしたい",
        "chkdskをやればいいですか",
        "もう一回電源を入れていい？",
        "復元ソフトは使える？",
        "それでもだめなら？",
    ],
)
def test_a_drive_that_clicks_gets_no_step_ever_after(guide: Guide, later: str) -> None:
    """Power off and data recovery stay in every answer; nothing is to be tried, whatever is asked."""
    for answer in _converse(guide, "ハードディスクからカチカチ音がする", later):
        assert not _STEP.search(answer.text)
        assert not _COMMAND.search(answer.text)
        assert "電源を切って" in answer.text
        assert "専門業者" in answer.text
        assert answer.escalation is not None
        assert answer.escalation.route == "data-recovery"


def test_the_noise_is_forgotten_with_the_subject(guide: Guide) -> None:
    """Another trouble gets its steps."""
    *_, printer = _converse(guide, "ハードディスクからカチカチ音がする", "別件ですが、プリンターで印刷できません")
    assert _STEP.search(printer.text)


def test_on_a_companys_pc_the_administrators_steps_are_left_out(guide: Guide) -> None:
    """No command, no key and no search of one's own account; the administrator instead."""
    first, *others = _converse(
        guide, "会社のノートPCで回復キーを求められました", "設定から暗号化を切ればいいですか", "それもだめなら？"
    )
    assert "IT担当者" in first.text
    for answer in (first, *others):
        assert not _COMMAND.search(answer.text)
        assert "aka.ms/myrecoverykey" not in answer.text
        assert answer.escalation is not None
        assert answer.escalation.route == "work-admin"


def test_a_marketplace_key_goes_back_to_its_seller(guide: Guide) -> None:
    """The seller is named first, no step promises that the key will pass, and one who is gone is reported."""
    first, gone = _converse(guide, "メルカリで買った安いWindowsのキーが0xC004C003で通らない", "出品者が退会してました")
    assert "売った" in first.text[:200]
    assert "slui" not in first.text
    assert "補償の窓口" in gone.text
    assert gone.escalation is not None
    assert gone.escalation.route == "consumer-center"


def test_a_new_drive_is_no_new_mainboard(guide: Guide) -> None:
    """The answer begins with what holds for a drive."""
    (answer,) = _converse(guide, "SSDに換装したらライセンス認証が外れました")
    assert answer.citations[0].quote.startswith("HDDをSSDに替えただけなら")
    assert all("マザーボード" not in citation.quote for citation in answer.citations)


def test_a_warning_for_others_is_not_pasted(guide: Guide) -> None:
    """Who has had Windows 11 from the first is not warned of Windows 7."""
    trouble, warning = "部品を替えたら認証が外れた。どうすればいい？", "7や8.1から無償で上げたPCは、認証に失敗すると"
    (plain,) = _converse(guide, trouble)
    (told,) = _converse(guide, f"最初からWindows 11でした。{trouble}")
    assert warning in plain.text
    assert warning not in told.text
    assert "「トラブルシューティング」を選びます" in told.text


def test_what_is_missing_is_not_asked_for_again(guide: Guide) -> None:
    """A list that needs the button that is not there is left out, and the reader is told so."""
    first, later = _converse(
        guide,
        "部品を替えたら認証が外れた。どうすればいい？",
        "設定にトラブルシューティングが見当たりません",
    )
    assert "「トラブルシューティング」を選びます" in first.text
    assert "「トラブルシューティング」を選びます" not in later.text
    assert "見当たらない" in later.text


def test_without_any_device_no_step_needs_one(guide: Guide) -> None:
    """Neither the steps with a phone nor those with another PC are shown."""
    *_, last = _converse(guide, "回復キーを求める青い画面です", "スマホは持っていません", "ほかのパソコンもありません")
    assert not _STEP.search(last.text)
    assert "家族" in last.text


@pytest.mark.parametrize("message", ["こわいからやりたくない", "むずかしくてできない", "ほんとに大丈夫？", "なんで？"])
def test_fear_and_doubt_get_no_new_list(guide: Guide, message: str) -> None:
    """A message that names no subject gets a short answer from the article in hand."""
    first, later = _converse(guide, "PCが重くて固まります", message)
    assert not _STEP.search(later.text)
    assert len(later.text) < len(first.text)
    assert {citation.article_id for citation in later.citations} <= {first.citations[0].article_id}


def test_what_to_begin_with_is_one_step(guide: Guide) -> None:
    """The first step of the list in hand, with what guards it."""
    _, later = _converse(guide, "PCが重くて固まります", "どれからやればいいですか")
    assert len(_STEP.findall(later.text)) == 1


def test_the_state_alone_remembers(guide: Guide) -> None:
    """A client that sends no history loses no circumstance."""
    first = guide.ask("ハードディスクからカチカチ音がする")
    later = guide.ask("写真をコピーしたい", state=first.state)
    assert not _STEP.search(later.text)
    assert "電源を切って" in later.text


def test_thanks_do_not_lose_the_thread(guide: Guide) -> None:
    """After a courtesy the article in hand is still that."""
    first, _, later = _converse(guide, "プリンターで印刷できません", "ありがとう", "それでもだめなら？")
    assert later.citations[0].article_id == first.citations[0].article_id


@pytest.mark.parametrize(
    ("message", "whom"),
    [
        ("リモートで入られて、ネットバンクから50万振り込まれた", "カード会社や銀行の公式の番号に今すぐ電話"),
        ("パソコン乗っ取られて銀行のお金なくなった", "カード会社や銀行の公式の番号に今すぐ電話"),
        (
            "画面の番号にかけたら、コンビニで10万円分のカードを買わされて番号を読み上げました",
            "電子マネーの発行会社に今すぐ連絡",
        ),
    ],
)
def test_whoever_lost_money_is_told_first_whom_to_call(guide: Guide, message: str, whom: str) -> None:
    """Such a message is answered, however it is worded, and stopping the money comes before any other list."""
    [answer] = _converse(guide, message)
    assert answer.status is Status.ANSWERED
    lists = [part for part in answer.text.split("### ") if _STEP.search(part)]
    assert whom in lists[0]
    assert "#9110" in lists[0]


@pytest.mark.parametrize("message", ["修理に出したらお金取られますか", "3万円で直りますか", "送金はしていません"])
def test_a_price_or_a_denial_is_no_loss(guide: Guide, message: str) -> None:
    """Money is spoken of, none is lost."""
    [answer] = _converse(guide, message)
    assert "#9110" not in answer.text


@pytest.mark.parametrize(
    ("message", "begins"),
    [
        (
            "電源を入れても画面が真っ暗。仕事の写真が全部入ってるのに",
            "画面が真っ暗なだけなら、写真や書類が消えたとは限りません",
        ),
        ("青い画面で48桁を入れろって。卒論が入ってるんです", "回復キーを聞かれた時点では、写真や書類は消えていません"),
    ],
)
def test_who_fears_for_data_is_told_of_it_first(guide: Guide, message: str, begins: str) -> None:
    """What the answering article says of the data comes before all else."""
    assert guide.ask(message).text.lstrip("- ").startswith(begins)


def test_no_other_article_speaks_of_the_data(guide: Guide) -> None:
    """Where the answering article says nothing of it, another one's reassurance would be about another trouble."""
    answer = guide.ask("プリンターで印刷できません。卒論が入ってるんです")
    assert {one.article_id for one in answer.citations} == {"device-printer"}


def test_a_victim_of_remote_control_is_not_led_to_ransomware(guide: Guide) -> None:
    """「電源は切ったほうがいい？」 is asked of ransomware in the same words; disconnecting comes first."""
    told, asked = _converse(
        guide, "警告の番号に電話して遠隔操作されました。お金も払いました", "電源は切ったほうがいいですか？"
    )
    assert "PCをインターネットから外します" in told.text.partition("銀行")[0]
    for answer in (told, asked):
        assert "safety-ransomware-first-aid" not in {one.article_id for one in answer.citations}
