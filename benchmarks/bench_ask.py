"""Time answers in batch, as `guide ask --questions` makes them with the model loaded.

Run `python -m benchmarks.bench_ask` from the root of the clone. Every message of the development questions is asked in
its conversation, over the bundled articles, after one round that warms up; p50, p95 and mean of the whole and of its
parts on stdout, in ms.
"""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.common import circumstances, percentiles
from bot.answer.assemble import open_guide
from bot.evals.cases import load_cases
from bot.settings import load
from bot.types import Turn
from ingest.run import ingest

__all__ = ["main"]

_INDEX = Path("data/bench-index")
_QUESTIONS = Path("corpus/evals/questions.jsonl")
_TARGET_P95 = 60.0
"""Milliseconds a question."""


def main() -> None:
    """Build the index where it is missing, ask twice, print the figures of the second round."""
    settings = load().model_copy(update={"index": _INDEX})
    ingest([str(settings.corpus / "articles")], settings)
    guide = open_guide(settings)
    times: dict[str, list[float]] = {}
    for _ in range(2):
        times = {"total": [], "embed": [], "search": [], "compose": []}
        for case in load_cases(_QUESTIONS):
            history: list[Turn] = []
            state = ""
            for text in case.turns:
                answer = guide.ask(text, history, state)
                state = answer.state
                history += [Turn("user", text), Turn("assistant", answer.text)]
                for part, values in times.items():
                    values.append(answer.timings_ms.get(part, 0.0))
    parts = {part: percentiles(values) for part, values in times.items()}
    print(  # a benchmark reports on stdout
        json.dumps(
            {**circumstances(), "messages": len(times["total"]), "ms": parts, "target_p95_ms": _TARGET_P95}, indent=1
        )
    )


if __name__ == "__main__":
    main()
