"""Guard a chat model: a breaker that leaves a failing one alone, the day's caps, and the one retry there is."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Generator, Sequence

from bot.backends.chat_failures import sentence
from bot.backends.chat_meter import Meter
from bot.backends.chat_model import Allowance, ChatModel, Message, tokens_of
from bot.errors import ChatError, ChatFailure

__all__ = ["Breaker", "GuardedChat"]

_log = logging.getLogger(__name__)

_REPLY_TOKENS = 1_500
"""Tokens that are set aside for a reply before it begins."""

_AGAIN = frozenset({ChatFailure.REFUSED, ChatFailure.LIMITED, ChatFailure.FAILED, ChatFailure.GARBAGE})
"""What may be better a moment later. Silence has used up the reader's patience, and a refused key stays refused."""

_PAUSE_S = 0.3
"""Before the second call."""

_OURS = frozenset({ChatFailure.STOPPED, ChatFailure.CAPPED, ChatFailure.OPEN})
"""What says nothing about the model."""


class Breaker:
    """Opens after `failures` in a row, and lets one call through as a test `seconds` later. Safe between threads."""

    def __init__(self, failures: int = 5, seconds: float = 30.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = failures
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._closed_from = 0.0
        self._testing = False

    def enter(self) -> bool:
        """Return whether a call may be made; whoever makes it says how it ended with one of the other methods."""
        with self._lock:
            if self._failures < self._most:
                return True
            if self._testing or self._clock() < self._closed_from:
                return False
            self._testing = True
            return True

    def succeeded(self) -> None:
        """Count a call that went well: all is well again."""
        with self._lock:
            self._failures, self._testing = 0, False

    def failed(self) -> None:
        """Count a call that failed."""
        with self._lock:
            self._failures += 1
            self._testing = False
            if self._failures >= self._most:
                self._closed_from = self._clock() + self._seconds

    def left(self) -> None:
        """Count a call whose end nobody waited for: it tells nothing, and a test may be made again."""
        with self._lock:
            self._testing = False


class GuardedChat:
    """A chat model that is asked at most as often as its breaker, the day's caps and the question allow."""

    def __init__(self, model: ChatModel, breaker: Breaker, meter: Meter, pause: float = _PAUSE_S) -> None:
        self.name = model.name
        self._model = model
        self._breaker = breaker
        self._meter = meter
        self._pause = pause

    def stream(self, messages: Sequence[Message], allowance: Allowance) -> Generator[str]:
        """Yield the reply as `ChatModel` promises; what fails before its first word is tried once more."""
        while True:
            said = False
            try:
                for piece in self._once(messages, allowance):
                    said = True
                    yield piece
            except ChatError as error:
                _log.warning("%s", error)
                again = not said and error.failure in _AGAIN and allowance.calls and allowance.left > self._pause
                if not again or allowance.stop.wait(self._pause):
                    raise
            else:
                return

    def _once(self, messages: Sequence[Message], allowance: Allowance) -> Generator[str]:
        allowance.take_call()
        if not self._breaker.enter():
            raise ChatError(ChatFailure.OPEN, sentence(ChatFailure.OPEN, self.name))
        asked = sum(tokens_of(message.text) for message in messages)
        reserved = asked + _REPLY_TOKENS
        if not self._meter.reserve(reserved):
            self._breaker.left()
            raise ChatError(ChatFailure.CAPPED, sentence(ChatFailure.CAPPED, self.name))
        ended = self._breaker.left
        said = 0
        try:
            for piece in self._model.stream(messages, allowance):
                said += tokens_of(piece)
                # Whoever has read enough closes the iterator here, and a model that speaks works.
                ended = self._breaker.succeeded
                yield piece
            ended = self._breaker.succeeded
        except ChatError as error:
            ended = self._breaker.left if error.failure in _OURS else self._breaker.failed
            raise
        finally:
            ended()
            self._meter.settle(reserved, allowance.used or asked + said)
