"""Turn off one stage at a time and see what each earns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from pathlib import Path
from typing import Any

from bot.answer.guide import Guide
from bot.backends.reranker import Reranker
from bot.errors import DiskError
from bot.evals.cases import Case
from bot.evals.compare import compare, outcomes
from bot.evals.figures import SetResult, score_set
from bot.evals.observations import observe
from bot.knowledge import Knowledge
from bot.retrieval.fusion import Weights

__all__ = ["ABLATED", "AblationRow", "ablate", "as_table", "without", "write_table"]

ABLATED = (
    "overall.solved",
    "retrieval.hit@1",
    "retrieval.ndcg@10",
    "answer.fact_recall",
    "answer.cites_gold",
    "decision.status_right",
    "decision.abstain_recall",
)
"""The metrics in the table; all others are in the JSON."""

_SIGNIFICANT = 0.05
_TOGETHER: dict[str, tuple[str, ...]] = {
    "all dense": ("dense", "face_dense", "face_learnt"),
    "all lexical": ("words", "bigrams", "pairs", "face_words", "face_bigrams"),
    "all faces": ("face_dense", "face_learnt", "face_words", "face_bigrams"),
}
"""Stages that stand in for each other are also turned off together; without all of one kind nothing is left to fuse."""


@dataclass(frozen=True, slots=True)
class AblationRow:
    """The guide without one stage: metric → (value, difference to the whole guide, p); `solved` of `count`."""

    stage: str
    solved: int
    count: int
    figures: dict[str, tuple[float, float, float]]

    def as_json(self) -> dict[str, Any]:
        """Return the row as plain JSON."""
        return {
            "stage": self.stage,
            "solved": self.solved,
            "count": self.count,
            "figures": {
                name: {"value": value, "difference": difference, "p": p}
                for name, (value, difference, p) in self.figures.items()
            },
        }


def as_table(rows: Sequence[AblationRow], whole: SetResult) -> str:
    """Return the rows as a Markdown table, the whole guide first; an asterisk marks p < 0.05."""
    header = ["without", *(name.partition(".")[2] for name in ABLATED)]
    lines = [header, ["---"] * len(header)]
    lines.append(["(nothing)", *(f"{whole.figures[name].value:.3f}" for name in ABLATED if name in whole.figures)])
    for row in rows:
        lines.append([row.stage, *(_cell(*row.figures[name]) for name in ABLATED if name in row.figures)])
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    return (
        "# What each stage earns\n\n"
        f"{len(whole.results)} test questions, {whole.recording.articles} articles, {whole.recording.model}; "
        "written by `guide eval --ablate --write-baseline`. Each row: one stage turned off, the figure and its "
        f"difference; * where p < {_SIGNIFICANT}.\n\n{table}\n"
    )


def write_table(path: Path, rows: Sequence[AblationRow], whole: SetResult) -> None:
    """Write the table beside an accepted run. Raises `DiskError`."""
    try:
        path.write_text(as_table(rows, whole), "utf-8")
    except OSError as error:
        raise DiskError(f"{path} cannot be written ({error.strerror}); choose another place with --baseline") from None


def _cell(value: float, difference: float, p: float) -> str:
    return f"{value:.3f} {difference:+.3f}{'*' if p < _SIGNIFICANT else ''}"


def without(guide: Guide) -> Iterator[tuple[str, Guide]]:
    """Yield (stage, guide without it) for each field of `Weights`, groups of them, a reranker, the decision trees."""
    weights = guide.weights
    names = [field.name for field in fields(weights)]
    groups: dict[str, tuple[str, ...]] = {name: (name,) for name in names}
    present = {stage: tuple(name for name in members if name in names) for stage, members in _TOGETHER.items()}
    groups |= {stage: members for stage, members in present.items() if len(members) > 1}
    for stage, members in groups.items():
        off = {name: type(getattr(weights, name))(0) for name in members}
        yield stage, _other(guide, guide.knowledge, replace(weights, **off), guide.reranker)
    if guide.reranker is not None:
        yield "reranker", _other(guide, guide.knowledge, weights, None)
    if guide.knowledge.flows:
        yield "flows", _other(guide, replace(guide.knowledge, flows=()), weights, guide.reranker)


def _other(guide: Guide, knowledge: Knowledge, weights: Weights, reranker: Reranker | None) -> Guide:
    return Guide(guide.index, guide.embedder, knowledge, weights=weights, reranker=reranker, kept=guide.kept)


def ablate(
    guide: Guide,
    cases: Sequence[Case],
    whole: SetResult,
    progress: Callable[[str, int], None] | None = None,
) -> list[AblationRow]:
    """Return a row for each stage turned off, compared with `whole`, the result of the guide as it is."""
    rows = []
    for stage, lesser in without(guide):
        tell = None if progress is None else partial(progress, stage)
        scored = score_set(whole.name, cases, observe(lesser, cases, tell))
        compared = compare(outcomes(whole), scored, "whole")
        figures = {
            row.metric: (row.after, row.difference, row.p)
            for row in compared.rows
            if row.after is not None and row.difference is not None and row.p is not None
        }
        rows.append(AblationRow(stage, scored.solved, len(cases), figures))
    return rows
