"""Answer what is said after an answer from the same article, without saying again what was said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.answer.direct import Form, answer_form, asked_in, direct
from bot.answer.frame import Label
from bot.answer.moves import BARE, STEP, Move
from bot.answer.parts import Part
from bot.answer.planner import NOTES, Planner
from bot.answer.score import AHEAD, ScoredUnit
from bot.answer.units import Role, Unit
from bot.text.normalize import normalize
from bot.types import BlockKind

__all__ = ["FollowUp", "plan_follow_up"]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What is answered to a later message; `told` is False when the article does not say what was asked.

    `whom` tells that whoever can help belongs to the answer.
    """

    parts: tuple[Part, ...]
    told: bool = True
    whom: bool = False


_HOW = re.compile(r"どうやって|どうすれば|どうしたら|やり方|方法は|手順は|直し方|how (?:do|can|to)")
"""Asks for steps, whatever for."""

_TOLD_SEEN, _TOLD_WORDS = 0.35, 0.2
"""From either on a statement is about the message: how surely its author named it, or its share of the words. Of 250
messages that their article answers, each put as if nobody had written it, .5 and .25 left 26 unanswered, these 14."""

_AT_HAND = re.compile(r"手元に|用意し|控えて|書き留め")

_OF_ONE_STEP = frozenset({Form.WHERE, Form.WHAT})
"""What is asked of a single step; whether something is so, or how much, no step says."""

_STUCK_SAID = 3
_CAUSE = 220
"""Characters of an article's own account of what is behind a trouble."""

_WARNINGS = 2
_ROWS = 4
_CHECKS = 3
_CAUSES = re.compile(r"考えられること|原因|理由")
"""In the header of a table: its rows say what is behind a sign."""

_SURELY = 0.7
"""How surely its author named a statement for it to be told to a reader who does not want to go on."""
_BESIDE_STEP = 2


def plan_follow_up(
    move: Move, question: str, scored: Sequence[ScoredUnit], said: frozenset[int], steps: str
) -> FollowUp:
    """Return what the article has for a later message.

    `scored` are all its units with their fit to the message alone, `said` the orders of those shown before, `steps`
    the heading of the steps shown last.
    """
    planner = Planner(scored)
    if move is Move.PERSON:
        everyone = _stuck(scored, frozenset())
        return FollowUp(tuple(planner.parts(everyone)), told=everyone is not None)
    if move is Move.STEP:
        step = _step(question, scored, steps)
        if step is not None:
            return FollowUp(tuple(planner.parts(Part(Label.STEP, (step,), str(step.number)), _about(step, scored))))
    if move in BARE:
        return _of_the_matter(move, planner, scored, said, steps)
    about = _fitting(scored)
    stuck = _stuck(scored, said)
    if move is Move.FAILED:
        # Whoever says that it did not help wants to hear something new.
        fresh = [unit for unit in about if unit.order not in said and unit.kind is not BlockKind.STEP]
        following = _next_steps(scored, said)
        parts = planner.parts(_statements(planner, fresh), following, planner.dont(1) if following else None, stuck)
        return FollowUp(tuple(parts), told=bool(parts))
    if move is Move.TELLS:
        section = _steps(planner, about, said)
        return FollowUp(tuple(planner.parts(_statements(planner, about), section, stuck)))
    form = answer_form(question)
    if not about and form is None and _HOW.search(normalize(question).lower()):
        steps_to_do = _next_steps(scored, said) or planner.steps()
        return FollowUp(tuple(planner.parts(steps_to_do, stuck)), told=steps_to_do is not None)
    if form is not None:
        fitting = {item.unit.order for item in scored if _fits(item)}
        about = [unit for unit in about if unit.order in fitting and form.search(unit.text)]
    if not about:
        return FollowUp(tuple(planner.parts(stuck)), told=False)
    asked = asked_in(question)
    section = _steps(planner, about, said, alone=asked is not None and asked.form in _OF_ONE_STEP, again=asked is None)
    answer = direct(asked, scored) if asked is not None else None
    first = planner.opening(answer) if answer is not None else None
    parts = planner.parts(first, _statements(planner, about), section, planner.dont(1) if section else None)
    if stuck is not None and not {unit.order for unit in stuck.units} & said and _length(parts) <= _ROOM:
        parts = planner.parts(*parts, stuck)
    return FollowUp(tuple(parts))


def _of_the_matter(
    move: Move, planner: Planner, scored: Sequence[ScoredUnit], said: frozenset[int], steps: str
) -> FollowUp:
    """Return what the article has for a message that names no subject: little, and no new list of steps."""
    stuck = _stuck(scored, said)
    if move is Move.WHY:
        cause = [item.unit for item in scored if item.unit.role is Role.CAUSE and item.unit.kind is BlockKind.PARAGRAPH]
        cases = [item.unit for item in scored if item.unit.kind is BlockKind.TABLE and _CAUSES.search(item.unit.header)]
        # Rows that were shown were those that fitted.
        rows = [unit for unit in cases if unit.order in said] or cases
        told = _some(cause, _CAUSE) if cause else Part(Label.CASES, tuple(rows[:_ROWS])) if rows else None
        return FollowUp(tuple(planner.parts(told, None if told else stuck)), told=told is not None)
    if move is Move.EASIER:
        checks = [item.unit for item in scored if item.unit.role is Role.CHECK and item.unit.order not in said]
        easy = Part(Label.CHECK, tuple(checks[:_CHECKS])) if checks else None
        return FollowUp(tuple(planner.parts(easy, stuck)), whom=True)
    if move is Move.WHICH:
        first = _first_step(planner, scored, steps)
        return FollowUp(tuple(planner.parts(first)), told=first is not None)
    if move is Move.DOUBTS:
        warnings = _warnings(scored, said)
        return FollowUp(tuple(planner.parts(warnings, stuck)), told=warnings is not None, whom=True)
    about = [item.unit for item in sorted(scored, key=lambda item: -item.seen) if item.seen >= _SURELY]
    return FollowUp(tuple(planner.parts(_statements(planner, about[:_WARNINGS]), stuck)), whom=True)


def _warnings(scored: Sequence[ScoredUnit], said: frozenset[int]) -> Part | None:
    """Return what must not be done, first what has most words of the steps that were shown."""
    words = frozenset[str]().union(*(item.unit.words for item in scored if item.unit.order in said))
    found = [item.unit for item in scored if item.unit.role is Role.DONT]
    ranked = sorted(found, key=lambda unit: -len(unit.words & words) / max(1, len(unit.words)))[:_WARNINGS]
    return Part(Label.DONT, tuple(sorted(ranked, key=lambda unit: unit.order))) if ranked else None


def _some(units: Sequence[Unit], limit: int) -> Part:
    """Return the first units up to `limit` characters, at least one, as a conclusion."""
    kept: list[Unit] = []
    for unit in units:
        if kept and _characters((*kept, unit)) > limit:
            break
        kept.append(unit)
    return Part("", tuple(kept))


def _first_step(planner: Planner, scored: Sequence[ScoredUnit], steps: str) -> Part | None:
    """Return the first step of the list shown last, else of the article's first, with the warning over it."""
    listed = [item.unit for item in scored if item.unit.kind is BlockKind.STEP and item.unit.role is not Role.STUCK]
    shown = next((unit for unit in listed if unit.heading and unit.heading[-1] == steps), None)
    first = shown or next(iter(listed), None)
    return Part(Label.STEP, tuple(planner.guarded([first])), str(first.number)) if first is not None else None


def _fitting(scored: Sequence[ScoredUnit]) -> list[Unit]:
    """Return the units that say most of what was asked, the best first."""
    ranked = sorted(scored, key=lambda item: -item.score)
    if not ranked or not any(_fits(item) for item in ranked[:_LOOKED_AT]):
        return []
    least = ranked[0].score * _SHARE
    return [item.unit for item in ranked[:_LOOKED_AT] if item.score >= least and item.unit.kind is not BlockKind.CODE]


def _statements(planner: Planner, units: Sequence[Unit]) -> Part | None:
    """Return the units that are no steps, with the sentences they lean on, in reading order."""
    chosen: dict[int, Unit] = {}
    for unit in units:
        group = (unit,) if unit.kind is BlockKind.STEP else planner.leaning(unit)
        if unit.kind is BlockKind.STEP or (chosen and _characters((*chosen.values(), *group)) > _LIMIT):
            continue
        chosen.update((each.order, each) for each in group)
    return Part(Label.NEAR, tuple(chosen[order] for order in sorted(chosen))) if chosen else None


def _steps(
    planner: Planner, units: Sequence[Unit], said: frozenset[int], *, alone: bool = False, again: bool = False
) -> Part | None:
    """Return the list that the best-fitting step stands in.

    Of one that was shown before, who asks where or what something is gets that step `alone`, with its number; who tells
    what happened gets it `again`. A few steps out of a list would be done without those between them.
    """
    best = next((unit for unit in units if unit.kind is BlockKind.STEP and not _ahead(unit)), None)
    if best is None:
        return None
    section = planner.section_of(best)
    if again or any(unit.order not in said for unit in section.units):
        return section
    return Part(Label.STEP, (best,), str(best.number)) if alone and best is units[0] else None


def _ahead(unit: Unit) -> bool:
    """Tell whether a unit is for those to whom it has not happened."""
    return bool(unit.heading) and bool(AHEAD.search(unit.heading[-1]))


def _length(parts: Sequence[Part]) -> int:
    return sum(_characters(part.units) for part in parts)


def _characters(units: Sequence[Unit]) -> int:
    return sum(len(unit.text) for unit in units)


_LIMIT = 280
"""Characters of statements beside steps."""

_ROOM = 320
"""Characters up to which an answer has room for when to stop and whom to ask."""

_LOOKED_AT, _SHARE = 6, 0.35
"""How many statements an answer is made from, and the share of the best one's score that each must have: of those 250
messages, 4 and .5 told 69 % the statement named first for them, these 73 %, in 40 characters more."""


def _fits(item: ScoredUnit) -> bool:
    return item.exact or item.seen >= _TOLD_SEEN or item.words >= _TOLD_WORDS


def _step(question: str, scored: Sequence[ScoredUnit], steps: str) -> Unit | None:
    """Return the step whose number the reader names, of the steps shown last."""
    found = STEP.search(normalize(question).lower())
    number = int(next(group for group in found.groups() if group)) if found else 0
    named = [item.unit for item in scored if item.unit.kind is BlockKind.STEP and item.unit.number == number]
    return next((unit for unit in named if unit.heading and unit.heading[-1] == steps), None)


def _about(step: Unit, scored: Sequence[ScoredUnit]) -> Part | None:
    """Return the statements of the article that share most words with a step."""
    others = [
        item.unit
        for item in scored
        if item.unit.kind not in {BlockKind.STEP, BlockKind.CODE} and len(item.unit.words & step.words) > 1
    ]
    ranked = sorted(others, key=lambda unit: -len(unit.words & step.words))[:_BESIDE_STEP]
    return Part(Label.ABOUT_STEP, tuple(sorted(ranked, key=lambda unit: unit.order))) if ranked else None


def _next_steps(scored: Sequence[ScoredUnit], said: frozenset[int]) -> Part | None:
    """Return the first section of steps that was not shown: the one after those shown, as the author ordered them."""
    last = max((order for order in said), default=-1)
    sections: dict[tuple[str, ...], list[Unit]] = {}
    for item in scored:
        if item.unit.role is not Role.STUCK and not _ahead(item.unit):
            sections.setdefault(item.unit.heading, []).append(item.unit)
    unseen = [
        units
        for units in sections.values()
        if any(unit.kind is BlockKind.STEP for unit in units)
        and not any(unit.order in said for unit in units if unit.kind is BlockKind.STEP)
    ]
    unseen.sort(key=lambda units: (units[0].order < last, units[0].order))
    if not unseen:
        return None
    wanted = {BlockKind.STEP, BlockKind.CODE, BlockKind.CAUTION}
    heading = unseen[0][0].heading
    return Part(heading[-1] if heading else Label.STEPS, tuple(unit for unit in unseen[0] if unit.kind in wanted))


def _stuck(scored: Sequence[ScoredUnit], said: frozenset[int]) -> Part | None:
    """Return when to stop and whom to ask, first what was not said yet."""
    units = [item.unit for item in scored if item.unit.role is Role.STUCK and not NOTES.search(item.unit.text)]
    fresh = [unit for unit in units if unit.order not in said]
    # What to have at hand is no help without whom to ask.
    whom = any(not _AT_HAND.search(unit.text) for unit in fresh)
    chosen = (fresh if whom else units)[:_STUCK_SAID]
    return Part(Label.STUCK, tuple(chosen)) if chosen else None
