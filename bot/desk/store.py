"""Masked questions and verdicts in one SQLite file: WAL, synchronous FULL, one writer; nothing else about readers.

A day is the finest time that is kept, so that no record can be laid beside another server's log.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from queue import Empty, Full, Queue

from bot.answer.record import Asked, Verdict
from bot.errors import DiskError
from bot.types import Status

__all__ = ["Event", "EventStore", "forget", "read_events"]

_log = logging.getLogger(__name__)
_SCHEMA = """
CREATE TABLE IF NOT EXISTS event (
    reference TEXT PRIMARY KEY, day TEXT NOT NULL, question TEXT NOT NULL, status TEXT NOT NULL,
    article_id TEXT NOT NULL, helpful INTEGER, comment TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX IF NOT EXISTS event_day ON event (day);
"""
_WAITING = 1000
"""Records that may wait for the disk; beyond that questions are dropped, since no answer waits for its record."""

_BATCH = 200
_GATHERED_SECONDS = 0.2
"""For which a question waits for others, so that many readers at once do not mean as many writes to the disk."""

_SWEEP_SECONDS = 3600
"""Pause between two looks for records that are too old."""

_BUSY_SECONDS = 5.0
_JUDGED_WITHIN = 10.0
"""Seconds in which a verdict must be on the disk; the reader is told when it is not."""


@dataclass(frozen=True, slots=True)
class Event:
    """One stored question: its day, what became of it, and the reader's verdict (None when there is none)."""

    day: date
    question: str
    status: Status
    article_id: str
    helpful: bool | None
    comment: str


class EventStore:
    """Remembers questions for `days` days. All writing is done by one thread; a question never waits for it."""

    def __init__(self, path: Path, days: int, today: Callable[[], date] = date.today) -> None:
        self.days = days
        self._path = path
        self._today = today
        self._queue: Queue[tuple[Asked | Verdict | None, Future[bool]]] = Queue(_WAITING)
        self._db = _open(path)
        self._swept = date.min
        self._sweep()
        self._writer = threading.Thread(target=self._write, name="events", daemon=True)
        self._writer.start()

    def record(self, one: Asked) -> None:
        """Remember a question; never waits and never fails."""
        try:
            self._queue.put_nowait((one, Future()))
        except Full:
            _log.warning("%s: too many records wait for the disk; one was dropped", one.reference)

    def judge(self, one: Verdict) -> bool:
        """Store a verdict; False when its question is not here. Raises `DiskError` when it cannot be stored."""
        stored: Future[bool] = Future()
        try:
            self._queue.put((one, stored), timeout=_JUDGED_WITHIN)
            return stored.result(_JUDGED_WITHIN)
        except (Full, TimeoutError):
            raise DiskError(f"{self._path} takes too long to write; check its disk") from None

    def close(self) -> None:
        """Write what waits and close the file."""
        if self._writer.is_alive():
            self._queue.put((None, Future()))
            self._writer.join(_JUDGED_WITHIN)

    def _write(self) -> None:
        with closing(self._db):
            while True:
                try:
                    batch = [self._queue.get(timeout=_SWEEP_SECONDS)]
                except Empty:
                    batch = []
                if batch and isinstance(batch[0][0], Asked):
                    time.sleep(_GATHERED_SECONDS)
                with suppress(Empty):
                    while batch and len(batch) < _BATCH:
                        batch.append(self._queue.get_nowait())
                try:
                    self._store(batch)
                except sqlite3.Error as error:
                    _log.exception("%s cannot be written; %d records are lost", self._path, len(batch))
                    for _, stored in batch:
                        if not stored.done():
                            stored.set_exception(_disk_error(self._path, error))
                if any(one is None for one, _ in batch):
                    return

    def _store(self, batch: list[tuple[Asked | Verdict | None, Future[bool]]]) -> None:
        self._sweep()
        done = []
        with self._db:
            for one, stored in batch:
                if isinstance(one, Asked):
                    values = (one.reference, self._today().isoformat(), one.question, one.status.value, one.article_id)
                    self._db.execute(
                        "INSERT OR IGNORE INTO event (reference, day, question, status, article_id)"
                        " VALUES (?, ?, ?, ?, ?)",
                        values,
                    )
                elif one is not None:
                    changed = self._db.execute(
                        "UPDATE event SET helpful = ?, comment = ? WHERE reference = ?",
                        (int(one.helpful), one.comment, one.reference),
                    )
                    done.append((stored, changed.rowcount > 0))
        for stored, known in done:
            stored.set_result(known)

    def _sweep(self) -> None:
        """Forget what is too old, once a day."""
        today = self._today()
        if today == self._swept:
            return
        with self._db:
            first = today - timedelta(days=self.days)
            self._db.execute("DELETE FROM event WHERE day <= ?", (first.isoformat(),))
        self._swept = today


def read_events(path: Path, since: date) -> list[Event]:
    """Return what was stored from a day on, the oldest first; nothing when there is no file. Raises `DiskError`."""
    if not path.is_file():
        return []
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=_BUSY_SECONDS)) as db:
            rows = db.execute(
                "SELECT day, question, status, article_id, helpful, comment FROM event WHERE day >= ? ORDER BY rowid",
                (since.isoformat(),),
            ).fetchall()
    except sqlite3.Error as error:
        raise _disk_error(path, error) from None
    return [
        Event(
            date.fromisoformat(day), question, Status(status), article, None if helpful is None else bool(helpful), said
        )
        for day, question, status, article, helpful, said in rows
    ]


def forget(path: Path) -> None:
    """Remove all that was stored, as an owner wants who keeps nothing any more. Raises `DiskError`."""
    for name in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        try:
            name.unlink(missing_ok=True)
        except OSError as error:
            raise DiskError(f"{name} cannot be removed ({error.strerror}); correct its rights or remove it") from None


def _open(path: Path) -> sqlite3.Connection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # The writer is another thread than the one that opens; there is never more than one at a time.
        db = sqlite3.connect(path, timeout=_BUSY_SECONDS, check_same_thread=False)
    except (OSError, sqlite3.Error) as error:
        raise _disk_error(path, error) from None
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA secure_delete = ON")  # what is too old is overwritten, not merely unlinked
        db.executescript(_SCHEMA)
    except sqlite3.Error as error:
        db.close()
        raise _disk_error(path, error) from None
    return db


def _disk_error(path: Path, error: Exception) -> DiskError:
    problem = getattr(error, "strerror", None) or error
    return DiskError(f"{path} cannot be used ({problem}); set GUIDE_EVENTS to another file, or GUIDE_KEEP_DAYS to 0")
