"""Single lines: list marks, steps, warnings, commands, sentence ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.types import BlockKind
from ingest.lines import LINE_BREAK, block_of, ends_sentence, fold, is_command, lead_in, one_line, split_lines


@pytest.mark.parametrize(
    ("line", "kind", "number", "text"),
    [
        ("・再起動します。", BlockKind.BULLET, 0, "再起動します。"),
        ("- 再起動します。", BlockKind.BULLET, 0, "再起動します。"),
        ("■ 対処", BlockKind.BULLET, 0, "対処"),
        ("1)設定を開く", BlockKind.STEP, 1, "設定を開く"),
        ("２）設定を開く", BlockKind.STEP, 2, "設定を開く"),
        ("(3) 設定を開く", BlockKind.STEP, 3, "設定を開く"),
        ("④設定を開く", BlockKind.STEP, 4, "設定を開く"),
        ("手順5 設定を開く", BlockKind.STEP, 5, "設定を開く"),
        ("【STEP6】設定を開く", BlockKind.STEP, 6, "設定を開く"),
        ("注意：消えます", BlockKind.CAUTION, 0, "注意：消えます"),
        ("【警告】消えます", BlockKind.CAUTION, 0, "【警告】消えます"),
        ("※ 必ず控えてください。", BlockKind.CAUTION, 0, "※ 必ず控えてください。"),
        ("※ 2024年12月時点の話です。", BlockKind.PARAGRAPH, 0, "※ 2024年12月時点の話です。"),
        ("DISM /Online /Cleanup-Image", BlockKind.CODE, 0, "DISM /Online /Cleanup-Image"),
    ],
)
def test_marks(line: str, kind: BlockKind, number: int, text: str) -> None:
    """A line's own opening mark says what it is; list marks go, warnings keep their words."""
    block = block_of(line)
    assert (block.kind, block.number, block.text) == (kind, number, text)


@pytest.mark.parametrize(
    "line",
    [
        "1.5GBのメモリ",
        "2、3日待つ",
        "2024.12.06",
        "10:30に始まる",
        "24H2に上げる",
        "5ないし6桁",
        "・・・",
        "-5度",
        "重要なお知らせ",
        "1.",
    ],
)
def test_no_marks(line: str) -> None:
    """Numbers, dates and dots that merely look like list marks leave a line a paragraph with all its characters."""
    block = block_of(line)
    assert (block.kind, block.text) == (BlockKind.PARAGRAPH, line)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("sfc /scannow", True),
        ("slmgr.vbs /ato", True),
        (r"C:\Windows\System32", True),
        ("Get-AppxPackage -AllUsers", True),
        ("shutdown /r /t 0", True),
        ("Windows Update", False),
        ("Use the -h option to see help.", False),
        ("https://example.com/ -a", False),
        ("設定 /r", False),
    ],
)
def test_commands(text: str, command: bool) -> None:
    """Commands and paths are told from prose, English prose included."""
    assert is_command(text) is command


@pytest.mark.parametrize(
    ("text", "ends", "leads"),
    [
        ("直りました。", True, False),
        ("直りますか？", True, False),
        ("「直りました。」", True, False),
        ("直る場合", False, False),
        ("要点：", False, True),
        ("手順は次のとおりです。", True, True),
    ],
)
def test_sentence_ends(text: str, ends: bool, leads: bool) -> None:
    """Sentence ends and announcements are recognised in full and half width."""
    assert (ends_sentence(text), lead_in(text)) == (ends, leads)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("認証が\n外れた", "認証が外れた"),
        ("Windows\n11", "Windows 11"),
        ("日本\nWindows", "日本 Windows"),
        ("だめでし た", "だめでし た"),
    ],
)
def test_one_line_as_browsers_do(text: str, line: str) -> None:
    """A source line break vanishes between Japanese characters and is a space elsewhere; typed spaces stay."""
    assert one_line(text) == line


def test_forced_breaks_separate_only_what_is_separate() -> None:
    """`<br>` parts sentences and list items, but a wrapped sentence is put together again."""
    text = LINE_BREAK.join(["認証が", "外れます。", "次です。", "・一つ", "・二つ", "", "終わり"])
    assert split_lines(text) == ["認証が外れます。", "次です。", "・一つ", "・二つ", "終わり"]


@given(st.text())
def test_any_text(text: str) -> None:
    """No text crashes a line function, and a block never shows characters that its line has not."""
    block = block_of(text)
    assert "".join(block.text.split()) in "".join(text.split())
    fold(text), ends_sentence(text), lead_in(text), split_lines(text)
