"""`guide ingest`: read articles and build the index."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import TypeAdapter

from bot.cli.common import IndexOption, JsonOption, print_json, progress, require_utf8, settings_for

if TYPE_CHECKING:
    from ingest.report import BuildReport

__all__ = ["EXAMPLE", "run", "show"]

EXAMPLE = "Example: guide ingest corpus/articles"


def run(
    sources: Annotated[
        list[str],
        typer.Argument(metavar="SOURCE", help="Folders or files (.md .html .txt), or .jsonl ({_id,title,text})."),
    ],
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make the index hold exactly the articles of the given sources."""
    from ingest.run import ingest

    for source in sources:
        require_utf8(source)  # or the manifest could not name it
    settings = settings_for(index)
    with progress(enabled=not as_json) as bar:
        report = ingest(sources, settings, bar)
    show(report, settings.index, as_json=as_json)


def show(report: BuildReport, index: Path, *, as_json: bool) -> None:
    """Print what a build did; skipped items go to stderr, each with its remedy."""
    from ingest.report import BuildReport

    for item in report.skipped:
        typer.echo(f"skipped {item.source}: {item.reason}; {item.remedy}", err=True)
    if report.notice:
        typer.echo(report.notice, err=True)
    if as_json:
        print_json(TypeAdapter(BuildReport).dump_python(report, mode="json"))
        return
    typer.echo(
        f"{report.articles} articles in {report.chunks} chunks, {report.embedded} of them embedded anew: "
        f"{len(report.added)} added, {len(report.changed)} changed, {report.unchanged} unchanged, "
        f"{len(report.removed)} removed, {len(report.skipped)} skipped -> {index}"
    )
