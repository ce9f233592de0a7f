"""Citations: links that browsers can follow to the passage, and notices on age and standing."""

from __future__ import annotations

from datetime import date
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer.cite import article_url, fragment, notices
from bot.knowledge.lifecycle import Lifecycle, Release
from bot.types import Article, Evidence

LIFECYCLE = Lifecycle(
    (
        Release("Windows 11 25H2", "11", "25H2", date(2027, 10, 12)),
        Release("Windows 11 24H2", "11", "24H2", date(2026, 10, 13)),
        Release("Windows 11 22H2", "11", "22H2", date(2024, 10, 8)),
        Release("Windows 10 22H2", "10", "22H2", date(2025, 10, 14)),
    )
)
TODAY = date(2026, 11, 22)


def _article(**fields: object) -> Article:
    return Article(**({"id": "a", "title": "題", "blocks": (), "evidence": Evidence.OFFICIAL} | fields))  # type: ignore[arg-type]


def test_a_short_quote_is_spelled_out() -> None:
    """The whole quote is the fragment, with its separators encoded."""
    encoded = fragment("F1-F10, 設定 & 電源")
    assert unquote(encoded) == "F1-F10, 設定 & 電源"
    assert not set("-,& ") & set(encoded)


def test_a_long_quote_is_given_by_its_ends_cut_at_punctuation() -> None:
    """Browsers match whole words only, so a long quote is cut where no word can be."""
    text = "まず電源を切り、" + "次に周辺機器を外して、" * 10 + "最後に起動します。"
    start, end = fragment(text).split(",")
    assert unquote(start) == "まず電源を切り、"
    assert unquote(end) == "最後に起動します。"


def test_a_table_row_is_given_by_its_first_and_last_cell() -> None:
    """Cells are separate text on the page."""
    assert [unquote(part) for part in fragment("7 | 出ている | できる", table_row=True).split(",")] == ["7", "できる"]


@given(st.text(min_size=1, max_size=300).filter(lambda text: text.strip()))
def test_fragments_hold_only_safe_characters(text: str) -> None:
    """Whatever a quote holds, the link stays one well-formed directive."""
    assert all(
        part and set(part) <= set("0123456789ABCDEFabcdefghijklmnopqrstuvwxyzGHIJKLMNOPQRSTUVWXYZ%._~")
        for part in fragment(text).split(",")
    )


def test_the_guides_own_page_is_cited_where_an_article_has_no_address() -> None:
    """Ids are encoded into the path."""
    assert article_url(_article(id="a/b c")) == "/articles/a%2Fb%20c"
    assert article_url(_article(url="https://blog.example/x")) == "https://blog.example/x"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"updated": date(2026, 11, 1)}, ()),
        ({"updated": date(2024, 12, 6)}, ("2024年12月時点の情報です。現在は変わっている可能性があります。",)),
        (
            {"updated": date(2026, 11, 1), "versions": ("24H2",)},
            ("この記事が扱うWindows 11 24H2は、2026年10月13日にサポートが終わっています（Home・Pro）。",),
        ),
        ({"updated": date(2026, 11, 1), "versions": ("24H2", "25H2")}, ()),
        (
            {"updated": date(2026, 11, 1), "evidence": Evidence.REPORTED},
            ("公式の発表ではなく、報告に基づく情報です。",),
        ),
        ({}, ("いつの情報か、記事に書かれていません。",)),
    ],
)
def test_notices_say_what_is_old_ended_or_unconfirmed(fields: dict[str, object], expected: tuple[str, ...]) -> None:
    """An article about a supported release of this year needs no notice."""
    assert notices(_article(**fields), LIFECYCLE, TODAY) == expected


def test_the_original_date_counts_for_an_article_that_moved() -> None:
    """Moving a text to another site does not make its facts newer."""
    moved = _article(original_published=date(2024, 12, 6), updated=date(2026, 11, 1))
    assert notices(moved, LIFECYCLE, TODAY)[0].startswith("2024年12月")
