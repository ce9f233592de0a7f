"""Let a chat model judge answers: the protocol that every judge fulfils, and the one that the settings name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from bot.errors import UsageError
from bot.settings import Settings

__all__ = ["FAILURES", "Judge", "JudgeScores", "open_judge"]

FAILURES = ("timeout", "refused", "garbage")
"""Why a judge gave no score: no answer in time, none that HTTP calls a success, none that could be used."""


@dataclass(frozen=True, slots=True)
class JudgeScores:
    """What a judge says of one answer, each 0-1; None where it gave nothing usable, `failures` then say why.

    `faithfulness` is the share of the answer's claims that the passages support, `relevance` the share of its
    statements that serve the question.
    """

    faithfulness: float | None
    relevance: float | None
    failures: tuple[str, ...] = ()


@runtime_checkable
class Judge(Protocol):
    """Judges one answer at a time and raises nothing when its model fails; `name` is the model's."""

    name: str

    def score(self, question: str, answer_text: str, passages: Sequence[str]) -> JudgeScores:
        """Return the scores of an answer to `question` that was made from `passages`; texts must hold no secret."""
        ...


def open_judge(settings: Settings) -> Judge:
    """Return the judge that the settings name; no request is made. Raises `UsageError` when something is missing."""
    if not settings.judge_model or not settings.judge_url:
        raise UsageError(
            "--judge needs a chat model; set GUIDE_JUDGE_MODEL to its name and GUIDE_JUDGE_URL to the base URL of an "
            "OpenAI-compatible server, or leave out --judge"
        )
    try:
        from bot.backends.deepeval_judge import open_deepeval_judge  # noqa: PLC0415  # optional; a second to import
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "deepeval":
            raise
        raise UsageError(
            "--judge needs the library deepeval, which is not installed; run pip install --no-deps -r "
            "requirements-judge.txt in the clone, or leave out --judge"
        ) from None
    key = settings.judge_key.get_secret_value() if settings.judge_key else ""
    return open_deepeval_judge(settings.judge_model, settings.judge_url, key)
