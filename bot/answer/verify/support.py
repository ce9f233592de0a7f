"""Whether the cited passages say what a sentence says: coverage of its words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.answer.verify.verdict import Passage, Reason
from bot.text.tokens import tokenize

__all__ = ["supported", "supported_label"]

Doubt = tuple[Reason, str]


def supported(
    claim: str, sources: Sequence[Passage], similarity: Callable[[str, str], float] | None = None
) -> Doubt | None:
    """Return why the sources do not support a claim, None when they do."""
    said = {word for source in sources for word in tokenize(source.text)}
    words = tokenize(claim)
    missing = [word for word in words if word not in said]
    return (Reason.UNSUPPORTED, " ".join(missing[:5])) if len(missing) > len(words) * 0.25 else None


def supported_label(claim: str, sources: Sequence[Passage]) -> Doubt | None:
    """Return why a heading or table head claims something, None when it merely names what is below."""
    return supported(claim, [Passage(0, "\n".join([s.text, s.title, *s.heading])) for s in sources])
