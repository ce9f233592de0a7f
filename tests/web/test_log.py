"""What the figures and the log tell of requests, and what they never do."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterator
from io import StringIO

import pytest

from bot.types import Answer, Status
from bot.web.logs import set_up_log
from tests.web.guarded import ask, guarded_client
from tests.web.prepared import FULL, PreparedGuide


def test_figures_have_bounded_labels_and_no_text(prepared: PreparedGuide) -> None:
    """Whatever clients send, the lists of labels stay short; answers are counted by status and mode."""
    client = guarded_client(prepared)
    prepared.replies = [FULL, Answer(Status.ABSTAINED, "ありません。")]
    ask(client)
    ask(client)
    for n in range(30):
        client.get(f"/nope/himitsu{n}")
        client.get(f"/articles/himitsu{n}")
        client.get(f"/api/search?q=himitsu{n}")
        client.request(f"HIMITSU{n}", "/api/chat")
    response = client.get("/metrics")
    assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    text = response.text
    assert "himitsu" not in text.lower()
    assert 'guide_answers_total{mode="extractive",status="clarify"} 1.0' in text
    assert 'guide_answers_total{mode="extractive",status="abstained"} 1.0' in text
    assert 'guide_requests_total{method="POST",route="/api/chat",status="200"} 2.0' in text
    assert 'guide_requests_total{method="other",route="/api/chat",status="405"} 30.0' in text
    assert 'guide_requests_total{method="GET",route="/articles/{article_id:path}",status="404"} 30.0' in text
    assert len([line for line in text.splitlines() if line.startswith("guide_requests_total{")]) < 12


@pytest.fixture
def start_log(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], StringIO]]:
    """Return a function that sets the log up as a server has it and gives what is written."""
    root, written = logging.getLogger(), StringIO()
    before, levels = list(root.handlers), {n: logging.getLogger(n).level for n in ("", "app", "bot", "ingest")}

    def start(form: str) -> StringIO:
        before[:] = root.handlers
        root.handlers.clear()
        monkeypatch.setattr(sys, "stderr", written)
        set_up_log("info", form)
        return written

    yield start
    root.handlers[:] = before
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def test_the_log_as_json(prepared: PreparedGuide, start_log: Callable[[str], StringIO]) -> None:
    """One object a line; a request has route, status, time and id; what a library says is masked."""
    written = start_log("json")
    prepared.replies = [FULL]
    reference = ask(guarded_client(prepared)).headers["x-request-id"]
    logging.getLogger("some.library").warning("failed for %s", "taro.yamada@example.com")
    objects = [json.loads(line) for line in written.getvalue().splitlines()]
    [request] = [one for one in objects if one["logger"] == "bot.web.requests"]
    assert (request["route"], request["status"], request["request_id"]) == ("/api/chat", 200, reference)
    assert {"time", "level", "logger", "message", "ms"} <= set(request)
    [library] = [one for one in objects if one["logger"] == "some.library"]
    assert "taro" not in library["message"]
    assert "［メールアドレス］" in library["message"]


def test_the_log_as_text_is_masked_too(start_log: Callable[[str], StringIO]) -> None:
    """Also a traceback of a library."""
    written = start_log("text")
    try:
        int("taro.yamada@example.com")
    except ValueError:
        logging.getLogger("some.library").exception("failed")
    text = written.getvalue()
    assert "ValueError" in text
    assert "taro" not in text
