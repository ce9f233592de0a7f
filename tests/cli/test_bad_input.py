"""Whatever is wrong with what a user gives: one clear sentence, the right exit code, nothing stored is lost."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.index.generations import building, current, generations
from tests.cli.conftest import Run
from tests.fakes import HashEmbedder

GOOD = "# 起動しない\n\n電源ケーブルを抜き、1分待ってからつなぎ直してください。\n"


def _answers(cli: Run, index: Path) -> bool:
    """Tell whether the index of the three articles still answers."""
    answer = json.loads(cli("ask", "0x80070643 が出ます", "--index", index, "--json").out)
    return bool(answer["status"] == "answered" and answer["citations"][0]["article_id"] == "update-0x80070643")


def _ids(cli: Run, index: Path) -> set[str]:
    hits = json.loads(cli("search", "パソコン", "-k", "50", "--index", index, "--json").out)
    return {hit["article_id"] for hit in hits}


# Sources as a whole


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: None, "does not exist"),
        (lambda path: path.mkdir(), "holds no article"),
        (lambda path: (path.mkdir(), (path / "a.docx").write_bytes(b"PK")), "holds no article"),
    ],
    ids=["missing", "empty", "nothing of a known kind"],
)
def test_a_folder_without_articles(
    cli: Run, index: Path, tmp_path: Path, make: Callable[[Path], Any], said: str
) -> None:
    """A missing or empty folder is named with what was expected; the live index goes on answering."""
    make(tmp_path / "source")
    result = cli("ingest", "source", "--index", index)
    assert result.code == 2
    assert "source" in result.sentence
    assert said in result.sentence
    assert generations(index) == ["000001"]
    assert _answers(cli, index)


@pytest.mark.skipif(os.geteuid() == 0, reason="rights do not bind the root user")
def test_a_folder_that_may_not_be_read(cli: Run, tmp_path: Path) -> None:
    """A folder without the right to list it is named with the reason."""
    (tmp_path / "source").mkdir(mode=0)
    result = cli("ingest", "source")
    assert result.code == 2
    assert "cannot be read (Permission denied)" in result.sentence


def test_a_folder_that_cannot_be_listed(cli: Run, index: Path, monkeypatch: pytest.MonkeyPatch, articles: Path) -> None:
    """The same, whoever runs the tests: the system's refusal becomes one sentence."""
    real = os.scandir

    def refuse(path: Any = ".") -> Any:
        if path == articles:
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr("ingest.sources.folder.os.scandir", refuse)
    result = cli("ingest", articles, "--index", index)
    assert result.code == 2
    assert "cannot be read (Permission denied)" in result.sentence
    assert _answers(cli, index)


@pytest.mark.parametrize("name", ["site.zip", "export.xml", "https://blog.example", "", "x" * 5000])
def test_a_source_of_no_known_kind(cli: Run, tmp_path: Path, name: str) -> None:
    """An archive, an address, an absurd name: refused with what is accepted."""
    if name.startswith(("site", "export")):
        (tmp_path / name).write_bytes(b"PK\x03\x04")
    result = cli("ingest", name)
    assert result.code == 2
    assert re.search("folder|too long", result.sentence)
    assert not (tmp_path / "data" / "index" / "CURRENT").exists()


def test_a_name_that_is_not_utf8(cli: Run) -> None:
    """A name that JSON cannot hold is refused before anything is built."""
    for arguments in (("ingest", "d\udcff"), ("ask", "x", "--index", "d\udcff")):
        result = cli(*arguments)
        assert result.code == 2
        assert "is not UTF-8" in result.sentence


# Files within a folder: the bad one is named, the good ones are ingested


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("bad.md", b"\x00\x01\x02\xff" * 500, "binary"),
        ("bad.md", b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, "an image"),
        ("bad.md", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "PDF"),
        ("bad.txt", "Проверка".encode("koi8-r") * 50, "unknown encoding"),
        ("bad.md", "---\ntitle: [題名\nupdated: 2026\n---\n本文です。\n".encode(), "broken front matter"),
        ("bad.md", "---\ntitle: 題名\nupdated: きのう\n---\n本文です。\n".encode(), "broken front matter"),
        ("bad.md", "---\ntitle: 題名\n".encode(), "broken front matter"),
        ("bad.md", b"", "no text"),
        ("bad.md", "---\ntitle: 題名だけ\n---\n".encode(), "no text"),
        ("bad.html", b"<html><head><title>x</title></head><body><script>1</script></body></html>", "no text"),
        ("bad.md", ("# 長い\n\n" + "パソコンの話です。\n\n" * 400_000).encode()[:10_000_000], "10.0 MB"),
    ],
    ids=[
        "binary",
        "image",
        "pdf",
        "unknown encoding",
        "broken yaml",
        "bad date",
        "no end",
        "empty",
        "title only",
        "script only",
        "10 MB",
    ],
)
def test_a_bad_file_is_named_and_the_good_ones_are_ingested(
    cli: Run, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    """Exit 0, the good article is there, the bad file's name, reason and remedy are on stderr and in the report."""
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "good.md").write_text(GOOD, "utf-8")
    (folder / name).write_bytes(content)
    result = cli("ingest", "source", "--index", "index", "--json")
    assert result.code == 0
    [line] = result.err.splitlines()
    assert line.startswith(f"skipped source/{name}")
    assert said in line
    report = json.loads(result.out)
    assert (report["articles"], report["added"]) == (1, ["good"])
    [skipped] = report["skipped"]
    assert skipped["source"].startswith(f"source/{name}")
    assert skipped["remedy"]
    assert _ids(cli, tmp_path / "index") == {"good"}


def test_only_bad_files_change_nothing(cli: Run, index: Path, tmp_path: Path) -> None:
    """When no file can be read, the first reason is told and the live index stays."""
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "a.md").write_bytes(b"\x00" * 100)
    result = cli("ingest", "source", "--index", index)
    assert result.code == 2
    assert "source/a.md" in result.sentence
    assert "the live index is unchanged" in result.sentence
    assert _answers(cli, index)


@pytest.mark.parametrize("encoding", ["cp932", "euc_jp", "utf-16", "iso2022_jp", "utf-8-sig"])
@pytest.mark.parametrize("suffix", [".md", ".txt", ".html"])
def test_other_japanese_encodings_are_read(cli: Run, tmp_path: Path, encoding: str, suffix: str) -> None:
    """Shift_JIS and EUC-JP articles are found and quoted as if they had been UTF-8."""
    sentence = "電源ケーブルを抜き、1分待ってからつなぎ直してください。"
    body = f"<h1>起動しない</h1><p>{sentence}</p>" if suffix == ".html" else f"# 起動しない\n\n{sentence}\n"
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / f"boot{suffix}").write_bytes(body.encode(encoding))
    assert cli("ingest", "source", "--index", "index").code == 0
    [hit] = json.loads(cli("search", "電源ケーブル", "--index", "index", "--json").out)
    assert sentence in hit["text"]


# Questions


@pytest.mark.parametrize("question", ["", " ", "　\n\t", "\u200b"])
@pytest.mark.parametrize("command", ["ask", "search"])
def test_an_empty_question(cli: Run, same_index: Path, command: str, question: str) -> None:
    """Nothing, or nothing visible: one sentence, exit 2."""
    result = cli(command, question, "--index", same_index, "--json")
    assert result.code == 2
    assert "the question is empty" in result.sentence


@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_question_of_100_000_characters(cli: Run, same_index: Path, command: str) -> None:
    """Far too long: found and allowed lengths are said, exit 2."""
    result = cli(command, "あ" * 100_000, "--index", same_index)
    assert result.code == 2
    assert "100000 characters and the limit is 2000" in result.sentence


def test_half_a_character_in_a_question_is_no_obstacle(cli: Run, same_index: Path) -> None:
    """Bytes that are not UTF-8 on the command line do not stop an answer."""
    result = cli("ask", "\udcff0x80070643 が出ます", "--index", same_index, "--json")
    assert json.loads(result.out)["status"] == "answered"
    assert cli("search", "印刷\ud83d", "--index", same_index).code == 0


# The index


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
    assert _answers(cli, index)


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
    assert _answers(cli, index)


def test_an_index_of_another_model(cli: Run, index: Path, articles: Path, use_model: Callable[[Any], None]) -> None:
    """Vectors of another model are refused, not compared; ingesting again makes the index fit."""
    use_model(HashEmbedder(32))
    result = cli("search", "印刷", "--index", index)
    assert result.code == 1
    assert "fake-hash-64 with 64 dimensions, but fake-hash-32" in result.sentence
    assert cli("ingest", articles, "--index", index).code == 0
    assert _answers(cli, index)


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
    assert _answers(cli, index)


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
    assert _answers(cli, index)


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
    assert _answers(cli, index)
    assert cli("ingest", articles, "--index", index).code == 0
    assert "new" in _ids(cli, index)


def test_another_process_is_building(cli: Run, index: Path, articles: Path) -> None:
    """A second build does not start; the index can be asked meanwhile."""
    with building(index):
        result = cli("ingest", articles, "--index", index)
        assert result.code == 1
        assert "another process is building" in result.sentence
        assert _answers(cli, index)


# The machine and the settings


def test_a_port_in_use(cli: Run) -> None:
    """`guide serve` says so before it builds or loads anything; exit 1."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = cli("serve", "--port", str(taken.getsockname()[1]))
    assert result.code == 1
    assert "cannot be used (Address already in use)" in result.sentence
    assert "--port" in result.sentence


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host", "a..b", "::1::"])
def test_a_host_that_is_not_this_machine(cli: Run, host: str) -> None:
    """An address one cannot listen on is one sentence too."""
    result = cli("serve", "--host", host, "--port", "8099")
    assert result.code == 1
    assert "cannot be used" in result.sentence


@pytest.mark.parametrize("command", [("ask", "x"), ("search", "x"), ("ingest", "y"), ("serve",), ("doctor",)])
def test_a_bad_setting_stops_every_command(cli: Run, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]) -> None:
    """The variable, its value and its source are named; exit 2."""
    monkeypatch.setenv("GUIDE_PORT", "eighty")
    result = cli(*command)
    assert result.code == 2
    assert result.sentence.startswith("guide: GUIDE_PORT is 'eighty' (from environment): ")


def test_a_corpus_that_is_not_there(
    cli: Run, same_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong GUIDE_CORPUS is told with the file that is missing."""
    monkeypatch.setenv("GUIDE_CORPUS", str(tmp_path / "nowhere"))
    result = cli("ask", "起動しない", "--index", same_index)
    assert result.code == 1
    assert "nowhere" in result.sentence
    assert "GUIDE_CORPUS" in result.sentence


def test_a_model_that_is_not_there(cli: Run, same_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the embedder says of itself reaches the user as one sentence."""
    from bot.errors import ModelError

    def missing(_settings: Any) -> Any:
        raise ModelError("the model x cannot be loaded; give the path of its directory")

    monkeypatch.setattr("bot.backends.embedder.open_embedder", missing)
    result = cli("ask", "起動しない", "--index", same_index)
    assert result.code == 1
    assert result.sentence == "guide: the model x cannot be loaded; give the path of its directory"
