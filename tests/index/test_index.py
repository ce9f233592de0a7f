"""Generations on disk: built, verified, flipped, refused when foreign or damaged."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.backends.vector_store import ChromaStore, VectorStore, blank_unused
from bot.errors import IndexBusyError, IndexDamagedError, IndexMismatchError, NoIndexError, SourceError
from bot.index import open_index
from bot.index.generations import building, current, generations
from bot.index.reader import _try_canaries
from bot.types import Article, Block, BlockKind
from ingest.build import build
from ingest.report import BuildReport, Skipped
from tests.fakes import HashEmbedder


def _article(name: str, text: str) -> Article:
    return Article(id=name, title=f"{name}の題名", blocks=(Block(BlockKind.PARAGRAPH, text),))


ARTICLES = (
    _article("a", "エラー 0x80070643 が出たときは、更新プログラムをもう一度試します。"),
    _article("b", "KB5046617 を入れたあとに印刷できないという報告があります。"),
)


def _build(path: Path, *articles: Article | Skipped) -> BuildReport:
    return build(articles or ARTICLES, index=path, embedder=HashEmbedder(), sources=["test"])


def _open(path: Path, dimension: int = 64):
    embedder = HashEmbedder(dimension)
    return open_index(path, embedder.name, embedder.dimension)


def test_build_makes_articles_chunks_and_identifiers_readable(tmp_path: Path) -> None:
    """What was built is found again: articles by id, chunks by identifier, vectors by position."""
    report = _build(tmp_path)
    assert (report.articles, report.chunks, report.added) == (2, 2, ("a", "b"))
    index = _open(tmp_path)
    article = index.documents.article("a")
    assert article == ARTICLES[0]
    assert index.documents.article("zzz") is None
    [position] = index.documents.positions_of("0x80070643")
    assert index.documents.chunks([position])[0].article_id == "a"
    assert index.documents.positions_of("KB5046617")
    positions, cosines = index.vectors.nearest(index.embeddings[position], 1)
    assert positions.tolist() == [position]
    assert cosines[0] == pytest.approx(1.0, abs=1e-4)
    index.close()


def test_second_build_embeds_only_what_changed(tmp_path: Path) -> None:
    """Unchanged chunks keep their vectors; the report names what changed and what went."""
    _build(tmp_path)
    changed = _article("a", "まったく別の文章になりました。")
    report = _build(tmp_path, changed, _article("c", "新しい記事です。"))
    assert report.embedded == 2
    assert (report.added, report.changed, report.removed, report.unchanged) == (("c",), ("a",), ("b",), 0)
    again = _build(tmp_path, changed, _article("c", "新しい記事です。"))
    assert (again.embedded, again.unchanged) == (0, 2)


def test_only_the_live_generation_and_one_before_it_are_kept(tmp_path: Path) -> None:
    """Old generations are pruned, the newest one is live."""
    for number in range(4):
        _build(tmp_path, *ARTICLES, _article("c", f"{number}回目の本文です。"))
    assert generations(tmp_path) == ["000003", "000004"]
    assert current(tmp_path).name == "000004"


def test_an_index_of_another_model_is_refused(tmp_path: Path) -> None:
    """Another model or dimension gives one sentence that names both."""
    _build(tmp_path)
    with pytest.raises(IndexMismatchError, match=r"fake-hash-64.*fake-hash-32"):
        _open(tmp_path, dimension=32)


def test_an_index_of_another_schema_is_refused(tmp_path: Path) -> None:
    """A manifest of another schema is refused before any other file is read."""
    _build(tmp_path)
    path = current(tmp_path) / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(manifest | {"schema": 999}), "utf-8")
    with pytest.raises(IndexMismatchError, match="schema 999"):
        _open(tmp_path)


def test_no_index_is_said_with_its_remedy(tmp_path: Path) -> None:
    """A directory without an index names the command that builds one."""
    with pytest.raises(NoIndexError, match="guide ingest"):
        _open(tmp_path)


@pytest.mark.parametrize(
    "name", ["documents.sqlite", "embeddings.npy", "words/data.csc.index.npy", "words/vocab.index.json"]
)
@pytest.mark.parametrize("damage", ["delete", "truncate", "garble"])
def test_damage_to_any_file_is_noticed(tmp_path: Path, name: str, damage: str) -> None:
    """A missing, shortened or altered file is named, never silently read."""
    _build(tmp_path)
    path = current(tmp_path) / name
    content = path.read_bytes()
    if damage == "delete":
        path.unlink()
    elif damage == "truncate":
        path.write_bytes(content[: len(content) // 2])
    else:
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(IndexDamagedError, match=name.replace(".", r"\.")):
        _open(tmp_path)


def test_a_lost_vector_store_is_noticed(tmp_path: Path) -> None:
    """Chroma's own database missing or emptied is an error, not an empty result."""
    _build(tmp_path)
    (current(tmp_path) / "chroma" / "chroma.sqlite3").write_bytes(b"not a database at all")
    with pytest.raises(IndexDamagedError):
        _open(tmp_path)


@pytest.mark.parametrize("pointer", ["000009", "../..", "", "é"])
def test_a_pointer_to_nowhere_is_noticed(tmp_path: Path, pointer: str) -> None:
    """A damaged pointer is an error that says what to do."""
    _build(tmp_path)
    (tmp_path / "CURRENT").write_text(pointer, "utf-8")
    with pytest.raises(IndexDamagedError):
        _open(tmp_path)


def test_a_half_built_generation_is_ignored_and_cleared(tmp_path: Path) -> None:
    """Remains of a killed build do not disturb the live index, and the next build removes them."""
    _build(tmp_path)
    remains = tmp_path / "generations" / "000002"
    remains.mkdir()
    (remains / "documents.sqlite").write_bytes(b"half")
    assert _open(tmp_path).manifest.articles == 2
    _build(tmp_path)
    assert _open(tmp_path).manifest.articles == 2


def test_a_damaged_live_index_can_be_built_again(tmp_path: Path) -> None:
    """The remedy that the errors name works."""
    _build(tmp_path)
    (current(tmp_path) / "embeddings.npy").unlink()
    assert _build(tmp_path).embedded == 2
    assert _open(tmp_path).manifest.articles == 2


def test_a_failed_build_leaves_the_live_index(tmp_path: Path) -> None:
    """A source without any readable article changes nothing."""
    _build(tmp_path)
    with pytest.raises(SourceError, match="unreadable"):
        _build(tmp_path, Skipped("x.md", "unreadable", "mend it"))
    assert _open(tmp_path).manifest.articles == 2
    assert generations(tmp_path) == ["000001"]


def test_one_builder_at_a_time(tmp_path: Path) -> None:
    """A second build says that one is running."""
    with building(tmp_path), pytest.raises(IndexBusyError, match="another process"):
        _build(tmp_path)
    assert _build(tmp_path).articles == 2


def test_duplicate_ids_are_reported_and_the_first_is_kept(tmp_path: Path) -> None:
    """Two articles of one id do not overwrite each other silently."""
    report = _build(tmp_path, ARTICLES[0], _article("a", "もう一つの本文です。"))
    assert report.articles == 1
    assert "same id" in report.skipped[0].reason


def test_nothing_of_the_process_stands_in_files_that_chroma_does_not_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small collection's graph is made from memory that is not cleared; opening the index blanks it."""
    _build(tmp_path)
    count = ChromaStore.count

    def counted(store: ChromaStore) -> int:
        """Do as Chroma may with the first request."""
        found = count(store)
        for file in files:
            file.write_bytes(b"secret".ljust(file.stat().st_size, b"!"))
        return found

    files = [*(current(tmp_path) / "chroma").glob("*/data_level0.bin")]
    assert files
    monkeypatch.setattr(ChromaStore, "count", counted)
    for _ in range(2):
        index = _open(tmp_path)
        positions, _ = index.vectors.nearest(np.asarray(index.embeddings[1]), 1)
        index.close()
        assert positions.tolist() == [1]
        assert not any(file.read_bytes().strip(b"\0") for file in files)


def test_a_graph_that_is_written_is_left_alone(tmp_path: Path) -> None:
    """Its metadata stand beside it, and its elements are in the very file."""
    graph = tmp_path / "graph"
    graph.mkdir()
    (graph / "index_metadata.pickle").touch()
    (graph / "data_level0.bin").write_bytes(b"elements")
    blank_unused(tmp_path)
    assert (graph / "data_level0.bin").read_bytes() == b"elements"


def test_an_index_opens_where_it_was_moved_to(tmp_path: Path) -> None:
    """A backup that is put back elsewhere answers as before."""
    _build(tmp_path / "before")
    (tmp_path / "before").rename(tmp_path / "after")
    index = _open(tmp_path / "after")
    positions, _ = index.vectors.nearest(np.asarray(index.embeddings[1]), 1)
    index.close()
    assert positions.tolist() == [1]


class _Graph:
    """A store that never finds the chunks at `lost`, as a graph does to which no path leads."""

    def __init__(self, store: VectorStore, embeddings: np.ndarray, lost: set[int]) -> None:
        self._store, self._embeddings, self._lost = store, embeddings, lost

    def nearest(self, vector: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        if any(np.array_equal(vector, self._embeddings[position]) for position in self._lost):
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        return self._store.nearest(vector, k)


@pytest.mark.parametrize(("lost", "sound"), [({3}, True), ({3, 7, 12}, False)])
def test_a_graph_may_miss_a_chunk_and_not_many(tmp_path: Path, lost: set[int], sound: bool) -> None:
    """HNSW is approximate: one chunk of a large index may be out of reach; a lost segment takes many with it."""
    _build(tmp_path, *(_article(f"a{number}", f"{number}番目の記事の本文です。") for number in range(20)))
    index = _open(tmp_path)
    partly = replace(index, vectors=_Graph(index.vectors, index.embeddings, lost))
    if sound:
        _try_canaries(partly, 20)
    else:
        with pytest.raises(IndexDamagedError, match="3 of 20 chunks"):
            _try_canaries(partly, 20)
    index.close()
