"""Front matter: all fields read as written, every mistake named with its line."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.types import Evidence, Source
from ingest.sources.front_matter import FrontMatter, FrontMatterError, split_front_matter

GOOD = """---
id: activation-after-24h2
title: 認証が外れたとき
published: 2026-11-21
updated: 2026-11-22
os: [Windows 11]
versions: [24H2, 1909]
topics: [ライセンス認証]
error_codes: [0xC004F213]
kb: []
evidence: 実機検証
sources:
  - title: サポート
    url: https://support.microsoft.com/ja-jp/windows
  - title: 本
---
本文
"""


def test_all_fields() -> None:
    """Every field arrives; a hexadecimal code keeps its spelling instead of becoming a number."""
    matter, body = split_front_matter(GOOD)
    assert matter == FrontMatter(
        id="activation-after-24h2",
        title="認証が外れたとき",
        published=date(2026, 11, 21),
        updated=date(2026, 11, 22),
        os=("Windows 11",),
        versions=("24H2", "1909"),
        topics=("ライセンス認証",),
        error_codes=("0xC004F213",),
        kb=(),
        evidence=Evidence.TESTED,
        sources=(Source("サポート", "https://support.microsoft.com/ja-jp/windows"), Source("本")),
    )
    assert body == "本文\n"


@pytest.mark.parametrize("text", ["本文だけ", "", "---", "---\n本文\n\n---\n", "---\n本文\n", "\n---\nid: a\n---\n"])
def test_none(text: str) -> None:
    """A text without front matter, one that opens with a mere rule included, is all body."""
    assert split_front_matter(text) == (None, text)


def test_empty_values() -> None:
    """Keys without a value count as not stated."""
    assert split_front_matter("---\nid:\ntitle:\nos:\nupdated: ~\n---\n")[0] == FrontMatter()


@pytest.mark.parametrize(
    ("line", "number", "words"),
    [
        ("colour: red", 3, "unknown key 'colour'"),
        ("title: [a]", 3, "'title' must be one line of text"),
        ("published: 2026/11/22", 3, "'published' must be a date such as 2026-11-22"),
        ("updated: 2026-13-45", 3, "'updated' must be a date"),
        ("os: Windows 11", 3, "'os' must be a list"),
        ("os: [[a]]", 3, "'os' must be a list"),
        ("error_codes: [C004F213]", 3, "'error_codes' must be a list of codes such as 0xC004F213"),
        ("kb: [5034441]", 3, "'kb' must be a list of numbers such as KB5034441"),
        ("evidence: たぶん", 3, "'evidence' must be one of 公式, 実機検証, 報告あり"),
        ("sources: [a]", 3, "'sources' must be a list of 'title"),
        ("sources: [{title: a, url: 'javascript:alert(1)'}]", 3, "'sources' must be"),
        ("id: a b", 3, "'id' must be lower-case ASCII"),
        ("url: b", 3, "unknown key"),
        ("os: [a", 3, "invalid YAML"),
        ("\tx: y", 3, "invalid YAML"),
        ("? [a]\n: b", 3, "a key must be a word"),
        ("x: " + "[" * 90, 3, "unknown key|invalid YAML"),
        ("x: " + "[" * 5_000, 1, "too deeply nested"),
        ("- " * 9_000, 1, "too deeply nested"),
        ("x: " + "a" * 20_000, 1, "too long"),
    ],
)
def test_mistakes(line: str, number: int, words: str) -> None:
    """A mistake is named in words, with the line of the file that it is on."""
    with pytest.raises(FrontMatterError, match=words) as caught:
        split_front_matter(f"---\n\n{line}\n---\n本文\n")
    assert caught.value.line == number


def test_repeated_key() -> None:
    """A key that stands twice is named where it stands again."""
    with pytest.raises(FrontMatterError, match="stands there twice") as caught:
        split_front_matter("---\ntitle: a\nid: b\ntitle: c\n---\n")
    assert caught.value.line == 4


def test_no_closing_fence() -> None:
    """Front matter that never ends is named at its first line."""
    with pytest.raises(FrontMatterError, match="no closing") as caught:
        split_front_matter("---\nid: a\n\n本文\n")
    assert caught.value.line == 1


def test_no_mapping() -> None:
    """Front matter that is no mapping is named."""
    with pytest.raises(FrontMatterError, match="'key: value'"):
        split_front_matter("---\n- a: b\n---\n")


def test_aliases_do_not_explode() -> None:
    """A tower of YAML aliases costs nothing: values are never built from it."""
    tower = "\n".join(f"  - &a{i + 1} [*a{i},*a{i},*a{i},*a{i}]" for i in range(30))
    with pytest.raises(FrontMatterError):
        split_front_matter(f"---\nos:\n  - &a0 x\n{tower}\n---\n")


@given(st.text(alphabet=st.sampled_from("abid:- \n[]{}#'\"|>&*!%@`?,0x2026\t"), max_size=80))
def test_any_front_matter(inner: str) -> None:
    """Anything between the fences gives fields or the one error."""
    with suppress(FrontMatterError):
        split_front_matter(f"---\n{inner}\n---\n本文")
