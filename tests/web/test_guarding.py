"""What surrounds the routes: origins, proxies, limits, sizes, times, figures, the log."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from dataclasses import replace
from io import StringIO
from threading import Event
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from bot.errors import LimitError, SettingError
from bot.settings import Settings, load
from bot.types import Answer, Status
from bot.web import keep_alive
from bot.web.api import create_api
from bot.web.limits import Limiter, client_key
from bot.web.logs import set_up_log
from bot.web.pages import add_pages
from bot.web.ui import mount_chat_page
from tests.web.error_shape import check_error
from tests.web.prepared import FULL, PreparedGuide

GOOD = "https://blog.example"
OWN = "http://testserver"
HOSTILE = (
    *("null", "NULL", "", " ", "*", "https://", "https://evil.example", "file://", "data:", "about:blank"),
    *(
        "https://blog.example.evil.example",
        "https://evilblog.example",
        "https://blog.example.",
        "https://xblog.example",
    ),
    *("https://sub.blog.example", "https://blog.exampl", "https://blog.example.com", "https://blog-example"),
    *("https://blog.example:443", "https://blog.example:8443", "https://blog.example:", "https://blog.example:0443"),
    *("http://blog.example", "HTTPS://blog.example", "ws://blog.example", "ftp://blog.example", "//blog.example"),
    *("blog.example", "https:blog.example", "https:/blog.example", "https:\\\\blog.example", "javascript:alert(1)"),
    *("https://user@blog.example", "https://blog.example@evil.example", "https://blog.example:x@evil.example"),
    *("https://Blog.example", "https://BLOG.EXAMPLE", "https://blog.example/", "https://blog.example/path"),
    *(
        "https://blog.example?x",
        "https://blog.example#x",
        "https://blog.example%2eevil.example",
        "https://blog%2eexample",
    ),
    *("https://xn--blg-5cd.example", "https://bl0g.example", "https://blog.example https://evil.example"),
    *(
        "https://blog.example,https://evil.example",
        "https://evil.example, https://blog.example",
        "https://blog.example\t",
    ),
    *(
        "http://testserver.evil.example",
        "https://testserver",
        "http://testserver:81",
        "http://localhost",
        "http://127.0.0.1",
    ),
)


def _application(guide: Any, page: bool = False, recorder: Any = None, **settings: Any) -> FastAPI:
    values = {"limit_minute": 0, "limit_day": 0, **settings}
    api = create_api(guide, Settings(**values), recorder)
    add_pages(api, guide)
    return mount_chat_page(api, guide) if page else api


def _client(guide: Any, **settings: Any) -> TestClient:
    return TestClient(_application(guide, **settings), raise_server_exceptions=False)


def _ask(client: TestClient, **headers: str) -> Any:
    return client.post("/api/chat", json={"question": "問い"}, headers=headers)


# Origins


@pytest.fixture(scope="module")
def guarded(knowledge: Any) -> Iterator[tuple[PreparedGuide, TestClient]]:
    """Return the whole application, chat page included, with one allowed origin."""
    guide = PreparedGuide(knowledge)
    with TestClient(
        _application(guide, page=True, allowed_origins=GOOD), raise_server_exceptions=False, base_url=OWN
    ) as client:
        yield guide, client


def test_there_are_enough_hostile_origins() -> None:
    """Forty at least, and none twice."""
    assert len(set(HOSTILE)) == len(HOSTILE) >= 40


@pytest.mark.parametrize("origin", HOSTILE)
def test_a_hostile_origin_can_neither_ask_nor_read(origin: str, guarded: tuple[PreparedGuide, TestClient]) -> None:
    """Nothing is done for its POST, on the API and on the mounted chat page alike, and no response is readable."""
    guide, client = guarded
    before = len(guide.asked)
    for path in (
        "/api/chat",
        "/api/feedback",
        "/gradio_api/queue/join",
        "/gradio_api/run/predict",
        "/gradio_api/upload",
    ):
        response = client.post(path, json={"question": "問い"}, headers={"Origin": origin})
        check_error(response, 403, "forbidden")
        assert "access-control-allow-origin" not in response.headers
        asking = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        preflight = client.options(path, headers=asking)
        check_error(preflight, 403, "forbidden")
        assert "access-control-allow-origin" not in preflight.headers
    for path in ("/", "/config", "/gradio_api/info", "/healthz"):
        assert "access-control-allow-origin" not in client.get(path, headers={"Origin": origin}).headers
    assert len(guide.asked) == before


def test_the_allowed_origin_asks_and_reads(guarded: tuple[PreparedGuide, TestClient]) -> None:
    """Preflight, answer, id and errors are readable, and cookies play no part."""
    guide, client = guarded
    asking = {
        "Origin": GOOD,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    preflight = client.options("/api/chat", headers=asking)
    assert (preflight.status_code, preflight.headers["access-control-allow-origin"]) == (200, GOOD)
    guide.replies = [FULL, KeyError("x")]
    for status in (200, 500):
        response = _ask(client, Origin=GOOD)
        assert (response.status_code, response.headers["access-control-allow-origin"]) == (status, GOOD)
        assert "X-Request-ID" in response.headers["access-control-expose-headers"]
        assert "access-control-allow-credentials" not in response.headers
        assert "Origin" in response.headers["vary"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": OWN},
        {"Origin": OWN, "Sec-Fetch-Site": "same-origin"},
        {"Origin": "https://testserver", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_the_own_page_asks(headers: dict[str, str], guarded: tuple[PreparedGuide, TestClient]) -> None:
    """The guide's own pages need no permission, also behind a proxy that takes TLS off; nor do programs."""
    guide, client = guarded
    guide.replies = [FULL]
    assert _ask(client, **headers).status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site", "same-origin, cross-site", "x"])
def test_a_foreign_page_without_an_origin_is_refused(site: str, guarded: tuple[PreparedGuide, TestClient]) -> None:
    """Some browsers leave the origin out but say where a request comes from."""
    check_error(_ask(guarded[1], **{"Sec-Fetch-Site": site}), 403, "forbidden")


def test_two_origins_are_none(guarded: tuple[PreparedGuide, TestClient]) -> None:
    """A second header does not help the first."""
    response = guarded[1].post("/api/chat", json={"question": "a"}, headers=[("Origin", GOOD), ("Origin", GOOD)])
    check_error(response, 403, "forbidden")


@pytest.mark.parametrize(
    "value",
    [
        *("*", "null", "blog.example", "https://blog.example/", "https://Blog.example", "https://*.example"),
        *("https://blog.example:443", "http://a:80", "http://a:70000", "https://a@b", "https://a..b", "ftp://a"),
        *("https://ブログ.example", "https://a b", "https://a,https://b/"),
    ],
)
def test_a_bad_origin_in_the_settings_is_one_sentence(value: str) -> None:
    """The start ends with what is wrong and how it should look."""
    with pytest.raises(SettingError, match=r"GUIDE_ALLOWED_ORIGINS is .* (is no origin|names a port)") as caught:
        load({"GUIDE_ALLOWED_ORIGINS": value})
    assert "such as https://blog.example" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_good_origins_are_taken() -> None:
    """Several, with commas between, blanks around, ports and addresses."""
    value = "https://blog.example, http://localhost:8080,http://[::1]:7860, https://xn--wgv71a.example"
    assert load({"GUIDE_ALLOWED_ORIGINS": value}).allowed_origins == value


@pytest.mark.parametrize("value", ["10.0.0.1/8", "proxy.example", "*", "1.2.3", "10.0.0.0/33"])
def test_a_bad_proxy_is_one_sentence(value: str) -> None:
    """A name or a network with host bits would silently trust nobody."""
    with pytest.raises(SettingError, match=r"GUIDE_TRUSTED_PROXIES is .* is no address or network"):
        load({"GUIDE_TRUSTED_PROXIES": value})


# Limits


def _from(api: FastAPI, address: str) -> TestClient:
    return TestClient(api, raise_server_exceptions=False, client=(address, 50000))


def test_one_too_many_is_told_when_to_come_back(prepared: PreparedGuide) -> None:
    """The next minute's share is not given before its time, and only this client waits."""
    api = _application(prepared, limit_minute=3)
    prepared.replies = [FULL] * 9
    client = _from(api, "203.0.113.1")
    assert [_ask(client).status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    response = _ask(client)
    check_error(response, 429, "too_many_requests")
    assert 1 <= int(response.headers["retry-after"]) <= 60
    assert _ask(_from(api, "203.0.113.2")).status_code == 200
    assert b'guide_limited_total{what="chat"} 3.0' in client.get("/metrics").content


@pytest.mark.parametrize("stream", [False, True])
def test_a_rotating_header_does_not_help(stream: bool, prepared: PreparedGuide) -> None:
    """Whoever is no known proxy may write into X-Forwarded-For whatever he likes."""
    api = _application(prepared, limit_minute=2)
    prepared.replies = [FULL] * 50
    client = _from(api, "127.0.0.1")
    kind = {"Accept": "text/event-stream"} if stream else {}
    said = [_ask(client, **kind, **{"X-Forwarded-For": f"198.51.100.{n}"}).status_code for n in range(20)]
    assert said == [200] * 2 + [429] * 18


def test_behind_a_known_proxy_the_nearest_unknown_address_counts(prepared: PreparedGuide) -> None:
    """It is read from the right: what a client put before it is not believed; an unknown proxy is a client."""
    api = _application(prepared, limit_minute=1, trusted_proxies="127.0.0.1,10.0.0.0/8")
    prepared.replies = [FULL] * 50
    proxy = _from(api, "127.0.0.1")
    said = [_ask(proxy, **{"X-Forwarded-For": f"192.0.2.{n}, 203.0.113.7, 10.1.2.3"}).status_code for n in range(9)]
    assert said == [200] + [429] * 8
    assert _ask(proxy, **{"X-Forwarded-For": "203.0.113.8"}).status_code == 200
    stranger = _from(api, "192.0.2.99")
    said = [_ask(stranger, **{"X-Forwarded-For": f"203.0.113.{n}"}).status_code for n in range(3)]
    assert said == [200, 429, 429]


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "unknown"),
        ("", "unknown"),
        (None, "unknown"),
    ],
)
def test_clients_are_told_apart(address: str | None, key: str) -> None:
    """By address, or by network where one customer has a whole one."""
    assert client_key(address) == key


def test_the_day_has_a_limit_of_its_own() -> None:
    """A slow but steady client comes to it; what was refused is not counted."""
    limiter = Limiter(0, 5)
    for _ in range(5):
        limiter.count("203.0.113.1", "chat")
    limiter.count("203.0.113.1", "search")
    with pytest.raises(LimitError) as caught:
        limiter.count("203.0.113.1", "chat")
    assert 60 < caught.value.seconds <= 86400
    for _ in range(1000):
        Limiter(0, 0).count("203.0.113.1", "chat")


# Sizes and times


@pytest.mark.parametrize("path", ["/api/chat", "/api/feedback", "/gradio_api/queue/join", "/gradio_api/run/predict"])
@pytest.mark.parametrize("declared", [True, False])
def test_a_huge_body_is_not_read(path: str, declared: bool, guarded: tuple[PreparedGuide, TestClient]) -> None:
    """Refused by its own word, or after as much as may be; never taken in whole."""
    given = 0

    def pieces() -> Iterator[bytes]:
        nonlocal given
        for _ in range(400):
            given += 10_000
            yield b"x" * 10_000

    content: Any = b"x" * 4_000_000 if declared else pieces()
    response = guarded[1].post(path, content=content, headers={"Content-Type": "application/json"})
    check_error(response, 413, "too_large")


def test_a_slow_answer_is_given_up(prepared: PreparedGuide) -> None:
    """After the time that the settings give, as an error or as the last event."""
    slow = replace(FULL)

    def ask(*_: Any) -> Answer:
        time.sleep(2.5)
        return slow

    prepared.ask = ask  # type: ignore[method-assign]
    client = _client(prepared, answer_seconds=1)
    began = time.monotonic()
    check_error(_ask(client), 504, "timeout")
    response = _ask(client, Accept="text/event-stream")
    assert time.monotonic() - began < 7
    assert response.text.rstrip().rsplit("\n\n", 1)[-1].startswith('event: error\ndata: {"error": {"code": "timeout"')


async def _slowly(*pauses: float) -> AsyncGenerator[bytes]:
    for pause in pauses:
        await asyncio.sleep(pause)
        yield b"x"


async def _collect(*pauses: float, seconds: float = 5.0, stop: Event) -> list[bytes]:
    stream = keep_alive.kept_alive(_slowly(*pauses), stop, seconds, lambda: b"late", every=0.05)
    return [piece async for piece in stream]


def test_pauses_are_filled_with_comments() -> None:
    """A proxy sees something every few seconds; without pauses there is nothing but the events."""
    stop = Event()
    assert asyncio.run(_collect(0, 0, 0, stop=stop)) == [b"x"] * 3
    assert stop.is_set()
    filled = asyncio.run(_collect(0, 0.28, stop=Event()))
    assert (filled[0], filled[-1]) == (b"x", b"x")
    assert set(filled[1:-1]) == {b": ping\n\n"}
    assert 3 <= len(filled[1:-1]) <= 6
    assert keep_alive.PING_SECONDS == 15


def test_a_stream_ends_in_time() -> None:
    """The last event says so, and whoever makes the answer is told to stop."""
    stop = Event()
    late = asyncio.run(_collect(0, 30, seconds=0.12, stop=stop))
    assert (late[0], late[-1]) == (b"x", b"late")
    assert stop.is_set()


# Figures and the log


def test_figures_have_bounded_labels_and_no_text(prepared: PreparedGuide) -> None:
    """Whatever clients send, the lists of labels stay short; answers are counted by status and mode."""
    client = _client(prepared)
    prepared.replies = [FULL, Answer(Status.ABSTAINED, "ありません。")]
    _ask(client)
    _ask(client)
    for n in range(30):
        client.get(f"/nope/himitsu{n}")
        client.get(f"/articles/himitsu{n}")
        client.get(f"/api/search?q=himitsu{n}")
        client.request(f"HIMITSU{n}", "/api/chat")
    response = client.get("/metrics")
    assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    text = response.text
    assert "himitsu" not in text.lower()
    assert 'guide_answers_total{mode="extractive",status="clarify"} 1.0' in text
    assert 'guide_answers_total{mode="extractive",status="abstained"} 1.0' in text
    assert 'guide_requests_total{method="POST",route="/api/chat",status="200"} 2.0' in text
    assert 'guide_requests_total{method="other",route="/api/chat",status="405"} 30.0' in text
    assert 'guide_requests_total{method="GET",route="/articles/{article_id:path}",status="404"} 30.0' in text
    assert len([line for line in text.splitlines() if line.startswith("guide_requests_total{")]) < 12


@pytest.fixture
def start_log(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], StringIO]]:
    """Return a function that sets the log up as a server has it and gives what is written."""
    root, written = logging.getLogger(), StringIO()
    before, levels = list(root.handlers), {n: logging.getLogger(n).level for n in ("", "app", "bot", "ingest")}

    def start(form: str) -> StringIO:
        before[:] = root.handlers
        root.handlers.clear()
        monkeypatch.setattr(sys, "stderr", written)
        set_up_log("info", form)
        return written

    yield start
    root.handlers[:] = before
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def test_the_log_as_json(prepared: PreparedGuide, start_log: Callable[[str], StringIO]) -> None:
    """One object a line; a request has route, status, time and id; what a library says is masked."""
    written = start_log("json")
    prepared.replies = [FULL]
    reference = _ask(_client(prepared)).headers["x-request-id"]
    logging.getLogger("some.library").warning("failed for %s", "taro.yamada@example.com")
    objects = [json.loads(line) for line in written.getvalue().splitlines()]
    [request] = [one for one in objects if one["logger"] == "bot.web.requests"]
    assert (request["route"], request["status"], request["request_id"]) == ("/api/chat", 200, reference)
    assert {"time", "level", "logger", "message", "ms"} <= set(request)
    [library] = [one for one in objects if one["logger"] == "some.library"]
    assert "taro" not in library["message"]
    assert "［メールアドレス］" in library["message"]


def test_the_log_as_text_is_masked_too(start_log: Callable[[str], StringIO]) -> None:
    """Also a traceback of a library."""
    written = start_log("text")
    try:
        int("taro.yamada@example.com")
    except ValueError:
        logging.getLogger("some.library").exception("failed")
    text = written.getvalue()
    assert "ValueError" in text
    assert "taro" not in text
