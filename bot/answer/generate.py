"""Let a chat model phrase an extractive answer: stream, cut, verify, release; fall back to the answer itself."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

from bot.answer.composer import Composer
from bot.answer.explained import Explained
from bot.answer.pieces import pieces
from bot.answer.prompt import answer_messages, load_prompt
from bot.answer.statements import statements_of
from bot.answer.verify import Cutter
from bot.backends.chat_model import Allowance, ChatModel
from bot.errors import ChatError, ChatFailure
from bot.types import Answer, Delta, Language, Mode, Status, StreamEvent

__all__ = ["phrase", "speakable"]

_log = logging.getLogger(__name__)


def speakable(explained: Explained) -> bool:
    """Tell whether a model may phrase an answer: one made from statements of articles, in their language.

    What it says is released by the articles' own words, which no English sentence has.
    """
    answer = explained.answer
    made = answer.status is Status.ANSWERED and bool(explained.parts) and explained.talk is not None
    return made and answer.language is Language.JA


def phrase(explained: Explained, model: ChatModel, allowance: Allowance) -> Iterator[StreamEvent]:
    """Yield the answer as the model phrases it, piece by piece, and the whole `Answer` last.

    Where the model fails or says what the passages do not, the last is the extractive answer, `degraded`; where nobody
    reads any more, nothing follows. Raises nothing of the model's.
    """
    if explained.talk is None:
        raise ValueError("only the answer to a question can be phrased; see `speakable`")
    began = time.perf_counter()
    statements = statements_of(explained.answer, explained.parts)
    composer = Composer(statements)
    outcome = ""
    try:
        with closing(model.stream(answer_messages(explained.talk, statements), allowance)) as reply:
            yield from _composed(reply, composer)
    except ChatError as error:
        outcome = error.failure.value
    if not outcome and composer.worthless:
        outcome = "unsupported"
    if not outcome and (rest := composer.finish()):
        yield Delta(rest)
    seconds = time.perf_counter() - began
    held_back = ", ".join(f"{count} {reason.value}" for reason, count in composer.failed.items())
    _log.info(
        "%s with %s in %.1f s: %s; %d units, held back: %s",
        model.name,
        load_prompt("answer").label,
        seconds,
        outcome or "phrased",
        composer.passed + composer.failed.total(),
        held_back or "none",
    )
    if outcome == ChatFailure.STOPPED:
        return
    answer = _timed(explained.answer, seconds)
    if not outcome:
        mode = Mode.LLM if composer.phrased else Mode.EXTRACTIVE  # tables and warnings alone are nobody's words
        yield replace(answer, text=composer.text, citations=tuple(composer.citations), mode=mode)
    elif composer.text:
        yield replace(answer, mode=Mode.DEGRADED)  # in the place of what was shown
    else:
        yield from pieces(replace(answer, mode=Mode.DEGRADED), allowance.stop)


def _composed(reply: Iterator[str], composer: Composer) -> Iterator[Delta]:
    """Yield what may be shown while the reply comes in; it is not read on where most of it fails."""
    cutter = Cutter()
    for piece in reply:
        for unit in cutter.feed(piece):
            if shown := composer.take(unit):
                yield Delta(shown)
            if composer.hopeless:
                return
    for unit in cutter.finish():
        if shown := composer.take(unit):
            yield Delta(shown)


def _timed(answer: Answer, seconds: float) -> Answer:
    """Return the answer with the model's time in its own."""
    added = {
        name: round(value + seconds * 1e3, 2) if name in {"compose", "total"} else value
        for name, value in answer.timings_ms.items()
    }
    return replace(answer, timings_ms=added)
