"""Errors and cards in the language of the question, else of the browser."""

from __future__ import annotations

from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from bot.errors import NoIndexError, QuestionError
from bot.types import Language
from bot.web.languages import language_for, speak
from bot.web.markup import answer_html, escalation_html, sources_html
from tests.web.error_shape import JAPANESE
from tests.web.prepared import FULL, PreparedGuide


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "ja"),
        ("en-US,en;q=0.9,ja;q=0.8", "en"),
        ("ja,en-US;q=0.9", "ja"),
        ("fr,en;q=0.5,ja;q=0.9", "ja"),
        ("de", "ja"),
        ("en;q=x, ;;, ja;q=", "ja"),
    ],
)
def test_the_browsers_language(header: str, language: str) -> None:
    """The one with the highest weight of those that the guide speaks; Japanese for all others and for nonsense."""
    scope = {"type": "http", "headers": [(b"accept-language", header.encode())]}
    assert language_for(scope) is Language(language)


def test_the_question_says_more_than_the_browser() -> None:
    """Many readers of Japanese have a browser in English."""
    scope = {"type": "http", "headers": [(b"accept-language", b"en")]}
    speak(scope, Language.JA)
    assert language_for(scope) is Language.JA


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("error", [NoIndexError("no index"), QuestionError("long", 3000, 2000), KeyError("x")])
def test_an_english_question_fails_in_english(
    error: Exception, stream: bool, prepared: PreparedGuide, prepared_client: TestClient
) -> None:
    """At once and as an event."""
    prepared.replies = [error]
    headers = {"Accept": "text/event-stream"} if stream else {}
    response = prepared_client.post("/api/chat", json={"question": "my printer is broken"}, headers=headers)
    assert "Please" in response.text
    assert not JAPANESE.search(response.text)


def test_what_is_refused_unread_is_refused_in_the_browsers_language(prepared_client: TestClient) -> None:
    """A body that is no question has no language of its own."""
    english = prepared_client.post("/api/chat", json={}, headers={"Accept-Language": "en"}).json()["error"]
    japanese = prepared_client.post("/api/chat", json={}).json()["error"]
    assert english["code"] == japanese["code"] == "invalid_request"
    assert "question is missing" in english["message"]
    assert "questionがありません" in japanese["message"]


def test_cards_of_an_english_answer_are_english() -> None:
    """Whom to ask, what to have at hand, the summary, the marks: the words around an answer are the guide's."""
    assert FULL.escalation is not None
    card = escalation_html(FULL.escalation, Language.EN)
    assert "Whom to ask" in card
    assert "Have at hand" in card
    assert "相談先" not in card
    english = replace(FULL, language=Language.EN)
    assert 'aria-label="Source 1"' in answer_html(english)
    assert "in a new tab" in sources_html(english)
