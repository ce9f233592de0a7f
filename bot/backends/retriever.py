"""Offer the index as a LangChain retriever, for chains that others build."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import run_in_executor
from pydantic import Field

from bot.errors import UsageError
from bot.types import Hit, Source

__all__ = ["GuideRetriever"]


class GuideRetriever(BaseRetriever):
    """Retrieve passages as documents, best first; `invoke(question, k=3)` overrides `k` for one call.

    A document holds the chunk's text and id; its metadata are `article_id`, `title`, `url`, `heading` (a list,
    outermost first), `score` and `signals` as in `Hit`. What `search` raises, such as `QuestionError`, passes through.
    """

    search: Callable[[str, int], Sequence[Hit]]
    """Returns at most that many hits for a question, best first; called from several threads at once."""
    source: Callable[[str], Source]
    """Returns title and address of the article with an id."""
    k: int = Field(10, ge=1)
    """How many passages at most."""

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, k: int | None = None
    ) -> list[Document]:
        k = self.k if k is None else k
        if k < 1:
            raise UsageError(f"k is {k}; ask for at least one passage")
        hits = self.search(query, k)
        sources = {article_id: self.source(article_id) for article_id in {hit.article_id for hit in hits}}
        return [_document(hit, sources[hit.article_id]) for hit in hits]

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun, k: int | None = None
    ) -> list[Document]:
        # LangChain's own would not hand `k` on.
        return await run_in_executor(None, self._get_relevant_documents, query, run_manager=run_manager.get_sync(), k=k)


def _document(hit: Hit, source: Source) -> Document:
    return Document(
        id=hit.chunk.id,
        page_content=hit.chunk.text,
        metadata={
            "article_id": hit.article_id,
            "title": source.title,
            "url": source.url,
            "heading": list(hit.chunk.heading),
            "score": hit.score,
            "signals": dict(hit.signals),
        },
    )
