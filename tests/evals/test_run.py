"""The whole instrument on the real guide: what the command prints, writes and refuses, and what it sees."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

import bot.cli.eval as command
import bot.cli.eval_against as against_command
from bot.cli import main
from bot.errors import DiskError
from bot.evals import against
from bot.evals.ablate import ablate, without, write_table
from bot.evals.cases import load_cases
from bot.evals.compare import compare, outcomes
from bot.evals.figures import score_set
from bot.evals.gate import falls
from bot.evals.mine import load_questions, mine
from bot.evals.observations import observe
from bot.types import Status
from tests.conftest import ROOT

_CHOSEN = ("out_of_scope", "near_unanswered", "unknown_code", "code", "follow_up", "harmful", "secret")
"""Kinds that a few questions are taken from."""


@dataclass(frozen=True)
class Result:
    """What one call of the command line did."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def few(tmp_path_factory: pytest.TempPathFactory, corpus: Path) -> Path:
    """Write a question file with one bundled question of some kinds."""
    rows = [json.loads(line) for line in (corpus / "evals" / "questions.jsonl").read_text("utf-8").splitlines() if line]
    chosen = [row for kind in _CHOSEN for row in [row for row in rows if row["kind"] == kind][:1]]
    path = tmp_path_factory.mktemp("questions") / "few.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in chosen), "utf-8")
    return path


@pytest.fixture
def guide_eval(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], guide: Any, tmp_path: Path
) -> Iterator[Callable[..., Result]]:
    """Return a function that runs `guide eval` in this process on the session's guide."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(command, "open_guide", lambda settings: guide)

    def run(*arguments: object) -> Result:
        monkeypatch.setattr(sys, "argv", ["guide", "eval", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            main()
        printed = capsys.readouterr()
        return Result(int(stopped.value.code or 0), printed.out, printed.err)

    return run


def test_a_run_its_baseline_and_the_gate(guide_eval: Callable[..., Result], few: Path, tmp_path: Path) -> None:
    """A run is accepted, equals itself, and a baseline that was better fails it with exit code 1 and a list."""
    first = guide_eval("--questions", few, "--baseline", "b.json", "--write-baseline", "--report", "r")
    assert first.code == 0
    assert "accepted: 7 questions -> b.json" in first.err
    assert "questions: 7 questions" in first.out
    again = guide_eval("--questions", few, "--baseline", "b.json", "--report", "s")
    assert (again.code, again.out.strip().splitlines()[-1]) == (0, "gate: passed")
    reports = [json.loads((tmp_path / name / "report.json").read_text("utf-8")) for name in ("r", "s")]
    assert reports[0]["sets"] == reports[1]["sets"]
    better = json.loads((tmp_path / "b.json").read_text("utf-8"))
    for question in better["sets"]["questions"]["questions"]:
        question["samples"] = {name: [below, below] for name, (_, below) in question["samples"].items()}
    (tmp_path / "better.json").write_text(json.dumps(better), "utf-8")
    failed = guide_eval("--questions", few, "--baseline", "better.json", "--json")
    assert failed.code == 1
    gate = json.loads(failed.out)["gate"]
    assert gate["judged"]
    assert gate["falls"]


def test_a_bad_comparison_is_refused_at_once(guide_eval: Callable[..., Result], few: Path) -> None:
    """A key that is neither weight nor setting, a weight that is no number, an unknown revision."""
    refused = guide_eval("--questions", few, "--against", "densse=0")
    assert (refused.code, "'densse' is neither a setting nor a weight; use one of dense" in refused.err) == (2, True)
    refused = guide_eval("--questions", few, "--against", "dense=much")
    assert (refused.code, "the weight dense is 'much'; give a number" in refused.err) == (2, True)
    refused = guide_eval("--questions", few, "--against", "no-such-revision")
    assert (refused.code, refused.err.count("\n")) == (2, 1)


def test_other_weights_are_compared(
    guide_eval: Callable[..., Result],
    monkeypatch: pytest.MonkeyPatch,
    guide: Any,
    few: Path,
    bundled_index_path: Path,
) -> None:
    """The same questions go to a guide with other weights; the difference is reported and gated."""
    from bot.answer.guide import Guide
    from bot.index import open_index

    def opened(settings: Any) -> Guide:
        index = open_index(bundled_index_path, guide.embedder.name, guide.embedder.dimension)
        return Guide(index, guide.embedder, guide.knowledge, kept=guide.kept)

    monkeypatch.setattr(against_command, "open_guide", opened)
    weights = "dense=0,words=0,face_dense=0,face_words=0,face_bigrams=0,face_learnt=0"
    result = guide_eval("--questions", few, "--against", weights, "--json")
    report = json.loads(result.out)
    [comparison] = report["comparisons"]
    assert (comparison["other"], comparison["compared"]) == (weights, 7)
    rows = {row["metric"]: row for row in comparison["rows"]}
    assert rows["retrieval.ndcg@10"]["difference"] > 0
    assert report["gate"]["judged"]


def _small_corpus(corpus: Path, target: Path, wanted: str) -> Path:
    """Copy the knowledge with one topic that no article covers, and the articles with `wanted` in their names."""
    shutil.copytree(corpus / "knowledge", target / "knowledge")
    uncovered = target / "knowledge" / "uncovered.yaml"
    topics = yaml.safe_load(uncovered.read_text("utf-8"))["topics"][:1]
    uncovered.write_text(yaml.safe_dump({"topics": topics}, allow_unicode=True), "utf-8")
    (target / "articles").mkdir()
    for path in (corpus / "articles").glob(f"*{wanted}*.md"):
        shutil.copy(path, target / "articles")
    return target


def test_without_arguments_the_bundled_articles_are_measured_as_they_are(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, corpus: Path, embedder: Any
) -> None:
    """An index of its own is built beside the configured one; both bundled sets are asked, the holdout apart."""
    own = _small_corpus(corpus, tmp_path / "corpus", "sound")
    [article] = (own / "articles").glob("*.md")
    (own / "evals").mkdir()
    row = {"id": "a", "kind": "short", "q": "音 出ない", "gold": [article.stem], "facts": [], "status": "answered"}
    (own / "evals" / "questions.jsonl").write_text(json.dumps(row), "utf-8")
    (own / "evals" / "holdout.jsonl").write_text(json.dumps({**row, "id": "b", "q": "無音になった"}), "utf-8")
    monkeypatch.setenv("GUIDE_CORPUS", str(own))
    monkeypatch.setenv("GUIDE_INDEX", str(tmp_path / "index"))
    monkeypatch.setattr(sys, "argv", ["guide", "eval", "--json"])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert not stopped.value.code
    report = json.loads(capsys.readouterr().out)
    assert {name: found["count"] for name, found in report["sets"].items()} == {"questions": 1, "holdout": 1}
    assert report["index"]["articles"] == 1
    assert report["sets"]["holdout"]["cases"] == []
    assert not (tmp_path / "index").exists()
    assert (tmp_path / "index-eval" / "CURRENT").is_file()


def test_settings_and_weights_are_told_apart() -> None:
    """`GUIDE_` and case do not matter; a text without an equals sign is a revision."""
    assert against.parse_changes("main") is None
    assert against.parse_changes("GUIDE_QUESTION_LIMIT=500, dense=0.5") == ({"question_limit": "500"}, {"dense": 0.5})


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--questions", "none.jsonl"], "none.jsonl cannot be read"),
        (["--baseline", "none.json"], "there is no baseline none.json; write a new one with --write-baseline"),
        (["--beir", "none"], "none is not a directory"),
        (["--mine", "none.txt"], "none.txt cannot be read"),
        (["--from-run", "none.trec"], "none.trec cannot be read"),
        (["--beir", ".", "--mine", "x"], "give one of them"),
        (["--beir", ".", "--ablate"], "need test questions"),
        (["--mine", "x", "--from-run", "y"], "give one of them"),
    ],
)
def test_wrong_use_is_said_in_one_sentence(
    guide_eval: Callable[..., Result], few: Path, arguments: list[str], expected: str
) -> None:
    """Exit code 2, one line on stderr, nothing on stdout, before anything slow begins."""
    if arguments[0] == "--baseline":
        arguments = ["--questions", str(few), *arguments]
    result = guide_eval(*arguments)
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert expected in result.err


def test_a_gold_article_that_is_not_indexed_stops_the_run(guide_eval: Callable[..., Result], tmp_path: Path) -> None:
    """File, line and remedy, and no figure."""
    row = {"id": "a", "kind": "short", "q": "x", "gold": ["no-such-article"], "facts": [], "status": "answered"}
    (tmp_path / "q.jsonl").write_text(json.dumps(row), "utf-8")
    result = guide_eval("--questions", "q.jsonl")
    assert (result.code, result.out) == (2, "")
    assert "q.jsonl:1: the gold article 'no-such-article' is not in the index" in result.err


def test_a_baseline_of_other_questions_is_refused(
    guide_eval: Callable[..., Result], few: Path, tmp_path: Path, corpus: Path
) -> None:
    """Nothing in common is a mistake, not a passed gate."""
    other = (corpus / "evals" / "holdout.jsonl").read_text("utf-8").splitlines()[0]
    (tmp_path / "other.jsonl").write_text(other, "utf-8")
    assert guide_eval("--questions", "other.jsonl", "--baseline", "b.json", "--write-baseline").code == 0
    result = guide_eval("--questions", few, "--baseline", "b.json")
    assert (result.code, "has none of the questions of this run" in result.err) == (2, True)


def test_held_out_questions_must_be_others(guide_eval: Callable[..., Result], few: Path) -> None:
    """A question cannot be worked with and held out."""
    result = guide_eval("--questions", few, "--holdout", few)
    assert (result.code, "cannot be held out" in result.err) == (2, True)


def test_questions_can_be_measured_by_a_foreign_run(
    guide_eval: Callable[..., Result], few: Path, tmp_path: Path
) -> None:
    """Our own run, written and read back, has our own figures."""
    result = guide_eval("--questions", few, "--run", "ours.trec", "--json")
    own = json.loads(result.out)["sets"]["questions"]["figures"]
    result = guide_eval("--questions", few, "--from-run", "ours.trec", "--json")
    [foreign] = json.loads(result.out)["rankings"]
    assert foreign["figures"] == {name: value for name, value in own.items() if name.startswith("retrieval.")}


def test_mining_says_why(guide_eval: Callable[..., Result], guide: Any, tmp_path: Path) -> None:
    """Each real question has its reason and the nearest articles, and secrets in it are masked."""
    lines = [
        "0x80240034 が出ました",
        "",
        "肉じゃがの味が薄い",
        "KMSのツールで認証を通したい",
        "0x80070643",
        "あ" * 3000,
    ]
    (tmp_path / "real.txt").write_text("\n".join([*lines, "キーは ABCDE-FGHJK-MNPQR-TVWXY-23467 です"]), "utf-8")
    mined = mine(guide, load_questions(tmp_path / "real.txt"))
    assert [found.line for found in mined] == [1, 3, 4, 5, 6, 7]
    for found, text in zip(mined[:4], [line for line in lines[:5] if line], strict=True):
        assert found.abstained is (guide.ask(text).status is Status.ABSTAINED)
    assert (mined[0].reason, mined[0].detail) == ("unknown-code", "0x80240034")
    assert mined[4].reason == "rejected"
    assert "ABCDE-FGHJK" not in mined[5].question
    result = guide_eval("--mine", "real.txt", "--report", "r")
    assert result.code == 0
    assert "6 questions, " in result.out
    assert "肉じゃが" in (tmp_path / "r" / "report.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("content", "expected"), [(b"\n \n", "has no questions"), ("質問".encode("shift_jis"), "not UTF-8")]
)
def test_bad_files_of_real_questions(
    guide_eval: Callable[..., Result], tmp_path: Path, content: bytes, expected: str
) -> None:
    """An empty file and one in another encoding are said to be so."""
    (tmp_path / "real.txt").write_bytes(content)
    result = guide_eval("--mine", "real.txt")
    assert (result.code, expected in result.err) == (2, True)


def test_two_observations_are_equal_but_for_time(guide: Any, few: Path) -> None:
    """Asking twice gives the same samples."""
    cases = load_cases(few)
    first, second = (score_set("questions", cases, observe(guide, cases)) for _ in range(2))
    assert outcomes(first) == outcomes(second)


def test_a_lower_abstention_threshold_is_seen(monkeypatch: pytest.MonkeyPatch, guide: Any, corpus: Path) -> None:
    """A guide that answers whatever comes loses abstention recall, and the gate fails."""
    from bot.answer import confidence

    bundled = load_cases(corpus / "evals" / "questions.jsonl")
    cases = [case for case in bundled if case.kind in {"out_of_scope", "near_unanswered"}][:14:2]
    cases += [case for case in bundled if case.kind == "code"][:2]
    before = score_set("questions", cases, observe(guide, cases))
    name = "THRESHOLD" if hasattr(confidence, "THRESHOLD") else "_THRESHOLD"
    monkeypatch.setattr(confidence, name, 0.0)
    after = score_set("questions", cases, observe(guide, cases))
    assert after.recording.threshold == 0.0
    fallen = {fall.metric for fall in falls(compare(outcomes(before), after, "before"))}
    assert {"decision.abstain_recall", "decision.status_right"} <= fallen


def test_ablation_turns_off_every_stage(guide: Any, few: Path, tmp_path: Path) -> None:
    """Each weight, the two lexical views together, and the decision trees have a row; the guide itself is unchanged."""
    stages = [stage for stage, _ in without(guide)]
    assert {"dense", "words", "bigrams", "exact", "vocabulary", "all lexical", "flows"} <= set(stages)
    cases = [case for case in load_cases(few) if case.kind in {"code", "unknown_code"}]
    whole = score_set("questions", cases, observe(guide, cases))
    rows = {row.stage: row for row in ablate(guide, cases, whole)}
    assert list(rows) == stages
    assert {row.count for row in rows.values()} == {len(cases)}
    value, difference, p = rows["exact"].figures["retrieval.ndcg@10"]
    assert value == pytest.approx(whole.figures["retrieval.ndcg@10"].value + difference, abs=1e-5)
    assert 0 < p <= 1
    write_table(tmp_path / "ablation.md", list(rows.values()), whole)
    assert (
        sum(line.startswith("| ") for line in (tmp_path / "ablation.md").read_text("utf-8").split("\n"))
        == len(rows) + 3
    )
    with pytest.raises(DiskError, match="choose another place"):
        write_table(tmp_path, list(rows.values()), whole)


def test_a_set_in_beirs_layout_is_searched_and_measured(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    corpus: Path,
    bundled_index_path: Path,
) -> None:
    """An index of the set is built, its queries are searched, and the written run has the printed figures."""
    texts = {
        "音": "音が出ないときは出力先を選び直します。",
        "印刷": "印刷できないときは待ち行列を空にします。",
        "通信": "Wi-Fiにつながらないときは再起動します。",
    }
    documents = [{"_id": name, "title": "", "text": text} for name, text in texts.items()]
    (tmp_path / "corpus.jsonl").write_text("\n".join(json.dumps(row) for row in documents), "utf-8")
    queries = [{"_id": f"q-{name}", "text": text[:7]} for name, text in texts.items()]
    (tmp_path / "queries.jsonl").write_text("\n".join(json.dumps(row) for row in queries), "utf-8")
    (tmp_path / "qrels.tsv").write_text("".join(f"q-{name}\t{name}\t1\n" for name in texts), "utf-8")
    monkeypatch.setenv("GUIDE_CORPUS", str(_small_corpus(corpus, tmp_path / "corpus", "no article")))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> dict[str, Any]:
        monkeypatch.setattr(sys, "argv", ["guide", "eval", "--beir", str(tmp_path), "--json", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            main()
        assert not stopped.value.code
        return json.loads(capsys.readouterr().out)["rankings"][0]

    ours = run("--run", "ours.trec", "-k", 2)
    assert (ours["count"], ours["figures"]["retrieval.hit@1"]["value"]) == (3, 1.0)
    assert run("--from-run", "ours.trec")["figures"] == ours["figures"]
    assert len((tmp_path / "ours.trec").read_text("utf-8").splitlines()) == 6
    assert not list(tmp_path.glob("index*"))
    monkeypatch.setattr(sys, "argv", ["guide", "eval", "--beir", str(tmp_path), "--index", str(bundled_index_path)])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2
    assert "holds no document of" in capsys.readouterr().err


def _git(folder: Path, *arguments: str) -> None:
    names = ("-c", "user.name=test", "-c", "user.email=test@example.org")
    subprocess.run(["git", "-C", str(folder), *names, *arguments], check=True, capture_output=True)


def test_another_revision_answers_the_same_questions(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, corpus: Path, few: Path, embedder: Any
) -> None:
    """A checkout of the revision builds its own index and answers with its own code; nothing of it stays behind."""
    repository = tmp_path / "repository"
    for name in ("bot", "ingest"):
        for path in (ROOT / name).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                target = repository / path.relative_to(ROOT)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(path.read_bytes())
    _small_corpus(corpus, repository / "corpus", "error-codes")
    refusal = repository / "bot" / "answer" / "frame" / "ja.yaml"
    refusal.write_text(refusal.read_text("utf-8").replace("見つかりませんでした", "ありませんでした"), "utf-8")
    _git(tmp_path, "init", "--quiet", str(repository))
    _git(repository, "add", ".")
    _git(repository, "commit", "--quiet", "-m", "x")
    monkeypatch.setattr(against, "_ROOT", repository)
    cases = [case for case in load_cases(few) if case.kind == "unknown_code"]
    recording = against.record_revision("HEAD", cases, None)
    assert {seen.status for seen in recording.observations.values()} == {Status.ABSTAINED}
    assert all("ありませんでした" in seen.text for seen in recording.observations.values())
    assert recording.articles == 1
    listed = subprocess.run(
        ["git", "-C", str(repository), "worktree", "list"], capture_output=True, text=True, check=True
    )
    assert len(listed.stdout.splitlines()) == 1
    with pytest.raises(against.UsageError, match="'nowhere' is no revision"):
        against.record_revision("nowhere", cases, None)
    with pytest.raises(against.UsageError, match="is no revision"):
        against.record_revision("--version", cases, None)


def test_help_has_an_example() -> None:
    """`guide eval --help` shows how it is used."""
    assert command.EXAMPLE.startswith("Example: guide eval ")
