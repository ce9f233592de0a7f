"""Citations and article pages in a real Chromium: from the answer to the passage, and what an article may not do."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.answer.cite import cite
from bot.answer.units import Unit, units_of
from bot.types import Article, Block, BlockKind, Citation, Source
from bot.web.api import create_api
from bot.web.pages import add_pages
from tests.web.chat_site import LOOKS, ask, faults, is_own, keep, on_screen, open_page, site
from tests.web.hostile import PAYLOADS, shared_payloads
from tests.web.prepared import PreparedGuide
from tests.web.serving import running

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["keep", "open_page", "site"]

pytestmark = pytest.mark.browser

_FRAMES = 20
"""Article pages that are looked at together."""

FRAME = """async (html) => {
  const frame = document.createElement("iframe");
  const loaded = new Promise((done) => { frame.onload = done; });
  frame.srcdoc = html;
  document.body.append(frame);
  await loaded;
  await new Promise((done) => setTimeout(done, 100));
  frame.remove();
  return document.title;
}"""
"""Shows a page in a frame, where nothing but its markup protects it, and returns the title that a script may set."""

IN_FRAMES = """async (ids) => {
  const faults = [];
  await Promise.all(ids.map(async (id) => {
    const html = await (await fetch("/articles/" + id)).text();
    const frame = document.createElement("iframe");
    const loaded = new Promise((done) => { frame.onload = done; });
    frame.srcdoc = html;
    document.body.append(frame);
    await loaded;
    const bad = [...frame.contentDocument.querySelectorAll("*")].filter((one) =>
      (one.localName === "script" && one.getAttribute("src") !== "/static/article.js")
      || /^(iframe|object|embed|img|svg|form|style|base|math|video|audio)$/.test(one.localName)
      || [...one.attributes].some((attribute) => attribute.name.startsWith("on"))
      || /^[\\s\\u0000-\\u001f]*(javascript|data|vbscript):/i.test(one.getAttribute("href") ?? ""));
    if (bad.length || !frame.contentDocument.querySelector("h1")) faults.push(id + ": " + bad[0]?.outerHTML);
    frame.remove();
  }));
  return faults;
}"""

# Citations


def test_a_citation_opens_the_article_at_its_passage(open_page: Callable[..., Page]) -> None:
    """A tap on a passage opens a new tab, scrolled to the quoted words."""
    page = open_page()
    ask(page)
    passage = page.locator("a.passage").last
    quote = passage.locator("q").inner_text()
    with page.context.expect_page() as opened:
        passage.click()
    article = opened.value
    article.wait_for_load_state()
    article.wait_for_function("scrollY > 0")
    assert on_screen(article, quote)
    with page.context.expect_page() as opened:
        page.locator(".turn .cite").first.click()
    assert "/articles/" in opened.value.url


def test_every_kind_of_citation_scrolls_to_its_passage(guide: Any, open_page: Callable[..., Page]) -> None:
    """Sentence, long sentence, step, bullet, caution, command and table rows are found by the browser."""
    page = open_page("/healthz", size=(390, 300))
    wanted = _different(guide)
    assert len(wanted) >= 10
    site = page.url.removesuffix("/healthz")
    for kind, citation in wanted:
        page.goto("about:blank")
        page.goto(site + citation.link)
        assert on_screen(page, citation.quote), f"{kind}: {citation.link}"
        assert page.evaluate("scrollY") > 0, f"{kind}: {citation.link}"


def _different(guide: Any) -> list[tuple[str, Citation]]:
    """Return citations of real passages, two of each kind, from as many articles as possible."""
    found: dict[str, list[tuple[str, Citation]]] = {}
    used: set[str] = set()
    for article_id in guide.index.documents.article_ids():
        article = guide.article(article_id)
        for unit in units_of(guide.index.documents.chunks_of(article_id)):
            kind = _kind(unit, article)
            if unit.heading and article_id not in used and len(found.get(kind, ())) < 2:
                citation = cite(1, unit, article, guide.knowledge.lifecycle, date(2026, 11, 22))
                found.setdefault(kind, []).append((kind, citation))
                used.add(article_id)
    kinds = {"paragraph", "long paragraph", "step", "bullet", "caution", "code", "table", "table with repeated cells"}
    assert kinds <= set(found)
    return [item for items in found.values() for item in items]


def _kind(unit: Unit, article: Article) -> str:
    if unit.kind is BlockKind.TABLE:
        repeated = article.text.count(unit.text.split(" | ")[0]) > 1
        return "table with repeated cells" if repeated else "table"
    long = unit.kind is BlockKind.PARAGRAPH and len(unit.text) > 60
    return "long paragraph" if long else unit.kind.value


# The article page


@pytest.mark.parametrize(("size", "scheme"), LOOKS, ids=str)
def test_an_article_is_readable(
    size: tuple[int, int], scheme: str, open_page: Callable[..., Page], keep: Callable[[Page, str], None]
) -> None:
    """On any screen: contrast, sizes, outline, no sideways scrolling, and contents that lead to their section."""
    page = open_page("/articles/windows-update-0x80070643", size=size, scheme=scheme)
    assert faults(page) == {}
    keep(page, f"article-{size[0]}-{scheme}")
    link = page.locator("nav a").last
    link.click()
    assert page.locator(f"h2:text-is('{link.inner_text()}')").bounding_box()["y"] < size[1]  # type: ignore[index]
    longest = page.evaluate("Math.max(...[...document.querySelectorAll('article p')].map((one) => one.clientWidth))")
    assert longest <= 40 * 16


def test_a_hostile_article_runs_nothing(browser: Browser, knowledge: Any, open_page: Callable[..., Page]) -> None:
    """Whatever stands in an article, a real parser sees only our own elements."""
    kinds = list(BlockKind)
    blocks = tuple(Block(kinds[i % len(kinds)], payload, level=2) for i, payload in enumerate(PAYLOADS * 2))
    hostile = PreparedGuide(knowledge, articles={"x": Article("x", PAYLOADS[1], blocks)})
    api = create_api(hostile)  # type: ignore[arg-type]
    add_pages(api, hostile)  # type: ignore[arg-type]
    with running(api) as port:
        page = open_page("/articles/x", base=f"http://127.0.0.1:{port}")
        assert page.evaluate("audit.foreign()") == []
        assert page.locator("h1").inner_text() == PAYLOADS[1]


@pytest.mark.shared
def test_known_payloads_run_nothing_in_an_article(shared: Path, knowledge: Any, open_page: Callable[..., Page]) -> None:
    """As title, heading and text, without the page's policy to help: the markup alone lets nothing run or reach out."""
    payloads = [one.encode("utf-8", "replace").decode() for one in shared_payloads(shared / "data" / "badinput")]
    assert len(payloads) >= 300
    kinds = (BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.STEP, BlockKind.TABLE, BlockKind.CODE, BlockKind.CAUTION)
    articles = {
        str(n): Article(
            str(n),
            one.strip() or "題",
            tuple(Block(kind, one, level=2) for kind in kinds),
            url=one,
            sources=(Source(one, one),),
        )
        for n, one in enumerate(payloads)
    }
    hostile = PreparedGuide(knowledge, articles=articles)
    api = create_api(hostile)  # type: ignore[arg-type]
    add_pages(api, hostile)  # type: ignore[arg-type]
    api.add_api_route("/favicon.ico", lambda: "")  # browsers look for one beside a page that names none
    with running(api) as port:
        page = open_page("/healthz", base=f"http://127.0.0.1:{port}")
        for start in range(0, len(payloads), _FRAMES):
            seen = page.evaluate(IN_FRAMES, list(range(start, min(start + _FRAMES, len(payloads)))))
            assert seen == [], seen
        trap = '<svg onload="top.document.title = 1"></svg>'
        assert page.evaluate(FRAME, trap) == "1", "a script in a frame would not be noticed"


def test_code_is_byte_exact_in_the_browser(knowledge: Any, open_page: Callable[..., Page]) -> None:
    """A command with quotes, tabs, blank ends and marks comes out as it went in."""
    code = '\nreg add "HKLM\\x" /v a\t/d  "<b>" \n  [1] & | ^ % `\n'
    guide = PreparedGuide(knowledge, articles={"x": Article("x", "題", (Block(BlockKind.CODE, code),))})
    api = create_api(guide)  # type: ignore[arg-type]
    add_pages(api, guide)  # type: ignore[arg-type]
    with running(api) as port:
        page = open_page("/articles/x", base=f"http://127.0.0.1:{port}")
        assert page.locator("pre code").evaluate("one => one.textContent") == code


def test_pages_reach_nothing_else(open_page: Callable[..., Page]) -> None:
    """The watch on requests itself works: a page that reached out would be noticed."""
    page = open_page("/healthz")
    assert re.match(r"http://127\.0\.0\.1:\d+/healthz", page.url)
    assert is_own(page.url)
    assert not is_own("https://fonts.example/x.css")
