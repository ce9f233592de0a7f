"""`guide serve`: the chat page and the API; builds the index of the bundled articles when there is none yet."""

from __future__ import annotations

import hashlib
import importlib
from pathlib import Path
from typing import Annotated

import typer

from bot.cli import ingest as ingest_command
from bot.cli.common import progress
from bot.errors import IndexDamagedError, NoIndexError
from bot.settings import Settings, load

__all__ = ["EXAMPLE", "run"]

EXAMPLE = "Example: guide serve --port 7860"

_MARK = "bundled.digest"
"""File beside the generations: which one was built from which state of the bundled articles. Spares a start 8 s."""


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

    bundled = str(settings.corpus / "articles")
    mark = settings.index / _MARK
    wanted = _digest(settings)
    try:
        live = current(settings.index)
        if read_manifest(live).sources != (bundled,):
            return
        if mark.is_file() and mark.read_text("utf-8") == f"{live.name} {wanted}":
            return
    except NoIndexError:
        typer.echo(f"building the index of the bundled articles in {settings.index}", err=True)
    except IndexDamagedError:
        return  # opening it says so; what it held is not known, so nothing is built over it
    from ingest.run import ingest  # half a second that a start without anything to build spares

    with progress() as bar:
        ingest_command.show(ingest([bundled], settings, bar), settings.index, as_json=False)
    mark.write_text(f"{current(settings.index).name} {wanted}", "utf-8")


def _digest(settings: Settings) -> str:
    """Return a digest of all that an index of the bundled articles is made from: articles, knowledge, code, model."""
    import ingest
    from bot.index.manifest import SCHEMA

    code = Path(ingest.__file__).parent
    digest = hashlib.blake2b(f"{SCHEMA} {settings.embedding_model}".encode(), digest_size=16)
    for folder in (settings.corpus / "articles", settings.corpus / "knowledge", code, code.parent / "bot" / "text"):
        for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"):
            digest.update(f"{path.relative_to(folder)}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
