"""A guide over a few articles with a fake embedder, a guide with prepared answers, and clients of both."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from bot.answer.guide import Guide
from bot.index import open_index
from bot.web.api import create_api
from bot.web.pages import add_pages
from ingest.build import build
from ingest.sources import read
from tests.fakes import HashEmbedder
from tests.web.prepared import PreparedGuide

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FEW = {"windows-update-0x80070643", "activation-by-phone", "disk-health-check"}
TODAY = date(2026, 11, 22)
NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


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


@pytest.fixture(scope="session")
def small_guide(tmp_path_factory: pytest.TempPathFactory, corpus: Path, knowledge: Any) -> Iterator[Guide]:
    """Return a guide over three bundled articles and a fake embedder."""
    path = tmp_path_factory.mktemp("few") / "index"
    embedder = HashEmbedder()
    articles = [item for item in read(str(corpus / "articles")) if getattr(item, "id", "") in FEW]
    build(articles, index=path, embedder=embedder, sources=["few"])
    index = open_index(path, embedder.name, embedder.dimension)
    yield Guide(index, embedder, knowledge, today=lambda: TODAY)
    index.close()


def application(guide: Any) -> FastAPI:
    """Return API and article pages over a guide, without the chat page, which takes seconds to make."""
    api = create_api(guide)
    add_pages(api, guide)
    return api


@pytest.fixture(scope="session")
def client(small_guide: Guide) -> Iterator[TestClient]:
    """Return a client of the API and the article pages over the few articles."""
    with TestClient(application(small_guide), raise_server_exceptions=False) as one:
        yield one


@pytest.fixture
def prepared(knowledge: Any) -> PreparedGuide:
    """Return a guide that gives the answers put into it."""
    return PreparedGuide(knowledge)


@pytest.fixture
def prepared_client(prepared: PreparedGuide) -> Iterator[TestClient]:
    """Return a client of the API over the prepared guide."""
    with TestClient(application(prepared), raise_server_exceptions=False) as one:
        yield one
