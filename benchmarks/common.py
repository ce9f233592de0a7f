"""What several benchmarks share: the real retrieval sets beside the clone, percentiles, and where it was measured."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import psutil

__all__ = ["DATA", "circumstances", "percentiles", "retrieval_set", "rows"]

_ROOT = Path(__file__).resolve().parents[1]
DATA = _ROOT.parent / "shared" / "data"


def retrieval_set(name: str) -> Path:
    """Return the directory of a retrieval set (corpus, queries, judgements); end the program when it is not there."""
    path = DATA / "retrieval" / name
    if not (path / "corpus.jsonl").is_file():
        sys.exit(f"{path}/corpus.jsonl is missing: put the shared material beside the clone")
    return path


def rows(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a JSON-lines file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def percentiles(milliseconds: Sequence[float]) -> dict[str, float]:
    """Return p50, p95 and the mean of what was timed, in ms."""
    p50, p95 = np.percentile(milliseconds, [50, 95])
    return {"p50": round(float(p50), 2), "p95": round(float(p95), 2), "mean": round(float(np.mean(milliseconds)), 2)}


def circumstances() -> dict[str, Any]:
    """Return processor, cores, load average and commit: without them a figure means nothing."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text("utf-8").splitlines() if info.is_file() else []
    facts = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    vector = [name for name in ("avx2", "avx512f", "avx512_vnni") if name in facts.get("flags", "").split()]
    git = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False, cwd=_ROOT
    )
    return {
        "processor": " ".join([facts.get("model name", platform.machine()), *vector]),
        "cores": psutil.cpu_count(logical=False),
        "load_average": [round(load, 1) for load in os.getloadavg()],
        "commit": git.stdout.strip() or "unknown",
    }
