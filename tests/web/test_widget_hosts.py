"""The widget on pages that make it hard: styles, policies, layers, storage, networks, and text that means harm."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.web.blog import BODY, axe_faults, line
from tests.web.prepared import FULL, PreparedGuide
from tests.web.test_widget_hostile import WHAT_RUNS
from tests.web.widget_site import SMALL, Site, answered, ask, open_page, ready, sites

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["open_page", "ready", "sites"]

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
    ask(page, "印刷できない")
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
    answered(page, 1)


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
    answered(page, 1)
    assert page.locator(".failure").count() == 0


# A guide that misbehaves
