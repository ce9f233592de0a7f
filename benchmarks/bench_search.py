"""Time one question from its text to ten passages, over 10,000 and 100,000 chunks.

Run `python -m benchmarks.bench_search` from the root of the clone; a table on stderr, JSON on stdout. Timed is what
`guide search` does for one question: reading it (words, identifiers, vocabulary), embedding, all searches, fusion, and
loading the ten chunks; one question at a time, every question once, questions that no run has seen before.

What is real: the articles of m365-title2body and JSQuAD from beside the clone, read, cut and embedded as `guide
ingest` does it, with the true default model; the questions (titles of m365, questions of JSQuAD, stop codes), each
embedded when it is asked. What is SIMULATED: the chunks that fill the index up to its size. Each takes the place of a
real chunk r drawn at random: half of r's sentences, the rest sentences of other real chunks drawn at random, shuffled;
its vector is that of r plus Gaussian noise, scaled so that its cosine with r is about .9. Every four simulated chunks
are one article with headings, titled with a real title or question drawn at random. All is written by the ordinary
build (Sudachi, BM25, Chroma, digests, canaries); only the embedder hands out the simulated vectors.

All indexes are kept in data/bench-search and asked again by the next run: 100,000 chunks take minutes to build.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from benchmarks.common import circumstances, percentiles, retrieval_set, rows
from bot.backends.embedder import Embedder, open_embedder
from bot.errors import GuideError
from bot.index import Index, open_index
from bot.knowledge import load_knowledge
from bot.knowledge.topics import load_topics
from bot.retrieval.query import understand
from bot.retrieval.search import retrieve
from bot.settings import load
from bot.types import Article, Block, BlockKind, Chunk
from ingest.build import build, indexed_text
from ingest.run import ingest
from ingest.sources import read

__all__ = ["main"]

_HOME = Path("data/bench-search")
_SETS = ("m365-title2body", "jsquad")
_TARGETS = {10_000: {"p50": 10.0, "p95": 20.0}, 100_000: {"p95": 40.0}}
"""Milliseconds, of one question."""

_QUESTIONS = 400
_WARM_UP = 20
_K = 10
_SEED = 7
_COSINE = 0.9
"""Of a simulated vector with the real one it was made from: E5 puts passages about one subject there."""
_CHUNKS_PER_ARTICLE = 4
_LONGEST = 480
"""Characters of a simulated chunk: none is cut in two by the build."""
_AT_ONCE = 500
_SENTENCE = re.compile(r"[^。！？\n]+[。！？\n]*")


def main() -> None:
    """Build each index, ask, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=list(_TARGETS), help="chunks of each index")
    parser.add_argument("--rebuild", action="store_true", help="build the indexes anew although they are there")
    options = parser.parse_args()
    settings = load()
    embedder = open_embedder(settings)
    vocabulary = load_knowledge(settings.corpus).vocabulary
    sources = [str(retrieval_set(name) / "corpus.jsonl") for name in _SETS]
    if not _opens(_HOME / "real", embedder):
        shutil.rmtree(_HOME / "real", ignore_errors=True)
    ingest(sources, settings.model_copy(update={"index": _HOME / "real"}))  # what is asked beside articles may be new
    results: dict[str, Any] = {}
    for size in options.sizes:
        home = _HOME / str(size)
        began = time.perf_counter()
        if options.rebuild or not _opens(home, embedder):
            _fill(home, size, sources, embedder)
        built = time.perf_counter() - began
        index = open_index(home, embedder.name, embedder.dimension)
        results[str(size)] = {
            "chunks": index.size,
            "simulated": sum(name.startswith("simulated-") for name in index.documents.article_of),
            "build_seconds": round(built, 1),
            **_ask(index, embedder, lambda question: understand(question, vocabulary)),
            "targets_ms": _TARGETS.get(size, {}),
        }
        index.close()
    result = {**circumstances(), "sizes": results}
    _show(result)
    print(json.dumps(result, ensure_ascii=False, indent=1))


def _opens(home: Path, embedder: Embedder) -> bool:
    """Tell whether an index is there that this version reads."""
    try:
        open_index(home, embedder.name, embedder.dimension).close()
    except GuideError:
        return False
    return True


def _ask(index: Index, embedder: Embedder, read_question: Callable[[str], Any]) -> dict[str, Any]:
    """Return percentiles of the whole and of its parts, in ms, over all questions but those that warm up."""
    parts: dict[str, list[float]] = {"total": [], "understand": [], "embed": [], "search": []}
    for number, question in enumerate(_questions()):
        began = time.perf_counter()
        query = read_question(question)
        understood = time.perf_counter()
        found = retrieve(query, index, embedder, _K)
        ended = time.perf_counter()
        if len(found.hits) != _K:
            raise SystemExit(f"{question!r} found {len(found.hits)} passages instead of {_K}")
        if number >= _WARM_UP:
            parts["total"].append((ended - began) * 1e3)
            parts["understand"].append((understood - began) * 1e3)
            for part in ("embed", "search"):
                parts[part].append(found.timings_ms[part])
    return {"questions": len(parts["total"]), "ms": {part: percentiles(times) for part, times in parts.items()}}


def _questions() -> list[str]:
    """Return real questions in an order that mixes the kinds: 45 % titles, 45 % JSQuAD, the rest stop codes."""
    files = {
        0.45: [retrieval_set(name) / "queries.jsonl" for name in _SETS],
        0.1: [retrieval_set("bugcheck-id") / "queries.code.jsonl"],
    }
    draw = random.Random(_SEED)
    asked: list[str] = []
    for share, paths in files.items():
        for path in paths:
            texts = [str(row["text"]) for row in rows(path)]
            asked += draw.sample(texts, round(share * (_QUESTIONS + _WARM_UP)))
    draw.shuffle(asked)
    return asked


def _fill(home: Path, size: int, sources: Sequence[str], embedder: Embedder) -> None:
    """Build an index of `size` chunks in `home`: the real articles, then simulated ones."""
    shutil.rmtree(home, ignore_errors=True)
    real = open_index(_HOME / "real", embedder.name, embedder.dimension)
    try:
        simulation = _Simulation(real, embedder)
        articles = simulation.articles(max(0, size - real.size))
        build(
            chain(chain.from_iterable(read(source) for source in sources), articles),
            index=home,
            embedder=simulation,
            sources=["simulated"],
            topics=load_topics(load().corpus),
        )
    finally:
        real.close()


class _Simulation:
    """Makes articles out of real chunks, and is the embedder that knows the vectors of both."""

    def __init__(self, real: Index, embedder: Embedder) -> None:
        self.name, self.dimension = embedder.name, embedder.dimension
        self._vectors = np.asarray(real.embeddings)
        self._real: dict[str, NDArray[np.float32]] = {}
        self._faces: dict[str, NDArray[np.float32]] = {}
        self._source: dict[str, int] = {}
        self._sentences: list[list[str]] = []
        for chunk, vector in zip(_chunks(real), self._vectors, strict=True):
            article = real.documents.article(chunk.article_id)
            if article is None:
                raise SystemExit(f"{chunk.article_id} is missing in {real.directory}: remove {_HOME} and start again")
            self._real[indexed_text(article, chunk)] = vector
            self._sentences.append(_SENTENCE.findall(" ".join(chunk.text.split())))
        for (_, face), vector in zip(real.documents.faces, real.faces.embeddings, strict=True):
            self._faces[face] = vector
        self._titles = [str(row["text"]) for name in _SETS for row in rows(retrieval_set(name) / "queries.jsonl")]
        self._draw = random.Random(_SEED)
        self._noise = np.random.default_rng(_SEED)

    def articles(self, chunks: int) -> Iterator[Article]:
        """Yield articles of four chunks, the last one of what is left."""
        for first in range(0, chunks, _CHUNKS_PER_ARTICLE):
            blocks: list[Block] = []
            for _ in range(min(_CHUNKS_PER_ARTICLE, chunks - first)):
                source = self._draw.randrange(len(self._sentences))
                text = self._mixed(source)
                blocks += [Block(BlockKind.HEADING, text[:12], level=2), Block(BlockKind.PARAGRAPH, text)]
                self._source[text] = source
            title = self._draw.choice(self._titles)
            self._source[title] = source
            yield Article(f"simulated-{first}", title, tuple(blocks))

    def embed_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Return the true vector of a real chunk, a jittered one for a simulated chunk, known by its last line."""
        return np.stack([self._vector(self._real.get(text), text.rpartition("\n")[2]) for text in texts])

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return vectors for titles, likewise."""
        return np.stack([self._vector(self._faces.get(text), text) for text in texts])

    def _mixed(self, source: int) -> str:
        own = self._sentences[source]
        taken = self._draw.sample(own, (len(own) + 1) // 2)
        length = min(_LONGEST, sum(map(len, own)))
        while sum(map(len, taken)) < length:
            taken.append(self._draw.choice(self._draw.choice(self._sentences)))
        self._draw.shuffle(taken)
        return " ".join(" ".join(taken).split())[:_LONGEST].strip()

    def _vector(self, real: NDArray[np.float32] | None, text: str) -> NDArray[np.float32]:
        if real is not None:
            return real
        noise = self._noise.standard_normal(self.dimension, np.float32) / np.sqrt(np.float32(self.dimension))
        jittered = self._vectors[self._source[text]] + noise * np.float32(np.sqrt(1 / _COSINE**2 - 1))
        unit: NDArray[np.float32] = jittered / np.linalg.norm(jittered)
        return unit


def _chunks(index: Index) -> Iterator[Chunk]:
    """Yield all chunks in order of position, some hundreds at a time."""
    for start in range(0, index.size, _AT_ONCE):
        yield from index.documents.chunks(list(range(start, min(start + _AT_ONCE, index.size))))


def _show(result: dict[str, Any]) -> None:
    title = f"{result['processor']}, {result['cores']} cores, load {result['load_average'][0]}"
    table = Table("chunks", "simulated", "part", "p50 ms", "p95 ms", "target", title=title)
    for row in result["sizes"].values():
        for part, times in row["ms"].items():
            target = ", ".join(f"{name} ≤ {limit:g}" for name, limit in row["targets_ms"].items())
            table.add_row(
                str(row["chunks"]) if part == "total" else "",
                str(row["simulated"]) if part == "total" else "",
                part,
                str(times["p50"]),
                str(times["p95"]),
                target if part == "total" else "",
            )
    Console(file=sys.stderr, width=100).print(table)


if __name__ == "__main__":
    main()
