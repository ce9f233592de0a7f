"""The nouns of verification: a numbered passage, the reasons to hold a sentence back, and the verdict on it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Doubt", "Passage", "Reason", "Verdict", "failed", "released"]


class Reason(StrEnum):
    """Why a unit of generated text is not shown."""

    EMPTY = "empty"
    """Nothing that could be read."""
    TOO_LONG = "too_long"
    """Longer than any sentence of an answer: endless or broken text."""
    MARKUP = "markup"
    """An image, a link, HTML, an unclosed code block, or characters that cannot be seen."""
    INJECTION = "injection"
    """The trace of an obeyed instruction, or of the prompt itself."""
    IMPERSONATION = "impersonation"
    """The model speaks as a human being, or as somebody who will call back."""
    PROMISE = "promise"
    """An outcome is promised."""
    CHATTER = "chatter"
    """A question, a greeting or a sentence about the answer, which states nothing of the passages."""
    UNCITED = "uncited"
    """A statement without a citation."""
    UNKNOWN_CITATION = "unknown_citation"
    """A citation of a passage that was not given."""
    LITERAL = "literal"
    """A command, path, code, address, number, date or 「…」 that is not in the cited passages, letter for letter."""
    UNSUPPORTED = "unsupported"
    """Words that the cited passages do not have, or only in statements about something else."""
    CONTRADICTED = "contradicted"
    """Affirmed where the passage denies, or the opposite direction."""
    HEDGE_DROPPED = "hedge_dropped"
    """The passage is careful and the sentence is not."""
    CONDITION_DROPPED = "condition_dropped"
    """The passage says it under a condition that the sentence leaves out."""
    OVERSTATED = "overstated"
    """「必ず」「すべて」「だけ」 and their like, which the passage does not say."""


Doubt = tuple[Reason, str]
"""Why a claim is not supported, with a detail for logs."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One passage as the model was shown it. `text` is the article's own characters, one block a line."""

    number: int
    text: str
    title: str = ""
    heading: tuple[str, ...] = ()
    article_id: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one unit: `text` to release ("" if it failed), or the `reason` with a `detail` for logs.

    `citations` are the numbers that the unit cites, in its order, whether it passed or not.
    """

    text: str
    citations: tuple[int, ...] = ()
    reason: Reason | None = None
    detail: str = ""

    @property
    def passed(self) -> bool:
        """Tell whether the unit may be shown."""
        return self.reason is None


def released(unit: str, citations: tuple[int, ...] = ()) -> Verdict:
    """Return the verdict on a unit that may be shown."""
    return Verdict(unit, citations)


def failed(reason: Reason, detail: str = "", citations: tuple[int, ...] = ()) -> Verdict:
    """Return the verdict on a unit that is held back."""
    return Verdict("", citations, reason, detail)
