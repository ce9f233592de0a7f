"""An index that is missing, damaged, foreign or cannot be written: one sentence, and what was live stays."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.index.generations import building, current, generations
from tests.cli.conftest import Run
from tests.cli.live import GOOD, answers, ids
from tests.fakes import HashEmbedder


@pytest.mark.parametrize("command", ["ask", "search"])
def test_no_index_yet(cli: Run, tmp_path: Path, command: str) -> None:
    """Asking before ingesting names the command that builds an index; exit 1, and no directory is left behind."""
    result = cli(command, "起動しない", "--index", "nowhere")
    assert result.code == 1
    assert "there is no index in nowhere; build one with `guide ingest" in result.sentence
    assert not (tmp_path / "nowhere").exists()


def _damage(name: str) -> Callable[[Path], None]:
    def halve(index: Path) -> None:
        path = current(index) / name
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    return halve


DAMAGES: dict[str, Callable[[Path], object]] = {
    "halved embeddings": _damage("embeddings.npy"),
    "halved documents": _damage("documents.sqlite"),
    "halved words": _damage("words/data.csc.index.npy"),
    "halved manifest": _damage("manifest.json"),
    "halved store": _damage("chroma/chroma.sqlite3"),
    "no store": lambda index: shutil.rmtree(current(index) / "chroma"),
    "no manifest: half built": lambda index: (current(index) / "manifest.json").unlink(),
    "no generation": lambda index: shutil.rmtree(index / "generations"),
    "garbled pointer": lambda index: (index / "CURRENT").write_bytes(b"\xff\xfe\x00"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_index(cli: Run, index: Path, articles: Path, damage: Callable[[Path], object]) -> None:
    """Damage is noticed, told in one sentence with the remedy, exit 1; the remedy works."""
    damage(index)
    result = cli("ask", "0x80070643 が出ます", "--index", index, "--json")
    assert result.code == 1
    assert "guide ingest" in result.sentence
    assert cli("ingest", articles, "--index", index).code == 0
    assert answers(cli, index)


def test_a_build_that_was_killed_before_its_first_index(cli: Run, index: Path) -> None:
    """A generation without a pointer is no index: said as such, and built over."""
    (index / "CURRENT").unlink()
    result = cli("ask", "起動しない", "--index", index)
    assert result.code == 1
    assert "there is no index" in result.sentence


def test_a_half_built_generation_beside_a_live_one(cli: Run, index: Path) -> None:
    """Remains of a killed build do not disturb the index that was there before."""
    remains = index / "generations" / "000002"
    remains.mkdir()
    (remains / "documents.sqlite").write_bytes(b"half")
    assert answers(cli, index)


def test_an_index_of_another_model(cli: Run, index: Path, articles: Path, use_model: Callable[[Any], None]) -> None:
    """Vectors of another model are refused, not compared; ingesting again makes the index fit."""
    use_model(HashEmbedder(32))
    result = cli("search", "印刷", "--index", index)
    assert result.code == 1
    assert "fake-hash-64 with 64 dimensions, but fake-hash-32" in result.sentence
    assert cli("ingest", articles, "--index", index).code == 0
    assert answers(cli, index)


def test_an_index_path_that_is_a_file(cli: Run, articles: Path) -> None:
    """A file where the index should be: one sentence for reading and for writing, and the file stays."""
    before = (articles / "sound.md").read_bytes()
    for arguments in (("ask", "x"), ("ingest", articles)):
        result = cli(*arguments, "--index", articles / "sound.md")
        assert result.code == 1
        assert "sound.md" in result.sentence
    assert (articles / "sound.md").read_bytes() == before


def test_no_space_left_for_a_build(cli: Run, index: Path, articles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk is noticed before the build: free and needed space are said, exit 1, the live index answers."""
    usage = SimpleNamespace(total=1 << 40, used=1 << 40, free=5 << 20)
    monkeypatch.setattr("shutil.disk_usage", lambda _path: usage)
    result = cli("ingest", articles, "--index", index)
    assert result.code == 1
    assert "has 5 MB free and the build needs" in result.sentence
    assert generations(index) == ["000001"]
    assert answers(cli, index)


def test_a_disk_that_fills_up_during_a_build(
    cli: Run, index: Path, articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A write that fails half way ends the build with one sentence, exit 1.

    What was written is taken away again: on a full disk, Chroma could not open the live index beside it.
    """

    def full(*_arguments: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ingest.build.np.save", full)
    result = cli("ingest", articles, "--index", index)
    assert result.code == 1
    assert "No space left on device" in result.sentence
    assert "the live index is unchanged" in result.sentence
    assert generations(index) == ["000001"]
    assert answers(cli, index)


def test_an_interrupted_build_loses_nothing(
    cli: Run, index: Path, articles: Path, use_model: Callable[[Any], None]
) -> None:
    """Ctrl-C while embedding leaves the live index as it was, and the next build succeeds."""

    class Interrupted(HashEmbedder):
        def embed_passages(self, texts: Any, progress: Any = None) -> Any:
            raise KeyboardInterrupt

    (articles / "new.md").write_text(GOOD, "utf-8")
    use_model(Interrupted())
    result = cli("ingest", articles, "--index", index)
    assert result.code == 1
    assert "interrupted" in result.sentence
    assert generations(index) == ["000001"]
    use_model(HashEmbedder())
    assert answers(cli, index)
    assert cli("ingest", articles, "--index", index).code == 0
    assert "new" in ids(cli, index)


def test_another_process_is_building(cli: Run, index: Path, articles: Path) -> None:
    """A second build does not start; the index can be asked meanwhile."""
    with building(index):
        result = cli("ingest", articles, "--index", index)
        assert result.code == 1
        assert "another process is building" in result.sentence
        assert answers(cli, index)


# The machine and the settings
