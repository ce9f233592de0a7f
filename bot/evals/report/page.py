"""The report as one HTML file that needs nothing else: styles, plots and script inline, no request to anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.evals.ablate import ABLATED
from bot.evals.cases import HOLDOUT, KINDS
from bot.evals.judge import JUDGED
from bot.evals.metrics import GROUPS, METRICS
from bot.evals.metrics.faults import FAULTS
from bot.evals.mine import REASONS
from bot.evals.report.plots import curve_plot, histogram

__all__ = ["page"]

_SETS = {"questions": ("テスト質問", "Test questions"), HOLDOUT: ("ホールドアウト", "Holdout")}
_STATUSES = {
    "answered": ("回答", "answered"),
    "clarify": ("聞き返し", "clarify"),
    "abstained": ("回答を控えた", "abstained"),
    "refused": ("断った", "refused"),
    "error": ("受け付けず", "rejected"),
}
_MISSES = {
    "timeout": ("時間切れ", "timed out"),
    "refused": ("拒否", "refused"),
    "garbage": ("使えない応答", "unusable"),
    "withheld": ("秘密が残るため見せていない", "withheld for a secret"),
    "skipped": ("失敗が続いたため中止", "skipped after failures"),
}
_STAGES = {
    "embed": ("埋め込み", "Embedding"),
    "search": ("検索", "Search"),
    "compose": ("組み立て", "Composing"),
    "total": ("合計", "Total"),
}


def page(document: Mapping[str, Any]) -> str:
    """Return the HTML page of a report given as JSON (`as_document`)."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["figure"] = _figure
    environment.filters["change"] = _change
    return environment.get_template("page.html").render(
        document=document,
        metrics=METRICS,
        groups=GROUPS,
        kinds=KINDS,
        fault_names=FAULTS,
        reasons=REASONS,
        set_names=_SETS,
        statuses=_STATUSES,
        ablated=ABLATED,
        judged_metrics=JUDGED,
        misses=_MISSES,
        widest=_widest(document),
        stages=_STAGES,
        curves={name: Markup(plot) for name, plot in _curves(document)},  # noqa: S704  # our own SVG, values escaped
        histograms={name: Markup(plot) for name, plot in _histograms(document)},  # noqa: S704
        style=Markup((Path(__file__).parent / "page.css").read_text("utf-8")),  # noqa: S704  # our own file
        script=Markup((Path(__file__).parent / "page.js").read_text("utf-8")),  # noqa: S704
    )


def _widest(document: Mapping[str, Any]) -> float:
    """Return the greatest difference that the ablation shows, the full width of its bars."""
    differences = [
        abs(row["figures"][name]["difference"])
        for row in document["ablation"]
        for name in ("overall.solved", "retrieval.ndcg@10")
        if name in row["figures"]
    ]
    return max(differences, default=0.0) or 1.0


def _curves(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (name, curve_plot(found["curve"], document["threshold"]))
        for name, found in document["sets"].items()
        if found["curve"]
    ]


def _histograms(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    plots = []
    for name, stages in document["times"]["stages_ms"].items():
        for stage in stages:
            if stage["stage"] == "total":
                plots.append((name, histogram(stage["values"], [("p50", stage["p50"]), ("p95", stage["p95"])])))
    return plots


def _figure(value: float | None, unit: str = "share") -> str:
    if value is None:
        return "–"
    return f"{value:.0f}" if unit == "characters" else f"{value * 100:.1f}"


def _change(value: float | None, unit: str = "share") -> str:
    if value is None:
        return "–"
    text = f"{value:+.0f}" if unit == "characters" else f"{value * 100:+.1f}"
    return text if text.strip("+-0.") else "0"
