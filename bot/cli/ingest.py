"""`guide ingest`: read articles and build the index, once or again and again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import TypeAdapter

from bot.cli.common import IndexOption, JsonOption, print_json, progress, require_utf8, settings_for
from bot.errors import UsageError

if TYPE_CHECKING:
    from ingest.report import BuildReport

__all__ = ["EXAMPLE", "run", "show"]

EXAMPLE = (
    "Example: guide ingest path/to/articles; guide ingest export.xml (WordPress: Tools > Export); "
    "guide ingest rows.jsonl; guide ingest https://blog.example --watch 1h"
)

_NAMED = 20
"""Articles, or pairs of them, named in the text for the owner; --json names all."""


def run(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE",
            help="Folders or files (.md .html .txt), a WordPress export or a feed (.xml), .jsonl ({_id,title,text}), "
            "or the address of a WordPress blog, of another blog, of its sitemap or feed.",
        ),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and write no index.")] = False,
    allow_shrink: Annotated[
        bool, typer.Option("--allow-shrink", help="Also when more than a fifth of the articles would go.")
    ] = False,
    watch: Annotated[
        str | None, typer.Option("--watch", metavar="INTERVAL", help="Keep up: again every 15m (30s, 15m, 2h, 1d).")
    ] = None,
    engine: Annotated[
        str,
        typer.Option(
            help="What does the work: plain, or ray for very many articles (pip install 'trouble-guide[ray]')."
        ),
    ] = "plain",
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make the index hold exactly the articles of the given sources."""
    from ingest.run import ingest

    for source in sources:
        require_utf8(source)  # or the manifest could not name it
    settings = settings_for(index)

    def one() -> None:
        with progress(enabled=not as_json) as bar:
            report = ingest(sources, settings, bar, dry_run=dry_run, allow_shrink=allow_shrink, engine=engine)
        show(report, settings.index, as_json=as_json)

    if watch is None:
        one()
        return
    if dry_run:
        raise UsageError("--dry-run looks once and --watch keeps up; give one of them")
    from bot.cli.ingest_watch import keep_up, seconds

    keep_up(one, seconds(watch))


def show(report: BuildReport, index: Path, *, as_json: bool) -> None:
    """Print what a build did; what the owner should look at goes to stderr, each with its remedy."""
    from ingest.report import BuildReport

    for item in report.skipped:
        typer.echo(f"skipped {item.source}: {item.reason}; {item.remedy}", err=True)
    if report.notice:
        typer.echo(report.notice, err=True)
    if as_json:
        print_json(TypeAdapter(BuildReport).dump_python(report, mode="json"))
        return
    for pair in report.near_duplicates[:_NAMED]:
        typer.echo(f"alike: {pair.first} and {pair.second} share {pair.shared:.0%}; keep one, or link them", err=True)
    if len(report.near_duplicates) > _NAMED:
        typer.echo(f"alike: {len(report.near_duplicates) - _NAMED} more pairs; --json names them", err=True)
    for what, names in (("changed", report.changed), ("removed", report.removed)):
        if names:
            more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
            typer.echo(f"{what}: {', '.join(names[:_NAMED])}{more}", err=True)
    embedding = f" ({report.chunks_per_second:.0f} a second)" if report.chunks_per_second else ""
    typer.echo(
        f"{'would be ' if report.dry_run else ''}{report.articles} articles in {report.chunks} chunks, "
        f"{report.embedded} of them embedded anew{embedding}: "
        f"{len(report.added)} added, {len(report.changed)} changed, {report.unchanged} unchanged, "
        f"{len(report.removed)} removed, {len(report.skipped)} skipped -> {index}"
    )
