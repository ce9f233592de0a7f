"""The figures as a plain table for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.evals.ablate import ABLATED
from bot.evals.compare import Comparison, Row
from bot.evals.figures import SetResult
from bot.evals.judge import Judged
from bot.evals.metrics import METRICS
from bot.evals.report.document import RankingResult, Report
from bot.evals.support import SupportResult, support_falls
from bot.evals.uncertainty import Figure

__all__ = ["lines"]

_SIGNIFICANT = 0.05
_SHOWN_FLIPS = 20


def lines(report: Report) -> Iterator[str]:
    """Yield the lines of the report, the gate's verdict last."""
    for scored in report.sets:
        compared = [found for found in report.comparisons if found.set_name == scored.name]
        yield from _set(scored, compared)
    for judged in report.judged:
        yield from _judged(judged)
    for ranking in report.rankings:
        yield from _ranking(ranking)
    for measured in report.support:
        yield from _support(measured)
    yield from (f"GATE: {fall}" for fall in support_falls(report.support))
    if report.ablation:
        yield from _ablation(report)
    for found in report.comparisons:
        yield from _flips(found)
    if report.mined:
        yield from _mined(report)
    if report.gated:
        yield ""
        yield from (f"GATE: {fall}" for fall in report.falls)
        yield f"gate: {len(report.falls)} metrics fell" if report.falls else "gate: passed"


def _set(scored: SetResult, compared: Sequence[Comparison]) -> Iterator[str]:
    yield ""
    yield f"{scored.name}: {len(scored.results)} questions, {scored.solved} without a fault"
    rows = [{row.metric: row for row in found.rows} for found in compared]
    for found in compared:
        note = f", {len(found.missing)} differ and are left out" if found.missing else ""
        yield f"  compared with {found.other} over {found.compared} of {found.total} questions{note}"
    for metric in METRICS:
        if metric.name in scored.figures:
            changes = "".join(_change(row.get(metric.name)) for row in rows)
            yield f"  {metric.name:26} {_figure(scored.figures[metric.name])}{changes}"
    for kind, figures in scored.kinds.items():
        solved = figures["overall.solved"]
        yield f"  {kind:16} solved {_figure(solved)}"
    for timing in scored.timings:
        yield f"  {timing.stage:8} p50 {timing.p50:8.1f} ms   p95 {timing.p95:8.1f} ms"


def _figure(found: Figure) -> str:
    if found.high > 1:
        return f"{found.value:8.1f} [{found.low:.1f}, {found.high:.1f}] n={found.n}"
    return f"{found.value:8.3f} [{found.low:.3f}, {found.high:.3f}] n={found.n}"


def _change(row: Row | None) -> str:
    if row is None or row.difference is None or row.p is None:
        return ""
    sign = " *" if row.p < _SIGNIFICANT else ""
    return f"  {row.difference:+.3f} (p={row.p:.3f}){sign}"


def _judged(found: Judged) -> Iterator[str]:
    yield ""
    yield f"{found.set_name}: {found.asked} answers judged by {found.model}; never gated"
    for name, value in found.figures.items():
        yield f"  {name:28} {_figure(value)}"
    counts = {**found.failures, "withheld": found.withheld, "skipped": found.skipped}
    if any(counts.values()):
        yield "  not judged: " + ", ".join(f"{kind} {count}" for kind, count in counts.items() if count)


def _ranking(found: RankingResult) -> Iterator[str]:
    yield ""
    yield f"{found.name}: {found.count} judged queries, ranking of {found.run}"
    for name, value in found.figures.items():
        yield f"  {name:26} {_figure(value)}"


def _support(found: SupportResult) -> Iterator[str]:
    yield ""
    yield f"{found.split}: generated sentences verified, p50 {found.p50_ms:.2f} ms, p95 {found.p95_ms:.2f} ms each"
    yield f"  {'attacks stopped':26} {_figure(found.attacks)}"
    yield f"  {'true paraphrases passed':26} {_figure(found.paraphrases)}"
    for row in found.rows:
        yield f"    {row.label:24} {row.right:4} of {row.total}"


def _ablation(report: Report) -> Iterator[str]:
    yield ""
    yield f"  {'without':12}" + "".join(f"{name.partition('.')[2]:>17}" for name in ABLATED)
    for row in report.ablation:
        cells = [_cell(*row.figures[name]) if name in row.figures else "–" for name in ABLATED]
        yield f"  {row.stage:12}" + "".join(f"{cell:>17}" for cell in cells)


def _cell(value: float, difference: float, p: float) -> str:
    return f"{value:.3f} {difference:+.3f}{'*' if p < _SIGNIFICANT else ' '}"


def _flips(found: Comparison) -> Iterator[str]:
    for gained, label in ((True, "now solved"), (False, "no longer solved")):
        names = [flip.id for flip in found.flips if flip.gained is gained]
        if names:
            more = f" and {len(names) - _SHOWN_FLIPS} more" if len(names) > _SHOWN_FLIPS else ""
            yield f"  {found.set_name}, against {found.other}: {label}: {', '.join(names[:_SHOWN_FLIPS])}{more}"


def _mined(report: Report) -> Iterator[str]:
    abstained = [found for found in report.mined if found.abstained]
    yield f"{len(report.mined)} questions, {len(abstained)} would be abstained on"
    for found in report.mined:
        detail = f" ({found.detail})" if found.detail else ""
        yield f"  {found.line:5} {found.reason:14}{detail:18} {found.question[:60]}"
