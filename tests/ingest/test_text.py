"""Plain text: headings, lists and tables are inferred from shape and surroundings."""

from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.types import Block, BlockKind
from ingest.sources.text import read_text


def blocks(text: str) -> list[Block]:
    """Return the blocks of a text."""
    return [piece.block for piece in read_text(dedent(text)).pieces]


def headings(text: str) -> list[tuple[int, str]]:
    """Return level and text of all headings."""
    return [(block.level, block.text) for block in blocks(text) if block.kind is BlockKind.HEADING]


def test_short_lines_apart_are_headings() -> None:
    """A short line between blank lines with a body below is a heading; a sentence or a number is not."""
    text = """\
        原因

        更新のときに確認に失敗しています。

        電話番号です。

        03-0000-1234

        対処

        ・再起動します。
        """
    assert headings(text) == [(2, "原因"), (2, "対処")]


def test_headings_without_blank_lines() -> None:
    """Where no blank lines set paragraphs apart, the neighbours' shape tells a heading."""
    text = """\
        症状
        画面が暗いまま何も表示されません。
        - 電源は入ります。
        - 音は鳴ります。
        対処
        1. 電源を長押しします。
        """
    assert headings(text) == [(2, "症状"), (2, "対処")]


def test_repeated_enumeration_is_headings() -> None:
    """The second time, each with its own body, the items of a numbered list are headings."""
    text = """\
        方法

        1)電話で聞く

        2)店で聞く

        1)電話で聞く

        平日だけつながります。

        2)店で聞く

        予約が要ります。
        """
    found = blocks(text)
    assert [b.text for b in found if b.kind is BlockKind.STEP] == ["電話で聞く", "店で聞く"]
    assert headings(text) == [(2, "方法"), (3, "1)電話で聞く"), (3, "2)店で聞く")]


def test_cases_are_below_their_subject() -> None:
    """A row of cases (「…の場合」) is one level below the heading before it."""
    text = """\
        問い合わせた結果

        電話で確かめました。

        もとがWindows 10の場合

        ・電話で認証できます。

        もとがWindows 7の場合

        ・認証できません。

        まとめ

        早めに確かめてください。
        """
    assert [level for level, _ in headings(text)] == [2, 3, 3, 2]


def test_stacked_headings() -> None:
    """A heading directly below a heading is one level deeper."""
    text = "質問の例\n\n認証エラーについて\n\n認証が外れました。どうすればよいですか。\n"
    assert headings(text) == [(2, "質問の例"), (3, "認証エラーについて")]


def test_menu_is_no_run_of_headings() -> None:
    """Many short lines in a row are a menu, at most the last of them a heading."""
    text = "ホーム\n\n記事\n\n連絡先\n\n地図\n\n開かない原因\n\n設定が壊れています。\n"
    assert len(headings(text)) <= 3
    assert (2, "ホーム") not in headings(text)


def test_parallel_items() -> None:
    """A line that ends like the list item below it is an item, not the list's heading."""
    text = "窓口\n\n窓口は二つあります。\n\nサイトから申し込む(Web)\n\n・電話で申し込む(自動音声)\n"
    assert headings(text) == [(2, "窓口")]


def test_brackets_open_headings_too() -> None:
    """A short line that opens with 「【重要】」 above a body is a heading, a sentence that does is a warning."""
    text = "【重要】更新の前に\n\n控えを取ります。\n\n【重要】消えると戻せません。\n"
    assert headings(text) == [(2, "【重要】更新の前に")]
    assert blocks(text)[-1].kind is BlockKind.CAUTION


def test_questions_are_headings() -> None:
    """Q lines head their answers."""
    text = "Q1: 更新は急ぎますか?\n\nA1: 一週間は待てます。\n"
    assert headings(text) == [(3, "Q1: 更新は急ぎますか?")]


def test_nested_list() -> None:
    """Indentation gives list depth, and printed numbers stay."""
    found = blocks("""\
        対策:

          • 確かめる
            1. 設定を開く
            2. 状態を見る
          • 電話する
        """)
    assert [(b.kind.value, b.level, b.number) for b in found[1:]] == [
        ("bullet", 0, 0),
        ("step", 1, 1),
        ("step", 1, 2),
        ("bullet", 0, 0),
    ]


def test_tables() -> None:
    """Rows with equal bars or tabs are a table; the ruled first row is its header."""
    ruled = blocks("| 場合 | 結果 |\n|---|---|\n| 10 | 可 |\n")
    assert ruled == [Block(BlockKind.TABLE, "場合 | 結果\n10 | 可", header_rows=1)]
    tabbed = blocks("場合\t結果\n10\t可\n")
    assert tabbed == [Block(BlockKind.TABLE, "場合 | 結果\n10 | 可", header_rows=0)]


def test_commands_are_code_not_headings() -> None:
    """A short line that is a command stays in the text as code."""
    found = blocks("次のコマンドを実行します。\n\nsfc /scannow\n\n終わるまで待ちます。\n")
    assert [b.kind for b in found] == [BlockKind.PARAGRAPH, BlockKind.CODE, BlockKind.PARAGRAPH]


def test_hand_wrapped_text_is_joined() -> None:
    """Lines wrapped at a fixed width are one paragraph again; lines that are paragraphs are left apart."""
    line = "これは手で折り返した文章の一行で、文の途中で次の行に続いている長さの行です"
    wrapped = "\n".join([line] * 6 + ["終わりです。"])
    assert len(blocks(wrapped)) == 1
    assert len(blocks("\n".join([line + "。"] * 6))) == 6


def test_table_of_contents_goes() -> None:
    """A list that merely names the headings to come is left out."""
    body = "".join(f"\n{name}\n\n{name}についての説明の文章です。\n" for name in ("症状", "原因", "対処"))
    assert [b.kind for b in blocks("- 症状\n- 原因\n- 対処\n" + body)].count(BlockKind.BULLET) == 0


@pytest.mark.parametrize(
    "text", ["", "\n\n", "---\n===\n", "★★★", "1.\n2.\n", "|\n|\n", "#\n## \n", "\t\n\t\n", "※", "・"]
)
def test_degenerate(text: str) -> None:
    """Nothing, rules and bare marks give no empty blocks."""
    assert all(block.text.strip() for block in blocks(text))


@given(st.text(alphabet=st.sampled_from("あ漢A1。?・-#|\t\n ※①)(:"), max_size=200))
def test_blocks_are_verbatim(text: str) -> None:
    """Every block's text, white space aside, is a part of the source; none is empty."""
    source = "".join(text.split())
    for block in (piece.block for piece in read_text(text).pieces):
        assert block.text.strip()
        cells = block.text.replace("\n", "|").split("|") if block.kind is BlockKind.TABLE else [block.text]
        assert all("".join(cell.split()) in source for cell in cells)
