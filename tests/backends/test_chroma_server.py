"""A Chroma server: what it keeps and forgets, and what happens when it is gone, silent or something else."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import httpx
import pytest

from bot.backends.vector_store import create_store, open_store
from bot.errors import GuideIndexError, SettingError
from bot.index import open_index
from bot.index.generations import generations, prune
from bot.types import Article, Block, BlockKind
from ingest.build import build
from ingest.engines import open_engine
from tests.backends.conftest import free_port, unit_vectors
from tests.fakes import HashEmbedder


def test_remains_of_an_unfinished_build_on_the_server_are_replaced(chroma_url: str, tmp_path: Path) -> None:
    """A collection of the same name left by a killed build does not stop the next one."""
    first = create_store(tmp_path, "guide-test-remains", chroma_url)
    first.add(0, unit_vectors(5))
    first.close()
    second = create_store(tmp_path, "guide-test-remains", chroma_url + "/")
    assert second.count() == 0
    second.close()


def test_a_whole_index_on_a_server(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    relay: Callable[[str], tuple[str, threading.Event]],
    chroma_url: str,
) -> None:
    """A generation built on a server opens and searches like an embedded one; without the server it says so."""
    monkeypatch.setattr("bot.backends.vector_store._TIMEOUT", 2.0)
    url, stalled = relay(chroma_url)
    embedder = HashEmbedder()
    article = Article(id="a", title="題名", blocks=(Block(BlockKind.PARAGRAPH, "電源を入れ直します。"),))
    for _ in range(2):  # the second build reuses the vectors of the first
        build([article], index=tmp_path / "index", embedder=embedder, sources=["test"], chroma_url=url)
    index = open_index(tmp_path / "index", embedder.name, embedder.dimension)
    assert index.vectors.nearest(embedder.embed_queries(["電源"])[0], 3)[0].tolist() == [0]
    index.close()
    assert not (index.directory / "chroma").exists()
    stalled.set()
    with pytest.raises(GuideIndexError, match="does not answer"):
        open_index(tmp_path / "index", embedder.name, embedder.dimension)


_ROUTE = "api/v2/tenants/default_tenant/databases/default_database/collections"


def _collections(url: str) -> dict[str, str]:
    """Return the names of what the server holds of an index, each with its id, as another program sees it."""
    return {row["name"]: row["id"] for row in httpx.get(f"{url}/{_ROUTE}").json()}


def _vectors(url: str, collection: str) -> dict[str, list[float]]:
    """Return what a collection on the server holds, by the id of each vector."""
    held = httpx.post(f"{url}/{_ROUTE}/{collection}/get", json={"include": ["embeddings"]}).json()
    return dict(zip(held["ids"], held["embeddings"], strict=True))


@pytest.mark.skipif(
    any(find_spec(name) is None for name in ("ray", "pandas", "pyarrow")),
    reason="Ray is not installed: pip install 'trouble-guide[ray]'",
)
def test_every_engine_fills_the_server_alike(tmp_path: Path, chroma_url: str) -> None:
    """Through Ray, a server gets the same vectors under the same ids, and the index the same articles and hashes."""
    texts = [
        f"{number}番目の記事の{part}段落です。電源を入れ直します。" * 9 for number in range(40) for part in "一二三"
    ]
    articles = [
        Article(str(number), f"題{number}", tuple(Block(BlockKind.PARAGRAPH, text) for text in texts[number::40]))
        for number in range(40)
    ]
    held, hashes = [], []
    for name in ("plain", "ray"):
        before = _collections(chroma_url)
        with open_engine(name, HashEmbedder(), HashEmbedder) as engine:
            report = build(
                articles,
                index=tmp_path / name,
                embedder=HashEmbedder(),
                sources=["test"],
                chroma_url=chroma_url,
                engine=engine,
            )
        (made,) = _collections(chroma_url).items() - before.items()
        held.append(_vectors(chroma_url, made[1]))
        index = open_index(tmp_path / name, HashEmbedder().name, HashEmbedder().dimension)
        hashes.append(index.documents.article_hashes())
        index.close()
        assert len(held[-1]) == report.chunks > 40
    assert held[0] == held[1]
    assert hashes[0] == hashes[1]


def test_the_server_forgets_what_is_pruned(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    relay: Callable[[str], tuple[str, threading.Event]],
    chroma_url: str,
) -> None:
    """An old generation's collection goes with it; while the server does not answer, both stay for the next time."""
    monkeypatch.setattr("bot.backends.vector_store._TIMEOUT", 2.0)
    before = _collections(chroma_url).keys()

    def ingest(number: int, url: str) -> None:
        text = f"{number}回目の本文です。電源を入れ直します。"
        article = Article(id="a", title="題名", blocks=(Block(BlockKind.PARAGRAPH, text),))
        build([article], index=tmp_path, embedder=HashEmbedder(), sources=["test"], chroma_url=url)

    url, stalled = relay(chroma_url)
    for number in range(2):
        ingest(number, url)
    kept = _collections(chroma_url).keys() - before
    assert {name.rpartition("-")[2] for name in kept} == {"000001", "000002"}
    stalled.set()
    ingest(3, chroma_url)
    assert generations(tmp_path) == ["000001", "000002", "000003"]
    ingest(4, "")
    assert generations(tmp_path) == ["000001", "000002", "000003", "000004"]
    stalled.clear()
    assert prune(tmp_path) == ["000001", "000002"]
    assert {name.rpartition("-")[2] for name in _collections(chroma_url).keys() - before} == {"000003"}


def test_a_server_that_is_not_running(tmp_path: Path) -> None:
    """A refused connection is one sentence that names address and remedy, at once."""
    url = f"http://127.0.0.1:{free_port()}"
    began = time.monotonic()
    for call in (create_store, open_store):
        with pytest.raises(GuideIndexError, match=f"the Chroma server at {url} does not answer") as caught:
            call(tmp_path, "guide-test", url)
        assert "GUIDE_CHROMA_URL" in str(caught.value)
    assert time.monotonic() - began < 8


def test_a_server_that_never_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A silent server costs seconds, not for ever."""
    monkeypatch.setattr("bot.backends.vector_store._TIMEOUT", 0.3)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        began = time.monotonic()
        with pytest.raises(GuideIndexError, match="does not answer"):
            open_store(tmp_path, "guide-test", f"http://127.0.0.1:{silent.getsockname()[1]}")
        assert time.monotonic() - began < 8


def test_a_server_that_falls_silent_later(
    chroma_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    relay: Callable[[str], tuple[str, threading.Event]],
) -> None:
    """Time is limited for each request, also once the store is open."""
    monkeypatch.setattr("bot.backends.vector_store._TIMEOUT", 2.0)
    url, stalled = relay(chroma_url)
    store = create_store(tmp_path, "guide-test-silent", url)
    store.add(0, unit_vectors(5))
    stalled.set()
    began = time.monotonic()
    with pytest.raises(GuideIndexError, match="does not answer"):
        store.nearest(unit_vectors(1)[0], 1)
    with pytest.raises(GuideIndexError, match="does not answer"):
        store.count()
    assert time.monotonic() - began < 12
    store.close()


def test_something_else_answers_there(tmp_path: Path, relay: Callable[[str], tuple[str, threading.Event]]) -> None:
    """A web server that is no Chroma server is told like one that does not answer."""
    url, _ = relay("")
    with pytest.raises(GuideIndexError, match=r"does not answer \(HTTPStatusError"):
        open_store(tmp_path, "guide-test", url)


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "ftp://host", "http://", "http://host:99999", "http://[bad"])
def test_an_address_that_is_none(tmp_path: Path, url: str) -> None:
    """A malformed address names the setting."""
    with pytest.raises(SettingError, match="GUIDE_CHROMA_URL is"):
        open_store(tmp_path, "guide-test", url)


@pytest.fixture
def relay() -> Iterator[Callable[[str], tuple[str, threading.Event]]]:
    """Return a function that puts a relay in front of a server, and an event that makes it swallow requests.

    Without a server to relay to, it answers 404 to everything.
    """
    listeners: list[socket.socket] = []
    links: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def start(url: str) -> tuple[str, threading.Event]:
        stalled = threading.Event()
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)
        run(accept, listener, url, stalled)
        return f"http://127.0.0.1:{listener.getsockname()[1]}", stalled

    def run(target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        threads.append(thread)
        thread.start()

    def accept(listener: socket.socket, url: str, stalled: threading.Event) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            links.append(client)
            if not url:
                client.recv(4096)
                client.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                continue
            host, port = url.removeprefix("http://").split(":")
            server = socket.create_connection((host, int(port)))
            links.append(server)
            run(pump, client, server, stalled)
            run(pump, server, client, threading.Event())

    def pump(source: socket.socket, target: socket.socket, stalled: threading.Event) -> None:
        while True:
            try:
                data = source.recv(65536)
                if not data:
                    target.shutdown(socket.SHUT_WR)
                    return
                if not stalled.is_set():
                    target.sendall(data)
            except OSError:
                return

    yield start
    for listener in listeners:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
    for link in links:
        with suppress(OSError):
            link.shutdown(socket.SHUT_RDWR)
        link.close()
    for thread in threads:
        thread.join(timeout=5)
