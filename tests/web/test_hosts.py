"""Under which names the guide answers: a foreign name that points at this machine gets nothing."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from bot.errors import SettingError
from bot.settings import Settings, load
from bot.web.hosts import host_names
from tests.web.guarded import application
from tests.web.prepared import FULL, PreparedGuide

FOREIGN = (
    *("evil.example", "evil.example:7860", "EVIL.example", "evil.example.", "127.0.0.1.evil.example"),
    *("localhost.evil.example", "evil-localhost", "127.0.0.1@evil.example", "evil.example@127.0.0.1", "0x7f.1"),
    *("evil.example/127.0.0.1", "127.0.0.1\\evil.example", "[::1", "[evil]", "", " ", "guide.example.evil.example"),
    *("evilguide.example", "xguide.example", "localhost,evil.example", "127.0.0.1 evil.example", "127.1"),
)
OWN = ("localhost", "LOCALHOST:7860", "localhost.", "127.0.0.1:7860", "127.0.0.2", "[::1]:7860", "192.168.1.5")


def _client(guide: Any, **settings: Any) -> TestClient:
    return TestClient(application(guide, **settings), raise_server_exceptions=False)


@pytest.fixture(scope="module")
def alone(knowledge: Any) -> tuple[PreparedGuide, TestClient]:
    """Return a guide that listens to this machine alone, chat page included, with nothing said of names."""
    guide = PreparedGuide(knowledge)
    return guide, _client(guide, page=True, allowed_hosts="", host="127.0.0.1")


@pytest.mark.parametrize("host", FOREIGN)
def test_a_foreign_name_gets_nothing(host: str, alone: tuple[PreparedGuide, TestClient]) -> None:
    """Neither reading nor asking, on the API, the pages and the mounted chat page; the sentence says what to set."""
    guide, client = alone
    before = len(guide.asked)
    for path in ("/", "/config", "/healthz", "/metrics", "/articles/printer", "/api/search?q=x"):
        response = client.get(path, headers={"Host": host})
        assert response.status_code == 421, path
        error = response.json()["error"]
        assert error["code"] == "unknown_host"
        assert "GUIDE_ALLOWED_HOSTS" in error["message"]
        assert error["request_id"] == response.headers["x-request-id"]
    for path in ("/api/chat", "/api/feedback", "/gradio_api/queue/join"):
        assert client.post(path, json={"question": "問い"}, headers={"Host": host}).status_code == 421
    assert len(guide.asked) == before


@pytest.mark.parametrize("host", OWN)
def test_this_machine_and_addresses_serve(host: str, alone: tuple[PreparedGuide, TestClient]) -> None:
    """Whoever types an address or localhost is where he thinks he is."""
    guide, client = alone
    guide.replies = [FULL]
    assert client.get("/healthz", headers={"Host": host}).status_code == 200
    assert client.post("/api/chat", json={"question": "問い"}, headers={"Host": host}).status_code == 200


def test_a_page_that_points_its_name_here_is_refused_though_the_origin_is_its_own(
    alone: tuple[PreparedGuide, TestClient],
) -> None:
    """For the browser, page and guide are one site then, so that nothing but the name tells."""
    guide, client = alone
    before = len(guide.asked)
    headers = {"Host": "evil.example:7860", "Origin": "http://evil.example:7860", "Sec-Fetch-Site": "same-origin"}
    assert client.post("/api/chat", json={"question": "問い"}, headers=headers).status_code == 421
    assert len(guide.asked) == before


def test_a_websocket_for_a_foreign_name_is_closed(alone: tuple[PreparedGuide, TestClient]) -> None:
    """Before it is opened."""
    with pytest.raises(WebSocketDisconnect), alone[1].websocket_connect("/ws", headers={"Host": "evil.example"}):
        pass


def test_two_names_are_none(alone: tuple[PreparedGuide, TestClient]) -> None:
    """A proxy and the guide could each believe another one."""
    response = alone[1].get("/healthz", headers=[("Host", "localhost"), ("Host", "localhost")])
    assert response.status_code == 421


def test_names_that_are_set_serve(prepared: PreparedGuide) -> None:
    """As a proxy in front passes them on, also names under a name, and nothing else."""
    client = _client(prepared, allowed_hosts="guide.example,*.blog.example")
    for host in ("guide.example", "Guide.Example:443", "a.blog.example", "a.b.blog.example", "127.0.0.1"):
        assert client.get("/healthz", headers={"Host": host}).status_code == 200, host
    for host in ("blog.example", "xblog.example", "www.guide.example", "testserver"):
        assert client.get("/healthz", headers={"Host": host}).status_code == 421, host


@pytest.mark.parametrize(
    ("host", "names", "expected"),
    [
        ("127.0.0.1", "", ["127.0.0.1"]),
        ("127.8.8.8", "", ["127.8.8.8"]),
        ("::1", "", ["::1"]),
        ("localhost", "", ["localhost"]),
        ("0.0.0.0", "", ["*"]),  # noqa: S104  # only read
        ("::", "", ["*"]),
        ("192.168.1.5", "", ["*"]),
        ("127.0.0.1", "*", ["*"]),
        ("0.0.0.0", "guide.example, a.example", ["guide.example", "a.example"]),  # noqa: S104  # only read
    ],
)
def test_names_come_from_where_it_listens(host: str, names: str, expected: list[str]) -> None:
    """Who listens to the network is reached by names that nobody told us; who listens to himself is not."""
    assert host_names(Settings(host=host, allowed_hosts=names)) == expected


def test_the_owner_is_told_once(prepared: PreparedGuide, caplog: pytest.LogCaptureFixture) -> None:
    """In the log, without the name, which anybody may choose."""
    client = _client(prepared)
    for n in range(3):
        client.get("/healthz", headers={"Host": f"himitsu{n}.example"})
    said = [one.getMessage() for one in caplog.records if one.name == "bot.web.hosts"]
    assert len(said) == 1
    assert "GUIDE_ALLOWED_HOSTS" in said[0]
    assert "himitsu" not in caplog.text


@pytest.mark.parametrize(
    "value", ["https://guide.example", "guide.example:443", "guide.example/", "Guide.example", "*guide", "a b", "**"]
)
def test_a_bad_name_in_the_settings_is_one_sentence(value: str) -> None:
    """It would silently refuse everybody."""
    with pytest.raises(SettingError, match=r"GUIDE_ALLOWED_HOSTS is .* is no host name"):
        load({"GUIDE_ALLOWED_HOSTS": value})
