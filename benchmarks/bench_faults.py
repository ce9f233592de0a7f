"""Ask 1,000 questions while the chat model fails in every way: all answered, cited, in time, two calls at most.

    python -m benchmarks.bench_faults [questions]

A server on loopback takes the faults in turn. Limits are short (below), so that waiting for them does not take hours.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.common import circumstances, percentiles
from bot.answer.assemble import open_guide
from bot.answer.fluent import FluentGuide
from bot.backends.chat_guard import Breaker, GuardedChat
from bot.backends.chat_meter import Meter
from bot.backends.chat_model import Allowance, ChatModel, Message
from bot.backends.langchain_chat import open_langchain_chat
from bot.errors import ChatError
from bot.settings import load
from bot.types import Answer, Mode, Status
from tests.backends.fault_server import FAULTS, NO_NAME, NOBODY, FaultServer, fault_server
from tests.fakes import restated

SECONDS, SILENCE = 2.0, 0.6
"""Limits of one question, and of silence."""

CALLERS = 8
NEVER = 10**9
"""Failures that open no breaker: each fault is to be met."""


def main(count: int = 1000) -> None:
    """Print one JSON object with a row for each fault, and how the breaker recovered."""
    with TemporaryDirectory() as directory:
        settings = load().model_copy(update={"index": Path(directory) / "index", "chat_model": ""})
        from ingest.run import ingest

        ingest([str(settings.corpus / "articles")], settings)
        guide = open_guide(settings)
        rows = (settings.corpus / "evals" / "questions.jsonl").read_text("utf-8").splitlines()
        asked = [row["q"] for row in map(json.loads, filter(None, rows)) if row.get("q")]
        questions = [q for q in asked if guide.ask(q).status is Status.ANSWERED and guide.explain(q).parts]
        faults = ["healthy", *FAULTS, "refused", "no such name"]
        jobs = [(faults[at % len(faults)], questions[at % len(questions)]) for at in range(count)]
        with fault_server(_script) as server, ThreadPoolExecutor(CALLERS) as pool:
            done = list(pool.map(lambda job: _ask(guide, server, Path(directory), *job), jobs))
            recovered = _recovery(server, Path(directory))
        guide.index.close()
    table: dict[str, Any] = defaultdict(
        lambda: {"seconds": [], "calls": 0, "uncited": 0, "late": 0, "modes": Counter(), "why": Counter()}
    )
    for fault, seconds, calls, why, answer in done:
        row = table[fault]
        row["seconds"].append(seconds * 1e3)
        row["calls"] = max(row["calls"], calls)
        row["uncited"] += answer is None or not answer.citations
        row["late"] += seconds > SECONDS + 1
        row["modes"][answer.mode.value if answer else "none"] += 1
        if answer is not None and answer.mode is Mode.DEGRADED:
            row["why"][why or "unsupported"] += 1
    result = {
        "questions": len(done),
        "limit_s": SECONDS,
        "silence_s": SILENCE,
        "uncited": sum(row["uncited"] for row in table.values()),
        "late": sum(row["late"] for row in table.values()),
        "most_calls": max(row["calls"] for row in table.values()),
        "slowest_ms": round(max(max(row["seconds"]) for row in table.values())),
        "faults": {
            fault: {
                "ms": percentiles(row["seconds"]),
                "most_calls": row["calls"],
                "modes": dict(row["modes"]),
                "why": dict(row["why"]),
            }
            for fault, row in table.items()
        },
        "breaker": recovered,
        **circumstances(),
    }
    print(json.dumps(result, indent=1, ensure_ascii=False))


def _script(body: dict[str, Any]) -> Any:
    """Do what the model's name says: the faults are met by many callers at once."""
    fault = body["model"].partition("/")[2]
    return [restated(body["messages"][-1]["content"])] if fault == "healthy" else fault


class _Counted:
    """A chat model that counts how often it is asked, and keeps how it failed last."""

    def __init__(self, model: ChatModel) -> None:
        self.name, self._model, self.calls, self.failure = model.name, model, 0, ""

    def stream(self, messages: Any, allowance: Allowance) -> Any:
        self.calls += 1
        try:
            yield from self._model.stream(messages, allowance)
        except ChatError as error:
            self.failure = error.failure.value
            raise


def _model(server: FaultServer, fault: str) -> ChatModel:
    url = {"refused": NOBODY, "no such name": NO_NAME}.get(fault, server.url)
    changes = {"chat_model": f"openai:stub/{fault}", "chat_url": url, "chat_silence": SILENCE}
    return open_langchain_chat(load().model_copy(update=changes))


def _ask(
    guide: Any, server: FaultServer, directory: Path, fault: str, question: str
) -> tuple[str, float, int, str, Any]:
    counted = _Counted(_model(server, fault))
    meter = Meter(directory / "m.sqlite", calls=0, tokens=0)
    fluent = FluentGuide(guide, GuardedChat(counted, Breaker(failures=NEVER), meter), seconds=SECONDS)
    began = time.perf_counter()
    *_, answer = fluent.stream(question)
    seconds = time.perf_counter() - began
    return fault, seconds, counted.calls, counted.failure, answer if isinstance(answer, Answer) else None


def _recovery(server: FaultServer, directory: Path) -> dict[str, Any]:
    """Open a breaker with a server that fails, let the server be well, and time until it is asked again by itself."""
    wait = 1.0
    breaker = Breaker(seconds=wait)
    meter = Meter(directory / "m.sqlite", calls=0, tokens=0)
    bad, good = _Counted(_model(server, "500")), _Counted(_model(server, "healthy"))
    said = []
    for _ in range(10):
        said.append(_said(GuardedChat(bad, breaker, meter, pause=0)))
    began = time.perf_counter()
    while _said(GuardedChat(good, breaker, meter)) != "spoke":
        time.sleep(0.05)
    return {
        "asked_before_it_opened": bad.calls,
        "turned_away": said.count("open"),
        "half_open_after_s": wait,
        "recovered_after_s": round(time.perf_counter() - began, 2),
    }


def _said(model: GuardedChat) -> str:
    prompt = "<<00 記事の文 [1] 本文 題>>\nはい。\n<</00>>"
    try:
        return "spoke" if list(model.stream([Message("user", prompt)], Allowance(SECONDS))) else "nothing"
    except ChatError as error:
        return error.failure.value


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
