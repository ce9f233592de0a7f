"""One run over sets of test questions: load, ask, score, compare, judge."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bot.answer.guide import Guide
from bot.errors import UsageError
from bot.evals.baseline import Baseline
from bot.evals.cases import HOLDOUT, QUESTIONS, Case, load_cases, require_gold
from bot.evals.compare import Comparison, compare, outcomes
from bot.evals.figures import SetResult, figures_of, score_set
from bot.evals.gate import falls
from bot.evals.metrics import Samples
from bot.evals.observations import Recording, observe
from bot.evals.report.document import RankingResult, Report

__all__ = [
    "QuestionSet",
    "against_baseline",
    "against_recording",
    "judgements",
    "load_sets",
    "now",
    "ranking",
    "score_guide",
    "with_gate",
]

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """The questions of one file."""

    name: str
    path: Path
    cases: tuple[Case, ...]


def load_sets(corpus: Path, questions: Path | None, holdout: Path | None) -> list[QuestionSet]:
    """Load the given question files, or the two bundled ones when `questions` is None. Raises `UsageError`."""
    folder = corpus / "evals"
    paths = {QUESTIONS: questions or folder / "questions.jsonl"}
    if holdout is not None or questions is None:
        paths[HOLDOUT] = holdout or folder / "holdout.jsonl"
    sets = [QuestionSet(name, path, tuple(load_cases(path))) for name, path in paths.items()]
    asked = {case.turns: case.id for case in sets[0].cases}
    for held in sets[1:]:
        for case in held.cases:
            if case.turns in asked:
                raise UsageError(
                    f"{held.path}:{case.line}: the held-out question {case.id} is also {asked[case.turns]} in "
                    f"{sets[0].path}; a question that is worked with cannot be held out: remove one"
                )
    return sets


def score_guide(guide: Guide, sets: Sequence[QuestionSet], progress: Progress) -> list[SetResult]:
    """Ask a guide all questions and score each set. Raises `UsageError` for a gold article that is not indexed."""
    known = frozenset(guide.index.documents.article_of)
    for found in sets:
        require_gold(found.cases, found.path, known, f"the index in {guide.index.directory.parent.parent}")
    scored = []
    for found in sets:
        recording = observe(guide, found.cases, partial(_tell, progress, found.name, len(found.cases)))
        scored.append(score_set(found.name, found.cases, recording))
    return scored


def _tell(progress: Progress, name: str, total: int, done: int) -> None:
    progress(name, done, total)


def against_baseline(scored: Sequence[SetResult], baseline: Baseline, path: Path) -> list[Comparison]:
    """Compare each set with an accepted run. Raises `UsageError` when they have no question in common."""
    found = [compare(baseline.sets[one.name], one, path.name) for one in scored if one.name in baseline.sets]
    if not any(one.compared for one in found):
        raise UsageError(
            f"{path} has none of the questions of this run; give the baseline of these questions, "
            "or write one with --write-baseline"
        )
    return found


def against_recording(
    scored: Sequence[SetResult], sets: Sequence[QuestionSet], recording: Recording, other: str
) -> list[Comparison]:
    """Compare each set with what another guide, named `other`, did with the same questions."""
    return [
        compare(outcomes(score_set(one.name, found.cases, recording)), one, other)
        for one, found in zip(scored, sets, strict=True)
    ]


def with_gate(report: Report, comparisons: Iterable[Comparison], *, judged: bool = True) -> Report:
    """Return the report with its comparisons and, unless not `judged`, what fell in them."""
    found = tuple(comparisons)
    fallen = tuple(fall for comparison in found for fall in falls(comparison)) if judged else ()
    return replace(report, comparisons=found, falls=fallen, gated=judged and bool(found))


def judgements(cases: Iterable[Case]) -> dict[str, dict[str, int]]:
    """Return the gold articles of each case that has any, as relevance judgements."""
    return {case.id: dict.fromkeys(case.gold, 1) for case in cases if case.gold}


def ranking(name: str, run: str, samples: Samples) -> RankingResult:
    """Return the figures of retrieval alone."""
    return RankingResult(name, run, len(samples), figures_of(samples.values()))


def now() -> str:
    """Return the time as ISO 8601, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
