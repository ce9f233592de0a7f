"""Read sources and build: what `guide ingest` and the server's first start have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from pydantic import SecretStr

from bot.backends.embedder import Embedder, model_cache, open_embedder, taught
from bot.errors import GuideIndexError, IndexDamagedError, ModelError, NoIndexError
from bot.index.adaptation import adapted, live_adaptation
from bot.index.check import prepare_check
from bot.index.generations import current
from bot.index.manifest import Tuning, read_manifest
from bot.knowledge.topics import load_topics
from bot.settings import Settings
from ingest.build import Progress, build, preview
from ingest.engines import open_engine
from ingest.reading import reading
from ingest.report import BuildReport

__all__ = ["ingest"]


def ingest(
    sources: Sequence[str],
    settings: Settings,
    progress: Progress | None = None,
    *,
    dry_run: bool = False,
    allow_shrink: bool = False,
    engine: str = "plain",
) -> BuildReport:
    """Make the configured index hold exactly the articles of `sources`, with the model it is tuned for, if it is.

    `dry_run` writes no index and reports what would happen. Raises `GuideError`s; `ShrinkError` when more than a fifth
    of the articles would go, unless `allow_shrink` or the index holds the bundled articles alone. `engine` names what
    does the work, of `ingest.engines.NAMES`.
    """
    if not dry_run:
        prepare_check()  # beside opening the model and reading, which take as long
    embedder, tuned, notice = _model(settings, sources)
    allow_shrink = allow_shrink or _only_bundled(settings)
    opened = partial(_open, _without_secrets(settings), sources)
    with (
        open_engine(engine, embedder, opened) as work,
        reading(sources, settings, embedder, remember=not dry_run, run=work.run) as articles,
    ):
        if dry_run:
            report = preview(
                articles,
                index=settings.index,
                model=embedder.name,
                dimension=embedder.dimension,
                sources=sources,
                allow_shrink=allow_shrink,
                progress=progress,
                run=work.run,
            )
        else:
            report = build(
                articles,
                index=settings.index,
                embedder=embedder,
                sources=sources,
                chroma_url=settings.chroma_url,
                topics=load_topics(settings.corpus),
                tuned=tuned,
                cache=model_cache(settings),
                allow_shrink=allow_shrink,
                progress=progress,
                engine=work,
            )
    return replace(report, notice=notice)


def _only_bundled(settings: Settings) -> bool:
    """Tell whether the index holds but the articles that come with the guide: an owner's blog replaces them."""
    try:
        sources = read_manifest(current(settings.index)).sources
    except GuideIndexError:
        return False
    return len(sources) == 1 and _bundled(sources, settings)


def _bundled(sources: Sequence[str], settings: Settings) -> bool:
    """Tell whether the articles that come with the guide are among the sources."""
    return (settings.corpus / "articles").resolve() in [Path(source).resolve() for source in sources]


def _without_secrets(settings: Settings) -> Settings:
    """Return settings that may lie about in another process's files: no model to embed with needs a key."""
    secret = [name for name, value in settings if isinstance(value, SecretStr)]
    return settings.model_copy(update=dict.fromkeys(secret))


def _open(settings: Settings, sources: Sequence[str]) -> Embedder:
    """Open the model to build with in another process."""
    return _model(settings, sources)[0]


def _model(settings: Settings, sources: Sequence[str]) -> tuple[Embedder, tuple[Path, Tuning] | None, str]:
    """Return the model to build with, what tuned it, and what the owner should know about that."""
    embedder = open_embedder(settings)
    try:
        found = live_adaptation(embedder, settings.index)
        tuning = found[1].tuning if found is not None else None
        if found is not None and tuning is not None:
            notice = (
                f"the embedding stays tuned as of {tuning.created[:10]}; after many new articles run `guide tune` again"
            )
            return adapted(embedder, settings), (found[0], tuning), notice
        lost = read_manifest(current(settings.index)).tuning is not None
    except (NoIndexError, IndexDamagedError, ModelError) as error:
        lost = "tune" in str(error)
    notice = "the tuning of the index before does not fit and is gone; run `guide tune` again" if lost else ""
    return taught(embedder, settings) if _bundled(sources, settings) else embedder, None, notice
