"""`guide unanswered`: what readers asked in vain, like questions together, with the nearest article."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.common import IndexOption, JsonOption, open_guide, print_json, settings_for

if TYPE_CHECKING:
    from bot.answer.guide import Guide
    from bot.desk.unanswered import Group

__all__ = ["EXAMPLE", "run"]

EXAMPLE = "Example: guide unanswered --days 7"

_SHOWN = 3
"""Other wordings and comments of a group that are shown; --json has all."""


def run(
    *,
    days: Annotated[int, typer.Option(min=1, max=3650, help="How many days to look back, today included.")] = 7,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """List questions that got no answer or a thumb down, the most frequent first."""
    from bot.desk.store import read_events
    from bot.desk.unanswered import group, in_vain

    settings = settings_for(index)
    events = read_events(settings.events, date.today() - timedelta(days=days - 1))
    vain = in_vain(events)
    if not events and not settings.keep_days:
        typer.echo("nothing is recorded while GUIDE_KEEP_DAYS is 0", err=True)
    rows: list[dict[str, Any]] = []
    if vain:
        guide = open_guide(settings)
        vectors = guide.embedder.embed_queries([event.question for event in vain])
        rows = [_row(guide, one) for one in group(vain, vectors)]
    if as_json:
        print_json({"days": days, "asked": len(events), "in_vain": len(vain), "groups": rows})
        return
    typer.echo(f"{len(events)} questions in {days} days, {len(vain)} of them in vain", err=True)
    for row in rows:
        _show(row)


def _row(guide: Guide, one: Group) -> dict[str, Any]:
    hits = guide.search(one.question, 1).hits
    nearest = guide.article(hits[0].article_id) if hits else None
    near = {"article_id": nearest.id, "title": nearest.title} if nearest else None
    return {**asdict(one), "last": one.last.isoformat(), "nearest": near}


def _show(row: dict[str, Any]) -> None:
    counts = {name: row[name] for name in ("abstained", "refused", "unhelpful") if row[name]}
    typer.echo(f"{row['count']:4}  {row['question'].replace(chr(10), ' ')}")
    typer.echo(f"      {', '.join(f'{number} {name}' for name, number in counts.items())}; last on {row['last']}")
    for other in row["questions"][1 : 1 + _SHOWN]:
        typer.echo(f"      = {other.replace(chr(10), ' ')}")
    for comment in row["comments"][:_SHOWN]:
        typer.echo(f"      > {comment.replace(chr(10), ' ')}")
    if row["nearest"]:
        typer.echo(f"      nearest article: {row['nearest']['title']} ({row['nearest']['article_id']})")
