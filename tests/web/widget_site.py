"""A blog with the widget and the guide beside it, and how a test moves in the widget."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.types import Answer, Status
from tests.web.blog import blog, guide_api, line
from tests.web.prepared import PreparedGuide
from tests.web.serving import running

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = [
    "AT",
    "DESK",
    "LOOKS",
    "PHONE",
    "SMALL",
    "Site",
    "answered",
    "ask",
    "focus_is",
    "open_page",
    "ready",
    "real",
    "sites",
    "until",
]

AUDIT = (Path(__file__).parent / "audit.js").read_text("utf-8")
PHONE, DESK = (390, 844), (1280, 800)
LOOKS = [(PHONE, "light"), (PHONE, "dark"), (DESK, "light"), (DESK, "dark")]
AT = "document.querySelector('trouble-guide').shadowRoot.activeElement"
SMALL = Answer(Status.ANSWERED, "はい。")


class Site:
    """A blog, the guide beside it, and the address of each."""

    def __init__(self, guide: Any, blog_address: str, guide_address: str, pages: dict[str, Any]) -> None:
        self.guide, self.blog, self.address, self.pages = guide, blog_address, guide_address, pages


@pytest.fixture(scope="module")
def sites() -> Iterator[Callable[[Any], Site]]:
    """Return a function that serves a guide and a blog, each on a port of its own."""
    ends = []

    def serve(one: Any) -> Site:
        app = blog()
        front = running(app)
        origin = f"http://127.0.0.1:{front.__enter__()}"
        back = running(guide_api(one, origin))
        address = f"http://127.0.0.1:{back.__enter__()}"
        ends.extend([front, back])
        app.state.pages[""] = (line(address), "", {})
        return Site(one, origin, address, app.state.pages)

    yield serve
    for end in ends:
        end.__exit__(None, None, None)


@pytest.fixture(scope="module")
def real(sites: Callable[[Any], Site], guide: Any) -> Site:
    """Return a blog beside the guide over the bundled articles."""
    return sites(guide)


@pytest.fixture(scope="module")
def ready(sites: Callable[[Any], Site], knowledge: Any) -> Site:
    """Return a blog beside a guide that gives prepared answers."""
    return sites(PreparedGuide(knowledge))


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page in a fresh window; whatever goes wrong in it fails the test at its end."""
    faults: list[str] = []
    contexts = []

    def watch(page: Page) -> None:
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: faults.append(f"error {error}"))
        page.on("console", lambda said: faults.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("dialog", lambda dialog: (faults.append(f"dialog {dialog.message}"), dialog.dismiss()))

    def open_one(
        url: str, size: tuple[int, int] = DESK, scheme: str = "light", script: str = "", **options: Any
    ) -> Page:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, reduced_motion="reduce", **options
        )
        context.on("page", watch)
        context.add_init_script(AUDIT)
        if script:
            context.add_init_script(script)
        contexts.append(context)
        page = context.new_page()
        page.goto(url)
        return page

    open_one.faults = faults  # type: ignore[attr-defined]
    yield open_one
    for context in contexts:
        context.close()
    assert faults == []


def until(page: Page, selector: str, text: str = "", key: str = "Tab") -> None:
    """Press Tab until what has the focus inside the widget is what is looked for; each stop shows its ring."""
    for _ in range(150):
        page.keyboard.press(key)
        found, ring = page.evaluate(
            f"([selector, text]) => {{ const at = {AT}; if (!at) return [false, ''];"
            "return [at.matches(selector) && at.textContent.includes(text), getComputedStyle(at).outlineStyle]; }",
            [selector, text],
        )
        if page.evaluate("document.activeElement.localName") == "trouble-guide":
            assert ring == "solid", page.evaluate(f"{AT}?.outerHTML.slice(0, 200)")
        if found:
            return
    raise AssertionError(f"no key leads to {selector} {text}")


def answered(page: Page, count: int) -> None:
    """Wait until so many answers are complete."""
    page.locator(".guide.done").nth(count - 1).wait_for()


def ask(page: Page, question: str) -> None:
    """Type a question, send it and wait for its answer."""
    count = page.locator(".guide.done").count()
    page.locator("textarea").fill(question)
    page.locator("textarea").press("Enter")
    answered(page, count + 1)


def focus_is(page: Page, selector: str) -> bool:
    """Tell whether what has the focus inside the widget matches."""
    return bool(page.evaluate(f"selector => !!{AT}?.matches(selector)", selector))
