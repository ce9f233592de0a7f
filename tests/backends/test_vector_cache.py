"""Vectors of questions kept between builds: embedded once, never wrong, never in the way."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.backends import vector_cache
from bot.backends.vector_cache import QueryCache
from tests.fakes import HashEmbedder


class _Counting(HashEmbedder):
    """Counts what it is asked to embed."""

    def __init__(self, dimension: int = 64, name: str = "") -> None:
        super().__init__(dimension)
        self.name = name or self.name
        self.embedded: list[str] = []

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        self.embedded += texts
        return super().embed_queries(texts)


TEXTS = ["音が出ない", "画面が暗い", "音が出ない"]


def test_a_text_is_embedded_once(tmp_path: Path) -> None:
    """The second build embeds only what is new, and gets the very vectors of the model."""
    QueryCache(tmp_path, HashEmbedder()).embed_queries(TEXTS)
    model = _Counting()
    found = QueryCache(tmp_path, model).embed_queries([*TEXTS, "印刷できない"])
    assert model.embedded == ["印刷できない"]
    assert np.array_equal(found, HashEmbedder().embed_queries([*TEXTS, "印刷できない"]))


@pytest.mark.parametrize("other", [_Counting(32), _Counting(name="another-model")], ids=["dimension", "name"])
def test_models_do_not_share_vectors(tmp_path: Path, other: _Counting) -> None:
    """A model of another name or dimension embeds for itself."""
    QueryCache(tmp_path, HashEmbedder()).embed_queries(TEXTS)
    QueryCache(tmp_path, other).embed_queries(TEXTS)
    assert other.embedded == TEXTS


def test_engines_of_one_model_do_not_share_vectors(tmp_path: Path) -> None:
    """Eight-bit vectors are not given out as those of the float engine."""
    first, second = _Counting(), _Counting()
    first.engine, second.engine = "int8", "float"  # type: ignore[attr-defined]
    for model in (first, second):
        QueryCache(tmp_path, model).embed_queries(TEXTS)
        assert model.embedded == TEXTS


@pytest.mark.parametrize("damage", ["empty", "truncated", "garbled"])
def test_a_damaged_file_is_made_anew(tmp_path: Path, damage: str) -> None:
    """Damage is never read as vectors: all is embedded again, and the next build has it."""
    QueryCache(tmp_path, HashEmbedder()).embed_queries(TEXTS)
    [path] = tmp_path.iterdir()
    content = bytearray(path.read_bytes())
    if damage == "garbled":
        middle = len(content) // 2  # within the vectors
        content[middle] ^= 0xFF
    path.write_bytes({"empty": b"", "truncated": content[: len(content) // 2]}.get(damage, bytes(content)))
    model = _Counting()
    found = QueryCache(tmp_path, model).embed_queries(TEXTS)
    assert np.array_equal(found, HashEmbedder().embed_queries(TEXTS))
    assert model.embedded == TEXTS
    again = _Counting()
    QueryCache(tmp_path, again).embed_queries(TEXTS)
    assert again.embedded == []


def test_rows_and_files_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the last build used is kept first; models that were not used for longest are dropped."""
    monkeypatch.setattr(vector_cache, "_ROWS", 3)
    QueryCache(tmp_path, HashEmbedder()).embed_queries(["a", "b", "c"])
    QueryCache(tmp_path, HashEmbedder()).embed_queries(["d", "e"])
    model = _Counting()
    QueryCache(tmp_path, model).embed_queries(["d", "e", "a", "b"])
    assert model.embedded == ["b"]
    for number in range(8):
        QueryCache(tmp_path, _Counting(name=f"tuned-{number}")).embed_queries(TEXTS)
    assert len(list(tmp_path.iterdir())) == vector_cache._FILES


def test_builders_at_once_do_not_spoil_it(tmp_path: Path) -> None:
    """Several writers leave a sound file and no remains."""
    wrong = []

    def work(number: int) -> None:
        for turn in range(5):
            texts = [f"{number} {turn} {word}" for word in TEXTS]
            found = QueryCache(tmp_path, HashEmbedder()).embed_queries(texts)
            if not np.array_equal(found, HashEmbedder().embed_queries(texts)):
                wrong.append(texts)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert [path.suffix for path in tmp_path.iterdir()] == [".npz"]


def test_a_cache_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    """A file where the directory should be: the vectors come all the same."""
    (tmp_path / "cache").write_text("in the way")
    found = QueryCache(tmp_path / "cache", HashEmbedder()).embed_queries(TEXTS)
    assert np.array_equal(found, HashEmbedder().embed_queries(TEXTS))
