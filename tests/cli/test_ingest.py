"""`guide ingest`: what it reports to a reader and to a program."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

REPORT = ["articles", "chunks", "embedded", "added", "changed", "unchanged", "removed", "skipped", "notice"]
REPORT += ["near_duplicates", "dry_run", "generation", "seconds", "chunks_per_second"]


def test_json_reports_what_the_build_did(cli: Run, articles: Path) -> None:
    """The first build adds all; the next embeds only what changed and names what went."""
    first = json.loads(cli("ingest", articles, "--index", "index", "--json").out)
    assert list(first) == REPORT
    assert (first["articles"], first["added"]) == (3, ["printer", "sound", "update-0x80070643"])
    (articles / "sound.md").unlink()
    (articles / "printer.md").write_text("# 印刷できない\n\n紙を入れ直してください。\n", "utf-8")
    refused = cli("ingest", articles, "--index", "index", "--json")
    assert refused.code == 1
    assert "1 of 3 articles would be removed, more than 20%" in refused.sentence
    result = cli("ingest", articles, "--allow-shrink", "--index", "index", "--json")
    second = json.loads(result.out)
    assert (result.code, result.err) == (0, "")
    assert (second["changed"], second["removed"], second["unchanged"]) == (["printer"], ["sound"], 1)
    assert second["embedded"] == 1


def test_text_for_the_owner_is_one_line(cli: Run, articles: Path) -> None:
    """Without `--json`: counts and where the index is; skipped files on stderr."""
    (articles / "bad.md").write_bytes(b"\x00" * 10)
    result = cli("ingest", articles, "--index", "index")
    assert result.code == 0
    [line] = result.out.splitlines()
    assert line.startswith("3 articles in ")
    assert line.endswith("1 skipped -> index")
    [skipped] = result.err.splitlines()
    assert "bad.md" in skipped


def test_several_sources_make_one_index(cli: Run, articles: Path, tmp_path: Path) -> None:
    """Folder, single file and JSON lines are read together."""
    (tmp_path / "one.txt").write_text("タッチパッドが動かない\n\n設定でタッチパッドをオンにしてください。\n", "utf-8")
    row = {"_id": "doc-1", "title": "画面が暗い", "text": "明るさを上げてください。"}
    (tmp_path / "rows.jsonl").write_text(json.dumps(row, ensure_ascii=False) + "\n{broken\n", "utf-8")
    result = cli("ingest", articles, "one.txt", "rows.jsonl", "--index", "index", "--json")
    report = json.loads(result.out)
    assert result.code == 0
    assert report["articles"] == 5
    assert "doc-1" in report["added"]
    assert "rows.jsonl:2" in result.err


def test_one_bad_source_among_good_ones_changes_nothing(cli: Run, articles: Path) -> None:
    """A source that is not there is a mistake in the command, not a bad file: nothing is built without it."""
    result = cli("ingest", articles, "nowhere", "--index", "index")
    assert result.code == 2
    assert "nowhere does not exist" in result.sentence
    assert not Path("index/CURRENT").exists()


def test_the_index_setting_is_used_without_the_option(
    cli: Run, articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GUIDE_INDEX says where the index is, for reading and for writing."""
    monkeypatch.setenv("GUIDE_INDEX", str(tmp_path / "elsewhere"))
    assert cli("ingest", articles).code == 0
    assert (tmp_path / "elsewhere" / "CURRENT").exists()
    assert cli("search", "印刷", "--json").code == 0


def test_progress_is_drawn_on_a_terminal_only(cli: Run, articles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At a terminal stages are drawn on stderr; `--json` stays silent there too."""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    shown = cli("ingest", articles, "--index", "index")
    assert shown.code == 0
    assert "embedding" in shown.err
    silent = cli("ingest", articles, "--index", "index", "--json")
    assert silent.err == ""
    assert json.loads(silent.out)["articles"] == 3


def test_an_unknown_engine_is_a_mistake(cli: Run, articles: Path) -> None:
    """One sentence that names those that there are, exit 2."""
    result = cli("ingest", articles, "--engine", "spark")
    assert result.code == 2
    assert "expected plain or ray" in result.sentence
