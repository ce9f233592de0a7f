"""The LangChain retriever: what its documents hold, how many there are, and LangChain's own standard suite."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from langchain_tests.integration_tests import RetrieversIntegrationTests
from pydantic import ValidationError

from bot.backends.retriever import GuideRetriever
from bot.errors import QuestionError, UsageError
from bot.types import Block, BlockKind, Chunk, Hit, Source

QUESTION = "更新できない"


def _hit(article_id: str, ordinal: int, score: float) -> Hit:
    blocks = (
        Block(BlockKind.PARAGRAPH, f"{article_id}の{ordinal}。"),
        Block(BlockKind.STEP, "再起動します。", number=1),
    )
    chunk = Chunk(f"{article_id}#{ordinal}", article_id, ordinal, ("対処", "その1"), blocks, "0" * 32)
    return Hit(chunk, score, {"dense": 0.8, "exact": 1.0})


# Eleven, of two articles in turn, in an order that neither name nor score would give.
HITS = tuple(_hit("b" if number % 2 else "a", number, float(number % 3)) for number in range(11, 0, -1))


def _search(question: str, k: int) -> Sequence[Hit]:
    if not question.strip():
        raise QuestionError("the question is empty")
    return HITS[:k]


def _source(article_id: str) -> Source:
    return Source(f"題名{article_id}", f"/articles/{article_id}")


def _invoke(retriever: GuideRetriever, *args: Any, **kwargs: Any) -> Any:
    return retriever.invoke(*args, **kwargs)


def _ainvoke(retriever: GuideRetriever, *args: Any, **kwargs: Any) -> Any:
    return asyncio.run(retriever.ainvoke(*args, **kwargs))


both = pytest.mark.parametrize("call", [_invoke, _ainvoke], ids=["sync", "async"])
Call = Callable[..., Any]


@pytest.fixture
def retriever() -> GuideRetriever:
    """Return a retriever over the hits above."""
    return GuideRetriever(search=_search, source=_source)


@both
def test_documents_keep_the_order_of_the_search(call: Call, retriever: GuideRetriever) -> None:
    """Best first, as found: nothing is sorted anew."""
    documents = call(retriever, QUESTION)
    assert [document.id for document in documents] == [hit.chunk.id for hit in HITS[:10]]
    assert [document.page_content for document in documents] == [hit.chunk.text for hit in HITS[:10]]


def test_metadata_tell_where_a_passage_is_and_why_it_was_found(retriever: GuideRetriever) -> None:
    """Article, title, address, headings, score and signals, in types that JSON has."""
    assert retriever.invoke(QUESTION)[0].metadata == {
        "article_id": "b",
        "title": "題名b",
        "url": "/articles/b",
        "heading": ["対処", "その1"],
        "score": 2.0,
        "signals": {"dense": 0.8, "exact": 1.0},
    }


@both
def test_k_of_a_call_wins_over_k_of_the_retriever(call: Call) -> None:
    """`invoke(question, k=3)` holds for that call alone."""
    retriever = GuideRetriever(search=_search, source=_source, k=2)
    assert [len(call(retriever, QUESTION, **given)) for given in ({}, {"k": 3}, {"k": None}, {})] == [2, 3, 2, 2]


@both
def test_k_below_one_is_refused(call: Call, retriever: GuideRetriever) -> None:
    """No passage at all is never what was meant."""
    with pytest.raises(UsageError, match="k is 0; ask for at least one"):
        call(retriever, QUESTION, k=0)
    with pytest.raises(ValidationError, match="greater than or equal to 1"):
        GuideRetriever(search=_search, source=_source, k=0)


@both
def test_errors_of_the_search_pass_through(call: Call, retriever: GuideRetriever) -> None:
    """An empty question is our `QuestionError`, not one of LangChain's."""
    with pytest.raises(QuestionError):
        call(retriever, " \u3000")


def test_each_article_is_looked_up_once_a_call() -> None:
    """Passages of one article share its title."""
    asked: list[str] = []

    def source(article_id: str) -> Source:
        asked.append(article_id)
        return _source(article_id)

    assert len(GuideRetriever(search=_search, source=source).invoke(QUESTION)) == 10
    assert sorted(asked) == ["a", "b"]


def test_nothing_found_is_no_documents() -> None:
    """An empty list, without a look at any article."""
    assert GuideRetriever(search=lambda _question, _k: (), source=_source).invoke(QUESTION) == []


def test_an_awaited_search_leaves_the_event_loop_free() -> None:
    """The search, which computes, runs in another thread."""
    threads: list[int] = []

    def search(question: str, k: int) -> Sequence[Hit]:
        threads.append(threading.get_ident())
        return _search(question, k)

    _ainvoke(GuideRetriever(search=search, source=_source), QUESTION)
    assert threads != [threading.get_ident()]


def test_it_is_a_part_of_a_chain(retriever: GuideRetriever) -> None:
    """It pipes into what comes next, alone and in batches."""
    chain = retriever | (lambda documents: [document.id for document in documents])
    assert chain.batch([QUESTION, "音が出ない"]) == [[hit.chunk.id for hit in HITS[:10]]] * 2


@pytest.mark.anyio  # the suite has one coroutine
class TestStandard(RetrieversIntegrationTests):
    """What LangChain asks of every retriever."""

    @pytest.fixture
    def anyio_backend(self) -> str:
        """Return the one event loop that is installed."""
        return "asyncio"

    @property
    def retriever_constructor(self) -> type[GuideRetriever]:
        """Return the class under test."""
        return GuideRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        """Return what it is made of."""
        return {"search": _search, "source": _source}

    @property
    def retriever_query_example(self) -> str:
        """Return a question that finds at least three passages."""
        return QUESTION
