"""Search many questions at once and rank whole articles: for evaluation runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.backends.embedder import Embedder
from bot.backends.reranker import Reranker
from bot.index import Index
from bot.knowledge.vocabulary import Vocabulary
from bot.retrieval.fusion import Weights
from bot.retrieval.query import understand
from bot.retrieval.search import retrieve_with_vector
from bot.text.normalize import normalize

__all__ = ["search_articles"]

_BATCH = 64
_CHUNKS_PER_ARTICLE = 6
"""Chunks fetched for each article wanted, since the best chunks may all be of one article."""


def search_articles(
    questions: Sequence[str],
    index: Index,
    embedder: Embedder,
    vocabulary: Vocabulary,
    k: int,
    *,
    weights: Weights | None = None,
    reranker: Reranker | None = None,
    progress: Callable[[int], None] | None = None,
) -> list[list[tuple[str, float]]]:
    """Return for each question up to `k` (article id, score) pairs, best first; an article scores as its best chunk.

    A question without a letter finds nothing.
    """
    results: list[list[tuple[str, float]]] = []
    for start in range(0, len(questions), _BATCH):
        batch = questions[start : start + _BATCH]
        queries = [understand(question, vocabulary) for question in batch]
        vectors = embedder.embed_queries([query.spoken for query in queries])
        for question, query, vector in zip(batch, queries, vectors, strict=True):
            if not normalize(question).strip():
                results.append([])
                continue
            found = retrieve_with_vector(query, vector, index, k * _CHUNKS_PER_ARTICLE, weights, reranker)
            best: dict[str, float] = {}
            for hit in found.hits:
                best.setdefault(hit.article_id, hit.score)
            results.append(list(best.items())[:k])
        if progress is not None:
            progress(len(results))
    return results
