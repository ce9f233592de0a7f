"""The widget on pages that make it hard: styles, policies, layers, storage, networks, and text that means harm."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from bot.types import Article, Block, BlockKind
from tests.web.blog import BODY, axe_faults, blog, line
from tests.web.hostile import PAYLOADS, shared_payloads
from tests.web.prepared import FULL, PreparedGuide
from tests.web.serving import running
from tests.web.test_widget_browser import SMALL, Site, _answered, _ask, browser, open_page, ready, sites

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["browser", "open_page", "ready", "sites"]

pytestmark = pytest.mark.browser

RESET = (
    "<style>*, *::before { all: unset !important; } "
    "* { margin: 40px !important; font: 60px fantasy !important }</style>"
)
GREEDY = (
    "<style>trouble-guide, body > *, :not(:defined) { display: none !important; opacity: 0 !important;"
    "position: static !important; transform: scale(3) !important; pointer-events: none !important;"
    "color: red !important; direction: rtl !important; width: 9px !important }"
    "html { --bg: red !important; --primary: red !important; font-size: 200px }</style>"
)
WALL = '<div style="position:fixed;inset:0;z-index:2147483647;background:#fff">壁</div>'
BLOCKED = """
  for (const name of ["sessionStorage", "localStorage"]) {
    Object.defineProperty(window, name, { get() { throw new DOMException("blocked", "SecurityError"); } });
  }
"""
WHAT_RUNS = """() => {
  const root = document.querySelector("trouble-guide").shadowRoot;
  return [...root.querySelectorAll("*")].filter((one) =>
    /^(script|iframe|object|embed|img|style|link|base|meta|math|video|audio)$/i.test(one.localName)
    || [...one.attributes].some((attribute) => attribute.name.startsWith("on") || attribute.name === "style")
    || (one.hasAttribute("href") && !/^https?:/.test(one.getAttribute("href"))))
    .map((one) => one.outerHTML.slice(0, 120));
}"""


def _policy(guide: str) -> dict[str, str]:
    return {
        "Content-Security-Policy": f"default-src 'none'; script-src {guide}; connect-src {guide}; base-uri 'none'; "
        "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    }


def _put(site: Site, name: str, head: str = "", body: str = "", headers: dict[str, str] | None = None) -> str:
    site.pages[name] = (head or line(site.address), body, headers or {})
    return f"{site.blog}/{name}"


def _works(page: Page, site: Site) -> None:
    """Open it as a reader does, ask, and close it."""
    site.guide.replies[:] = [FULL]
    box = page.locator(".launcher").bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (56, 56)
    page.locator(".launcher").click()
    panel = page.locator(".panel").bounding_box()
    assert panel is not None
    assert (panel["width"], panel["height"]) == (400, 640)
    assert (
        page.locator(".text, .what").first.evaluate("one => getComputedStyle(one).fontFamily").startswith("system-ui")
    )
    _ask(page, "印刷できない")
    assert page.locator(".text h3").inner_text() == "手順"
    assert page.locator(".sources").is_visible()
    page.get_by_role("button", name="閉じる").click()
    assert page.locator(".launcher").is_visible()


@pytest.mark.parametrize("style", [RESET, GREEDY, RESET + GREEDY], ids=["reset", "greedy", "both"])
def test_styles_of_the_page_change_nothing(style: str, ready: Site, open_page: Callable[..., Page]) -> None:
    """Neither a reset nor rules made against it reach inside or move it."""
    page = open_page(_put(ready, "styles", style + line(ready.address)))
    page.locator(".launcher").wait_for()
    colour = page.locator(".launcher").evaluate("one => getComputedStyle(one).backgroundColor")
    assert colour == "rgb(11, 92, 173)"
    _works(page, ready)
    assert axe_faults(page, "trouble-guide") == []


def test_a_strict_policy_with_trusted_types_is_enough(ready: Site, open_page: Callable[..., Page]) -> None:
    """Allowed are the guide's script and its API: no style, no unsafe word, no policy of its own."""
    page = open_page(_put(ready, "strict", headers=_policy(ready.address)))
    refused = page.evaluate(
        "(() => { try { document.body.innerHTML = '<b>x</b>'; return false; } catch { return true; } })()"
    )
    assert refused, "the policy is not in force"
    open_page.faults.clear()  # type: ignore[attr-defined]
    _works(page, ready)
    assert page.evaluate(WHAT_RUNS) == []


def test_nothing_covers_it(ready: Site, open_page: Callable[..., Page]) -> None:
    """Not even the highest layer that is put on later."""
    page = open_page(_put(ready, "wall", body=BODY + WALL))
    page.evaluate(
        "wall => { const one = document.createElement('div'); document.body.append(one); one.outerHTML = wall; }", WALL
    )
    _works(page, ready)


def test_blocked_storage_costs_only_the_memory(ready: Site, open_page: Callable[..., Page]) -> None:
    """Everything works; after the next page load the conversation is a new one."""
    page = open_page(_put(ready, "blocked"), script=BLOCKED)
    _works(page, ready)
    page.reload()
    page.locator(".launcher").click()
    assert page.locator(".hello").is_visible()


def test_damaged_storage_is_a_new_conversation(ready: Site, open_page: Callable[..., Page]) -> None:
    """What another script wrote under its name does no harm."""
    for kept in ("{", '{"said": 1}', "null", '{"said":[{"role":"assistant"},3],"open":true}'):
        script = f"try {{ sessionStorage.setItem('trouble-guide {ready.address}/', {json.dumps(kept)}); }} catch {{}}"
        page = open_page(_put(ready, "damaged"), script=script)
        if not page.locator(".panel").is_visible():
            page.locator(".launcher").click()
        assert page.locator(".hello").is_visible(), kept


def test_a_slow_network_is_told_and_waited_for(ready: Site, open_page: Callable[..., Page]) -> None:
    """With 400 ms each way and 50 kB/s the reader sees at once that something is done, and then the answer."""
    page = open_page(_put(ready, "slow"))
    page.context.new_cdp_session(page).send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 20_000},
    )
    ready.guide.replies[:] = [SMALL]
    page.locator(".launcher").click()
    page.locator("textarea").fill("x")
    page.locator("textarea").press("Enter")
    assert page.locator(".status").inner_text() in {"ガイドにつないでいます", "記事を探しています"}
    _answered(page, 1)


def test_the_line_may_stand_twice_or_be_run_late(ready: Site, open_page: Callable[..., Page]) -> None:
    """Twice is once; an optimiser that keeps the address in another attribute and runs the script itself is fine."""
    page = open_page(_put(ready, "twice", line(ready.address) * 2 + line(ready.address)))
    page.locator(".launcher").wait_for()
    assert page.locator("trouble-guide").count() == 1
    late = f'<script type="lazy" data-lazy-src="{ready.address}/widget.js?v=3"></script>'
    page = open_page(_put(ready, "late", late))
    assert page.locator("trouble-guide").count() == 0
    script = page.request.get(f"{ready.address}/widget.js").text()
    page.evaluate(
        "script => { const one = document.createElement('script'); one.text = script; document.head.append(one); }",
        script,
    )
    _works(page, ready)
    page.evaluate("document.documentElement.replaceChild(document.createElement('body'), document.body)")
    page.locator(".launcher").click()
    assert page.locator(".user").count() == 1, "a theme that changes the body loses it"


def test_it_is_there_at_once_and_moves_nothing(ready: Site, open_page: Callable[..., Page]) -> None:
    """The launcher is painted within 100 ms of the load, and nothing on the page shifts, also when it is opened."""
    watch = """
      window.shifts = 0;
      new PerformanceObserver((list) => { for (const one of list.getEntries()) shifts += one.value; })
        .observe({ type: "layout-shift", buffered: true });
      const look = () => {
        const one = document.querySelector("trouble-guide")?.shadowRoot.querySelector(".launcher");
        const paint = () => { window.painted = performance.now(); };
        if (one?.getBoundingClientRect().width === 56) requestAnimationFrame(paint);
        else requestAnimationFrame(look);
      };
      look();
      addEventListener("load", () => { window.loaded = performance.now(); });
    """
    page = open_page(_put(ready, "timed", body=BODY + "<p>行</p>" * 200), script=watch)
    page.wait_for_function("window.painted && window.loaded")
    assert page.evaluate("painted - loaded") <= 100
    page.locator(".launcher").click()
    page.keyboard.press("Escape")
    page.wait_for_timeout(200)
    assert page.evaluate("shifts") == 0


def test_without_the_guide_it_says_whom_to_ask(
    sites: Callable[[Any], Site], knowledge: Any, open_page: Callable[..., Page]
) -> None:
    """A kind sentence, the way to try again, and the numbers that the knowledge names: none other."""
    site = sites(PreparedGuide(knowledge))
    page = open_page(site.blog)
    page.context.route(f"{site.address}/api/**", lambda route: route.abort())
    page.locator(".launcher").click()
    page.locator("textarea").fill("起動しない")
    page.locator("textarea").press("Enter")
    page.locator(".failure").wait_for()
    open_page.faults.clear()  # type: ignore[attr-defined]
    assert "つながりません" in page.locator(".failure").inner_text()
    for summary in page.locator(".card summary").all():
        summary.click()
    assert set(page.locator(".card .phone").all_inner_texts()) == knowledge.escalation.phones
    assert axe_faults(page, "trouble-guide") == []
    page.context.unroute_all()
    site.guide.replies[:] = [SMALL]
    page.get_by_role("button", name="もう一度送る").click()
    _answered(page, 1)
    assert page.locator(".failure").count() == 0


# A guide that misbehaves


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
    _ask(page, "x")
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
