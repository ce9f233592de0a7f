"""Compare this search with the stack of LangChain's tutorial: same model weights, documents and questions, one run.

Run `python -m benchmarks.bench_langchain` from the root of the clone; a table on stderr, JSON on stdout. The tutorial:
`RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)`, `HuggingFaceEmbeddings` (sentence-transformers,
torch, float32) over the standard directory of our multilingual-e5-small, `Chroma`, and
`as_retriever(search_kwargs={"k": 10})`. As the tutorial has it, E5's prefixes are missing; `--prefixes` adds a row
that puts them in, and as much time again. Ours: `ingest` and `retrieve`, k=10.

From each of m365-title2body and JSQuAD: questions drawn at random with the documents judged relevant to them, then
other documents drawn at random up to the number. An article ranks where its first passage of the ten does; nDCG@10
and hit@10 are ir-measures' nDCG@10 and Success@10. Latency is one question, model included, one at a time.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ir_measures
from ir_measures import Success, nDCG
from rich.console import Console
from rich.table import Table

from benchmarks.common import circumstances, percentiles, retrieval_set, rows
from bot.backends.e5 import prepare
from bot.backends.embedder import model_cache, open_embedder
from bot.index import open_index
from bot.knowledge import load_knowledge
from bot.retrieval.query import understand
from bot.retrieval.search import retrieve
from bot.settings import load
from ingest.run import ingest

__all__ = ["main", "tutorial"]

_SETS = ("m365-title2body", "jsquad")
_QUESTIONS = 80
_DOCUMENTS = 150
"""Of each set: torch takes most of the minutes."""
_K = 10
_SEED = 7

Search = Callable[[str], Iterable[str]]
"""Question → article ids of the passages found, best first."""


@dataclass(frozen=True, slots=True)
class _Sample:
    """Documents and questions by id, and which document is relevant to which question."""

    documents: dict[str, dict[str, str]]
    questions: dict[str, str]
    judgements: list[ir_measures.Qrel]


def main() -> None:
    """Build both, ask both, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--prefixes", action="store_true", help="also the tutorial's stack with E5's prefixes")
    prefixes = parser.parse_args().prefixes
    try:
        import langchain_chroma  # noqa: F401
        import langchain_huggingface  # noqa: F401
    except ImportError as error:
        print(f"bench_langchain is left out: {error}; pip install --no-deps -r requirements-bench.txt", file=sys.stderr)
        return
    samples = {name: _draw(name) for name in _SETS}
    documents = [row for sample in samples.values() for row in sample.documents.values()]
    results = {}
    with tempfile.TemporaryDirectory() as home:
        builds: dict[str, Callable[[list[dict[str, str]], Path], tuple[Search, int]]] = {
            "LangChain's tutorial": lambda rows, path: tutorial(rows, path, prefixed=False),
            "the same with E5's prefixes": lambda rows, path: tutorial(rows, path, prefixed=True),
            "this project": _ours,
        }
        if not prefixes:
            del builds["the same with E5's prefixes"]
        for number, (way, build) in enumerate(builds.items()):
            began = time.perf_counter()
            search, chunks = build(documents, Path(home) / str(number))
            seconds = time.perf_counter() - began
            results[way] = {
                "chunks": chunks,
                "ingest_seconds": round(seconds, 1),
                "articles_per_second": round(len(documents) / seconds, 1),
                "chunks_per_second": round(chunks / seconds, 1),
                **_ask(search, samples),
            }
    result = {**circumstances(), "documents": len(documents), "questions": _QUESTIONS * len(_SETS), "ways": results}
    _show(result)
    print(json.dumps(result, ensure_ascii=False, indent=1))


def _draw(name: str) -> _Sample:
    folder = retrieval_set(name)
    draw = random.Random(_SEED)
    corpus = {str(row["_id"]): row for row in rows(folder / "corpus.jsonl") if row["text"].strip()}
    judged = _judgements(folder / "qrels.tsv")
    texts = {str(row["_id"]): str(row["text"]) for row in rows(folder / "queries.jsonl")}
    answerable = sorted({found.query_id for found in judged if found.relevance > 0 and found.doc_id in corpus})
    asked = {question: texts[question] for question in draw.sample(answerable, _QUESTIONS)}
    judgements = [found for found in judged if found.query_id in asked and found.doc_id in corpus]
    kept = dict.fromkeys(found.doc_id for found in judgements)
    others = [identifier for identifier in sorted(corpus) if identifier not in kept]
    kept |= dict.fromkeys(draw.sample(others, max(0, _DOCUMENTS - len(kept))))
    return _Sample({identifier: corpus[identifier] for identifier in kept}, asked, judgements)


def _judgements(path: Path) -> list[ir_measures.Qrel]:
    """Read a table of question, document and grade with a header line."""
    lines = [line.split("\t") for line in path.read_text("utf-8").splitlines()[1:]]
    return [ir_measures.Qrel(question, document, int(grade)) for question, document, grade in lines]


def tutorial(documents: list[dict[str, str]], home: Path, *, prefixed: bool) -> tuple[Search, int]:
    """Build the tutorial's store over the documents' text, the title as the first line where there is one."""
    from chromadb.config import Settings
    from langchain_chroma import Chroma
    from langchain_core.documents import Document
    from langchain_huggingface import HuggingFaceEmbeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    prefixes: dict[str, Any] = (
        {"encode_kwargs": {"prompt": "passage: "}, "query_encode_kwargs": {"prompt": "query: "}} if prefixed else {}
    )
    embeddings = HuggingFaceEmbeddings(model_name=str(prepare(model_cache(load()))[0]), **prefixes)
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    splits = splitter.split_documents(
        [Document(f"{row['title']}\n{row['text']}".strip(), metadata={"article": row["_id"]}) for row in documents]
    )
    store = Chroma(
        "tutorial",
        embeddings,
        persist_directory=str(home),
        client_settings=Settings(_env_file=None, anonymized_telemetry=False, is_persistent=True),
    )
    store.add_documents(splits)
    retriever = store.as_retriever(search_kwargs={"k": _K})
    return lambda question: [found.metadata["article"] for found in retriever.invoke(question)], len(splits)


def _ours(documents: list[dict[str, str]], home: Path) -> tuple[Search, int]:
    home.mkdir()
    source = home / "corpus.jsonl"
    lines = (json.dumps({name: row[name] for name in ("_id", "title", "text")}) for row in documents)
    source.write_text("\n".join(lines), "utf-8")
    settings = load().model_copy(update={"index": home / "index"})
    report = ingest([str(source)], settings)
    embedder = open_embedder(settings)
    index = open_index(settings.index, embedder.name, embedder.dimension)
    vocabulary = load_knowledge(settings.corpus).vocabulary

    def search(question: str) -> list[str]:
        return [hit.article_id for hit in retrieve(understand(question, vocabulary), index, embedder, _K).hits]

    return search, report.chunks


def _ask(search: Search, samples: dict[str, _Sample]) -> dict[str, Any]:
    times: list[float] = []
    quality: dict[str, dict[str, float]] = {}
    for name, sample in samples.items():
        run = []
        search(next(iter(sample.questions.values())))
        for identifier, question in sample.questions.items():
            began = time.perf_counter()
            articles = list(dict.fromkeys(search(question)))
            times.append((time.perf_counter() - began) * 1e3)
            run += [ir_measures.ScoredDoc(identifier, article, -rank) for rank, article in enumerate(articles)]
        measured = ir_measures.calc_aggregate([nDCG @ _K, Success @ _K], sample.judgements, run)
        quality[name] = {"nDCG@10": round(measured[nDCG @ _K], 3), "hit@10": round(measured[Success @ _K], 3)}
    return {"quality": quality, "ms": percentiles(times)}


def _show(result: dict[str, Any]) -> None:
    title = f"{result['processor']}, {result['cores']} cores, load {result['load_average'][0]}"
    sets = [f"{name} {measure}" for name in _SETS for measure in ("nDCG@10", "hit@10")]
    table = Table("", *sets, "p50 ms", "p95 ms", "chunks", "chunks/s", "articles/s", title=title)
    for way, row in result["ways"].items():
        quality = [str(value) for measures in row["quality"].values() for value in measures.values()]
        speed = [
            row["ms"]["p50"],
            row["ms"]["p95"],
            row["chunks"],
            row["chunks_per_second"],
            row["articles_per_second"],
        ]
        table.add_row(way, *quality, *map(str, speed))
    Console(file=sys.stderr, width=140).print(table)


if __name__ == "__main__":
    main()
