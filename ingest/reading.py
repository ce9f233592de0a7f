"""Read the sources of a build: readers are told what the live index holds, and remembered once the build is live."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

from bot.backends.embedder import Embedder
from bot.errors import DiskError, GuideIndexError
from bot.index.generations import current
from bot.settings import Settings
from bot.types import Article
from ingest.engines.engine import Run
from ingest.live import open_live
from ingest.recipe import reading_recipe
from ingest.report import Skipped, Unchanged
from ingest.sources import read
from ingest.sources.remote import Memory, Remote, load_memory, save_memory
from ingest.sources.web import WebOptions

__all__ = ["reading"]


@contextmanager
def reading(
    sources: Sequence[str], settings: Settings, embedder: Embedder, *, remember: bool = True, run: Run = map
) -> Iterator[Iterator[Article | Skipped | Unchanged]]:
    """Give the items of all sources; what is unchanged is only named, if the live index has it.

    `run` cleans files, lines and posts.

    What was learnt of the sources is kept, unless `remember` is False, when the caller is done without an error: the
    live index then holds what they gave. Raises `SourceError`s as the items are taken, `DiskError` if what was
    learnt cannot be written.
    """
    live = open_live(settings.index, embedder.name, embedder.dimension)
    try:
        known = live.hashes if live is not None else {}
        memory = load_memory(settings.index, _generation(settings.index)) if live is not None else Memory()
        yield _items(sources, Remote(_options(settings), known, memory), run)
    finally:
        if live is not None:
            live.close()
    if not remember:
        return
    try:
        save_memory(memory.of(sources), settings.index, _generation(settings.index))
    except OSError as error:
        raise DiskError(
            f"the index is built, but what the sources told cannot be written ({error.strerror}); check rights"
        ) from error


def _items(sources: Sequence[str], remote: Remote, run: Run) -> Iterator[Article | Skipped | Unchanged]:
    for source in sources:
        yield from read(source, remote, run)


def _generation(index: Path) -> str:
    """Return what tells the live generation, and how its articles were read, from all others; "" where there is none.

    Numbers of generations are used again.
    """
    try:
        directory = current(index)
        digest = blake2b((directory / "manifest.json").read_bytes(), digest_size=8).hexdigest()
    except (GuideIndexError, OSError):
        return ""
    return f"{directory.name} {digest} {reading_recipe()}"


def _options(settings: Settings) -> WebOptions:
    return WebOptions(
        allow_private=settings.allow_private_addresses,
        user=settings.wordpress_user,
        password=settings.wordpress_password,
        seconds=settings.site_seconds,
    )
