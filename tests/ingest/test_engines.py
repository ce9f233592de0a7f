"""Engines: one contract for all, and the same index to the last bit whichever made it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from bot.errors import GuideError, ModelError, SourceError, UsageError
from bot.index.generations import current
from ingest.build import build
from ingest.engines import Engine, PlainEngine, open_engine
from ingest.report import BuildReport, Skipped
from ingest.sources import read
from tests.fakes import HashEmbedder

needs_ray = pytest.mark.skipif(
    any(find_spec(name) is None for name in ("ray", "pandas", "pyarrow")),
    reason="Ray is not installed: pip install 'trouble-guide[ray]'",
)


@pytest.fixture(scope="module")
def handler() -> Any:
    """Return what SIGTERM did before Ray was started: tests of servers may have left something there."""
    return signal.getsignal(signal.SIGTERM)


@pytest.fixture(scope="module")
def ray_engine(handler: Any) -> Iterator[Engine]:
    """Ray, started once: that takes seconds."""
    with open_engine("ray", HashEmbedder(), HashEmbedder) as engine:
        yield engine


@pytest.fixture(params=["plain", pytest.param("ray", marks=needs_ray)])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn."""
    return PlainEngine(HashEmbedder()) if request.param == "plain" else request.getfixturevalue("ray_engine")


# The contract


def _squared(number: int) -> int:
    return number * number


def _where(_: int) -> int:
    return os.getpid()


def _odd(number: int) -> int:
    if number == 40:
        raise SourceError("the number 40 cannot be read")
    return number


def test_rows_come_in_their_order(engine: Engine) -> None:
    """As many results as rows, in order, also where one row is far larger than the others; none of no rows."""
    assert list(engine.run(_squared, range(100))) == [number * number for number in range(100)]
    texts = ["あ" * 200_000 if number == 7 else str(number) for number in range(50)]
    assert list(engine.run(len, texts)) == [len(text) for text in texts]
    assert list(engine.run(_squared, [])) == []


def test_many_windows_are_one_run(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the rows do not fit at once, nothing is lost between one window and the next."""
    monkeypatch.setattr("ingest.engines.ray_data._WINDOW_ROWS", 40)
    monkeypatch.setattr("ingest.engines.ray_data._WINDOW_BYTES", 3_000)
    texts = [str(number) * (1 + number % 90) for number in range(130)]
    assert list(engine.run(str.upper, texts)) == texts


def test_an_error_is_the_one_that_was_raised(engine: Engine) -> None:
    """What a row raises comes out as it is, after the results of the rows before it."""
    found = engine.run(_odd, range(60))
    assert [next(found) for _ in range(40)] == list(range(40))
    with pytest.raises(SourceError, match="the number 40"):
        next(found)


def _die(number: int) -> int:
    if number == 3:
        os._exit(1)
    return number


@needs_ray
def test_a_process_that_dies_is_one_sentence(ray_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when the machine runs out of memory: no traceback, and the next run works."""
    monkeypatch.setattr("ingest.engines.ray_data._GROUP", 1)
    with pytest.raises(GuideError, match=r"Ray broke off .*; run without --engine ray"):
        list(ray_engine.run(_die, range(5)))
    assert list(ray_engine.run(_squared, range(3))) == [0, 1, 4]


def test_an_error_of_the_rows_themselves(engine: Engine) -> None:
    """A source that breaks off while it is read says so."""

    def rows() -> Iterator[int]:
        yield from range(30)
        raise SourceError("the site went away")

    with pytest.raises(SourceError, match="went away"):
        list(engine.run(_squared, rows()))


def test_vectors_come_batch_by_batch(engine: Engine) -> None:
    """Each batch gets the vectors of its texts, and progress adds up to all of them."""
    batches = [["更新が終わらない", "印刷できない"], ["認証が外れた"], [f"第{n}の文" for n in range(70)]]
    told: list[int] = []
    found = list(engine.embed(iter(batches), told.append))
    for vectors, texts in zip(found, batches, strict=True):
        np.testing.assert_array_equal(vectors, HashEmbedder().embed_passages(texts))
        assert vectors.dtype == np.float32
    assert sum(told) == 73
    assert list(engine.embed(iter(()), told.append)) == []


@needs_ray
def test_ray_works_in_other_processes_on_loopback(ray_engine: Engine) -> None:
    """Not here, and nothing of it listens on another address than loopback."""
    pids = set(ray_engine.run(_where, range(200)))
    assert os.getpid() not in pids
    children = psutil.Process().children(recursive=True)
    assert pids <= {child.pid for child in children}
    listening = {
        (child.name(), found.laddr.ip)
        for child in children
        for found in child.net_connections("tcp")
        if found.status == psutil.CONN_LISTEN
    }
    assert listening
    assert all(ip_address(address.removeprefix("::ffff:")).is_loopback for _, address in listening), listening


@needs_ray
def test_a_model_that_opens_otherwise_elsewhere_is_refused() -> None:
    """Vectors of another model than the one that the index is said to hold never get into it."""
    with (
        open_engine("ray", HashEmbedder(), partial(HashEmbedder, 32)) as engine,
        pytest.raises(ModelError, match="fake-hash-32 instead of fake-hash-64"),
    ):
        list(engine.embed([["文"]], lambda _: None))


@needs_ray
def test_what_a_signal_does_is_left_alone(ray_engine: Engine, handler: Any) -> None:
    """Ray puts a handler of its own in the place of that which `guide ingest --watch` has set."""
    assert signal.getsignal(signal.SIGTERM) is handler


# Choosing one


def test_an_unknown_engine() -> None:
    """The sentence names those that there are."""
    with (
        pytest.raises(UsageError, match=r"--engine is 'spark'; expected plain or ray"),
        open_engine("spark", HashEmbedder(), HashEmbedder),
    ):
        pass


@pytest.mark.parametrize("missing", ["ray", "ray.data"])
def test_without_ray_the_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    """One sentence, and nothing was started."""
    monkeypatch.setitem(sys.modules, missing, None)
    with (
        pytest.raises(UsageError, match=r"pip install 'trouble-guide\[ray\]'"),
        open_engine("ray", HashEmbedder(), HashEmbedder),
    ):
        pass


def test_the_plain_engine_imports_no_ray() -> None:
    """Half a second and 240 MB of packages that nearly nobody needs."""
    code = (
        "import sys, ingest.run, ingest.engines\nfrom ingest.engines import open_engine\n"
        "with open_engine('plain', None, None): pass\nassert 'ray' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# The same index


@pytest.fixture
def sources(tmp_path: Path, shared: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Make a folder with good and bad files, JSON lines with a bad one and a repeated id, and a real export."""
    monkeypatch.chdir(tmp_path)
    folder = Path("articles")
    folder.mkdir()
    for number in range(30):
        text = "\n\n".join(f"記事{number}の{part}番目の段落です。更新プログラムの話。" * 8 for part in range(4))
        (folder / f"a{number}.md").write_text(f"# 題名{number}\n\n{text}\n", "utf-8")
    (folder / "b.html").write_text("<h1>網</h1><p>網の文です。</p>", "utf-8")
    (folder / "bad.txt").write_bytes(bytes(range(256)))
    (folder / "empty.md").write_bytes(b"")
    rows = [{"_id": f"row-{n % 38}", "title": f"行{n}", "text": f"行{n}の本文です。" * 40} for n in range(40)]
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    Path("rows.jsonl").write_text("\n".join([*lines[:9], "{broken", *lines[9:]]), "utf-8")
    found = max((shared / "data" / "wordpress" / "wxr").rglob("*.xml"), key=lambda path: path.stat().st_size)
    shutil.copy(found, "export.xml")
    return ["articles", "rows.jsonl", "export.xml"]


def _build(index: Path, sources: Sequence[str], engine: Engine, chroma_url: str = "") -> BuildReport:
    items = (item for source in sources for item in read(source, None, engine.run))
    return build(items, index=index, embedder=HashEmbedder(), sources=sources, engine=engine, chroma_url=chroma_url)


_TABLES = ("articles", "chunks", "faces", "identifiers")


def _held(index: Path) -> dict[str, object]:
    """Return the files of a generation and the rows of its documents; the vector store's are never the same twice."""
    live = current(index)
    files = [path for path in live.rglob("*") if path.is_file() and "chroma" not in path.parts]
    kept = {path.relative_to(live).as_posix(): path.read_bytes() for path in files}
    del kept["manifest.json"], kept["documents.sqlite"]
    with closing(sqlite3.connect(live / "documents.sqlite")) as file:
        rows = {name: sorted(file.execute(f"SELECT * FROM {name}")) for name in _TABLES}  # noqa: S608
    return kept | rows


@needs_ray
@pytest.mark.shared
def test_every_engine_builds_the_same_index(tmp_path: Path, sources: list[str], ray_engine: Engine) -> None:
    """Ids, hashes, vectors, postings and what is reported: the same bytes. So it is after an edit."""
    plain = PlainEngine(HashEmbedder())
    told = [_build(tmp_path / name, sources, engine) for name, engine in (("plain", plain), ("ray", ray_engine))]
    _same(*told)
    assert told[0].articles > 60
    assert len(told[0].skipped) >= 4
    assert _held(tmp_path / "plain") == _held(tmp_path / "ray")
    edited = Path("articles/a3.md")
    edited.write_text(edited.read_text("utf-8") + "\n\n追記した段落です。\n", "utf-8")
    Path("articles/a4.md").unlink()
    told = [_build(tmp_path / name, sources, engine) for name, engine in (("plain", plain), ("ray", ray_engine))]
    _same(*told)
    assert (told[1].changed, told[1].removed) == (("a3",), ("a4",))
    assert told[1].embedded <= 3
    assert _held(tmp_path / "plain") == _held(tmp_path / "ray")


def _same(first: BuildReport, second: BuildReport) -> None:
    for name in ("articles", "chunks", "embedded", "added", "changed", "unchanged", "removed", "skipped"):
        assert getattr(first, name) == getattr(second, name), name
    assert any(isinstance(item, Skipped) for item in first.skipped)
