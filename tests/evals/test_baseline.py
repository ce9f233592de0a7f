"""The accepted run: written, read back to the same figures, refused when foreign or damaged."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import DiskError, UsageError
from bot.evals.baseline import read_baseline, write_baseline
from bot.evals.compare import compare, outcomes
from tests.evals.make import scored


def test_a_run_equals_its_own_baseline(tmp_path: Path) -> None:
    """What is read back differs from the run in nothing."""
    write_baseline(tmp_path / "b.json", [scored()])
    baseline = read_baseline(tmp_path / "b.json")
    assert baseline.model == "fake"
    assert list(baseline.sets["questions"]) == outcomes(scored())
    found = compare(baseline.sets["questions"], scored(), "b.json")
    assert (found.flips, found.missing, found.compared) == ((), (), 9)
    assert {row.difference for row in found.rows} == {0.0}


def test_equal_runs_write_equal_files(tmp_path: Path) -> None:
    """The file holds nothing that differs between two equal runs, one question a line."""
    for name in ("a", "b"):
        write_baseline(tmp_path / name, [scored()])
    text = (tmp_path / "a").read_text("utf-8")
    assert text == (tmp_path / "b").read_text("utf-8")
    assert sum('"digest"' in line for line in text.split("\n")) == 9


def test_held_out_answers_are_not_written(tmp_path: Path) -> None:
    """The holdout is counted, not shown."""
    write_baseline(tmp_path / "b.json", [scored(), scored(name="holdout")])
    sets = json.loads((tmp_path / "b.json").read_text("utf-8"))["sets"]
    assert any("text" in question for question in sets["questions"]["questions"])
    assert not any("text" in question for question in sets["holdout"]["questions"])


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"schema_version": 0}, r"b\.json:1: the baseline has schema 0 and this version reads 1; write a new one"),
        ({"schema_version": None}, "schema None"),
        ({"sets": []}, "sets: .*restore the file"),
        ({"surprise": 1}, "surprise: "),
    ],
)
def test_another_shape_is_refused(tmp_path: Path, change: dict[str, object], expected: str) -> None:
    """A baseline of another schema names file and remedy."""
    path = tmp_path / "b.json"
    write_baseline(path, [scored()])
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **change}), "utf-8")
    with pytest.raises(UsageError, match=expected):
        read_baseline(path)


def test_a_shortened_baseline_is_refused(tmp_path: Path) -> None:
    """Questions taken out of a baseline cannot quietly lower what it asks for."""
    path = tmp_path / "b.json"
    write_baseline(path, [scored()])
    data = json.loads(path.read_text("utf-8"))
    del data["sets"]["questions"]["questions"][0]
    path.write_text(json.dumps(data), "utf-8")
    with pytest.raises(UsageError, match="says 9 questions and holds 8"):
        read_baseline(path)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"{\n\n", r"b\.json:3: broken JSON"),
        (b"\xff", "broken JSON"),
        (b"[]", "schema None"),
        (b"[" * 99_999, "broken JSON"),
    ],
)
def test_a_damaged_baseline_is_refused(tmp_path: Path, content: bytes, expected: str) -> None:
    """Broken files give one sentence."""
    (tmp_path / "b.json").write_bytes(content)
    with pytest.raises(UsageError, match=expected):
        read_baseline(tmp_path / "b.json")


def test_a_missing_baseline_says_how_to_write_one(tmp_path: Path) -> None:
    """The remedy is in the message."""
    with pytest.raises(UsageError, match="write a new one with --write-baseline"):
        read_baseline(tmp_path / "none.json")
    with pytest.raises(DiskError, match="choose another place with --baseline"):
        write_baseline(tmp_path, [replace(scored())])
