"""Let a reranker order the best hits anew, as far as its time goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.backends.reranker import Reranker
from bot.types import Hit

__all__ = ["POOL", "rerank"]

POOL = 20
"""Hits that are read again: the first ten are what is shown or answered from, and as many more can still rise into
them. The embedding model makes 9 to 15 passages a second in torch on two cores: one of its size reads no more."""

_SECONDS = 2.0
"""Longest time for it: an answer that waits longer looks broken. What is not read by then keeps its place."""


def rerank(question: str, hits: Sequence[Hit], reranker: Reranker, seconds: float = _SECONDS) -> tuple[Hit, ...]:
    """Return the hits with those that were read in the reranker's order, before all others.

    Each place keeps its score, so that scores still fall; `signals["rerank"]` is the reranker's. A hit that mentions
    the asked identifier stays before those that mention fewer.
    """
    texts = ["\n".join((*hit.chunk.heading, hit.chunk.text)) for hit in hits[:POOL]]
    scores = reranker.score(question, texts, seconds)
    read = [
        replace(hit, signals={**hit.signals, "rerank": float(score)}) for hit, score in zip(hits, scores, strict=False)
    ]
    order = sorted(read, key=lambda hit: (-hit.signals["exact"], -hit.signals["rerank"]))
    return (*(replace(hit, score=place.score) for hit, place in zip(order, read, strict=True)), *hits[len(read) :])
