"""`guide search`: the passages for a question, or a TREC run for a file of queries."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.common import (
    IndexOption,
    JsonOption,
    open_guide,
    print_json,
    progress,
    read_rows,
    require_writable,
    settings_for,
    unbroken,
)
from bot.errors import UsageError
from bot.settings import Settings

__all__ = ["EXAMPLE", "run"]

EXAMPLE = "Example: guide search 0x80070643 -k 3"


def run(
    *,
    question: Annotated[str | None, typer.Argument(help="What to look for.")] = None,
    k: Annotated[
        int, typer.Option("-k", min=1, max=1000, help="How many passages, or articles a query in a run.")
    ] = 10,
    index: IndexOption = None,
    as_json: JsonOption = False,
    queries: Annotated[Path | None, typer.Option(help="JSON lines {_id,text}: search for each.")] = None,
    output: Annotated[Path | None, typer.Option("--run", help="TREC run file to write for --queries.")] = None,
) -> None:
    """Search the index without composing an answer."""
    settings = settings_for(index)
    if queries is not None:
        if output is None or question is not None:
            raise UsageError("--queries needs --run OUT and no QUESTION; see guide search --help")
        _run_file(queries, output, k, settings)
        return
    if question is None or output is not None:
        raise UsageError("give a QUESTION, or --queries FILE with --run OUT; see guide search --help")
    found = open_guide(settings).search(unbroken(question), k)
    for name in found.unknown:
        typer.echo(f"no article mentions {name}", err=True)
    if as_json:
        print_json(
            [
                {
                    "article_id": hit.article_id,
                    "chunk_id": hit.chunk.id,
                    "heading": list(hit.chunk.heading),
                    "score": round(hit.score, 4),
                    "signals": {name: round(value, 4) for name, value in hit.signals.items()},
                    "text": hit.chunk.text,
                }
                for hit in found.hits
            ]
        )
        return
    for rank, hit in enumerate(found.hits, 1):
        typer.echo(f"{rank:2}. {hit.score:7.2f}  {hit.chunk.id}  {' > '.join(hit.chunk.heading)}")
        typer.echo(f"    {hit.chunk.text[:100].replace(chr(10), ' ')}")


def _run_file(queries: Path, output: Path, k: int, settings: Settings) -> None:
    from bot.retrieval.batch import search_articles
    from bot.retrieval.trec import write_run

    rows = list(read_rows(queries, {"_id", "text"}))
    require_writable(output, "--run")
    guide = open_guide(settings)
    with progress() as bar:
        ranked = search_articles(
            [unbroken(str(row["text"])) for row in rows],
            guide.index,
            guide.embedder,
            guide.knowledge.vocabulary,
            k,
            reranker=guide.reranker,
            progress=lambda done: bar("searching", done, len(rows)),
        )
    write_run(output, [unbroken(str(row["_id"])) for row in rows], ranked)
    typer.echo(f"{len(rows)} queries -> {output}", err=True)
