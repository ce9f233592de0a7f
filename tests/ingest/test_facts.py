"""Fields that an article's own text states."""

from __future__ import annotations

from datetime import date

import pytest

from bot.types import Block, BlockKind, Evidence
from ingest.facts import Facts, facts_of, parse_date
from ingest.facts.dates import dates_of
from ingest.page import Page, Piece


def page(*lines: str, published: date | None = None, updated: date | None = None) -> Page:
    """Return a page of paragraphs."""
    pieces = tuple(Piece(Block(BlockKind.PARAGRAPH, line)) for line in lines)
    return Page(pieces, published=published, updated=updated)


def facts(title: str, *lines: str) -> Facts:
    """Return the facts of an article of paragraphs."""
    return facts_of(title, [Block(BlockKind.PARAGRAPH, line) for line in lines], page(*lines))


@pytest.mark.parametrize(
    ("title", "lines", "dates"),
    [
        (
            "題【2025/03/17移転】",
            ["元の記事の公開日…2024/12/06"],
            (date(2025, 3, 17), date(2025, 3, 17), date(2024, 12, 6)),
        ),
        ("題【2025/6/1】", [], (date(2025, 6, 1), None, None)),
        ("題【2025年6月1日更新】", ["公開日：2025年5月1日"], (date(2025, 5, 1), date(2025, 6, 1), None)),
        ("題", ["2025.03.17 2024.12.06", "文です。"], (date(2024, 12, 6), date(2025, 3, 17), None)),
        ("題", ["最終更新日: 2025-01-02"], (None, date(2025, 1, 2), None)),
        ("題", ["旧サイトの記事は2020/1/2に公開しました。"], (None, None, date(2020, 1, 2))),
        ("題", ["2025年10月14日にサポートが終わります。"], (None, None, None)),
        ("題【2025/13/45】", [], (None, None, None)),
    ],
)
def test_dates(title: str, lines: list[str], dates: tuple[date | None, ...]) -> None:
    """Dates of publication, revision and first publication elsewhere are told apart, and from dates in prose."""
    assert dates_of(page(*lines), title) == dates


def test_page_data_outranks_text() -> None:
    """What a page's own data says is not overruled by its text."""
    assert dates_of(page(published=date(2025, 1, 1)), "題【2024/1/1】")[0] == date(2025, 1, 1)


@pytest.mark.parametrize(
    ("text", "found"),
    [("2024-12-06T01:00", date(2024, 12, 6)), ("２０２４年１２月６日", date(2024, 12, 6)), ("", None)],
)
def test_parse_date(text: str, found: date | None) -> None:
    """Dates are read in every common spelling."""
    assert parse_date(text) == found


@pytest.mark.parametrize(
    ("title", "text", "systems"),
    [
        ("Win11(24H2)の認証", "Win10でもWin10でも起きます。", ("Windows 11",)),
        ("認証", "Win7/8.1/10から上げたWindows 11とWin11、Win11です。", ("Windows 11",)),
        ("Windows 10/11の更新", "", ("Windows 10", "Windows 11")),
        ("電源", "ケーブルを抜きます。", ()),
        ("Windows 1100", "", ()),
    ],
)
def test_windows(title: str, text: str, systems: tuple[str, ...]) -> None:
    """The releases are those of the title, else those the text names most."""
    assert facts(title, text).os == systems


def test_identifiers() -> None:
    """Versions, codes and KB numbers are canonical, in order of mention, each once."""
    found = facts("題", "24H2とKB5034441", "0x80070643、23H2、kb5034441、24H2")
    assert (found.versions, found.error_codes, found.kb) == (("24H2", "23H2"), ("0x80070643",), ("KB5034441",))


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        ("実機で検証しました。", Evidence.TESTED),
        ("手元のPCで再現を確認しました。", Evidence.TESTED),
        ("手元のPCでは怖くて検証できません。", Evidence.UNKNOWN),
        ("お手元のPCで確認してください。", Evidence.UNKNOWN),
        ("実機での検証はしていません。", Evidence.UNKNOWN),
        ("", Evidence.UNKNOWN),
    ],
)
def test_evidence(text: str, evidence: Evidence) -> None:
    """Only a statement that it was tried counts as tried."""
    assert facts("", text).evidence is evidence
