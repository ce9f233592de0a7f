"""A mistake in a corpus file: where, what, and what to do about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from bot.errors import CorpusError

__all__ = ["Problem", "from_error"]

_MESSAGE = re.compile(r"(?::(?P<line>\d+))?:? (?P<message>.*?)(?:; (?P<remedy>[^;]*))?", re.DOTALL)


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake; `line` counts from 1. `message` and `remedy` are English."""

    file: str
    line: int
    message: str
    remedy: str

    def __str__(self) -> str:
        """Return the one line that `guide doctor` shows."""
        return f"{self.file}:{self.line}: {self.message}; {self.remedy}"


def from_error(path: Path, error: CorpusError) -> Problem:
    """Return a loader's error about `path` as a problem."""
    match = _MESSAGE.fullmatch(str(error).removeprefix(str(path)))
    if match is None:
        return Problem(str(path), 1, str(error), "correct the file")
    return Problem(str(path), int(match["line"] or 1), match["message"], match["remedy"] or "correct the file")
