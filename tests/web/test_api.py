"""The HTTP API: the contract's object, the order of events, one shape for every error, health."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from bot.errors import IndexDamagedError, NoIndexError, QuestionError
from bot.types import Answer, Status
from tests.web.conftest import application
from tests.web.error_shape import JAPANESE, check_error
from tests.web.prepared import FULL, PreparedGuide

ANSWER_KEYS = {
    *("status", "text", "citations", "question", "escalation"),
    *("mode", "language", "redacted", "state", "timings_ms"),
}
CITATION_KEYS = {
    *("n", "article_id", "title", "url", "link", "heading", "quote", "updated", "evidence", "notices"),
}
ESCALATION_KEYS = {"route", "reason", "urgency", "contacts", "prepare", "summary"}
STREAM = {"Accept": "text/event-stream"}
SNAPSHOTS = Path(__file__).parent / "snapshots"


def _ask(client: TestClient, question: str, **fields: Any) -> Any:
    return client.post("/api/chat", json={"question": question, **fields})


def _events(body: str) -> Iterator[tuple[str, Any]]:
    for block in body.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n"))
        yield fields["event"], json.loads(fields["data"])


def _check_snapshot(name: str, text: str, request: pytest.FixtureRequest) -> None:
    path = SNAPSHOTS / name
    if request.config.getoption("--update-snapshots"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8"), f"{name} changed; look at it, then run pytest --update-snapshots"


# The contract


def test_chat_answers_with_exactly_the_keys_of_the_contract(client: TestClient) -> None:
    """Clients get the same object everywhere: no key more, none less."""
    response = _ask(client, "更新で 0x80070643 が出て進まない")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    answer = response.json()
    assert set(answer) == ANSWER_KEYS
    assert answer["status"] == "answered"
    assert answer["mode"] == "extractive"
    assert set(answer["timings_ms"]) == {"embed", "search", "compose", "total"}
    assert answer["citations"]
    for citation in answer["citations"]:
        assert set(citation) == CITATION_KEYS
        assert f"[{citation['n']}]" in answer["text"]
        assert citation["link"].startswith(f"{citation['url']}#:~:text=")


def test_a_question_without_an_answer_is_not_an_error(client: TestClient) -> None:
    """Abstaining is an answer with a contact, and asserts nothing."""
    answer = _ask(client, "おすすめのグラボは?").json()
    assert answer["status"] == "abstained"
    assert answer["citations"] == []
    assert set(answer["escalation"]) == ESCALATION_KEYS


def test_the_whole_answer_as_json(
    prepared: PreparedGuide, prepared_client: TestClient, request: pytest.FixtureRequest
) -> None:
    """Every field of the contract, as a client reads it."""
    prepared.replies = [FULL]
    response = _ask(prepared_client, "印刷できない")
    text = json.dumps(response.json(), ensure_ascii=False, indent=2) + "\n"
    _check_snapshot("answer.json", text, request)


def test_the_whole_answer_as_events(
    prepared: PreparedGuide, prepared_client: TestClient, request: pytest.FixtureRequest
) -> None:
    """The stream, byte for byte."""
    prepared.replies = [FULL]
    response = prepared_client.post("/api/chat", json={"question": "印刷できない"}, headers=STREAM)
    _check_snapshot("answer.sse", response.text, request)


def test_conversation_reaches_the_guide(prepared: PreparedGuide, prepared_client: TestClient) -> None:
    """Earlier turns, state and page are handed on as they came."""
    prepared.replies = [FULL]
    history = [{"role": "user", "text": "印刷できない"}, {"role": "assistant", "text": "どちらですか。"}]
    _ask(prepared_client, "USB", history=history, state="abc", page_url="https://blog.example/p")
    [(question, turns, state, page_url)] = prepared.asked
    assert (question, state, page_url) == ("USB", "abc", "https://blog.example/p")
    assert [(turn.role, turn.text) for turn in turns] == [("user", "印刷できない"), ("assistant", "どちらですか。")]


def test_state_leads_on_to_the_next_question(client: TestClient) -> None:
    """A client that sends back what it got is understood, and a damaged state is taken as none."""
    first = _ask(client, "0x80070643 が出る").json()
    history = [{"role": "user", "text": "0x80070643 が出る"}, {"role": "assistant", "text": first["text"]}]
    for state in (first["state"], "%%%", "e30", "あ"):
        assert _ask(client, "それでもだめでした", history=history, state=state).status_code == 200


# Events


def test_events_come_as_status_deltas_answer(client: TestClient) -> None:
    """First what is done, then the text in pieces that end at marks, last the whole object."""
    question = {"question": "更新で 0x80070643 が出て進まない"}
    response = client.post("/api/chat", json=question, headers=STREAM)
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["cache-control"] == "no-store, no-transform"
    assert response.headers["x-accel-buffering"] == "no"
    events = list(_events(response.text))
    names = [name for name, _ in events]
    assert names == ["status", *["delta"] * (len(events) - 2), "answer"]
    assert len(events) > 4
    assert events[0][1] == {"text": "記事を探しています"}
    answer = events[-1][1]
    assert set(answer) == ANSWER_KEYS
    assert "".join(data["text"] for name, data in events if name == "delta") == answer["text"]
    plain = client.post("/api/chat", json=question).json()
    assert answer | {"timings_ms": 0} == plain | {"timings_ms": 0}


@given(text=st.text(alphabet=st.characters(codec="utf-8"), max_size=200) | st.text("あ[12]\n。", max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
def test_deltas_make_up_any_text(text: str, prepared: PreparedGuide, prepared_client: TestClient) -> None:
    """Whatever an answer holds, nothing is lost, repeated or cut inside a mark, and it stays one event."""
    prepared.replies = [Answer(Status.ANSWERED, text)]
    response = prepared_client.post("/api/chat", json={"question": "問い"}, headers=STREAM)
    events = list(_events(response.content.decode("utf-8")))
    deltas = [data["text"] for name, data in events if name == "delta"]
    assert "".join(deltas) == text == events[-1][1]["text"]
    assert all(deltas)
    assert not any(re.search(r"\[\d{1,3}\Z", delta) for delta in deltas[:-1])


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (QuestionError("empty; type"), "bad_question"),
        (NoIndexError("no index at /srv/x; build"), "unavailable"),
        (KeyError("/srv/secret 0x123"), "internal"),
    ],
)
def test_an_error_in_the_stream_is_the_last_event(
    error: Exception, code: str, prepared: PreparedGuide, prepared_client: TestClient
) -> None:
    """The response has begun by then, so that an event tells of it, in the shape of every error."""
    prepared.replies = [error]
    response = prepared_client.post("/api/chat", json={"question": "問い"}, headers=STREAM)
    events = list(_events(response.text))
    assert [name for name, _ in events] == ["status", "error"]
    body = events[-1][1]["error"]
    assert (body["code"], body["request_id"]) == (code, response.headers["x-request-id"])
    assert JAPANESE.search(body["message"])
    assert "/srv" not in response.text


# Errors


@pytest.mark.parametrize("question", ["", "   ", "　\n\t", "\u200b"])
def test_an_empty_question_is_said_to_be_empty(client: TestClient, question: str) -> None:
    """Blank in any script is empty."""
    assert "空" in check_error(_ask(client, question), 400, "bad_question")


def test_a_question_of_100000_characters_is_refused_with_the_limit(client: TestClient) -> None:
    """The sentence names both lengths, and nothing is searched."""
    message = check_error(_ask(client, "あ" * 100_000), 400, "bad_question")
    assert "100000文字" in message
    assert "2000文字以内" in message


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "questionがありません"),
        ({"question": 1}, "questionが正しくありません"),
        ({"question": None}, "questionが正しくありません"),
        ({"question": ["a"]}, "questionが正しくありません"),
        ({"question": "あ" * 100_001}, "questionが長すぎます"),
        ({"question": "あ", "history": "x"}, "historyが正しくありません"),
        ({"question": "あ", "history": [{"role": "user", "text": "い"}] * 21}, "historyが多すぎます"),
        ({"question": "あ", "history": [{"role": "system", "text": "い"}]}, "history.0.roleが正しくありません"),
        ({"question": "あ", "history": [{"role": "user"}]}, "history.0.textがありません"),
        ({"question": "あ", "history": [{"role": "user", "text": "い" * 20_001}]}, "history.0.textが長すぎます"),
        ({"question": "あ", "state": "s" * 4001}, "stateが長すぎます"),
        ({"question": "あ", "state": {}}, "stateが正しくありません"),
        ({"question": "あ", "page_url": "u" * 2001}, "page_urlが長すぎます"),
        ({"question": "あ", "<script>alert(1)</script>": 1}, "知らない項目があります"),
        ([], "本文が正しくありません"),
        ("text", "本文が正しくありません"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_wrong_body_is_named_without_being_repeated(client: TestClient, body: Any, said: str) -> None:
    """The reader learns which field is wrong and how; nothing that the client made up comes back."""
    response = client.post("/api/chat", json=body)
    assert said in check_error(response, 422, "invalid_request")
    assert "script" not in response.text


@pytest.mark.parametrize("body", ['{"question": "あ"', "{question}", "", "\x00", '{"question": "あ"}}', "[" * 5000])
def test_broken_json_is_said_to_be_broken(client: TestClient, body: str) -> None:
    """A body that is no JSON at all is a bad request, whatever it holds."""
    response = client.post("/api/chat", content=body.encode(), headers={"Content-Type": "application/json"})
    if body:
        check_error(response, 400, "bad_request")
    else:
        check_error(response, 422, "invalid_request")


@pytest.mark.parametrize("body", [b'{"question": "\xff\xfe"}', b"\x82\xa0\x82\xa2", b'{"question": "\\ud800"}'])
def test_bytes_that_are_no_text_are_refused(client: TestClient, body: bytes) -> None:
    """Another encoding or half a surrogate pair never gets as far as a search."""
    response = client.post("/api/chat", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code in {400, 422}
    check_error(response, response.status_code, response.json()["error"]["code"])


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_other_kinds_of_body_are_refused(client: TestClient, content_type: str) -> None:
    """A form of another site cannot ask in a reader's name."""
    response = client.post("/api/chat", content=b'{"question": "a"}', headers={"Content-Type": content_type})
    check_error(response, 415, "unsupported_type")


@pytest.mark.parametrize("path", ["/nope", "/api/nope", "/articles/nope", "/articles/..%2f..%2fapp.py", "/articles/"])
def test_what_is_not_there_is_404(client: TestClient, path: str) -> None:
    """Unknown addresses and articles get the shape of every error."""
    check_error(client.get(path), 404, "not_found")


@pytest.mark.parametrize(("method", "path"), [("GET", "/api/chat"), ("DELETE", "/healthz"), ("POST", "/api/search")])
def test_a_wrong_method_is_405(client: TestClient, method: str, path: str) -> None:
    """The methods that do work are named in the header."""
    response = client.request(method, path)
    check_error(response, 405, "method_not_allowed")
    assert response.headers["allow"]


@pytest.mark.parametrize(
    ("path", "body"), [("/api/chat", {"question": "起動しない"}), ("/api/search?q=a", None), ("/readyz", None)]
)
def test_a_broken_index_is_503(
    path: str, body: Any, prepared: PreparedGuide, prepared_client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    """The reader is asked to come back; the log has the remedy under the same id."""
    prepared.replies = [IndexDamagedError("/srv/index/g1 lacks words.npy; build it again with `guide ingest`")]
    response = prepared_client.request("POST" if body else "GET", path, json=body)
    check_error(response, 503, "unavailable")
    assert f"{response.headers['x-request-id']}: /srv/index/g1 lacks words.npy" in caplog.text


@pytest.mark.parametrize(
    ("path", "body"), [("/api/chat", {"question": "秘密の質問"}), ("/api/search?q=秘密の質問", None)]
)
def test_a_bug_is_500_without_a_traceback(
    path: str, body: Any, prepared: PreparedGuide, prepared_client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    """The reader gets a sentence, the owner kind and place under the same id, and nobody the question."""
    prepared.replies = [ValueError("cannot read 秘密の質問 in /srv/x.py")]
    response = prepared_client.request("POST" if body else "GET", path, json=body)
    check_error(response, 500, "internal")
    assert f"{response.headers['x-request-id']}: unexpected ValueError" in caplog.text
    assert "prepared.py" in caplog.text
    assert "秘密" not in caplog.text


# Search and health


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/api/search?q=a", "/nope", "/static/guide.css"])
def test_every_response_has_its_own_request_id(client: TestClient, path: str) -> None:
    """Two requests never share an id, and no response may be read as another type."""
    responses = [client.get(path), client.get(path)]
    ids = [response.headers["x-request-id"] for response in responses]
    assert all(re.fullmatch(r"[0-9a-f]{12}", one) for one in ids)
    assert len(set(ids)) == 2
    assert {response.headers["x-content-type-options"] for response in responses} == {"nosniff"}


def test_a_clients_own_request_id_is_not_taken_over(client: TestClient) -> None:
    """What a client sends never reaches the log as an id."""
    response = client.get("/healthz", headers={"X-Request-ID": "forged\t1"})
    assert response.headers["x-request-id"] != "forged\t1"


def test_other_sites_may_not_read_answers(client: TestClient) -> None:
    """Without being told otherwise, a browser keeps answers from scripts of other sites."""
    response = client.get("/api/search?q=a", headers={"Origin": "https://evil.example"})
    assert response.status_code == 200
    assert not [name for name in response.headers if name.startswith("access-control-allow-")]
    preflight = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    check_error(client.options("/api/chat", headers=preflight), 403, "forbidden")


def test_schema_describes_the_contract(client: TestClient) -> None:
    """The schema has the contract's object and the error shape, and no page loads scripts from elsewhere."""
    schema = client.get("/api/openapi.json").json()
    assert set(schema["components"]["schemas"]["Answer"]["properties"]) == ANSWER_KEYS
    assert "ErrorBody" in schema["components"]["schemas"]
    assert client.get("/docs").status_code == client.get("/redoc").status_code == 404


# The log


def test_no_log_line_holds_a_question(
    client: TestClient, prepared: PreparedGuide, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """However a request ends and whatever the level, what was asked stays out of log and output."""
    caplog.set_level("DEBUG")
    marker = "ひみつのしつもん"
    _ask(client, f"{marker} 0x80070643")
    _ask(client, marker, history=[{"role": "user", "text": marker}])
    _ask(client, marker * 1000)
    client.post("/api/chat", json={"question": marker}, headers=STREAM)
    client.post("/api/chat", json={"question": {marker: marker}, marker: marker})
    client.post("/api/chat", content=f'{{"question": "{marker}'.encode(), headers={"Content-Type": "application/json"})
    client.get("/api/search", params={"q": marker, "k": "x"})
    client.get(f"/articles/{marker}")
    with TestClient(application(prepared), raise_server_exceptions=False) as broken:
        for headers in ({}, STREAM):
            prepared.replies = [RuntimeError(marker)]
            broken.post("/api/chat", json={"question": marker}, headers=headers)
    output = capfd.readouterr()
    own = [record for record in caplog.records if not record.name.startswith("httpx")]
    for text in (*(record.getMessage() for record in own), output.out, output.err):
        assert marker not in text
        assert "%E3%81%B2%E3%81%BF" not in text


def test_an_answer_can_be_empty_of_everything(prepared: PreparedGuide, prepared_client: TestClient) -> None:
    """Absent parts are null or empty, never missing."""
    prepared.replies = [replace(FULL, text="", citations=(), question=None, escalation=None, redacted={}, state="")]
    answer = _ask(prepared_client, "a").json()
    assert set(answer) == ANSWER_KEYS
    assert (answer["citations"], answer["question"], answer["escalation"], answer["redacted"]) == ([], None, None, {})
