"""The chat page as a server: what it offers, what it refuses, and how views become its values."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import gradio as gr  # noqa: TID251  # the page under test is made of it
import pytest
from starlette.testclient import TestClient

from bot.answer.record import Asked
from bot.desk.store import EventStore, read_events
from bot.settings import Settings
from bot.types import Status
from bot.web import ui
from bot.web.api import create_api
from bot.web.conversation import View
from bot.web.house import open_house
from bot.web.pages import add_pages
from tests.web.error_shape import check_error
from tests.web.prepared import FULL, PreparedGuide


@pytest.fixture(scope="module")
def guide(knowledge: Any) -> PreparedGuide:
    """Return one guide for the one page of this module."""
    return PreparedGuide(knowledge)


@pytest.fixture(scope="module")
def page(guide: PreparedGuide) -> Iterator[TestClient]:
    """Return a client of the whole application."""
    api = create_api(guide)  # type: ignore[arg-type]
    add_pages(api, guide)  # type: ignore[arg-type]
    with TestClient(ui.mount_chat_page(api, guide), raise_server_exceptions=False) as one:  # type: ignore[arg-type]
        yield one


def test_the_page_is_japanese_and_names_itself(page: TestClient) -> None:
    """Title, language and the welcome are there without a question asked."""
    html = page.get("/").text
    assert "Win PCトラブル解決ガイド" in html
    assert 'document.documentElement.lang = \\"ja\\"' in html or 'document.documentElement.lang = "ja"' in html
    assert "何が起きましたか" in html


def test_the_page_shows_no_toolkit(page: TestClient) -> None:
    """No footer of the toolkit, no usage statistics, no install prompt, no list of runs."""
    config = page.get("/config").json()
    assert config["footer_links"] == []
    assert config["analytics_enabled"] is False
    assert not config.get("pwa")
    assert config["show_error"] is False
    assert page.get("/docs").status_code == 404


def test_the_page_loads_nothing_from_elsewhere(page: TestClient) -> None:
    """Neither fonts nor scripts nor styles come from another site."""
    html = page.get("/").text
    loaded = re.findall(r'<(?:script|img|iframe)[^>]*\ssrc="([^"]+)"', html)
    loaded += re.findall(r'<link[^>]*rel="(?:stylesheet|preload|modulepreload|preconnect)"[^>]*href="([^"]+)"', html)
    assert loaded
    assert not [address for address in loaded if re.match(r"(?:https?:)?//", address)]
    assert "url(" not in page.get("/static/guide.css").text


def test_the_icon_is_ours(page: TestClient) -> None:
    """A tab among many is found again by its mark."""
    assert page.get("/favicon.ico").text.startswith("<svg")


def test_handlers_are_not_offered_as_an_interface(page: TestClient) -> None:
    """The interface is the API; the page's own handlers are not listed as another one."""
    assert page.get("/gradio_api/info").json()["named_endpoints"] == {}


def test_files_are_refused(page: TestClient) -> None:
    """There is nothing to upload here."""
    response = page.post("/gradio_api/upload", files={"files": ("a.txt", b"x")})
    assert response.status_code == 413


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nope", 404, "not_found"),
        ("GET", "/api/nope", 404, "not_found"),
        ("POST", "/nope", 404, "not_found"),
        ("GET", "/articles/nope", 404, "not_found"),
        ("GET", "/api/chat", 405, "method_not_allowed"),
        ("POST", "/api/search", 405, "method_not_allowed"),
        ("DELETE", "/readyz", 405, "method_not_allowed"),
        ("POST", "/articles/a", 405, "method_not_allowed"),
        ("POST", "/", 405, "method_not_allowed"),
    ],
)
def test_errors_have_one_shape_also_beside_the_page(
    page: TestClient, method: str, path: str, status: int, code: str
) -> None:
    """The page is mounted at the root and must not answer for the API in its own words."""
    response = page.request(method, path)
    assert response.status_code == status
    assert response.json()["error"]["code"] == code
    assert response.json()["error"]["request_id"] == response.headers["x-request-id"]
    assert (status == 405) == ("allow" in response.headers)


@pytest.mark.parametrize("path", ["/", "/config", "/gradio_api/info", "/healthz"])
def test_other_sites_may_not_read_the_page(page: TestClient, path: str) -> None:
    """The toolkit alone would let every site read it with the reader's cookies."""
    headers = page.get(path, headers={"Origin": "https://evil.example"}).headers
    assert not [name for name in headers if name.startswith("access-control-allow-")]


def test_errors_of_the_page_have_the_one_shape(page: TestClient) -> None:
    """What the toolkit refuses is refused in our words."""
    check_error(page.get("/gradio_api/file=/etc/hostname"), 403, "forbidden")
    check_error(page.post("/gradio_api/queue/join", json={"fn_index": "x"}), 422, "invalid_request")
    check_error(page.post("/gradio_api/queue/join", content=b"x" * 600_000), 413, "too_large")
    check_error(page.post("/gradio_api/upload", files={"files": ("a.txt", b"x")}), 413, "too_large")


# Values


def _view(*choices: str, **fields: Any) -> View:
    return replace(View("t", "", (), "", choices=choices), **fields)


def _buttons(values: tuple[Any, ...]) -> list[Any]:
    return [value.get("value") for value in values[5 : 5 + 8] if value.get("visible")]


@pytest.mark.parametrize(
    ("choices", "shown"),
    [
        ((), []),
        (("はい", "わからない"), ["はい", "わからない"]),
        (tuple("12345678"), list("12345678")),
        ((*"123456789", "わからない"), [*"1234567", "わからない"]),
    ],
)
def test_choices_are_buttons(choices: tuple[str, ...], shown: list[str]) -> None:
    """Each choice is a button; however many there are, 「わからない」 stays."""
    assert _buttons(ui._values(_view(*choices))) == shown


def test_examples_give_way_to_the_conversation() -> None:
    """Examples are for a reader who has not asked yet; a new conversation is for one who has."""
    example, again = ui._values(_view(begun=False))[16:18]
    assert (example["visible"], again["visible"]) == (True, False)
    example, again = ui._values(ui.View("t", "", (ui.Said("user", "x", "x"),), ""))[16:18]
    assert (example["visible"], again["visible"]) == (False, True)


def test_a_new_conversation_begins_from_nothing() -> None:
    """Conversation, state, box, choices and sources are as at the start."""
    talk, sources, box, said, state, *rest = ui._anew()
    assert "welcome" in talk
    assert "ここに出ます" in sources
    assert (box, said, state) == ("", (), "")
    assert [value["visible"] for value in rest[:13]] == [False] * 8 + [True] * 4 + [False]
    assert rest[13] == ""
    assert rest[15]["visible"] is False


def test_sources_stay_while_nothing_new_is_known(guide: PreparedGuide) -> None:
    """The cards of the last answer stand until the next ones are there."""
    guide.replies = [FULL]
    responder = ui._Responder(guide, open_house(Settings()))  # type: ignore[arg-type]
    steps = list(responder.ask("印刷できない", (), "", gr.Request()))
    assert all(step[1] == gr.skip() for step in steps[:-1])
    assert "<details" in steps[-1][1]
    assert _buttons(steps[-1]) == ["USB", "無線", "わからない"]


def test_static_files_are_where_the_page_looks() -> None:
    """Style, script and icon are part of the package."""
    assert {path.name for path in Path(ui._STATIC).iterdir()} >= {"guide.css", "chat.css", "chat.js", "icon.svg"}


# Feedback and the note


def test_a_thumb_down_asks_for_a_word_where_words_are_kept(guide: PreparedGuide, tmp_path: Path) -> None:
    """The row of the word appears then, and whatever is said is thanked for."""
    store = EventStore(tmp_path / "e.sqlite3", 30)
    store.record(Asked("a" * 12, "問い", Status.ANSWERED))
    responder = ui._Responder(guide, open_house(Settings(), store))  # type: ignore[arg-type]
    said, row, helped, _, word, _ = responder.failed("a" * 12, gr.Request())
    assert ("ひとこと" in said["value"], row["visible"], helped["visible"], word["visible"]) == (
        True,
        True,
        False,
        True,
    )
    assert "ありがとう" in responder.told("a" * 12, "taro.yamada@example.com", gr.Request())[0]["value"]
    store.close()
    [event] = read_events(tmp_path / "e.sqlite3", date(2000, 1, 1))
    assert (event.helpful, event.comment) == (False, "［メールアドレス］")
    silent = ui._Responder(guide, open_house(Settings()))  # type: ignore[arg-type]
    assert silent.failed("a" * 12, gr.Request())[4]["visible"] is False


def test_a_verdict_that_cannot_be_taken_is_said(guide: PreparedGuide) -> None:
    """The thumbs stay, so that the reader can try again."""
    responder = ui._Responder(guide, open_house(Settings(limit_minute=1)))  # type: ignore[arg-type]
    responder.helped("a" * 12, gr.Request())
    said, _, helped, *_ = responder.helped("a" * 12, gr.Request())
    assert "受け取れませんでした" in said["value"]
    assert helped["visible"] is True


def test_the_note_says_what_is_kept() -> None:
    """True for the setting: so many days, or nothing."""
    assert "30日間保存します" in ui.privacy_note(30)
    assert "保存しません。プロダクト" in ui.privacy_note(0)
    assert "日間保存" not in ui.privacy_note(0)


def test_handlers_that_stream_are_seen_to(guide: PreparedGuide) -> None:
    """Gradio takes a function that merely returns a generator for one that returns a single value."""
    responder = ui._Responder(guide, open_house(Settings()))  # type: ignore[arg-type]
    assert inspect.isgeneratorfunction(responder.ask)
    assert inspect.isgeneratorfunction(responder.example("問い"))
    guide.replies = [FULL]
    assert _buttons(list(responder.example("問い")((), "", gr.Request()))[-1]) == ["USB", "無線", "わからない"]
