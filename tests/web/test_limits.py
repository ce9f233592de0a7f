"""How much one client may ask, how large and how slow it may be."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from bot.errors import LimitError
from bot.settings import Settings
from bot.types import Answer
from bot.web import keep_alive
from bot.web.house import open_house
from bot.web.limits import Limiter, client_key
from tests.web.error_shape import check_error
from tests.web.guarded import application, ask, guarded, guarded_client
from tests.web.prepared import FULL, PreparedGuide
from tests.web.serving import running

__all__ = ["guarded"]


# Limits


def _from(api: FastAPI, address: str) -> TestClient:
    return TestClient(api, raise_server_exceptions=False, client=(address, 50000))


def test_one_too_many_is_told_when_to_come_back(prepared: PreparedGuide) -> None:
    """The next minute's share is not given before its time, and only this client waits."""
    api = application(prepared, limit_minute=3)
    prepared.replies = [FULL] * 9
    client = _from(api, "203.0.113.1")
    assert [ask(client).status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    response = ask(client)
    check_error(response, 429, "too_many_requests")
    assert 1 <= int(response.headers["retry-after"]) <= 60
    assert ask(_from(api, "203.0.113.2")).status_code == 200
    assert b'guide_limited_total{what="chat"} 3.0' in client.get("/metrics").content


@pytest.mark.parametrize("stream", [False, True])
def test_a_rotating_header_does_not_help(stream: bool, prepared: PreparedGuide) -> None:
    """Whoever is no known proxy may write into X-Forwarded-For whatever he likes."""
    api = application(prepared, limit_minute=2)
    prepared.replies = [FULL] * 50
    client = _from(api, "127.0.0.1")
    kind = {"Accept": "text/event-stream"} if stream else {}
    said = [ask(client, **kind, **{"X-Forwarded-For": f"198.51.100.{n}"}).status_code for n in range(20)]
    assert said == [200] * 2 + [429] * 18


def test_behind_a_known_proxy_the_nearest_unknown_address_counts(prepared: PreparedGuide) -> None:
    """It is read from the right: what a client put before it is not believed; an unknown proxy is a client."""
    api = application(prepared, limit_minute=1, trusted_proxies="127.0.0.1,10.0.0.0/8")
    prepared.replies = [FULL] * 50
    proxy = _from(api, "127.0.0.1")
    said = [ask(proxy, **{"X-Forwarded-For": f"192.0.2.{n}, 203.0.113.7, 10.1.2.3"}).status_code for n in range(9)]
    assert said == [200] + [429] * 8
    assert ask(proxy, **{"X-Forwarded-For": "203.0.113.8"}).status_code == 200
    stranger = _from(api, "192.0.2.99")
    said = [ask(stranger, **{"X-Forwarded-For": f"203.0.113.{n}"}).status_code for n in range(3)]
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


@pytest.mark.parametrize("kind", ["application/json", "text/event-stream"])
@pytest.mark.parametrize("model", ["", "openai:some"])
def test_only_so_many_answers_are_made_at_once(kind: str, model: str, prepared: PreparedGuide) -> None:
    """As many as there are cores, in the order of their coming; where a model is waited for, all of these."""
    now = most = 0
    lock = threading.Lock()

    def slowly(*_: Any) -> Answer:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.1)
        with lock:
            now -= 1
        return FULL

    prepared.ask = slowly  # type: ignore[method-assign]
    places = open_house(Settings(chat_model=model)).at_once.total_tokens
    readers = 12
    with (
        running(application(prepared, chat_model=model, allowed_hosts="*")) as port,
        ThreadPoolExecutor(readers) as pool,
    ):

        def asked(_: int) -> str:
            content = {"question": "問い"}
            return httpx.post(f"http://127.0.0.1:{port}/api/chat", json=content, headers={"Accept": kind}).text

        said = list(pool.map(asked, range(readers)))
    assert all(one.count('"status":"clarify"') == 1 for one in said)
    assert 2 <= most <= min(places, readers)
    assert (most > 4) is bool(model) or places > 4


def test_a_slow_answer_is_given_up(prepared: PreparedGuide) -> None:
    """After the time that the settings give, as an error or as the last event."""
    slow = replace(FULL)

    def slowly(*_: Any) -> Answer:
        time.sleep(2.5)
        return slow

    prepared.ask = slowly  # type: ignore[method-assign]
    client = guarded_client(prepared, answer_seconds=1)
    began = time.monotonic()
    check_error(ask(client), 504, "timeout")
    response = ask(client, Accept="text/event-stream")
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
