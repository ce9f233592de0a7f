"""Later messages stay with the article in hand, say something new, and leave it when the subject changes."""

from __future__ import annotations

import re

import pytest

from bot.answer.guide import Guide
from bot.answer.moves import Move, move_of
from bot.answer.talk import decode_state
from bot.types import Answer, Status, Turn

_MARK = re.compile(r"\[\d+\]")


def _converse(guide: Guide, *messages: str) -> list[Answer]:
    answers: list[Answer] = []
    history: list[Turn] = []
    for message in messages:
        answers.append(guide.ask(message, history, answers[-1].state if answers else ""))
        history += [Turn("user", message), Turn("assistant", answers[-1].text)]
    return answers


def _articles(answer: Answer) -> set[str]:
    return {citation.article_id for citation in answer.citations}


@pytest.mark.parametrize(
    "message",
    ["それでもだめなら？", "どこにありますか", "スマホがありません", "2番がわからない", "全部やりました。次は？"],
)
def test_a_short_message_stays_with_its_article(guide: Guide, message: str) -> None:
    """A few words that fit anything are about what was answered last, and about nothing else."""
    first, second = _converse(guide, "プリンターから紙が出てきません", message)
    assert _articles(first) == {"device-printer"}
    assert _articles(second) <= {"device-printer"}


@pytest.mark.parametrize(
    ("message", "article"),
    [
        ("ところで音が出なくなりました", "device-sound"),
        ("あと、Bluetoothのイヤホンもつながりません", "device-bluetooth"),
        ("更新で 0x80070643 が出ました", "windows-update-0x80070643"),
    ],
)
def test_another_trouble_gets_its_own_article(guide: Guide, message: str, article: str) -> None:
    """Another device, another code or a word that says so changes the article."""
    assert article in _articles(_converse(guide, "プリンターから紙が出てきません", message)[-1])


@pytest.mark.parametrize(
    ("messages", "kept", "never"),
    [
        (
            [
                "回復キーを入れろと青い画面に出ました",
                "キーはもらった覚えがない",
                "子どもの写真が入ってます。消えませんよね？",
            ],
            "bitlocker-",
            "sign-in-",
        ),
        (
            ["警告の画面の番号に電話してしまった", "いま電源切ったほうがいい？"],
            "safety-fake-alert",
            "safety-ransomware",
        ),
        (["windows is not activated after i replaced the motherboard", "who should i call"], "activation-", "safety-"),
    ],
)
def test_what_is_asked_of_many_articles_leads_to_none(guide: Guide, messages: list[str], kept: str, never: str) -> None:
    """A fear, or whom to call, is put in the same words whatever the trouble: another article's words are no reason."""
    found = _articles(_converse(guide, *messages)[-1])
    assert any(name.startswith(kept) for name in found)
    assert not any(name.startswith(never) for name in found)


def test_what_failed_is_not_said_again(guide: Guide) -> None:
    """Whoever says that it did not help is given steps not shown before, then whom to ask; never the same answer."""
    answers = _converse(guide, "プリンターから紙が出てきません", "だめでした", "それでも直りません", "まだだめです")
    texts = [_MARK.sub("", answer.text) for answer in answers]
    assert len(set(texts)) == len(texts)
    steps = [set(re.findall(r"^\d+\. .*$", text, re.MULTILINE)) for text in texts]
    assert not steps[0] & steps[1]
    assert answers[-1].escalation is not None


def test_a_numbered_step_is_explained(guide: Guide) -> None:
    """「2番」 is the second of the steps shown last, alone."""
    first, second = _converse(guide, "プリンターから紙が出てきません", "2番がわからない")
    step = re.search(r"^2\. (.+?)\[\d+\]$", first.text, re.MULTILINE)
    assert step is not None
    assert step.group(1) in second.text
    assert "### 手順2" in second.text
    third = re.search(r"^3\. (.+?)\[\d+\]$", first.text, re.MULTILINE)
    assert third is not None
    assert third.group(1) not in second.text


def test_whoever_asks_for_a_person_is_told_whom(guide: Guide) -> None:
    """Asking for a human is answered with contacts that fit the matter in hand, at every turn."""
    for message in ("人と話したい", "どこに電話すればいいですか"):
        answer = _converse(guide, "24H2にしたら認証が外れた。買ったときから11です", message)[-1]
        assert answer.escalation is not None
        assert answer.escalation.contacts
        assert answer.status is Status.ANSWERED


def test_what_the_article_does_not_tell_is_said(guide: Guide) -> None:
    """A question within the subject that the article leaves open is not answered with something near."""
    answer = _converse(guide, "プリンターから紙が出てきません", "インクの値段はいくらですか")[-1]
    assert answer.status is Status.ABSTAINED
    assert answer.escalation is not None


def test_the_state_remembers_what_was_shown(guide: Guide) -> None:
    """It holds the article and the order of each statement shown, and grows with the conversation."""
    first, second = _converse(guide, "プリンターから紙が出てきません", "だめでした")
    before, after = decode_state(first.state), decode_state(second.state)
    assert before.article == after.article == "device-printer"
    assert set(before.said) < set(after.said)


@pytest.mark.parametrize(
    ("message", "failed", "person", "move"),
    [
        ("2番がわからない", False, False, Move.STEP),
        ("４番まではできた", False, False, Move.ASKS),
        ("次は？", False, False, Move.FAILED),
        ("もう3回試した", False, False, Move.FAILED),
        ("直りません", True, False, Move.FAILED),
        ("人と話したい", False, True, Move.PERSON),
        ("どこにありますか", False, False, Move.ASKS),
    ],
)
def test_what_a_message_does(message: str, failed: bool, person: bool, move: Move) -> None:
    """The kinds of later message are told apart by their words."""
    assert move_of(message, failed=failed, person=person) is move


@pytest.mark.parametrize(
    "state", ["", "xxx", "eyJzYWlkIjogWyJhIl19", "eyJhcnRpY2xlIjogIm5vc3VjaCIsICJzYWlkIjogWzFdfQ=="]
)
def test_a_foreign_state_is_harmless(guide: Guide, state: str) -> None:
    """A state that is damaged or of another index is as good as none."""
    answer = guide.ask("プリンターから紙が出てきません", [Turn("user", "こんにちは")], state)
    assert "device-printer" in _articles(answer)


def test_the_page_that_is_read_is_the_article_in_hand(guide: Guide) -> None:
    """A question too short to find anything is about the page; what the page does not tell is looked for elsewhere."""
    page = "https://guide.example/articles/device-printer#step"
    for question in ("やってはいけないことは？", "これは誰に相談すればいい？"):
        assert _articles(guide.ask(question, page_url=page)) == {"device-printer"}
    assert "device-sound" in _articles(guide.ask("パソコンから音が出なくなりました", page_url=page))
    elsewhere = guide.ask("やってはいけないことは？", page_url="https://other.example/page")
    assert elsewhere.text == guide.ask("やってはいけないことは？").text


@pytest.mark.parametrize(
    "message", ["ありがと出た", "音が出ました、ありがとう！", "キー見つかりました。ありがとうございます"]
)
def test_thanks_for_what_works_now_end_the_matter(guide: Guide, message: str) -> None:
    """Beside thanks, 「出た」 is the end of the trouble; nothing is searched and nobody need be asked."""
    answer = _converse(guide, "パソコンから音が出ません", message)[-1]
    assert answer.citations == ()
    assert answer.escalation is None


@pytest.mark.parametrize("message", ["消えた", "エラーが出た", "ありがとう、でもまだ音が出ません"])
def test_what_merely_sounds_like_an_end_is_answered(guide: Guide, message: str) -> None:
    """The same words without thanks, or with a "but", are the trouble."""
    assert "何よりです" not in _converse(guide, "パソコンから音が出ません", message)[-1].text


def test_an_urgent_card_stays(guide: Guide) -> None:
    """Who is being cheated keeps the contacts before their eyes, whatever they ask next about it."""
    told = "警告の番号に電話したら、遠隔操作のソフトを入れられて、いまも画面を動かされています"
    first, second = _converse(guide, told, "画面を閉じるにはどのキーを押しますか")
    assert first.escalation is not None
    assert first.escalation.urgency == "今すぐ"
    assert second.escalation is not None
    assert second.escalation.urgency == "今すぐ"


def test_a_list_shown_before_comes_again_whole_or_as_one_step(guide: Guide) -> None:
    """Steps out of the middle of a list would be done without those between them."""
    answers = _converse(
        guide, "プリンターから紙が出てきません", "印刷キューはどこですか", "ドライバーはどこから落とすの"
    )
    for answer in answers:
        numbers = [int(n) for n in re.findall(r"^(\d+)\. ", answer.text, re.MULTILINE)]
        assert all(number == 1 or number - 1 in numbers for number in numbers)
