"""Have a chat model judge the answers of a run, beside the deterministic figures: reported, never gated.

A judge errs and drifts with its model; so its figures come with how far they agree with those that cannot drift.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.backends.judge import Judge, JudgeScores
from bot.evals.cases import HOLDOUT
from bot.evals.figures import CaseResult, SetResult
from bot.evals.metrics.secrets import leaked
from bot.evals.observations import Observation
from bot.evals.uncertainty import Figure, figure
from bot.types import Status

__all__ = ["JUDGED", "Judged", "JudgedMetric", "judge_set", "passages_of"]

_HALF = 0.5
"""From here on a score counts as a yes, and half of the facts as recalled."""

_GIVE_UP = 3
"""Answers in a row without any score, after which the judge is not asked again: each may cost a minute of silence."""

_GROUNDING = frozenset({"support", "uncited", "quote", "literal"})
"""Kinds of fault that say: the answer states what its sources do not."""

_Sample = tuple[float, float] | None
_Function = Callable[[CaseResult, JudgeScores], _Sample]


@dataclass(frozen=True, slots=True)
class JudgedMetric:
    """One figure of the judge, with its labels in Japanese and English."""

    name: str
    ja: str
    en: str
    function: _Function

    @property
    def definition(self) -> str:
        """Return the defining docstring on one line."""
        return " ".join((inspect.getdoc(self.function) or "").split())


@dataclass(frozen=True, slots=True)
class Judged:
    """What a judge said of the answers of one set.

    `scores` maps the ids of the `asked` answers to theirs; `failures` counts what went wrong by kind; `withheld`
    answers were not shown to the judge since a secret is left in them, `skipped` ones since it had failed too often.
    """

    set_name: str
    model: str
    figures: Mapping[str, Figure]
    scores: Mapping[str, JudgeScores]
    failures: Mapping[str, int]
    withheld: int = 0
    skipped: int = 0

    @property
    def asked(self) -> int:
        """Return how many answers the judge was shown."""
        return len(self.scores)

    def as_json(self) -> dict[str, Any]:
        """Return the result as plain JSON; of held-out questions the figures alone."""
        scores = {} if self.set_name == HOLDOUT else {name: asdict(found) for name, found in self.scores.items()}
        return {
            "set": self.set_name,
            "model": self.model,
            "asked": self.asked,
            "withheld": self.withheld,
            "skipped": self.skipped,
            "failures": dict(self.failures),
            "figures": {name: asdict(found) for name, found in self.figures.items()},
            "definitions": {metric.name: metric.definition for metric in JUDGED},
            "scores": scores,
        }


def faithfulness(result: CaseResult, scores: JudgeScores) -> _Sample:
    """Average the judged faithfulness of answers: the share of an answer's claims that its passages support.

    As deepeval's FaithfulnessMetric, after "faithfulness" of Es et al. 2023 (RAGAS, arXiv:2309.15217); a claim that the
    passages neither support nor contradict counts as not supported.
    """
    return None if scores.faithfulness is None else (scores.faithfulness, 1.0)


def relevance(result: CaseResult, scores: JudgeScores) -> _Sample:
    """Average the judged relevance of answers: the share of an answer's statements that serve the question.

    As deepeval's AnswerRelevancyMetric; a statement that merely may serve it counts as one that does.
    """
    return None if scores.relevance is None else (scores.relevance, 1.0)


def faithfulness_agreement(result: CaseResult, scores: JudgeScores) -> _Sample:
    """Measure how often the judge and the grounding metrics say the same of an answer.

    Above: answers judged faithful (at least .5) without a grounding fault (support, uncited, quote, literal), or judged
    unfaithful with one. Below: answers with a judged faithfulness. Observed agreement, p_o of Cohen 1960, "A
    Coefficient of Agreement for Nominal Scales"; not corrected for chance, so high where hardly any answer has a fault.
    """
    if scores.faithfulness is None:
        return None
    grounded = not any(fault.kind in _GROUNDING for fault in result.faults)
    return float((scores.faithfulness >= _HALF) is grounded), 1.0


def relevance_agreement(result: CaseResult, scores: JudgeScores) -> _Sample:
    """Measure how often the judge and fact recall say the same of an answer.

    Above: answers judged relevant (at least .5) that state at least half of the facts wanted, or judged irrelevant that
    state fewer. Below: answers with a judged relevance to questions that want facts. Observed agreement as above.
    """
    recalled = result.samples.get("answer.fact_recall")
    if scores.relevance is None or recalled is None:
        return None
    return float((scores.relevance >= _HALF) is (recalled[0] / recalled[1] >= _HALF)), 1.0


JUDGED: tuple[JudgedMetric, ...] = (
    JudgedMetric("judge.faithfulness", "忠実さ", "Faithfulness", faithfulness),
    JudgedMetric("judge.faithfulness_agreement", "根拠の指標との一致", "Agrees with grounding", faithfulness_agreement),
    JudgedMetric("judge.relevance", "質問への関連", "Relevance", relevance),
    JudgedMetric("judge.relevance_agreement", "事実の再現との一致", "Agrees with fact recall", relevance_agreement),
)
"""In the order in which they are shown; not among `METRICS`, so that no baseline and no gate holds them."""


def judge_set(judge: Judge, scored: SetResult, progress: Callable[[int, int], None] | None = None) -> Judged:
    """Show a judge every answered question of a set, as logs would hold it; `progress` is told done and total."""
    answered = [result for result in scored.results if result.seen.status is Status.ANSWERED and result.seen.redacted]
    shown = [result for result in answered if not leaked(result.case, result.seen)]
    asked: list[tuple[CaseResult, JudgeScores]] = []
    mute = 0
    for result in shown:
        if mute == _GIVE_UP:
            break
        scores = judge.score("\n".join(result.seen.redacted), result.seen.text, passages_of(result.seen))
        mute = mute + 1 if scores.faithfulness is None and scores.relevance is None else 0
        asked.append((result, scores))
        if progress is not None:
            progress(len(asked), len(shown))
    samples = {metric.name: [metric.function(*pair) for pair in asked] for metric in JUDGED}
    figures = {name: figure([sample for sample in found if sample]) for name, found in samples.items()}
    return Judged(
        scored.name,
        judge.name,
        {name: found for name, found in figures.items() if found is not None},
        {result.case.id: scores for result, scores in asked},
        Counter(kind for _, scores in asked for kind in scores.failures),
        withheld=len(answered) - len(shown),
        skipped=len(shown) - len(asked),
    )


def passages_of(seen: Observation) -> Sequence[str]:
    """Return what the answer may rest on: the passages found, and quotes that none of them holds."""
    found = [passage.text for passage in seen.passages]
    quotes = [citation.quote for citation in seen.answer.citations] if seen.answer else []
    return [*found, *dict.fromkeys(quote for quote in quotes if not any(quote in text for text in found))]
