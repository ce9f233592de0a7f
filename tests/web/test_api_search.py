"""The HTTP API beside the chat: search and health."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.web.error_shape import check_error
from tests.web.prepared import PreparedGuide


def test_search_returns_passages_best_first(client: TestClient) -> None:
    """Each passage has its article, place, text and address; the best comes first."""
    hits = client.get("/api/search", params={"q": "0x80070643", "k": 3}).json()
    assert len(hits) == 3
    assert {tuple(hit) for hit in hits} == {("article_id", "title", "heading", "text", "score", "url")}
    assert hits[0]["article_id"] == "windows-update-0x80070643"
    assert hits[0]["url"] == "/articles/windows-update-0x80070643"
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("", 422, "invalid_request"),
        ("?q=", 400, "bad_question"),
        ("?q=%20", 400, "bad_question"),
        ("?q=a&k=0", 422, "invalid_request"),
        ("?q=a&k=51", 422, "invalid_request"),
        ("?q=a&k=x", 422, "invalid_request"),
        ("?q=" + "a" * 2001, 400, "bad_question"),
    ],
)
def test_a_wrong_search_is_refused(client: TestClient, query: str, status: int, code: str) -> None:
    """Search takes the same care with its input as chat."""
    check_error(client.get(f"/api/search{query}"), status, code)


def test_a_passage_whose_article_is_gone_is_left_out(prepared: PreparedGuide, prepared_client: TestClient) -> None:
    """A search never fails on one damaged row."""
    prepared.hits = (type("Hit", (), {"article_id": "gone"})(),)
    assert prepared_client.get("/api/search?q=a").json() == []


def test_health(client: TestClient, small_guide: Any) -> None:
    """A running process is healthy; one that finds passages is ready."""
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready", "chunks": small_guide.index.size}


def test_an_index_without_passages_is_not_ready(prepared_client: TestClient) -> None:
    """A load balancer must not send readers to a guide that knows nothing."""
    check_error(prepared_client.get("/readyz"), 503, "unavailable")
    assert prepared_client.get("/healthz").status_code == 200
