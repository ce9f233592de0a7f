"""Verdicts and what is remembered of questions, through the API."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

import app
from bot.desk.store import EventStore, read_events
from bot.settings import Settings
from bot.types import Answer, Status
from bot.web.api import create_api
from tests.web.error_shape import check_error
from tests.web.prepared import FULL, PreparedGuide

LONG_AGO = date(2000, 1, 1)
STREAM = {"Accept": "text/event-stream"}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return where events are stored."""
    return tmp_path / "events" / "events.sqlite3"


@pytest.fixture
def keeping(prepared: PreparedGuide, place: Path) -> Iterator[tuple[TestClient, EventStore]]:
    """Return a client of an API that remembers, and its store."""
    store = EventStore(place, 30)
    with TestClient(create_api(prepared, None, store), raise_server_exceptions=False) as client:  # type: ignore[arg-type]
        yield client, store
    store.close()


def _ask(client: TestClient, question: str, headers: dict[str, str] | None = None, **fields: Any) -> str:
    response = client.post("/api/chat", json={"question": question, **fields}, headers=headers)
    assert response.status_code == 200
    return str(response.headers["x-request-id"])


def _judge(client: TestClient, reference: str, helpful: bool, **fields: Any) -> Any:
    return client.post("/api/feedback", json={"request_id": reference, "helpful": helpful, **fields})


@pytest.mark.parametrize("headers", [{}, STREAM])
def test_a_verdict_is_kept_with_its_question(
    headers: dict[str, str], keeping: tuple[TestClient, EventStore], prepared: PreparedGuide, place: Path
) -> None:
    """The last verdict counts, and secrets are masked in question and comment, one begun a message earlier too."""
    client, store = keeping
    prepared.replies = [FULL]
    history = [{"role": "user", "text": "回復キーは 111111-222222-333333-444444-"}]
    reference = _ask(client, "555555-666666-007777-088880 です", headers, history=history)
    assert _judge(client, reference, True).json() == {"stored": True}
    assert _judge(client, reference, False, comment="taro.yamada@example.com まで").json() == {"stored": True}
    store.close()
    [event] = read_events(place, LONG_AGO)
    assert (event.status, event.article_id, event.helpful) == (Status.CLARIFY, "printer", False)
    assert event.comment == "［メールアドレス］ まで"
    assert "088880" not in event.question
    for path in place.parent.iterdir():
        data = path.read_bytes()
        assert b"088880" not in data
        assert b"taro" not in data


def test_a_verdict_on_an_unknown_answer_is_not_kept(keeping: tuple[TestClient, EventStore]) -> None:
    """An id that nobody has is no error, and says that nothing was stored."""
    assert _judge(keeping[0], "0123456789ab", True).json() == {"stored": False}


def test_nothing_is_kept_unless_it_is_asked_for(prepared: PreparedGuide, prepared_client: TestClient) -> None:
    """The reader's thumb is taken kindly all the same."""
    prepared.replies = [FULL]
    reference = _ask(prepared_client, "問い")
    assert _judge(prepared_client, reference, True).json() == {"stored": False}
    assert b'guide_feedback_total{helpful="yes"} 1.0' in prepared_client.get("/metrics").content


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "request_idがありません"),
        ({"request_id": "x", "helpful": True}, "request_idが正しくありません"),
        ({"request_id": "0123456789AB", "helpful": True}, "request_idが正しくありません"),
        ({"request_id": "0123456789ab", "helpful": 1}, "helpfulが正しくありません"),
        ({"request_id": "0123456789ab", "helpful": True, "comment": "あ" * 1001}, "commentが長すぎます"),
        ({"request_id": "0123456789ab", "helpful": True, "name": "x"}, "知らない項目があります"),
    ],
    ids=str,
)
def test_a_wrong_verdict_is_named(body: Any, said: str, prepared_client: TestClient) -> None:
    """In the shape of every error."""
    response = prepared_client.post("/api/feedback", json=body)
    assert said in check_error(response, 422, "invalid_request")


def test_a_refused_question_is_not_kept(
    keeping: tuple[TestClient, EventStore], prepared: PreparedGuide, place: Path
) -> None:
    """Only answers are remembered: what failed is in the log."""
    client, store = keeping
    prepared.replies = [KeyError("x"), Answer(Status.ABSTAINED, "ありません。")]
    client.post("/api/chat", json={"question": "だめな問い"})
    _ask(client, "答えのない問い")
    store.close()
    assert [(one.question, one.status) for one in read_events(place, LONG_AGO)] == [
        ("答えのない問い", Status.ABSTAINED)
    ]


def test_zero_days_forget_what_was_kept(place: Path) -> None:
    """An owner who turns recording off need not look for the file."""
    EventStore(place, 30).close()
    assert place.is_file()
    assert app.open_recorder(Settings(events=place, keep_days=0)).days == 0
    assert list(place.parent.iterdir()) == []
