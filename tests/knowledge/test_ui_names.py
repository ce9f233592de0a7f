"""English names of settings and buttons under Japanese sentences."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import CorpusError
from bot.knowledge.ui_names import UiNames, load_ui_names

NAMES = UiNames(
    {
        "設定": "Settings",
        "システム": "System",
        "アカウント": "Accounts",
        "ファイル": "File",
        "ファイル › アカウント": "File › Account",
        "更新の履歴": "Update history",
        "更新の履歴を表示する": "View update history",
        "Wi-Fi": "Wi-Fi",
    }
)


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("設定 › システム を開きます。", {"設定 › システム": "Settings › System"}),
        ("「設定 › システム」を開きます。", {"設定 › システム": "Settings › System"}),
        ("「設定」を選びます。", {"設定": "Settings"}),
        ("Wordの ファイル › アカウント を見ます。", {"ファイル › アカウント": "File › Account"}),
        ("「更新の履歴を表示する」を押します。", {"更新の履歴を表示する": "View update history"}),
        ("設定を変え、システムを見ます。", {}),
        ("「Wi-Fi」を選びます。", {}),
    ],
)
def test_ways_and_names_in_brackets_are_told(text: str, pairs: dict[str, str]) -> None:
    """A common word is no name, a name that reads the same needs no telling."""
    assert NAMES.pairs_in([text]) == pairs


def test_each_is_told_once() -> None:
    """In the order in which they are met."""
    assert list(NAMES.pairs_in(["「設定」", "「更新の履歴」と「設定」"])) == ["設定", "更新の履歴"]


def test_the_bundled_table_is_large(corpus: Path) -> None:
    """It has what the bundled articles print."""
    assert len(load_ui_names(corpus / "knowledge" / "ui_names.yaml").names) > 100


def test_a_name_twice_is_a_mistake(tmp_path: Path) -> None:
    """The file and the line are named."""
    path = tmp_path / "ui_names.yaml"
    path.write_text("names:\n  設定: Settings\n  設定: Options\n", "utf-8")
    with pytest.raises(CorpusError, match=r"ui_names.yaml:3"):
        load_ui_names(path)
