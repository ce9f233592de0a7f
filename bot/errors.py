"""The error tree. Everything a user or the machine can cause is a `GuideError`; anything else is a bug.

    GuideError
    ├── UsageError            the command, request or setting is wrong (exit 2, HTTP 4xx)
    │   ├── SettingError      an environment variable or .env line has a bad value
    │   ├── QuestionError     an empty or far too long question
    │   ├── LimitError        more questions than one client may ask (HTTP 429)
    │   └── SourceError       a source to ingest does not exist, is empty or cannot be read
    ├── CorpusError           a bundled data file is malformed (names file, line and remedy)
    ├── SlowError             an answer took longer than it may (HTTP 504)
    ├── ModelError            the embedding model cannot be built, verified or loaded
    ├── ChatError             the chat model gave no usable text; `failure` says in which way
    ├── GuideIndexError       anything about the index directory
    │   ├── NoIndexError      there is no index yet
    │   ├── IndexMismatchError  built by another model, dimension or schema
    │   ├── IndexDamagedError   files missing, truncated or altered
    │   ├── ShrinkError         an ingest would drop many of the articles
    │   └── IndexBusyError      another process is building
    ├── DiskError             not enough free space, or a write failed
    └── PortError             the port to serve on is in use

`str(error)` is one English sentence: what was found, what was expected, what to do next. `notice` is the key of the
sentence that readers are shown instead, in their language (see `bot.answer.frame`); it never contains paths or values.
"""

from __future__ import annotations

from enum import StrEnum

__all__ = [
    "REBUILD",
    "ChatError",
    "ChatFailure",
    "CorpusError",
    "DiskError",
    "GuideError",
    "GuideIndexError",
    "IndexBusyError",
    "IndexDamagedError",
    "IndexMismatchError",
    "LimitError",
    "ModelError",
    "NoIndexError",
    "PortError",
    "QuestionError",
    "SettingError",
    "ShrinkError",
    "SlowError",
    "SourceError",
    "UsageError",
]

REBUILD = "build the index again with `guide ingest SOURCE`"
"""What to do about an index that cannot be used."""


class GuideError(Exception):
    """Base of everything a user or the machine can cause."""

    exit_code = 1
    http_status = 503
    code = "unavailable"
    notice = "unavailable"

    @property
    def values(self) -> dict[str, int]:
        """Return what the sentence for readers has in its braces."""
        return {}


class UsageError(GuideError):
    """The command, request or setting is wrong."""

    exit_code = 2
    http_status = 400
    code = "bad_request"
    notice = "unreadable"


class SettingError(UsageError):
    """A setting has a bad value."""


class QuestionError(UsageError):
    """The question is empty, or has `found` characters and the limit is `limit`."""

    code = "bad_question"

    def __init__(self, message: str, found: int = 0, limit: int = 0) -> None:
        super().__init__(message)
        self.notice = "long_question" if found else "empty_question"
        self._values = {"found": found, "limit": limit}

    @property
    def values(self) -> dict[str, int]:
        """Return the lengths in characters."""
        return self._values


class LimitError(UsageError):
    """A client asked more than one may; `seconds` later it may ask again."""

    http_status = 429
    code = "too_many_requests"
    notice = "too_many_requests"

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


class SlowError(GuideError):
    """An answer took longer than it may."""

    http_status = 504
    code = "timeout"
    notice = "timeout"


class SourceError(UsageError):
    """A source to ingest does not exist, is empty or cannot be read."""


class CorpusError(GuideError):
    """A bundled data file is malformed."""


class ModelError(GuideError):
    """The embedding model cannot be built, verified or loaded."""


class ChatFailure(StrEnum):
    """Why a chat model gave no usable text."""

    REFUSED = "refused"
    """Nobody answers at its address: no such name, no connection, or one that broke."""
    UNAUTHORISED = "unauthorised"
    LIMITED = "limited"
    """HTTP 429: the provider's own limit."""
    FAILED = "failed"
    """Any other answer that is no success."""
    SILENT = "silent"
    """No word for too long, at the beginning or in the middle."""
    LATE = "late"
    """Not finished when the question's time was over."""
    GARBAGE = "garbage"
    """Nothing that could be read as text."""
    ENDLESS = "endless"
    """More text than any answer has."""
    STOPPED = "stopped"
    """Nobody reads it any more."""
    OPEN = "open"
    """Not asked: it failed several times, and is left alone for a while."""
    CAPPED = "capped"
    """Not asked: the day's calls or tokens are used up, or the question's calls."""


class ChatError(GuideError):
    """The chat model gave no usable text. The message never holds a key, a prompt or what the model said."""

    def __init__(self, failure: ChatFailure, message: str) -> None:
        super().__init__(message)
        self.failure = failure


class GuideIndexError(GuideError):
    """Anything about the index directory."""


class NoIndexError(GuideIndexError):
    """There is no index yet."""

    notice = "no_index"


class IndexMismatchError(GuideIndexError):
    """The index was built by another model, dimension or schema."""


class IndexDamagedError(GuideIndexError):
    """Files of the index are missing, truncated or altered."""


class ShrinkError(GuideIndexError):
    """An ingest would drop more of the articles than goes by accident."""


class IndexBusyError(GuideIndexError):
    """Another process is building this index."""


class DiskError(GuideError):
    """Not enough free space, or a write failed."""


class PortError(GuideError):
    """The port to serve on is in use."""
