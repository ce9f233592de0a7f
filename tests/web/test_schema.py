"""The API against its own document: requests that schemathesis makes from it, right ones and wrong ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from starlette.responses import JSONResponse

from bot.answer.guide import Guide
from bot.settings import Settings
from bot.web.api import create_api

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")

from schemathesis import checks as named  # noqa: E402
from schemathesis.core.failures import ServerError  # noqa: E402
from schemathesis.generation import GenerationMode  # noqa: E402
from schemathesis.openapi.checks import JsonSchemaError, UndefinedContentType, UndefinedStatusCode  # noqa: E402
from schemathesis.specs.openapi.checks import (  # noqa: E402
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CASES = 2000
"""Requests in all, over the operations of the document and both ways of making them."""

CHECKS = [
    named.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
OPERATIONS = {
    ("POST", "/api/chat"),
    ("GET", "/api/search"),
    ("POST", "/api/feedback"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
}


@pytest.fixture(scope="module")
def schema(small_guide: Guide) -> Any:
    """Return the document as schemathesis reads it."""
    api = create_api(small_guide, Settings(limit_minute=0, limit_day=0, allowed_hosts="testserver"))
    return schemathesis.openapi.from_asgi("/api/openapi.json", api)


def test_the_document_has_every_route_and_an_example_of_every_error(schema: Any) -> None:
    """A client can be written from the document alone."""
    document = schema.raw_schema
    operations = {(m.upper(), path): one for path, item in document["paths"].items() for m, one in item.items()}
    assert set(operations) == OPERATIONS
    for name, one in operations.items():
        for status, response in one["responses"].items():
            assert "X-Request-ID" in response["headers"], (name, status)
            if int(status) >= 400:
                example = response["content"]["application/json"]["example"]["error"]
                assert set(example) == {"code", "message", "request_id"}
                assert response["description"].endswith("."), (name, status)
    for name in ("ChatRequest", "FeedbackRequest", "SearchHit"):
        assert document["components"]["schemas"][name]["examples"]
    chat = operations["POST", "/api/chat"]["responses"]
    assert {"text/event-stream", "application/json"} <= set(chat["200"]["content"])
    assert {"400", "403", "405", "413", "415", "421", "422", "429", "500", "503", "504"} <= set(chat)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.name.lower())
def test_every_answer_is_as_the_document_says(mode: GenerationMode, schema: Any) -> None:
    """No server error and no response that the document does not describe, in thousands of requests."""
    operations = [found.ok() for found in schema.get_all_operations()]
    takers = [one for one in operations if one.method != "get" or "search" in one.path]
    seen: Counter[int] = Counter()
    each = CASES // (2 * len(takers)) + 1
    for operation in operations if mode is GenerationMode.POSITIVE else takers:
        seen += _asked(operation, mode, each if operation in takers else 3)
    assert sum(seen.values()) >= each * len(takers)
    assert max(seen) < 500
    assert seen[200] if mode is GenerationMode.POSITIVE else seen[422]


def _asked(operation: Any, mode: GenerationMode, cases: int) -> Counter[int]:
    """Make so many requests of an operation, check each response, and return how often each status came."""
    seen: Counter[int] = Counter()

    @settings(
        max_examples=cases,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), stream=st.booleans())
    def check(case: Any, stream: bool) -> None:
        if stream:
            case.headers = {**(case.headers or {}), "Accept": "text/event-stream"}
        response = case.call()
        seen[response.status_code] += 1
        case.validate_response(response, checks=CHECKS)

    check()
    return seen


Broken = Callable[[dict[str, Any]], tuple[int, dict[str, Any], str]]
"""Takes the right answer of a route, and gives a status, a body and a kind of content."""


@pytest.mark.parametrize(
    ("broken", "complaint"),
    [
        (lambda right: (200, right, "application/json"), None),
        (lambda right: (500, right, "application/json"), ServerError),
        (lambda right: (200, right | {"chunks": "many"}, "application/json"), JsonSchemaError),
        (lambda right: (200, {"status": right["status"]}, "application/json"), JsonSchemaError),
        (lambda right: (418, right, "application/json"), UndefinedStatusCode),
        (lambda right: (200, right, "text/plain"), UndefinedContentType),
    ],
    ids=["as it should be", "server error", "wrong type", "field missing", "status unknown", "kind unknown"],
)
def test_a_broken_route_is_noticed(broken: Broken, complaint: type[Exception] | None, small_guide: Guide) -> None:
    """The same check over the same document fails as soon as a route does something else than its document says."""
    api = create_api(small_guide, Settings(limit_minute=0, limit_day=0, allowed_hosts="testserver"))

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"] != "/readyz":
            await api(scope, receive, send)
            return
        status, body, kind = broken({"status": "ready", "chunks": 1})
        headers = {"X-Request-ID": "0" * 12, "Content-Type": kind}
        await JSONResponse(body, status, headers)(scope, receive, send)

    document = schemathesis.openapi.from_asgi("/api/openapi.json", answer)
    operation = document["/readyz"]["GET"]
    if complaint is None:
        assert _asked(operation, GenerationMode.POSITIVE, 3)[200] >= 1
        return
    with pytest.raises(BaseExceptionGroup) as caught:
        _asked(operation, GenerationMode.POSITIVE, 3)
    assert caught.group_contains(complaint)
