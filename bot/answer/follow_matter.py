"""What the article in hand has for a message that names no subject: a fear, a doubt, which, why, what not to do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.answer.follow_parts import characters, others, stuck, warning, warnings
from bot.answer.follow_steps import first_step
from bot.answer.frame import Label
from bot.answer.moves import Move
from bot.answer.parts import Part
from bot.answer.planner import Planner
from bot.answer.score import ScoredUnit
from bot.answer.units import Role, Unit
from bot.types import BlockKind

__all__ = ["SURELY", "FollowUp", "of_the_matter"]


_CAUSE = 220
"""Characters of an article's own account of what is behind a trouble."""

_SAFE = 2

_ROWS = 4

_CHECKS = 3

_AVOIDED = 5

_CAUSES = re.compile(r"考えられること|原因|理由")
"""In the header of a table: its rows say what is behind a sign."""

SURELY = 0.7
"""How surely its author named a statement for it to be told to a reader who does not want to go on."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What is answered to a later message; `told` is False when the article does not say what was asked.

    `whom` tells that whoever can help belongs to the answer, `onward` that it goes on from what the reader has done.
    """

    parts: tuple[Part, ...]
    told: bool = True
    whom: bool = False
    onward: bool = False
    move: Move | None = None
    """What it answers to instead, where the message could not be."""


def of_the_matter(
    move: Move, planner: Planner, scored: Sequence[ScoredUnit], said: frozenset[int], steps: str
) -> FollowUp:
    """Return what the article has for a message that names no subject: little, and no new list of steps."""
    ends = stuck(scored, said)
    if move is Move.WHY:
        cause = [item.unit for item in scored if item.unit.role is Role.CAUSE and item.unit.kind is BlockKind.PARAGRAPH]
        cases = [item.unit for item in scored if item.unit.kind is BlockKind.TABLE and _CAUSES.search(item.unit.header)]
        # Rows that were shown were those that fitted.
        rows = [unit for unit in cases if unit.order in said] or cases
        told = _some(cause, _CAUSE) if cause else Part(Label.CASES, tuple(rows[:_ROWS])) if rows else None
        return FollowUp(tuple(planner.parts(told, None if told else ends)), told=told is not None)
    if move is Move.EASIER:
        checks = [item.unit for item in scored if item.unit.role is Role.CHECK and item.unit.order not in said]
        easy = Part(Label.CHECK, tuple(checks[:_CHECKS])) if checks else None
        return FollowUp(tuple(planner.parts(easy, ends)), whom=True)
    if move is Move.WHICH:
        first = first_step(planner, scored, steps)
        if first is None and steps:
            return replace(of_the_matter(Move.EASIER, planner, scored, said, steps), move=Move.EASIER)
        return FollowUp(tuple(planner.parts(first)), told=first is not None)
    if move is Move.AVOID:
        not_to_do = planner.dont(_AVOIDED)
        return FollowUp(tuple(planner.parts(not_to_do)), told=not_to_do is not None)
    if move is Move.RESUMES:
        return FollowUp(tuple(planner.parts(planner.steps(), warning(scored, said), ends)), onward=True)
    if move is Move.DOUBTS:
        not_to_do = warnings(scored, said)
        return FollowUp(tuple(planner.parts(not_to_do, ends)), told=not_to_do is not None, whom=True)
    about = [item.unit for item in sorted(scored, key=lambda item: -item.seen) if item.seen >= SURELY]
    return FollowUp(tuple(planner.parts(others(planner, about[:_SAFE]), ends)), whom=True)


def _some(units: Sequence[Unit], limit: int) -> Part:
    """Return the first units up to `limit` characters, at least one, as a conclusion."""
    kept: list[Unit] = []
    for unit in units:
        if kept and characters((*kept, unit)) > limit:
            break
        kept.append(unit)
    return Part("", tuple(kept))
