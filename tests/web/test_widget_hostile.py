"""Text that means harm is shown by the widget and the article page and never run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from bot.types import Article, Block, BlockKind
from tests.web.blog import axe_faults, blog
from tests.web.hostile import PAYLOADS, shared_payloads
from tests.web.prepared import PreparedGuide
from tests.web.serving import running
from tests.web.widget_site import ask, open_page, ready, sites

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["open_page", "ready", "sites"]

pytestmark = pytest.mark.browser

WHAT_RUNS = """() => {
  const root = document.querySelector("trouble-guide").shadowRoot;
  return [...root.querySelectorAll("*")].filter((one) =>
    /^(script|iframe|object|embed|img|style|link|base|meta|math|video|audio)$/i.test(one.localName)
    || [...one.attributes].some((attribute) => attribute.name.startsWith("on") || attribute.name === "style")
    || (one.hasAttribute("href") && !/^(https?|tel):/.test(one.getAttribute("href"))))
    .map((one) => one.outerHTML.slice(0, 120));
}"""


class Strange:
    """An API that sends what it is told to, in pieces of a few bytes."""

    def __init__(self) -> None:
        self.answer: dict[str, Any] = {}
        self.size = 7
        self.cut = False
        self.stream = True
        self.app = FastAPI()
        self.app.post("/api/chat")(self._chat)

    async def _chat(self, request: Request) -> Response:
        if not (self.stream and "event-stream" in request.headers["accept"]):
            return JSONResponse(self.answer)
        text = self.answer["text"]
        events = [
            ("status", {"text": "探しています"}),
            ("delta", {"text": text[: len(text) // 2]}),
            ("delta", {"text": text[len(text) // 2 :]}),
        ]
        if not self.cut:
            events.append(("answer", self.answer))
        sent = ": ping\r\n\r\n" + "".join(
            f"event: {name}\r\ndata: {json.dumps(data, ensure_ascii=False)}\r\n\r\n" for name, data in events
        )
        data = sent.encode("utf-8", "surrogatepass")

        async def pieces() -> Any:
            for start in range(0, len(data), self.size):
                yield data[start : start + self.size]

        return StreamingResponse(pieces(), media_type="text/event-stream")


@pytest.fixture
def strange(knowledge: Any) -> Any:
    """Return a strange guide and the address of a page of its own with the widget."""
    from bot.web.widget import add_widget

    one = Strange()
    add_widget(one.app, PreparedGuide(knowledge))  # type: ignore[arg-type]
    page = blog()
    page.state.pages[""] = ('<script src="/widget.js" defer></script>', "", {})
    one.app.mount("/", page)
    with running(one.app) as port:
        yield one, f"http://127.0.0.1:{port}/"


def _hostile(payload: str) -> dict[str, Any]:
    """Return an answer that holds a payload wherever text or an address can stand."""
    citation = {
        "n": 1, "article_id": payload, "title": payload, "url": payload, "link": payload, "heading": [payload],
        "quote": payload, "updated": payload, "evidence": payload, "notices": [payload],
    }  # fmt: skip
    return {
        "status": "clarify",
        "text": f"{payload}[1]\n\n### {payload}\n1. {payload}\n   - {payload}\n> {payload}\n\n"
        f"```\n{payload}\n```\n[1]\n\n| {payload} |\n|---|\n| {payload} |",
        "citations": [citation], "question": {"text": payload, "choices": [payload, "わからない"]},
        "escalation": {
            "route": payload, "reason": payload, "urgency": payload, "prepare": [payload], "summary": payload,
            "contacts": [{"name": payload, "how": payload, "phone": payload, "url": payload, "source": payload}],
        },
        "mode": payload, "redacted": {payload: 1}, "state": "", "timings_ms": {},
    }  # fmt: skip


def _nothing_runs(strange: Any, payloads: list[str], open_page: Callable[..., Page]) -> None:
    guide, address = strange
    page = open_page(address)
    reached: list[str] = []
    page.on("request", lambda one: None if one.url.startswith(address) else reached.append(one.url))
    page.evaluate("TroubleGuide.open()")
    for number, payload in enumerate(payloads):
        guide.answer = _hostile(payload)
        page.evaluate("question => TroubleGuide.ask(question.trim() || '-')", payload)
        if number % 10 == 9 or number == len(payloads) - 1:
            assert page.evaluate(WHAT_RUNS) == [], payload
            assert page.locator(".guide.done").count() == min(10, number % 10 + 1), "an answer did not come through"
            page.get_by_role("button", name="新しい会話").click()
    assert reached == []
    assert page.context.pages == [page]


def test_hostile_text_is_shown_not_run(strange: Any, open_page: Callable[..., Page]) -> None:
    """In question, title, passage, address, contact and choice, cut anywhere: nothing runs or reaches out."""
    _nothing_runs(strange, list(PAYLOADS), open_page)


@pytest.mark.shared
def test_known_payloads_are_shown_not_run(strange: Any, shared: Path, open_page: Callable[..., Page]) -> None:
    """The same with the lists that others have collected."""
    strange[0].size = 61
    payloads = shared_payloads(shared / "data" / "badinput")
    assert len(payloads) >= 300
    _nothing_runs(strange, [one.encode("utf-8", "replace").decode() for one in payloads], open_page)


@pytest.mark.parametrize("how", ["cut", "whole"])
def test_without_a_stream_it_takes_the_whole_answer(how: str, strange: Any, open_page: Callable[..., Page]) -> None:
    """A proxy that cuts the stream or never lets it begin costs only the waiting."""
    guide, address = strange
    guide.answer = {"status": "answered", "text": "全文です。", "state": "s"}
    guide.cut, guide.stream = how == "cut", how != "whole"
    page = open_page(address)
    page.locator(".launcher").click()
    ask(page, "x")
    assert page.locator(".text").inner_text() == "全文です。"


# The article page


def _article(strange: Any, knowledge: Any) -> str:
    from bot.web.pages import add_pages

    guide = PreparedGuide(knowledge)
    filler = tuple(Block(BlockKind.PARAGRAPH, f"{n} 行目の文です。") for n in range(80))
    table = Block(BlockKind.TABLE, "版 | 日\n24H2 | 2024年\n25H2 | 2025年", header_rows=1)
    blocks = (
        *filler,
        Block(BlockKind.HEADING, "章", level=2),
        Block(BlockKind.PARAGRAPH, "再起動を、します。"),
        table,
        *filler,
    )
    guide.articles["x"] = Article("x", "題", blocks)
    app = FastAPI()
    add_pages(app, guide)  # type: ignore[arg-type]
    strange[0].app.router.routes[:0] = app.router.routes
    return f"{strange[1]}articles/x"


@pytest.mark.parametrize(
    ("words", "marked"),
    [
        ("再起動を、します。", "再起動を、します。"),
        ("再起動を、 します。", "再起動を、します。"),
        ("25H2", "25H2"),
        ("ない文", ""),
    ],
)
def test_a_passage_is_marked_without_text_fragments(
    words: str, marked: str, strange: Any, knowledge: Any, open_page: Callable[..., Page]
) -> None:
    """The words are marked and in view; words that are not there change nothing."""
    page = open_page(f"{_article(strange, knowledge)}?q={words}")
    assert "".join(page.locator("mark").all_inner_texts()) == marked
    if marked:
        place = page.locator("mark").first.bounding_box()
        assert place is not None
        assert 0 < place["y"] < 800
        assert page.evaluate("scrollY") > 0
    assert axe_faults(page) == []


@pytest.mark.parametrize(
    ("directive", "marked"),
    [
        ("%E5%86%8D%E8%B5%B7%E5%8B%95", "再起動"),
        ("25H2-,2025%E5%B9%B4", "2025年"),
        ("24H2,2025%E5%B9%B4", "24H22024年25H22025年"),
        ("%E0%A4%A", ""),
    ],
)
def test_an_older_browser_understands_the_link_too(
    directive: str, marked: str, strange: Any, knowledge: Any, open_page: Callable[..., Page]
) -> None:
    """Such a browser shows the whole directive to scripts; this one is made to look like it."""
    page = open_page(f"{_article(strange, knowledge)}?q=x")
    page.context.add_init_script(f"""
      const real = RegExp.prototype.exec;
      RegExp.prototype.exec = function (text) {{
        return real.call(this, this.source.startsWith(":~:text") ? "#:~:text={directive}" : text);
      }};
    """)
    page.reload()
    assert "".join(page.locator("mark").all_inner_texts()) == marked


def test_headings_have_links(strange: Any, knowledge: Any, open_page: Callable[..., Page]) -> None:
    """Each heading can be linked to, by a link with a name and no text of its own."""
    page = open_page(_article(strange, knowledge))
    link = page.get_by_role("link", name="「章」へのリンク")
    assert link.inner_text() == ""
    link.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#s80"
    page.emulate_media(media="print", color_scheme="dark")
    assert not link.is_visible()
    assert page.locator("body").evaluate("one => getComputedStyle(one).backgroundColor") == "rgb(255, 255, 255)"
