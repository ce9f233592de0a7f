"""Sets in BEIR's layout and TREC files: read, written, refused."""

from __future__ import annotations

import json
from pathlib import Path

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import DiskError, UsageError
from bot.evals.beir import load_beir, score_run
from bot.evals.figures import figures_of
from bot.evals.trec import read_run, strictly_falling, write_qrels, write_ranked


def _set(folder: Path, *, qrels: str = "query-id\tcorpus-id\tscore\nq1\ta\t1\nq2\tb\t2\nq2\ta\t0\n") -> Path:
    folder.mkdir(exist_ok=True)
    documents = [{"_id": name, "title": "", "text": f"文書 {name}"} for name in ("a", "b", "c")]
    queries = [{"_id": name, "text": f"質問 {name}"} for name in ("q1", "q2", "q3")]
    (folder / "corpus.jsonl").write_text("\n".join(json.dumps(row) for row in documents), "utf-8")
    (folder / "queries.jsonl").write_text("\n".join(json.dumps(row) for row in queries), "utf-8")
    (folder / "qrels.tsv").write_text(qrels, "utf-8")
    return folder


def test_reads_a_set(tmp_path: Path) -> None:
    """Queries without judgements are left out; scores are kept."""
    found = load_beir(_set(tmp_path / "mine"))
    assert (found.name, list(found.queries), found.documents) == ("mine", ["q1", "q2"], frozenset("abc"))
    assert found.judged == {"q1": {"a": 1}, "q2": {"b": 2, "a": 0}}


def test_judgements_may_lie_where_beir_puts_them(tmp_path: Path) -> None:
    """qrels/test.tsv is found; a named file wins; trec_eval's four columns are read."""
    folder = _set(tmp_path / "s")
    (folder / "qrels.tsv").rename(folder / "other.tsv")
    (folder / "qrels").mkdir()
    (folder / "qrels" / "test.tsv").write_text("q1 0 c 1\n", "utf-8")
    assert load_beir(folder).judged == {"q1": {"c": 1}}
    assert list(load_beir(folder, qrels="other.tsv").judged) == ["q1", "q2"]


@pytest.mark.parametrize(
    ("qrels", "expected"),
    [
        ("q1\ta\n", r"qrels\.tsv:1: expected query-id, corpus-id and a whole score"),
        ("q1\ta\thigh\n", r"qrels\.tsv:1: expected"),
        ("query-id\tcorpus-id\tscore\nq9\ta\t1\n", r"qrels\.tsv:2: the query 'q9' is not in the queries"),
        ("q1\tz\t1\n", r"qrels\.tsv:1: the document 'z' is not in corpus\.jsonl"),
        ("q1\ta\t0\n", r"judges no document relevant"),
        ("", r"judges no document relevant"),
    ],
)
def test_bad_judgements_are_named(tmp_path: Path, qrels: str, expected: str) -> None:
    """File, line and remedy for each mistake."""
    with pytest.raises(UsageError, match=expected):
        load_beir(_set(tmp_path / "s", qrels=qrels))


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("corpus.jsonl", '{"title": "x"}', r'corpus\.jsonl:1: expected a text in "_id"'),
        ("corpus.jsonl", '{"_id": "a"}\n{"_id": "a"}', r"corpus\.jsonl:2: the id a is already on line 1"),
        ("corpus.jsonl", "", "has no lines"),
        ("queries.jsonl", '{"_id": "q1", "text": " "}', r'queries\.jsonl:1: expected texts in "_id" and "text"'),
        (
            "queries.jsonl",
            '{"_id": "q1", "text": "x"}\n{"_id": "q1", "text": "y"}',
            r"queries\.jsonl:2: the id q1 occurs twice",
        ),
        ("queries.jsonl", "{", r"queries\.jsonl:1: broken JSON"),
    ],
)
def test_bad_files_of_a_set_are_named(tmp_path: Path, name: str, content: str, expected: str) -> None:
    """Documents and queries are checked as judgements are."""
    folder = _set(tmp_path / "s")
    (folder / name).write_text(content, "utf-8")
    with pytest.raises(UsageError, match=expected):
        load_beir(folder)


def test_a_missing_set_is_refused(tmp_path: Path) -> None:
    """A path that is no directory, or lacks a file, says what belongs there."""
    with pytest.raises(UsageError, match="is not a directory"):
        load_beir(tmp_path / "none")
    folder = _set(tmp_path / "s")
    (folder / "qrels.tsv").unlink()
    with pytest.raises(UsageError, match="cannot be read"):
        load_beir(folder)


def test_a_foreign_run_is_measured_as_trec_eval_measures_it(tmp_path: Path) -> None:
    """Scores decide, not the order of lines or the rank column."""
    path = tmp_path / "run.trec"
    path.write_text("q1 Q0 b 1 0.2 x\nq1 Q0 a 2 0.9 x\nq2 Q0 a 1 3 x\n", "utf-8")
    found = load_beir(_set(tmp_path / "s"))
    figures = figures_of(score_run(found.judged, read_run(path), path).values())
    assert (figures["retrieval.hit@1"].value, figures["retrieval.hit@1"].n) == (0.5, 2)


def test_a_run_of_another_set_is_refused(tmp_path: Path) -> None:
    """Zero everywhere would only mean that the files do not belong together."""
    path = tmp_path / "run.trec"
    path.write_text("other Q0 b 1 0.2 x\n", "utf-8")
    with pytest.raises(UsageError, match="results for none of the 1 judged queries"):
        score_run({"q1": {"a": 1}}, read_run(path), path)


_RANKED = st.dictionaries(
    st.text("abc日本 ", min_size=1).filter(str.strip).map(str.strip),
    st.lists(
        st.tuples(st.integers(0, 99).map("d{}".format), st.floats(-1e3, 1e3)),
        unique_by=lambda pair: pair[0],
        min_size=1,
    ),
    min_size=1,
)


@given(_RANKED)
def test_a_written_run_keeps_its_order(tmp_path_factory: pytest.TempPathFactory, ranked) -> None:
    """Whatever the scores, every reader of the file sees the order that was shown."""
    path = tmp_path_factory.mktemp("run") / "run.trec"
    ordered = {
        query: sorted(rows, key=lambda row: -row[1]) for query, rows in ranked.items() if query == query.split()[0]
    }
    if not ordered:
        return
    write_ranked(path, ordered)
    run = read_run(path)
    for query, rows in ordered.items():
        assert [name for name, _ in sorted(run[query].items(), key=lambda row: -row[1])] == [name for name, _ in rows]


def test_other_tools_read_what_is_written(tmp_path: Path) -> None:
    """ir-measures reads both files and finds the figures."""
    write_ranked(tmp_path / "run.trec", {"質問 1": [("a", 1.0), ("b", 1.0)]})
    write_qrels(tmp_path / "qrels.trec", {"質問 1": {"b": 1}})
    run = ir_measures.read_trec_run(str(tmp_path / "run.trec"))
    qrels = ir_measures.read_trec_qrels(str(tmp_path / "qrels.trec"))
    assert ir_measures.calc_aggregate([ir_measures.RR], qrels, run) == {ir_measures.RR: 0.5}


def test_scores_fall_strictly() -> None:
    """Ties and inversions are pushed apart by a millionth."""
    assert strictly_falling([("a", 1.0), ("b", 1.0), ("c", 2.0)]) == [("a", 1.0), ("b", 0.999999), ("c", 0.999998)]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("q1 Q0 a 1 0.5\n", r"run\.trec:1: found 'q1 Q0 a 1 0\.5', expected"),
        ("q1 Q0 a 1 high x\n", r"run\.trec:1"),
        ("q1 Q0 a 1 nan x\n", r"run\.trec:1"),
        ("q1 Q0 a 1 2 x\nq1 Q0 a 2 1 x\n", r"run\.trec:2: the document a occurs twice for q1"),
        ("\n", "is empty"),
    ],
)
def test_a_malformed_run_is_named(tmp_path: Path, content: str, expected: str) -> None:
    """File, line and what a line looks like."""
    (tmp_path / "run.trec").write_text(content, "utf-8")
    with pytest.raises(UsageError, match=expected):
        read_run(tmp_path / "run.trec")


def test_unreadable_and_unwritable_files(tmp_path: Path) -> None:
    """Missing, wrongly encoded and blocked files give one sentence."""
    with pytest.raises(UsageError, match="cannot be read"):
        read_run(tmp_path / "none")
    (tmp_path / "sjis").write_bytes("質".encode("shift_jis"))
    with pytest.raises(UsageError, match="not UTF-8"):
        read_run(tmp_path / "sjis")
    with pytest.raises(DiskError, match="choose another place"):
        write_qrels(tmp_path, {})
