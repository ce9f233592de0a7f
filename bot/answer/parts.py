"""The parts of an answer: statements under a heading, and how much room they take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.answer.context import CONDITION_HEADING
from bot.answer.frame import Label, frame_of
from bot.answer.units import Role, Unit, merged
from bot.types import Language

__all__ = ["Part", "by_condition", "by_heading", "length", "without"]

_MARKS = 7
"""Characters that a number or a dash, the mark of the citation and a line break add to a line."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an answer.

    `label` is its heading, one of the guide's own or one of an article's; "" for the conclusion. `name` is what the
    guide's own has in its braces.
    """

    label: Label | str
    units: tuple[Unit, ...]
    name: str = ""

    def heading(self, language: Language) -> str:
        """Return the heading as it is written, "" for none."""
        return frame_of(language).heading(self.label, self.name).rstrip("：:")


def length(parts: Sequence[Part]) -> int:
    """Return the characters that parts take in Japanese: whatever the language, the same statements are chosen."""
    return sum(_length(part) for part in parts)


def _length(part: Part) -> int:
    units = sum(len(unit.text) + _MARKS for unit in merged(part.units))
    tables = {unit.header for unit in part.units if unit.header}
    headers = sum(len(header) + _MARKS * (1 + header.count(" | ")) for header in tables)
    return len(frame_of(Language.JA).heading(part.label, part.name)) + _MARKS + units + headers


def by_heading(units: Sequence[Unit]) -> list[Part]:
    """Group units by their innermost heading, which says whose number it is."""
    parts: list[Part] = []
    for unit in units:
        label = unit.heading[-1] if unit.heading else ""
        if parts and parts[-1].label == label and parts[-1].units[-1].article_id == unit.article_id:
            parts[-1] = Part(label, (*parts[-1].units, unit))
        else:
            parts.append(Part(label, (unit,)))
    return parts


def by_condition(units: Sequence[Unit]) -> list[Part]:
    """Group units into parts: each condition heading becomes a label, all else is the conclusion."""
    parts: list[Part] = []
    for unit in units:
        conditional = bool(unit.heading) and bool(CONDITION_HEADING.search(unit.heading[-1]))
        # 「うまくいかないとき」 is no condition of the reader's, and has a part of its own.
        label = unit.heading[-1] if conditional and unit.role is not Role.STUCK else ""
        if parts and parts[-1].label == label:
            parts[-1] = Part(label, (*parts[-1].units, unit))
        else:
            parts.append(Part(label, (unit,)))
    return parts


def without(parts: Sequence[Part], said: Sequence[Part]) -> list[Part]:
    """Return the parts less the units that were said already."""
    known = {(unit.article_id, unit.order) for part in said for unit in part.units}
    kept = [replace(part, units=tuple(u for u in part.units if (u.article_id, u.order) not in known)) for part in parts]
    return [part for part in kept if part.units]
