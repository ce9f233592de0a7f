"""The guide's search as a LangChain retriever, over an open guide or over what the settings name."""

from __future__ import annotations

from bot.answer.cite import article_url
from bot.answer.guide import Guide
from bot.backends.embedder import open_embedder
from bot.backends.reranker import open_reranker
from bot.backends.retriever import GuideRetriever
from bot.index import open_index
from bot.index.adaptation import adapted
from bot.knowledge import load_knowledge
from bot.settings import Settings
from bot.types import Source

__all__ = ["open_retriever", "retriever_over"]


def open_retriever(settings: Settings, k: int = 10) -> GuideRetriever:
    """Open model, index and knowledge, and return a retriever over them. Raises `GuideError`s that name the remedy."""
    embedder = adapted(open_embedder(settings), settings)
    index = open_index(settings.index, embedder.name, embedder.dimension)
    guide = Guide(
        index,
        embedder,
        load_knowledge(settings.corpus),
        question_limit=settings.question_limit,
        reranker=open_reranker(settings),
    )
    return retriever_over(guide, k)


def retriever_over(guide: Guide, k: int = 10) -> GuideRetriever:
    """Return a retriever of the guide's `k` best passages; it raises `QuestionError` where `Guide.search` does."""

    def source(article_id: str) -> Source:
        article = guide.article(article_id)
        return Source(article.title, article_url(article)) if article else Source(article_id)

    return GuideRetriever(search=lambda question, k: guide.search(question, k).hits, source=source, k=k)
