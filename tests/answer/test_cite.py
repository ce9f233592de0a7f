"""Citations: links that browsers can follow to the passage, and notices on age and standing."""

from __future__ import annotations

from datetime import date
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer.cite import article_url, cite, fragment
from bot.answer.notices import source_notices
from bot.answer.units import units_of
from bot.knowledge.lifecycle import Lifecycle, Release
from bot.types import Article, Block, BlockKind, Caveat, CaveatKind, Evidence
from ingest.chunk import chunk

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


def test_a_row_whose_first_cell_occurs_elsewhere_is_found_by_what_follows_it() -> None:
    """Only the row has its second cell right after the first, which `prefix-,` asks for."""
    page = "7も10も対象です。\n7 | 出ている | できる\n7 | 出ていない | 失われる"
    target = fragment("7 | 出ていない | 失われる", table_row=True, page=page)
    assert [unquote(part) for part in target.split(",")] == ["7-", "出ていない", "失われる"]
    assert unquote(fragment("7 | ない", table_row=True, page="7 | ある\n7 | ない")) == "7-,ない"
    assert unquote(fragment("7 | ない", table_row=True, page="7 | ない")) == "7,ない"


@pytest.mark.parametrize("row", ["一つ", "一つ | ", " | 一つ", "一つ | 一つ", "一つ |  | 一つ"])
def test_a_row_with_one_cell_is_that_cell(row: str) -> None:
    """Empty cells are no text to look for."""
    assert unquote(fragment(row, table_row=True)).split(",")[0] == "一つ"


def test_the_beginning_of_a_long_quote_is_made_unique() -> None:
    """A browser takes the first match, so that a clause that occurs before would lead to the wrong place."""
    text = (
        "管理者の画面で、次のコマンドを入力し、終わるまで閉じずに待ちます。"
        + "途中で切らないでください。" * 4
        + "以上です。"
    )
    assert unquote(fragment(text, page=text)) == "管理者の画面で、,以上です。"
    twice = f"管理者の画面で、別のことをします。\n{text}"
    assert unquote(fragment(text, page=twice)) == "管理者の画面で、次のコマンドを入力し、,以上です。"
    copies = f"{text}\n{text}"
    assert unquote(fragment(text, page=copies)) == text
    assert unquote(fragment(text, page=copies, before="前の文。すぐ前の文。")) == f"すぐ前の文。-,{text}"


@pytest.mark.parametrize(
    ("before", "target"),
    [
        ("次を入力します。結果を写します。", "結果を写します。-,chkdsk C:"),
        ("見出し", "見出し-,chkdsk C:"),
        ("", "chkdsk C:"),
        (" \n", "chkdsk C:"),
    ],
)
def test_a_short_quote_that_occurs_twice_is_told_apart_by_what_is_before(before: str, target: str) -> None:
    """The same command in two sections leads to the section that is cited."""
    page = "chkdsk C: は調べます。\nchkdsk C:"
    assert unquote(fragment("chkdsk C:", page=page, before=before)) == target
    assert fragment("chkdsk C:", page="chkdsk C:", before=before) == "chkdsk%20C%3A"


@pytest.mark.parametrize(
    ("position", "target"),
    [
        (0, "章1-,再起動します。"),
        (1, "待ちます。-,再起動します。"),
        (2, "できる-,再起動します。"),
        (3, "閉じる-,再起動します。"),
    ],
)
def test_a_link_names_what_is_before_a_repeated_step(position: int, target: str) -> None:
    """That is the heading, the step, the last cell or the last line above it, or the sentence in front of it."""
    step = Block(BlockKind.STEP, "再起動します。")
    blocks = (
        Block(BlockKind.HEADING, "章1", level=2),
        step,
        Block(BlockKind.HEADING, "章2", level=2),
        Block(BlockKind.STEP, "電源を切ります。待ちます。"),
        step,
        Block(BlockKind.HEADING, "章3", level=2),
        Block(BlockKind.TABLE, "a | b\n7 | できる", header_rows=1),
        step,
        Block(BlockKind.HEADING, "章4", level=2),
        Block(BlockKind.CODE, "開く\n閉じる"),
        step,
    )
    article = _article(blocks=blocks)
    steps = [unit for unit in units_of(chunk(article)) if unit.text == step.text]
    assert len(steps) == 4
    link = cite(1, steps[position], article, LIFECYCLE, TODAY).link
    assert unquote(link.split("#:~:text=")[1]) == target


def test_a_link_names_the_sentence_in_front_of_a_repeated_one() -> None:
    """Within a paragraph, what is right before is the sentence before."""
    paragraphs = ("まず待ちます。再起動します。", "次に切ります。再起動します。")
    article = _article(blocks=tuple(Block(BlockKind.PARAGRAPH, text) for text in paragraphs))
    sentences = [unit for unit in units_of(chunk(article)) if unit.text == "再起動します。"]
    targets = [unquote(cite(1, unit, article, LIFECYCLE, TODAY).link.split("text=")[1]) for unit in sentences]
    assert targets == ["まず待ちます。-,再起動します。", "次に切ります。-,再起動します。"]


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
        (
            {"updated": date(2026, 11, 1), "evidence": Evidence.UNKNOWN},
            ("公式の情報か、試して確かめたことか、記事に書かれていません。",),
        ),
        (
            {"updated": date(2026, 11, 1), "os": ("Windows 10",)},
            ("この記事が扱うWindows 10は、2025年10月14日にサポートが終わっています（Home・Pro）。",),
        ),
        ({"updated": date(2026, 11, 1), "os": ("Windows 10", "Windows 11")}, ()),
        ({"updated": date(2026, 11, 1), "os": ("Windows 10", "Windows XP")}, ()),
        (
            {"updated": date(2026, 11, 1), "caveats": (Caveat(CaveatKind.ENDED, "もうこの方法は使えません。"),)},
            ("いまは使えない方法だと、記事に書かれています：「もうこの方法は使えません。」",),
        ),
        ({}, ("いつの情報か、記事に書かれていません。",)),
    ],
)
def test_notices_say_what_is_old_ended_or_unconfirmed(fields: dict[str, object], expected: tuple[str, ...]) -> None:
    """An article about a supported release of this year needs no notice."""
    assert source_notices(_article(**fields), LIFECYCLE, TODAY) == expected


def test_the_original_date_counts_for_an_article_that_moved() -> None:
    """Moving a text to another site does not make its facts newer."""
    moved = _article(original_published=date(2024, 12, 6), updated=date(2026, 11, 1))
    assert source_notices(moved, LIFECYCLE, TODAY)[0].startswith("2024年12月")
