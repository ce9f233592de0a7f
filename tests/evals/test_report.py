"""The report: one page that needs nothing else, JSON that repeats, XML that CI reads, files that others read."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bot.errors import DiskError
from bot.evals.ablate import AblationRow
from bot.evals.compare import compare, outcomes
from bot.evals.metrics import METRICS
from bot.evals.mine import Mined
from bot.evals.report import Report, as_document, write_report
from bot.evals.report.console import lines
from bot.evals.report.document import RankingResult
from bot.evals.report.page import page
from bot.evals.run import with_gate
from tests.evals.make import ANSWERS, CASES, KEY, RECORDING, altered, scored

EVIL = '<script>alert("x")</script> </textarea> {{ 7 * 7 }} \x0b ]]>'


def _full() -> Report:
    """Return a report in which every part has something to show."""
    broken = scored(altered("code", text=f"{EVIL}[1]"))
    held = scored(altered("tool", text="秘密の保留回答"), name="holdout")
    row = AblationRow("dense", 5, 9, {"retrieval.hit@1": (0.5, -0.25, 0.03), "overall.solved": (0.5, 0.1, 0.5)})
    report = Report(
        "2026-11-22T09:00:00+00:00",
        (broken, held),
        ablation=(row,),
        mined=(Mined(3, "タスクバー", "low-confidence", "0.2 < 0.5", ("音が出ないとき",)),),
        rankings=(RankingResult("set", "guide", 2, {"retrieval.mrr": broken.figures["retrieval.mrr"]}),),
    )
    return with_gate(report, [compare(outcomes(scored()), broken, "before.json")])


class _Outside(HTMLParser):
    """Collect whatever a page would fetch, and its elements with script in them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.scripts = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        self.found += [value or "" for name, value in attrs if name in {"src", "href", "action", "srcset", "data"}]


def test_the_page_needs_nothing_from_outside() -> None:
    """No address is fetched, and text from answers is never taken for markup."""
    html = page(as_document(_full()))
    parser = _Outside()
    parser.feed(html)
    assert parser.found == []
    assert parser.scripts == 1
    assert "url(" not in html
    assert "&lt;script&gt;alert" in html
    assert "{{ 7 * 7 }}" in html


def test_the_page_shows_every_part_in_two_languages() -> None:
    """Summary, plots, failures with what was expected, comparison, ablation, mining, in Japanese and English."""
    html = page(as_document(_full()))
    for text in (
        "まとめ", "Summary", "アブレーション", "Ablation", "ゲート: 不合格", "Gate: failed", "abstention recall",
        "変わった質問", "before.json", "タスクバー", "回復領域", "<polyline", "<rect", "必要な事実がない",
        "Facts missing", "段階ごとの貢献",
    ):  # fmt: skip
        assert text in html, text
    assert html.count('class="ja"') == html.count('class="en"')


def test_an_empty_report_is_a_page_too() -> None:
    """Mining alone, or nothing at all, leaves no broken part."""
    assert "指標の定義" in page(as_document(Report("2026")))


def test_secrets_and_held_out_questions_stay_out() -> None:
    """The page shows questions as logs hold them, and of the holdout figures alone."""
    html = page(as_document(_full()))
    assert KEY not in html
    assert "秘密の保留回答" not in html


def test_equal_runs_differ_in_times_alone() -> None:
    """Everything but `times` is the same in two runs."""
    slow = {
        name: replace(seen, answer=replace(seen.answer, timings_ms={"total": 99.0})) if seen.answer else seen
        for name, seen in ANSWERS.items()
    }
    first = as_document(Report("a", (scored(),)))
    second = as_document(Report("b", (scored(replace(RECORDING, observations=slow)),)))
    assert first.pop("times") != second.pop("times")
    assert json.dumps(first) == json.dumps(second)


def test_all_files_are_written_and_read(tmp_path: Path) -> None:
    """JSON and XML parse, control characters notwithstanding; runs and judgements are there for each set."""
    written = write_report(_full(), tmp_path / "new" / "report")
    assert {path.name for path in written} == {
        "report.html", "report.json", "junit.xml", "questions.run.trec", "questions.qrels.trec", "holdout.run.trec",
        "holdout.qrels.trec",
    }  # fmt: skip
    data = json.loads((tmp_path / "new" / "report" / "report.json").read_text("utf-8"))
    assert data["sets"]["questions"]["count"] == len(CASES)
    assert data["sets"]["holdout"]["cases"] == []
    root = ET.parse(tmp_path / "new" / "report" / "junit.xml").getroot()  # noqa: S314  # our own file
    suites = {suite.get("name"): suite for suite in root}
    assert (suites["questions"].get("tests"), suites["questions"].get("skipped")) == ("9", "1")
    assert int(suites["gate"].get("failures")) == len(suites["gate"].findall("testcase/failure")) > 0


def test_an_unwritable_place_is_refused(tmp_path: Path) -> None:
    """One sentence says what to do."""
    (tmp_path / "file").write_text("")
    with pytest.raises(DiskError, match="choose another place with --report"):
        write_report(_full(), tmp_path / "file")


def test_the_terminal_shows_every_metric_and_the_verdict() -> None:
    """Each metric has a line with interval and count; what fell is listed last."""
    text = "\n".join(lines(_full()))
    for metric in METRICS:
        assert re.search(rf"{re.escape(metric.name)} +[\d.]+ \[[\d.]+, [\d.]+\] n=\d", text), metric.name
    assert "GATE: questions answer.fact_recall fell from" in text
    assert re.search(r"gate: \d+ metrics fell$", text)
    assert "no longer solved: code" in text
    good = with_gate(Report("x", (scored(),)), [compare(outcomes(scored()), scored(), "b")])
    assert list(lines(good))[-1] == "gate: passed"


def test_every_metric_says_how_it_is_defined() -> None:
    """The definitions in the report are the docstrings."""
    document = as_document(Report("x"))
    assert set(document["definitions"]) == {metric.name for metric in METRICS}
    assert all(text.endswith(".") for text in document["definitions"].values())
