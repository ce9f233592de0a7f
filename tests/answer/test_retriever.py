"""The retriever over the guide: the same passages as a search, and the same errors."""

from __future__ import annotations

from pathlib import Path

import pytest

import bot.answer.assemble
from bot.answer.cite import article_url
from bot.answer.guide import Guide
from bot.answer.retriever import open_retriever, retriever_over
from bot.errors import NoIndexError, QuestionError
from bot.index import Index, open_index
from bot.settings import Settings

QUESTION = "0x80070643 で更新できない"


def test_documents_are_the_passages_of_a_search(guide: Guide) -> None:
    """Text, id, score and article are those of `Guide.search`; title and address those of a citation."""
    documents = retriever_over(guide, k=4).invoke(QUESTION)
    hits = guide.search(QUESTION, 4).hits
    assert [(document.id, document.page_content) for document in documents] == [
        (hit.chunk.id, hit.chunk.text) for hit in hits
    ]
    for document, hit in zip(documents, hits, strict=True):
        article = guide.article(hit.article_id)
        assert article is not None
        assert document.metadata["title"] == article.title
        assert document.metadata["url"] == article_url(article)
        assert document.metadata["score"] == hit.score


@pytest.mark.parametrize("question", ["", " \u3000\n", "長" * 2001])
def test_a_question_that_cannot_be_searched_is_a_question_error(guide: Guide, question: str) -> None:
    """Empty and far too long ones are refused in our words."""
    with pytest.raises(QuestionError):
        retriever_over(guide).invoke(question)


def test_the_settings_open_one(bundled_index_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Index, number of passages and length limit are those that were configured."""
    opened: list[Index] = []

    def open_and_keep(path: Path, model: str, dimension: int) -> Index:
        opened.append(open_index(path, model, dimension))
        return opened[-1]

    monkeypatch.setattr(bot.answer.assemble, "open_index", open_and_keep)
    retriever = open_retriever(Settings(index=bundled_index_path, question_limit=50), k=2)
    try:
        assert len(retriever.invoke(QUESTION)) == 2
        with pytest.raises(QuestionError, match="the limit is 50"):
            retriever.invoke("長" * 51)
    finally:
        opened[0].close()


def test_without_an_index_it_says_so(tmp_path: Path) -> None:
    """The remedy is named where a chain is built, not at its first question."""
    with pytest.raises(NoIndexError, match="guide ingest"):
        open_retriever(Settings(index=tmp_path / "none"))
