"""Whatever is wrong with what a user gives: one clear sentence, the right exit code, nothing stored is lost."""

from __future__ import annotations

import json
import os
import re
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.index.generations import generations
from tests.cli.conftest import Run
from tests.cli.live import GOOD, answers, ids

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
    assert answers(cli, index)


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
    assert answers(cli, index)


@pytest.mark.parametrize("name", ["site.zip", "export.xml", "https://blog.example", "", "x" * 5000])
def test_a_source_of_no_known_kind(cli: Run, tmp_path: Path, name: str) -> None:
    """An archive, an export that is none, a site that is not there, an absurd name: refused with what was found."""
    if name.startswith(("site", "export")):
        (tmp_path / name).write_bytes(b"PK\x03\x04")
    result = cli("ingest", name)
    assert result.code == 2
    assert re.search("folder|too long|it holds no posts|cannot be reached", result.sentence)
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
    assert ids(cli, tmp_path / "index") == {"good"}


def test_only_bad_files_change_nothing(cli: Run, index: Path, tmp_path: Path) -> None:
    """When no file can be read, the first reason is told and the live index stays."""
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "a.md").write_bytes(b"\x00" * 100)
    result = cli("ingest", "source", "--index", index)
    assert result.code == 2
    assert "source/a.md" in result.sentence
    assert "the live index is unchanged" in result.sentence
    assert answers(cli, index)


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

    monkeypatch.setattr("bot.answer.assemble.open_embedder", missing)
    result = cli("ask", "起動しない", "--index", same_index)
    assert result.code == 1
    assert result.sentence == "guide: the model x cannot be loaded; give the path of its directory"
