"""What of a message is searched for."""

from __future__ import annotations

import pytest

from bot.knowledge.vocabulary import Vocabulary
from bot.retrieval.query import understand

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
