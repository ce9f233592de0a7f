"""Count a day's calls and tokens of the chat model, so that its caps hold over restarts and between processes."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

__all__ = ["Meter"]

_log = logging.getLogger(__name__)

_PATIENCE_S = 2.0
"""How long another process's write is waited for; one takes milliseconds."""

_TABLE = "CREATE TABLE IF NOT EXISTS spent (day TEXT PRIMARY KEY, calls INTEGER NOT NULL, tokens INTEGER NOT NULL)"


class Meter:
    """Counts in a file of SQLite; a cap of 0 is none. Safe to share between threads and processes.

    A call is counted before it is made, with the tokens that it may take at most, so that no cap is ever passed by what
    is under way. Where the file cannot be written, no call is made: a cap that is not kept would be none.
    """

    def __init__(self, path: Path, *, calls: int, tokens: int, today: Callable[[], date] = date.today) -> None:
        self._path = path
        self._calls = calls
        self._tokens = tokens
        self._today = today

    def reserve(self, tokens: int) -> bool:
        """Count one call of `tokens`, and return whether it may be made."""
        if not self._calls and not self._tokens:
            return True
        try:
            with self._writing() as database:
                calls, spent = self._row(database)
                over = (self._calls and calls >= self._calls) or (self._tokens and spent + tokens > self._tokens)
                if not over:
                    self._write(database, calls + 1, spent + tokens)
                return not over
        except (sqlite3.Error, OSError) as error:
            _log.warning("%s cannot be written (%s); no chat model is asked", self._path.name, error)
            return False

    def settle(self, reserved: int, used: int) -> None:
        """Put the tokens that a call took in the place of those that were reserved for it."""
        if not self._calls and not self._tokens:
            return
        try:
            with self._writing() as database:
                calls, spent = self._row(database)
                self._write(database, calls, max(0, spent + used - reserved))
        except (sqlite3.Error, OSError) as error:
            _log.warning("%s cannot be written (%s); a call counts for more than it took", self._path.name, error)

    def spent(self) -> tuple[int, int]:
        """Return today's calls and tokens."""
        with self._writing() as database:
            return self._row(database)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # The transaction is begun by hand, since reading and writing must be one.
        with closing(sqlite3.connect(self._path, timeout=_PATIENCE_S, isolation_level=None)) as database:
            database.execute(_TABLE)
            database.execute("BEGIN IMMEDIATE")
            try:
                yield database
            except BaseException:
                database.execute("ROLLBACK")
                raise
            database.execute("COMMIT")

    def _row(self, database: sqlite3.Connection) -> tuple[int, int]:
        row = database.execute("SELECT calls, tokens FROM spent WHERE day = ?", (self._day(),)).fetchone()
        return (int(row[0]), int(row[1])) if row else (0, 0)

    def _write(self, database: sqlite3.Connection, calls: int, tokens: int) -> None:
        database.execute("INSERT OR REPLACE INTO spent VALUES (?, ?, ?)", (self._day(), calls, tokens))

    def _day(self) -> str:
        return self._today().isoformat()
