"""What readers asked in vain, and which of it is the same."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import bot.cli
from bot.answer.record import Asked, Verdict
from bot.desk.store import Event, EventStore
from bot.desk.unanswered import group, in_vain
from bot.types import Status
from tests.fakes import HashEmbedder

DAY = date(2026, 11, 20)


def _event(question: str, status: Status = Status.ABSTAINED, helpful: bool | None = None, **fields: Any) -> Event:
    return Event(
        fields.get("day", DAY), question, status, fields.get("article_id", ""), helpful, fields.get("said", "")
    )


@pytest.mark.parametrize(
    ("status", "helpful", "vain"),
    [
        (Status.ABSTAINED, None, True),
        (Status.ABSTAINED, True, False),
        (Status.REFUSED, None, True),
        (Status.ANSWERED, None, False),
        (Status.ANSWERED, True, False),
        (Status.ANSWERED, False, True),
        (Status.CLARIFY, None, False),
        (Status.CLARIFY, False, True),
    ],
)
def test_what_counts_as_in_vain(status: Status, helpful: bool | None, vain: bool) -> None:
    """No answer, unless the reader was content with that, or a thumb down."""
    assert bool(in_vain([_event("問い", status, helpful)])) is vain


def test_like_questions_stand_together() -> None:
    """The same characters in any width, and the same sense; the most frequent first, all wordings and comments kept."""
    events = [
        _event("音が出ない"),
        _event("プリンターが印刷できません", said="だめ", status=Status.ANSWERED, helpful=False, article_id="p"),
        _event("ﾌﾟﾘﾝﾀｰが印刷できません", day=DAY + timedelta(days=1)),
        _event("プリンターが印刷できませんよ"),
    ]
    vectors = HashEmbedder().embed_queries([event.question for event in events])
    first, second = group(events, vectors, alike=0.9)
    assert (first.question, first.count, first.abstained, first.unhelpful) == ("プリンターが印刷できません", 3, 2, 1)
    assert first.last == DAY + timedelta(days=1)
    assert (first.comments, first.articles, len(first.questions)) == (["だめ"], ["p"], 3)
    assert (second.question, second.count) == ("音が出ない", 1)
    assert group([], vectors[:0]) == []


@pytest.fixture
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a file with three questions of today and one of last month, named in the environment."""
    path = tmp_path / "e.sqlite3"
    today = date.today()
    store = EventStore(path, 90, lambda: today)
    for number, (question, status) in enumerate(
        [
            ("録画した番組を消したい", Status.ABSTAINED),
            ("更新で 0x80070643 が出る", Status.ANSWERED),
            ("うまくいった", Status.ANSWERED),
        ]
    ):
        store.record(Asked(f"{number:012x}", question, status, "windows-update-0x80070643" if number else ""))
    store.judge(Verdict(f"{1:012x}", False, "手順3がない"))
    today = date.today() - timedelta(days=30)
    store.record(Asked("f" * 12, "先月の問い", Status.ABSTAINED))
    store.close()
    monkeypatch.setenv("GUIDE_EVENTS", str(path))
    return path


def test_the_week_as_json(stored: Path, guide: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts, wordings, comments and the nearest article of each group, of the days that were asked for."""
    monkeypatch.setattr("bot.cli.unanswered.open_guide", lambda settings: guide)
    result = CliRunner().invoke(bot.cli.app, ["unanswered", "--json"])
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert (found["days"], found["asked"], found["in_vain"]) == (7, 3, 2)
    by_question = {one["question"]: one for one in found["groups"]}
    assert set(by_question) == {"録画した番組を消したい", "更新で 0x80070643 が出る"}
    update = by_question["更新で 0x80070643 が出る"]
    assert (update["unhelpful"], update["comments"]) == (1, ["手順3がない"])
    assert update["nearest"]["article_id"] == "windows-update-0x80070643"
    longer = CliRunner().invoke(bot.cli.app, ["unanswered", "--json", "--days", "60"])
    assert json.loads(longer.stdout)["in_vain"] == 3


def test_the_week_as_text(stored: Path, guide: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A group a paragraph, the summary apart from it."""
    monkeypatch.setattr("bot.cli.unanswered.open_guide", lambda settings: guide)
    result = CliRunner().invoke(bot.cli.app, ["unanswered"])
    assert result.stderr == "3 questions in 7 days, 2 of them in vain\n"
    assert "   1  更新で 0x80070643 が出る\n      1 unhelpful; last on " in result.stdout
    assert "      > 手順3がない\n      nearest article: " in result.stdout


def test_nothing_recorded_needs_no_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a file, or with recording off, it says so and ends well."""
    monkeypatch.setenv("GUIDE_EVENTS", str(tmp_path / "none.sqlite3"))
    monkeypatch.setenv("GUIDE_KEEP_DAYS", "0")
    monkeypatch.setattr("bot.cli.unanswered.open_guide", lambda settings: pytest.fail("the guide was opened"))
    result = CliRunner().invoke(bot.cli.app, ["unanswered", "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["groups"] == []
    assert "GUIDE_KEEP_DAYS is 0" in result.stderr
