"""Markdown: tokens to blocks, and what Japanese authors write that CommonMark does not know."""

from __future__ import annotations

import time
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.types import Block, BlockKind
from ingest.rules import load_rules
from ingest.sources.markdown import looks_like_markdown, read_markdown

RULES = load_rules()

_SECONDS = 3
"""Of the processor, for the slowest of them; it takes .2."""


def blocks(text: str) -> list[Block]:
    """Return the blocks of a text."""
    return [piece.block for piece in read_markdown(dedent(text), RULES.html).pieces]


def test_structure() -> None:
    """Headings, lists with their printed numbers, tables, code and quotes become blocks in reading order."""
    assert blocks("""\
        # 題 {#top}

        文の`一部`と
        [リンク](https://example.jp)と**強調**です。

        3. 開く
           - 左
             1. 奥
        4. 押す

           待つ。

        | 場合 | 結果 |
        |------|------|
        | `10` | 可   |

        ```powershell
        Get-Item  x

          y
        ```

        > 注意: 消えます。

        > ただの引用です。
        """) == [
        Block(BlockKind.HEADING, "題", level=1),
        Block(BlockKind.PARAGRAPH, "文の一部とリンクと強調です。"),
        Block(BlockKind.STEP, "開く", number=3),
        Block(BlockKind.BULLET, "左", level=1),
        Block(BlockKind.STEP, "奥", level=2, number=1),
        Block(BlockKind.STEP, "押す", number=4),
        Block(BlockKind.PARAGRAPH, "待つ。"),
        Block(BlockKind.TABLE, "場合 | 結果\n10 | 可", header_rows=1),
        Block(BlockKind.CODE, "Get-Item  x\n\n  y"),
        Block(BlockKind.CAUTION, "注意: 消えます。"),
        Block(BlockKind.PARAGRAPH, "ただの引用です。"),
    ]


@pytest.mark.parametrize("word", ["注意", "ご注意", "警告", "重要", "危険", "**注意**", "⚠️ 注意"])
def test_warnings(word: str) -> None:
    """A quote that opens with a word of warning warns to its end."""
    found = blocks(f"> {word} 消えます。\n>\n> 戻せません。\n\n終わり。")
    assert [b.kind.value for b in found] == ["caution", "caution", "paragraph"]


@pytest.mark.parametrize(("kind", "result"), [("WARNING", "caution"), ("IMPORTANT", "caution"), ("NOTE", "paragraph")])
def test_admonitions(kind: str, result: str) -> None:
    """The marker of a `[!WARNING]` quote tells what it is and is not shown."""
    found = blocks(f"> [!{kind}]\n> 文です。")
    assert [(b.kind.value, b.text) for b in found] == [(result, "文です。")]


def test_typed_bullets() -> None:
    """Lines that start with 「・」 are items although Markdown has no such list."""
    assert [b.kind.value for b in blocks("次です。\n・一つ\n・二つ\n")] == ["paragraph", "bullet", "bullet"]


def test_stars_beside_japanese_brackets() -> None:
    """Emphasis that CommonMark does not see beside Japanese brackets leaves no stars."""
    assert [b.text for b in blocks("**「次へ」**を押します。")] == ["「次へ」を押します。"]


def test_html_inside() -> None:
    """HTML blocks are read as HTML, inline tags vanish, `<br>` breaks the line."""
    found = blocks("一つ。<br>二つ<b>目</b>。\n\n<table><tr><td>a</td><td>b</td></tr></table>\n")
    assert [b.text for b in found] == ["一つ。", "二つ目。", "a | b"]


def test_images() -> None:
    """An image is what its alternative text tells, if it tells anything."""
    assert [b.text for b in blocks("![img](a.png)\n\n![ライセンス認証の画面の赤い表示](b.png)")] == [
        "ライセンス認証の画面の赤い表示"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "[" * 20_000,
        "> " * 2_000 + "x",
        "- " * 2_000 + "x",
        "*a " * 5_000,
        "![[" * 5_000,
        "|a" * 2_000 + "\n" + "|-" * 2_000,
    ],
)
def test_hostile_nesting(text: str) -> None:
    """Nesting made to hurt is read in about the time of an ordinary one; quadratic time would take minutes."""
    began = time.process_time()
    read_markdown(text, RULES.html)
    assert time.process_time() - began < _SECONDS


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("# 題\n文", True),
        ("a **b** c", True),
        ("```\nx\n```", True),
        ("文です。\n・項目\n1) 手順", False),
        ("- 一つ\n- 二つ", False),
    ],
)
def test_looks_like_markdown(text: str, answer: bool) -> None:
    """Only marks that plain text does not use tell Markdown."""
    assert looks_like_markdown(text) is answer


@given(st.text(alphabet=st.sampled_from("あA1。#>-*`|[]()!<br>\n \t注意:"), max_size=120))
def test_any_markdown(text: str) -> None:
    """No text crashes the reader or gives an empty block; nothing but code and tables has more than one line."""
    for block in blocks(text):
        assert block.text.strip()
        assert "\n" not in block.text or block.kind in {BlockKind.CODE, BlockKind.TABLE}
