"""Request and response shapes of the API, with limits; `Answer` itself is the contract's object."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["ChatRequest", "ErrorBody", "ErrorDetail", "HistoryTurn", "SearchHit"]

_MAX_TURNS = 20
_MAX_STATE = 4000


class HistoryTurn(BaseModel):
    """One earlier message."""

    model_config = ConfigDict(extra="forbid")

    role: Literal["user", "assistant"]
    text: str = Field(max_length=20_000)


class ChatRequest(BaseModel):
    """A question in its conversation."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"question": "24H2にしたら認証が外れた", "history": [], "state": ""}]},
    )

    question: str = Field(max_length=100_000)
    history: list[HistoryTurn] = Field(default_factory=list, max_length=_MAX_TURNS)
    state: str = Field("", max_length=_MAX_STATE)
    page_url: str = Field("", max_length=2000)


class SearchHit(BaseModel):
    """One passage of a search."""

    article_id: str
    title: str
    heading: list[str]
    text: str
    score: float
    url: str


class ErrorDetail(BaseModel):
    """What went wrong: a stable code, a Japanese sentence for the reader, the request's id for the log."""

    code: str
    message: str
    request_id: str


class ErrorBody(BaseModel):
    """The one shape of every error."""

    error: ErrorDetail
