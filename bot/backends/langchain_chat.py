"""Chat models through LangChain's `init_chat_model`, with limits of our own: none of its providers has them all.

A reply is read by a task on one background event loop, since cancelling a task closes the connection at once,
whatever it waits for: a name, a connection, a word. The caller's thread takes the pieces from a queue.
"""

# ruff: noqa: E402  # tracing is switched off before LangChain is imported

from __future__ import annotations

import asyncio
import threading
from collections.abc import Generator, Sequence
from functools import cache
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple

from bot.settings import Settings, set_for_libraries

set_for_libraries({"LANGSMITH_TRACING": "false", "LANGCHAIN_TRACING_V2": "false"})  # it sends prompts to a third party

from langchain.chat_models import init_chat_model
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

from bot.backends.chat_failures import failure_of, sentence
from bot.backends.chat_model import Allowance, Message
from bot.errors import ChatError, ChatFailure, SettingError, UsageError

__all__ = ["LangChainChat", "open_langchain_chat"]

_MOST_TOKENS = 1_500
"""Tokens of a reply; the longest extractive answers of the bundled questions have some 900 characters."""

_LONGEST = 4_000
"""Characters after which a reply is endless, whatever the server makes of the limit in tokens."""

_LOOK_S = 0.05
"""How often the caller's thread looks whether somebody still reads; a piece that arrives is taken at once."""

_NO_KEY = "none"
"""What a server of one's own gets where no key is set: never the key that the environment holds for another."""


class _Provider(NamedTuple):
    """How one provider's class takes what every one of them needs; `extra` is the name of ours in `pyproject.toml`."""

    extra: str
    package: str
    tokens: str
    url: str = "base_url"
    key: str = "api_key"


_PROVIDERS = {
    "google_genai": _Provider("google", "langchain_google_genai", "max_output_tokens"),
    "openai": _Provider("openai", "langchain_openai", "max_tokens"),
    "anthropic": _Provider("anthropic", "langchain_anthropic", "max_tokens"),
    "ollama": _Provider("ollama", "langchain_ollama", "num_predict", key=""),
}


def open_langchain_chat(settings: Settings) -> LangChainChat:
    """Return the model that `GUIDE_CHAT_MODEL` names. Raises `UsageError` as `open_chat_model` does."""
    provider, _, model = settings.chat_model.partition(":")
    if provider not in _PROVIDERS or not model:
        if not settings.chat_url:
            raise SettingError(
                f"GUIDE_CHAT_MODEL is {settings.chat_model!r}; give PROVIDER:NAME with one of {', '.join(_PROVIDERS)}, "
                "or set GUIDE_CHAT_URL to the base URL of an OpenAI-compatible server"
            )
        provider, model = "openai", settings.chat_model  # names of local models may well have a colon
    known = _PROVIDERS[provider]
    options: dict[str, Any] = {known.tokens: _MOST_TOKENS}
    if provider == "ollama":
        options["client_kwargs"] = {"timeout": settings.chat_silence}
    else:
        options |= {"timeout": settings.chat_silence, "max_retries": 0}
    if provider == "openai":
        options["stream_usage"] = True
    if settings.chat_url:
        options[known.url] = settings.chat_url
    key = settings.chat_key.get_secret_value() if settings.chat_key else _NO_KEY if settings.chat_url else ""
    if key and known.key:
        options[known.key] = key
    try:
        opened = init_chat_model(model, model_provider=provider, **options)
    except ImportError:
        raise UsageError(
            f"GUIDE_CHAT_MODEL is {settings.chat_model!r} and the package {known.package} is not installed; "
            f"run pip install 'trouble-guide[{known.extra}]'"
        ) from None
    except Exception as error:  # each provider has errors of its own for a missing key, and they may quote a wrong one
        raise SettingError(
            f"the chat model {settings.chat_model} cannot be set up ({type(error).__name__}); set GUIDE_CHAT_KEY, and "
            "check GUIDE_CHAT_MODEL and GUIDE_CHAT_URL"
        ) from None
    return LangChainChat(opened, settings.chat_model, settings.chat_silence)


class LangChainChat:
    """Streams one reply after the other from a LangChain chat model; may be silent for `silence` seconds."""

    def __init__(self, model: BaseChatModel, name: str, silence: float, longest: int = _LONGEST) -> None:
        self.name = name
        self._model = model
        self._silence = silence
        self._longest = longest

    def stream(self, messages: Sequence[Message], allowance: Allowance) -> Generator[str]:
        """Yield the reply piece by piece, as `ChatModel` promises."""
        queue: SimpleQueue[str | Exception | None] = SimpleQueue()
        task = asyncio.run_coroutine_threadsafe(self._read(_as_theirs(messages), queue, allowance), _loop())
        try:
            yield from self._pieces(queue, allowance)
        finally:
            task.cancel()

    def _pieces(self, queue: SimpleQueue[str | Exception | None], allowance: Allowance) -> Generator[str]:
        silent_until = allowance.left - self._silence
        said = False
        while True:
            if allowance.stop.is_set():
                raise self._error(ChatFailure.STOPPED)
            if not allowance.left:
                raise self._error(ChatFailure.LATE)
            if allowance.left <= silent_until:
                raise self._error(ChatFailure.SILENT)
            try:
                piece = queue.get(timeout=min(_LOOK_S, allowance.left))
            except Empty:
                continue
            if isinstance(piece, Exception):
                raise self._error(failure_of(piece)) from None
            if piece is None:
                if not said:
                    raise self._error(ChatFailure.GARBAGE)
                return
            silent_until = allowance.left - self._silence
            if piece:
                said = said or bool(piece.strip())
                yield piece

    async def _read(
        self, messages: list[BaseMessage], queue: SimpleQueue[str | Exception | None], allowance: Allowance
    ) -> None:
        """Put the pieces into the queue, "" for what is no text, then None or the error that ended it."""
        length = 0
        try:
            async for chunk in self._model.astream(messages):
                text = str(chunk.text)
                length += len(text)
                if length > self._longest:
                    queue.put(self._error(ChatFailure.ENDLESS))
                    return
                usage = getattr(chunk, "usage_metadata", None)
                if usage:
                    allowance.used = max(allowance.used or 0, int(usage.get("total_tokens") or 0)) or None
                queue.put(text)
        except Exception as error:  # whatever a provider raises; the caller tells it in one of our words
            queue.put(error)
        else:
            queue.put(None)

    def _error(self, failure: ChatFailure) -> ChatError:
        return ChatError(failure, sentence(failure, self.name))


def _as_theirs(messages: Sequence[Message]) -> list[BaseMessage]:
    kinds = {"system": SystemMessage, "user": HumanMessage}
    return [kinds[message.role](content=message.text) for message in messages]


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """Return the event loop that reads all replies; asynchronous clients keep their connections with one loop."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="chat", daemon=True).start()
    return loop
