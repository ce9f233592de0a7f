"""One contract for vector stores, held by Chroma embedded and by a real Chroma server; then what is special to each."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray

from bot.backends.vector_store import VectorStore, create_store, open_store
from bot.errors import DiskError, GuideIndexError, IndexDamagedError, SettingError
from bot.index import open_index
from bot.index.generations import generations, prune
from bot.types import Article, Block, BlockKind
from ingest.build import build
from tests.fakes import HashEmbedder

DIMENSION = 16
_START_SECONDS = 30


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def chroma_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a Chroma server on a free loopback port for the session."""
    command = shutil.which("chroma", path=str(Path(sys.executable).parent))
    if command is None:
        pytest.skip("the `chroma` command is not installed beside this Python")
    port = _free_port()
    log = tmp_path_factory.mktemp("chroma") / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [command, "run", "--path", str(log.parent / "data"), "--host", "127.0.0.1", "--port", str(port)],
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url, server, log)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=_START_SECONDS)


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if httpx.get(f"{url}/api/v2/heartbeat", timeout=1).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.skip(f"a Chroma server could not be started here: {log.read_text('utf-8', 'replace')[-200:]!r}")


@pytest.fixture(params=["embedded", "server"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str, str]:
    """Return directory, collection name and server address of a store that does not exist yet."""
    url = request.getfixturevalue("chroma_url") if request.param == "server" else ""
    return tmp_path / "chroma", f"guide-test-{abs(hash(tmp_path)):x}", url


@pytest.fixture
def store(place: tuple[Path, str, str]) -> Iterator[VectorStore]:
    """Return a new, empty store."""
    created = create_store(*place)
    yield created
    created.close()


def _unit(count: int, seed: int = 0) -> NDArray[np.float32]:
    vectors = np.random.default_rng(seed).normal(size=(count, DIMENSION)).astype(np.float32)
    normalised: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return normalised


# The contract


def test_a_new_store_is_empty(store: VectorStore) -> None:
    """Nothing is counted, and a search before anything was added finds nothing."""
    assert store.count() == 0
    positions, cosines = store.nearest(_unit(1)[0], 5)
    assert len(positions) == len(cosines) == 0


def test_a_vector_finds_itself_with_cosine_one(store: VectorStore) -> None:
    """Positions count on from `first`; the best hit of a stored vector is itself."""
    vectors = _unit(40)
    store.add(0, vectors[:25])
    store.add(25, vectors[25:])
    assert store.count() == 40
    for position in (0, 24, 25, 39):
        found, cosines = store.nearest(vectors[position], 1)
        assert found.tolist() == [position]
        assert cosines[0] == pytest.approx(1.0, abs=1e-5)


def test_neighbours_come_best_first_with_true_cosines(store: VectorStore) -> None:
    """The same neighbours and figures as a flat scan, in falling order, opposite vectors included."""
    vectors = _unit(60, seed=1)
    vectors[1] = -vectors[0]
    store.add(0, vectors)
    query = vectors[0]
    positions, cosines = store.nearest(query, 60)
    exact = vectors @ query
    assert positions.dtype == np.int64
    assert cosines.dtype == np.float32
    assert sorted(positions.tolist()) == list(range(60))
    assert positions[0] == 0
    assert positions[-1] == 1
    assert np.all(np.diff(cosines) <= 1e-6)
    np.testing.assert_allclose(cosines, exact[positions], atol=1e-5)


def test_no_more_neighbours_than_there_are(store: VectorStore) -> None:
    """Asking for more than is stored returns what is stored."""
    store.add(0, _unit(3))
    positions, _ = store.nearest(_unit(1)[0], 10)
    assert sorted(positions.tolist()) == [0, 1, 2]


def test_many_vectors_are_all_kept(store: VectorStore) -> None:
    """One call may bring more than one batch; recall against a flat scan stays near 1."""
    vectors = _unit(1100, seed=2)
    store.add(0, vectors)
    assert store.count() == 1100
    wanted = 20
    recalled = 0
    for query in vectors[::110]:
        positions, _ = store.nearest(query, wanted)
        recalled += len(set(positions.tolist()) & set(np.argsort(-(vectors @ query))[:wanted].tolist()))
    assert recalled / (10 * wanted) >= 0.99


def test_what_was_written_is_there_when_opened_again(place: tuple[Path, str, str]) -> None:
    """Closing and opening loses nothing; closing twice is no error."""
    vectors = _unit(30, seed=3)
    created = create_store(*place)
    created.add(0, vectors)
    created.close()
    created.close()
    opened = open_store(*place)
    assert opened.count() == 30
    assert opened.nearest(vectors[7], 1)[0].tolist() == [7]
    opened.close()


def test_opening_what_is_not_there(place: tuple[Path, str, str]) -> None:
    """A store that was never created is damage, with the command that builds it."""
    with pytest.raises(IndexDamagedError, match=r"could not be opened .*guide ingest"):
        open_store(*place)


def test_a_vector_of_another_dimension_is_refused(store: VectorStore) -> None:
    """A store of one dimension takes and searches no other."""
    store.add(0, _unit(3))
    with pytest.raises(DiskError, match="could not be written"):
        store.add(3, np.ones((1, DIMENSION + 1), np.float32))
    with pytest.raises(IndexDamagedError, match="could not be searched"):
        store.nearest(np.ones(DIMENSION + 1, np.float32), 1)


def test_threads_may_share_a_store(store: VectorStore) -> None:
    """Searches from several threads at once give what one gives."""
    vectors = _unit(50, seed=4)
    store.add(0, vectors)
    found: dict[int, int] = {}

    def search(position: int) -> None:
        found[position] = int(store.nearest(vectors[position], 1)[0][0])

    threads = [threading.Thread(target=search, args=(position,)) for position in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {position: position for position in range(16)}


# Embedded


def test_a_relative_path_is_that_of_the_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two stores of one relative path, opened in different directories, are two stores."""
    stores = []
    for number in (1, 2):
        (tmp_path / str(number)).mkdir()
        monkeypatch.chdir(tmp_path / str(number))
        stores.append(create_store(Path("chroma"), "guide-test"))
        stores[-1].add(0, _unit(number))
    assert [store.count() for store in stores] == [1, 2]
    for store in stores:
        store.close()


def test_a_garbled_database_is_damage(tmp_path: Path) -> None:
    """A file that is no database is told as damage, not as whatever the library raises."""
    create_store(tmp_path / "chroma", "guide-test").close()
    (tmp_path / "chroma" / "chroma.sqlite3").write_bytes(b"no database" * 1000)
    with pytest.raises(IndexDamagedError, match="could not be opened"):
        open_store(tmp_path / "chroma", "guide-test")


def test_a_full_disk_is_no_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chroma cannot open a sound directory on a full disk: the remedy is space, not another build."""
    create_store(tmp_path / "chroma", "guide-test").close()

    def refuse(*_arguments: object, **_options: object) -> None:
        raise RuntimeError("error returned from database: (code: 13) database or disk is full")

    monkeypatch.setattr("chromadb.PersistentClient", refuse)
    with pytest.raises(DiskError, match="check the free space"):
        open_store(tmp_path / "chroma", "guide-test")


def test_a_directory_that_cannot_be_made(tmp_path: Path) -> None:
    """A file in the way of the directory is a failed write."""
    (tmp_path / "chroma").write_bytes(b"a file")
    with pytest.raises(DiskError, match="could not be created"):
        create_store(tmp_path / "chroma", "guide-test")


# Server


def test_remains_of_an_unfinished_build_on_the_server_are_replaced(chroma_url: str, tmp_path: Path) -> None:
    """A collection of the same name left by a killed build does not stop the next one."""
    first = create_store(tmp_path, "guide-test-remains", chroma_url)
    first.add(0, _unit(5))
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


def _collections(url: str) -> set[str]:
    """Return the names of what the server holds of an index, as another program sees it."""
    rows = httpx.get(f"{url}/api/v2/tenants/default_tenant/databases/default_database/collections").json()
    return {row["name"] for row in rows}


def test_the_server_forgets_what_is_pruned(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    relay: Callable[[str], tuple[str, threading.Event]],
    chroma_url: str,
) -> None:
    """An old generation's collection goes with it; while the server does not answer, both stay for the next time."""
    monkeypatch.setattr("bot.backends.vector_store._TIMEOUT", 2.0)
    before = _collections(chroma_url)

    def ingest(number: int, url: str) -> None:
        text = f"{number}回目の本文です。電源を入れ直します。"
        article = Article(id="a", title="題名", blocks=(Block(BlockKind.PARAGRAPH, text),))
        build([article], index=tmp_path, embedder=HashEmbedder(), sources=["test"], chroma_url=url)

    url, stalled = relay(chroma_url)
    for number in range(2):
        ingest(number, url)
    kept = _collections(chroma_url) - before
    assert {name.rpartition("-")[2] for name in kept} == {"000001", "000002"}
    stalled.set()
    ingest(3, chroma_url)
    assert generations(tmp_path) == ["000001", "000002", "000003"]
    ingest(4, "")
    assert generations(tmp_path) == ["000001", "000002", "000003", "000004"]
    stalled.clear()
    assert prune(tmp_path) == ["000001", "000002"]
    assert {name.rpartition("-")[2] for name in _collections(chroma_url) - before} == {"000003"}


def test_a_server_that_is_not_running(tmp_path: Path) -> None:
    """A refused connection is one sentence that names address and remedy, at once."""
    url = f"http://127.0.0.1:{_free_port()}"
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
    store.add(0, _unit(5))
    stalled.set()
    began = time.monotonic()
    with pytest.raises(GuideIndexError, match="does not answer"):
        store.nearest(_unit(1)[0], 1)
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
