"""The labelled sentences: they are many, of one split an article, and verification keeps above its floors."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import UsageError
from bot.evals.report import Report, as_document
from bot.evals.report.console import lines
from bot.evals.report.page import page
from bot.evals.support import measure_support, support_falls
from bot.evals.support_cases import OTHERS, SUPPORT, Label, load_support

FILE = Path(__file__).resolve().parents[2] / "corpus" / "evals" / SUPPORT


def test_figures_are_above_their_floors() -> None:
    """The gate of `guide eval --support` passes on the bundled sentences, and the table reaches every report."""
    results = measure_support(load_support(FILE) + load_support(FILE.with_name(OTHERS)))
    assert [result.split for result in results] == ["dev", "holdout", "others"]
    assert support_falls(results) == []
    report = Report("2026-01-01T00:00:00+00:00", support=tuple(results))
    assert any("true paraphrases passed" in line for line in lines(report))
    assert "Verification of generated sentences" in page(as_document(report))


def test_a_verifier_that_passes_everything_falls(monkeypatch: pytest.MonkeyPatch) -> None:
    """The gate can fail."""
    from bot.answer.verify import Verdict
    from bot.evals import support

    monkeypatch.setattr(support, "verify", lambda unit, _passages: Verdict(unit))
    assert any("attacks" in fall for fall in support_falls(support.measure_support(load_support(FILE))))


def test_splits_share_no_article() -> None:
    """What is tuned on says nothing about what is held out."""
    groups = load_support(FILE)
    articles = {
        split: {passage.article for group in groups if group.split == split for passage in group.passages}
        for split in ("dev", "holdout")
    }
    assert not articles["dev"] & articles["holdout"]
    assert {claim.label for group in groups for claim in group.claims} == set(Label)


def test_a_mistake_names_its_line(tmp_path: Path) -> None:
    """A broken line stops the run with file, line and remedy."""
    broken = tmp_path / SUPPORT
    broken.write_text('{"id": "x"}\n', "utf-8")
    with pytest.raises(UsageError, match=r"support\.jsonl:1: split: field required; correct it there"):
        load_support(broken)
