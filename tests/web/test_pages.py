"""Article pages: everything a citation points to, dated and safe, with links that find their passage."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from bot.answer.cite import article_url, cite
from bot.answer.units import units_of
from bot.types import Article, Block, BlockKind, Evidence, Source
from ingest.chunk import chunk
from ingest.sources import read
from tests.web.hostile import PAYLOADS, assert_harmless, shared_payloads, visible_text
from tests.web.prepared import PreparedGuide

HEADINGS = tuple(Block(BlockKind.HEADING, f"章{number}", level=2) for number in (1, 2, 3))


def _article(**fields: Any) -> Article:
    values: dict[str, Any] = {"id": "a/b c", "title": "題", "blocks": (Block(BlockKind.PARAGRAPH, "本文です。"),)}
    return Article(**(values | fields))


def _page(prepared: PreparedGuide, client: TestClient, article: Article) -> Any:
    prepared.articles[article.id] = article
    response = client.get(article_url(article))
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    return response


def _soup(response: Any) -> BeautifulSoup:
    return BeautifulSoup(response.text, "html.parser")


def test_a_page_tells_dates_evidence_and_scope(prepared: PreparedGuide, prepared_client: TestClient) -> None:
    """A reader sees how old and how well founded an article is before reading it."""
    article = _article(
        original_published=date(2024, 12, 6),
        published=date(2025, 1, 2),
        updated=date(2026, 11, 1),
        os=("Windows 10", "Windows 11"),
        versions=("24H2",),
        evidence=Evidence.REPORTED,
    )
    page = _soup(_page(prepared, prepared_client, article))
    facts = {row.dt.text: row.dd.text for row in page.select("dl.facts > div")}
    assert facts == {
        "最初の公開": "2024年12月6日",
        "公開": "2025年1月2日",
        "更新": "2026年11月1日",
        "根拠": "報告あり",
        "対象": "Windows 10、Windows 11（24H2）",
    }
    assert [time["datetime"] for time in page.select("time")] == ["2024-12-06", "2025-01-02", "2026-11-01"]
    assert any("報告に基づく" in notice.text for notice in page.select(".notice"))
    assert page.html["lang"] == "ja"
    assert page.title.text == page.h1.text == "題"


def test_facts_that_are_not_known_are_absent(prepared: PreparedGuide, prepared_client: TestClient) -> None:
    """A part with nothing to say is not shown, and a page never updated says so by its one date."""
    page = _soup(_page(prepared, prepared_client, _article()))
    assert [row.dt.text for row in page.select("dl.facts > div")] == ["根拠"]
    same = _article(id="same", published=date(2026, 1, 1), updated=date(2026, 1, 1))
    page = _soup(_page(prepared, prepared_client, same))
    assert [row.dt.text for row in page.select("dl.facts > div")] == ["公開", "根拠"]
    assert not page.select("nav, .sources")


def test_contents_lead_to_the_main_sections(prepared: PreparedGuide, prepared_client: TestClient) -> None:
    """Each line of the contents has its heading; sections below are left out."""
    blocks = (HEADINGS[0], Block(BlockKind.HEADING, "節", level=3), *HEADINGS[1:])
    page = _soup(_page(prepared, prepared_client, _article(blocks=blocks)))
    links = page.select("nav a")
    assert [link.text for link in links] == ["章1", "章2", "章3"]
    assert [page.find(id=link["href"][1:]).text for link in links] == ["章1", "章2", "章3"]
    few = _soup(_page(prepared, prepared_client, _article(id="few", blocks=HEADINGS[:2])))
    assert not few.select("nav")


def test_sources_are_links_only_where_they_are_web_addresses(
    prepared: PreparedGuide, prepared_client: TestClient
) -> None:
    """A source without an address is named; one that claims a strange address is only named."""
    sources = (Source("公式", "https://a.example/?a=1&b=2"), Source("本"), Source("罠", "javascript:alert(1)"))
    page = _soup(_page(prepared, prepared_client, _article(sources=sources)))
    assert [item.text for item in page.select(".sources li")] == ["公式", "本", "罠"]
    assert [link["href"] for link in page.select(".sources a")] == ["https://a.example/?a=1&b=2"]


def test_pages_allow_nothing_but_their_own_style_and_script(
    prepared: PreparedGuide, prepared_client: TestClient
) -> None:
    """Even text that came through as markup could run nothing and reach nobody."""
    response = _page(prepared, prepared_client, _article())
    policy = dict(part.strip().split(" ", 1) for part in response.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["style-src"] == "'self'"
    assert policy["script-src"] == "'self'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert [script.attrs for script in _soup(response).select("script")] == [{"src": "/static/article.js", "defer": ""}]
    assert not re.search(r"https?://", response.text)
    script = prepared_client.get("/static/article.js")
    assert script.headers["content-type"].startswith("text/javascript")
    style = prepared_client.get("/static/guide.css")
    assert style.headers["content-type"].startswith("text/css")
    assert not re.search(r"https?://|@import|url\(", style.text)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_articles_are_shown_not_run(payload: str, prepared: PreparedGuide, prepared_client: TestClient) -> None:
    """Title, text, facts and sources of an article are text, whatever they hold."""
    blocks = tuple(Block(kind, payload, level=2, header_rows=1) for kind in BlockKind) + HEADINGS
    article = _article(
        title=payload, blocks=blocks, os=(payload,), versions=(payload,), sources=(Source(payload, payload),)
    )
    response = _page(prepared, prepared_client, article)
    assert_harmless(response.text)
    assert _letters(payload) in _letters(visible_text(response.text))


@pytest.mark.shared
def test_known_payloads_are_shown_not_run(shared: Path, prepared: PreparedGuide, prepared_client: TestClient) -> None:
    """The lists that others have collected come through as text too."""
    payloads = shared_payloads(shared / "data" / "badinput")
    blocks = tuple(Block(list(BlockKind)[number % len(BlockKind)], one, level=2) for number, one in enumerate(payloads))
    assert_harmless(_page(prepared, prepared_client, _article(blocks=blocks, title="\n".join(payloads))).text)


def test_ids_of_any_kind_are_found(prepared: PreparedGuide, prepared_client: TestClient) -> None:
    """An id with spaces, slashes, question marks or Japanese survives its address."""
    for name in ("a/b c", "記事?#1", "100%", "x+y&z", "a/../b"):
        page = _soup(_page(prepared, prepared_client, _article(id=name, title=f"題 {name}")))
        assert page.h1.text == f"題 {name}"


def test_every_citation_of_the_bundled_articles_points_to_text_on_its_page(
    corpus: Path, knowledge: Any, prepared: PreparedGuide, prepared_client: TestClient
) -> None:
    """Each part of each link occurs on the page as a reader sees it, in the order that the link says."""
    articles = [item for item in read(str(corpus / "articles")) if isinstance(item, Article)]
    assert len(articles) > 40
    for article in articles:
        page = _soup(_page(prepared, prepared_client, article))
        assert page.main is not None
        seen = _squashed("\n".join(page.main.stripped_strings))
        for unit in units_of(chunk(article)):
            link = cite(1, unit, article, knowledge.lifecycle, date(2026, 11, 22)).link
            target = link.split("#:~:text=")[1]
            start = 0
            for part in target.split(","):
                words = _squashed(unquote(part.removesuffix("-")))
                start = seen.find(words, start)
                assert start >= 0, f"{words} of {link} is not on the page"
                start += len(words)


def _squashed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _letters(text: str) -> str:
    return re.sub(r"\W", "", text)[:8] if len(text) < 200 else re.sub(r"\W", "", text)
