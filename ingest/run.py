"""Read sources and build: what `guide ingest` and the server's first start have in common."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.backends.embedder import open_embedder
from bot.knowledge.topics import load_topics
from bot.settings import Settings
from bot.types import Article
from ingest.build import Progress, build
from ingest.report import BuildReport, Skipped
from ingest.sources import read

__all__ = ["ingest"]


def ingest(sources: Sequence[str], settings: Settings, progress: Progress | None = None) -> BuildReport:
    """Make the configured index hold exactly the articles of `sources`. Raises `GuideError`s."""
    return build(
        _read_all(sources),
        index=settings.index,
        embedder=open_embedder(settings),
        sources=sources,
        chroma_url=settings.chroma_url,
        topics=load_topics(settings.corpus),
        progress=progress,
    )


def _read_all(sources: Sequence[str]) -> Iterator[Article | Skipped]:
    for source in sources:
        yield from read(source)
