"""Vector stores behind one small protocol: Chroma embedded, or a Chroma server.

A store holds unit vectors keyed by chunk position. It is written once, by one process, and read by many. See
https://docs.trychroma.com for the two clients.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from bot.errors import REBUILD, DiskError, GuideError, GuideIndexError, IndexDamagedError, SettingError

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection
    from chromadb.config import Settings as ChromaSettings

__all__ = [
    "ChromaStore",
    "VectorStore",
    "blank_unused",
    "create_store",
    "drop_store",
    "is_unwritten",
    "open_store",
    "preload",
]

_BATCH = 200
"""Vectors per `add`: Chroma's log is fastest and safest between 50 and 250."""

_SEARCH_BREADTH = 200
"""HNSW `ef_search`: twice the neighbours asked for keeps recall against a flat scan above .99."""


_TIMEOUT = 8.0
"""Seconds for each step of a request to a server, whose client would wait for ever; a search takes milliseconds."""


_DISK_FULL = "disk is full"
"""What SQLite says; Chroma cannot even open its directory then, though nothing in it is damaged."""


class VectorStore(Protocol):
    """Nearest neighbours by cosine."""

    def add(self, first: int, vectors: NDArray[np.float32]) -> None:
        """Store unit `vectors` (n, dimension) for the chunk positions `first`, `first + 1`, …."""
        ...

    def nearest(self, vector: NDArray[np.float32], k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return up to `k` chunk positions and their cosines in [-1, 1], best first."""
        ...

    def count(self) -> int:
        """Return how many vectors are stored."""
        ...

    def close(self) -> None:
        """Release files and connections."""
        ...


class ChromaStore:
    """One Chroma collection. Its own embedding function is off: vectors are always ours.

    Every method raises `IndexDamagedError`, `DiskError` (writing) or `GuideIndexError` (the server at `url` is gone).
    """

    def __init__(self, client: ClientAPI, collection: Collection, url: str = "") -> None:
        self._client = client
        self._collection = collection
        self._url = url

    def add(self, first: int, vectors: NDArray[np.float32]) -> None:
        """Store unit `vectors` for positions from `first` on."""
        with _failures("written", self._url):
            for start in range(0, len(vectors), _BATCH):
                part = vectors[start : start + _BATCH]
                ids = [str(first + start + offset) for offset in range(len(part))]
                self._collection.add(ids=ids, embeddings=part)

    def nearest(self, vector: NDArray[np.float32], k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return up to `k` chunk positions and cosines, best first."""
        with _failures("searched", self._url):
            found = self._collection.query(query_embeddings=vector[None, :], n_results=k, include=["distances"])
        ids: Sequence[str] = found["ids"][0]
        distances = (found["distances"] or [[]])[0]
        return np.array([int(i) for i in ids], np.int64), 1.0 - np.asarray(distances, np.float32)

    def count(self) -> int:
        """Return how many vectors are stored."""
        with _failures("counted", self._url):
            return self._collection.count()

    def close(self) -> None:
        """Release the client; a second call does nothing."""
        _close(self._client)


def create_store(directory: Path, name: str, chroma_url: str = "") -> ChromaStore:
    """Create an empty collection in `directory`, or named `name` on the server at `chroma_url`.

    A collection of that name is what an unfinished build left on the server: it is replaced.
    """
    with _failures("created", chroma_url), ExitStack() as on_failure:
        client = _client(directory, chroma_url)
        on_failure.callback(_close, client)
        if chroma_url:
            _drop(client, name)
        collection = client.create_collection(
            name,
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine", "ef_search": _SEARCH_BREADTH}},
        )
        on_failure.pop_all()
        return ChromaStore(client, collection, chroma_url)


def drop_store(name: str, chroma_url: str) -> None:
    """Remove a collection from the server at `chroma_url`; one that is not there is no error."""
    with _failures("removed", chroma_url), ExitStack() as on_leaving:
        client = _client(Path(), chroma_url)
        on_leaving.callback(_close, client)
        _drop(client, name)


def open_store(directory: Path, name: str, chroma_url: str = "") -> ChromaStore:
    """Open an existing collection. Raises `IndexDamagedError` when it is not there or cannot be read."""
    with _failures("opened", chroma_url), ExitStack() as on_failure:
        client = _client(directory, chroma_url)
        on_failure.callback(_close, client)
        if not chroma_url:
            # The directory is this collection's alone, and may have been moved since it was named after its place.
            name = next((found.name for found in client.list_collections(limit=1)), name)
        collection = client.get_collection(name, embedding_function=None)
        on_failure.pop_all()
        return ChromaStore(client, collection, chroma_url)


def is_unwritten(graph: Path) -> bool:
    """Tell whether the directory of an HNSW graph holds placeholders alone, as it does until Chroma synchronises it."""
    return not (graph / "index_metadata.pickle").exists()


def blank_unused(directory: Path) -> None:
    """Overwrite what Chroma leaves in `directory` beside a graph that it has not written yet: memory as it was.

    With the first request it makes files of a graph without elements from memory that it does not clear, in which any
    text of the process may stand, a reader's message too. It reads nothing of them.
    """
    for file in directory.glob("*/data_level0.bin"):
        if is_unwritten(file.parent):
            with suppress(OSError), file.open("r+b") as unused:
                unused.write(bytes(file.stat().st_size))


def preload() -> None:
    """Import what opening a store needs, while there is nothing to open yet."""
    import chromadb  # noqa: F401, PLC0415


def _client(directory: Path, chroma_url: str) -> ClientAPI:
    import chromadb  # noqa: PLC0415  # 0.9 s, and only needed once an index is opened

    settings = _defaults().model_copy()
    if not chroma_url:
        # Chroma keeps one client a path for the whole process, so a relative path could mean another directory later.
        return chromadb.PersistentClient(str(directory.absolute()), settings=settings)
    host, port, ssl = _address(chroma_url)
    _require_server(chroma_url.rstrip("/"))
    client = chromadb.HttpClient(host, port, ssl=ssl, settings=settings)
    # The client offers no way to limit how long a request may take, and would wait for ever for a silent server.
    for session in _sessions(client):
        session.timeout = _TIMEOUT
    return client


@cache
def _defaults() -> ChromaSettings:
    """Return Chroma's settings without telemetry; `.env` is ours, and reading the environment takes it 40 ms."""
    from chromadb.config import Settings  # noqa: PLC0415

    return Settings(_env_file=None, anonymized_telemetry=False)


def _close(client: ClientAPI) -> None:
    client.close()  # type: ignore[attr-defined]
    for session in _sessions(client):
        session.close()  # which the client leaves open, with its connections


def _sessions(client: Any) -> list[Any]:
    """Return the HTTP sessions of a client and of the second one within it; none when the store is embedded."""
    servers = (client._server, client._admin_client._server)
    return [server._session for server in servers if hasattr(server, "_session")]


def _address(chroma_url: str) -> tuple[str, int, bool]:
    """Return host, port and whether to use TLS. Raises `SettingError`."""
    try:
        parts = urlsplit(chroma_url)
        ssl = {"http": False, "https": True}[parts.scheme]
        port = parts.port or (443 if ssl else 8000)
    except (ValueError, KeyError):
        parts, port, ssl = urlsplit(""), 0, False
    if not parts.hostname:
        raise SettingError(f"GUIDE_CHROMA_URL is {chroma_url!r}; expected an address such as http://127.0.0.1:8000")
    return parts.hostname, port, ssl


def _require_server(chroma_url: str) -> None:
    """Raise `GuideIndexError` unless a Chroma server answers in time, before a client without a time limit connects."""
    import httpx  # noqa: PLC0415  # comes with chromadb, as slowly

    httpx.get(f"{chroma_url}/api/v2/heartbeat", timeout=_TIMEOUT).raise_for_status()


def _drop(client: ClientAPI, name: str) -> None:
    from chromadb.errors import NotFoundError  # noqa: PLC0415

    with suppress(NotFoundError):
        client.delete_collection(name)


@contextmanager
def _failures(what: str, url: str) -> Iterator[None]:
    """Turn whatever Chroma raises (it wraps Rust, SQLite and HTTP errors in many types) into one of ours."""
    try:
        yield
    except GuideError:
        raise
    except Exception as error:
        first_line: Any = str(error).strip().splitlines()[:1]
        detail = f"{type(error).__name__}: {first_line[0]}" if first_line else type(error).__name__
        if url and _is_transport(error):
            raise GuideIndexError(
                f"the Chroma server at {url} does not answer ({detail}); start it, or correct GUIDE_CHROMA_URL"
            ) from error
        if what in {"created", "written"} or _DISK_FULL in detail:
            place = f"the Chroma server at {url}" if url else "the disk"
            raise DiskError(
                f"the vector store could not be {what} ({detail}); check the free space and the rights of {place}"
            ) from error
        raise IndexDamagedError(f"the vector store could not be {what} ({detail}); {REBUILD}") from error


def _is_transport(error: Exception) -> bool:
    import httpx  # noqa: PLC0415

    return isinstance(error, httpx.HTTPError)
