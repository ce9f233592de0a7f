"""Verify one unit of generated text against the passages that it cites."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.answer.units import sentences
from bot.answer.verify.literals import wrong_literal
from bot.answer.verify.manners import is_label, misbehaviour, unsafe_markup
from bot.answer.verify.marks import citations, without_marks
from bot.answer.verify.support import supported, supported_label
from bot.answer.verify.verdict import Doubt, Passage, Reason, Verdict, failed, released

__all__ = ["verify"]

_LONGEST = 1_000
"""Characters of a unit. The longest sentence of the bundled articles has 179, their longest code block 260."""

_MARKER = re.compile(r"\s*(?:>\s?)*(?:[-*+・•]\s+|[0-9０-９]{1,2}[.)．）]\s*|[①-⑳]\s*)?(?:>\s?)*")
_HEADING = re.compile(r"\s*#{1,6}\s*")
_BOLD = re.compile(r"\*\*|__|(?<!\*)\*(?!\*)")
_CODE = re.compile(r"(```.*?```|`[^`\n]*`)", re.DOTALL)


def verify(unit: str, passages: Mapping[int, Passage]) -> Verdict:
    """Return whether one unit of a `Cutter` may be shown: the same text released, or the reason why not.

    `passages` are those the model was shown, by the number it cites them with. No I/O; about a millisecond a unit.
    """
    if not unit.strip():
        return failed(Reason.EMPTY)
    cited = citations(unit)
    if len(unit) > _LONGEST:
        return failed(Reason.TOO_LONG, f"{len(unit)} characters", cited)
    unknown = [number for number in cited if number not in passages]
    sources = [passages[number] for number in cited if number in passages]
    texts = [source.text for source in sources]
    label = is_label(unit)
    if label and not cited:
        sources = list(passages.values())
        texts = [source.text for source in sources]
    markup = unsafe_markup(unit, texts)
    if markup:
        return failed(Reason.MARKUP, markup, cited)
    claim = plain(unit)
    around = [line for source in sources for line in (source.title, *source.heading)]
    wrong = misbehaviour(claim, texts)
    if wrong:
        return failed(*wrong, cited)
    if unknown:
        return failed(Reason.UNKNOWN_CITATION, f"[{unknown[0]}]", cited)
    if not cited and not label:
        return failed(Reason.UNCITED, "", cited)
    if not re.search(r"\w", claim):
        return failed(Reason.EMPTY, "", cited)
    literal = wrong_literal(claim, texts, around)
    if literal:
        return failed(Reason.LITERAL, literal, cited)
    doubt = supported_label(claim, sources) if label else _supported(claim, sources)
    return failed(*doubt, cited) if doubt else released(unit, cited)


def _supported(claim: str, sources: Sequence[Passage]) -> Doubt | None:
    """Return why a claim is not supported; what is said in several sentences is where each of them is."""
    doubt = supported(claim, sources)
    apart = sentences(claim) if doubt is not None else []
    return None if len(apart) > 1 and not any(supported(one, sources) for one in apart) else doubt


def plain(unit: str) -> str:
    """Return what a unit says: without list mark, heading mark, bold and citations; code keeps its backticks."""
    text = without_marks(unit).strip("\n")
    text = _HEADING.sub("", text, count=1) if _HEADING.match(text) else _MARKER.sub("", text, count=1)
    pieces = _CODE.split(text)
    return "".join(piece if at % 2 else _BOLD.sub("", piece) for at, piece in enumerate(pieces)).strip()
