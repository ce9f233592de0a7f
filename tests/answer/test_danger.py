"""What must be said at once, whatever the talk was about: swindlers, ransom, a clicking drive, bans asked about."""

from __future__ import annotations

import pytest

from bot.answer.asked import asked_in
from bot.answer.guide import Guide
from tests.answer.talks import converse

SCAM, RANSOM = "safety-fake-alert-support-scam", "safety-ransomware-first-aid"


@pytest.mark.parametrize(
    ("messages", "article", "said"),
    [
        (("プロダクトキーが入らない", "売り手に言われてAnyDesk入れて操作された"), SCAM, "インターネットから外し"),
        (
            ("Windowsの認証の画面が出た", "もう電話してしまいました。遠隔でつないでくださいと言われてソフト入れました"),
            SCAM,
            "相手との電話を切り",
        ),
        (
            ("「ライセンスの有効期限が切れました 今すぐ050-xxxxに電話」と出てピーピー鳴ってます、電話認証ですか",),
            SCAM,
            "電話をかけないでください",
        ),
        (("There is a phone number on my screen and a siren. Can I call it?",), SCAM, "電話をかけないでください"),
        (("画面に出てる番号にかけていい？",), SCAM, "電話をかけないでください"),
        (("ランサムウェアに感染しました。お金払ったほうが早いですか",), RANSOM, "身代金は払わず"),
        (
            ("ファイルが全部変な拡張子になって身代金のテキストがあります", "もうお金払ったほうが早いですか"),
            RANSOM,
            "身代金を払わない",
        ),
        (("電話した", "払った", "カード"), SCAM, "カード会社や銀行"),
        (
            ("logo shows first, then _ blinking. nothing moves", "I hear click click sound from it"),
            "disk-health-check",
            "電源を切って",
        ),
    ],
)
def test_danger_is_answered_from_its_own_article(
    guide: Guide, messages: tuple[str, ...], article: str, said: str
) -> None:
    """The talk began with something else, or says little."""
    answer = converse(guide, *messages)[-1]
    assert answer.citations[0].article_id == article
    assert said in answer.text


@pytest.mark.parametrize(
    ("messages", "said"),
    [
        (
            ("更新後にBitLockerの回復キー", "キーなしで解除できる業者に3万円と言われた。頼んでいい？"),
            "お金を払わないでください",
        ),
        (
            ("My laptop wants BitLocker recovery key", "a shop says they can unlock without key. ok?"),
            "お金を払わないでください",
        ),
        (("update fails with 0x800f0922", "can I delete the recovery partition with diskpart?"), "しないでください"),
    ],
)
def test_the_ban_is_said_to_whoever_is_about_to_break_it(guide: Guide, messages: tuple[str, ...], said: str) -> None:
    """In a later message, in English, and where somebody else would do it."""
    assert said in converse(guide, *messages)[-1].text


def test_a_pc_that_was_switched_off_is_not_told_to_stay_on(guide: Guide) -> None:
    """What is done cannot be left undone, and switching on again would be worse."""
    answer = converse(guide, "ファイルが暗号化されて脅迫文が出ました", "もう電源切っちゃったんですけど")[-1]
    assert "電源は切らず" not in answer.text


@pytest.mark.parametrize(
    ("question", "permission"),
    [
        ("初期化？", True),
        ("Can I just reset it?", True),
        ("is it safe to keep using it", True),
        ("Can I see the key somewhere?", False),
        ("どこ？", False),
    ],
)
def test_leave_is_asked_in_few_words_and_in_english(question: str, permission: bool) -> None:
    """A deed with a question mark asks for leave; where something is to be found does not."""
    asked = asked_in(question)
    assert (asked is not None and asked.permission) is permission


def test_a_number_in_the_activation_is_no_swindle(guide: Guide) -> None:
    """The window of slui 4 shows one, too: that it need not be called is said by the article on it."""
    answer = guide.ask("slui 4 shows a phone number, should I call it?")
    assert answer.citations[0].article_id == "activation-by-phone"


@pytest.mark.parametrize("told", ["ランプはつくし、ファンも回っとるよ", "メーカーのロゴは出てます"])
def test_a_pc_that_has_power_is_not_looked_at_for_power(guide: Guide, told: str) -> None:
    """Sockets and plugs are for the PC on which nothing moves."""
    answer = converse(guide, "電源入れてもWindowsが起動しない", "3回電源切るやつやったけど何も出んかった", told)[-1]
    assert "別の壁のコンセント" not in answer.text
    assert answer.citations
