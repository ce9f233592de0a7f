"""Ask a guide every test question and write down what it did, as plain JSON objects.

This file also runs as a script on the checkout of another revision (`--against REV`), with that revision's `bot` and
not this one's: it imports nothing of `bot.evals` and uses only what every revision has, or asks whether it is there.
"""

# ruff: noqa: PLC0415  # bot is imported only once it is known which bot

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["CHUNKS", "record"]

CHUNKS = 60
"""Chunks retrieved to rank ten different articles: the best chunks may all be of one."""

_ARTICLES = 10
_PASSAGES = 5
"""Passages kept with their text, to be shown beside a failure."""


def record(
    guide: Any, conversations: Sequence[tuple[str, Sequence[str]]], progress: Callable[[int], None] | None = None
) -> Iterator[dict[str, Any]]:
    """Yield one object for each (id, turns), then one with the texts of all cited articles.

    Only the answer to the last turn is written down; the turns before it are asked in the same conversation. A question
    that the guide rejects is written down as `error`, never left out.
    """
    cited: set[str] = set()
    for number, (case_id, turns) in enumerate(conversations, 1):
        row = {"id": case_id, **_converse(guide, turns)}
        cited |= {citation["article_id"] for citation in (row["answer"] or {}).get("citations", ())}
        yield row
        if progress is not None:
            progress(number)
    yield {
        "articles": {article_id: _source(guide, article_id) for article_id in sorted(cited)},
        "threshold": _threshold(),
        "model": guide.embedder.name,
        "size": {"articles": guide.index.manifest.articles, "chunks": guide.index.manifest.chunks},
    }


def _converse(guide: Any, turns: Sequence[str]) -> dict[str, Any]:
    from bot.errors import QuestionError
    from bot.types import Turn

    history: list[Turn] = []
    state = ""
    row: dict[str, Any] = {"answer": None, "error": "", "ranked": [], "passages": [], "unknown": [], "confidence": None}
    row["redacted"] = _redacted(turns)
    try:
        for turn in turns[:-1]:
            earlier = guide.ask(turn, history, state)
            state = earlier.state
            history += [Turn("user", turn), Turn("assistant", earlier.text)]
        answer, found, confidence = _explain(guide, turns[-1], history, state)
    except QuestionError as error:
        return {**row, "error": str(error)}
    row["answer"] = _plain(answer)
    row["confidence"] = None if confidence is None else _plain(confidence)
    row["unknown"] = list(found.unknown) if found is not None else []
    row["ranked"] = _ranked(guide, found, answer)
    row["passages"] = _passages(found.hits) if found is not None else []
    return row


def _explain(guide: Any, question: str, history: Sequence[Any], state: str) -> tuple[Any, Any, Any]:
    """Return the answer with the retrieval and the confidence behind it (None where a revision does not tell)."""
    if hasattr(guide, "explain"):
        explained = guide.explain(question, history, state)
        return explained.answer, explained.found, explained.confidence
    return guide.ask(question, history, state), guide.search(question), None


def _ranked(guide: Any, found: Any, answer: Any) -> list[list[Any]]:
    """Rank articles by their best chunk: those that the answer was made from first, then what a deeper search adds.

    Where a decision tree answered without a search, the articles that it cites come first.
    """
    from bot.retrieval.search import retrieve, retrieve_with_vector

    best = {citation.article_id: 0.0 for citation in answer.citations} if found is None else {}
    if found is not None:
        hits = list(found.hits)
        if len({hit.article_id for hit in hits}) < _ARTICLES:
            # The question as it was searched, in its conversation and with the guide's own weights.
            weights = getattr(guide, "weights", None)
            options = {} if weights is None else {"weights": weights}
            vector = getattr(found, "vector", None)
            deeper = (
                retrieve(found.query, guide.index, guide.embedder, CHUNKS, **options)
                if vector is None
                else retrieve_with_vector(found.query, vector, guide.index, CHUNKS, **options)
            )
            hits += deeper.hits
        for hit in hits:
            best.setdefault(hit.article_id, hit.score)
    return [[article_id, round(float(score), 6)] for article_id, score in list(best.items())[:_ARTICLES]]


def _passages(hits: Sequence[Any]) -> list[dict[str, Any]]:
    return [
        {
            "article_id": hit.article_id,
            "heading": list(hit.chunk.heading),
            "text": hit.chunk.text,
            "score": round(float(hit.score), 4),
        }
        for hit in hits[:_PASSAGES]
    ]


def _redacted(turns: Sequence[str]) -> list[str]:
    """Return the turns as logs and later searches would see them."""
    from bot.text.secrets import redact_conversation

    return list(redact_conversation(list(turns))[0])


def _source(guide: Any, article_id: str) -> dict[str, Any]:
    article = guide.article(article_id)
    if article is None:
        return {"title": article_id, "text": "", "chunks": []}
    chunks = [chunk.text for chunk in guide.index.documents.chunks_of(article_id)]
    return {"title": article.title, "text": article.text, "chunks": chunks}


def _threshold() -> float | None:
    from bot.answer import confidence

    value = getattr(confidence, "THRESHOLD", getattr(confidence, "_THRESHOLD", None))
    return None if value is None else float(value)


def _plain(value: Any) -> Any:
    kind: Any = type(value)
    return _adapter(kind).dump_python(value, mode="json")


@cache
def _adapter(kind: Any) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def _open(index: Path) -> Any:
    from bot.answer.guide import Guide
    from bot.backends.embedder import open_embedder
    from bot.backends.reranker import open_reranker
    from bot.index import open_index
    from bot.index.adaptation import adapted
    from bot.knowledge import load_knowledge
    from bot.settings import load

    settings = load().model_copy(update={"index": index})
    embedder = adapted(open_embedder(settings), settings)
    opened = open_index(index, embedder.name, embedder.dimension)
    return Guide(
        opened,
        embedder,
        load_knowledge(settings.corpus),
        question_limit=settings.question_limit,
        reranker=open_reranker(settings),
    )


def _main() -> None:
    parser = argparse.ArgumentParser(description="Answer conversations with the guide of a checkout.")
    parser.add_argument("root", help="directory of the checkout whose bot is used")
    parser.add_argument("index", help="directory of an index that this checkout built")
    parser.add_argument("conversations", type=Path, help="JSON list of [id, [turn, ...]]")
    parser.add_argument("output", type=Path, help="JSON lines to write")
    arguments = parser.parse_args()
    sys.path.insert(0, arguments.root)
    guide = _open(Path(arguments.index))
    conversations = json.loads(arguments.conversations.read_text("utf-8"))
    with arguments.output.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in record(guide, conversations))


if __name__ == "__main__":
    _main()
