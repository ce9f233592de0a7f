"""Shared fixtures: no network, the real material beside the clone, and an index of the bundled articles."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings

# A deadline measures the machine, not the code: shared machines stall for longer than any example takes.
hypothesis_settings.register_profile("guide", deadline=None)
hypothesis_settings.load_profile("guide")

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what a contributor may ask of a run: kept screenshots, snapshots written anew."""
    parser.addoption("--screenshots", type=Path, help="directory in which the browser tests leave their screenshots")
    parser.addoption("--update-snapshots", action="store_true", help="accept the responses of the API as they are now")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip tests on the real material, with the reason, where it is not there."""
    if SHARED.is_dir():
        return
    for item in items:
        if item.get_closest_marker("shared") or "shared" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.skip(reason="the real material is not beside the clone (../shared)"))


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail any test that reaches beyond this machine: only loopback and local sockets connect."""
    real_connect = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_local(address[0]):
            pytest.fail(f"a test tried to reach {address[0]}; tests may only talk to this machine")
        real_connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in {"localhost", ""}


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real material."""
    return SHARED


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Return the bundled corpus."""
    return ROOT / "corpus"


@pytest.fixture(scope="session")
def embedder() -> Any:
    """Return the real default embedder, built once a machine."""
    from bot.backends.embedder import open_embedder
    from bot.settings import Settings

    return open_embedder(Settings())


@pytest.fixture(scope="session")
def knowledge(corpus: Path) -> Any:
    """Return the bundled knowledge."""
    from bot.knowledge import load_knowledge

    return load_knowledge(corpus)


@pytest.fixture(scope="session")
def taught(embedder: Any) -> Any:
    """Return the default model as the bundled articles are searched by it."""
    from bot.backends.embedder import taught
    from bot.settings import Settings

    return taught(embedder, Settings())


@pytest.fixture(scope="session")
def bundled_index_path(tmp_path_factory: pytest.TempPathFactory, corpus: Path, taught: Any) -> Path:
    """Build an index of the bundled articles with the real model, once a session."""
    from bot.backends.embedder import model_cache
    from bot.knowledge.topics import load_topics
    from bot.settings import Settings
    from ingest.build import build
    from ingest.sources import read

    path = tmp_path_factory.mktemp("bundled") / "index"
    source = str(corpus / "articles")
    topics, cache = load_topics(corpus), model_cache(Settings())
    build(read(source), index=path, embedder=taught, sources=[source], topics=topics, cache=cache)
    return path


@pytest.fixture(scope="session")
def learnt_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where guides keep what they learn from an index, so that the next one need not."""
    return tmp_path_factory.mktemp("learnt")


@pytest.fixture(scope="session")
def guide(bundled_index_path: Path, taught: Any, knowledge: Any, learnt_path: Path) -> Iterator[Any]:
    """Return a guide over the bundled articles."""
    from bot.answer.guide import Guide
    from bot.index import open_index

    index = open_index(bundled_index_path, taught.name, taught.dimension)
    yield Guide(index, taught, knowledge, kept=learnt_path)
    index.close()


@pytest.fixture(scope="session")
def blog_guide(
    tmp_path_factory: pytest.TempPathFactory, shared: Path, corpus: Path, embedder: Any, knowledge: Any
) -> Iterator[Any]:
    """Return a guide over the one real scraped article, and all that is known beside articles."""
    from bot.answer.guide import Guide
    from bot.backends.embedder import model_cache
    from bot.index import open_index
    from bot.knowledge.topics import load_topics
    from bot.settings import Settings
    from ingest.build import build
    from ingest.sources import read

    path = tmp_path_factory.mktemp("blog") / "index"
    source = str(shared / "data" / "blog")
    topics, cache = load_topics(corpus), model_cache(Settings())
    build(read(source), index=path, embedder=embedder, sources=[source], topics=topics, cache=cache)
    index = open_index(path, embedder.name, embedder.dimension)
    yield Guide(index, embedder, knowledge)
    index.close()
