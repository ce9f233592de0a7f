"""Measure what a reader waits for: `guide ask` from process start to answer, the server until ready, and its memory.

The index of the bundled articles is built first where there is none. One JSON object on stdout, seconds and megabytes.
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil

__all__ = ["main"]

_RUNS = 5
_QUESTION = "24H2にしたら認証が外れた"
_GUIDE = (sys.executable, "-c", "from bot.cli import main; main()")
_INDEX = Path("data/bench-index")
_LONGEST_START = 120.0


def main() -> None:
    """Print the figures."""
    environment = {**os.environ, "GUIDE_INDEX": str(_INDEX)}
    subprocess.run([*_GUIDE, "ingest", "corpus/articles"], env=environment, check=True, stdout=sys.stderr)
    asked = [_timed([*_GUIDE, "ask", _QUESTION], environment) for _ in range(_RUNS)]
    _server(environment)  # the first start over new articles writes down what the index was built from
    ready, memory = _server(environment)
    print(  # a benchmark reports on stdout
        json.dumps(
            {
                "guide_ask_seconds": {"median": statistics.median(asked), "worst": max(asked)},
                "readyz_seconds": ready,
                "server_memory_mb": memory,
                "load_average": os.getloadavg()[0],
            },
            indent=2,
        )
    )


def _timed(command: list[str], environment: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return round(time.perf_counter() - start, 2)


def _server(environment: dict[str, str]) -> tuple[float, int]:
    """Return the seconds until `/readyz` says 200, and the resident memory after twenty questions."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    start = time.perf_counter()
    process = subprocess.Popen([*_GUIDE, "serve", "--port", str(port)], env=environment, stderr=subprocess.DEVNULL)
    try:
        while not _ready(port):
            if process.poll() is not None or time.perf_counter() - start > _LONGEST_START:
                raise SystemExit("the server did not become ready")
            time.sleep(0.05)
        ready = round(time.perf_counter() - start, 2)
        body = json.dumps({"question": _QUESTION}).encode()
        for _ in range(20):
            request = urllib.request.Request(  # loopback
                f"http://127.0.0.1:{port}/api/chat", body, {"Content-Type": "application/json"}
            )
            urllib.request.urlopen(request, timeout=30).read()
        return ready, psutil.Process(process.pid).memory_info().rss >> 20
    finally:
        process.terminate()
        process.wait(20)


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as response:
            return bool(response.status == 200)  # noqa: PLR2004
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    main()
