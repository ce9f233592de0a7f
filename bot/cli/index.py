"""`guide index`: list the generations of the index, go back to one, remove old ones."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.common import IndexOption, JsonOption, print_json, settings_for
from bot.errors import GuideIndexError, UsageError

__all__ = ["EXAMPLE", "Action", "run"]

EXAMPLE = "Example: guide index use 000012"


class Action(StrEnum):
    """What to do with the generations."""

    LIST = "list"
    USE = "use"
    PRUNE = "prune"


def run(
    action: Annotated[Action, typer.Argument(help="list them; use one; prune old ones.")],
    generation: Annotated[
        str | None, typer.Argument(help="For use: its name (default: the one that was live before).")
    ] = None,
    keep: Annotated[int, typer.Option(min=1, max=1000, help="For prune: how many to keep, the live one too.")] = 2,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the generations of the index, go back to one of them, or remove old ones.

    One is checked before it is used, and a running server follows by itself. Never removed are the live generation, the
    one before it, and one that a process has open.
    """
    path = settings_for(index).index
    if generation is not None and action is not Action.USE:
        raise UsageError(f"guide index {action} takes no name of a generation; see guide index --help")
    if action is Action.LIST:
        _list(path, as_json=as_json)
    elif action is Action.USE:
        _use(path, generation, as_json=as_json)
    else:
        _prune(path, keep, as_json=as_json)


def _list(path: Path, *, as_json: bool) -> None:
    from bot.index.generations import current, generations, previous
    from bot.index.manifest import read_manifest

    live, before = current(path).name, previous(path)
    rows: list[dict[str, Any]] = []
    for name in generations(path):
        state = "live" if name == live else "previous" if name == before else ""
        try:
            manifest = read_manifest(path / "generations" / name)
        except GuideIndexError as error:
            rows.append({"generation": name, "state": state, "problem": str(error)})
            continue
        rows.append(
            {
                "generation": name,
                "state": state,
                "articles": manifest.articles,
                "chunks": manifest.chunks,
                "created": manifest.created,
                "sources": list(manifest.sources),
                "model": manifest.model,
            }
        )
    if as_json:
        print_json(rows)
        return
    for row in rows:
        what = row.get("problem") or (
            f"{row['articles']} articles, {row['chunks']} chunks, built {row['created']} from "
            f"{', '.join(row['sources'])}"
        )
        typer.echo(f"{row['generation']} {row['state']:<8} {what}")


def _use(path: Path, generation: str | None, *, as_json: bool) -> None:
    from bot.index.check import check_generation
    from bot.index.generations import building, current, flip, generations, previous
    from bot.index.manifest import read_manifest

    live = current(path).name
    name = generation or previous(path)
    if name is None:
        raise GuideIndexError(f"{path} has no generation that was live before {live}; see `guide index list`")
    if name not in generations(path):
        raise UsageError(f"there is no generation {name[:40]!r} in {path}; see `guide index list`")
    with building(path):
        directory = path / "generations" / name
        manifest = read_manifest(directory)
        check_generation(directory, manifest.model, manifest.dimension, as_built=False)
        flip(path, directory)
    if as_json:
        print_json({"live": name, "previous": live})
        return
    typer.echo(f"{name} is live: {manifest.articles} articles, built {manifest.created}; it was {live} before")


def _prune(path: Path, keep: int, *, as_json: bool) -> None:
    from bot.index.generations import building, current, prune

    current(path)  # a missing index is said before a lock is made for it
    with building(path):
        removed = prune(path, keep)
    if as_json:
        print_json({"removed": removed})
        return
    typer.echo(f"removed {', '.join(removed)}" if removed else "nothing to remove")
