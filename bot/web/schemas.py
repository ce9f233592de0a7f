"""What clients send and get beside the answer, which is the contract's object."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "ChatRequest",
    "ErrorBody",
    "ErrorDetail",
    "FeedbackRequest",
    "FeedbackStored",
    "HistoryTurn",
    "Ready",
    "Running",
    "SearchHit",
]

_MAX_TURNS = 20
_MAX_STATE = 4000
_MAX_COMMENT = 1000
_REFERENCE = r"^[0-9a-f]{12}$"


class HistoryTurn(BaseModel):
    """One earlier message."""

    model_config = ConfigDict(extra="forbid")

    role: Literal["user", "assistant"] = Field(description="Who said it.")
    text: str = Field(max_length=20_000, description="The message as it was shown.")


class ChatRequest(BaseModel):
    """A question in its conversation."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"question": "24H2にしたら認証が外れた", "history": [], "state": "", "page_url": ""},
                {
                    "question": "いいえ",
                    "history": [
                        {"role": "user", "text": "24H2にしたら認証が外れた"},
                        {"role": "assistant", "text": "最近、部品を交換しましたか。"},
                    ],
                    "state": "eyJhcnRpY2xlIjoiYWN0aXZhdGlvbiJ9",
                    "page_url": "https://blog.example/24h2",
                },
            ]
        },
    )

    question: str = Field(max_length=100_000, description="What the reader asks; GUIDE_QUESTION_LIMIT applies.")
    history: list[HistoryTurn] = Field(
        default_factory=list, max_length=_MAX_TURNS, description="Earlier messages, the oldest first."
    )
    state: str = Field("", max_length=_MAX_STATE, description="`state` of the last answer, as it came.")
    page_url: str = Field("", max_length=2000, description="The page on which the question is asked.")


class SearchHit(BaseModel):
    """One passage of a search."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "article_id": "windows-update-0x80070643",
                    "title": "0x80070643で更新できないとき",
                    "heading": ["手順"],
                    "text": "回復パーティションの空きを確かめます。",
                    "score": 3.21,
                    "url": "/articles/windows-update-0x80070643",
                }
            ]
        }
    )

    article_id: str
    title: str
    heading: list[str] = Field(description="Headings above the passage, the outermost first.")
    text: str = Field(description="The passage, word for word.")
    score: float = Field(description="Higher is better; no fixed range.")
    url: str


class FeedbackRequest(BaseModel):
    """A reader's verdict on an answer; a later one on the same answer replaces it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"request_id": "9f2c41d07ab3", "helpful": False, "comment": "手順3の画面が出てきませんでした"},
                {"request_id": "9f2c41d07ab3", "helpful": True},
            ]
        },
    )

    request_id: str = Field(pattern=_REFERENCE, description="`X-Request-ID` of the answer's response.")
    helpful: bool = Field(strict=True, description="Whether the answer helped.")
    comment: str = Field("", max_length=_MAX_COMMENT, description="A word of the reader; secrets in it are masked.")


class FeedbackStored(BaseModel):
    """What became of a verdict."""

    stored: bool = Field(
        description="False when nothing is kept (GUIDE_KEEP_DAYS=0) or the answer is not known (any more)."
    )


class Running(BaseModel):
    """The process runs."""

    status: Literal["ok"]


class Ready(BaseModel):
    """Questions can be answered."""

    status: Literal["ready"]
    chunks: int = Field(description="Passages in the index.")


class ErrorDetail(BaseModel):
    """What went wrong: a stable code, a Japanese sentence for the reader, the request's id for the log."""

    code: str
    message: str
    request_id: str


class ErrorBody(BaseModel):
    """The one shape of every error."""

    error: ErrorDetail
