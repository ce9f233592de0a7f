"""Measure a whole ingest against that of LangChain's tutorial: same texts, same model weights, one run.

Run `python -m benchmarks.bench_ingest [--documents 150] [--engine plain|ray]` from the root of the clone. The texts are
articles drawn at random from `shared/data/ms-docs-ja` where that can be read, else from the retrieval set
m365-title2body, which was made of it. Each way runs in a process of its own, from the texts on disk to an index that
answers, loading the model included; peak memory is the resident size of that process and of those it started and
waited for, whichever was larger. Then ours again, unchanged, and with one paragraph added to one article.

A chunk here is not a chunk there: the tutorial's has up to 1,000 characters. Hence articles a second beside chunks a
second.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.common import DATA, circumstances, retrieval_set, rows

__all__ = ["main"]

_DOCUMENTS = 150
_SEED = 11
_TUTORIAL, _OURS = "tutorial", "ours"
_ADDED = "この段落はあとから書き足した。設定を開き直しても直らないときは、電源を入れ直してから確かめる。"


def main() -> None:
    """Run both, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=_DOCUMENTS)
    parser.add_argument("--engine", default="plain")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        _one(options.one[0], Path(options.one[1]), Path(options.one[2]), options.engine)
        return
    found, name = _texts()
    drawn = random.Random(_SEED).sample(found, min(options.documents, len(found)))
    with tempfile.TemporaryDirectory() as home:
        source = Path(home) / "corpus.jsonl"
        _write(source, drawn)
        runs = {"LangChain's tutorial": _measured(_TUTORIAL, source, Path(home) / "a", options.engine)}
        runs["this project"] = _measured(_OURS, source, Path(home) / "b", options.engine)
        runs["again, unchanged"] = _measured(_OURS, source, Path(home) / "b", options.engine)
        longest = max(drawn, key=lambda row: len(row["text"]))
        longest["text"] += f"\n\n{_ADDED}\n"
        _write(source, drawn)
        runs["one paragraph added"] = _measured(_OURS, source, Path(home) / "b", options.engine)
    theirs, ours = runs["LangChain's tutorial"], runs["this project"]
    result = {
        **circumstances(),
        "texts": name,
        "documents": len(drawn),
        "characters": sum(len(row["text"]) for row in drawn),
        "engine": options.engine,
        "runs": runs,
        "chunks_per_second_ratio": _ratio(ours, theirs, "chunks_per_second"),
        "articles_per_second_ratio": _ratio(ours, theirs, "articles_per_second"),
    }
    print(json.dumps(result, ensure_ascii=False, indent=1))


def _texts() -> tuple[list[dict[str, Any]], str]:
    found = [row for path in sorted((DATA / "ms-docs-ja").glob("*.jsonl")) for row in _readable(path)]
    if found:
        return found, "ms-docs-ja"
    corpus = retrieval_set("m365-title2body") / "corpus.jsonl"
    return [row for row in rows(corpus) if row["text"].strip()], "m365-title2body"


def _readable(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a file, none where it is damaged: it may hold NUL bytes."""
    try:
        content = path.read_bytes()
        return [] if b"\0" in content else [row for row in rows(path) if row.get("text", "").strip()]
    except (OSError, ValueError):
        return []


def _write(path: Path, documents: list[dict[str, Any]]) -> None:
    lines = (json.dumps({name: row.get(name, "") for name in ("_id", "title", "text")}) for row in documents)
    path.write_text("\n".join(lines), "utf-8")


def _measured(way: str, source: Path, home: Path, engine: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", __spec__.name, "--engine", engine, "--one", way, str(source), str(home)],
        stdout=subprocess.PIPE,
        check=False,
        text=True,
    )
    if done.returncode:
        return {"failed": done.returncode}
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def _one(way: str, source: Path, home: Path, engine: str) -> None:
    began = time.perf_counter()
    documents = len(source.read_text("utf-8").splitlines())
    if way == _TUTORIAL:
        from benchmarks.bench_langchain import tutorial

        chunks = embedded = tutorial(rows(source), home, prefixed=False)[1]
    else:
        from bot.settings import load
        from ingest.run import ingest

        report = ingest([str(source)], load().model_copy(update={"index": home}), engine=engine)
        chunks, embedded = report.chunks, report.embedded
    seconds = time.perf_counter() - began
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    result = {
        "seconds": round(seconds, 1),
        "chunks": chunks,
        "embedded": embedded,
        "chunks_per_second": round(chunks / seconds, 1),
        "articles_per_second": round(documents / seconds, 1),
        "peak_mb": peak // 1024,
    }
    print(json.dumps(result))


def _ratio(ours: dict[str, Any], theirs: dict[str, Any], what: str) -> float | None:
    return round(ours[what] / theirs[what], 1) if what in ours and what in theirs else None


if __name__ == "__main__":
    main()
