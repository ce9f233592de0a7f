"""A real server under load: closed-loop readers for minutes, then many streams at once.

Run `python -m benchmarks.bench_load` from the root of the clone (`--seconds 120 --users 20 --streams 100` are the
defaults); JSON on stdout. The server is `guide serve`, a process of its own over the bundled articles, with no limits a
client and with questions recorded; the readers share another process and, alas, its cores (`client_processor_share`
says how much of one). Each asks one question after another with no pause, and **no text is ever asked twice**: the
first messages of the bundled questions, each told of another machine every time, in a shuffled order. Times are
in ms, as a reader has them: from sending to the last byte, and for streams also to the first event.
`server_processor_ms` is what an answer costs the server, which depends least on what else runs;
`others_processor_share` says how much of the cores that was.
"""

from __future__ import annotations

import argparse
import asyncio
import http
import json
import os
import random
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
import psutil

from benchmarks.common import circumstances
from benchmarks.light_client import connect
from bot.evals.cases import load_cases

__all__ = ["main"]

_ROOT = Path(__file__).resolve().parents[1]
_START_SECONDS = 300
_STUCK_SECONDS = 60
"""After which an answer or a stream counts as stuck."""

_WARMING = 40
"""Questions before any is timed."""

_MAKERS = ("富士通", "NEC", "Dell", "HP", "レノボ", "自作")
_KINDS = ("ノート", "デスクトップ")
_SYSTEMS = ("Windows 10", "Windows 11", "11 Home", "11の24H2")
"""What readers say first: not one message of theirs is like another, and no cache may live on their being alike."""


def main() -> None:
    """Print answers a second, waiting times and faults."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--streams", type=int, default=100)
    options = parser.parse_args()
    questions = _questions()
    with tempfile.TemporaryDirectory() as folder, _server(Path(folder)) as (port, process):
        asyncio.run(_closed_loop(port, questions[-_WARMING:], 2, _WARMING))
        before = _processor_seconds(process.pid)
        asked = asyncio.run(_closed_loop(port, questions, options.users, options.seconds))
        server, client, others = np.subtract(_processor_seconds(process.pid), before)
        streamed = asyncio.run(_streams(port, questions[::-1][_WARMING:], options.streams))
    asked["server_processor_ms"] = round(server / max(asked["answers"], 1) * 1e3, 1)
    asked["server_processor_share"] = round(server / asked["seconds"], 2)
    asked["client_processor_share"] = round(client / asked["seconds"], 2)
    asked["others_processor_share"] = round(others / asked["seconds"], 2)
    print(json.dumps({**circumstances(), "closed_loop": asked, "streams": streamed}, ensure_ascii=False, indent=1))


def _questions() -> list[str]:
    """Return 16,000 different messages: answerable ones, others, and what must be refused, each with its machine."""
    folder = _ROOT / "corpus" / "evals"
    asked = [case.turns[0] for name in ("questions", "holdout") for case in load_cases(folder / f"{name}.jsonl")]
    machines = [f"{maker}の{kind}、{system}です。" for maker in _MAKERS for kind in _KINDS for system in _SYSTEMS]
    told = [f"{machine}{question}" for machine in machines for question in asked]
    random.Random(7).shuffle(told)
    return told


@contextmanager
def _server(folder: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
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
            yield port, process
        finally:
            process.send_signal(signal.SIGTERM)


def _processor_seconds(process: int) -> tuple[float, float, float]:
    """Return what the server, this process and all others have used of all cores so far."""
    server, client = (sum(psutil.Process(one).cpu_times()[:2]) for one in (process, os.getpid()))
    machine = psutil.cpu_times()
    return server, client, sum(machine) - machine.idle - getattr(machine, "iowait", 0.0) - server - client


async def _closed_loop(port: int, questions: list[str], users: int, seconds: float) -> dict[str, Any]:
    times: list[float] = []
    faults: list[str] = []
    each = iter(questions)
    began = time.perf_counter()

    async def reader() -> None:
        async with connect(port) as connection:
            while time.perf_counter() < began + seconds:
                asked = time.perf_counter()
                status, body = await asyncio.wait_for(connection.ask(next(each)), _STUCK_SECONDS)
                times.append((time.perf_counter() - asked) * 1e3)
                if status != http.HTTPStatus.OK or b'"status"' not in body:
                    faults.append(str(status))

    ends = await asyncio.gather(*(reader() for _ in range(users)), return_exceptions=True)
    faults += [type(end).__name__ for end in ends if end is not None]
    took = time.perf_counter() - began
    return {
        "users": users,
        "seconds": round(took, 1),
        "answers": len(times),
        "answers_per_second": round(len(times) / took, 1),
        "faults": faults,
        "ms": _shares(times),
    }


async def _streams(port: int, questions: list[str], count: int) -> dict[str, Any]:
    first: list[float] = []
    whole: list[float] = []
    faults: list[str] = []

    async def reader(question: str) -> None:
        async with connect(port) as connection, asyncio.timeout(_STUCK_SECONDS):
            asked = time.perf_counter()
            last = ""
            async for last in connection.stream(question):
                if len(first) < count and last == "status":
                    first.append((time.perf_counter() - asked) * 1e3)
            whole.append((time.perf_counter() - asked) * 1e3)
            if last != "answer":
                faults.append(last)

    ends = await asyncio.gather(*(reader(question) for question in questions[:count]), return_exceptions=True)
    faults += [type(end).__name__ for end in ends if end is not None]
    return {"streams": count, "faults": faults, "first_event_ms": _shares(first), "whole_ms": _shares(whole)}


def _shares(times: list[float]) -> dict[str, float]:
    if not times:
        return {}
    values = np.percentile(times, [50, 95, 99, 100])
    return {name: round(float(value), 1) for name, value in zip(("p50", "p95", "p99", "max"), values, strict=True)}


if __name__ == "__main__":
    main()
