"""Choose what an answer says, from one article: a conclusion, then the parts that the question wants."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.answer.context import CONDITION_HEADING, Context
from bot.answer.intent import Intent
from bot.answer.score import ScoredUnit
from bot.answer.units import Role, Unit
from bot.retrieval.query import windows_versions
from bot.types import BlockKind

__all__ = ["Part", "Planner", "plan_answer", "plan_beside", "plan_phone"]

_BODY_LIMIT = 520
"""Characters of quoted text in a normal answer; with labels it stays below the 700 that a phone screen or two shows."""

_SHOWN = 660
"""Characters of quoted text from which the last parts are shortened: with labels, more than a phone shows at a time."""

_LEAD_LIMIT = 140
_MAX_STEPS = 7
_MAX_BULLETS = 5
_MAX_CASES = 6
_MAX_NEAR = 2
_MAX_EXACT = 4
"""Statements that print the asked code: what they say of it differs (cause, case, date)."""
_NEAR_SHARE = 0.85
_TELLING_SHARE = 0.12
"""A statement with a smaller share of the question's words is near by chance."""

_NAMED, _NAMED_SHARE = 0.3, 0.5
"""How surely, 0–1, an author must have named a statement for it to be shown, and its share of the surest."""

_MAX_NAMED = 5
_MARKS = 4
"""Characters that a number, a dash or a line break add to a line."""

_NAMED_LIMIT = 280
_NAMED_LEAST = 60
"""Characters for them however long the steps are."""

_MAX_BESIDE = 2
_BESIDE_LIMIT = 100

_GOOD_SHARE = 0.6
"""Units within this share of the best score are worth stating beside it."""

_PHONE = re.compile(
    r"(?<![0-9])(?:0[0-9]{1,4}[-‐－ー(][0-9]{1,4}[-‐－ー)][0-9]{3,4}|#[0-9]{4})(?![0-9-])|(?<![0-9])(?:110|119|188)(?![0-9])(?=[番（(へに])"
)


@dataclass(frozen=True, slots=True)
class Part:
    """One labelled part of an answer; `label` is "" for the conclusion."""

    label: str
    units: tuple[Unit, ...]


def plan_answer(intent: Intent, scored: Sequence[ScoredUnit], beside: Sequence[Part] = ()) -> list[Part]:
    """Return the parts of an answer from all scored units of an article; empty when nothing fits at all.

    What other articles say, `beside` (nearest first), comes before the warnings, as much as fits.
    """
    if not scored:
        return []
    planner = Planner(scored)
    parts: list[Part] = []
    for count in range(len(beside), -1, -1):
        beside = beside[:count]
        parts = _chosen(intent, planner, _length(beside))
        if _length(parts) + _length(beside) <= _SHOWN:
            break
    warns = (i for i, part in enumerate(parts) if part.units[0].role in {Role.DONT, Role.STUCK})
    place = next(warns, len(parts))
    return [*parts[:place], *beside, *parts[place:]]


def _chosen(intent: Intent, planner: Planner, taken: int) -> list[Part]:
    """Return the parts that an intent wants; `taken` characters are needed for something else."""
    if intent is Intent.DONT:
        return planner.parts(planner.lead(), planner.dont(_MAX_BULLETS))
    if intent is Intent.WHY:
        return planner.parts(
            planner.best_of((Role.CAUSE, Role.TERM), 3) or planner.lead(), planner.steps(), planner.dont(1)
        )
    if intent in {Intent.MEANING, Intent.WHEN, Intent.FACT}:
        said = planner.parts(*planner.statements(), planner.named())
        whole = planner.parts(*said, planner.named_steps())
        return whole if _length(whole) <= _SHOWN - taken else said
    if intent is Intent.OUTCOME:
        first, *others = planner.outcome()
        least = planner.parts(first, *others)
        room = min(_NAMED_LIMIT, max(_NAMED_LEAST, _SHOWN - taken - _length(least)))
        return planner.parts(first, planner.named(limit=room), *others)
    steps = planner.steps()
    if steps is None:
        return planner.parts(*planner.statements())
    # Steps are never cut. What is said beside them is: one thing not to do and one sentence on whom to ask remain.
    least = planner.parts(planner.lead(), steps, planner.dont(1), planner.stuck(1))
    room = min(_NAMED_LIMIT, max(_NAMED_LEAST, _SHOWN - taken - _length(least)))
    near = planner.named(limit=room) or planner.near(room)
    whole = planner.parts(planner.lead(), near, steps, planner.dont(2), planner.stuck())
    if _length(whole) <= _SHOWN - taken:
        return whole
    return planner.parts(planner.lead(), near, steps, planner.dont(1), planner.stuck(1))


def plan_beside(scored: Sequence[ScoredUnit], title: str) -> list[Part]:
    """Return what a second article's author named as an answer to the same question, under its title; often nothing."""
    named = Planner(scored).named(_MAX_BESIDE, _BESIDE_LIMIT)
    return [Part(f"別の記事「{title}」から", named.units)] if named else []


def plan_phone(scored: Sequence[ScoredUnit]) -> list[Part]:
    """Return the phone numbers that an article prints, each with the line that says whose it is; empty without any."""
    ordered = [item.unit for item in scored]
    found: list[Unit] = []
    best = max((item.score for item in scored if _PHONE.search(item.unit.text)), default=0.0)
    for position, item in enumerate(scored):
        if not _PHONE.search(item.unit.text) or item.score < best * _GOOD_SHARE:
            continue
        if len(_PHONE.sub("", item.unit.text).strip(" 　:：")) < 6 and position:  # noqa: PLR2004  # a bare number
            found.append(ordered[position - 1])
        found.append(item.unit)
        for following in ordered[position + 1 : position + 3]:
            if following.heading == item.unit.heading and following.kind is BlockKind.PARAGRAPH:
                found.append(following)
    return _under_headings(tuple(dict.fromkeys(found))[:_MAX_BULLETS]) if found else []


class Planner:
    """The scored units of one article and the parts that can be taken from them."""

    def __init__(self, scored: Sequence[ScoredUnit]) -> None:
        self._scored = scored
        self._context = Context(scored)
        self._structured = any(item.unit.kind is BlockKind.STEP for item in scored)

    def parts(self, *parts: Part | None) -> list[Part]:
        """Return the given parts without repeats, empty ones left out, each governed by its hedge or warning."""
        seen: set[int] = set()
        result = []
        for part in parts:
            if part is None:
                continue
            units = [unit for unit in self._context.guarded(part.units) if unit.order not in seen]
            seen |= {unit.order for unit in units}
            if units:
                result.append(Part(part.label, tuple(units)))
        return result

    def lead(self) -> Part | None:
        """Return the conclusion: the article's own, unless a single statement fits the question far better."""
        opening = self._within(
            [item.unit for item in self._scored if item.unit.role is Role.LEAD and not item.unit.heading]
        )
        best = max(self._statements(), key=lambda item: item.score, default=None)
        if best and _prints_code(best) and best.unit not in opening:
            return Part("", self._context.leaning(best.unit))
        if opening:
            return Part("", tuple(opening))
        return Part("", self._context.leaning(best.unit)) if best else None

    def statements(self) -> list[Part]:
        """Return the statements that fit best, grouped under their conditions, in reading order."""
        ranked = sorted(self._statements(), key=lambda item: -item.score)
        if not ranked:
            return []
        best = ranked[0].score
        chosen: dict[int, Unit] = {}
        for item in ranked:
            group = self._context.conditions(item.unit) or self._context.leaning(item.unit)
            size = sum(len(unit.text) for unit in chosen.values())
            if chosen and (
                item.score < best * _GOOD_SHARE or size + sum(len(unit.text) for unit in group) > _BODY_LIMIT
            ):
                continue
            chosen.update((unit.order, unit) for unit in group)
        return _grouped([chosen[order] for order in sorted(chosen)])

    def outcome(self) -> list[Part]:
        """Return what becomes of the reader's case: the rows or bullets for their condition, or statements."""
        cases = [item for item in self._scored if item.unit.kind is BlockKind.TABLE]
        best_case = max((item.score for item in cases), default=0.0)
        best = max((item.score for item in self._statements()), default=0.0)
        if cases and best_case >= best * _GOOD_SHARE:
            table = [item for item in cases if item.score >= best_case * _GOOD_SHARE][:_MAX_CASES]
            lead = self.lead()
            return [
                *([lead] if lead else []),
                Part("場合ごとの結果", tuple(item.unit for item in table)),
                *self._tail(),
            ]
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
            return [*([lead] if lead else []), *self.statements(), *self._tail()]
        return self.statements()

    def _best_condition(self, best: float) -> tuple[Unit, ...]:
        """Return the bullets under the condition heading that fits best, or nothing when none comes near the best."""
        chosen: tuple[float, tuple[Unit, ...]] = (0.0, ())
        for item in self._scored:
            group = self._context.conditions(item.unit)
            # Only a heading that names the reader's own version is preferred over a better-worded sentence.
            own = item.condition == 1 and bool(group) and bool(windows_versions(group[0].heading[-1]))
            score = item.score * (1.0 if own else _GOOD_SHARE)
            if group and item.condition >= 0 and score > chosen[0]:
                chosen = (score, group)
        return chosen[1] if chosen[0] >= best * _GOOD_SHARE * _GOOD_SHARE else ()

    def steps(self) -> Part | None:
        """Return the steps of the section that fits best, warnings with the steps they guard."""
        sections: dict[tuple[str, ...], float] = {}
        for item in self._scored:
            if item.unit.kind is BlockKind.STEP:
                # The first section wins a tie: authors put what helps most people first.
                sections[item.unit.heading] = max(sections.get(item.unit.heading, -1.0), item.score)
        if not sections:
            return None
        return self._section(max(sections, key=lambda name: sections[name]))

    def leaning(self, unit: Unit) -> tuple[Unit, ...]:
        """Return a statement with the sentences that it leans on."""
        return self._context.leaning(unit)

    def section_of(self, step: Unit) -> Part:
        """Return the whole list that a step stands in."""
        return self._section(step.heading)

    def _section(self, heading: tuple[str, ...]) -> Part:
        units = [item.unit for item in self._scored if item.unit.heading == heading]
        wanted = [unit for unit in units if unit.kind in {BlockKind.STEP, BlockKind.CODE, BlockKind.CAUTION}]
        kept: list[Unit] = []
        steps = 0
        for unit in wanted:
            steps += unit.kind is BlockKind.STEP
            if steps > _MAX_STEPS:
                break
            kept.append(unit)
        label = heading[-1] if len(heading) > 1 else "手順"
        return Part(label, tuple(kept))

    def near(self, limit: int) -> Part | None:
        """Return the statements that say most of what was asked, wherever they stand.

        Steps answer the trouble; the reader's own detail (a key that does not react, a second number) is often told
        elsewhere. Beyond `limit` characters only what prints an asked code is worth their place.
        """
        ranked = sorted(self._statements(), key=lambda item: -item.score)
        if not ranked or ranked[0].words < _TELLING_SHARE:
            return None
        best = ranked[0].score
        exact = [item for item in ranked if item.exact][:_MAX_EXACT]
        chosen = exact or [item for item in ranked[:_MAX_NEAR] if item.score >= best * _NEAR_SHARE]
        units = {unit.order: unit for item in chosen for unit in self._context.leaning(item.unit)}
        if not exact and sum(len(unit.text) for unit in units.values()) > limit:
            return None
        return Part("この質問に近い記述", tuple(units[order] for order in sorted(units)))

    def named(self, most: int = _MAX_NAMED, limit: int = _NAMED_LIMIT) -> Part | None:
        """Return the statements that the author named as answers to questions like this one.

        A step is none of them: out of its list it would be done without the steps before it. Commands come with
        their step, warnings and whom to ask with their own part.
        """
        best = max((item.seen for item in self._scored), default=0.0)
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
        return Part("この質問に近い記述", tuple(chosen[order] for order in sorted(chosen))) if chosen else None

    def named_steps(self) -> Part | None:
        """Return the section of steps that holds what was named most surely, or None when that is no step."""
        surest = max(self._scored, key=lambda item: item.seen)
        return self.steps() if surest.seen >= _NAMED and surest.unit.kind is BlockKind.STEP else None

    def dont(self, limit: int) -> Part | None:
        """Return what must not be done, the most relevant first."""
        return self._bullets(Role.DONT, "やってはいけないこと", limit)

    def stuck(self, limit: int = _MAX_BULLETS) -> Part | None:
        """Return when to stop and whom to ask."""
        units = [item.unit for item in self._scored if item.unit.role is Role.STUCK]
        return Part("うまくいかないとき", tuple(self._within(units, 110)[:limit])) if units else None

    def best_of(self, roles: Iterable[Role], limit: int) -> Part | None:
        """Return the best-fitting statements of sections with one of the roles, in reading order."""
        wanted = set(roles)
        fitting = [item for item in self._statements() if item.unit.role in wanted]
        ranked = sorted(fitting, key=lambda item: -item.score)[:limit]
        return Part("", tuple(sorted((item.unit for item in ranked), key=lambda unit: unit.order))) if ranked else None

    def _tail(self) -> list[Part]:
        return [part for part in (self.dont(2), self.stuck()) if part]

    def _statements(self) -> list[ScoredUnit]:
        return [item for item in self._scored if item.unit.kind is not BlockKind.CODE]

    def _bullets(self, role: Role, label: str, limit: int, minimum: float = -1.0) -> Part | None:
        items = [item for item in self._scored if item.unit.role is role and item.words >= minimum]
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


def _length(parts: Sequence[Part]) -> int:
    return sum(len(part.label) + _MARKS + sum(len(unit.text) + _MARKS for unit in part.units) for part in parts)


def _under_headings(units: Sequence[Unit]) -> list[Part]:
    """Group units by their innermost heading, which says whose number it is."""
    parts: list[Part] = []
    for unit in units:
        label = unit.heading[-1] if unit.heading else ""
        if parts and parts[-1].label == label and parts[-1].units[-1].article_id == unit.article_id:
            parts[-1] = Part(label, (*parts[-1].units, unit))
        else:
            parts.append(Part(label, (unit,)))
    return parts


def _prints_code(item: ScoredUnit) -> bool:
    return item.exact and item.unit.kind is not BlockKind.STEP


def _grouped(units: Sequence[Unit]) -> list[Part]:
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
