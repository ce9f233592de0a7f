"""`guide doctor`: every setting with its source, every check with what to do."""

from __future__ import annotations

import json
import shutil
import socket
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.settings import PREFIX, Settings
from tests.cli.conftest import ROOT, Run
from tests.fakes import HashEmbedder

CHECKS = ["disk", "port", "corpus", "model", "reranker", "chat model", "index"]


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> int:
    """Set GUIDE_PORT to a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found = int(probe.getsockname()[1])
    monkeypatch.setenv("GUIDE_PORT", str(found))
    return found


@pytest.fixture
def sound_corpus(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the check of the whole corpus, which takes longer than all else here."""
    monkeypatch.setattr("ingest.check_corpus.check_corpus", lambda _corpus: [])


def _checks(cli: Run, *arguments: str | Path) -> tuple[int, dict[str, tuple[bool, str]]]:
    result = cli("doctor", *arguments, "--json")
    assert result.err == ""
    checks = json.loads(result.out)["checks"]
    assert [check["name"] for check in checks] == CHECKS
    return result.code, {check["name"]: (check["ok"], check["detail"]) for check in checks}


def test_all_is_well_with_the_bundled_corpus(cli: Run, same_index: Path, port: int) -> None:
    """With an index, a free port and the bundled articles, all checks pass; exit 0."""
    code, checks = _checks(cli, "--index", same_index)
    assert {name: ok for name, (ok, _) in checks.items()} == dict.fromkeys(CHECKS, True)
    assert code == 0
    assert "3 articles" in checks["index"][1]
    assert "fake-hash-64, 64 dimensions" in checks["model"][1]
    assert str(port) in checks["port"][1]


@pytest.mark.usefixtures("sound_corpus")
def test_every_setting_is_listed_with_value_source_and_help(
    cli: Run, same_index: Path, port: int, tmp_path: Path
) -> None:
    """Environment, `.env`, an option and defaults are told apart."""
    (tmp_path / ".env").write_text("GUIDE_LOG_LEVEL=warning\n", "utf-8")
    rows = json.loads(cli("doctor", "--index", same_index, "--json").out)["settings"]
    assert [row["name"] for row in rows] == [PREFIX + name.upper() for name in Settings.model_fields]
    assert all(list(row) == ["name", "value", "source", "help"] and row["help"] for row in rows)
    found = {row["name"]: (row["value"], row["source"]) for row in rows}
    assert found["GUIDE_PORT"] == (str(port), "environment")
    assert found["GUIDE_LOG_LEVEL"] == ("warning", ".env")
    assert found["GUIDE_INDEX"] == (str(same_index), "--index")
    assert found["GUIDE_HOST"] == ("127.0.0.1", "default")


@pytest.mark.usefixtures("sound_corpus", "port")
def test_text_for_the_owner_shows_the_same(cli: Run, same_index: Path) -> None:
    """Without `--json`: a line a setting with its help, a line a check."""
    result = cli("doctor", "--index", same_index)
    assert (result.code, result.err) == (0, "")
    for name, field in Settings.model_fields.items():
        assert f"{PREFIX}{name.upper()} = " in result.out
        assert f"    {field.description}" in result.out
    assert [line.split(":")[0] for line in result.out.splitlines()[-len(CHECKS) :]] == [
        f"ok  {name}" for name in CHECKS
    ]


@pytest.mark.usefixtures("sound_corpus", "port")
def test_no_index_yet_is_bad_and_says_what_to_do(cli: Run) -> None:
    """Exit 1; the other checks are made all the same."""
    code, checks = _checks(cli)
    assert code == 1
    assert checks["index"] == (
        False,
        "there is no index in data/index; build one with `guide ingest SOURCE --index data/index`",
    )
    assert all(ok for name, (ok, _) in checks.items() if name != "index")
    text = cli("doctor")
    assert text.code == 1
    assert "\nBAD index: there is no index" in text.out


@pytest.mark.usefixtures("sound_corpus")
def test_a_port_in_use_is_bad(cli: Run, same_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be the guide itself, which the check says."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("GUIDE_PORT", str(taken.getsockname()[1]))
        code, checks = _checks(cli, "--index", same_index)
    assert code == 1
    assert not checks["port"][0]
    assert "the guide itself" in checks["port"][1]


@pytest.mark.usefixtures("sound_corpus", "port")
@pytest.mark.parametrize("free", [5 << 20, None], ids=["full", "unknown"])
def test_a_full_or_unreadable_disk_is_bad(
    cli: Run, same_index: Path, free: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How much is free, how much is needed; an index on a disk that is gone is one sentence too."""

    def usage(_path: Path) -> Any:
        if free is None:
            raise OSError(5, "Input/output error")
        return SimpleNamespace(free=free)

    monkeypatch.setattr(shutil, "disk_usage", usage)
    code, checks = _checks(cli, "--index", same_index)
    assert code == 1
    assert not checks["disk"][0]
    assert ("5 MB free" if free else "Input/output error") in checks["disk"][1]


@pytest.mark.usefixtures("sound_corpus", "port")
def test_a_model_that_fails_is_bad_for_model_and_index(cli: Run, same_index: Path, use_model: Any) -> None:
    """An index of another model is told by the check of the index."""
    use_model(HashEmbedder(32))
    code, checks = _checks(cli, "--index", same_index)
    assert code == 1
    assert checks["model"][0]
    assert not checks["index"][0]
    assert "fake-hash-64" in checks["index"][1]


@pytest.mark.usefixtures("port")
def test_a_mistake_in_the_corpus_is_shown_with_file_line_and_remedy(
    cli: Run, same_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broken knowledge file is named, not traced."""
    shutil.copytree(ROOT / "corpus", tmp_path / "corpus")
    path = tmp_path / "corpus" / "knowledge" / "lifecycle.csv"
    path.write_text(path.read_text("utf-8").replace(",2027-10-12", ",some day", 1), "utf-8")
    monkeypatch.setenv("GUIDE_CORPUS", str(tmp_path / "corpus"))
    code, checks = _checks(cli, "--index", same_index)
    assert code == 1
    ok, detail = checks["corpus"]
    assert not ok
    assert "lifecycle.csv:" in detail
