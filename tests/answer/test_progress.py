"""What follows a step that the reader says is done, codes of others, and what a word means."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.answer.guide import Guide
from bot.answer.moves import Move, move_of
from bot.answer.progress import asks_what_next
from bot.types import Answer, Turn


def _talk(guide: Guide, messages: Sequence[str]) -> Answer:
    """Return the answer to the last of a reader's messages."""
    history: list[Turn] = []
    state = ""
    for message in messages[:-1]:
        answer = guide.ask(message, history, state)
        history += [Turn("user", message), Turn("assistant", answer.text)]
        state = answer.state
    return guide.ask(messages[-1], history, state)


@pytest.mark.parametrize(
    ("messages", "done", "next_"),
    [
        (
            ["電話でライセンス認証したいです", "国を選んだあとどうするの"],
            "「次へ」を選びます",
            "インストール IDの数字が出たら",
        ),
        (
            ["削除した写真を戻したい", "ごみ箱は開きました。次は？"],
            "デスクトップの「ごみ箱」を開きます",
            "「元に戻す」を選びます",
        ),
        (
            ["ブルスクに48桁の数字を入れろと出ました", "画面の写真は撮りました。次は？"],
            "写真に撮ります",
            "aka.ms/myrecoverykey を開きます",
        ),
    ],
)
def test_the_list_goes_on_after_what_is_done(guide: Guide, messages: list[str], done: str, next_: str) -> None:
    """Who says in a step's words that it is done gets the step after it, and not that one again."""
    text = _talk(guide, messages).text
    assert next_ in text
    assert done not in text.partition(next_)[0]


@pytest.mark.parametrize("message", ["次は？", "そのあとどうすれば？", "サインインした、つぎ何を押すの", "what next?"])
def test_what_asks_for_the_next_thing(message: str) -> None:
    """All of these ask for what comes after something."""
    assert asks_what_next(message)


@pytest.mark.parametrize("message", ["2番がわからない", "あとでやります", "次回から気をつけます"])
def test_what_does_not_ask_for_the_next_thing(message: str) -> None:
    """The same words without asking."""
    assert not asks_what_next(message)


def test_after_the_last_step_comes_whom_to_ask(guide: Guide) -> None:
    """Who ticks off step by step is led on, and after the last one to when to stop."""
    begun = ["ブルースクリーン MEMORY_MANAGEMENT", "メモリ診断やった 異常なし"]
    assert "DISM" in _talk(guide, begun).text
    answer = _talk(guide, [*begun, "sfcも済"])
    assert "点検を相談します" in answer.text
    assert "sfc /scannow" not in answer.text


def test_rows_of_other_codes_are_left_out(guide: Guide) -> None:
    """Once a code is known, what the table says of another one (VPNを切る) is not told to its reader."""
    answer = _talk(guide, ["0xC004F074 が出ます。会社のPCです", "VPNにつなげばいいということですか"])
    assert "0x80072EE2" not in answer.text
    assert "0xC004F074" in answer.text


def test_a_code_keeps_its_article(guide: Guide) -> None:
    """A reader's guess that names the cause of another error does not lead to that error's article."""
    answer = _talk(guide, ["0x800F0922 で更新が失敗する", "回復パーティションのことですか？どうやって見るの"])
    assert answer.citations[0].article_id == "windows-update-0x800f0922"
    asked = _talk(guide, ["0x800F0922 で更新が失敗する", "別のPCは 0x80070643 です。どうすれば？"])
    assert asked.citations[0].article_id == "windows-update-0x80070643"


def test_what_a_word_means_is_told_by_another_article(guide: Guide) -> None:
    """The article in hand names the account without saying what it is; the one that says so is quoted beside it."""
    answer = _talk(guide, ["修理でマザーボードを替えたら認証されません", "マイクロソフトアカウントってなに？"])
    assert "メール アドレスで登録したアカウントです" in answer.text
    assert {one.article_id for one in answer.citations} == {"sign-in-forgotten-password"}


def test_which_of_several_is_no_question_for_the_order_of_steps() -> None:
    """「どっち」 of what stands on the reader's screen is a question of its own."""
    assert move_of("キーが二つあります。どっち？", failed=False, person=False, asks=True) is Move.ASKS
    assert move_of("どっちから？", failed=False, person=False, asks=True) is Move.WHICH


def test_what_is_told_may_name_another_matter(guide: Guide) -> None:
    """「TPMが無いと出た」 leaves the article on the end of support, which does not know the word."""
    answer = _talk(guide, ["Windows 10のサポートが切れたけどまだ使える？", "TPMが無いって出ました"])
    assert answer.citations[0].article_id == "upgrade-11-tpm"


@pytest.mark.parametrize(
    ("messages", "begins"),
    [
        (
            ["パソコンのファイルが全部開けず、お金を払えと出ています", "バックアップのUSBを挿して戻していい？"],
            "無事な控えの入った外付けドライブを、感染したPCにつながないでください",
        ),
        (
            ["セキュアブートを有効にしたい", "TPMをクリアして入れ直していい？"],
            "TPMの「クリア」や「初期化」を選ばないでください",
        ),
    ],
)
def test_a_ban_comes_before_all_else(guide: Guide, messages: list[str], begins: str) -> None:
    """Who asks to be allowed what the article forbids is told so first, whichever of two deeds it is."""
    assert _talk(guide, messages).text.lstrip("- ").startswith(begins)


def test_who_understands_nothing_is_given_one_thing_and_then_somebody(guide: Guide) -> None:
    """「わかりません」 gets the first step alone; said again, something easier and whom to ask."""
    first = _talk(guide, ["中古で買ったPCが認証されていません", "わかりません"])
    assert first.text.count("\n1. ") == 1
    assert "\n2. " not in first.text
    again = _talk(guide, ["中古で買ったPCが認証されていません", "わかりません", "どういうこと？"])
    assert again.escalation is not None
    assert again.text != first.text


def test_no_other_list_begins_in_place_of_one_that_is_ruled_out(guide: Guide) -> None:
    """The steps for an account at Microsoft need a code that this reader cannot get; a local one has others."""
    messages = ["Microsoftアカウントのパスワードを忘れた", "電話番号が変わって確認コードが受け取れません"]
    answer = _talk(guide, [*messages, "わからない"])
    assert "空のまま" not in answer.text
    assert "live.com/acsr" in _talk(guide, messages).text


def test_what_was_deleted_is_looked_for_where_deleted_things_are(guide: Guide) -> None:
    """A deleted folder on the desktop is no temporary profile, whose article says to restart."""
    answer = _talk(guide, ["間違えてデスクトップの卒論フォルダ消した。終わった", "ゴミ箱も空にした"])
    assert {one.article_id for one in answer.citations} == {"disk-recover-deleted-files"}


def test_a_lost_password_needs_no_steps_with_one(guide: Guide) -> None:
    """Who has neither PIN nor password is led to where passwords are made anew."""
    answer = _talk(guide, ["PINを忘れました", "Microsoftアカウントのパスワードも忘れた"])
    assert answer.citations[0].article_id == "sign-in-forgotten-password"


def test_whoever_has_come_to_the_end_of_one_list_goes_on_with_the_next(guide: Guide) -> None:
    """「…が出たら、回復環境に入れています」 only says where one is; the next list begins just there."""
    for first in ("回復環境ってどうやって出すの？", "セーフモードの入り方がわからん。サインイン画面までは出る"):
        quote = _talk(guide, [first, "青い画面でオプションの選択ってでた。次どれ押すの"]).citations[0].quote
        assert quote.startswith("「オプションの選択」で「トラブルシューティング"), first
