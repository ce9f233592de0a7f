"""A whole run as one object, and as plain JSON: all that the pages and files show is taken from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.evals.ablate import AblationRow
from bot.evals.cases import HOLDOUT, KINDS
from bot.evals.compare import Comparison
from bot.evals.figures import CaseResult, SetResult
from bot.evals.gate import Fall
from bot.evals.judge import Judged
from bot.evals.metrics import METRICS
from bot.evals.metrics.decisions import route_of
from bot.evals.mine import Mined
from bot.evals.support import SupportResult, support_falls
from bot.evals.uncertainty import Figure

__all__ = ["SCHEMA", "RankingResult", "Report", "as_document"]

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class RankingResult:
    """Retrieval alone, measured on the set `name` over `count` judged queries; `run` says whose ranking it is."""

    name: str
    run: str
    count: int
    figures: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that one run of `guide eval` found. `created` is ISO 8601, UTC."""

    created: str
    sets: tuple[SetResult, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    falls: tuple[Fall, ...] = ()
    ablation: tuple[AblationRow, ...] = ()
    mined: tuple[Mined, ...] = ()
    rankings: tuple[RankingResult, ...] = ()
    gated: bool = False
    judged: tuple[Judged, ...] = ()
    support: tuple[SupportResult, ...] = ()


def as_document(report: Report) -> dict[str, Any]:
    """Return the report as JSON; what differs between two equal runs stands under `times` alone."""
    recording = report.sets[0].recording if report.sets else None
    return {
        "schema_version": SCHEMA,
        "index": {
            "model": recording.model if recording else "",
            "articles": recording.articles if recording else 0,
            "chunks": recording.chunks if recording else 0,
        },
        "threshold": recording.threshold if recording else None,
        "definitions": {metric.name: metric.definition for metric in METRICS},
        "sets": {found.name: _set(found) for found in report.sets},
        "gate": {"judged": report.gated, "falls": [{**asdict(fall), "sentence": str(fall)} for fall in report.falls]},
        "comparisons": [_comparison(found) for found in report.comparisons],
        "ablation": [row.as_json() for row in report.ablation],
        "mined": [{**asdict(found), "abstained": found.abstained} for found in report.mined],
        "judge": [found.as_json() for found in report.judged],
        "support": {"sets": [found.as_json() for found in report.support], "falls": support_falls(report.support)},
        "rankings": [asdict(found) for found in report.rankings],
        "times": {
            "created": report.created,
            "support_ms": {found.split: {"p50": found.p50_ms, "p95": found.p95_ms} for found in report.support},
            "stages_ms": {found.name: [asdict(timing) for timing in found.timings] for found in report.sets},
        },
    }


def _set(scored: SetResult) -> dict[str, Any]:
    return {
        "count": len(scored.results),
        "solved": scored.solved,
        "figures": _figures(scored.figures),
        "kinds": [
            {"kind": kind, "ja": KINDS[kind], "figures": _figures(figures), **_counts(scored.results, kind)}
            for kind, figures in scored.kinds.items()
        ],
        "curve": [asdict(point) for point in scored.curve],
        "failed": [result.case.id for result in scored.results if not result.solved],
        # Whoever reads the failures of the held-out questions has begun to tune on them.
        "cases": [] if scored.name == HOLDOUT else [_case(result, scored) for result in scored.results],
    }


def _counts(results: Sequence[CaseResult], kind: str) -> dict[str, int]:
    chosen = [result for result in results if result.case.kind == kind]
    return {"count": len(chosen), "solved": sum(result.solved for result in chosen)}


def _figures(figures: Mapping[str, Figure]) -> dict[str, Any]:
    return {name: asdict(found) for name, found in figures.items()}


def _case(result: CaseResult, scored: SetResult) -> dict[str, Any]:
    case, seen = result.case, result.seen
    titles = scored.recording.sources
    answer = seen.answer
    return {
        "id": case.id,
        "kind": case.kind,
        "turns": list(seen.redacted or case.turns),
        "expected": {
            "status": case.status.value,
            "gold": list(case.gold),
            "facts": [list(spellings) for spellings in case.facts],
            "route": case.route,
            "note": case.note,
        },
        "status": seen.status.value if seen.status else "error",
        "text": seen.text,
        "question": asdict(answer.question) if answer and answer.question else None,
        "route": route_of(seen),
        "citations": [
            {"n": citation.n, "title": citation.title, "heading": list(citation.heading), "quote": citation.quote}
            for citation in (answer.citations if answer else ())
        ],
        "ranked": [article_id for article_id, _ in seen.ranked],
        "passages": [
            {
                "article": titles[passage.article_id].title if passage.article_id in titles else passage.article_id,
                "gold": passage.article_id in case.gold,
                "heading": list(passage.heading),
                "text": passage.text,
                "score": passage.score,
            }
            for passage in seen.passages
        ],
        "unknown": list(seen.unknown),
        "probability": None if seen.probability is None else round(seen.probability, 4),
        "faults": [asdict(fault) for fault in result.faults],
        "samples": {name: list(sample) for name, sample in result.samples.items()},
    }


def _comparison(found: Comparison) -> dict[str, Any]:
    return {
        "set": found.set_name,
        "other": found.other,
        "compared": found.compared,
        "total": found.total,
        "missing": list(found.missing),
        "rows": [{**asdict(row), "difference": row.difference} for row in found.rows],
        "flips": [
            {
                "id": flip.id,
                # The texts of held-out questions stay out of what people read.
                "question": flip.question if found.set_name != HOLDOUT else "",
                "gained": flip.gained,
                "before": {"status": flip.before.status, "text": flip.before.text},
                "after": {
                    "status": flip.after.status,
                    "text": flip.after.text if found.set_name != HOLDOUT else "",
                },
            }
            for flip in found.flips
        ],
    }
