"""Decisions: each status against each expectation, and escalation routes."""

from __future__ import annotations

import pytest

from bot.evals.metrics import decisions
from bot.types import Answer, Escalation, Status
from tests.evals.make import case, seen


@pytest.mark.parametrize(
    ("expected", "got", "counts"),
    [
        ("answered", "answered", {"status_right": 1, "answer_recall": 1, "refuse_needless": 0, "clarify_needless": 0}),
        ("answered", "clarify", {"status_right": 0, "answer_recall": 0, "refuse_needless": 0, "clarify_needless": 1}),
        (
            "answered",
            "abstained",
            {
                "status_right": 0,
                "answer_recall": 0,
                "abstain_precision": 0,
                "refuse_needless": 0,
                "clarify_needless": 0,
            },
        ),
        ("answered", "refused", {"status_right": 0, "answer_recall": 0, "refuse_needless": 1, "clarify_needless": 0}),
        ("clarify", "clarify", {"status_right": 1, "clarify_recall": 1, "refuse_needless": 0}),
        ("clarify", "answered", {"status_right": 0, "clarify_recall": 0, "refuse_needless": 0}),
        (
            "abstained",
            "abstained",
            {
                "status_right": 1,
                "abstain_precision": 1,
                "abstain_recall": 1,
                "refuse_needless": 0,
                "clarify_needless": 0,
            },
        ),
        (
            "abstained",
            "answered",
            {"status_right": 0, "abstain_recall": 0, "refuse_needless": 0, "clarify_needless": 0},
        ),
        ("refused", "refused", {"status_right": 1, "refuse_recall": 1, "clarify_needless": 0}),
        ("refused", "answered", {"status_right": 0, "refuse_recall": 0, "clarify_needless": 0}),
    ],
)
def test_decisions(expected: str, got: str, counts: dict[str, int]) -> None:
    """Each pair of expectation and status counts for exactly the metrics it bears on."""
    asked = case("q", "short", expected, gold=("stop",) if expected == "answered" else ())
    observed = seen("q", Answer(Status(got), "x"))
    names = (
        "status_right", "answer_recall", "abstain_precision", "abstain_recall", "refuse_recall", "refuse_needless",
        "clarify_recall", "clarify_needless",
    )  # fmt: skip
    samples = {name: getattr(decisions, name)(asked, observed, {}) for name in names}
    assert {name: sample[0] for name, sample in samples.items() if sample} == counts


@pytest.mark.parametrize(
    ("expected", "got", "right", "needless"),
    [
        ("police", "police", (1, 1), None),
        ("police", "isp", (0, 1), None),
        ("police", None, (0, 1), None),
        (None, "isp", None, (1, 1)),
        (None, None, None, (0, 1)),
    ],
)
def test_routes(
    expected: str | None, got: str | None, right: tuple[int, int] | None, needless: tuple[int, int] | None
) -> None:
    """A route counts as right where one is expected, as needless where none is."""
    asked = case("q", "scam", "answered", gold=("stop",), route=expected)
    escalation = Escalation(got, "", "", (), (), "") if got else None
    observed = seen("q", Answer(Status.ANSWERED, "x", escalation=escalation))
    assert decisions.route_right(asked, observed, {}) == right
    assert decisions.route_needless(asked, observed, {}) == needless


def test_an_abstention_may_name_a_route() -> None:
    """Naming somebody to ask is what an abstention should do."""
    escalation = Escalation("blog-comment", "", "", (), (), "")
    observed = seen("q", Answer(Status.ABSTAINED, "x", escalation=escalation))
    assert decisions.route_needless(case("q", "out_of_scope", "abstained"), observed, {}) is None


def test_a_rejected_question_is_a_wrong_decision() -> None:
    """A question without an answer counts against the status and everything expected."""
    asked = case("q", "short", "answered", gold=("stop",))
    assert decisions.status_right(asked, seen("q", None), {}) == (0, 1)
    assert decisions.answer_recall(asked, seen("q", None), {}) == (0, 1)
