"""The whole application in a real Chromium, and how a test moves on its chat page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.web.api import create_api
from bot.web.pages import add_pages
from bot.web.ui import mount_chat_page
from tests.web.serving import running

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = [
    "DESK",
    "LOOKS",
    "PHONE",
    "QUESTION",
    "answered",
    "ask",
    "faults",
    "is_own",
    "keep",
    "on_screen",
    "open_page",
    "serving",
    "site",
]

QUESTION = "24H2にしたら認証が外れた"
AUDIT = (Path(__file__).parent / "audit.js").read_text("utf-8")
PHONE, DESK = (390, 844), (1280, 800)
LOOKS = [(PHONE, "light"), (PHONE, "dark"), (DESK, "light"), (DESK, "dark")]


@pytest.fixture(scope="module")
def site(guide: Any) -> Iterator[str]:
    """Return the address of the whole application over the bundled articles."""
    with serving(guide) as address:
        yield address


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Return a function that opens an address in a fresh window; faults of the page fail the test at its end."""
    faults: list[str] = []
    contexts = []

    def watch(page: Page) -> None:
        page.set_default_timeout(30_000)
        page.on("request", lambda request: None if is_own(request.url) else faults.append(f"request to {request.url}"))
        page.on("pageerror", lambda error: faults.append(f"error {error}"))
        page.on("console", lambda said: faults.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("dialog", lambda dialog: (faults.append(f"dialog {dialog.message}"), dialog.dismiss()))

    def open_one(path: str = "/", size: tuple[int, int] = PHONE, scheme: str = "light", base: str = site) -> Page:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, reduced_motion="reduce"
        )
        context.on("page", watch)
        context.add_init_script(AUDIT)
        contexts.append(context)
        page = context.new_page()
        page.goto(base + path)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert faults == [], faults


@pytest.fixture
def keep(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Page, str], None]:
    """Return a function that takes a screenshot into the directory that was asked for, else a passing one."""
    folder: Path = request.config.getoption("--screenshots") or tmp_path

    def take(page: Page, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}.png")
        assert (folder / f"{name}.png").stat().st_size > 10_000, "the picture is nearly empty"

    return take


def serving(guide: Any) -> Any:
    """Return what serves the whole application while a block runs, and gives its address."""
    api = create_api(guide)
    add_pages(api, guide)
    served = running(mount_chat_page(api, guide))

    class _Address:
        def __enter__(self) -> str:
            return f"http://127.0.0.1:{served.__enter__()}"

        def __exit__(self, *reason: Any) -> None:
            served.__exit__(*reason)

    return _Address()


def is_own(address: str) -> bool:
    """Tell whether an address is on this machine."""
    return address.startswith(("http://127.0.0.1:", "data:", "blob:", "about:"))


def ask(page: Page, question: str = QUESTION, answers: int = 1) -> None:
    """Type a question, send it, and wait until so many answers are complete."""
    page.locator("#question textarea").fill(question)
    page.locator("#question textarea").press("Enter")
    answered(page, answers)


def answered(page: Page, answers: int = 1) -> None:
    """Wait until so many answers are complete."""
    page.locator(".turn.assistant:not(.pending)").nth(answers - 1).wait_for()
    page.wait_for_function("document.querySelectorAll('.pending').length === 0")


def faults(page: Page) -> dict[str, list[str]]:
    """Return what our own audit finds on the page, by kind."""
    names = ("contrast", "targets", "width", "headings", "foreign")
    found: dict[str, list[str]] = {name: page.evaluate(f"audit.{name}()") for name in names}
    return {name: faults for name, faults in found.items() if faults}


def on_screen(page: Page, quote: str) -> bool:
    """Tell whether quoted words are in view."""
    place = page.evaluate("quote => audit.passage(quote)", quote)
    assert place["boxes"], f"{quote} is not on the page"
    return any(top < place["height"] and bottom > 0 for top, bottom in place["boxes"])
