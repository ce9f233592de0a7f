"""The guide's search as a LangChain retriever, over an open guide or over what the settings name."""

from __future__ import annotations

from bot.answer.assemble import open_guide
from bot.answer.cite import article_url
from bot.answer.guide import Guide
from bot.backends.retriever import GuideRetriever
from bot.settings import Settings
from bot.types import Source

__all__ = ["open_retriever", "retriever_over"]


def open_retriever(settings: Settings, k: int = 10) -> GuideRetriever:
    """Open model, index and knowledge, and return a retriever over them. Raises `GuideError`s that name the remedy."""
    return retriever_over(open_guide(settings), k)


def retriever_over(guide: Guide, k: int = 10) -> GuideRetriever:
    """Return a retriever of the guide's `k` best passages; it raises `QuestionError` where `Guide.search` does."""

    def source(article_id: str) -> Source:
        article = guide.article(article_id)
        return Source(article.title, article_url(article)) if article else Source(article_id)

    return GuideRetriever(search=lambda question, k: guide.search(question, k).hits, source=source, k=k)
