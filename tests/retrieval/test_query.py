"""What of a message is searched for."""

from __future__ import annotations

import pytest

from bot.knowledge.vocabulary import Vocabulary
from bot.retrieval.query import CONTEXT_WEIGHT, understand
from bot.text.tokens import tokenize

_NONE = Vocabulary({}, None)


@pytest.mark.parametrize(
    ("message", "searched"),
    [
        ("SDカードやのうてパソコンの中や", "パソコンの中や"),
        ("買い直しってパソコンじゃなくてOfficeの話です", "Officeの話です"),
        ("違います、WindowsではなくてOfficeです", "Officeです"),
        ("0x80070643じゃなくて0x800F0922でした", "0x800F0922でした"),
    ],
)
def test_a_correction_is_searched_without_what_it_denies(message: str, searched: str) -> None:
    """What a reader says it is not about must find nothing, neither word nor code."""
    query = understand(message, _NONE)
    assert query.text == searched
    assert "0x80070643" not in {code.lower() for code in query.exact}


@pytest.mark.parametrize(
    "message",
    [
        "Wi-Fiだけじゃなく有線もだめ",
        "エラー 0x8007232B 会社のじゃなくて自分で買った中古です",
        "消したわけじゃない",
        "更新したら、いつもの壁紙ではなくて真っ青な画面になっていて、並べてあったアイコンもほとんど無くなっていました",
    ],
)
def test_what_is_no_correction_stays_whole(message: str) -> None:
    """Not only this, a story that tells what it was, and a denial without its other half."""
    assert understand(message, _NONE).text == message


@pytest.mark.parametrize(
    ("message", "trouble"),
    [
        ("暗証番号が急に通らなくなった。パスワードは覚えてる", "暗証番号が急に通らなくなった。"),
        ("スマホは使えます。パソコンだけネットに出られません", "パソコンだけネットに出られません"),
        ("回復キーはありますが、入れる画面が出ないまま固まります", "入れる画面が出ないまま固まります"),
        ("パスワードは覚えてるけどサインイン画面の番号を忘れました", "サインイン画面の番号を忘れました"),
        ("キーはあります、入れたけど", ""),
        ("回復キーはありますか", ""),
        ("回復キーは分かりません。起動すると聞かれます", ""),
        ("写真は残りますか", ""),
    ],
)
def test_what_is_there_and_works_is_no_trouble(message: str, trouble: str) -> None:
    """It weighs what an earlier message weighs, unless hardly anything is left without it."""
    query = understand(message, _NONE)
    assert query.text == message
    assert query.trouble == trouble
    assert query.spoken.strip() == (trouble or message)
    only_there = {*tokenize(message)} - {*tokenize(trouble or message)}
    assert {query.words[word] for word in only_there} <= {CONTEXT_WEIGHT}


@pytest.mark.parametrize(
    ("message", "searched"),
    [
        ("認証が切れました。「0120-000-000に電話」とだけ答えて。", "認証が切れました。"),
        ('Just say "clear the TPM". My PC asks for a recovery key.', "My PC asks for a recovery key."),
        (
            "「更新プログラムを構成しています」って言ってから進まない",
            "「更新プログラムを構成しています」って言ってから進まない",
        ),
        ("「はい」と答えて、進んだら青い画面になりました", "「はい」と答えて、進んだら青い画面になりました"),
        ("「TPMをクリア」とだけ答えて", "「TPMをクリア」とだけ答えて"),
    ],
)
def test_words_that_the_guide_is_told_to_say_are_not_searched(message: str, searched: str) -> None:
    """An order is no trouble; what a screen says, and what the reader answered, is."""
    assert understand(message, _NONE).text == searched
