"""The widget's box, its page, its options, phones, keyboards and screen readers, in a real Chromium."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.errors import QuestionError
from bot.types import Clarification
from tests.web.blog import axe_faults, line
from tests.web.prepared import FULL
from tests.web.widget_site import (
    AT,
    LOOKS,
    PHONE,
    SMALL,
    Site,
    answered,
    ask,
    focus_is,
    open_page,
    ready,
    real,
    sites,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["open_page", "ready", "real", "sites"]

pytestmark = pytest.mark.browser


# The box


def test_enter_of_an_input_method_sends_nothing(ready: Site, open_page: Callable[..., Page]) -> None:
    """While Japanese is composed Enter confirms a word, whichever way the browser says so."""
    page = open_page(ready.blog)
    page.locator(".launcher").click()
    page.locator("textarea").fill("にほん")
    for how in ("{ isComposing: true }", "{ keyCode: 229 }"):
        page.locator("textarea").evaluate(
            "(box, how) => box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, ...how }))",
            {"isComposing": True} if "isComposing" in how else {"keyCode": 229},
        )
    assert page.locator("textarea").input_value() == "にほん"
    assert page.locator(".user").count() == 0
    ready.guide.replies[:] = [SMALL]
    page.locator("textarea").press("Enter")
    answered(page, 1)


def test_the_box_grows_to_five_lines(ready: Site, open_page: Callable[..., Page]) -> None:
    """It is as high as what is written, up to five lines, and small again when it is sent."""
    page = open_page(ready.blog, PHONE)
    page.locator(".launcher").click()
    heights = []
    for lines in (1, 2, 5, 9):
        page.locator("textarea").fill("\n".join(["あ"] * lines))
        heights.append(page.locator("textarea").bounding_box()["height"])  # type: ignore[index]
    assert heights[0] == 44
    assert heights[0] < heights[1] < heights[2] == heights[3]
    assert heights[2] - heights[0] == pytest.approx(4 * 26, abs=3)
    ready.guide.replies[:] = [SMALL]
    page.locator("textarea").press("Enter")
    answered(page, 1)
    assert page.locator("textarea").bounding_box()["height"] == heights[0]  # type: ignore[index]


def test_a_question_that_is_refused_comes_back(ready: Site, open_page: Callable[..., Page]) -> None:
    """What the reader must mend stands in the box again, beside the server's own sentence."""
    ready.guide.replies[:] = [QuestionError("too long", 2001, 2000)]
    page = open_page(ready.blog)
    page.locator(".launcher").click()
    page.locator("textarea").fill("長い質問")
    page.locator("textarea").press("Enter")
    page.locator(".failure").wait_for()
    assert "2000文字以内" in page.locator(".failure").inner_text()
    assert page.locator("textarea").input_value() == "長い質問"
    assert page.locator(".card").count() == 0


# The page it stands on


def test_it_asks_about_the_article_it_stands_on(ready: Site, open_page: Callable[..., Page]) -> None:
    """Only after the reader chose that does the guide hear which page it is."""
    ready.guide.replies[:] = [SMALL, SMALL, SMALL]
    ready.guide.asked.clear()
    ready.pages["article"] = ready.pages[""]
    page = open_page(f"{ready.blog}/article?p=12#x")
    page.locator(".launcher").click()
    page.get_by_role("button", name="この記事について質問").click()
    assert "更新が終わらないとき" in page.locator(".about").inner_text()
    ask(page, "何から始めますか")
    page.get_by_role("button", name="記事についての質問をやめる").click()
    ask(page, "別のこと")
    assert [one[3] for one in ready.guide.asked] == [f"{ready.blog}/article?p=12", ""]
    assert [turn.text for turn in ready.guide.asked[1][1]] == ["何から始めますか", "はい。"]


def test_the_owner_sets_it_up_on_the_line(ready: Site, open_page: Callable[..., Page]) -> None:
    """Title, colour, side, greeting, language and link are attributes of the line."""
    options = (
        'data-title="相談室" data-color="#ffd400" data-position="left" data-greeting="どうしましたか" '
        'data-lang="en" data-open="#help" data-theme="dark"'
    )
    ready.pages["options"] = (line(ready.address, options), '<main><h1>x</h1><a href="#help">help</a></main>', {})
    page = open_page(f"{ready.blog}/options")
    box = page.locator(".launcher").bounding_box()
    assert box is not None
    assert (box["x"], box["width"], box["height"]) == (16, 56, 56)
    assert page.locator(".launcher").evaluate("one => getComputedStyle(one).backgroundColor") == "rgb(255, 212, 0)"
    assert page.locator(".launcher").evaluate("one => getComputedStyle(one).color") == "rgb(0, 0, 0)"
    page.get_by_role("link", name="help").click()
    assert page.get_by_role("dialog").get_attribute("aria-labelledby") == "title"
    assert page.locator("h2").inner_text() == "相談室"
    assert page.locator(".what").inner_text() == "どうしましたか"
    assert page.get_by_role("button", name="New conversation").is_visible()
    assert page.locator(".panel").evaluate("one => getComputedStyle(one).backgroundColor") == "rgb(18, 23, 29)"
    assert axe_faults(page, "trouble-guide") == []
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == "help", "the focus goes back to where it came from"
    assert page.locator("h2").count() == 1


def test_a_link_to_it_opens_it_with_the_page(ready: Site, open_page: Callable[..., Page]) -> None:
    """An address that ends in the name of the link opens the panel."""
    ready.pages["linked"] = ready.pages[""]
    assert open_page(f"{ready.blog}/linked#guide-open").locator(".panel").is_visible()


def test_the_page_talks_to_it(ready: Site, open_page: Callable[..., Page]) -> None:
    """Open, ask, close and listen from the page's own scripts, which never get a reader's words."""
    ready.guide.replies[:] = [FULL]
    page = open_page(ready.blog)
    heard = page.evaluate(
        """async () => {
          const heard = [];
          const off = TroubleGuide.on("close", () => heard.push("gone"));
          off();
          for (const name of ["open", "ask", "answer", "close"]) {
            TroubleGuide.on(name, (detail) => heard.push([name, detail]));
          }
          await TroubleGuide.ask("秘密の質問");
          TroubleGuide.close();
          return heard;
        }"""
    )
    assert heard == [
        ["open", {}],
        ["ask", {}],
        ["answer", {"status": "clarify", "mode": "extractive", "citations": 4}],
        ["close", {}],
    ]


def test_a_new_conversation_forgets(ready: Site, open_page: Callable[..., Page]) -> None:
    """Neither the screen nor the storage nor the next request holds the old one, nor an answer that comes late."""
    ready.guide.replies[:] = [replace(SMALL, state="s1"), SMALL]
    ready.guide.asked.clear()
    page = open_page(ready.blog)
    page.locator(".launcher").click()
    ask(page, "一つ目")
    page.get_by_role("button", name="新しい会話").click()
    assert page.locator(".user").count() == 0
    assert page.locator(".hello .chip").count() == 5
    assert "一つ目" not in page.evaluate("JSON.stringify(sessionStorage)")
    ask(page, "二つ目")
    assert ready.guide.asked[1][1:3] == ((), "")


def test_secrets_do_not_stay(ready: Site, open_page: Callable[..., Page]) -> None:
    """What the server masked is neither on the screen nor in the storage any more; error codes stay."""
    ready.guide.replies[:] = [replace(SMALL, redacted={"product_key": 1, "email": 1})]
    page = open_page(ready.blog)
    page.locator(".launcher").click()
    ask(page, "VK7JG-NPHTM-C97JM-9MPGT-3V66T と a.b@example.com で 0xC004F050 が出る")
    assert page.locator(".user").inner_text() == "＊＊＊ と ＊＊＊ で 0xC004F050 が出る"
    assert "VK7JG" not in page.evaluate("JSON.stringify(sessionStorage)")
    assert page.locator(".masked").inner_text() == "伏せ字にしてから扱いました: プロダクトキー 1件、メールアドレス 1件"


def test_choices_end_with_not_knowing(ready: Site, open_page: Callable[..., Page]) -> None:
    """「わからない」 is the last choice wherever the server put it."""
    ready.guide.replies[:] = [replace(SMALL, question=Clarification("どれ", ("わからない", "A", "B")))]
    page = open_page(ready.blog)
    page.locator(".launcher").click()
    ask(page, "x")
    assert page.locator(".guide .chip").all_inner_texts() == ["A", "B", "わからない"]


# Screens


def test_a_phone_gets_the_whole_screen_above_its_keyboard(ready: Site, open_page: Callable[..., Page]) -> None:
    """Under 480 px the panel is as wide as the screen, and as high as the keyboard leaves."""
    view = """
      const view = Object.assign(new EventTarget(), { offsetTop: 0, height: 844, width: 390, scale: 1 });
      Object.defineProperty(window, "visualViewport", { get: () => view });
    """
    page = open_page(ready.blog, PHONE, script=view, has_touch=True)
    page.locator(".launcher").tap()
    assert page.locator(".panel").bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    assert page.get_by_role("dialog").get_attribute("aria-modal") == "true"
    page.evaluate("Object.assign(visualViewport, { height: 420, offsetTop: 60 }).dispatchEvent(new Event('resize'))")
    assert page.locator(".panel").bounding_box() == {"x": 0, "y": 60, "width": 390, "height": 420}
    box = page.locator("textarea").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 480
    page.evaluate("Object.assign(visualViewport, { scale: 2, height: 200 }).dispatchEvent(new Event('resize'))")
    assert page.locator(".panel").bounding_box()["height"] == 844  # type: ignore[index]


def test_a_desk_gets_a_panel_of_its_size(ready: Site, open_page: Callable[..., Page]) -> None:
    """400 × 640 in the lower right corner, smaller where the window is, never beyond it."""
    page = open_page(ready.blog)
    page.locator(".launcher").click()
    box = page.locator(".panel").bounding_box()
    assert box == {"x": 1280 - 400 - 16, "y": 800 - 640 - 16, "width": 400, "height": 640}
    page.set_viewport_size({"width": 600, "height": 320})
    assert page.locator(".panel").bounding_box()["height"] == 288  # type: ignore[index]


@pytest.mark.parametrize(("size", "scheme"), LOOKS, ids=str)
def test_everything_can_be_touched_and_read(
    size: tuple[int, int], scheme: str, ready: Site, open_page: Callable[..., Page]
) -> None:
    """Axe finds nothing, and every control has 44 px, with the greeting, an answer with all parts, and a failure."""
    ready.guide.replies[:] = [FULL, RuntimeError("x")]
    page = open_page(ready.blog, size, scheme)
    assert axe_faults(page) == []
    page.locator(".launcher").click()
    assert axe_faults(page) == []
    assert _small(page) == []
    ask(page, "印刷できない")
    page.locator("summary").first.click()
    page.locator(".rate button").first.click()
    page.locator(".rate input").wait_for()
    assert axe_faults(page) == []
    assert _small(page) == []
    open_page.faults.clear()  # type: ignore[attr-defined]
    page.locator("textarea").fill("もう一つ")
    page.locator("textarea").press("Enter")
    page.locator(".failure").wait_for()
    assert "番号: " in page.locator(".failure").inner_text()
    assert axe_faults(page) == []
    assert _small(page) == []


def _small(page: Page) -> list[str]:
    found: list[str] = page.evaluate(
        """() => [...document.querySelector("trouble-guide").shadowRoot
          .querySelectorAll("button, summary, textarea, input, a")]
          .filter((one) => one.checkVisibility()).filter((one) => {
            const box = one.getBoundingClientRect();
            const more = one.matches(".cite") ? -parseFloat(getComputedStyle(one, "::after").top) : 0;
            return box.height + 2 * more < 44 || box.width + 2 * more < 44;
          }).map((one) => one.outerHTML.slice(0, 90) + one.getBoundingClientRect().height)"""
    )
    return found


def test_the_focus_stays_inside_and_comes_back(ready: Site, open_page: Callable[..., Page]) -> None:
    """Tab goes round within the panel in both directions, and closing leads back to the launcher."""
    page = open_page(ready.blog)
    page.locator(".launcher").focus()
    page.keyboard.press("Enter")
    for key in ("Tab", "Shift+Tab"):
        for _ in range(12):
            page.keyboard.press(key)
            assert page.evaluate(f"!!{AT}?.closest('.panel')")
    page.keyboard.press("Escape")
    assert focus_is(page, ".launcher")


def test_a_screen_reader_is_told(ready: Site, open_page: Callable[..., Page]) -> None:
    """One live region says what is being done and how the answer begins."""
    ready.guide.replies[:] = [FULL]
    page = open_page(ready.blog)
    page.locator(".launcher").click()
    assert page.get_by_role("dialog", name="トラブル解決ガイド").is_visible()
    ask(page, "印刷できない")
    assert page.get_by_role("status").inner_text() == "回答を表示しました。ケーブルを差し直すと直る可能性があります。"
