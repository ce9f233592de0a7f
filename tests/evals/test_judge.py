"""The judge beside the figures: what it is shown, what is made of its scores, and that it decides nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

import bot.cli.eval as command
from bot.backends.judge import JudgeScores
from bot.evals.baseline import write_baseline
from bot.evals.gate import TOLERANCES
from bot.evals.judge import JUDGED, judge_set, passages_of
from bot.evals.metrics import METRICS
from bot.evals.observations import Passage
from bot.evals.report import Report, as_document
from bot.evals.report.console import lines
from bot.evals.report.page import page
from tests.evals.make import ANSWERS, KEY, RECORDING, altered, scored
from tests.fakes import FakeJudge

GOOD = JudgeScores(1.0, 0.75)
ANSWERED = ["stop", "code", "sound", "scam", "key"]


def test_answers_are_shown_as_logs_hold_them() -> None:
    """Answered questions alone, their secrets masked, with the text and what it may rest on."""
    judge = FakeJudge(GOOD)
    judged = judge_set(judge, scored())
    assert list(judged.scores) == ANSWERED
    assert (judged.asked, judged.withheld, judged.skipped, dict(judged.failures)) == (5, 0, 0, {})
    assert KEY not in str(judge.shown)
    assert judge.shown[-1] == ("音が出ない [プロダクトキー]", "出力先を選び直します。[1]", ("出力先を選び直します。",))


def test_an_answer_with_a_secret_left_is_withheld() -> None:
    """Where masking failed, nothing goes out; that is counted."""
    judge = FakeJudge(GOOD)
    judged = judge_set(judge, scored(altered("key", text=f"{KEY}ですね。[1]")))
    assert (judged.asked, judged.withheld) == (4, 1)
    broken = altered("key", observation=replace(ANSWERS["key"], redacted=(f"音が出ない {KEY}",)))
    assert judge_set(judge, scored(broken)).withheld == 1
    assert KEY not in str(judge.shown)


def test_passages_come_first_and_quotes_only_where_they_add() -> None:
    """A quote that a passage holds is not sent twice."""
    found = (Passage("stop", (), "2～3時間待ちます。待ちましょう。", 1.0),)
    assert passages_of(replace(ANSWERS["stop"], passages=found)) == [
        "2～3時間待ちます。待ちましょう。", "電源を切るとデータが壊れる可能性があります。", "sfc /scannow",
    ]  # fmt: skip


def test_figures_are_averages_with_intervals() -> None:
    """Missing scores are left out, the others averaged as every other figure is."""
    scores = [JudgeScores(1.0, 0.0), JudgeScores(0.5, None, ("garbage",)), JudgeScores(None, 0.5, ("timeout",)), GOOD]
    judged = judge_set(FakeJudge(*scores, GOOD), scored())
    found = judged.figures["judge.faithfulness"]
    assert (found.value, found.n) == (0.875, 4)
    assert found.low <= found.value <= found.high
    assert (judged.figures["judge.relevance"].value, judged.figures["judge.relevance"].n) == (0.5, 4)
    assert judged.failures == {"garbage": 1, "timeout": 1}


@pytest.mark.parametrize(("said", "text", "agrees"), [
    (0.5, "出力先を選び直します。[1]", 1.0),
    (0.4, "出力先を選び直します。[1]", 0.0),
    (0.4, "電源を抜きます。[1]", 1.0),
    (1.0, "電源を抜きます。[1]", 0.0),
])  # fmt: skip
def test_faithfulness_agrees_with_grounding(said: float, text: str, agrees: float) -> None:
    """Faithful and without a grounding fault, or unfaithful and with one."""
    cases = [case.case for case in scored().results if case.case.id == "sound"]
    judged = judge_set(FakeJudge(JudgeScores(said, None)), scored(altered("sound", text=text), cases))
    assert judged.figures["judge.faithfulness_agreement"].value == agrees


@pytest.mark.parametrize(("said", "text", "agrees"), [
    (0.5, "出力先を選び直します。[1]", 1.0),
    (0.4, "出力先を選び直します。[1]", 0.0),
    (0.4, "ミュートを解除します。[2]", 1.0),
    (1.0, "ミュートを解除します。[2]", 0.0),
])  # fmt: skip
def test_relevance_agrees_with_fact_recall(said: float, text: str, agrees: float) -> None:
    """Relevant and with half of the facts, or neither; questions that want no facts are left out."""
    cases = [case.case for case in scored().results if case.case.id in {"sound", "scam"}]
    judged = judge_set(FakeJudge(JudgeScores(None, said)), scored(altered("sound", text=text), cases))
    found = judged.figures["judge.relevance_agreement"]
    assert (found.value, found.n) == (agrees, 1)


def test_a_judge_that_keeps_failing_is_left_alone() -> None:
    """Three answers in a row without a score are enough; one score in between starts the count anew."""
    dead = JudgeScores(None, None, ("timeout", "timeout"))
    judged = judge_set(FakeJudge(dead), scored())
    assert (judged.asked, judged.skipped, dict(judged.failures), dict(judged.figures)) == (3, 2, {"timeout": 6}, {})
    assert judge_set(FakeJudge(dead, dead, GOOD, dead, dead), scored()).skipped == 0


def _report() -> Report:
    held = scored(name="holdout")
    said = (GOOD, GOOD, GOOD, JudgeScores(None, None, ("garbage",)))
    return Report("2026", (scored(), held), judged=tuple(judge_set(FakeJudge(*said), one) for one in (scored(), held)))


def test_it_is_shown_beside_the_figures() -> None:
    """Terminal, JSON and page have a section of their own; of held-out questions the figures alone."""
    report = _report()
    text = "\n".join(lines(report))
    assert "questions: 5 answers judged by judge-1; never gated" in text
    assert "not judged: garbage" in text
    document = as_document(report)
    first, held = json.loads(json.dumps(document))["judge"]
    assert first["scores"]["stop"] == {"faithfulness": 1.0, "relevance": 0.75, "failures": []}
    assert (held["set"], held["scores"]) == ("holdout", {})
    assert set(first["definitions"]) == {metric.name for metric in JUDGED}
    html = page(document)
    for metric in JUDGED:
        assert metric.name in text
        assert metric.ja in html
        assert metric.definition in html.replace("&#34;", '"').replace("&#39;", "'")
    assert html.count('class="ja"') == html.count('class="en"')
    assert "モデルによる判定" not in page(as_document(Report("2026", (scored(),))))


def test_it_is_never_gated_nor_accepted(tmp_path: Any) -> None:
    """No tolerance, no metric and no baseline knows its names; the other figures do not move."""
    names = {metric.name for metric in JUDGED}
    assert not names & (set(TOLERANCES) | {metric.name for metric in METRICS})
    write_baseline(tmp_path / "b.json", _report().sets)
    assert "judge" not in (tmp_path / "b.json").read_text("utf-8")
    with_judge, without = as_document(_report()), as_document(replace(_report(), judged=()))
    assert with_judge.pop("judge") != without.pop("judge") == []
    assert with_judge == without


def test_the_command_reports_a_judge_and_still_succeeds(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any, guide: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--judge` adds its section whatever the judge does; without a model it is wrong use, said before any work."""
    row = {"id": "a", "kind": "short", "q": "音が出ない", "gold": [], "facts": [], "status": "abstained", "route": None}
    (tmp_path / "q.jsonl").write_text(json.dumps(row), "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(command, "open_guide", lambda settings: guide)
    arguments = ["eval", "--questions", "q.jsonl", "--judge"]
    assert _main(monkeypatch, arguments) == 2
    said = capsys.readouterr().err
    assert "GUIDE_JUDGE_MODEL" in said
    assert said.count("\n") == 1
    assert _main(monkeypatch, [*arguments, "--mine", "q.jsonl"]) == 2
    capsys.readouterr()
    dead = FakeJudge(JudgeScores(None, None, ("refused", "refused")))
    monkeypatch.setattr("bot.backends.judge.open_judge", lambda settings: dead)
    assert _main(monkeypatch, arguments) == 0
    assert "judged by judge-1; never gated" in capsys.readouterr().out


def _main(monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> int:
    from bot.cli import main

    monkeypatch.setattr("sys.argv", ["guide", *arguments])
    with pytest.raises(SystemExit) as stopped:
        main()
    return int(stopped.value.code or 0)


def test_a_recording_without_redacted_turns_is_not_shown() -> None:
    """Where a revision did not say what its logs hold, the judge is not asked."""
    bare = {name: replace(seen, redacted=()) for name, seen in ANSWERS.items()}
    judge = FakeJudge(GOOD)
    assert judge_set(judge, scored(replace(RECORDING, observations=bare))).asked == 0
    assert judge.shown == []
