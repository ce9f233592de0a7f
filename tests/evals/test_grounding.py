"""Citation precision and coverage, verbatim quotes and literals, kept hedges."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.evals.metrics import grounding
from bot.evals.observations import Observation
from bot.types import Answer, Status
from tests.evals.make import ANSWERS, CASES, SOURCES, citation, seen

CASE = CASES[0]
WAIT = citation(1, "stop", "2～3時間待ちます。")
HEDGED = citation(2, "stop", "電源を切るとデータが壊れる可能性があります。")


def _seen(text: str, *citations: object, status: Status = Status.ANSWERED) -> Observation:
    return seen("q", Answer(status, text, tuple(citations)))


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_right_answers_are_grounded_in_full(name: str) -> None:
    """Every metric gives the faultless answers its full mark."""
    for metric in (
        grounding.citation_precision,
        grounding.citation_coverage,
        grounding.quotes_verbatim,
        grounding.literals_verbatim,
        grounding.hedges_kept,
    ):
        above, below = metric(CASE, ANSWERS[name], SOURCES)
        assert above == below, metric.__name__


@pytest.mark.parametrize(
    ("text", "precision", "coverage"),
    [
        ("2～3時間待ちます。[1]", (1, 1), (1, 1)),
        ("2～3 時間\n待ちます。[1]", (1, 1), (1, 2)),
        ("2～3時間待ちます。[2]", (0, 1), (0, 1)),
        ("2～3時間待ちます。", (0, 0), (0, 1)),
        ("5時間待ちます。[1]", (0, 1), (1, 1)),
        ("電源を切るとデータが壊れる可能性があります。[1]", (1, 1), (1, 1)),
        ("2～3時間待ちます。電源を切るとデータが壊れる可能性があります。[1]", (1, 1), (2, 2)),
        ("すぐ直ります。2～3時間待ちます。[1]", (1, 1), (1, 2)),
        ("2～3時間[1]", (0, 1), (1, 1)),
        ("2～3時間待ちます[1]", (1, 1), (1, 1)),
    ],
)
def test_citation_precision_and_coverage(text: str, precision: tuple[int, int], coverage: tuple[int, int]) -> None:
    """A statement needs a number that exists, and a passage behind it that contains the statement."""
    observed = _seen(text, WAIT)
    assert grounding.citation_precision(CASE, observed, SOURCES) == precision
    assert grounding.citation_coverage(CASE, observed, SOURCES) == coverage


def test_an_abstention_asserts_nothing() -> None:
    """What the guide says of itself needs no citation."""
    assert grounding.citation_coverage(CASE, _seen("見つかりませんでした。", status=Status.ABSTAINED), SOURCES) == (
        0,
        0,
    )


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ("2～3時間待ちます。", 1),
        ("2～3時間  待ちます。", 0),
        ("2〜3時間待ちます。", 0),
        ("", 0),
        ("ミュートを解除します。", 0),
    ],
)
def test_quotes_verbatim(quote: str, expected: int) -> None:
    """A quote must stand in the article that it names, to the letter."""
    observed = _seen("x[1]", replace(WAIT, quote=quote))
    assert grounding.quotes_verbatim(CASE, observed, SOURCES) == (expected, 1)


def test_white_space_of_a_quote_is_squeezed() -> None:
    """A line break within a quote is no difference."""
    observed = _seen("x[1]", replace(WAIT, quote="症状 | 対処  0x80070643 | 回復領域を広げる"))
    assert grounding.quotes_verbatim(CASE, observed, SOURCES) == (1, 1)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("2～3時間待ちます。[1]", []),
        ("2～4時間待ちます。[1]", ["4"]),
        ("0x80070643 です。[1]", ["0x80070643"]),
        ("3時間です。", ["3"]),
        ("```\nsfc /scannow\n```\n[1]", ["/scannow", "sfc /scannow"]),
    ],
)
def test_literals_must_stand_in_their_quote(text: str, wrong: list[str]) -> None:
    """A number, code or command that its own quote does not have is wrong, wherever else it may stand."""
    assert grounding.wrong_literals(_seen(text, WAIT)) == wrong


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("電源を切るとデータが壊れる可能性があります。[2]", (1, 1)),
        ("電源を切るとデータが壊れます。[2]", (0, 1)),
        ("2～3時間待ちます。[1]", (0, 0)),
    ],
)
def test_hedges_kept(text: str, expected: tuple[int, int]) -> None:
    """A hedged source must be hedged in the answer."""
    assert grounding.hedges_kept(CASE, _seen(text, WAIT, HEDGED), SOURCES) == expected
