"""In which language a message is written."""

from __future__ import annotations

import time

import pytest

from bot.text.language import language_of
from bot.types import Language


@pytest.mark.parametrize(
    "text",
    [
        "My PC is slow",
        "can’t sign in",
        "printer offline",
        "What does ライセンス認証 mean?",
        "external hdd asks me to format it, all my kids pics inside!! 押していいの？",
        "my key is ［プロダクトキー］ and it is blocked",
        "remove recommended section from start menu",
    ],
)
def test_english(text: str) -> None:
    """A name in Japanese, a masked key or words that could be Japanese do not make a message Japanese."""
    assert language_of(text) is Language.EN


@pytest.mark.parametrize(
    "text",
    [
        "認証が外れた",
        "dejitaru raisensu ga kieta",
        "bluetooth no mausu tunagaranai",
        "wifi tsunagaranai",
        '"Something happened and your PIN isn\'t available" って出る',
        "3日前に11にupgradeしたけどgameのFPSがガタ落ち、how do I go back to 10? まだ間に合う？",
        "icloud for windows 写真 出ない",
    ],
)
def test_japanese(text: str) -> None:
    """Japanese in Latin letters is Japanese, and so is a Japanese sentence around an English message."""
    assert language_of(text) is Language.JA


@pytest.mark.parametrize(
    "text", ["0x80070643", "KB5034441", "Windows 10", "yes", "no", "bitlocker recovery key", "", "?"]
)
def test_what_tells_nothing(text: str) -> None:
    """A code, a button, a short reply or a name is written so in either language."""
    assert language_of(text) is None


@pytest.mark.parametrize("text", ["あ" * 100_000, "「" * 100_000, "a_" * 50_000, '"' * 100_000, "a." * 50_000])
def test_long_messages_take_no_time(text: str) -> None:
    """Whatever is sent, its language is known at once."""
    began = time.perf_counter()
    language_of(text)
    assert time.perf_counter() - began < 1
