"""Fact recall, gold citations and length."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.answer.frame import frame_of
from bot.evals.metrics import content
from bot.types import Answer, Clarification, Language, Status
from tests.evals.make import ANSWERS, CASES, SOURCES, case, citation, seen

FACTS = case("q", "short", "answered", gold=("stop",), facts=(("2～3 時間", "数時間"), ("KB 5046617",)))


@pytest.mark.parametrize(
    ("status", "text", "found"),
    [
        ("answered", "2～3時間待ち、KB5046617 を入れます。", 2),
        ("answered", "２～３時間待ちます。", 1),
        ("answered", "数時間待ち、ＫＢ５０４６６１７を入れます。", 2),
        ("clarify", "kb5046617 を入れましたか。", 1),
        ("answered", "待ちます。", 0),
        ("abstained", "2～3時間待ち、KB5046617 を入れます。", 0),
        ("answered", "あ" * 693 + "2～3時間", 1),
        ("answered", "あ" * 697 + "2～3時間", 0),
    ],
)
def test_fact_recall(status: str, text: str, found: int) -> None:
    """Any accepted spelling counts, after NFKC and without spaces, within the 700 characters shown."""
    observed = seen("q", Answer(Status(status), text))
    assert content.fact_recall(FACTS, observed, SOURCES) == (found, 2)


def test_a_rejected_question_states_nothing() -> None:
    """No answer at all misses every fact."""
    assert content.fact_recall(FACTS, seen("q", None), SOURCES) == (0, 2)


@pytest.mark.parametrize(("article", "expected"), [("stop", 1.0), ("sound", 0.0)])
def test_cites_gold(article: str, expected: float) -> None:
    """Only a citation of an article that answers the question counts."""
    quote = SOURCES[article].chunks[0][:5]
    observed = seen("q", Answer(Status.ANSWERED, "x", (citation(1, article, quote),)))
    assert content.cites_gold(FACTS, observed, SOURCES) == (expected, 1)


def test_cites_gold_is_asked_only_where_an_answer_is_expected() -> None:
    """A question to be abstained on has no article to cite; one abstained on wrongly counts as a miss."""
    assert content.cites_gold(case("q", "out_of_scope", "abstained"), ANSWERS["cook"], SOURCES) is None
    assert content.cites_gold(FACTS, ANSWERS["cook"], SOURCES) == (0, 1)


def test_length_counts_answers_only() -> None:
    """Abstentions and refusals do not make answers look short."""
    assert content.length(CASES[2], ANSWERS["sound"], SOURCES) == (len(ANSWERS["sound"].text), 1)
    assert content.length(CASES[4], ANSWERS["cook"], SOURCES) is None
    long = seen("q", Answer(Status.ANSWERED, "あ" * 701))
    assert content.within_shown(FACTS, long, SOURCES) == (0, 1)
    assert content.within_shown(FACTS, seen("q", Answer(Status.ANSWERED, "あ" * 700)), SOURCES) == (1, 1)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "en",
            f"{frame_of(Language.EN).quotes}\n\n待ちます。[1]",
            None,
        ),
        ("en", "No article was found.", 1.0),
        ("en", "No article was found. Near: “更新が止まるとき”", 1.0),
        ("en", "記事は見つかりませんでした。", 0.0),
        ("en", "### 手順\n1. 待ちます。[1]", 0.0),
        ("en", "### Steps\n1. 待ちます。[1]", 1.0),
        ("en", "### 更新のあと\n1. 待ちます。[1]", None),
        ("ja", "記事は見つかりませんでした。", 1.0),
        ("ja", "No article was found.", 0.0),
        ("ja", "待ちます。[1]\n```\nsfc /scannow\n```\n[1]", None),
    ],
)
def test_frame_language(language: str, text: str, expected: float | None) -> None:
    """What no citation stands behind, and the guide's own headings, must be in the question's language."""
    asked = replace(case("q", "english", "answered", gold=("stop",)), language=Language(language))
    sample = content.frame_language(asked, seen("q", Answer(Status.ANSWERED, text)), SOURCES)
    assert (sample and sample[0]) == expected


def test_the_question_back_is_part_of_the_frame() -> None:
    """Choices in the other language are a fault, whatever the text says."""
    asked = replace(case("q", "english", "answered", gold=("stop",)), language=Language.EN)
    answer = Answer(Status.CLARIFY, "One more thing.", question=Clarification("Which?", ("わからない",)))
    assert content.frame_language(asked, seen("q", answer), SOURCES) == (0.0, 1.0)
