"""Cleaning whole pages: chrome goes, the article stays word for word."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.types import Article, Block, BlockKind, Evidence
from ingest.clean import clean, repeated_blocks
from ingest.page import Page, Piece
from ingest.rules import load_rules
from ingest.sources import read
from ingest.sources.decode import sanitize
from ingest.sources.text import read_text

RULES = load_rules()
PAGES = Path(__file__).parent / "pages"


def article(name: str) -> Article:
    """Return the article of one of the made-up pages."""
    (item,) = read(str(PAGES / name))
    assert isinstance(item, Article)
    return item


def kept(text: str) -> list[str]:
    """Return what cleaning leaves of a text."""
    return [block.text for block in clean(read_text(text), RULES)[1]]


def headings(found: Article) -> list[tuple[int, str]]:
    """Return level and text of all headings."""
    return [(block.level, block.text) for block in found.blocks if block.kind is BlockKind.HEADING]


def test_promoted_page() -> None:
    """A page buried in promotions gives title, dates, codes, structure and warnings, and no promotion."""
    found = article("promoted.txt")
    assert found.title == "【更新失敗】KB5063878の適用で0x80070643が出るときの直し方【2025/08/14】"
    assert (found.published, found.error_codes, found.kb) == (date(2025, 8, 14), ("0x80070643",), ("KB5063878",))
    assert (found.versions, found.evidence) == (("24H2",), Evidence.TESTED)
    assert headings(found) == [
        (2, "この記事の要約"),
        (2, "この記事について"),
        (2, "原因を確かめる"),
        (2, "回復環境を有効にする手順"),
        (3, "回復パーティションが小さい場合"),
        (3, "回復環境が無効の場合"),
        (2, "電話で相談する"),
        (2, "Q&A"),
        (3, "Q1: 更新を後回しにしてもよいですか?"),
        (3, "Q2: それでも失敗したら?"),
    ]
    kinds = [block.kind for block in found.blocks]
    assert (kinds.count(BlockKind.STEP), kinds.count(BlockKind.CODE), kinds.count(BlockKind.CAUTION)) == (3, 2, 1)
    assert "サポートの番号は 03-0000-1234 です。" in found.text
    for word in (
        "登録",
        "購読",
        "広告",
        "アフィリ",
        "割引",
        "ChatGPT",
        "NotebookLM",
        "翻訳",
        "佐々木",
        "助かりました",
        "コピー",
        "引",
        "7/01",
    ):
        assert word not in found.text, word


def test_page_without_blank_lines() -> None:
    """A page scraped without blank lines is cleaned just as well; with no title in it the first sentence serves."""
    found = article("unspaced.txt")
    assert found.title == "2025年10月15日、Windows 11 25H2でスタートメニューが開かなくなる事例が報告されています"
    assert [text for _, text in headings(found)] == ["この記事の要約", "この記事について", "症状", "直し方"]
    assert (
        Block(
            BlockKind.TABLE,
            "場合 | 結果\nローカルアカウント | 直りません\nMicrosoft アカウント | 直る場合があります",
            header_rows=1,
        )
        in found.blocks
    )
    for word in ("Gemini", "購読", "ありがとう", "アフィリ"):
        assert word not in found.text, word


def test_page_without_chrome() -> None:
    """A plain memo loses nothing, not even sentences that speak of registering or of a counter."""
    source = (PAGES / "plain.txt").read_text("utf-8")
    found = article("plain.txt")
    marks = ("1. ", "2. ", "3. ")
    lines = [line for line in source.splitlines() if line]
    assert [found.title, *(block.text for block in found.blocks)] == [
        line[3:] if line.startswith(marks) else line for line in lines
    ]


BODY = "".join(
    f"\n見出し{n}\n\nこれは{n}番目の段落で、対処を説明しています。\n\nもう一つの文です。\n" for n in "一二三"
)


@pytest.mark.parametrize("closing", ["\n最後に\n\n以上で終わりです。どうぞお大事に。\n", ""])
def test_foot_of_the_page(closing: str) -> None:
    """After closing words, or where most of what follows is chrome anyway, the rest of the foot goes too."""
    foot = (
        "\n当ブログの方針\n\n当ブログでは速報性を大切に情報発信しています。\n"
        "\n嵐の前の旗のように\n\n旗は風より先に揺れて、みなに備えを促します。\n"
        "\nサイドバーの広告\n\n広告が表示されています。" + "掲載企業の一覧はプロモーションなどの記録です。" * 5 + "\n"
    )
    text = "\n".join(kept(BODY + closing + foot))
    assert "三番目" in text
    assert "旗" not in text


def test_chrome_in_the_middle_does_not_swallow_the_rest() -> None:
    """A sign-up box between two sections takes itself out, not the section after it."""
    text = kept(
        BODY + "\n記事更新のお知らせメール\n\n新着記事をメールでお届けします。\n" + BODY.replace("番目", "回目")
    )
    assert "これは三回目の段落で、対処を説明しています。" in text
    assert not any("メール" in line for line in text)


def test_misread_section_is_judged_line_by_line() -> None:
    """A section that matches chrome but is most of a long page keeps what is not chrome by itself."""
    body = "".join(f"設定の{n}番目の項目について、順に説明していきます。\n\n" for n in range(80))
    text = kept("題の行\n\nはじめの文です。\n\n当サイトについて\n\n" + body)
    assert len(text) > 70


def test_comments_end_the_page() -> None:
    """Comments go with all below them, but a heading that high up is no comment section."""
    text = kept(BODY + "\nコメント\n\n名無し より:\n\n助かりました。本当にありがとう。\n")
    assert not any("助かりました" in line for line in text)
    assert len(kept("コメント\n\n表の欄の意味を説明します。\n" + BODY)) > 6


def test_links_to_other_articles() -> None:
    """Dated titles and cut-off excerpts go; a sentence that names another article in passing stays."""
    text = kept(
        BODY + "\n参照:\n【重要】別の記事の長い題名です【2024/11/28】\n"
        "この記事について 別の記事のはじめの部分がここに続いていて途中で…\n\n"
        "先日【重要】別の記事【2024/12/3】で書いたとおりです。\n"
    )
    assert text[-1] == "先日【重要】別の記事【2024/12/3】で書いたとおりです。"
    assert not any("参照" in line or "途中で…" in line or "題名" in line for line in text)


def test_table_of_contents() -> None:
    """A table of contents goes, as a list or as bare lines; the text after it stays."""
    assert kept("目次\n\n・見出し一\n\n・見出し二\n\n本文の最初の文です。\n" + BODY)[0] == "本文の最初の文です。"


def test_empty_headings_go() -> None:
    """A heading below which nothing is left goes; one with a filled sub-section stays."""
    pieces = [("h2", "空"), ("h2", "親"), ("h3", "空の子"), ("h3", "子"), ("p", "文です。"), ("h2", "末尾")]
    page = Page(
        tuple(
            Piece(Block(BlockKind.HEADING, text, level=int(tag[1])) if tag != "p" else Block(BlockKind.PARAGRAPH, text))
            for tag, text in pieces
        )
    )
    assert [block.text for block in clean(page, RULES)[1]] == ["親", "子", "文です。"]


def pages(count: int, *extra: Block) -> list[Page]:
    """Return pages that share the extra blocks."""
    return [
        Page(tuple(Piece(b) for b in (*extra, Block(BlockKind.PARAGRAPH, f"これは{n}番だけの文です。"))))
        for n in range(count)
    ]


def test_repetition() -> None:
    """What most pages of a source repeat is chrome, whatever it says; one page's own text never is."""
    slogan = Block(BlockKind.PARAGRAPH, "困ったときの青い鳥の合言葉")
    repeated = repeated_blocks(pages(6, slogan))
    assert repeated == {"困ったときの青い鳥の合言葉"}
    assert [b.text for b in clean(pages(1, slogan)[0], RULES, repeated)[1]] == ["これは0番だけの文です。"]


@pytest.mark.parametrize(
    ("count", "block"),
    [
        (3, Block(BlockKind.PARAGRAPH, "三つの記事にだけある文です。")),
        (9, Block(BlockKind.STEP, "管理者としてターミナルを開きます。")),
        (9, Block(BlockKind.CAUTION, "注意: 先にバックアップを取ってください。")),
        (9, Block(BlockKind.CODE, "sfc /scannow /repeat")),
        (9, Block(BlockKind.PARAGRAPH, "以上。")),
    ],
)
def test_rightful_repetition(count: int, block: Block) -> None:
    """Few pages, steps, warnings, commands and very short lines may repeat."""
    assert repeated_blocks(pages(count, block)) == frozenset()


WORDS = [
    "文です。",
    "・項目",
    "1)手順",
    "見出し",
    "※ 必ず読んでください。",
    "コメント",
    "広告",
    "最後に",
    "目次",
    "【題】長い題の記事です【2024/1/2】",
    "途中までの抜粋がここに長く長く続いていて、あとは記事で読んでほしいという…",
    "窓口の山田さんです。",
    "| a | b |",
    "sfc /scannow",
    "",
    "",
    "この記事は約3分で読めます。",
]


@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=20), max_size=40))
def test_any_page(lines: list[str]) -> None:
    """No text crashes the cleaner; blocks are never empty and are verbatim parts of the page, names aside."""
    text = sanitize("\n".join(lines))
    source = "".join(text.replace("の山田さん", "").split())
    for block in clean(read_text(text), RULES)[1]:
        assert block.text.strip()
        cells = block.text.replace("\n", "|").split("|") if block.kind is BlockKind.TABLE else [block.text]
        assert all("".join(cell.split()) in source for cell in cells)
