"""The blocks of an article as HTML: lists in lists, printed numbers, tables with headers, code byte for byte."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given
from hypothesis import strategies as st

from bot.types import Block, BlockKind
from bot.web.blocks import anchor, blocks_html
from tests.web.hostile import PAYLOADS, assert_harmless, visible_text

TEXT = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=60)
LIST_ITEMS = st.builds(
    Block,
    st.sampled_from([BlockKind.STEP, BlockKind.BULLET]),
    st.text("あいう<&", min_size=1, max_size=5),
    level=st.integers(0, 4),
    number=st.integers(0, 9),
)
BLOCKS = LIST_ITEMS | st.builds(
    Block, st.sampled_from(list(BlockKind)), TEXT, level=st.integers(0, 6), header_rows=st.integers(0, 2)
)


def _html(*blocks: Block) -> str:
    return blocks_html(blocks).replace("\n", "")


def _step(number: int, text: str, level: int = 0) -> Block:
    return Block(BlockKind.STEP, text, level=level, number=number)


def _bullet(text: str, level: int = 0) -> Block:
    return Block(BlockKind.BULLET, text, level=level)


def _heading(level: int) -> Block:
    return Block(BlockKind.HEADING, f"見出し{level}", level=level)


def test_steps_are_one_list_with_bullets_inside() -> None:
    """An item of a deeper level belongs to the item above it."""
    assert _html(_step(1, "押す"), _bullet("右", 1), _bullet("左", 1), _step(2, "待つ")) == (
        "<ol><li>押す<ul><li>右</li><li>左</li></ul></li><li>待つ</li></ol>"
    )


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ((_step(3, "三"), _step(4, "四")), '<ol><li value="3">三</li><li>四</li></ol>'),
        ((_step(1, "一"), _step(3, "三")), '<ol><li>一</li><li value="3">三</li></ol>'),
        ((_step(1, "一"), _step(1, "また一")), '<ol><li>一</li><li value="1">また一</li></ol>'),
        ((_step(0, "一"), _step(0, "二")), "<ol><li>一</li><li>二</li></ol>"),
    ],
)
def test_a_step_has_the_number_that_the_article_prints(blocks: tuple[Block, ...], expected: str) -> None:
    """Numbers go on, jump or begin again as they do in the article."""
    assert _html(*blocks) == expected


def test_steps_go_on_after_a_command() -> None:
    """A block between two steps closes the list; the next one goes on counting."""
    html = _html(_step(1, "開く"), Block(BlockKind.CODE, "dir"), _step(2, "閉じる"))
    assert html == '<ol><li>開く</li></ol><pre><code>dir</code></pre><ol><li value="2">閉じる</li></ol>'


def test_bullets_after_steps_are_a_list_of_their_own() -> None:
    """Two kinds of list on one level are two lists."""
    assert _html(_step(1, "一"), _bullet("点")) == "<ol><li>一</li></ol><ul><li>点</li></ul>"


def test_a_level_that_is_left_out_is_one_step_deeper() -> None:
    """Indentation without a parent of the level between still nests, and comes back to where it was."""
    assert _html(_bullet("a"), _bullet("b", 2), _bullet("c", 1), _bullet("d")) == (
        "<ul><li>a<ul><li>b</li></ul><ul><li>c</li></ul></li><li>d</li></ul>"
    )


def test_tables_have_header_cells_and_all_cells() -> None:
    """The header row names the columns; an empty cell keeps its place."""
    html = _html(Block(BlockKind.TABLE, "コード | 意味 | 対処\n0x1 |  | 再起動\n | 不明 | ", header_rows=1))
    assert html == (
        '<div class="table"><table><thead><tr><th scope="col">コード</th><th scope="col">意味</th>'
        '<th scope="col">対処</th></tr></thead><tbody><tr><td>0x1</td><td></td><td>再起動</td></tr>'
        "<tr><td></td><td>不明</td><td></td></tr></tbody></table></div>"
    )


def test_a_table_without_a_header_has_none() -> None:
    """No row is made a header that the article does not have as one."""
    html = _html(Block(BlockKind.TABLE, "a | b\nc|d | e"))
    assert "<th" not in html
    assert "<td>c|d</td>" in html


def test_cautions_are_notes() -> None:
    """A warning is marked as one for screen readers too."""
    assert _html(Block(BlockKind.CAUTION, "切らない")) == '<div class="caution" role="note"><p>切らない</p></div>'


def test_headings_have_anchors_and_skip_no_level() -> None:
    """Whatever levels an article uses, its outline below the title has no gap."""
    html = _html(_heading(1), _heading(4), _heading(6), _heading(3), _heading(2))
    assert re.findall(r'<(h\d) id="(s\d)">', html) == [
        ("h2", "s0"),
        ("h3", "s1"),
        ("h4", "s2"),
        ("h3", "s3"),
        ("h2", "s4"),
    ]
    assert anchor(4) == "s4"


@given(st.text("ab <&>\"'\t\n\r", max_size=80))
def test_code_is_byte_exact(code: str) -> None:
    """Every space, tab, quote and line end of a command survives."""
    page = BeautifulSoup(blocks_html([Block(BlockKind.CODE, code)]), "html.parser")
    assert isinstance(page.code, Tag)
    assert page.code.text == code


@given(st.lists(LIST_ITEMS, min_size=1, max_size=12))
def test_lists_are_well_formed_and_complete(items: list[Block]) -> None:
    """Any run of items closes what it opens, holds every item once and in order, and only items in lists."""
    html = blocks_html(items)
    open_tags: list[str] = []
    for closing, tag in re.findall(r"<(/?)(ol|ul|li)", html):
        if closing:
            assert open_tags.pop() == tag
        else:
            assert (tag == "li") == (bool(open_tags) and open_tags[-1] in {"ol", "ul"})
            open_tags.append(tag)
    assert open_tags == []
    assert visible_text(html) == "".join(item.text for item in items)


@given(st.lists(BLOCKS, max_size=12))
def test_any_article_is_harmless(blocks: list[Block]) -> None:
    """No text of an article becomes a tag, an attribute or a link."""
    assert_harmless(blocks_html(blocks))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_articles_are_shown_not_run(payload: str) -> None:
    """Every kind of block shows hostile text as it is."""
    blocks = [Block(kind, payload, level=2, header_rows=1) for kind in BlockKind]
    assert_harmless(blocks_html(blocks))
