"""Let a chat model phrase: the protocol that every one fulfils, what a question may use, and the configured model."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from threading import Event
from typing import Literal, Protocol, runtime_checkable

from bot.errors import ChatError, ChatFailure
from bot.settings import Settings

__all__ = ["CALLS", "Allowance", "ChatModel", "Message", "open_chat_model", "tokens_of"]

CALLS = 2
"""Upstream calls that one question may cost at most."""

_WIDE = "\u2e80"
"""The first letter of the East Asian scripts in Unicode."""

_LETTERS_A_TOKEN = 3
"""Latin letters that make a token at the least; English prose has four on average."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message to a model, secrets masked."""

    role: Literal["system", "user"]
    text: str


class Allowance:
    """What one question may still use: time, upstream calls, and only while somebody reads. For one thread.

    `seconds` count from now, by `clock` (seconds, monotonic). `used` are the tokens that the last call says it took,
    None where it does not say.
    """

    def __init__(
        self,
        seconds: float,
        stop: Event | None = None,
        calls: int = CALLS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.stop = stop or Event()
        self.calls = calls
        self.used: int | None = None
        self._clock = clock
        self._ends = clock() + seconds

    @property
    def left(self) -> float:
        """Return the seconds that are left, 0 at the least."""
        return max(0.0, self._ends - self._clock())

    def take_call(self) -> None:
        """Count one upstream call. Raises `ChatError` when there is none left."""
        if self.calls < 1:
            raise ChatError(ChatFailure.CAPPED, f"the question has used its {CALLS} calls of the chat model")
        self.calls -= 1
        self.used = None

    def part(self, share: float) -> Allowance:
        """Return an allowance for one of its calls and that share of the time left; the call is taken off here."""
        self.take_call()
        return Allowance(self.left * share, self.stop, 1, self._clock)


@runtime_checkable
class ChatModel(Protocol):
    """Phrases; `name` is the model's. Safe to share between threads."""

    name: str

    def stream(self, messages: Sequence[Message], allowance: Allowance) -> Generator[str]:
        """Yield the reply piece by piece; an iterator that is closed early ends the call upstream.

        Raises `ChatError` and nothing else, within a fraction of a second when the allowance's `stop` is set or its
        time is over; an empty reply is an error too.
        """
        ...


def tokens_of(text: str) -> int:
    """Return how many tokens a text has at most, without the model's tokenizer: one a Japanese letter."""
    wide = sum(letter >= _WIDE for letter in text)
    return wide + -(-(len(text) - wide) // _LETTERS_A_TOKEN)


def open_chat_model(settings: Settings) -> ChatModel | None:
    """Return the chat model that the settings name, guarded, or None when they name none; no request is made.

    Raises `UsageError` for a name without a provider and for a provider whose package is not installed.
    """
    if not settings.chat_model:
        return None
    from bot.backends.chat_guard import Breaker, GuardedChat  # noqa: PLC0415  # only where a model is set
    from bot.backends.chat_meter import Meter  # noqa: PLC0415
    from bot.backends.langchain_chat import open_langchain_chat  # noqa: PLC0415  # a second to import

    meter = Meter(
        settings.index.with_name(f"{settings.index.name}-chat.sqlite"),
        calls=settings.chat_daily_calls,
        tokens=settings.chat_daily_tokens,
    )
    return GuardedChat(open_langchain_chat(settings), Breaker(), meter)
