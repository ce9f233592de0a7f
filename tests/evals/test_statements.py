"""Answers are taken apart into statements with their citation numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evals.metrics.literals import literals
from bot.evals.metrics.statements import Statement, statements


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("待ちます。[1]", [("待ちます。", (1,))]),
        ("待ちます。[1][2]", [("待ちます。", (1, 2))]),
        ("A。[1]B。[2]", [("A。", (1,)), ("B。", (2,))]),
        ("A。B。[2]", [("A。", ()), ("B。", (2,))]),
        ("A。[1]B。", [("A。", (1,)), ("B。", ())]),
        ("- 箇条[1]", [("箇条", (1,))]),
        ("   3. 手順。[1]", [("手順。", (1,))]),
        ("> 注意: 切らない。[1]", [("注意: 切らない。", (1,))]),
        ("> - 切らない。[1]", [("切らない。", (1,))]),
        ("### 手順", []),
        ("まず確認すること:", []),
        ("どちらですか？", []),
        ("どちらですか？[1]", [("どちらですか？", (1,))]),
        ("| a | b |\n|---|---|\n| c | d[1] |", [("c | d", (1,))]),
        ("「押す。」と出ます。[1]", [("「押す。」と出ます。", (1,))]),
        ("```\nsfc /scannow\n```\n[3]", [("sfc /scannow", (3,))]),
        ("```\nsfc /scannow\n```\n次へ。[3]", [("sfc /scannow", ()), ("次へ。", (3,))]),
        ("```\nsfc /scannow", [("sfc /scannow", ())]),
        ("[1]", []),
        ("", []),
        ("。。[1]", []),
    ],
)
def test_statements(text: str, expected: list[tuple[str, tuple[int, ...]]]) -> None:
    """Each sentence, item, row and code block is one statement; headings, labels and questions assert nothing."""
    assert [(found.text, found.marks) for found in statements(text)] == expected


def test_sentences_before_a_mark_share_it() -> None:
    """A sentence without a mark of its own knows the marks at the end of its run."""
    assert statements("A。B。[2]")[0] == Statement("A。", (), (2,))


@given(st.text())
def test_any_text_can_be_taken_apart(text: str) -> None:
    """No text breaks the parser, and every statement stands in the text but for white space."""
    for found in statements(text):
        assert "".join(found.text.split()) in "".join(text.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("エラー 0x80070643 が出る。", {"0x80070643"}),
        ("KB5046617を入れる", {"KB5046617"}),
        ("3日から２時間", {"3", "２"}),
        ("C:\\Users\\taro を開く", {"C:\\Users\\taro"}),
        ("https://aka.ms/aoh を開く。", {"https://aka.ms/aoh"}),
        ("sfc /scannow を実行", {"/scannow"}),
        ("`DISM` を実行", {"DISM"}),
        ("0120-54-2244 へ", {"0120-54-2244"}),
        ("Windows Updateを開く", set()),
        ("更新する。", set()),
    ],
)
def test_literals(text: str, expected: set[str]) -> None:
    """Codes, numbers, paths, addresses and options are found; plain Latin words are not."""
    assert literals(text) == expected


def test_each_line_of_code_is_a_literal() -> None:
    """A command must be exact as a whole, not only in its parts."""
    assert "sfc /scannow" in literals("sfc  /scannow\nexit", code=True)
    assert "exit" in literals("sfc  /scannow\nexit", code=True)
