"""Embed questions for twenty callers at once: each model as it is, and behind one worker that batches what waits.

Run `python -m benchmarks.bench_concurrency` from the root of the clone; JSON on stdout. Every caller asks one real
question after another; ways take turns, so that a busy machine slows all alike. Times are per question, in ms.
"""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from benchmarks.common import circumstances, percentiles, retrieval_set, rows
from bot.backends.batching import BatchingEmbedder
from bot.backends.e5 import prepare
from bot.backends.embedder import Embedder, model_cache, open_embedder
from bot.backends.sentence import open_sentence_embedder
from bot.settings import load

__all__ = ["main"]

_CALLERS = 20
_QUESTIONS = {"onnx": 600, "torch": 160}
_ROUNDS = 2


def main() -> None:
    """Print questions a second and waiting times of each way."""
    settings = load()
    onnx = open_embedder(settings)
    torch = open_sentence_embedder(str(prepare(model_cache(settings))[0]), offline=True)
    ways: dict[str, Embedder] = {
        "onnx, each caller on its thread": onnx,
        "onnx, one worker": BatchingEmbedder(onnx),
        "torch, one caller after another": torch,
        "torch, one worker": BatchingEmbedder(torch),
    }
    texts = [str(row["text"]) for row in rows(retrieval_set("m365-title2body") / "queries.jsonl")]
    times: dict[str, list[float]] = {way: [] for way in ways}
    seconds = dict.fromkeys(ways, 0.0)
    with ThreadPoolExecutor(_CALLERS) as callers:
        for _ in range(_ROUNDS):
            for way, embedder in ways.items():
                embedder.embed_queries(texts[:1])
                began = time.perf_counter()
                asked = texts[: _QUESTIONS[way.partition(",")[0]]]
                times[way] += callers.map(lambda text, one=embedder: _timed(one, text), asked)
                seconds[way] += time.perf_counter() - began
    figures: dict[str, Any] = {
        way: {"questions_per_second": round(len(times[way]) / seconds[way], 1), "ms": percentiles(times[way])}
        for way in ways
    }
    print(json.dumps({**circumstances(), "callers": _CALLERS, "ways": figures}, ensure_ascii=False, indent=1))


def _timed(embedder: Embedder, text: str) -> float:
    began = time.perf_counter()
    embedder.embed_queries([text])
    return (time.perf_counter() - began) * 1e3


if __name__ == "__main__":
    main()
