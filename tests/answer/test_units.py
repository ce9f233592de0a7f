"""Cutting articles into units that can be stated and cited alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer.units import Role, role_of, sentences, units_of
from bot.types import Block, BlockKind, Chunk


def _chunk(*blocks: Block, heading: tuple[str, ...] = ()) -> Chunk:
    return Chunk("a#0", "a", 0, heading, blocks, "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("電源を切ります。次に待ちます。", ["電源を切ります。", "次に待ちます。"]),
        ("「はい。」と答えます。終わりです", ["「はい。」と答えます。", "終わりです"]),
        ("本当ですか!?はい。", ["本当ですか!?", "はい。"]),
        ("可能です。(ただし、条件があります)", ["可能です。", "(ただし、条件があります)"]),
        ("", []),
    ],
)
def test_sentences_end_outside_brackets(text: str, expected: list[str]) -> None:
    """A full stop inside brackets does not end the sentence around them."""
    assert sentences(text) == expected


@given(st.text(alphabet="あいう。！？「」（） \n", max_size=80))
def test_sentences_lose_nothing_but_space(text: str) -> None:
    """Every character but surrounding white space is in exactly one sentence, in order."""
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ((), Role.LEAD),
        (("手順",), Role.STEPS),
        (("手順", "回復キーを入力する"), Role.STEPS),
        (("やってはいけないこと",), Role.DONT),
        (("うまくいかないとき",), Role.STUCK),
        (("考えられる対策",), Role.STEPS),
        (("もとのOSがWin10の場合",), Role.CASES),
        (("何が起きているか",), Role.CAUSE),
        (("まず確認すること",), Role.CHECK),
        (("今回の質問事例",), Role.OTHER),
    ],
)
def test_headings_tell_what_a_section_is_for(heading: tuple[str, ...], role: Role) -> None:
    """The innermost heading with a known word decides."""
    assert role_of(heading) is role


def test_a_table_row_keeps_its_header_and_is_verbatim() -> None:
    """Each row is a unit of its own; the header row is context, not a statement."""
    table = Block(BlockKind.TABLE, "状況 | 答え\n出ている | できる\n出ていない | できない", header_rows=1)
    units = units_of([_chunk(table)])
    assert [(unit.text, unit.header) for unit in units] == [
        ("出ている | できる", "状況 | 答え"),
        ("出ていない | できない", "状況 | 答え"),
    ]


def test_units_count_on_through_chunks() -> None:
    """Order and block numbers run through the whole article."""
    first = _chunk(Block(BlockKind.PARAGRAPH, "一つ目。二つ目。"))
    second = _chunk(Block(BlockKind.STEP, "押します。", number=1), heading=("手順",))
    units = units_of([first, second])
    assert [unit.order for unit in units] == [0, 1, 2]
    assert [unit.block for unit in units] == [0, 0, 1]
