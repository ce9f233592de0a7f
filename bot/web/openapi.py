"""What the API's document says beside the types: an example of each error, and the stream of events."""

from __future__ import annotations

from typing import Any

from bot.answer.frame import frame_of
from bot.errors import LimitError
from bot.types import Answer, Citation, Clarification, Contact, Escalation, Language, Mode, Status
from bot.web.errors import BUG, HTTP_ERRORS, error_body, http_error
from bot.web.schemas import ErrorBody

__all__ = ["ANSWER_EXAMPLE", "EVENTS_EXAMPLE", "REQUEST_ID", "documented_errors"]

_ID = "9f2c41d07ab3"
_SAID = {
    403: "A page of a foreign origin asked.",
    404: "There is nothing at this address.",
    405: "The address does not take this method.",
    413: "The body is larger than is read.",
    415: "The body is not declared as JSON.",
    400: "The body is no JSON, or the question is empty or too long.",
    421: "The host name is none of the guide's own (`GUIDE_ALLOWED_HOSTS`).",
    422: "A field is missing, unknown or of the wrong form; the sentence names it.",
    429: "The client asked too much; `Retry-After` says after how many seconds it may again.",
    500: "A bug; the log has it under the request's id.",
    503: "No question can be answered now, for want of a usable index or model.",
    504: "The answer took longer than it may.",
}

REQUEST_ID = {
    "X-Request-ID": {
        "description": "Id of the request: in the log, and the reference for feedback.",
        "schema": {"type": "string", "pattern": "^[0-9a-f]{12}$"},
        "required": True,
    }
}

ANSWER_EXAMPLE = Answer(
    status=Status.CLARIFY,
    text="部品を交換したあとに認証が外れることがあります。[1]",
    citations=(
        Citation(
            n=1,
            article_id="activation-after-24h2",
            title="24H2のあとに認証が外れたとき",
            url="/articles/activation-after-24h2",
            link="/articles/activation-after-24h2#:~:text=%E9%83%A8%E5%93%81",
            heading=("原因",),
            quote="部品を交換したあとに認証が外れることがあります。",
            updated="2026-11-01",
            evidence="実機検証",
            notices=(),
        ),
    ),
    question=Clarification("最近、部品を交換しましたか。", ("はい", "いいえ", "わからない")),
    escalation=Escalation(
        route="microsoft-support",
        reason="電話での認証が要る場合があるためです。",
        urgency="急ぎません",
        contacts=(Contact("Microsoft サポート", "公式サイトの「お問い合わせ」から連絡します。"),),
        prepare=("Windowsのエディション",),
        summary="困っていること: 認証が外れた",
    ),
    mode=Mode.EXTRACTIVE,
    redacted={},
    state="eyJhcnRpY2xlIjoiYWN0aXZhdGlvbiJ9",
    timings_ms={"embed": 4.5, "search": 3.0, "compose": 1.2, "total": 8.7},
)
"""Made up, to show every field."""

EVENTS_EXAMPLE = (
    'event: status\ndata: {"text": "記事を探しています"}\n\n'
    'event: delta\ndata: {"text": "部品を交換したあとに認証が外れることがあります。[1]"}\n\n'
    ": ping\n\n"
    'event: answer\ndata: {"status": "clarify", "text": "…", "citations": [], "…": "…"}\n\n'
)


def documented_errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the description of error responses, each with an example; any address can give 405, 413, 421 and 500."""
    return {status: _error(status) for status in sorted({405, 413, 421, 500, *statuses})}


def _error(status: int) -> dict[str, Any]:
    known = status in HTTP_ERRORS
    code, sentence = http_error(status, Language.JA) if known else (BUG, frame_of(Language.JA).errors.bug)
    described: dict[str, Any] = {
        "model": ErrorBody,
        "description": _SAID[status],
        "headers": dict(REQUEST_ID),
        "content": {"application/json": {"example": error_body(code, sentence, _ID)}},
    }
    if status == LimitError.http_status:
        described["headers"]["Retry-After"] = {
            "description": "Seconds until the next question may be asked.",
            "schema": {"type": "integer", "minimum": 1},
            "required": True,
        }
    return described
