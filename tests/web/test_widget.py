"""The widget as it is sent: one small file that carries whom to ask, and the page that shows it."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from bot.text.secret_kinds import SecretKind
from bot.types import Article, Block, BlockKind
from bot.web.widget import add_widget, widget_script
from tests.web.hostile import PAYLOADS
from tests.web.prepared import PreparedGuide

SOURCE = (Path(__file__).resolve().parents[2] / "bot" / "web" / "static" / "widget.js").read_text("utf-8")
LIMIT = 15_000


@pytest.fixture
def widget_client(prepared: PreparedGuide) -> TestClient:
    """Return a client of the widget alone."""
    api = FastAPI()
    add_widget(api, prepared)  # type: ignore[arg-type]
    return TestClient(api)


def _value(script: str, name: str) -> Any:
    match = re.search(rf"^const {name} = (.*);$", script, re.MULTILINE)
    assert match, name
    return json.loads(match[1])


def test_the_widget_is_one_small_file(widget_client: TestClient) -> None:
    """Packed it has at most 15 kB with its styles, and it names no other place."""
    with widget_client.stream("GET", "/widget.js", headers={"Accept-Encoding": "gzip"}) as response:
        packed = b"".join(response.iter_raw())
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert response.headers["content-encoding"] == "gzip"
    assert len(packed) <= LIMIT, f"{len(packed)} bytes"
    script = gzip.decompress(packed).decode()
    plain = widget_client.get("/widget.js", headers={"Accept-Encoding": "identity"})
    assert plain.text == script
    assert "content-encoding" not in plain.headers
    named = set(re.findall(r"https?://[^\s\"']+", script))
    carried = {
        contact["url"] for route in _value(script, "CONTACTS") for contact in route["contacts"] if "url" in contact
    }
    assert named - carried == {"http://www.w3.org/2000/svg"}


def test_a_browser_that_has_it_is_told_so(widget_client: TestClient) -> None:
    """The tag changes with the packing and the content; a known one costs no body, in any of its spellings."""
    packed, plain = (
        widget_client.get("/widget.js", headers={"Accept-Encoding": kind}).headers for kind in ("gzip", "identity")
    )
    assert packed["etag"] != plain["etag"]
    assert packed["vary"] == "Accept-Encoding"
    assert packed["cache-control"] == "public, max-age=300"
    for known in (packed["etag"], f"W/{packed['etag']}", f'"x", {packed["etag"]}'):
        again = widget_client.get("/widget.js", headers={"Accept-Encoding": "gzip", "If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == packed["etag"]
    other = widget_client.get("/widget.js", headers={"Accept-Encoding": "gzip", "If-None-Match": '"x"'})
    assert other.status_code == 200
    assert widget_client.head("/widget.js").status_code == 200


def test_it_carries_the_official_contacts(knowledge: Any) -> None:
    """Every route with a number or a page is there, and every number with what is said of it and who says so."""
    carried = _value(widget_script(knowledge.escalation), "CONTACTS")
    contacts = [contact for route in carried for contact in route["contacts"]]
    assert {contact["phone"] for contact in contacts if "phone" in contact} == knowledge.escalation.phones
    known = [contact for route in knowledge.escalation.routes for contact in route.contacts]
    assert {contact["url"] for contact in contacts if "url" in contact} == {one.url for one in known if one.url}
    for contact in contacts:
        assert contact.keys() & {"phone", "url"}
        if "phone" in contact:
            assert (contact["how"], contact["source"]) in {(one.how, one.source) for one in known}


def test_it_names_every_kind_of_secret(knowledge: Any) -> None:
    """What was masked is said in the words that the guide uses everywhere."""
    assert set(_value(widget_script(knowledge.escalation), "SECRETS")) == set(SecretKind)


def test_its_source_runs_as_it_is(knowledge: Any, tmp_path: Path) -> None:
    """Nothing has to be built: the file in the repository and the one that is sent are both valid scripts."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    for name, script in (("source.js", SOURCE), ("sent.js", widget_script(knowledge.escalation))):
        path = tmp_path / name
        path.write_text(script, "utf-8")
        checked = subprocess.run([node, "--check", path], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize(
    "word",
    [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "Function(",
        "DOMParser",
        '"style"',
        ".style.",
    ],
)
def test_it_parses_no_markup_and_writes_no_style(word: str) -> None:
    """None of the ways in which text becomes code or an inline style is used."""
    assert word not in SOURCE


def test_both_languages_say_the_same() -> None:
    """English has every text that is not a part of an answer, and no text of its own."""
    keys = [
        set(
            re.findall(
                r"(?:^ +|\", )([a-zA-Z]+): \"", re.search(rf"const {name} = \{{(.*?)\n  \}};", SOURCE, re.S)[1], re.M
            )
        )  # type: ignore[index]
        for name in ("JA", "EN")
    ]
    assert keys[0] - keys[1] == {"caution"}
    assert keys[1] <= keys[0]
    for key in keys[0]:
        assert re.search(rf"(?:\b(?:T|W|JA|EN)\.{key}\b|{{ {key} }} = )", SOURCE), f"{key} is never said"


def test_the_demo_is_strict_and_safe(prepared: PreparedGuide, widget_client: TestClient) -> None:
    """It allows scripts from nowhere but here, and shows an article as text whatever it holds."""
    empty = widget_client.get("/demo")
    assert "まだ記事がありません" in empty.text
    payload = PAYLOADS[0]
    name = "windows-update-0x80070643"
    prepared.articles[name] = Article(name, payload, (Block(BlockKind.PARAGRAPH, payload),), topics=(payload,))
    page = widget_client.get("/demo")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self';" in policy
    assert "unsafe" not in policy
    assert payload not in page.text
    assert page.text.count('<script src="/widget.js" defer></script>') == 1
    assert widget_client.get("/static/demo.css").headers["content-type"].startswith("text/css")
