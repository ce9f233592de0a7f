"""A real server under load: closed-loop readers for minutes, then many streams at once.

Run `python -m benchmarks.bench_load` from the root of the clone (`--seconds 120 --users 20 --streams 100` are the
defaults); JSON on stdout. The server is `guide serve`, a process of its own over the bundled articles, with no limits a
client and with questions recorded; the readers share another process and, alas, its cores. Each asks one real question
after another with no pause. Times are in ms, as a reader has them: from sending to the last byte, and for streams also
to the first event.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from benchmarks.common import circumstances
from bot.evals.cases import load_cases

__all__ = ["main"]

_ROOT = Path(__file__).resolve().parents[1]
_START_SECONDS = 300
_STUCK_SECONDS = 60
"""After which a stream counts as stuck."""


def main() -> None:
    """Print answers a second, waiting times and faults."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--streams", type=int, default=100)
    options = parser.parse_args()
    questions = _questions()
    with tempfile.TemporaryDirectory() as folder, _server(Path(folder)) as (address, process):
        before = _processor_seconds(process)
        asked = asyncio.run(_closed_loop(address, questions, options.users, options.seconds))
        busy = _processor_seconds(process) - before
        streamed = asyncio.run(_streams(address, questions, options.streams))
    asked["server_processor_share"] = round(busy / options.seconds, 2)
    print(json.dumps({**circumstances(), "closed_loop": asked, "streams": streamed}, ensure_ascii=False, indent=1))


def _questions() -> list[str]:
    """Return the questions to work with of the bundled test set: answerable ones, others, and what must be refused."""
    return [case.turns[0] for case in load_cases(_ROOT / "corpus" / "evals" / "questions.jsonl")]


@contextmanager
def _server(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    settings = {
        "GUIDE_INDEX": str(folder / "index"),
        "GUIDE_EVENTS": str(folder / "events.sqlite3"),
        "GUIDE_LIMIT_MINUTE": "0",
        "GUIDE_LIMIT_DAY": "0",
        "GUIDE_PORT": str(port),
    }
    log = (folder / "log").open("wb")
    with (
        log,
        subprocess.Popen(
            [sys.executable, "-c", "from bot.cli import main; main()", "serve"],
            env=os.environ | settings,
            stdout=subprocess.DEVNULL,
            stderr=log,
            cwd=_ROOT,
        ) as process,
    ):
        address = f"http://127.0.0.1:{port}"
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until and process.poll() is None:
            with suppress(httpx.HTTPError):
                if httpx.get(f"{address}/readyz", timeout=30).is_success:
                    break
            time.sleep(0.5)
        else:
            sys.exit((folder / "log").read_text("utf-8")[-2000:] or "the server did not start")
        try:
            yield address, process
        finally:
            process.send_signal(signal.SIGTERM)


def _processor_seconds(process: subprocess.Popen[bytes]) -> float:
    import psutil

    times = psutil.Process(process.pid).cpu_times()
    return float(times.user + times.system)


def _client(address: str) -> httpx.AsyncClient:
    # One for all: each client of httpx loads certificates, on the cores that the server needs.
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    return httpx.AsyncClient(base_url=address, timeout=_STUCK_SECONDS, limits=limits, trust_env=False)


async def _closed_loop(address: str, questions: list[str], users: int, seconds: float) -> dict[str, Any]:
    times: list[float] = []
    faults: list[str] = []
    until = time.monotonic() + seconds

    async def reader(client: httpx.AsyncClient, number: int) -> None:
        turn = number * 7
        while time.monotonic() < until:
            turn += 1
            began = time.perf_counter()
            try:
                response = await client.post("/api/chat", json={"question": questions[turn % len(questions)]})
                if response.status_code != httpx.codes.OK or b'"status"' not in response.content:
                    faults.append(str(response.status_code))
            except httpx.HTTPError as error:
                faults.append(type(error).__name__)
            times.append((time.perf_counter() - began) * 1e3)

    began = time.perf_counter()
    async with _client(address) as client:
        await asyncio.gather(*(reader(client, number) for number in range(users)))
    took = time.perf_counter() - began
    return {
        "users": users,
        "seconds": round(took, 1),
        "answers": len(times),
        "answers_per_second": round(len(times) / took, 1),
        "faults": faults,
        "ms": _shares(times),
    }


async def _streams(address: str, questions: list[str], count: int) -> dict[str, Any]:
    first: list[float] = []
    whole: list[float] = []
    faults: list[str] = []

    async def reader(client: httpx.AsyncClient, number: int) -> None:
        began = time.perf_counter()
        body = {"question": questions[number % len(questions)]}
        last = ""
        try:
            kind = {"Accept": "text/event-stream"}
            async with client.stream("POST", "/api/chat", json=body, headers=kind) as response:
                async for line in response.aiter_lines():
                    if line.startswith("event: "):
                        if not last:
                            first.append((time.perf_counter() - began) * 1e3)
                        last = line.removeprefix("event: ")
        except httpx.HTTPError as error:
            last = type(error).__name__
        whole.append((time.perf_counter() - began) * 1e3)
        if last != "answer":
            faults.append(last)

    async with _client(address) as client:
        await asyncio.gather(*(reader(client, number) for number in range(count)))
    return {"streams": count, "faults": faults, "first_event_ms": _shares(first), "whole_ms": _shares(whole)}


def _shares(times: list[float]) -> dict[str, float]:
    if not times:
        return {}
    values = np.percentile(times, [50, 95, 99, 100])
    return {name: round(float(value), 1) for name, value in zip(("p50", "p95", "p99", "max"), values, strict=True)}


if __name__ == "__main__":
    main()
