"""Many questions at once: the same ranking as one at a time, by article; and the TREC file it is written to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer.guide import Guide
from bot.errors import DiskError
from bot.index import Index
from bot.retrieval.batch import search_articles
from bot.retrieval.trec import write_run
from tests.fakes import HashEmbedder

QUESTIONS = ("0x80070643 が出ます", "印刷できない", "音が出ない", "zxqv", "KB5046617", "動作が遅い", "0x8007DEAD")


def test_a_batch_ranks_as_single_questions_do(small_guide: Guide, index: Index, knowledge: Any) -> None:
    """Each article once, scored as its best chunk, in the order in which single searches show them."""
    batch = search_articles(QUESTIONS, index, HashEmbedder(256), knowledge.vocabulary, 5)
    for question, ranked in zip(QUESTIONS, batch, strict=True):
        best: dict[str, float] = {}
        for hit in small_guide.search(question, 1000).hits:
            best.setdefault(hit.article_id, hit.score)
        expected = list(best.items())[:5]
        assert [name for name, _ in ranked] == [name for name, _ in expected]
        assert [score for _, score in ranked] == pytest.approx([score for _, score in expected], rel=1e-5, abs=1e-5)


def test_long_batches_are_split_and_keep_their_order(index: Index, knowledge: Any) -> None:
    """Progress reaches the number of questions; the result of a question does not depend on its neighbours."""
    questions = [QUESTIONS[number % len(QUESTIONS)] for number in range(150)]
    told: list[int] = []
    results = search_articles(questions, index, HashEmbedder(256), knowledge.vocabulary, 3, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == len(questions) == len(results)
    assert all(results[number] == results[number % len(QUESTIONS)] for number in range(len(questions)))


@pytest.mark.parametrize("blank", ["", "  ", "　\n"])
def test_a_blank_question_finds_nothing(index: Index, knowledge: Any, blank: str) -> None:
    """It keeps its place in the batch."""
    found = search_articles(["印刷", blank, "音"], index, HashEmbedder(256), knowledge.vocabulary, 3)
    assert [bool(ranked) for ranked in found] == [True, False, True]


def test_no_questions_give_no_results(index: Index, knowledge: Any) -> None:
    """An empty batch is no error."""
    assert search_articles([], index, HashEmbedder(256), knowledge.vocabulary, 3) == []


def test_a_run_file_is_written_line_by_line(tmp_path: Path) -> None:
    """The exact bytes: six columns, ranks from 1, six decimals, a line feed at each end; directories are made."""
    path = tmp_path / "a" / "b" / "run.trec"
    write_run(path, ["q1", "q 2", ""], [[("x", 2.5), ("y z", -1.0)], [], [("x", 0.1234567)]])
    assert path.read_bytes() == (
        b"q1 Q0 x 1 2.500000 trouble-guide\nq1 Q0 y_z 2 -1.000000 trouble-guide\n_ Q0 x 1 0.123457 trouble-guide\n"
    )


@given(
    rows=st.lists(
        st.tuples(st.text(max_size=8), st.lists(st.tuples(st.text(max_size=8), st.floats(-1e3, 1e3)), max_size=3)),
        max_size=4,
    )
)
def test_every_line_has_six_columns_whatever_the_ids(
    rows: list[tuple[str, list[tuple[str, float]]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """White space of any kind in an id cannot break the format."""
    path = tmp_path_factory.mktemp("run") / "run.trec"
    clean = [(_text(name), [(_text(document), score) for document, score in ranked]) for name, ranked in rows]
    write_run(path, [name for name, _ in clean], [ranked for _, ranked in clean])
    lines = path.read_text("utf-8").split("\n")[:-1]
    assert len(lines) == sum(len(ranked) for _, ranked in clean)
    assert all(len(line.split()) == 6 for line in lines)


def test_ids_and_results_must_agree(tmp_path: Path) -> None:
    """A result without its query is a mistake of the caller."""
    with pytest.raises(ValueError, match="shorter"):
        write_run(tmp_path / "run", ["a", "b"], [[]])


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    """A directory in the way is told with the remedy."""
    with pytest.raises(DiskError, match="choose another place"):
        write_run(tmp_path, ["a"], [[]])


def _text(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
