"""The event store: what it keeps, for how long, through crashes and from several hands."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.answer.record import Asked, Verdict
from bot.desk.store import EventStore, read_events
from bot.errors import DiskError
from bot.types import Status

DAY = date(2026, 11, 20)
LONG_AGO = date(2000, 1, 1)


def _asked(number: int) -> Asked:
    return Asked(f"{number:012x}", f"問い{number}", Status.ABSTAINED)


def test_what_is_recorded_is_read_again(tmp_path: Path) -> None:
    """Question, status, article and verdict, with the day and nothing finer."""
    path = tmp_path / "new" / "e.sqlite3"
    store = EventStore(path, 30, lambda: DAY)
    store.record(Asked("a" * 12, "問い", Status.ANSWERED, "printer"))
    assert store.judge(Verdict("a" * 12, True, "助かった"))
    assert not store.judge(Verdict("b" * 12, True))
    store.close()
    [event] = read_events(path, DAY)
    assert (event.day, event.question, event.status) == (DAY, "問い", Status.ANSWERED)
    assert (event.article_id, event.helpful, event.comment) == ("printer", True, "助かった")
    assert read_events(path, DAY + timedelta(days=1)) == []
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        columns = [row[1] for row in db.execute("PRAGMA table_info(event)")]
    assert columns == ["reference", "day", "question", "status", "article_id", "helpful", "comment"]


def test_too_old_records_go(tmp_path: Path) -> None:
    """Each is there for as many days as the setting says, and then not even in the bytes of the file."""
    path = tmp_path / "e.sqlite3"
    today = DAY
    store = EventStore(path, 3, lambda: today)
    store.record(Asked("a" * 12, "old-himitsu", Status.ABSTAINED))
    store.judge(Verdict("0" * 12, True))
    for later, count in ((2, 1), (3, 0)):
        today = DAY + timedelta(days=later)
        store.judge(Verdict("0" * 12, True))  # any writing looks for what is too old
        assert len(read_events(path, LONG_AGO)) == count
    store.close()
    assert b"old-himitsu" not in path.read_bytes()


def test_a_killed_process_loses_no_verdict(tmp_path: Path) -> None:
    """A reader who was told "stored" finds it stored, whatever happens a moment later."""
    path = tmp_path / "e.sqlite3"
    code = (
        "import os, sys; from pathlib import Path; from bot.desk.store import *; from bot.answer.record import *;"
        "from bot.types import Status; store = EventStore(Path(sys.argv[1]), 30);"
        "store.record(Asked('a' * 12, 'q', Status.ANSWERED)); assert store.judge(Verdict('a' * 12, False)); os.abort()"
    )
    assert subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, check=False).returncode < 0
    assert [one.helpful for one in read_events(path, LONG_AGO)] == [False]


def test_many_hands_write_at_once(tmp_path: Path) -> None:
    """Threads of two stores over one file lose nothing."""
    path = tmp_path / "e.sqlite3"
    stores = [EventStore(path, 30, lambda: DAY) for _ in range(2)]
    threads = [
        threading.Thread(target=lambda base=base: [stores[base % 2].record(_asked(base * 100 + n)) for n in range(50)])
        for base in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for store in stores:
        store.close()
    assert len(read_events(path, LONG_AGO)) == 400


def test_a_place_that_cannot_be_used_is_one_sentence(tmp_path: Path) -> None:
    """It names file, reason and both settings; also for a file that is no database."""
    (tmp_path / "file").write_text("x")
    broken = tmp_path / "broken"
    broken.write_bytes(b"no database at all" * 100)
    for path in (tmp_path / "file" / "e.sqlite3", tmp_path, broken):
        with pytest.raises(DiskError, match=r"cannot be used .*GUIDE_EVENTS.*GUIDE_KEEP_DAYS"):
            EventStore(path, 30)
    with pytest.raises(DiskError):
        read_events(broken, LONG_AGO)
    assert read_events(tmp_path / "none", LONG_AGO) == []
