"""`guide eval --beir` and `--from-run`: retrieval alone, by our search or by somebody else's run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import typer

from bot.cli.common import open_guide
from bot.errors import NoIndexError, UsageError
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.evals.beir import BeirSet
    from bot.evals.report import Report

__all__ = ["measure_beir", "measure_run"]

_Bar = Callable[[str, int, int], None]


def measure_beir(
    settings: Settings, bar: _Bar, found: BeirSet, k: int, run_out: Path | None, *, own_index: bool
) -> Report:
    """Search for each query of a set and measure the ranking of the `k` best documents.

    With `own_index` the configured index is used, and built there only if there is none; else a temporary one is built.
    """
    from bot.evals.metrics import ranking_samples
    from bot.evals.report import Report
    from bot.evals.run import now, ranking
    from bot.evals.trec import strictly_falling, write_ranked

    with ExitStack() as stack:
        if not own_index:
            directory = stack.enter_context(TemporaryDirectory(prefix="guide-eval-"))
            settings = settings.model_copy(update={"index": Path(directory) / "index"})
        _build(settings, found.corpus, bar)
        ranked = _search(settings, found, k, bar)
    if run_out is not None:
        write_ranked(run_out, ranked)
        typer.echo(f"-> {run_out}", err=True)
    runs = {query: dict(strictly_falling(rows)) for query, rows in ranked.items()}
    return Report(now(), rankings=(ranking(found.name, "guide", ranking_samples(found.judged, runs)),))


def measure_run(name: str, judged: Mapping[str, Mapping[str, int]], path: Path) -> Report:
    """Measure a TREC run that another tool wrote."""
    from bot.evals.beir import score_run
    from bot.evals.report import Report
    from bot.evals.run import now, ranking
    from bot.evals.trec import read_run

    run = read_run(path)
    samples = score_run(judged, run, path)
    silent = len(set(samples) - set(run))
    if silent:
        typer.echo(f"{path} has no results for {silent} of {len(samples)} judged queries; they score 0", err=True)
    return Report(now(), rankings=(ranking(name, path.name, samples),))


def _build(settings: Settings, corpus: Path, bar: _Bar) -> None:
    from bot.index.generations import current
    from ingest.run import ingest

    try:
        current(settings.index)
    except NoIndexError:
        report = ingest([str(corpus)], settings, bar)
        for item in report.skipped:
            typer.echo(f"skipped {item.source}: {item.reason}; it counts as never found", err=True)


def _search(settings: Settings, found: BeirSet, k: int, bar: _Bar) -> dict[str, list[tuple[str, float]]]:
    from bot.retrieval.batch import search_articles

    guide = open_guide(settings)
    try:
        if not set(guide.index.documents.article_of) & found.documents:
            raise UsageError(
                f"{settings.index} holds no document of {found.corpus}; leave out --index, or build it there"
            )
        rows = search_articles(
            list(found.queries.values()),
            guide.index,
            guide.embedder,
            guide.knowledge.vocabulary,
            k + 1,
            reranker=guide.reranker,
            progress=lambda done: bar("searching", done, len(found.queries)),
        )
    finally:
        guide.index.close()
    # As BEIR does: in sets whose queries are documents themselves, finding oneself is no achievement.
    return {
        query: [(document, score) for document, score in ranked if document != query][:k]
        for query, ranked in zip(found.queries, rows, strict=True)
    }
