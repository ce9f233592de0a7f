"""The chat page in a real Chromium: asked and judged, on a phone and a desk, light and dark, by mouse and keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.web.blog import axe_faults
from tests.web.chat_site import (
    DESK,
    LOOKS,
    PHONE,
    QUESTION,
    answered,
    ask,
    faults,
    keep,
    open_page,
    site,
)
from tests.web.hostile import PAYLOADS

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["keep", "open_page", "site"]

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("size", "scheme"), LOOKS, ids=str)
def test_a_question_is_answered_with_sources(
    size: tuple[int, int], scheme: str, open_page: Callable[..., Page], keep: Callable[[Page, str], None]
) -> None:
    """On any screen: an answer with marks, its passages with links, choices, and a page that everyone can use."""
    page = open_page(size=size, scheme=scheme)
    page.locator("#question textarea").wait_for()
    assert faults(page) == {}
    assert page.locator("html").get_attribute("lang") == "ja"
    assert page.title() == "Win PCトラブル解決ガイド"
    ask(page)
    assert page.locator(".turn.assistant sup a.cite").count() >= 2
    assert page.locator("#sources a.passage").count() >= 2
    assert page.locator("#talk .turn.user").inner_text() == QUESTION
    top = page.locator("#talk .turn.user").bounding_box()
    assert top is not None
    assert 0 <= top["y"] < size[1] / 2, "the question is not where the reader looks"
    assert page.locator("#question textarea").input_value() == ""
    assert not page.locator("#examples button", has_text="更新プログラム").is_visible()
    assert not page.locator("footer:not(.guide-foot)").is_visible()
    assert faults(page) == {}
    keep(page, f"chat-{size[0]}-{scheme}")


@pytest.mark.parametrize(("size", "scheme"), LOOKS, ids=str)
def test_axe_finds_nothing_in_a_whole_conversation(
    size: tuple[int, int], scheme: str, open_page: Callable[..., Page]
) -> None:
    """Before a question, under an answer with choices, with whom to ask, after a verdict, and after a refusal."""
    page = open_page(size=size, scheme=scheme)
    page.locator("#question textarea").wait_for()
    assert axe_faults(page) == []
    ask(page)
    page.locator("#choices button:visible").first.wait_for()
    assert axe_faults(page) == []
    ask(page, "それでも直らない。誰に電話すればいいですか", 2)
    page.locator(".escalation").first.wait_for()
    assert axe_faults(page) == []
    page.locator("#failed").click()
    page.get_by_text("ありがとうございます").wait_for()
    assert axe_faults(page) == []
    page.locator("#question textarea").fill("あ" * 2500)
    page.locator(".send").click()
    page.locator(".failure").wait_for()
    assert axe_faults(page) == []
    # And it would find something: a button of the page without its name.
    page.locator(".send").first.evaluate("one => { one.textContent = ''; }")
    assert any(fault.startswith("button-name") for fault in axe_faults(page))


def test_the_picture_of_the_readme(open_page: Callable[..., Page], request: pytest.FixtureRequest) -> None:
    """The chat page with an answer and its passages: `pytest -k picture --screenshots docs/images`."""
    folder: Path | None = request.config.getoption("--screenshots")
    page = open_page(size=(1100, 720))
    ask(page)
    page.locator("#question textarea").blur()
    assert page.locator("#sources a.passage").count() >= 2
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / "chat-desk.png")


@pytest.mark.parametrize(("size", "beside"), [(PHONE, False), ((1000, 800), False), ((1024, 800), True), (DESK, True)])
def test_passages_are_beside_the_answer_or_under_it(
    size: tuple[int, int], beside: bool, open_page: Callable[..., Page]
) -> None:
    """From 1,024 px on there is room beside; below that they come under it."""
    page = open_page(size=size)
    talk, sources = page.locator("#talk").bounding_box(), page.locator("#sources").bounding_box()
    assert talk is not None
    assert sources is not None
    assert (sources["x"] >= talk["x"] + talk["width"]) is beside
    assert (sources["y"] >= talk["y"] + talk["height"]) is not beside


def test_a_choice_answers_the_clarifying_question(open_page: Callable[..., Page]) -> None:
    """The choices stand right under the question, and a tap sends one."""
    page = open_page()
    ask(page)
    asking = page.locator(".asking").bounding_box()
    buttons = page.locator("#choices button:visible")
    assert buttons.last.inner_text() == "わからない"
    first = buttons.first.bounding_box()
    assert asking is not None
    assert first is not None
    assert 0 < first["y"] - (asking["y"] + asking["height"]) < 48
    label = buttons.first.inner_text()
    buttons.first.click()
    answered(page, 2)
    assert page.locator(".turn.user").nth(1).inner_text() == label
    assert faults(page) == {}


def test_an_answer_is_judged(open_page: Callable[..., Page], keep: Callable[[Page, str], None]) -> None:
    """Thumbs stand under an answer, a tap is thanked for, and both are large enough and named."""
    page = open_page()
    assert not page.locator("#feedback").is_visible()
    ask(page)
    page.locator("#failed").wait_for()
    assert page.locator("#helped").inner_text() == "役に立った"
    page.locator("#failed").click()
    page.get_by_text("ありがとうございます").wait_for()
    assert not page.locator("#helped").is_visible()
    assert faults(page) == {}
    keep(page, "chat-judged")
    ask(page, "更新で 0x80070643 が出て進まない", 2)
    page.locator("#helped").wait_for()


def test_a_new_conversation_forgets_the_old_one(open_page: Callable[..., Page]) -> None:
    """One button brings the page back to its beginning."""
    page = open_page()
    assert not page.locator("#again").is_visible()
    ask(page)
    page.locator("#again").click()
    page.locator(".welcome").wait_for()
    assert page.locator(".turn").count() == 0
    assert page.locator("#choices button:visible").count() == 0
    assert page.locator("#examples button:visible").count() == 4


def test_an_example_is_one_tap(open_page: Callable[..., Page]) -> None:
    """A topic asks its own question."""
    page = open_page()
    page.get_by_role("button", name="更新プログラム").click()
    answered(page)
    assert "0x80070643" in page.locator(".turn.user").inner_text()


def test_everything_works_from_the_keyboard(open_page: Callable[..., Page]) -> None:
    """Tab reaches box, buttons and passages, each with a visible ring; Shift+Enter breaks the line, Enter sends."""
    page = open_page(size=DESK)
    box = page.locator("#question textarea")
    box.focus()
    page.keyboard.type("24H2にしたら")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("認証が外れた")
    assert box.input_value() == "24H2にしたら\n認証が外れた"
    assert page.locator(".turn").count() == 0
    page.keyboard.press("Enter")
    answered(page)
    page.locator(".turn.assistant .cite").first.focus()
    seen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        kind, ring = page.evaluate(
            "(() => { const at = document.activeElement; const style = getComputedStyle(at);"
            "return [at.className || at.tagName, style.outlineStyle + ' ' + style.outlineWidth]; })()"
        )
        if "passage" in kind:
            seen.append("passage")
            break
        seen.append(kind)
        assert ring == "solid 3px", f"{kind} shows no ring but {ring}"
    assert any("chip" in kind for kind in seen)
    assert any("send" in kind for kind in seen)
    assert seen[-1] == "passage"


def test_a_question_too_long_comes_back_with_a_sentence(open_page: Callable[..., Page]) -> None:
    """Nothing typed is lost, and the sentence says what to do."""
    page = open_page()
    page.locator("#question textarea").fill("あ" * 2500)
    page.locator(".send").click()
    page.locator(".failure").wait_for()
    assert "2000文字以内" in page.locator(".failure").inner_text()
    assert page.locator("#question textarea").input_value() == "あ" * 2500
    assert faults(page) == {}


def test_a_command_is_copied_exactly(open_page: Callable[..., Page]) -> None:
    """The button copies the command and nothing else."""
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, "sfcでシステムファイルを修復するコマンド")
    command = page.locator(".turn pre").first.inner_text()
    page.locator(".turn .copy").first.click()
    page.get_by_text("コピーしました").first.wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == command
    assert faults(page) == {}


def test_hostile_questions_run_nothing(open_page: Callable[..., Page]) -> None:
    """What a reader types is shown as typed, also by the toolkit's own templates."""
    page = open_page()
    for number, question in enumerate([*PAYLOADS[:6], "{{constructor}} ${alert(1)} {{#with 'x'}}"]):
        ask(page, question, number + 1)
        assert page.locator(".turn.user").nth(number).inner_text().split() == question.split()
        assert page.evaluate("audit.foreign()") == []
