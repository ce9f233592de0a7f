"""`guide serve`: settings, the first index, and a real server that answers and stops."""

from __future__ import annotations

import shutil
import signal
import socket
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest

from bot.index.generations import current, generations
from bot.index.manifest import read_manifest
from bot.settings import Settings
from tests.cli.conftest import ROOT, Run, spawn

_PATIENCE = 120
"""Seconds for a process to start on a machine that is busy with other tests."""


@pytest.fixture
def port() -> int:
    """Return a port that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """Collect the settings with which the application would be served."""
    calls: list[Settings] = []
    monkeypatch.setitem(sys.modules, "app", SimpleNamespace(serve=calls.append))
    return calls


@pytest.fixture
def small_corpus(tmp_path: Path, articles: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Use the three articles as the bundled ones."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    articles.rename(folder / "articles")
    (folder / "knowledge").symlink_to(ROOT / "corpus" / "knowledge")
    monkeypatch.setenv("GUIDE_CORPUS", str(folder))
    monkeypatch.setenv("GUIDE_INDEX", str(tmp_path / "index"))
    return folder


def test_options_come_before_settings(
    cli: Run, same_index: Path, served: list[Settings], port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--port` and `--host` win over the environment; what is not given stays."""
    monkeypatch.setenv("GUIDE_INDEX", str(same_index))
    monkeypatch.setenv("GUIDE_PORT", "8001")
    assert cli("serve", "--port", str(port)).code == 0
    [settings] = served
    assert (settings.host, settings.port, settings.index) == ("127.0.0.1", port, same_index)


def test_the_first_start_builds_the_index_of_the_bundled_articles(
    cli: Run, small_corpus: Path, served: list[Settings], tmp_path: Path, port: int
) -> None:
    """Without an index, the bundled articles are ingested, and that is said."""
    result = cli("serve", "--port", str(port))
    assert result.code == 0
    assert "building the index of the bundled articles" in result.err
    assert "3 articles" in result.out
    assert len(served) == 1
    assert read_manifest(current(tmp_path / "index")).sources == (str(small_corpus / "articles"),)


def test_a_later_start_takes_up_changed_bundled_articles(
    cli: Run, small_corpus: Path, served: list[Settings], tmp_path: Path, port: int
) -> None:
    """An index of the bundled articles follows them."""
    cli("serve", "--port", str(port))
    (small_corpus / "articles" / "new.md").write_text("# 新しい記事\n\n本文です。\n", "utf-8")
    cli("serve", "--port", str(port))
    assert read_manifest(current(tmp_path / "index")).articles == 4
    assert len(served) == 2


def test_a_later_start_over_the_same_articles_builds_nothing(
    cli: Run, small_corpus: Path, served: list[Settings], tmp_path: Path, port: int
) -> None:
    """Nothing changed: the generation stays; knowledge that changed is taken up."""
    cli("serve", "--port", str(port))
    before = generations(tmp_path / "index")
    cli("serve", "--port", str(port))
    assert generations(tmp_path / "index") == before
    knowledge = small_corpus / "knowledge"
    knowledge.unlink()  # a link to the bundled one, which a test must not write into
    shutil.copytree(ROOT / "corpus" / "knowledge", knowledge)
    refusals = knowledge / "refusals.yaml"
    refusals.write_text(
        refusals.read_text("utf-8").replace("    asked:\n", "    asked:\n      - 別の言い方\n", 1), "utf-8"
    )
    cli("serve", "--port", str(port))
    assert generations(tmp_path / "index") != before
    assert len(served) == 3


def test_an_index_of_the_owners_articles_is_left_alone(
    cli: Run, index: Path, served: list[Settings], port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the owner ingested is served as it is."""
    monkeypatch.setenv("GUIDE_INDEX", str(index))
    assert cli("serve", "--port", str(port)).code == 0
    assert generations(index) == ["000001"]
    assert len(served) == 1


def test_a_damaged_index_is_not_built_over(
    cli: Run, small_corpus: Path, served: list[Settings], tmp_path: Path, port: int
) -> None:
    """Whose articles a damaged index held is not known: opening it tells, and nothing is replaced unasked."""
    cli("serve", "--port", str(port))
    (current(tmp_path / "index") / "manifest.json").write_bytes(b"{")
    assert cli("serve", "--port", str(port)).code == 0  # as far as the application, which refuses to open it
    assert generations(tmp_path / "index") == ["000001"]


def test_a_real_server_answers_and_stops(same_index: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the command to an answer over HTTP, a second server on the same port refused, then Ctrl-C."""
    monkeypatch.setenv("GUIDE_INDEX", str(same_index))
    code = (
        "import bot.answer.assemble as room; from tests.fakes import HashEmbedder; from bot.cli import main\n"
        "room.open_embedder = lambda settings: HashEmbedder()\n"
        "main()"
    )
    url = f"http://127.0.0.1:{port}"
    with spawn("serve", "--port", str(port), code=code) as server:
        try:
            _wait_until_ready(url, server)
            answer = httpx.post(f"{url}/api/chat", json={"question": "0x80070643 が出ます"}, timeout=30).json()
            assert answer["citations"][0]["article_id"] == "update-0x80070643"
            with spawn("serve", "--port", str(port)) as second:
                out, err = second.communicate(timeout=_PATIENCE)
            assert (second.returncode, out) == (1, b"")
            assert err.decode().startswith(f"guide: 127.0.0.1 port {port} cannot be used (Address already in use)")
        finally:
            server.send_signal(signal.SIGINT)
            _, err = server.communicate(timeout=_PATIENCE)
    assert server.returncode == 0
    assert b"Traceback" not in err


def _wait_until_ready(url: str, server: object) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if httpx.get(f"{url}/readyz", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    pytest.fail("the server did not become ready")
