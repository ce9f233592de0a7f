"""Answer what is said after an answer from the same article, without saying again what was said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.answer.asked import answer_form, asked_in
from bot.answer.direct import direct
from bot.answer.follow_parts import (
    about_step,
    characters,
    first_step,
    fits,
    fitting,
    named_step,
    nearest,
    next_steps,
    others,
    rest_steps,
    shown_steps,
    steps_for,
    stuck,
    warning,
    warnings,
    whom_first,
)  # fmt: skip
from bot.answer.frame import Label
from bot.answer.how import asks_how, asks_what_to_press, points_back
from bot.answer.moves import BARE, Move
from bot.answer.parts import Part
from bot.answer.planner import Planner
from bot.answer.progress import asks_what_next, rest_after
from bot.answer.score import ScoredUnit
from bot.answer.talk import is_question, says_failed
from bot.answer.units import Role, Unit
from bot.text.tokens import tokenize
from bot.types import BlockKind

__all__ = ["FollowUp", "plan_follow_up"]


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


_CAUSE = 220
"""Characters of an article's own account of what is behind a trouble."""

_SAFE = 2
_ROWS = 4
_CHECKS = 3
_AVOIDED = 5
_CAUSES = re.compile(r"考えられること|原因|理由")
"""In the header of a table: its rows say what is behind a sign."""

_ROOM = 320
"""Characters up to which an answer has room for when to stop and whom to ask."""

_BARE_WORDS, _NAMED = 2, 0.5
"""Content words up to which a message on failing has no subject, and how surely a statement must then be named, or a
step that was shown already for a question to be answered with it alone."""

_SURELY = 0.7
"""How surely its author named a statement for it to be told to a reader who does not want to go on."""


def plan_follow_up(
    move: Move,
    question: str,
    scored: Sequence[ScoredUnit],
    said: frozenset[int],
    steps: str,
    deeds: frozenset[str] = frozenset(),
) -> FollowUp:
    """Return what the article has for a later message.

    `scored` are all its units with their fit to the message alone, `said` the orders of those shown before, `steps`
    the heading of the steps shown last, `deeds` the remedies that this message says are done.
    """
    planner = Planner(scored)
    if move is Move.PERSON:
        everyone = stuck(scored, frozenset())
        return FollowUp(tuple(planner.parts(whom_first(scored), everyone)), told=everyone is not None)
    if move is Move.STEP:
        step = named_step(question, scored, steps)
        if step is not None:
            return FollowUp(tuple(planner.parts(Part(Label.STEP, (step,), str(step.number)), about_step(step, scored))))
    onward = asks_what_next(question)
    tells = move in {Move.TELLS, Move.FAILED} or not is_question(question)
    after = rest_after(question, scored, said, steps) if onward or tells else None
    if after is not None and (onward or not says_failed(question)):
        following = after if after.units else next_steps(scored, said)
        ends = None if after.units else stuck(scored, said)  # what was done last was the last thing to do
        guard = warning(scored, said) if following else None
        return FollowUp(tuple(planner.parts(following, guard, ends)), onward=True)
    surely = any(item.seen >= _SURELY and item.unit.kind is not BlockKind.STEP for item in scored)
    if move in BARE and not (move is Move.WHICH and surely):
        return _of_the_matter(move, planner, scored, said, steps)
    about = fitting(scored, said)
    ends = stuck(scored, said)
    if move is Move.FAILED:
        # Whoever says that it did not help wants to hear something new.
        named = {item.unit.order for item in scored if item.seen >= _NAMED} if _bare(question) else None
        fresh = [
            unit
            for unit in about
            if unit.order not in said and unit.kind is not BlockKind.STEP and (named is None or unit.order in named)
        ]
        following = next_steps(scored, said) or rest_steps(scored, deeds, steps)
        parts = planner.parts(*_led(planner, fresh), following, warning(scored, said) if following else None, ends)
        return FollowUp(tuple(parts), told=bool(parts))
    if move is Move.TELLS and not about:
        return FollowUp(tuple(planner.parts(nearest(planner, scored), ends)), told=False)
    if move is Move.TELLS:
        section = steps_for(planner, about, said)
        return FollowUp(tuple(planner.parts(*_led(planner, about, section), ends)))
    form = answer_form(question)
    press = asks_what_to_press(question)
    if press or (not about and form is None and asks_how(question)):
        shown = shown_steps(planner, scored, steps) if press or points_back(question) else None
        steps_to_do = shown or next_steps(scored, said) or planner.steps()
        return FollowUp(tuple(planner.parts(steps_to_do, ends)), told=steps_to_do is not None)
    if form is not None:
        fitted = {item.unit.order for item in scored if fits(item)}
        formed = [unit for unit in about if unit.order in fitted and form.search(unit.text)]
        # 「無料の診断ソフト、入れていい？」 has the word of a price and asks for none.
        about = formed or (about if about and _sure(about, scored) else [])
    if not about and (asked := asked_in(question)) is not None and (answer := direct(asked, scored)) is not None:
        about = [answer]  # in the form in which it was asked, however few of its words
    if not about:
        return FollowUp(tuple(planner.parts(nearest(planner, scored, form), ends)), told=False)
    return _answering(question, planner, about, scored, said, ends, rest_steps(scored, deeds, steps))


def _answering(
    question: str,
    planner: Planner,
    about: Sequence[Unit],
    scored: Sequence[ScoredUnit],
    said: frozenset[int],
    ends: Part | None,
    rest: Part | None,
) -> FollowUp:
    """Return the answer from the units `about` the message, with when to stop where there is room.

    Who says what is done by now also gets the `rest` of those steps.
    """
    asked = asked_in(question)
    # A step that was shown already answers a question alone where it surely does, or where nothing else is told.
    only = _sure(about, scored) or others(planner, about) is None
    how = asks_how(question)
    if how:  # the step that the author named for it tells which list is meant
        sure = {item.unit.order for item in scored if item.seen >= _NAMED and item.unit.kind is BlockKind.STEP}
        about = sorted(about, key=lambda unit: unit.order not in sure)
    section = rest or steps_for(planner, about, said, alone=asked is not None and only, again=asked is None, whole=how)
    answer = direct(asked, scored) if asked is not None else None
    told = _led(planner, about, section, answer)
    if section is not None and how:
        told = [section, others(planner, about)]  # whoever asks how wants the steps
    parts = planner.parts(*told, warning(scored, said) if section else None)
    if not parts:
        return FollowUp(tuple(planner.parts(nearest(planner, scored), ends)), told=False)
    if ends is not None and not {unit.order for unit in ends.units} & said and _length(parts) <= _ROOM:
        parts = planner.parts(*parts, ends)
    return FollowUp(tuple(parts))


def _led(
    planner: Planner, about: Sequence[Unit], section: Part | None = None, answer: Unit | None = None
) -> list[Part | None]:
    """Return the parts with what answers first: the statement that surely does, else the best one or its steps."""
    best = answer or next(iter(about), None)
    if best is None:
        return [section]
    if best.kind is BlockKind.STEP:
        return [section, others(planner, about)]
    if best.kind is BlockKind.TABLE:
        rows = [unit for unit in about if unit.block == best.block and unit.header == best.header]
        return [Part("", tuple(sorted({best, *rows}, key=lambda unit: unit.order))), others(planner, about), section]
    return [planner.opening(best), others(planner, about), section]


def _of_the_matter(
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
            return replace(_of_the_matter(Move.EASIER, planner, scored, said, steps), move=Move.EASIER)
        return FollowUp(tuple(planner.parts(first)), told=first is not None)
    if move is Move.AVOID:
        not_to_do = planner.dont(_AVOIDED)
        return FollowUp(tuple(planner.parts(not_to_do)), told=not_to_do is not None)
    if move is Move.DOUBTS:
        not_to_do = warnings(scored, said)
        return FollowUp(tuple(planner.parts(not_to_do, ends)), told=not_to_do is not None, whom=True)
    about = [item.unit for item in sorted(scored, key=lambda item: -item.seen) if item.seen >= _SURELY]
    return FollowUp(tuple(planner.parts(others(planner, about[:_SAFE]), ends)), whom=True)


def _sure(about: Sequence[Unit], scored: Sequence[ScoredUnit]) -> bool:
    """Tell whether the author named the best-fitting unit for such a message."""
    return any(item.unit == about[0] and item.seen >= _NAMED for item in scored)


def _bare(message: str) -> bool:
    """Tell whether a message says no more than that it was of no help, or that it wants more: 「もうやった」."""
    return len(tokenize(message)) <= _BARE_WORDS


def _some(units: Sequence[Unit], limit: int) -> Part:
    """Return the first units up to `limit` characters, at least one, as a conclusion."""
    kept: list[Unit] = []
    for unit in units:
        if kept and characters((*kept, unit)) > limit:
            break
        kept.append(unit)
    return Part("", tuple(kept))


def _length(parts: Sequence[Part]) -> int:
    return sum(characters(part.units) for part in parts)
