"""Send an answer piece by piece, and before it what is being done."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from threading import Event

from bot.answer.frame import frame_of
from bot.answer.talk import language_in
from bot.types import Answer, Delta, Doing, StreamEvent, Turn

__all__ = ["pieces", "searching"]

_STATEMENT_END = re.compile(r"(?<=\])(?![\[\n])|(?<=\n)(?!\n)")
"""Where an answer may be cut while it is sent: after a citation or a line, never inside either."""


def searching(question: str, history: Sequence[Turn], state: str) -> Doing:
    """Return the word that an answer is being looked for, in the language of the question."""
    asked = [turn.text for turn in history if turn.role == "user"]
    return Doing(frame_of(language_in(question, asked, state)).doing.searching)


def pieces(answer: Answer, stop: Event | None = None) -> Iterator[StreamEvent]:
    """Yield a finished answer's text statement by statement, then the answer, until `stop` is set."""
    for piece in _STATEMENT_END.split(answer.text):
        if stop is not None and stop.is_set():
            return
        if piece:
            yield Delta(piece)
    yield answer
