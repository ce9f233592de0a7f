"""The pages in a real Chromium: asked, read, followed to the passage, on a phone and a desk, light and dark."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.answer.cite import cite
from bot.answer.units import Unit, units_of
from bot.types import Article, Block, BlockKind, Citation
from bot.web.api import create_api
from bot.web.pages import add_pages
from bot.web.ui import mount_chat_page
from tests.web.blog import axe_faults
from tests.web.hostile import PAYLOADS
from tests.web.prepared import PreparedGuide
from tests.web.serving import running

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

QUESTION = "24H2にしたら認証が外れた"
AUDIT = (Path(__file__).parent / "audit.js").read_text("utf-8")
PHONE, DESK = (390, 844), (1280, 800)
LOOKS = [(PHONE, "light"), (PHONE, "dark"), (DESK, "light"), (DESK, "dark")]


@pytest.fixture(scope="module")
def site(guide: Any) -> Iterator[str]:
    """Return the address of the whole application over the bundled articles."""
    with _serving(guide) as address:
        yield address


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Return a function that opens an address in a fresh window; faults of the page fail the test at its end."""
    faults: list[str] = []
    contexts = []

    def watch(page: Page) -> None:
        page.set_default_timeout(30_000)
        page.on("request", lambda request: None if _is_own(request.url) else faults.append(f"request to {request.url}"))
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
    assert faults == []


@pytest.fixture
def keep(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Page, str], None]:
    """Return a function that takes a screenshot into the directory that was asked for, else a passing one."""
    folder: Path = request.config.getoption("--screenshots") or tmp_path

    def take(page: Page, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}.png")
        assert (folder / f"{name}.png").stat().st_size > 10_000, "the picture is nearly empty"

    return take


def _serving(guide: Any) -> Any:
    api = create_api(guide)
    add_pages(api, guide)
    served = running(mount_chat_page(api, guide))

    class _Address:
        def __enter__(self) -> str:
            return f"http://127.0.0.1:{served.__enter__()}"

        def __exit__(self, *reason: Any) -> None:
            served.__exit__(*reason)

    return _Address()


def _is_own(address: str) -> bool:
    return address.startswith(("http://127.0.0.1:", "data:", "blob:", "about:"))


def _ask(page: Page, question: str = QUESTION, answers: int = 1) -> None:
    page.locator("#question textarea").fill(question)
    page.locator("#question textarea").press("Enter")
    _answered(page, answers)


def _answered(page: Page, answers: int = 1) -> None:
    page.locator(".turn.assistant:not(.pending)").nth(answers - 1).wait_for()
    page.wait_for_function("document.querySelectorAll('.pending').length === 0")


def _faults(page: Page) -> dict[str, list[str]]:
    names = ("contrast", "targets", "width", "headings", "foreign")
    found: dict[str, list[str]] = {name: page.evaluate(f"audit.{name}()") for name in names}
    return {name: faults for name, faults in found.items() if faults}


def _on_screen(page: Page, quote: str) -> bool:
    place = page.evaluate("quote => audit.passage(quote)", quote)
    assert place["boxes"], f"{quote} is not on the page"
    return any(top < place["height"] and bottom > 0 for top, bottom in place["boxes"])


# The chat page


@pytest.mark.parametrize(("size", "scheme"), LOOKS, ids=str)
def test_a_question_is_answered_with_sources(
    size: tuple[int, int], scheme: str, open_page: Callable[..., Page], keep: Callable[[Page, str], None]
) -> None:
    """On any screen: an answer with marks, its passages with links, choices, and a page that everyone can use."""
    page = open_page(size=size, scheme=scheme)
    page.locator("#question textarea").wait_for()
    assert _faults(page) == {}
    assert page.locator("html").get_attribute("lang") == "ja"
    assert page.title() == "Win PCトラブル解決ガイド"
    _ask(page)
    assert page.locator(".turn.assistant sup a.cite").count() >= 2
    assert page.locator("#sources a.passage").count() >= 2
    assert page.locator("#talk .turn.user").inner_text() == QUESTION
    top = page.locator("#talk .turn.user").bounding_box()
    assert top is not None
    assert 0 <= top["y"] < size[1] / 2, "the question is not where the reader looks"
    assert page.locator("#question textarea").input_value() == ""
    assert not page.locator("#examples button", has_text="更新プログラム").is_visible()
    assert not page.locator("footer:not(.guide-foot)").is_visible()
    assert _faults(page) == {}
    keep(page, f"chat-{size[0]}-{scheme}")


@pytest.mark.parametrize(("size", "scheme"), LOOKS, ids=str)
def test_axe_finds_nothing_in_a_whole_conversation(
    size: tuple[int, int], scheme: str, open_page: Callable[..., Page]
) -> None:
    """Before a question, under an answer with choices, with whom to ask, after a verdict, and after a refusal."""
    page = open_page(size=size, scheme=scheme)
    page.locator("#question textarea").wait_for()
    assert axe_faults(page) == []
    _ask(page)
    page.locator("#choices button:visible").first.wait_for()
    assert axe_faults(page) == []
    _ask(page, "それでも直らない。誰に電話すればいいですか", 2)
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
    _ask(page)
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
    _ask(page)
    asking = page.locator(".asking").bounding_box()
    buttons = page.locator("#choices button:visible")
    assert buttons.last.inner_text() == "わからない"
    first = buttons.first.bounding_box()
    assert asking is not None
    assert first is not None
    assert 0 < first["y"] - (asking["y"] + asking["height"]) < 48
    label = buttons.first.inner_text()
    buttons.first.click()
    _answered(page, 2)
    assert page.locator(".turn.user").nth(1).inner_text() == label
    assert _faults(page) == {}


def test_an_answer_is_judged(open_page: Callable[..., Page], keep: Callable[[Page, str], None]) -> None:
    """Thumbs stand under an answer, a tap is thanked for, and both are large enough and named."""
    page = open_page()
    assert not page.locator("#feedback").is_visible()
    _ask(page)
    page.locator("#failed").wait_for()
    assert page.locator("#helped").inner_text() == "役に立った"
    page.locator("#failed").click()
    page.get_by_text("ありがとうございます").wait_for()
    assert not page.locator("#helped").is_visible()
    assert _faults(page) == {}
    keep(page, "chat-judged")
    _ask(page, "更新で 0x80070643 が出て進まない", 2)
    page.locator("#helped").wait_for()


def test_a_new_conversation_forgets_the_old_one(open_page: Callable[..., Page]) -> None:
    """One button brings the page back to its beginning."""
    page = open_page()
    assert not page.locator("#again").is_visible()
    _ask(page)
    page.locator("#again").click()
    page.locator(".welcome").wait_for()
    assert page.locator(".turn").count() == 0
    assert page.locator("#choices button:visible").count() == 0
    assert page.locator("#examples button:visible").count() == 4


def test_an_example_is_one_tap(open_page: Callable[..., Page]) -> None:
    """A topic asks its own question."""
    page = open_page()
    page.get_by_role("button", name="更新プログラム").click()
    _answered(page)
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
    _answered(page)
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
    assert _faults(page) == {}


def test_a_command_is_copied_exactly(open_page: Callable[..., Page]) -> None:
    """The button copies the command and nothing else."""
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    _ask(page, "sfcでシステムファイルを修復するコマンド")
    command = page.locator(".turn pre").first.inner_text()
    page.locator(".turn .copy").first.click()
    page.get_by_text("コピーしました").first.wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == command
    assert _faults(page) == {}


def test_hostile_questions_run_nothing(open_page: Callable[..., Page]) -> None:
    """What a reader types is shown as typed, also by the toolkit's own templates."""
    page = open_page()
    for number, question in enumerate([*PAYLOADS[:6], "{{constructor}} ${alert(1)} {{#with 'x'}}"]):
        _ask(page, question, number + 1)
        assert page.locator(".turn.user").nth(number).inner_text().split() == question.split()
        assert page.evaluate("audit.foreign()") == []


# Citations


def test_a_citation_opens_the_article_at_its_passage(open_page: Callable[..., Page]) -> None:
    """A tap on a passage opens a new tab, scrolled to the quoted words."""
    page = open_page()
    _ask(page)
    passage = page.locator("a.passage").last
    quote = passage.locator("q").inner_text()
    with page.context.expect_page() as opened:
        passage.click()
    article = opened.value
    article.wait_for_load_state()
    article.wait_for_function("scrollY > 0")
    assert _on_screen(article, quote)
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
        assert _on_screen(page, citation.quote), f"{kind}: {citation.link}"
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
    assert _faults(page) == {}
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
    assert _is_own(page.url)
    assert not _is_own("https://fonts.example/x.css")
