"""Build an index generation: read, embed what changed, write, check, flip the pointer.

The live generation is never touched: a failure at any point leaves it answering as before. When nothing changed, no
generation is written at all.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.backends.embedder import Embedder
from bot.backends.vector_store import create_store
from bot.errors import DiskError, GuideIndexError, IndexDamagedError
from bot.index.check import check_generation
from bot.index.documents import DocumentReader
from bot.index.generations import (
    building,
    collection_name,
    flip,
    new_generation,
    prune,
    remove_unfinished,
    require_space,
)
from bot.index.lexical_writer import Tokens
from bot.index.manifest import ADAPTATION, SCHEMA, Manifest, Tuning, digest_files, read_manifest, write_manifest
from bot.knowledge.topics import Topics
from bot.types import Article
from ingest.draft import Counted, Draft, indexed_text
from ingest.embed import embed_chunks, embed_faces
from ingest.engines.engine import Engine, Run
from ingest.engines.plain import PlainEngine
from ingest.gather import Gathered, Progress, begin_anew, gather
from ingest.live import Live, open_live
from ingest.outcome import near_duplicates_of, report, require_articles, require_most
from ingest.recipe import recipe
from ingest.report import BuildReport, NearDuplicate, Skipped, Unchanged
from ingest.similar import near_duplicates

__all__ = ["Progress", "build", "indexed_text", "preview"]

_STORED_AT_ONCE = 1000

_BYTES_PER_CHUNK = 14_000
"""Rough size on disk of one chunk in all parts of a generation, for the free-space check."""


@dataclass(frozen=True, slots=True)
class _Making:
    """What a build is given."""

    embedder: Embedder
    sources: tuple[str, ...]
    chroma_url: str
    topics: Topics
    tuned: tuple[Path, Tuning] | None
    cache: Path | None
    progress: Progress
    engine: Engine
    began: float = field(default_factory=time.perf_counter)

    @property
    def seconds(self) -> float:
        """Return how long it has taken until now."""
        return time.perf_counter() - self.began

    @property
    def topics_digest(self) -> str:
        """Return what tells whether all that is known beside the articles is as it was."""
        return blake2b(repr(self.topics).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def build(
    articles: Iterable[Article | Skipped | Unchanged],
    *,
    index: Path,
    embedder: Embedder,
    sources: Sequence[str],
    chroma_url: str = "",
    topics: Topics | None = None,
    tuned: tuple[Path, Tuning] | None = None,
    cache: Path | None = None,
    allow_shrink: bool = True,
    progress: Progress | None = None,
    engine: Engine | None = None,
) -> BuildReport:
    """Make `index` hold exactly `articles`, and report what changed.

    `tuned` is the file that made `embedder` from the configured model, kept with the vectors, and how it was made.
    `cache` is a directory that keeps the vectors of asked questions from one index to the next. `engine` cuts and
    embeds, this process where there is none.
    Chunks whose content the live generation already holds keep their vectors. Raises `SourceError` when no article
    could be read, `ShrinkError` when more than a fifth of the articles would go and `allow_shrink` is false,
    `IndexBusyError` while another build runs, `DiskError` when space or rights are missing.
    """
    making = _Making(
        embedder,
        tuple(sources),
        chroma_url,
        topics or Topics(),
        tuned,
        cache,
        progress or (lambda *_: None),
        engine or PlainEngine(embedder),
    )
    with building(index):
        require_space(index)
        remove_unfinished(index)
        live = open_live(index, embedder.name, embedder.dimension)
        try:
            return _build(articles, index, making, live, allow_shrink=allow_shrink)
        except OSError as error:
            raise DiskError(
                f"writing the index failed ({error.strerror or error}); the live index is unchanged"
            ) from error
        finally:
            if live is not None:
                live.close()
            remove_unfinished(index)


def preview(
    articles: Iterable[Article | Skipped | Unchanged],
    *,
    index: Path,
    model: str,
    dimension: int,
    sources: Sequence[str],
    allow_shrink: bool = True,
    progress: Progress | None = None,
    run: Run = map,
) -> BuildReport:
    """Report what `build` would do, and write nothing. Raises as `build` does for what it would refuse."""
    began = time.perf_counter()
    live = open_live(index, model, dimension, hold=False)
    try:
        found = gather(articles, live, lambda: Counted(live), progress or (lambda *_: None), run)
        require_articles(found, sources)
        if not allow_shrink:
            require_most(found, live)
        if found.draft is None and live is not None and not live.fits:
            begin_anew(found, live, lambda: Counted(live))
        draft = found.draft
        return report(
            found,
            live,
            chunks=draft.chunks if draft is not None else live.manifest.chunks if live is not None else 0,
            embedded=draft.embedded if draft is not None else 0,
            seconds=time.perf_counter() - began,
            generation=live.directory.name if live is not None else "",
            dry_run=True,
        )
    finally:
        if live is not None:
            live.close()


def _build(
    articles: Iterable[Article | Skipped | Unchanged],
    index: Path,
    making: _Making,
    live: Live | None,
    *,
    allow_shrink: bool,
) -> BuildReport:
    drafts: list[Draft] = []

    def start() -> Draft:
        drafts.append(Draft(new_generation(index), live, making.topics))
        return drafts[-1]

    try:
        found = gather(articles, live, start, making.progress, making.engine.run)
        require_articles(found, making.sources)
        if not allow_shrink:
            require_most(found, live)
        if found.draft is None and live is not None:
            if _still_good(live, making):
                prune(index)  # which a build that was killed after its flip left to this one
                return report(
                    found,
                    live,
                    chunks=live.manifest.chunks,
                    embedded=0,
                    seconds=making.seconds,
                    generation=live.directory.name,
                    pairs=near_duplicates_of(live),
                )
            begin_anew(found, live, start)
        if found.draft is None:
            raise AssertionError("without a live generation the first article begins a draft")
        found.draft.finish(found.titles)
        return _complete(found, found.draft, index, making, live)
    finally:
        for draft in drafts:
            draft.close()


def _complete(found: Gathered[Draft], draft: Draft, index: Path, making: _Making, live: Live | None) -> BuildReport:
    """Give the draft its vectors, check it, and make it the live generation."""
    generation = draft.directory
    require_space(index, draft.chunks * _BYTES_PER_CHUNK)
    embeddings, embedding_seconds = embed_chunks(draft, making.engine, making.embedder.dimension, live, making.progress)
    np.save(generation / "faces.npy", embed_faces(draft.faces, making.embedder, live, making.cache))
    with closing(create_store(generation / "chroma", collection_name(generation), making.chroma_url)) as store:
        for start in range(0, draft.chunks, _STORED_AT_ONCE):
            store.add(start, np.asarray(embeddings[start : start + _STORED_AT_ONCE]))
            making.progress("writing", min(start + _STORED_AT_ONCE, draft.chunks), draft.chunks)
    if making.tuned is not None:
        shutil.copyfile(making.tuned[0], generation / ADAPTATION)
    pairs = _near_duplicates(generation, embeddings, found, live)
    files, as_built = digest_files(generation)
    manifest = Manifest(
        schema=SCHEMA,
        model=making.embedder.name,
        dimension=making.embedder.dimension,
        articles=len(found.hashes),
        chunks=draft.chunks,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        sources=making.sources,
        chroma_url=making.chroma_url,
        tuning=making.tuned[1] if making.tuned is not None else None,
        files=files,
        as_built=as_built,
        recipe=recipe(),
        topics=making.topics_digest,
        near_duplicates=tuple((pair.first, pair.second, pair.shared) for pair in pairs),
    )
    write_manifest(generation, manifest)
    making.progress("checking", 0, draft.chunks)
    try:
        check_generation(generation, making.embedder.name, making.embedder.dimension)
        if read_manifest(generation) != manifest:
            raise IndexDamagedError(f"{generation.name}/manifest.json was altered; build again with `guide ingest`")
    except GuideIndexError:
        shutil.rmtree(generation, ignore_errors=True)
        raise
    making.progress("checking", draft.chunks, draft.chunks)
    flip(index, generation)
    prune(index)
    return report(
        found,
        live,
        chunks=draft.chunks,
        embedded=draft.embedded,
        seconds=making.seconds,
        generation=generation.name,
        chunks_per_second=draft.embedded / embedding_seconds,
        pairs=pairs,
    )


def _still_good(live: Live, making: _Making) -> bool:
    """Tell whether the live generation, all of whose articles are as they were, can stay as it is."""
    manifest = live.manifest
    same = (manifest.sources, manifest.topics, manifest.chroma_url) == (
        making.sources,
        making.topics_digest,
        making.chroma_url,
    )
    if not (live.fits and same):
        return False
    with suppress(GuideIndexError):
        check_generation(live.directory, manifest.model, manifest.dimension, as_built=False)
        return True
    return False


def _near_duplicates(
    generation: Path, embeddings: NDArray[np.float32], found: Gathered[Draft], live: Live | None
) -> tuple[NearDuplicate, ...]:
    before = live.hashes if live is not None else {}
    with closing(DocumentReader(generation / "documents.sqlite")) as documents:
        spans = documents.spans()
    return near_duplicates(
        spans,
        embeddings,
        Tokens(generation / "bigrams"),
        new=[name for name, digest in found.hashes.items() if before.get(name) != digest],
        before=near_duplicates_of(live) if live is not None else (),
    )
