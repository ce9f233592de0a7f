"""The widget in a real WordPress: what docs/wordpress.ja.md says, done in its editors as the owner would."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.real.wordpress import OWNER, PASSWORD, WordPress
from tests.web.blog import axe_faults, guide_api, line
from tests.web.serving import running

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.wordpress]

DOCUMENT = Path(__file__).parents[2] / "docs" / "wordpress.ja.md"
QUESTION = "24H2にしたら認証が外れた"
PATIENCE = 60_000
"""Milliseconds: the editors are large, and PHP starts anew for each request."""


@pytest.fixture(scope="module")
def address(blog: WordPress, guide: Any) -> Iterator[str]:
    """Return the address of a guide that lets the blog in."""
    with running(guide_api(guide, blog.address)) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Return a page in a fresh window, in which no script of ours may fail."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    one = context.new_page()
    one.set_default_timeout(PATIENCE)
    faults: list[str] = []
    one.on("pageerror", lambda error: faults.append(f"{one.url}: {error}") if "/wp-admin/" not in one.url else None)
    yield one
    context.close()
    assert faults == []


@pytest.fixture
def editor(page: Page, blog: WordPress) -> Page:
    """Return a page in which the owner is logged in; the editors speak English, as not all of Debian is translated."""
    blog.php(
        "$id = get_current_user_id(); update_user_meta($id, 'locale', 'en_US');"
        "$seen = ['welcomeGuide' => false];"
        "update_user_meta($id, 'wp_persisted_preferences', ['core/edit-post' => $seen, 'core/edit-site' => $seen,"
        " '_modified' => gmdate('c')]);"
    )
    page.goto(f"{blog.address}/wp-login.php")
    page.locator("#user_login").fill(OWNER)
    page.locator("#user_pass").fill(PASSWORD)
    page.locator("#wp-submit").click()
    page.locator("#wpadminbar").wait_for()
    return page


def _add_html(page: Page, canvas: Any, code: str) -> None:
    """Add a block 「カスタムHTML」 with this code at the end."""
    page.get_by_role("button", name="Toggle block inserter").click()
    page.get_by_role("searchbox").fill("Custom HTML")
    page.get_by_role("option", name="Custom HTML").click()
    canvas.locator(".wp-block-html textarea").fill(code)


def _answers(page: Page, name: str, request: pytest.FixtureRequest) -> None:
    """Ask the widget on the page, on a phone and a desk, and find it answered, whole and fit for everyone."""
    folder: Path | None = request.config.getoption("--screenshots")
    for width, height in ((390, 844), (1280, 900)):
        page.set_viewport_size({"width": width, "height": height})
        page.reload()
        page.locator("trouble-guide").wait_for(state="attached")
        assert page.locator("trouble-guide").count() == 1
        if not page.locator(".panel").is_visible():
            page.locator(".launcher").click()
        count = page.locator(".guide.done").count()
        page.locator("trouble-guide textarea").fill(QUESTION)
        page.locator("trouble-guide textarea").press("Enter")
        page.locator(".guide.done").nth(count).wait_for()
        assert page.locator(".passage a").count() >= 1
        box = page.locator(".panel").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert axe_faults(page, "trouble-guide") == []
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=folder / f"wordpress-{name}-{width}.png")
        page.locator("trouble-guide textarea").press("Escape")


def test_a_block_on_one_post(blog: WordPress, address: str, editor: Page, request: pytest.FixtureRequest) -> None:
    """The owner's block 「カスタムHTML」 keeps the line, and this post alone has the widget."""
    editor.goto(f"{blog.address}/wp-admin/post-new.php")
    editor.locator(".editor-post-title__input").fill("更新が終わらないとき")
    _add_html(editor, editor, line(address))
    editor.get_by_role("button", name="Publish", exact=True).click()
    editor.locator(".editor-post-publish-panel__header-publish-button button").click()
    editor.locator(".post-publish-panel__postpublish-buttons a").first.wait_for()
    post = blog.php("echo get_permalink(get_posts(['numberposts' => 1])[0]);")
    editor.goto(post)
    _answers(editor, "post", request)
    editor.goto(blog.address)
    assert editor.locator("trouble-guide").count() == 0


def test_the_footer_of_a_block_theme(
    blog: WordPress, address: str, editor: Page, request: pytest.FixtureRequest
) -> None:
    """A block in the template part puts it on every page, and a post that has the line too shows one button."""
    editor.goto(f"{blog.address}/wp-admin/site-editor.php?postType=wp_template_part")
    editor.get_by_role("link", name="Footer").first.click()
    canvas = editor.frame_locator("iframe[name=editor-canvas]")
    canvas.get_by_text("WordPress").first.wait_for()
    _add_html(editor, canvas, line(address))
    editor.get_by_role("button", name="Save", exact=True).click()
    editor.locator("[class*=entities-saved-states__save-button]").click()
    editor.get_by_text("Site updated.").first.wait_for()
    number = blog.add("もう1つの記事", f"<!-- wp:html -->{line(address)}<!-- /wp:html --><p>本文です。</p>")
    editor.goto(blog.address)
    _answers(editor, "front", request)
    editor.goto(blog.php(f"echo get_permalink({number});"))
    _answers(editor, "both", request)


def test_a_function_in_a_child_theme(blog: WordPress, address: str, page: Page, request: pytest.FixtureRequest) -> None:
    """The code of the document, as it stands there, puts it on every page also for readers who are not logged in."""
    code = DOCUMENT.read_text("utf-8").partition("```php\n")[2].partition("```")[0]
    child = blog.folder / "wp-content" / "themes" / "child"
    child.mkdir()
    (child / "style.css").write_text("/*\nTheme Name: Child\nTemplate: twentytwentythree\n*/\n", "utf-8")
    (child / "functions.php").write_text(f"<?php\n{code.replace('https://guide.example', address)}", "utf-8")
    blog.php("switch_theme('child');")
    page.goto(f"{blog.address}/sample-page/")
    _answers(page, "child", request)


def test_who_may_not_write_html_loses_the_line(blog: WordPress, address: str) -> None:
    """As the document warns: WordPress takes a script out of what an author saves."""
    blog.php("wp_create_user('writer', 'writer-for-the-test-1', 'w@blog.example');")
    kept = blog.php(
        "$writer = get_user_by('login', 'writer'); $writer->set_role('author'); wp_set_current_user($writer->ID);"
        f"kses_init(); $number = wp_insert_post(['post_title' => 'x', 'post_content' => '{line(address)}文']);"
        "echo get_post($number)->post_content;"
    )
    assert "widget.js" not in kept
    assert "文" in kept
