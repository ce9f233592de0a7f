"""`guide serve`: the chat page and the API; builds the index of the bundled articles when there is none yet."""

from __future__ import annotations

import importlib
from typing import Annotated

import typer

from bot.cli import ingest as ingest_command
from bot.cli.common import progress
from bot.errors import IndexDamagedError, NoIndexError
from bot.settings import Settings, load

__all__ = ["EXAMPLE", "run"]

EXAMPLE = "Example: guide serve --port 7860"


def run(
    host: Annotated[str | None, typer.Option(help="Address to listen on (default: GUIDE_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (default: GUIDE_PORT).", min=1, max=65535)] = None,
) -> None:
    """Serve the chat page and the API."""
    from bot.web.server import listen

    settings = load()
    settings = settings.model_copy(update={"host": host or settings.host, "port": port or settings.port})
    listen(settings.host, settings.port).close()  # a port in use is said before minutes are spent on a first index
    _build_bundled(settings)
    importlib.import_module("app").serve(settings)


def _build_bundled(settings: Settings) -> None:
    """Build the index of the bundled articles when there is none, and refresh one that holds only them."""
    from bot.index.generations import current
    from bot.index.manifest import read_manifest
    from ingest.run import ingest

    bundled = str(settings.corpus / "articles")
    try:
        if read_manifest(current(settings.index)).sources != (bundled,):
            return
    except NoIndexError:
        typer.echo(f"building the index of the bundled articles in {settings.index}", err=True)
    except IndexDamagedError:
        return  # opening it says so; what it held is not known, so nothing is built over it
    with progress() as bar:
        ingest_command.show(ingest([bundled], settings, bar), settings.index, as_json=False)
