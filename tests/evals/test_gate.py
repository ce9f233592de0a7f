"""The proof that the instrument sees: break one thing in a good run, and its metric falls and the gate fails."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.evals.compare import compare, outcomes
from bot.evals.figures import SetResult
from bot.evals.gate import TOLERANCES, falls
from bot.evals.metrics import METRICS, metric_named
from bot.evals.observations import Recording
from bot.types import Clarification, Status
from tests.evals.make import ANSWERS, CASES, KEY, RECORDING, SOUND, SOURCES, STOP, altered, citation, scored

STOP_ANSWER = ANSWERS["stop"].answer
CODE_ANSWER = ANSWERS["code"].answer


def _lower_threshold(threshold: float) -> Recording:
    """Answer what was abstained on with a probability at or above the lower threshold, as the guide would."""
    given = ANSWERS["sound"].answer
    observations = {
        name: replace(seen, answer=given)
        if seen.status is Status.ABSTAINED and (seen.probability or 0) >= threshold
        else seen
        for name, seen in ANSWERS.items()
    }
    return replace(RECORDING, observations=observations)


def _swap_passages() -> Recording:
    """Exchange the texts of the two articles, as a broken index would."""
    return replace(RECORDING, sources={"stop": SOUND, "sound": STOP})


def _swap_quotes() -> Recording:
    """Let one citation quote the other article."""
    first, second, third = STOP_ANSWER.citations
    return altered("stop", citations=(replace(first, quote=SOUND.text.split("\n")[0]), second, third))


MUTATIONS = {
    "a citation number that does not exist": (
        altered("stop", text=STOP_ANSWER.text.replace("[1]", "[7]")),
        {"answer.citation_precision", "answer.citation_coverage"},
    ),
    "two citation numbers exchanged": (
        altered("sound", text="- 出力先を選び直します。[2]\n- 画面を消します。[1]"),
        {"answer.citation_precision"},
    ),
    "a citation number left out": (
        altered("sound", text=ANSWERS["sound"].text.replace("[2]", "")),
        {"answer.citation_coverage"},
    ),
    "the passages of two articles swapped": (
        _swap_passages(),
        {"answer.quotes_verbatim"},
    ),
    "a quote from another article": (
        _swap_quotes(),
        {"answer.quotes_verbatim", "answer.citation_precision"},
    ),
    "a hedge dropped": (
        altered("stop", text=STOP_ANSWER.text.replace("壊れる可能性があります", "壊れます")),
        {"answer.hedges_kept", "answer.citation_precision", "answer.fact_recall"},
    ),
    "a hedge cut off": (
        altered("stop", text=STOP_ANSWER.text.replace("壊れる可能性があります。", "壊れる")),
        {"answer.hedges_kept", "answer.citation_precision"},
    ),
    "a command altered by one character": (
        altered("stop", text=STOP_ANSWER.text.replace("/scannow", "/scanow")),
        {"answer.literals_verbatim", "answer.citation_precision"},
    ),
    "a command altered in answer and quote alike": (
        altered(
            "stop",
            text=STOP_ANSWER.text.replace("/scannow", "/scanow"),
            citations=(*STOP_ANSWER.citations[:2], citation(3, "stop", "sfc /scanow")),
        ),
        {"answer.quotes_verbatim"},
    ),
    "a digit of a code altered": (
        altered("code", text=CODE_ANSWER.text.replace("0x80070643", "0x80070644")),
        {"answer.literals_verbatim", "answer.citation_precision"},
    ),
    "the abstention threshold lowered": (
        _lower_threshold(0.3),
        {"decision.abstain_recall", "decision.status_right"},
    ),
    "the abstention threshold raised": (
        altered("scam", status=Status.ABSTAINED, text="見つかりません。", citations=()),
        {"decision.abstain_precision", "decision.answer_recall", "answer.cites_gold"},
    ),
    "a harmful request answered": (
        altered("tool", status=Status.ANSWERED),
        {"decision.refuse_recall", "decision.status_right"},
    ),
    "an honest question refused": (
        altered("code", status=Status.REFUSED, citations=()),
        {"decision.refuse_needless", "decision.answer_recall"},
    ),
    "a needless question back": (
        altered("sound", status=Status.CLARIFY),
        {"decision.clarify_needless"},
    ),
    "a needed question not asked": (
        altered("lost", status=Status.ANSWERED, question=None),
        {"decision.clarify_recall"},
    ),
    "words of the guide in another language": (
        altered("lost", text="One more thing.", question=Clarification("Which?", ("Windows 10", "I don't know"))),
        {"answer.frame_language"},
    ),
    "another route": (
        altered("scam", escalation=replace(ANSWERS["scam"].answer.escalation, route="isp")),
        {"decision.route_right"},
    ),
    "a needless route": (
        altered("sound", escalation=ANSWERS["scam"].answer.escalation),
        {"decision.route_needless"},
    ),
    "a secret repeated": (
        altered("key", text=f"{KEY} ですね。"),
        {"decision.secrets_masked"},
    ),
    "a secret logged": (
        altered("key", observation=replace(ANSWERS["key"], redacted=(f"音が出ない {KEY}",))),
        {"decision.secrets_masked"},
    ),
    "a public code masked": (
        altered("code", redacted={"phone": 1}),
        {"decision.secrets_kept"},
    ),
    "the gold article ranked fourth": (
        altered(
            "code", observation=replace(ANSWERS["code"], ranked=(("a", 4.0), ("b", 3.0), ("c", 2.0), ("stop", 1.0)))
        ),
        {"retrieval.hit@1", "retrieval.hit@3", "retrieval.mrr", "retrieval.ndcg@10"},
    ),
    "the gold article not found": (
        altered("code", observation=replace(ANSWERS["code"], ranked=(("sound", 1.0),))),
        {"retrieval.recall@10", "retrieval.hit@3"},
    ),
    "an answer far too long": (
        altered("code", text=CODE_ANSWER.text + "\n### 見出し" * 400),
        {"answer.length", "answer.within_shown"},
    ),
    "a question rejected": (
        altered("code", observation=replace(ANSWERS["code"], answer=None, error="too long")),
        {"decision.status_right", "answer.fact_recall"},
    ),
}


HARMLESS = {
    "a needless route",
    "an answer far too long",
    "the gold article ranked fourth",
    "the gold article not found",
}
"""What a metric of its own sees, while the reader still gets the right answer."""


def _fallen(after: SetResult) -> set[str]:
    return {fall.metric for fall in falls(compare(outcomes(scored()), after, "before"))}


def test_the_run_by_hand_has_no_fault() -> None:
    """What is mutated below is right in everything."""
    assert [result.faults for result in scored().results] == [()] * len(CASES)
    assert scored().figures["overall.solved"].value == 1.0
    assert _fallen(scored()) == set()


@pytest.mark.parametrize("name", MUTATIONS)
def test_each_mutation_moves_its_metric_and_fails_the_gate(name: str) -> None:
    """The metric that should see the break falls beyond its tolerance, and the question is no longer solved."""
    recording, expected = MUTATIONS[name]
    after = scored(recording)
    fallen = _fallen(after)
    assert expected <= fallen
    assert ("overall.solved" in fallen) is (name not in HARMLESS)


def test_every_metric_is_gated_and_seen_by_some_mutation() -> None:
    """No metric is without a tolerance, and none is known that cannot fall."""
    assert set(TOLERANCES) == {metric.name for metric in METRICS}
    seen = set().union(*(expected for _, expected in MUTATIONS.values())) | {"overall.solved"}
    assert seen == set(TOLERANCES)


def test_an_improvement_never_fails_the_gate() -> None:
    """From a broken run to the good one nothing falls, whichever direction is better."""
    for recording, _ in list(MUTATIONS.values())[::4]:
        assert not falls(compare(outcomes(scored(recording)), scored(), "broken"))


def test_a_fall_within_the_tolerance_passes() -> None:
    """Holdout sets are smaller and get the wider tolerance; what is exact gets none."""
    lost = scored(altered("lost", status=Status.ANSWERED, question=None))
    row = next(row for row in compare(outcomes(scored()), lost, "x").rows if row.metric == "decision.clarify_recall")
    within = replace(row, before=0.5, after=0.35)
    comparison = replace(compare(outcomes(scored()), scored(), "x"), rows=(within,))
    assert [fall.metric for fall in falls(comparison)] == ["decision.clarify_recall"]
    assert falls(replace(comparison, set_name="holdout")) == []


def test_a_fall_says_what_how_far_and_what_was_allowed() -> None:
    """The sentence on the terminal names set, metric, both values and the tolerance."""
    after = scored(altered("tool", status=Status.ANSWERED))
    [fall] = [
        fall for fall in falls(compare(outcomes(scored()), after, "x")) if fall.metric == "decision.refuse_recall"
    ]
    assert str(fall) == (
        "questions decision.refuse_recall fell from 1.0000 to 0.0000 (by 1.0000, at most 0 is tolerated)"
    )


def test_flips_go_each_way_with_both_answers() -> None:
    """A comparison lists what was lost and what was gained, and shows both texts."""
    broken = scored(altered("code", text="待ちます。[1]"))
    [lost] = compare(outcomes(scored()), broken, "x").flips
    [gained] = compare(outcomes(broken), scored(), "x").flips
    assert (lost.id, lost.gained, lost.after.text, lost.before.text) == (
        "code",
        False,
        "待ちます。[1]",
        CODE_ANSWER.text,
    )
    assert (gained.id, gained.gained) == ("code", True)


def test_questions_that_changed_are_not_compared() -> None:
    """Another expectation is another question: it is left out and named, and the count says so."""
    cases = (replace(CASES[0], facts=(("別の事実",),)), *CASES[1:], replace(CASES[1], id="new"))
    observations = {**ANSWERS, "new": ANSWERS["code"]}
    found = compare(outcomes(scored()), scored(replace(RECORDING, observations=observations), cases), "x")
    assert (found.compared, found.total, found.missing) == (len(CASES) - 1, len(CASES) + 1, ("new", "stop"))
    assert not falls(found)


def test_no_figure_stands_for_fewer_questions_than_it_says() -> None:
    """A question without an observation stops the run."""
    partial = replace(RECORDING, observations={name: seen for name, seen in ANSWERS.items() if name != "code"})
    with pytest.raises(RuntimeError, match="1 of 9 questions were not observed: code"):
        scored(partial)


def test_sources_by_hand_hold_their_chunks() -> None:
    """The two articles are consistent, so that no mutation passes for another reason."""
    for source in SOURCES.values():
        assert all(line in source.text for chunk in source.chunks for line in chunk.split("\n"))
    assert metric_named("answer.length").unit == "characters"
