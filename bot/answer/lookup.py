"""Searches for what a reader says, in its conversation."""

from __future__ import annotations

from dataclasses import dataclass

from bot.answer.talk import Talk
from bot.backends.embedder import Embedder
from bot.backends.reranker import Reranker
from bot.index import Index
from bot.knowledge.vocabulary import Vocabulary
from bot.retrieval.fusion import Weights
from bot.retrieval.query import Query, understand
from bot.retrieval.search import Found, retrieve

__all__ = ["Lookup"]


@dataclass(frozen=True, slots=True)
class Lookup:
    """Looks things up in one open index."""

    index: Index
    embedder: Embedder
    vocabulary: Vocabulary
    weights: Weights
    reranker: Reranker | None = None

    def query(self, talk: Talk) -> Query:
        """Return what to search for: the question in its conversation."""
        return self.understand(talk.joined) if talk.leans else self.understand(talk.question, talk.context)

    def understand(self, question: str, context: str = "") -> Query:
        """Return what a question says, `context` being what was said before it."""
        return understand(question, self.vocabulary, self.weights.vocabulary, context)

    def retrieve(self, query: Query, k: int) -> Found:
        """Return the `k` best chunks for a query."""
        return retrieve(query, self.index, self.embedder, k, self.weights, self.reranker)
