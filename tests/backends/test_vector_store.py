"""One contract for vector stores, held by Chroma embedded and by a real Chroma server; then what is special to each."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from bot.backends.vector_store import VectorStore, create_store, open_store
from bot.errors import DiskError, IndexDamagedError
from tests.backends.conftest import DIMENSION, unit_vectors


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


# The contract


def test_a_new_store_is_empty(store: VectorStore) -> None:
    """Nothing is counted, and a search before anything was added finds nothing."""
    assert store.count() == 0
    positions, cosines = store.nearest(unit_vectors(1)[0], 5)
    assert len(positions) == len(cosines) == 0


def test_a_vector_finds_itself_with_cosine_one(store: VectorStore) -> None:
    """Positions count on from `first`; the best hit of a stored vector is itself."""
    vectors = unit_vectors(40)
    store.add(0, vectors[:25])
    store.add(25, vectors[25:])
    assert store.count() == 40
    for position in (0, 24, 25, 39):
        found, cosines = store.nearest(vectors[position], 1)
        assert found.tolist() == [position]
        assert cosines[0] == pytest.approx(1.0, abs=1e-5)


def test_neighbours_come_best_first_with_true_cosines(store: VectorStore) -> None:
    """The same neighbours and figures as a flat scan, in falling order, opposite vectors included."""
    vectors = unit_vectors(60, seed=1)
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
    store.add(0, unit_vectors(3))
    positions, _ = store.nearest(unit_vectors(1)[0], 10)
    assert sorted(positions.tolist()) == [0, 1, 2]


def test_many_vectors_are_all_kept(store: VectorStore) -> None:
    """One call may bring more than one batch; recall against a flat scan stays near 1."""
    vectors = unit_vectors(1100, seed=2)
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
    vectors = unit_vectors(30, seed=3)
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
    store.add(0, unit_vectors(3))
    with pytest.raises(DiskError, match="could not be written"):
        store.add(3, np.ones((1, DIMENSION + 1), np.float32))
    with pytest.raises(IndexDamagedError, match="could not be searched"):
        store.nearest(np.ones(DIMENSION + 1, np.float32), 1)


def test_threads_may_share_a_store(store: VectorStore) -> None:
    """Searches from several threads at once give what one gives."""
    vectors = unit_vectors(50, seed=4)
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
        stores[-1].add(0, unit_vectors(number))
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
