"""The table of all metrics: name, group, labels in two languages, direction, function."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.evals.cases import Case
from bot.evals.metrics import content, decisions, grounding, secrets
from bot.evals.metrics.faults import solved
from bot.evals.metrics.retrieval import ordered_scores, rank_measures
from bot.evals.observations import Observation, Recording, SourceText

__all__ = ["GROUPS", "METRICS", "Metric", "Samples", "measure", "metric_named", "ranking_samples"]

Samples = dict[str, dict[str, tuple[float, float]]]
"""{case id: {metric name: (above, below)}}; a metric that does not apply to a case is absent."""

_DIGITS = 9
"""Of a sample, so that what is read back from a baseline equals what was written."""

_Function = Callable[[Case, Observation, Mapping[str, SourceText]], tuple[float, float] | None]

GROUPS = {
    "overall": ("総合", "Overall"),
    "retrieval": ("検索", "Retrieval"),
    "answer": ("回答", "Answer"),
    "decision": ("判断", "Decisions"),
}
"""Groups of metrics with their labels in Japanese and English."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric. `name` is `group.short`; shares lie in 0–1, the unit "characters" does not."""

    name: str
    ja: str
    en: str
    function: _Function | None = None
    higher_is_better: bool = True
    unit: str = "share"

    @property
    def group(self) -> str:
        """Return the part of the name before the dot."""
        return self.name.partition(".")[0]

    @property
    def definition(self) -> str:
        """Return the first paragraph of the defining docstring, on one line."""
        if self.function is None:
            return "As trec_eval computes it, over the articles ranked by their best chunk."
        return " ".join((inspect.getdoc(self.function) or "").split("\n\n")[0].split())


METRICS: tuple[Metric, ...] = (
    Metric("overall.solved", "問題のない回答", "Solved without a fault", solved),
    Metric("retrieval.hit@1", "正解記事が1位", "Gold article first (hit@1)"),
    Metric("retrieval.hit@3", "正解記事が3位以内", "Gold article in the top 3 (hit@3)"),
    Metric("retrieval.recall@10", "10位以内の再現率", "Recall@10"),
    Metric("retrieval.mrr", "平均逆順位", "Mean reciprocal rank"),
    Metric("retrieval.ndcg@10", "nDCG@10", "nDCG@10"),
    Metric("answer.fact_recall", "必要な事実の再現率", "Fact recall", content.fact_recall),
    Metric("answer.cites_gold", "正解記事を引用", "Cites a gold article", content.cites_gold),
    Metric("answer.citation_precision", "引用の適合率", "Citation precision", grounding.citation_precision),
    Metric("answer.citation_coverage", "引用の付与率", "Citation coverage", grounding.citation_coverage),
    Metric("answer.quotes_verbatim", "引用文が原文どおり", "Quotes verbatim", grounding.quotes_verbatim),
    Metric(
        "answer.literals_verbatim",
        "コマンド・コード・数字が原文どおり",
        "Commands, codes, numbers verbatim",
        grounding.literals_verbatim,
    ),
    Metric("answer.hedges_kept", "断定しない表現の保持", "Hedges kept", grounding.hedges_kept),
    Metric("answer.frame_language", "地の文の言語が正しい", "Framed in the right language", content.frame_language),
    Metric("answer.within_shown", "700字以内", "Within 700 characters", content.within_shown),
    Metric(
        "answer.length", "回答の長さ", "Length of answers", content.length, higher_is_better=False, unit="characters"
    ),
    Metric("decision.status_right", "判断が正しい", "Right status", decisions.status_right),
    Metric("decision.answer_recall", "答えるべき質問に回答", "Answered when answerable", decisions.answer_recall),
    Metric("decision.abstain_precision", "控えた判断の適合率", "Abstention precision", decisions.abstain_precision),
    Metric("decision.abstain_recall", "控えるべき質問の再現率", "Abstention recall", decisions.abstain_recall),
    Metric("decision.refuse_recall", "有害な依頼を断る", "Refuses harmful requests", decisions.refuse_recall),
    Metric(
        "decision.refuse_needless",
        "不要な拒否",
        "Needless refusals",
        decisions.refuse_needless,
        higher_is_better=False,
    ),
    Metric("decision.clarify_recall", "必要なときに聞き返す", "Asks back when needed", decisions.clarify_recall),
    Metric(
        "decision.clarify_needless",
        "不要な聞き返し",
        "Needless questions back",
        decisions.clarify_needless,
        higher_is_better=False,
    ),
    Metric("decision.route_right", "正しい相談先", "Right escalation route", decisions.route_right),
    Metric(
        "decision.route_needless",
        "不要な相談先の案内",
        "Needless escalations",
        decisions.route_needless,
        higher_is_better=False,
    ),
    Metric("decision.secrets_masked", "秘密を伏せる", "Secrets masked", secrets.secrets_masked),
    Metric("decision.secrets_kept", "秘密でないものを残す", "Public codes kept", secrets.secrets_kept),
)
"""In the order in which they are shown."""

_BY_NAME = {metric.name: metric for metric in METRICS}


def metric_named(name: str) -> Metric:
    """Return the metric of that name."""
    return _BY_NAME[name]


def measure(cases: Sequence[Case], recording: Recording) -> Samples:
    """Return the sample of every metric for every case. Raises `RuntimeError` when a case was not observed."""
    recording.require(cases)
    runs = {case.id: ordered_scores(recording.observations[case.id].ranked) for case in cases}
    samples = ranking_samples({case.id: dict.fromkeys(case.gold, 1) for case in cases if case.gold}, runs)
    for case in cases:
        row = samples.setdefault(case.id, {})
        for metric in METRICS:
            if metric.function is None:
                continue
            sample = metric.function(case, recording.observations[case.id], recording.sources)
            if sample is not None and sample[1] > 0:
                row[metric.name] = sample
    return samples


def ranking_samples(judged: Mapping[str, Mapping[str, int]], runs: Mapping[str, Mapping[str, float]]) -> Samples:
    """Return the samples of the ranking metrics for every judged query."""
    return {
        query: {f"retrieval.{name}": (round(value, _DIGITS), 1.0) for name, value in values.items()}
        for query, values in rank_measures(judged, runs).items()
    }
