"""`guide ingest --watch`: repeat a round until told to stop; a round that fails is said, and the next one comes."""

from __future__ import annotations

import re
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import typer

from bot.errors import GuideError, UsageError

__all__ = ["keep_up", "seconds"]

_INTERVAL = re.compile(r"(\d{1,6})([smhd]?)")
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


class _Stopped(BaseException):
    """Raised by a signal within a round; passes whatever catches exceptions, as an interrupt does."""


def seconds(interval: str) -> int:
    """Return the seconds of an interval such as `15m`. Raises `UsageError`."""
    match = _INTERVAL.fullmatch(interval.strip().lower())
    length = int(match[1]) * _UNITS[match[2]] if match else 0
    if not length:
        raise UsageError(f"--watch is {interval[:40]!r}; expected a time such as 30s, 15m, 2h or 1d")
    return length


def keep_up(one_round: Callable[[], None], interval: int) -> None:
    """Run a round, wait `interval` seconds, and so on until SIGINT or SIGTERM; a round under way is broken off.

    What was live before a round that is broken off stays live. A mistake in the command ends the first round for good.
    """
    stop = threading.Event()
    try:
        with _stopping(stop):
            first = True
            while not stop.is_set():
                _survive(one_round, fatal=UsageError if first else None)
                first = False
                stop.wait(interval)
    except _Stopped:
        pass
    typer.echo("stopped; the live index is whole", err=True)


def _survive(one_round: Callable[[], None], fatal: type[GuideError] | None) -> None:
    try:
        one_round()
    except GuideError as error:
        if fatal is not None and isinstance(error, fatal):
            raise
        typer.echo(f"guide: this round failed: {error}", err=True)
    except Exception as error:  # the last boundary: a round that hits a bug must not end the watch either
        typer.echo(f"guide: this round failed: unexpected {type(error).__name__}: {str(error)[:200]}", err=True)


@contextmanager
def _stopping(stop: threading.Event) -> Iterator[None]:
    """Set `stop` and raise `_Stopped` at a signal; a second one while files are released changes nothing."""

    def handle(_number: int, _frame: FrameType | None) -> None:
        if not stop.is_set():
            stop.set()
            raise _Stopped

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
