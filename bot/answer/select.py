"""What the answer to a trouble says: the statements and whole lists of steps that most likely answer, as many as fit.

Greedy choice by gain a character, as in budgeted summarisation (Lin and Bilmes 2010, "Multi-document summarization via
budgeted maximization of submodular functions"): what a group of units adds is the expected number of its statements
that an editor would have named as the answer.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.answer.frame import Label
from bot.answer.parts import Part, length
from bot.answer.planner import Planner
from bot.answer.units import Role, Unit
from bot.types import BlockKind

__all__ = ["filled", "select"]

_CERTAINTY, _BIAS = 3.54, -3.8
"""Logistic regression of "an editor named it" on a unit's score, over the units of 1,500 asked questions, each scored
as if it had not been asked: 9 % of all units were named. What an editor named weighed .92 in the score then, 1.2 now,
which made no difference to what is chosen for as many questions (.70 and .71 of the three first named)."""

_LEAST, _SHARE = 0.1, 0.15
"""Probability that a statement answers, about that of any statement at all, and its share of the best one's, below
which it only takes up time."""

_FREED = 2
"""The part of an unneeded opening's room that is used, one in so many: with all of it one more answer of the
development questions grew too long."""

_LENGTH = 0.5
"""Power of the length by which a gain is divided: 1 prefers scraps, 0 prefers long lists."""

_KEPT_LENGTHS = 1 << 13
"""Groups of statements whose length is kept: those of a hundred articles."""


@dataclass(frozen=True, slots=True)
class _Group:
    """Units that are shown together or not at all: a statement with what it leans on, or a list of steps."""

    units: tuple[Unit, ...]
    label: Label | str
    steps: bool

    @property
    def length(self) -> int:
        """The characters that it takes."""
        return _length(self.label if self.steps else "", self.units)


class _Choice:
    """The groups that fit in `room` characters, chosen one after another."""

    def __init__(self, planner: Planner, room: int, shown: Iterable[Unit] = ()) -> None:
        self._room = room
        self._likely = {item.unit.order: _probability(item.score) for item in planner.scored}
        self._left = list(dict.fromkeys(_groups(planner)))
        self.chosen: list[_Group] = []
        self._shown = {unit.order for unit in shown}
        self._taken = 0

    def take(self, group: _Group) -> None:
        """Choose a group; what of it is shown already stays where it is."""
        self._left.remove(group)
        self.chosen.append(self._new(group))
        self._shown |= {unit.order for unit in group.units}
        self._taken += self.chosen[-1].length

    def begin(self) -> None:
        """Choose the group of the likeliest unit, then the likeliest list of steps, even where both are too long.

        Whoever tells a trouble must be told what to do. Of the 259 facts of the development questions two more are told
        than with the list left out where it did not fit, in 2 more characters an answer.
        """
        if not self._left:
            return
        self.take(max(self._left, key=lambda group: (self._peak(group), self._gain(group))))
        lists = [group for group in self._left if group.steps]
        if lists and not self.chosen[0].steps:
            self.take(max(lists, key=self._peak))

    def gain_room(self, characters: int) -> None:
        """Have so many characters more."""
        self._room += characters

    def fill(self) -> None:
        """Choose what gains most for its length until nothing that is worth its place fits."""
        worth = max(_LEAST, _SHARE * max(self._likely.values(), default=0.0))
        while candidates := [group for group in self._left if self._peak(group) >= worth and self._fits(group)]:
            self.take(max(candidates, key=lambda group: self._gain(group) / self._new(group).length ** _LENGTH))

    def _new(self, group: _Group) -> _Group:
        """Return what is not shown yet."""
        if self._shown.isdisjoint(unit.order for unit in group.units):
            return group
        return replace(group, units=tuple(unit for unit in group.units if unit.order not in self._shown))

    def _peak(self, group: _Group) -> float:
        return max((self._likely[unit.order] for unit in self._new(group).units), default=0.0)

    def _gain(self, group: _Group) -> float:
        return sum(self._likely[unit.order] for unit in self._new(group).units)

    def _fits(self, group: _Group) -> bool:
        return self._taken + self._new(group).length <= self._room


def select(planner: Planner, room: int) -> list[Part]:
    """Return the parts of an answer of up to `room` characters; only what comes first may be longer.

    One thing not to do always has its place; one sentence on whom to ask has it where there is room left.
    """
    warning = planner.dont(1)
    opening = planner.sentence()
    reserved = [part for part in (warning, opening) if part is not None]
    choice = _Choice(planner, room - length(reserved))
    choice.begin()
    if opening is not None and _conclusion(choice.chosen) is not None:
        choice.gain_room(length([opening]) // _FREED)  # the article's own first sentence is not needed
    choice.fill()
    closing = [unit for group in choice.chosen for unit in group.units if _closing(unit)]
    parts = [*_statements(choice.chosen, opening), *_steps(choice.chosen)]
    dont = [unit for unit in closing if unit.role is Role.DONT] or (warning.units if warning else ())
    stuck = [unit for unit in closing if unit.role is Role.STUCK]
    parts += _ordered(Label.DONT, dont) + _ordered(Label.STUCK, stuck)
    whom = planner.stuck(1)
    if not stuck and whom is not None and length([*parts, whom]) <= room:
        parts.append(whom)
    return planner.parts(*parts)


@lru_cache(maxsize=_KEPT_LENGTHS)
def _length(label: Label | str, units: tuple[Unit, ...]) -> int:
    return length([Part(label, units)])


def filled(planner: Planner, parts: Sequence[Part], room: int) -> list[Part]:
    """Return `parts` with what else most likely answers, as much as fits in `room` characters, before the warnings."""
    heading = length([Part(Label.NEAR, ())])
    choice = _Choice(planner, room - length(parts) - heading, [unit for part in parts for unit in part.units])
    choice.fill()
    groups = [group for group in choice.chosen if group.units and not any(_closing(unit) for unit in group.units)]
    more = [*_ordered(Label.NEAR, [u for group in groups if not group.steps for u in group.units]), *_steps(groups)]
    place = next((at for at, part in enumerate(parts) if _closing(part.units[0])), len(parts))
    chosen = [*parts[:place], *more, *parts[place:]]
    whom = planner.stuck(1)
    if whom is not None and length([*chosen, whom]) <= room:
        chosen.append(whom)
    return planner.parts(*chosen)


def _probability(score: float) -> float:
    return 1 / (1 + math.exp(-_BIAS - _CERTAINTY * score))


def _groups(planner: Planner) -> Iterator[_Group]:
    """Yield each list of steps, and each statement with what it leans on and what guards it; no command alone."""
    for item in planner.scored:
        if item.unit.kind is BlockKind.STEP:
            section = planner.section_of(item.unit)
            yield _Group(tuple(planner.guarded(section.units)), section.label, steps=True)
        elif item.unit.kind is not BlockKind.CODE:
            yield _Group(tuple(planner.guarded(planner.leaning(item.unit))), Label.NEAR, steps=False)


def _statements(chosen: Iterable[_Group], opening: Part | None) -> list[Part]:
    """Return the conclusion (the likeliest statement if it is a sentence, else the article's own), then the others."""
    groups = _stated(chosen)
    first = _conclusion(chosen)
    conclusion = Part("", first.units) if first is not None else opening
    others = [unit for group in groups if group is not first for unit in group.units if not _closing(unit)]
    return [*([conclusion] if conclusion is not None else []), *_ordered(Label.NEAR, others)]


def _stated(chosen: Iterable[_Group]) -> list[_Group]:
    return [group for group in chosen if not group.steps and group.units and not _closing(group.units[0])]


def _conclusion(chosen: Iterable[_Group]) -> _Group | None:
    """Return the likeliest statement if it is a sentence, which then is the conclusion."""
    groups = _stated(chosen)
    return groups[0] if groups and groups[0].units[0].kind is BlockKind.PARAGRAPH else None


def _steps(chosen: Iterable[_Group]) -> list[Part]:
    groups = [group for group in chosen if group.steps and group.units and not _closing(group.units[-1])]
    return [Part(group.label, group.units) for group in sorted(groups, key=lambda group: group.units[-1].order)]


def _closing(unit: Unit) -> bool:
    return unit.role in {Role.DONT, Role.STUCK}


def _ordered(label: Label, units: Iterable[Unit]) -> list[Part]:
    ordered = tuple(sorted(units, key=lambda unit: unit.order))
    return [Part(label, ordered)] if ordered else []
