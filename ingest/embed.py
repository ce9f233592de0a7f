"""Give a draft its vectors: those that the live generation has are copied, the others made, some at a time."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.backends.embedder import Embedder
from bot.backends.vector_cache import QueryCache
from ingest.draft import NEW, Draft
from ingest.engines.engine import Engine
from ingest.gather import Progress
from ingest.live import Live

__all__ = ["embed_chunks", "embed_faces"]

_AT_ONCE = 2000
"""Texts in memory at once, sorted by length: a batch of like lengths pads little."""


def embed_chunks(
    draft: Draft, engine: Engine, dimension: int, live: Live | None, progress: Progress
) -> tuple[NDArray[np.float32], float]:
    """Write (n, dimension) vectors of all chunks to the disk; return them mapped from there, and the seconds taken."""
    shape = (draft.chunks, dimension)
    vectors = np.lib.format.open_memmap(draft.directory / "embeddings.npy", "w+", np.float32, shape)
    origins = np.frombuffer(draft.origins, np.int64)
    if live is not None and live.fits:
        for start in range(0, len(origins), _AT_ONCE):
            part = origins[start : start + _AT_ONCE]
            old = np.flatnonzero(part != NEW)
            vectors[start + old] = live.embeddings[part[old]]
    done = 0
    waiting: deque[list[int]] = deque()

    def longest_first() -> Iterator[list[str]]:
        for positions, texts in draft.pending(_AT_ONCE):
            order = sorted(range(len(texts)), key=lambda row: -len(texts[row]))
            waiting.append([positions[row] for row in order])
            yield [texts[row] for row in order]

    def advance(more: int) -> None:
        nonlocal done
        done += more
        progress("embedding", done, draft.embedded)

    began = time.perf_counter()
    if draft.embedded:
        advance(0)
    for found in engine.embed(longest_first(), advance):
        vectors[waiting.popleft()] = found
    vectors.flush()
    return vectors, time.perf_counter() - began


def embed_faces(faces: Sequence[str], embedder: Embedder, live: Live | None, cache: Path | None) -> NDArray[np.float32]:
    """Return vectors for the ways in which articles are known: as questions, since that is what they stand for."""
    known, old = live.faces if live is not None and live.fits else ({}, np.zeros((0, 0), np.float32))
    vectors = np.zeros((len(faces), embedder.dimension), np.float32)
    missing = [row for row, text in enumerate(faces) if text not in known]
    for row, text in enumerate(faces):
        if text in known:
            vectors[row] = old[known[text]]
    if missing:
        source = embedder if cache is None else QueryCache(cache, embedder)
        vectors[missing] = source.embed_queries([faces[row] for row in missing])
    return vectors
