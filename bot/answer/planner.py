"""The parts that can be taken from one article: its conclusion, its statements, its steps, its warnings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.answer.context import context_of
from bot.answer.frame import Label
from bot.answer.parts import Part, by_condition
from bot.answer.score import ScoredUnit
from bot.answer.units import Role, Unit
from bot.retrieval.query import windows_versions
from bot.types import BlockKind, Language

__all__ = ["GOOD_SHARE", "MAX_BULLETS", "NOTES", "Planner"]

_BODY_LIMIT = 520
"""Characters of quoted text in a normal answer; with labels it stays below the 700 that a phone screen or two shows."""

_LEAD_LIMIT = 140
_MAX_STEPS = 7
MAX_BULLETS = 5
_MAX_CASES = 6
_MAX_EXACT = 4
"""Statements that print the asked code: what they say of it differs (cause, case, date)."""

_NAMED, _NAMED_SHARE = 0.3, 0.5
"""How surely, 0–1, an author must have named a statement for it to be shown, and its share of the surest."""

_MAX_NAMED = 5
_NAMED_LIMIT = 280

NOTES = re.compile(r"(?:日時|担当者|受付番号).*(?:書き留め|控え|記録|メモ|残し)")
"""What to write down of a call: the card beside the answer says it, for each route."""

GOOD_SHARE = 0.6
"""Units within this share of the best score are worth stating beside it."""


class Planner:
    """The scored units of one article and the parts that can be taken from them."""

    def __init__(self, scored: Sequence[ScoredUnit]) -> None:
        self.scored = scored
        self.units = tuple(item.unit for item in scored)
        self._context = context_of(self.units)
        self._structured = any(item.unit.kind is BlockKind.STEP for item in scored)

    def parts(self, *parts: Part | None) -> list[Part]:
        """Return the given parts without repeats, empty ones left out, each governed by its hedge or warning.

        Parts under one heading become one.
        """
        seen: set[int] = set()
        result: dict[str, Part] = {}
        for number, part in enumerate(part for part in parts if part is not None):
            units = [unit for unit in self._context.guarded(part.units) if unit.order not in seen]
            seen |= {unit.order for unit in units}
            # No heading stands twice; conclusions have none and stay apart.
            name = part.heading(Language.JA) or str(number)
            before = result[name].units if name in result else ()
            if units:
                result[name] = replace(part, units=(*before, *units))
        return list(result.values())

    def lead(self) -> Part | None:
        """Return the conclusion: the article's own, unless a single statement fits the question far better."""
        opening = self._within(
            [item.unit for item in self.scored if item.unit.role is Role.LEAD and not item.unit.heading]
        )
        best = max(self._statements(), key=lambda item: item.score, default=None)
        if best and _prints_code(best) and best.unit not in opening:
            return Part("", self._context.leaning(best.unit))
        if opening:
            return Part("", tuple(opening))
        return Part("", self._context.leaning(best.unit)) if best else None

    def sentence(self) -> Part | None:
        """Return the first sentence of the article's own conclusion, with what limits it; None where it has none."""
        first = next((item.unit for item in self.scored if item.unit.role is Role.LEAD and not item.unit.heading), None)
        if first is None or first.kind is not BlockKind.PARAGRAPH:
            return None
        return Part("", self._context.beginning(first))

    def statements(self) -> list[Part]:
        """Return the statements that fit best, grouped under their conditions, in reading order."""
        # A step is none of them: out of its list it would be done without the steps before it.
        ranked = sorted(
            (item for item in self._statements() if item.unit.kind is not BlockKind.STEP), key=lambda item: -item.score
        )
        if not ranked:
            return []
        best = ranked[0].score
        chosen: dict[int, Unit] = {}
        for item in ranked:
            group = self._context.conditions(item.unit) or self._context.leaning(item.unit)
            size = sum(len(unit.text) for unit in chosen.values())
            if chosen and (
                item.score < best * GOOD_SHARE or size + sum(len(unit.text) for unit in group) > _BODY_LIMIT
            ):
                continue
            chosen.update((unit.order, unit) for unit in group)
        return by_condition([chosen[order] for order in sorted(chosen)])

    def outcome(self) -> list[Part]:
        """Return what becomes of the reader's case: the rows or bullets for their condition, or statements."""
        cases = [item for item in self.scored if item.unit.kind is BlockKind.TABLE]
        best_case = max((item.score for item in cases), default=0.0)
        best = max((item.score for item in self._statements()), default=0.0)
        if cases and best_case >= best * GOOD_SHARE:
            table = [item for item in cases if item.score >= best_case * GOOD_SHARE][:_MAX_CASES]
            lead = self.lead()
            return [*([lead] if lead else []), Part(Label.CASES, tuple(item.unit for item in table))]
        group = self._best_condition(best)
        if group:
            # One statement before the conditions: what the article says of the matter as a whole.
            opening = max(
                (i for i in self._statements() if i.unit not in group), key=lambda item: item.score, default=None
            )
            lead = Part("", self._context.leaning(opening.unit)) if opening else None
            return [*([lead] if lead else []), Part(group[0].heading[-1], group)]
        if self._structured:
            lead = self.lead()
            return [*([lead] if lead else []), *self.statements()]
        return self.statements()

    def _best_condition(self, best: float) -> tuple[Unit, ...]:
        """Return the bullets under the condition heading that fits best, or nothing when none comes near the best."""
        chosen: tuple[float, tuple[Unit, ...]] = (0.0, ())
        for item in self.scored:
            group = self._context.conditions(item.unit)
            # Only a heading that names the reader's own version is preferred over a better-worded sentence.
            own = item.condition == 1 and bool(group) and bool(windows_versions(group[0].heading[-1]))
            score = item.score * (1.0 if own else GOOD_SHARE)
            if group and item.condition >= 0 and score > chosen[0]:
                chosen = (score, group)
        return chosen[1] if chosen[0] >= best * GOOD_SHARE * GOOD_SHARE else ()

    def steps(self) -> Part | None:
        """Return the steps of the section that fits best, warnings with the steps they guard."""
        sections: dict[tuple[str, ...], float] = {}
        for item in self.scored:
            if item.unit.kind is BlockKind.STEP:
                # The first section wins a tie: authors put what helps most people first.
                sections[item.unit.heading] = max(sections.get(item.unit.heading, -1.0), item.score)
        if not sections:
            return None
        return self._section(max(sections, key=lambda name: sections[name]))

    def opening(self, unit: Unit) -> Part:
        """Return a statement as the beginning of an answer, with what it points back to and what limits it."""
        return Part("", self._context.beginning(unit))

    def guarded(self, units: Sequence[Unit]) -> tuple[Unit, ...]:
        """Return units with the warnings, hedges and lists that they never go without."""
        return self._context.guarded(units)

    def leaning(self, unit: Unit) -> tuple[Unit, ...]:
        """Return a statement with the sentences that it leans on."""
        return self._context.leaning(unit)

    def announces(self, unit: Unit) -> bool:
        """Tell whether a statement announces a list, which it would bring."""
        return self._context.announces(unit)

    def section_of(self, step: Unit) -> Part:
        """Return the whole list that a step stands in."""
        return self._section(step.heading)

    def _section(self, heading: tuple[str, ...]) -> Part:
        units = [item.unit for item in self.scored if item.unit.heading == heading]
        wanted = [unit for unit in units if unit.kind in {BlockKind.STEP, BlockKind.CODE, BlockKind.CAUTION}]
        kept: list[Unit] = []
        steps = 0
        for unit in wanted:
            steps += unit.kind is BlockKind.STEP
            if steps > _MAX_STEPS:
                break
            kept.append(unit)
        label = heading[-1] if len(heading) > 1 else Label.STEPS
        return Part(label, tuple(kept))

    def named(self, most: int = _MAX_NAMED, limit: int = _NAMED_LIMIT) -> Part | None:
        """Return the statements that the author named as answers to questions like this one.

        A step is none of them: out of its list it would be done without the steps before it. Commands come with
        their step, warnings and whom to ask with their own part.
        """
        best = max((item.seen for item in self.scored), default=0.0)
        least = max(_NAMED, best * _NAMED_SHARE)
        ranked = sorted((item for item in self._statements() if item.seen >= least), key=lambda item: -item.seen)
        # What prints an asked code is an answer whoever named it, and comes first.
        exact = sorted((item for item in self._statements() if item.exact), key=lambda item: -item.score)[:_MAX_EXACT]
        chosen: dict[int, Unit] = {}
        for item in (*exact, *ranked[:most]):
            if item.unit.kind is BlockKind.STEP or item.unit.role in {Role.DONT, Role.STUCK}:
                continue
            group = self._context.leaning(item.unit)
            if chosen and sum(len(unit.text) for unit in (*chosen.values(), *group)) > limit:
                continue
            chosen.update((unit.order, unit) for unit in group)
        return Part(Label.NEAR, tuple(chosen[order] for order in sorted(chosen))) if chosen else None

    def dont(self, limit: int) -> Part | None:
        """Return what must not be done, the most relevant first."""
        return self._bullets(Role.DONT, Label.DONT, limit)

    def stuck(self, limit: int = MAX_BULLETS) -> Part | None:
        """Return when to stop and whom to ask."""
        units = [item.unit for item in self.scored if item.unit.role is Role.STUCK and not NOTES.search(item.unit.text)]
        return Part(Label.STUCK, tuple(self._within(units, 110)[:limit])) if units else None

    def best_of(self, roles: Iterable[Role], limit: int) -> Part | None:
        """Return the best-fitting statements of sections with one of the roles, in reading order."""
        wanted = set(roles)
        fitting = [item for item in self._statements() if item.unit.role in wanted]
        ranked = sorted(fitting, key=lambda item: -item.score)[:limit]
        return Part("", tuple(sorted((item.unit for item in ranked), key=lambda unit: unit.order))) if ranked else None

    def _statements(self) -> list[ScoredUnit]:
        return [item for item in self.scored if item.unit.kind is not BlockKind.CODE]

    def _bullets(self, role: Role, label: Label, limit: int) -> Part | None:
        items = [item for item in self.scored if item.unit.role is role]
        ranked = sorted(items, key=lambda item: -item.score)[:limit]
        units = sorted((item.unit for item in ranked), key=lambda unit: unit.order)
        return Part(label, tuple(units)) if units else None

    def _within(self, units: Sequence[Unit], limit: int = _LEAD_LIMIT) -> list[Unit]:
        """Return the first units up to `limit` characters, at least one."""
        kept: list[Unit] = []
        for unit in units:
            if kept and sum(len(other.text) for other in kept) + len(unit.text) > limit:
                break
            kept.append(unit)
        return kept


def _prints_code(item: ScoredUnit) -> bool:
    return item.exact and item.unit.kind is not BlockKind.STEP
