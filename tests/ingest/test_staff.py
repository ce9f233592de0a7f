"""Names of call-centre staff go; everybody and everything else stays."""

from __future__ import annotations

import pytest

from bot.types import Block, BlockKind
from ingest.rules import load_rules
from ingest.staff import mask_staff


def masked(*texts: str, kind: BlockKind = BlockKind.PARAGRAPH) -> list[str]:
    """Return the texts of blocks after masking."""
    return [block.text for block in mask_staff([Block(kind, text) for text in texts], load_rules())]


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("認証窓口の山田さんに聞きました。", "認証窓口に聞きました。"),
        ("オペレーターの佐々木様によると可能です。", "オペレーターによると可能です。"),
        ("サポートセンターの林さんが答えました。", "サポートセンターが答えました。"),
        ("担当はタナカさんでした。", "担当でした。"),
    ],
)
def test_names_go(text: str, result: str) -> None:
    """A surname with its title goes where it stands behind a place of work, and nothing is put in its place."""
    assert masked(text) == [result]


@pytest.mark.parametrize(
    "text",
    [
        "窓口のお客様に案内します。",
        "サポートの皆さんに感謝します。",
        "担当者様へお伝えください。",
        "窓口に田中さんと行きました。",
        "業者さんに頼みます。",
        "窓口は同様に混みます。",
        "サポートが多様になりました。",
    ],
)
def test_others_stay(text: str) -> None:
    """Customers, companies, companions and words that merely end in a title's character stay."""
    assert masked(text) == [text]


def test_later_mentions() -> None:
    """The same name by itself later on becomes a stand-in, in every block but code."""
    assert masked("窓口の山田さんに聞きました。", "山田さんは親切でした。")[1] == "担当者は親切でした。"
    assert masked("窓口の山田さんです。", "山田さん", kind=BlockKind.CODE)[1] == "山田さん"


def test_neighbours_stay_verbatim() -> None:
    """Only the sentence with the name changes, and it stands apart from the others."""
    assert masked("朝に電話しました。窓口の山田さんが出ました。番号は控えました。よかったです。") == [
        "朝に電話しました。",
        "窓口が出ました。",
        "番号は控えました。よかったです。",
    ]


def test_list_items_are_not_split() -> None:
    """A step stays one step."""
    assert masked("電話します。窓口の山田さんに言います。", kind=BlockKind.STEP) == ["電話します。窓口に言います。"]
