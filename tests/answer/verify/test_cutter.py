"""Cutting a model's text: units are whole, citations repaired, and pieces of any size give the same."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer.verify import Cutter, rejoined

TEXT = """## 手順

まず電源を切らずに待ちます。[1] 次に【2】［3］。「Aです。」と出ます。(1) 終わり[1,2]。
**太字です。**[1] **注意**です。[1][1]
1. WindowsキーとRキーを押します[1]。
2. 次を入力します。[^1]

```
slui 4
```

- 中。[1]
  - 子です。〔２〕

| 画面 | 待つ |
|---|---|
| ％が進む | 待ちます [1] |

---
最後の文です"""

UNITS = [
    "## 手順",
    "\n\nまず電源を切らずに待ちます。[1]",
    "次に[2][3]。",
    "「Aです。」と出ます。[1]",
    "終わり[1][2]。",
    "\n**太字です。**[1]",
    "**注意**です。[1]",
    "\n1. WindowsキーとRキーを押します[1]。",
    "\n2. 次を入力します。[1]",
    "\n\n```\nslui 4\n```\n[1]",
    "\n\n- 中。[1]",
    "\n  - 子です。[2]",
    "\n\n| 画面 | 待つ |\n|---|---|",
    "\n| ％が進む | 待ちます[1] |",
    "\n最後の文です",
]


def _cut(pieces: list[str]) -> list[str]:
    cutter = Cutter()
    return [unit for piece in pieces for unit in cutter.feed(piece)] + cutter.finish()


def test_units_are_whole_and_repaired() -> None:
    """Sentences, items, headings, rows and code come out one by one with citations as [n]."""
    assert _cut([TEXT]) == UNITS


@given(st.lists(st.integers(1, len(TEXT) - 1), max_size=40))
def test_pieces_do_not_matter(cuts: list[int]) -> None:
    """However the text arrives, the units are the same."""
    edges = [0, *sorted(set(cuts)), len(TEXT)]
    assert _cut([TEXT[start:end] for start, end in pairwise(edges)]) == UNITS


@pytest.mark.parametrize("half", ["", "[", "[1", "【", "[1]", "[1] [2", "（1"])
def test_half_written_citation_is_held_back(half: str) -> None:
    """A sentence waits for as long as its citation may go on."""
    cutter = Cutter()
    assert cutter.feed("電源を切ります。" + half) == []
    assert cutter.finish()[0].startswith("電源を切ります。")


def test_sentence_is_released_when_the_next_begins() -> None:
    """One character of the next sentence is enough."""
    assert Cutter().feed("電源を切ります。[1]次") == ["電源を切ります。[1]"]


def test_numbered_parenthesis_in_a_sentence_stays() -> None:
    """(1) counts steps unless a sentence ends there."""
    assert _cut(["手順(1)のあとで手順(2)を行います。[1]"]) == ["手順(1)のあとで手順(2)を行います。[1]"]


def test_code_keeps_its_characters() -> None:
    """Brackets in code are no citations."""
    assert _cut(["`a[１]` を入力します。【１】"]) == ["`a[１]` を入力します。[1]"]


def test_endless_text_is_handed_out() -> None:
    """Text without an end does not grow in memory."""
    cutter = Cutter()
    assert any(cutter.feed("あ" * 500) for _ in range(5))


def test_a_dropped_unit_leaves_its_line_break() -> None:
    """The second sentence of a paragraph does not join the heading above when the first is dropped."""
    assert rejoined("\n\n一つ目です。[9]", "二つ目です。[1]") == "\n\n二つ目です。[1]"
    assert rejoined("\n1. 一つ目です。[9]", "二つ目です。[1]") == "\n1. 二つ目です。[1]"
    assert rejoined("一つ目です。", "二つ目です。[1]") == "二つ目です。[1]"
