"""Retrieve: the whole pipeline on one page."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from bot.backends.embedder import Embedder
from bot.backends.reranker import Reranker
from bot.index import Index
from bot.retrieval.alike import level
from bot.retrieval.fusion import Weights, fuse, usual
from bot.retrieval.query import CONTEXT_WEIGHT, Query
from bot.retrieval.rerank import POOL, rerank
from bot.retrieval.stages import Candidates, Lexical, gather, search_lexical
from bot.types import Hit

__all__ = ["Found", "retrieve", "retrieve_with_vector"]


_BESIDE = ThreadPoolExecutor(1, thread_name_prefix="lexical")
"""Searches by words while the model, which keeps one core busy for some 5 ms, reads the question."""

_IDLE = Lock()
"""Held by the question for which it does: others, who keep the other cores busy, do not queue for it."""


@dataclass(frozen=True, slots=True)
class Found:
    """What retrieval returns: hits best first, what was asked, and how long each part took (ms)."""

    query: Query
    hits: tuple[Hit, ...]
    candidates: Candidates
    unknown: tuple[str, ...] = ()
    """Asked error codes and KB numbers that no chunk mentions."""
    timings_ms: dict[str, float] = field(default_factory=dict)

    def nearest_face(self, index: Index, subject: str) -> float:
        """Return the cosine of the subject's title or asked question that is nearest, 0 where it has none."""
        rows = index.faces.rows_of.get(subject)
        return 0.0 if rows is None else float(self.candidates.faces[rows].max())


def retrieve(
    query: Query,
    index: Index,
    embedder: Embedder,
    k: int = 10,
    weights: Weights | None = None,
    reranker: Reranker | None = None,
) -> Found:
    """Return the `k` best chunks for a question."""
    start = time.perf_counter()
    vector, lexical = _read(query, index, embedder)
    embedded = time.perf_counter()
    found = retrieve_with_vector(query, vector, index, k, weights, reranker, lexical)
    timings = {"embed": (embedded - start) * 1e3, "search": (time.perf_counter() - embedded) * 1e3}
    return replace(found, timings_ms=timings)


def _read(query: Query, index: Index, embedder: Embedder) -> tuple[NDArray[np.float32], Lexical | None]:
    """Return a question's vector, and what the searches by words say where there was a core to spare for them."""
    if not _IDLE.acquire(blocking=False):
        return _vector(query, embedder), None
    try:
        lexical = _BESIDE.submit(search_lexical, query, index)
        return _vector(query, embedder), lexical.result()
    finally:
        _IDLE.release()


def _vector(query: Query, embedder: Embedder) -> NDArray[np.float32]:
    """Return the unit vector of a question, leaning towards its context."""
    texts = [query.spoken, f"{query.context}\n{query.spoken}"] if query.context else [query.spoken]
    vectors = embedder.embed_queries(texts)
    mixed: NDArray[np.float32] = vectors[0] + np.float32(CONTEXT_WEIGHT) * vectors[-1]
    mixed /= np.linalg.norm(mixed)
    return mixed


def retrieve_with_vector(
    query: Query,
    vector: NDArray[np.float32],
    index: Index,
    k: int,
    weights: Weights | None = None,
    reranker: Reranker | None = None,
    lexical: Lexical | None = None,
) -> Found:
    """Do as `retrieve` for a question whose unit vector (dimension,) is already known."""
    candidates = gather(query, vector, index, lexical)
    weights = weights or usual(index)
    scores = level(fuse(candidates, weights), candidates, index, weights)
    best = np.argsort(-scores, kind="stable")[: k if reranker is None else max(k, POOL)]
    chunks = index.documents.chunks([int(position) for position in candidates.positions[best]])
    hits = tuple(
        Hit(
            chunk,
            float(scores[row]),
            {
                "dense": float(candidates.dense[row]),
                "lexical": float(candidates.words[row]),
                "bigram": float(candidates.bigrams[row]),
                "exact": float(candidates.exact[row]),
            },
        )
        for chunk, row in zip(chunks, best, strict=True)
    )
    if reranker is not None:
        hits = rerank(query.text, hits, reranker)[:k]
    unknown = tuple(name for name in query.codes if not index.documents.positions_of(name))
    return Found(query, hits, candidates, unknown)
