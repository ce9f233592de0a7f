"""`guide search`: passages for a reader or a program, and TREC runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run


def _queries(tmp_path: Path, *rows: object) -> Path:
    path = tmp_path / "queries.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def test_json_lists_hits_best_first(cli: Run, same_index: Path) -> None:
    """Each hit names article, chunk, headings, score and what each search said of it."""
    result = cli("search", "印刷できない", "-k", "2", "--index", same_index, "--json")
    assert (result.code, result.err) == (0, "")
    hits = json.loads(result.out)
    assert len(hits) == 2
    assert list(hits[0]) == ["article_id", "chunk_id", "heading", "score", "signals", "text"]
    assert (hits[0]["article_id"], hits[0]["chunk_id"]) == ("printer", "printer#0")
    assert hits[0]["score"] >= hits[1]["score"]


def test_text_for_a_reader_shows_rank_and_passage(cli: Run, same_index: Path) -> None:
    """Without `--json`, two lines a hit."""
    result = cli("search", "印刷できない", "-k", "1", "--index", same_index)
    assert result.code == 0
    lines = result.out.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith(" 1. ")
    assert "printer#0" in lines[0]


def test_an_unknown_code_is_said_to_be_unknown(cli: Run, same_index: Path) -> None:
    """A code that no article mentions is named on stderr; stdout stays machine-readable."""
    result = cli("search", "0xDEADBEEF", "--index", same_index, "--json")
    assert result.code == 0
    assert result.err == "no article mentions 0xDEADBEEF\n"
    assert all(hit["signals"]["exact"] == 0 for hit in json.loads(result.out))


def test_a_run_has_the_six_columns_of_trec(cli: Run, same_index: Path, tmp_path: Path) -> None:
    """`qid Q0 article rank score tag`: ranks from 1, scores falling, an article once, at most k lines a query."""
    queries = _queries(
        tmp_path,
        {"_id": "q 1", "text": "0x80070643"},
        {"_id": 7, "text": "プリンターで印刷できない", "metadata": {}},
        {"_id": "blank", "text": " "},
    )
    run = tmp_path / "runs" / "out.trec"
    result = cli("search", "--queries", queries, "--run", run, "-k", "2", "--index", same_index)
    assert (result.code, result.out) == (0, "")
    assert "3 queries" in result.err
    rows = [line.split(" ") for line in run.read_text("utf-8").splitlines()]
    assert all(len(row) == 6 and row[1] == "Q0" and row[5] == "trouble-guide" for row in rows)
    by_query = {name: [row for row in rows if row[0] == name] for name in ("q_1", "7", "blank")}
    assert sum(map(len, by_query.values())) == len(rows)
    assert by_query["blank"] == []
    assert by_query["q_1"][0][2] == "update-0x80070643"
    assert by_query["7"][0][2] == "printer"
    for ranked in by_query.values():
        assert [int(row[3]) for row in ranked] == list(range(1, len(ranked) + 1))
        assert len({row[2] for row in ranked}) == len(ranked) <= 2
        scores = [float(row[4]) for row in ranked]
        assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    ("row", "said"),
    [({"_id": "1"}, "_id and text"), ({"text": "x"}, "_id and text"), ("text", "_id and text")],
)
def test_a_bad_query_row_is_named(cli: Run, tmp_path: Path, row: object, said: str) -> None:
    """One sentence with file and line, exit 2, no run written."""
    result = cli("search", "--queries", _queries(tmp_path, row), "--run", "out.trec")
    assert result.code == 2
    assert "queries.jsonl:1" in result.sentence
    assert said in result.sentence
    assert not (tmp_path / "out.trec").exists()


def test_a_run_that_cannot_be_written(cli: Run, same_index: Path, tmp_path: Path) -> None:
    """A directory in its place is said at once; a disk that fills up, at the end."""
    queries = _queries(tmp_path, {"_id": "1", "text": "起動しない"})
    result = cli("search", "--queries", queries, "--run", tmp_path, "--index", same_index)
    assert result.code == 1
    assert "cannot be written" in result.sentence
    if Path("/dev/full").exists():
        result = cli("search", "--queries", queries, "--run", "/dev/full", "--index", same_index)
        assert result.code == 1
        assert "No space left" in result.sentence
