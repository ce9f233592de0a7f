"""Measure what verification adds before the first visible sentence of a phrased answer, over the model's own time.

    python -m benchmarks.bench_verify [questions]

A perfect model is played at once, four letters a piece: all time that passes is ours. Two figures: the milliseconds
from the piece that ends the first sentence to its release, and how many further pieces were waited for, since a step
is released when all of it is said and a citation may follow a full stop.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.common import circumstances, percentiles
from bot.answer.assemble import open_guide
from bot.answer.composer import Composer
from bot.answer.generate import speakable
from bot.answer.prompt import answer_messages
from bot.answer.statements import Statement, statements_of
from bot.answer.verify import Cutter
from bot.settings import load
from tests.fakes import restated

_PIECE = 4
"""Letters of a piece; a token of Japanese is one to three."""


def main(count: int = 200) -> None:
    """Print one JSON object: the added delay and the time a sentence takes, in ms."""
    with TemporaryDirectory() as directory:
        settings = load().model_copy(update={"index": Path(directory) / "index", "chat_model": ""})
        from ingest.run import ingest

        ingest([str(settings.corpus / "articles")], settings)
        guide = open_guide(settings)
        rows = (settings.corpus / "evals" / "questions.jsonl").read_text("utf-8").splitlines()
        asked = [row["q"] for row in map(json.loads, filter(None, rows)) if row.get("q")][:count]
        first: list[float] = []
        each: list[float] = []
        waited: list[float] = []
        for question in asked:
            explained = guide.explain(question)
            if not speakable(explained) or explained.talk is None:
                continue
            statements = statements_of(explained.answer, explained.parts)
            reply = restated(answer_messages(explained.talk, statements)[-1].text)
            delay, pieces, times = _played(reply, statements)
            each += times
            if delay is not None:
                first.append(delay)
                waited.append(pieces)
        guide.index.close()
    result: dict[str, Any] = {
        "answers": len(first),
        "first_visible_ms": percentiles(first),
        "pieces_waited_for": percentiles(waited),
        "sentence_ms": percentiles(each),
        **circumstances(),
    }
    print(json.dumps(result, indent=1, ensure_ascii=False))


def _played(reply: str, statements: list[Statement]) -> tuple[float | None, int, list[float]]:
    """Return the delay of the first visible sentence in ms, the pieces behind its end until then, and ms a unit."""
    composer, cutter = Composer(statements), Cutter()
    ended: float | None = None
    behind = 0
    times = []
    for piece in _pieces(reply):
        arrived = time.perf_counter()
        if ended is not None:
            behind += 1
        elif "。" in piece:
            ended = arrived
        for unit in cutter.feed(piece):
            began = time.perf_counter()
            shown = composer.take(unit)
            times.append((time.perf_counter() - began) * 1e3)
            if shown:
                return (time.perf_counter() - (ended or arrived)) * 1e3, behind, times
    return None, behind, times


def _pieces(reply: str) -> Iterator[str]:
    for at in range(0, len(reply), _PIECE):
        yield reply[at : at + _PIECE]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
