"""The lists of steps of the article in hand: the one shown last, what is left of it, the one that comes next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.answer.asked import WEAK, Form, asked_in
from bot.answer.deeds import from_step, rest_of
from bot.answer.frame import Label
from bot.answer.moves import STEP
from bot.answer.parts import Part
from bot.answer.planner import Planner
from bot.answer.score import ScoredUnit
from bot.answer.stage import for_next_time, section_state
from bot.answer.units import Role, Unit
from bot.text.normalize import normalize
from bot.text.tokens import is_noun, tokenize
from bot.types import BlockKind

__all__ = [
    "about_step", "first_step", "named_step", "next_steps", "place_in_steps", "places", "rest_steps", "shown_steps",
    "steps_for",
]  # fmt: skip

_BESIDE_STEP = 2

_THING, _ASKS_WHERE = 0.6, frozenset({"どこ", "其れ", "其の", "此の"})
"""Share of the words of what is looked for that a step must have, and the words of the asking itself."""


def steps_for(
    planner: Planner,
    units: Sequence[Unit],
    said: frozenset[int],
    *,
    alone: bool = False,
    again: bool = False,
    whole: bool = False,
) -> Part | None:
    """Return the list that the best-fitting step stands in.

    Of one that was shown before, who asks something gets that step `alone`, with its number; who tells what happened
    gets it `again`, from that step on; who asks how to do it gets the `whole`. A few steps out of a list would be done
    without those between.
    """
    best = next((unit for unit in units if unit.kind is BlockKind.STEP and not for_next_time(unit)), None)
    if best is None:
        return None
    section = planner.section_of(best)
    if whole or any(unit.order not in said for unit in section.units):
        return section
    if again:
        return replace(section, units=from_step(section.units, best.order))
    return Part(Label.STEP, (best,), str(best.number)) if alone and best is units[0] else None


def next_steps(scored: Sequence[ScoredUnit], said: frozenset[int]) -> Part | None:
    """Return the first section of steps that was not shown: the one after those shown, as the author ordered them."""
    last = max((order for order in said), default=-1)
    sections: dict[tuple[str, ...], list[Unit]] = {}
    for item in scored:
        if item.unit.role is not Role.STUCK and not for_next_time(item.unit):
            sections.setdefault(item.unit.heading, []).append(item.unit)
    unseen = [
        units
        for units in sections.values()
        if any(unit.kind is BlockKind.STEP for unit in units)
        and not any(unit.order in said for unit in units if unit.kind is BlockKind.STEP)
    ]
    unseen.sort(key=lambda units: (units[0].order < last, units[0].order))
    # What is for a PC that runs is no next step after what is for one that does not.
    states = {section_state(units[0]) for units in sections.values() if any(unit.order in said for unit in units)}
    unseen = [units for units in unseen if not (states and -section_state(units[0]) in states - {0})]
    if not unseen:
        return None
    wanted = {BlockKind.STEP, BlockKind.CODE, BlockKind.CAUTION}
    heading = unseen[0][0].heading
    return Part(heading[-1] if heading else Label.STEPS, tuple(unit for unit in unseen[0] if unit.kind in wanted))


def shown_steps(planner: Planner, scored: Sequence[ScoredUnit], steps: str) -> Part | None:
    """Return the list shown last, None where none was."""
    listed = (item.unit for item in scored if item.unit.kind is BlockKind.STEP and item.unit.heading)
    first = next((unit for unit in listed if unit.heading[-1] == steps), None)
    return planner.section_of(first) if first is not None else None


def rest_steps(scored: Sequence[ScoredUnit], deeds: frozenset[str], steps: str) -> Part | None:
    """Return what follows what the reader has done, of the list shown last, else of the first that asks for it."""
    wanted = {BlockKind.STEP, BlockKind.CODE, BlockKind.CAUTION}
    sections: dict[tuple[str, ...], list[Unit]] = {}
    for item in scored:
        if item.unit.kind in wanted and item.unit.role not in {Role.STUCK, Role.DONT} and not for_next_time(item.unit):
            sections.setdefault(item.unit.heading, []).append(item.unit)
    rests = {heading: rest for heading, listed in sections.items() if (rest := rest_of(listed, deeds))}
    if not rests:
        return None
    heading = next((name for name in rests if name and name[-1] == steps), next(iter(rests)))
    return Part(heading[-1] if len(heading) > 1 else Label.STEPS, rests[heading])


def first_step(planner: Planner, scored: Sequence[ScoredUnit], steps: str) -> Part | None:
    """Return the first step of the list shown last, else of the article's first, with the warning over it."""
    listed = [item.unit for item in scored if item.unit.kind is BlockKind.STEP and item.unit.role is not Role.STUCK]
    shown = next((unit for unit in listed if unit.heading and unit.heading[-1] == steps), None)
    # Where the list shown last is ruled out by now, another one's beginning would be taken for its own.
    first = shown or (None if steps else next(iter(listed), None))
    return Part(Label.STEP, tuple(planner.guarded([first])), str(first.number)) if first is not None else None


def named_step(question: str, scored: Sequence[ScoredUnit], steps: str) -> Unit | None:
    """Return the step whose number the reader names, of the steps shown last."""
    found = STEP.search(normalize(question).lower())
    number = int(next(group for group in found.groups() if group)) if found else 0
    named = [item.unit for item in scored if item.unit.kind is BlockKind.STEP and item.unit.number == number]
    return next((unit for unit in named if unit.heading and unit.heading[-1] == steps), None)


def about_step(step: Unit, scored: Sequence[ScoredUnit]) -> Part | None:
    """Return the statements of the article that share most words with a step."""
    others = [
        item.unit
        for item in scored
        if item.unit.kind not in {BlockKind.STEP, BlockKind.CODE} and len(item.unit.words & step.words) > 1
    ]
    ranked = sorted(others, key=lambda unit: -len(unit.words & step.words))[:_BESIDE_STEP]
    return Part(Label.ABOUT_STEP, tuple(sorted(ranked, key=lambda unit: unit.order))) if ranked else None


def places(question: str, units: Iterable[Unit]) -> list[Unit]:
    """Return the units with the name of what a question looks for and with a place to open.

    「トラブルシューティングってどこにあるの」 looks for that button.
    """
    asked = asked_in(question)
    if asked is None or asked.form is not Form.WHERE or asked.looks is None:
        return []
    thing = {word for word in tokenize(question) if word not in WEAK | _ASKS_WHERE and is_noun(word)}
    return [
        unit
        for unit in units
        if unit.role is not Role.STUCK
        and thing
        and len(thing & unit.words) / len(thing) >= _THING
        and asked.looks.search(unit.text)
    ]


def place_in_steps(question: str, scored: Sequence[ScoredUnit]) -> Part | None:
    """Return the step that says best where the thing is which a question looks for, None where no step does.

    None as well where a statement does, which answers better than a step.
    """
    named = places(question, [item.unit for item in scored])
    if any(unit.kind is not BlockKind.STEP for unit in named):
        return None
    best = max((item for item in scored if item.unit in named), key=lambda item: item.score, default=None)
    return Part(Label.STEP, (best.unit,), str(best.unit.number)) if best is not None else None
