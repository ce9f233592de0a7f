"""Which real questions would be abstained on, and why: the owner's way to test before going live."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.answer.guide import Guide
from bot.errors import UsageError
from bot.evals.observations import Observation, parse_recording
from bot.evals.probe import record
from bot.types import Status

__all__ = ["REASONS", "Mined", "load_questions", "mine"]

REASONS = {
    "answered": ("回答できる", "Answered"),
    "clarify": ("聞き返す", "Asks back"),
    "refused": ("断る", "Refused"),
    "unknown-code": ("どの記事にもないコード", "A code that no article mentions"),
    "low-confidence": ("記事との一致が弱い", "The passages fit too little"),
    "nothing-fits": ("使える文がない", "No passage could be used"),
    "rejected": ("受け付けない質問", "Rejected question"),
}
"""What became of a question, with labels in Japanese and English."""


@dataclass(frozen=True, slots=True)
class Mined:
    """One real question, secrets masked. `nearest` are the titles or ids of the nearest articles, best first."""

    line: int
    question: str
    reason: str
    detail: str
    nearest: tuple[str, ...]

    @property
    def abstained(self) -> bool:
        """Tell whether the reader would get no answer for want of an article."""
        return self.reason in {"unknown-code", "low-confidence", "nothing-fits"}


def load_questions(path: Path) -> list[tuple[int, str]]:
    """Read (line number, question) from a text file, one a line, empty lines skipped. Raises `UsageError`."""
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read ({error.strerror}); give a text file with one question a line"
        ) from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 (byte {error.start}); save it as UTF-8") from None
    found = [(number, line.strip()) for number, line in enumerate(lines, 1) if line.strip()]
    if not found:
        raise UsageError(f"{path} has no questions; put one on each line")
    return found


def mine(
    guide: Guide, questions: Sequence[tuple[int, str]], progress: Callable[[int], None] | None = None
) -> list[Mined]:
    """Ask every question and say what became of it, in the order of the file."""
    recording = parse_recording(record(guide, [(str(line), [text]) for line, text in questions], progress))
    found = []
    for line, _ in questions:
        seen = recording.observations[str(line)]
        reason, detail = _reason(seen, recording.threshold)
        articles = [guide.article(article_id) for article_id, _ in seen.ranked[:3]]
        nearest = tuple(article.title for article in articles if article is not None)
        # The file holds what readers really wrote, the report is passed around: only the masked form leaves.
        found.append(Mined(line, "".join(seen.redacted), reason, detail, nearest))
    return found


def _reason(seen: Observation, threshold: float | None) -> tuple[str, str]:
    if seen.answer is None:
        return "rejected", seen.error
    if seen.status is not Status.ABSTAINED:
        return seen.answer.status.value, ""
    if seen.unknown:
        return "unknown-code", ", ".join(seen.unknown)
    if seen.probability is None or (threshold is not None and seen.probability >= threshold):
        return "nothing-fits", ""
    limit = "" if threshold is None else f" < {threshold:g}"
    return "low-confidence", f"{seen.probability:.2f}{limit}"
