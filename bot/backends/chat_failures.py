"""Tell what went wrong with a chat model in one of a few words, whichever library raised it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.errors import ChatError, ChatFailure

__all__ = ["failure_of", "sentence"]

_UNAUTHORISED, _LIMITED = frozenset({401, 403}), 429
_STATUSES = range(400, 600)

_SENTENCES = {
    ChatFailure.REFUSED: "cannot be reached; check GUIDE_CHAT_URL and the network",
    ChatFailure.UNAUTHORISED: "refused the key; check GUIDE_CHAT_KEY or the provider's own variable",
    ChatFailure.LIMITED: "answered that a limit is reached (429); wait, or raise the limit with the provider",
    ChatFailure.FAILED: "answered with an error; check the model's name in GUIDE_CHAT_MODEL and the provider's status",
    ChatFailure.SILENT: "said nothing for longer than GUIDE_CHAT_SILENCE; raise it, or choose a faster model",
    ChatFailure.LATE: "did not finish within GUIDE_CHAT_SECONDS; raise it, or choose a faster model",
    ChatFailure.GARBAGE: "sent nothing that could be read; check that GUIDE_CHAT_URL is an OpenAI-compatible server",
    ChatFailure.ENDLESS: "did not stop; choose another model",
    ChatFailure.STOPPED: "was stopped, since nobody reads the answer any more",
    ChatFailure.OPEN: "failed several times and is left alone for a while",
    ChatFailure.CAPPED: "is not asked again; see GUIDE_CHAT_DAILY_CALLS and GUIDE_CHAT_DAILY_TOKENS",
}


def sentence(failure: ChatFailure, name: str) -> str:
    """Return what happened to the chat model `name` and what to do, without anything that it or a library said."""
    return f"the chat model {name} {_SENTENCES[failure]}"


def failure_of(error: BaseException) -> ChatFailure:
    """Return the failure that an exception of a provider's library means; the causes behind it are looked at too."""
    if isinstance(error, ChatError):
        return error.failure
    chain = list(_causes(error))
    for one in chain:
        status = _status(one)
        if status in _UNAUTHORISED or (status == 400 and "api key" in str(one).lower()):  # noqa: PLR2004  # Google's way
            return ChatFailure.UNAUTHORISED
        if status == _LIMITED:
            return ChatFailure.LIMITED
        if status is not None:
            return ChatFailure.FAILED
    if any(isinstance(one, UnicodeEncodeError) for one in chain):
        return ChatFailure.UNAUTHORISED  # a key that no header can carry
    names = " ".join(kind.__name__ for one in chain for kind in type(one).__mro__)
    if "Timeout" in names or "DeadlineExceeded" in names:
        return ChatFailure.SILENT
    if any(isinstance(one, OSError) for one in chain) or any(
        word in names for word in ("ConnectError", "APIConnectionError", "NetworkError", "RemoteProtocolError")
    ):
        return ChatFailure.REFUSED
    return ChatFailure.GARBAGE


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _status(error: BaseException) -> int | None:
    """Return the HTTP status that an exception carries: OpenAI's and Anthropic's, Ollama's, Google's."""
    for name in ("status_code", "code"):
        value = getattr(error, name, None)
        value = getattr(value, "value", value)
        if isinstance(value, int) and value in _STATUSES:
            return value
    return None
