"""The guide that follows the index: never a failed answer, never one from two generations, nothing left open."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from bot.answer.guide import Guide
from bot.answer.live import LiveGuide
from bot.index import open_index
from bot.index.generations import current, flip, generations
from bot.types import Article, Block, BlockKind
from ingest.build import build
from tests.fakes import HashEmbedder

_FLIPS = 50
_QUESTIONERS = 20


def _articles(edition: str) -> list[Article]:
    return [
        Article(
            id=f"a{number}",
            title=f"{edition}の題名{number}",
            blocks=tuple(
                Block(BlockKind.PARAGRAPH, f"{edition}の本文{number}の{part}段落目です。") for part in range(3)
            ),
        )
        for number in range(20)
    ]


def _build(index: Path, edition: str) -> None:
    build(_articles(edition), index=index, embedder=HashEmbedder(), sources=["test"])


@pytest.fixture
def live(tmp_path: Path, knowledge: Any) -> Iterator[LiveGuide]:
    """Return a guide that follows an index of the first edition; it looks when it is told to."""
    _build(tmp_path, "甲")
    embedder = HashEmbedder()

    def opened() -> Guide:
        return Guide(open_index(tmp_path, embedder.name, embedder.dimension), embedder, knowledge)

    guide = LiveGuide(opened(), tmp_path, lambda _old: opened(), seconds=0.02)
    yield guide
    guide.close()


def test_a_new_generation_is_answered_from(live: LiveGuide, tmp_path: Path) -> None:
    """After a build the same guide finds the new articles; without one, nothing is opened."""
    assert not live.refresh()
    assert live.article("a1").title == "甲の題名1"
    _build(tmp_path, "乙")
    assert live.refresh()
    assert live.article("a1").title == "乙の題名1"


def test_who_holds_a_generation_keeps_it(live: LiveGuide, tmp_path: Path) -> None:
    """Several calls see one generation, however many flips come between; it is closed after them and not before."""
    with live.hold() as held:
        for edition in ("乙", "丙", "丁"):
            _build(tmp_path, edition)
            assert live.refresh()
        assert held.article("a1").title == "甲の題名1"
        assert held.search("甲の本文").hits
        assert "000001" in generations(tmp_path), "what a process has open is not pruned"
    with pytest.raises(Exception, match="closed"):
        held.index.documents.article("a1")
    _build(tmp_path, "戊")
    assert "000001" not in generations(tmp_path)


def test_a_generator_keeps_its_generation(live: LiveGuide, tmp_path: Path) -> None:
    """What a call yields bit by bit comes from one generation, and given up half way it leaves nothing open."""

    class Streaming(Guide):
        def titles(self) -> Iterator[str]:
            for number in range(3):
                found = self.article(f"a{number}")
                yield found.title if found else ""

    with live.hold() as held:
        held.__class__ = Streaming
    titles = live.titles()
    assert next(titles) == "甲の題名0"
    _build(tmp_path, "乙")
    live.refresh()
    assert list(titles) == ["甲の題名1", "甲の題名2"]
    del titles
    gc.collect()
    with pytest.raises(Exception, match="closed"):
        held.index.documents.article("a1")


def test_a_damaged_generation_is_not_used(live: LiveGuide, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A pointer to something unusable leaves the guide as it is, said once and not at every look."""
    _build(tmp_path, "乙")
    (current(tmp_path) / "documents.sqlite").write_bytes(b"no more")
    for _ in range(3):
        assert not live.refresh()
    assert live.article("a1").title == "甲の題名1"
    assert len([record for record in caplog.records if "is not used" in record.message]) == 1
    (tmp_path / "CURRENT").write_text("nonsense")
    assert not live.refresh()


def test_fifty_flips_under_twenty_questioners(live: LiveGuide, tmp_path: Path) -> None:
    """No question fails or is answered from two generations; file descriptors and memory stay level."""
    _build(tmp_path, "乙")
    pair = [tmp_path / "generations" / name for name in ("000001", "000002")]
    live.follow()
    wrong: list[Any] = []
    asked = [0] * _QUESTIONERS
    over = threading.Event()

    def question(number: int) -> None:
        while not over.is_set():
            try:
                found = live.search(f"本文{number}の1段落目", 20)
                editions = {hit.chunk.blocks[0].text[0] for hit in found.hits}
                with live.hold() as guide:
                    editions_held = {guide.article(f"a{row}").title[0] for row in (1, 5, 9)}
                if len(editions) != 1 or len(editions_held) != 1:
                    wrong.append((editions, editions_held))
                asked[number] += 1
            except Exception as error:
                wrong.append(error)

    threads = [threading.Thread(target=question, args=(number,)) for number in range(_QUESTIONERS)]
    for thread in threads:
        thread.start()
    levels = []
    try:
        for turn in range(_FLIPS):
            target = pair[turn % 2]
            flip(tmp_path, target)
            until = time.monotonic() + 30
            while live.index.directory != target and time.monotonic() < until:
                time.sleep(0.005)
            assert live.index.directory == target
            levels.append((len(list(Path("/proc/self/fd").iterdir())), psutil.Process().memory_info().rss / 2**20))
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert not wrong, wrong[:3]
    assert min(asked) > 0
    files, memory = zip(*levels, strict=True)
    # Each generation still open holds some ten files: those of the last flips are no more than those of the first.
    assert max(files[-10:]) <= max(files[:10]) + 10, files
    assert max(memory[-10:]) <= max(memory[10:20]) + 40, memory
