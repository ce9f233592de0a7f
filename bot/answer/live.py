"""A guide that follows the index: a new generation is opened beside the old one, which ends with its last question."""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import GeneratorType
from typing import TYPE_CHECKING, Any

from bot.errors import GuideError, GuideIndexError
from bot.index.generations import current

if TYPE_CHECKING:
    from pathlib import Path

    from bot.answer.guide import Guide

__all__ = ["LiveGuide"]

_log = logging.getLogger(__name__)

_SECONDS = 2.0
"""Between two looks at the pointer: a file of seven bytes is read."""

_RETRY_LOOKS = 30
"""Looks after which a generation that could not be opened is tried again: what was wrong may have been the machine."""


class _Lease:
    """A guide, how many use it, and whether it is to be closed by the last of them."""

    def __init__(self, guide: Guide) -> None:
        self.guide = guide
        self.users = 0
        self.retired = False


class LiveGuide:
    """Stands for the guide over the live generation; has all that a `Guide` has. Safe to share between threads.

    Each call, and each generator that a call returns, keeps to one generation from begin to end; `hold` does so for
    several calls. `reopen` gets the guide of now and returns one over the live generation.
    """

    def __init__(self, guide: Guide, index: Path, reopen: Callable[[Guide], Guide], seconds: float = _SECONDS) -> None:
        self._lease = _Lease(guide)
        self._index, self._reopen, self._seconds = index, reopen, seconds
        self._lock = threading.Lock()
        self._refreshing = threading.Lock()
        self._stop = threading.Event()
        self._failed = ("", 0)
        self._watcher: threading.Thread | None = None

    @contextmanager
    def hold(self) -> Iterator[Guide]:
        """Give the guide of now, which stays open and the same within."""
        lease = self._enter()
        try:
            yield lease.guide
        finally:
            self._leave(lease)

    def __getattr__(self, name: str) -> Any:
        """Return what the guide of now has; what can be called keeps to one generation."""
        value = getattr(self._lease.guide, name)
        if not callable(value):
            return value

        def call(*arguments: Any, **options: Any) -> Any:
            lease = self._enter()
            try:
                found = getattr(lease.guide, name)(*arguments, **options)
            except BaseException:
                self._leave(lease)
                raise
            if isinstance(found, GeneratorType):
                return self._held(found, lease)
            self._leave(lease)
            return found

        return call

    def _held(self, values: Iterator[Any], lease: _Lease) -> Iterator[Any]:
        """Return the values of a generator, and leave the guide when it ends or is given up, even before its first."""

        def all_of_them() -> Iterator[Any]:
            yield
            yield from values

        held = all_of_them()
        next(held)
        weakref.finalize(held, self._leave, lease)
        return held

    def _enter(self) -> _Lease:
        with self._lock:
            self._lease.users += 1
            return self._lease

    def _leave(self, lease: _Lease) -> None:
        with self._lock:
            lease.users -= 1
            last = lease.retired and not lease.users
        if last:
            lease.guide.index.close()

    def refresh(self) -> bool:
        """Open the live generation if it is another one than that in use; tell whether it is now in use.

        A generation that cannot be opened is logged, and the one in use stays.
        """
        with self._refreshing:
            try:
                live = current(self._index)
            except GuideIndexError:
                return False  # the pointer is being repaired, or the index moved: what is open still answers
            name, looks = self._failed
            if live == self._lease.guide.index.directory:
                return False
            if live.name == name and looks < _RETRY_LOOKS:
                self._failed = (name, looks + 1)
                return False
            try:
                guide = self._reopen(self._lease.guide)
            except GuideError as error:
                self._failed = (live.name, 0)
                _log.error("generation %s is not used: %s", live.name, error)
                return False
            self._failed = ("", 0)
            with self._lock:
                old, self._lease = self._lease, _Lease(guide)
                old.retired = True
                unused = not old.users
            if unused:
                old.guide.index.close()
            _log.info("answering from generation %s", guide.index.directory.name)
            return True

    def follow(self) -> None:
        """Look for a new generation every few seconds, on a thread of its own, until `close`."""
        self._watcher = threading.Thread(target=self._follow, name="follow-index", daemon=True)
        self._watcher.start()

    def close(self) -> None:
        """Stop looking, and close the index once no question uses it; a second call does nothing."""
        self._stop.set()
        if self._watcher is not None:
            self._watcher.join()
            self._watcher = None
        with self._lock:
            lease = self._lease
            unused = not lease.users and not lease.retired
            lease.retired = True
        if unused:
            lease.guide.index.close()

    def _follow(self) -> None:
        while not self._stop.wait(self._seconds):
            try:
                self.refresh()
            except Exception as error:  # whatever a library raises, the server goes on with what it has
                _log.error("looking for a new generation failed: unexpected %s", type(error).__name__)
