"""The widget on another origin's blog, in a real Chromium: a whole conversation, and the guide's own pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.types import Answer, Status
from tests.web.blog import axe_faults
from tests.web.prepared import FULL
from tests.web.widget_site import (
    LOOKS,
    PHONE,
    Site,
    answered,
    ask,
    focus_is,
    open_page,
    ready,
    real,
    sites,
    until,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["open_page", "ready", "real", "sites"]

pytestmark = pytest.mark.browser


# A whole conversation


@pytest.mark.parametrize(("size", "scheme"), LOOKS, ids=str)
def test_a_whole_conversation_by_keyboard_alone(  # noqa: PLR0915  # one conversation is one story
    size: tuple[int, int], scheme: str, real: Site, open_page: Callable[..., Page], request: pytest.FixtureRequest
) -> None:
    """Ask, stream, cite, open the passage, clarify, follow up, escalate, copy, rate, reload, close: no mouse."""
    page = open_page(real.blog, size, scheme)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    folder: Path | None = request.config.getoption("--screenshots")

    def keep(name: str) -> None:
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=folder / f"widget-{name}-{size[0]}-{scheme}.png")

    until(page, ".launcher")
    page.keyboard.press("Enter")
    assert focus_is(page, "textarea")
    assert axe_faults(page) == []
    keep("greeting")
    page.keyboard.type("24H2にしたら")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("認証が外れた")
    assert page.locator("textarea").input_value() == "24H2にしたら\n認証が外れた"
    page.keyboard.press("Enter")
    answered(page, 1)
    assert "出典" in page.locator(".sources").inner_text()
    keep("answer")

    until(page, "button.cite", key="Shift+Tab")
    page.keyboard.press("Enter")
    assert focus_is(page, ".passage a")
    quote = page.locator(".passage.found q").inner_text()
    with page.context.expect_page() as opened:
        page.keyboard.press("Enter")
    article = opened.value
    article.wait_for_load_state()
    place = article.evaluate("quote => audit.passage(quote)", quote)
    assert any(top < place["height"] and bottom > 0 for top, bottom in place["boxes"])
    article.close()

    assert page.locator(".chips .chip").last.inner_text() == "わからない"
    label = page.locator(".chips .chip").first.inner_text()
    until(page, ".chip", label)
    page.keyboard.press("Enter")
    answered(page, 2)
    assert page.locator(".user").last.inner_text() == label
    assert page.locator(".guide").first.locator(".chip").count() == 0

    until(page, "textarea")
    page.keyboard.type("それでも直らない。誰に電話すればいいですか")
    page.keyboard.press("Enter")
    answered(page, 3)
    assert page.locator(".card").last.is_visible()
    assert axe_faults(page) == []
    keep("escalation")
    until(page, ".card .small", "内容をコピー", key="Shift+Tab")
    page.keyboard.press("Enter")
    page.get_by_text("コピーしました").first.wait_for()
    assert "24H2にしたら" in page.evaluate("navigator.clipboard.readText()")

    sent: list[dict[str, Any]] = []
    page.on(
        "request", lambda one: sent.append(json.loads(one.post_data)) if one.url.endswith("/api/feedback") else None
    )
    until(page, ".rate .small", "はい")
    page.keyboard.press("Enter")
    until(page, ".rate input")
    page.keyboard.type("助かりました")
    page.keyboard.press("Enter")
    page.locator(".rate").last.get_by_text("受け取りました").wait_for()
    assert [(one["helpful"], one["comment"]) for one in sent] == [(True, ""), (True, "助かりました")]
    assert len({one["request_id"] for one in sent}) == 1
    assert sent[0]["request_id"]

    page.reload()
    page.locator(".panel").wait_for()
    assert page.locator(".user").count() == 3
    assert page.locator(".rate").last.locator("[aria-pressed=true]").inner_text() == "はい"
    until(page, "textarea")
    page.keyboard.press("Escape")
    assert not page.locator(".panel").is_visible()
    page.reload()
    assert not page.locator(".panel").is_visible()
    page.locator(".launcher").wait_for()


def test_what_is_streamed_is_shown_piece_by_piece(ready: Site, open_page: Callable[..., Page]) -> None:
    """The words come as they arrive, and the whole answer with all its parts last."""
    ready.guide.replies[:] = [FULL]
    page = open_page(ready.blog)
    page.evaluate("TroubleGuide.open()")
    seen = page.evaluate(
        """async () => {
          const list = document.querySelector("trouble-guide").shadowRoot.querySelector(".talk");
          const seen = [];
          new MutationObserver(() => { seen.push(list.innerText); }).observe(list, { childList: true, subtree: true });
          await TroubleGuide.ask("印刷できない");
          return seen;
        }"""
    )
    assert any("ガイドにつないでいます" in one or "記事を探しています" in one for one in seen)
    text = page.locator(".guide .text")
    assert text.locator("h3").inner_text() == "手順"
    assert text.locator("li").evaluate_all("all => all.map((one) => one.value)") == [1, 2, 3]
    assert text.locator("pre").inner_text() == 'sc query "Spooler" [1] <x>'
    assert text.locator(".foot .cite").inner_text() == "3"
    assert text.locator(".cite").all_inner_texts() == ["1", "2", "2", "3", "3", "4"]
    assert page.locator(".sources summary").first.inner_text().split("\n")[0] == "プリンターが動かないとき"
    assert "2026-11-01・実機検証" in page.locator(".sources summary").inner_text()
    page.locator(".sources summary").click()
    assert page.locator(".notice").inner_text().endswith("2024年1月時点の情報です。")
    links = page.locator(".passage a").evaluate_all("all => all.map((one) => one.href)")
    assert links[0] == f"{ready.address}/articles/printer#:~:text=1"
    assert links[3] == "https://blog.example/p#:~:text=%E5%B7%AE"
    card = page.locator(".card")
    assert "0120-000-000" in card.inner_text()
    assert "番号の出典: 保証書" in card.inner_text()
    assert page.locator(".masked").inner_text() == "伏せ字にしてから扱いました: プロダクトキー 1件"
    assert page.locator(".asking").inner_text() == "つなぎ方はどちらですか。"
    assert page.locator(".guide .chip").all_inner_texts() == ["USB", "無線", "わからない"]


def test_markdown_of_every_kind_becomes_elements(ready: Site, open_page: Callable[..., Page]) -> None:
    """Nested lists, tables, cautions and quotations; what is not of that structure stays as it was written."""
    text = (
        "結論です。**太字ではない** <b>も</b>\n\n### 見出し\n- 外\n   - 内\n   - 内2\n- 外2\n\n4. 四\n5. 五\n"
        "> 注意: 消えます。\n> 二行目\n\n> 危険: 壊れます。\n\n| 版 | 日 |\n|---|---|\n| 24H2 | 2026 |\n| a | b |"
    )
    ready.guide.replies[:] = [Answer(Status.ANSWERED, text)]
    page = open_page(ready.blog)
    page.evaluate("TroubleGuide.ask('x')")
    answered(page, 1)
    shown = page.locator(".text")
    assert shown.locator("p").first.inner_text() == "結論です。**太字ではない** <b>も</b>"
    assert shown.locator("ul > li > ul > li").all_inner_texts() == ["内", "内2"]
    assert shown.locator("ol > li").evaluate_all("all => all.map((one) => one.value)") == [4, 5]
    assert shown.locator("blockquote").count() == 2
    assert shown.locator("blockquote.danger").inner_text() == "危険: 壊れます。"
    assert shown.locator("th").all_inner_texts() == ["版", "日"]
    assert shown.locator("td").all_inner_texts() == ["24H2", "2026", "a", "b"]
    assert axe_faults(page) == []


# The guide's own pages


@pytest.mark.parametrize(("size", "scheme"), LOOKS, ids=str)
def test_demo_and_article_are_for_everyone(
    size: tuple[int, int], scheme: str, real: Site, open_page: Callable[..., Page]
) -> None:
    """Axe finds nothing on the article page and on the demo, closed and open, and neither is wider than the screen."""
    page = open_page(f"{real.address}/articles/windows-update-0x80070643", size, scheme)
    assert axe_faults(page) == []
    assert page.evaluate("audit.width()") == []
    page.goto(f"{real.address}/demo")
    page.locator(".launcher").wait_for()
    assert axe_faults(page) == []
    assert page.evaluate("audit.width()") == []
    page.get_by_role("link", name="ガイドに相談", exact=True).click()
    assert page.locator(".panel").is_visible()
    assert axe_faults(page) == []


def test_the_pictures_of_the_readme(real: Site, open_page: Callable[..., Page], request: pytest.FixtureRequest) -> None:
    """The demo with an answer, on a desk and on a phone: `pytest -k pictures --screenshots docs/images`."""
    folder: Path | None = request.config.getoption("--screenshots")
    for name, size, scheme in (
        ("desk", (1100, 720), "light"),
        ("phone", PHONE, "light"),
        ("phone-dark", PHONE, "dark"),
    ):
        page = open_page(f"{real.address}/demo", size, scheme)
        page.locator(".launcher").click()
        ask(page, "24H2にしたら認証が外れた")
        page.locator("textarea").blur()
        assert page.locator(".text").is_visible()
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=folder / f"widget-{name}.png")
