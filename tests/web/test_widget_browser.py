"""The widget on another origin's blog, in a real Chromium: a whole conversation, phones, keyboards, screen readers."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.errors import QuestionError
from bot.types import Answer, Clarification, Status
from tests.web.blog import axe_faults, blog, guide_api, line
from tests.web.prepared import FULL, PreparedGuide
from tests.web.serving import running

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

AUDIT = (Path(__file__).parent / "audit.js").read_text("utf-8")
PHONE, DESK = (390, 844), (1280, 800)
LOOKS = [(PHONE, "light"), (PHONE, "dark"), (DESK, "light"), (DESK, "dark")]
NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
AT = "document.querySelector('trouble-guide').shadowRoot.activeElement"
SMALL = Answer(Status.ANSWERED, "はい。")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return a running Chromium, or skip."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip(f"no browser is installed (looked for {', '.join(NAMES)})")
    with playwright.sync_playwright() as driver:
        one = driver.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield one
        one.close()


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


def _until(page: Page, selector: str, text: str = "", key: str = "Tab") -> None:
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


def _answered(page: Page, count: int) -> None:
    page.locator(".guide.done").nth(count - 1).wait_for()


def _ask(page: Page, question: str) -> None:
    count = page.locator(".guide.done").count()
    page.locator("textarea").fill(question)
    page.locator("textarea").press("Enter")
    _answered(page, count + 1)


def _focus_is(page: Page, selector: str) -> bool:
    return bool(page.evaluate(f"selector => !!{AT}?.matches(selector)", selector))


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

    _until(page, ".launcher")
    page.keyboard.press("Enter")
    assert _focus_is(page, "textarea")
    assert axe_faults(page) == []
    keep("greeting")
    page.keyboard.type("24H2にしたら")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("認証が外れた")
    assert page.locator("textarea").input_value() == "24H2にしたら\n認証が外れた"
    page.keyboard.press("Enter")
    _answered(page, 1)
    assert "出典" in page.locator(".sources").inner_text()
    keep("answer")

    _until(page, "button.cite", key="Shift+Tab")
    page.keyboard.press("Enter")
    assert _focus_is(page, ".passage a")
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
    _until(page, ".chip", label)
    page.keyboard.press("Enter")
    _answered(page, 2)
    assert page.locator(".user").last.inner_text() == label
    assert page.locator(".guide").first.locator(".chip").count() == 0

    _until(page, "textarea")
    page.keyboard.type("それでも直らない。誰に電話すればいいですか")
    page.keyboard.press("Enter")
    _answered(page, 3)
    assert page.locator(".card").last.is_visible()
    assert axe_faults(page) == []
    keep("escalation")
    _until(page, ".card .small", "内容をコピー", key="Shift+Tab")
    page.keyboard.press("Enter")
    page.get_by_text("コピーしました").first.wait_for()
    assert "24H2にしたら" in page.evaluate("navigator.clipboard.readText()")

    sent: list[dict[str, Any]] = []
    page.on(
        "request", lambda one: sent.append(json.loads(one.post_data)) if one.url.endswith("/api/feedback") else None
    )
    _until(page, ".rate .small", "はい")
    page.keyboard.press("Enter")
    _until(page, ".rate input")
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
    _until(page, "textarea")
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
    _answered(page, 1)
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
        _ask(page, "24H2にしたら認証が外れた")
        page.locator("textarea").blur()
        assert page.locator(".text").is_visible()
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=folder / f"widget-{name}.png")


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
    _answered(page, 1)


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
    _answered(page, 1)
    assert page.locator("textarea").bounding_box()["height"] == heights[0]  # type: ignore[index]


def test_a_question_that_is_refused_comes_back(ready: Site, open_page: Callable[..., Page]) -> None:
    """What the reader must mend stands in the box again, beside the server's own sentence."""
    ready.guide.replies[:] = [QuestionError("too long", "質問は2000文字以内で書いてください。")]
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
    _ask(page, "何から始めますか")
    page.get_by_role("button", name="記事についての質問をやめる").click()
    _ask(page, "別のこと")
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
    _ask(page, "一つ目")
    page.get_by_role("button", name="新しい会話").click()
    assert page.locator(".user").count() == 0
    assert page.locator(".hello .chip").count() == 5
    assert "一つ目" not in page.evaluate("JSON.stringify(sessionStorage)")
    _ask(page, "二つ目")
    assert ready.guide.asked[1][1:3] == ((), "")


def test_secrets_do_not_stay(ready: Site, open_page: Callable[..., Page]) -> None:
    """What the server masked is neither on the screen nor in the storage any more; error codes stay."""
    ready.guide.replies[:] = [replace(SMALL, redacted={"product_key": 1, "email": 1})]
    page = open_page(ready.blog)
    page.locator(".launcher").click()
    _ask(page, "VK7JG-NPHTM-C97JM-9MPGT-3V66T と a.b@example.com で 0xC004F050 が出る")
    assert page.locator(".user").inner_text() == "＊＊＊ と ＊＊＊ で 0xC004F050 が出る"
    assert "VK7JG" not in page.evaluate("JSON.stringify(sessionStorage)")
    assert page.locator(".masked").inner_text() == "伏せ字にしてから扱いました: プロダクトキー 1件、メールアドレス 1件"


def test_choices_end_with_not_knowing(ready: Site, open_page: Callable[..., Page]) -> None:
    """「わからない」 is the last choice wherever the server put it."""
    ready.guide.replies[:] = [replace(SMALL, question=Clarification("どれ", ("わからない", "A", "B")))]
    page = open_page(ready.blog)
    page.locator(".launcher").click()
    _ask(page, "x")
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
    _ask(page, "印刷できない")
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
    assert _focus_is(page, ".launcher")


def test_a_screen_reader_is_told(ready: Site, open_page: Callable[..., Page]) -> None:
    """One live region says what is being done and how the answer begins."""
    ready.guide.replies[:] = [FULL]
    page = open_page(ready.blog)
    page.locator(".launcher").click()
    assert page.get_by_role("dialog", name="トラブル解決ガイド").is_visible()
    _ask(page, "印刷できない")
    assert page.get_by_role("status").inner_text() == "回答を表示しました。ケーブルを差し直すと直る可能性があります。"
