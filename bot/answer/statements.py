"""The statements of an extractive answer as a chat model gets them: numbered as they are cited, and what each needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.answer.context import LIMITS
from bot.answer.frame import Label
from bot.answer.parts import Part
from bot.answer.render import list_shape
from bot.answer.units import Role, Unit, merged, sentences
from bot.answer.verify import Passage
from bot.types import Answer, BlockKind, Citation

__all__ = ["Statement", "statements_of"]

_KEPT_ROLES = frozenset({Role.DONT, Role.STUCK})


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. `n` is its number in the extractive answer; `part` counts the parts from 0.

    A `needed` one is said in any case, in the article's words where the model does not; an `ordered` one comes after
    all of its part that stands before it, so that no step goes without the step and the warning before it. A
    `verbatim` one is said in the article's words alone. `depth` and `listed` are as in `render.line`. The heading of a
    `near` one may be left out.
    """

    n: int
    unit: Unit
    citation: Citation
    passage: Passage
    part: int
    label: str
    near: bool
    needed: bool
    ordered: bool
    depth: int
    listed: bool

    @property
    def whole(self) -> bool:
        """Tell whether it may not be said by half: needed ones, and sentences that a later one limits."""
        return self.needed or any(LIMITS.match(sentence) for sentence in sentences(self.unit.text)[1:])

    @property
    def verbatim(self) -> bool:
        """Tell whether nobody may put it in other words: warnings, and what is typed or read letter by letter."""
        return self.unit.kind in {BlockKind.CAUTION, BlockKind.CODE, BlockKind.TABLE}


def statements_of(answer: Answer, parts: Sequence[Part]) -> list[Statement]:
    """Return the statements of an answer that was rendered from `parts`, in its order, each once."""
    numbers: dict[tuple[str, int], int] = {}
    found: list[Statement] = []
    for at, part in enumerate(parts):
        units = merged(part.units)
        floor, listed = list_shape(part.units)
        steps = any(unit.kind is BlockKind.STEP for unit in units)
        for unit in units:
            key = (unit.article_id, unit.order)
            if key in numbers:
                continue
            numbers[key] = len(numbers) + 1
            citation = answer.citations[numbers[key] - 1]
            ordered = steps or unit.kind is BlockKind.CAUTION
            found.append(
                Statement(
                    n=numbers[key],
                    unit=unit,
                    citation=citation,
                    passage=_passage(numbers[key], unit, citation),
                    part=at,
                    label=part.heading(answer.language),
                    near=part.label is Label.NEAR,
                    needed=ordered or unit.role in _KEPT_ROLES,
                    ordered=ordered,
                    depth=max(0, unit.level - floor),
                    listed=listed,
                )
            )
    return found


def _passage(n: int, unit: Unit, citation: Citation) -> Passage:
    text = f"{unit.header}\n{unit.text}" if unit.header else unit.text
    return Passage(n, text, citation.title, citation.heading, citation.article_id)
