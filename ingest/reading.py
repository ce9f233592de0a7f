"""Read the sources of a build: sites are told what the live index holds, and remembered once the build is live."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

from bot.backends.embedder import Embedder
from bot.errors import DiskError, GuideIndexError
from bot.index.generations import current
from bot.index.reader import Index, open_index
from bot.settings import Settings
from bot.types import Article
from ingest.report import Skipped, Unchanged
from ingest.sources import read
from ingest.sources.remote import Memory, Remote, load_memory, save_memory
from ingest.sources.web import WebOptions

__all__ = ["reading"]


@contextmanager
def reading(sources: Sequence[str], settings: Settings, embedder: Embedder) -> Iterator[Iterator[Article | Skipped]]:
    """Give the items of all sources, articles that a site says are unchanged taken over from the live index.

    What was learnt of sites is kept when the caller is done without an error and a new generation is live, or nothing
    had to be read. Raises `SourceError`s as the items are taken, `DiskError` if what was learnt cannot be written.
    """
    if not any(source.startswith(("https://", "http://")) for source in sources):
        yield _local(sources)
        return
    before = _generation(settings.index)
    live = _live(settings.index, embedder)
    try:
        known = frozenset(live.documents.article_ids()) if live is not None else frozenset()
        memory = load_memory(settings.index, before) if live is not None else Memory()
        remote = Remote(_options(settings), known, memory)
        items = _Items(sources, remote, live)
        yield iter(items)
    finally:
        if live is not None:
            live.close()
    after = _generation(settings.index)
    if after != before or not items.read_anew:
        learnt = Memory({source: memory.sites[source] for source in sources if source in memory.sites})
        try:
            save_memory(learnt, settings.index, after)
        except OSError as error:
            raise DiskError(
                f"the index is built, but what sites told cannot be written ({error.strerror}); check rights"
            ) from error


class _Items:
    """The items of all sources, in order. `read_anew` tells whether any article came from its source."""

    def __init__(self, sources: Sequence[str], remote: Remote, live: Index | None) -> None:
        self._sources, self._remote, self._live = sources, remote, live
        self.read_anew = False

    def __iter__(self) -> Iterator[Article | Skipped]:
        for source in self._sources:
            for item in read(source, self._remote):
                if not isinstance(item, Unchanged):
                    self.read_anew |= isinstance(item, Article)
                    yield item
                elif self._live is not None and (article := self._live.documents.article(item.article_id)):
                    yield article


def _local(sources: Sequence[str]) -> Iterator[Article | Skipped]:
    for source in sources:
        for item in read(source):
            if not isinstance(item, Unchanged):  # which only a site yields
                yield item


def _live(index: Path, embedder: Embedder) -> Index | None:
    try:
        return open_index(index, embedder.name, embedder.dimension)
    except GuideIndexError:
        return None


def _generation(index: Path) -> str:
    """Return what tells the live generation from all others, "" where there is none: numbers are used again."""
    try:
        directory = current(index)
        digest = blake2b((directory / "manifest.json").read_bytes(), digest_size=8).hexdigest()
    except (GuideIndexError, OSError):
        return ""
    return f"{directory.name} {digest}"


def _options(settings: Settings) -> WebOptions:
    return WebOptions(
        allow_private=settings.allow_private_addresses,
        user=settings.wordpress_user,
        password=settings.wordpress_password,
        seconds=settings.site_seconds,
    )
