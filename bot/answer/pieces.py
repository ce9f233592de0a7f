"""Send a finished answer piece by piece."""

from __future__ import annotations

import re
from collections.abc import Iterator
from threading import Event

from bot.types import Answer, Delta, StreamEvent

__all__ = ["pieces"]

_STATEMENT_END = re.compile(r"(?<=\])(?![\[\n])|(?<=\n)(?!\n)")
"""Where an answer may be cut while it is sent: after a citation or a line, never inside either."""


def pieces(answer: Answer, stop: Event | None = None) -> Iterator[StreamEvent]:
    """Yield a finished answer's text statement by statement, then the answer, until `stop` is set."""
    for piece in _STATEMENT_END.split(answer.text):
        if stop is not None and stop.is_set():
            return
        if piece:
            yield Delta(piece)
    yield answer
