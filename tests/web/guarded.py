"""The guide behind its guards: origins, hosts, limits, sizes, the log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from bot.settings import Settings
from bot.web.api import create_api
from bot.web.pages import add_pages
from bot.web.ui import mount_chat_page
from tests.web.prepared import PreparedGuide

__all__ = ["GOOD", "OWN", "application", "ask", "guarded", "guarded_client"]

GOOD = "https://blog.example"
OWN = "http://testserver"


def application(guide: Any, page: bool = False, recorder: Any = None, **settings: Any) -> FastAPI:
    """Return API and article pages with these settings, and the chat page where it is wanted."""
    values = {"limit_minute": 0, "limit_day": 0, "allowed_hosts": "testserver", **settings}
    api = create_api(guide, Settings(**values), recorder)
    add_pages(api, guide)
    return mount_chat_page(api, guide) if page else api


def guarded_client(guide: Any, **settings: Any) -> TestClient:
    """Return a client of them."""
    return TestClient(application(guide, **settings), raise_server_exceptions=False)


def ask(client: TestClient, **headers: str) -> Any:
    """Ask something, and return the response."""
    return client.post("/api/chat", json={"question": "問い"}, headers=headers)


@pytest.fixture(scope="module")
def guarded(knowledge: Any) -> Iterator[tuple[PreparedGuide, TestClient]]:
    """Return the whole application, chat page included, with one allowed origin."""
    guide = PreparedGuide(knowledge)
    with TestClient(
        application(guide, page=True, allowed_origins=GOOD), raise_server_exceptions=False, base_url=OWN
    ) as client:
        yield guide, client
