"""What a later message can be answered with from the article in hand: what fits it, and what was not shown yet."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answer.frame import Label
from bot.answer.parts import Part
from bot.answer.planner import NOTES, Planner
from bot.answer.score import ScoredUnit
from bot.answer.units import Role, Unit
from bot.types import BlockKind

__all__ = ["characters", "fits", "fitting", "nearest", "others", "stuck", "to_say", "warning", "warnings", "whom_first"]

_TOLD_SEEN, _TOLD_WORDS, _TOLD_ALIKE = 0.35, 0.2, 0.5
"""From any of them on a statement is about the message: how surely its author named it, its share of the words, how
much it reads like what answers such messages. Of 250 messages that their article answers, each put as if nobody had
written it, .5 and .25 of the first two left 26 unanswered, these 14."""

_WHOM = re.compile(
    r"相談|問い合わせ|連絡|窓口|頼み|頼む|に聞|へ聞|止め(?:ます|て|る)|止ま(?:って|り)|専用電話|ホットライン"
)
"""Says whom to ask, or where to stop."""

_ASK = re.compile(r"(?:に|へ)[^。]{0,12}(?:問い合わせ|相談|連絡|電話)(?:て|し|せ|ます)")
"""Tells to ask somebody."""

_AT_HAND = re.compile(r"手元に|用意し|控え(?:て|ます)|書き留め")
"""What to have at hand or to note down of a call answers nothing but the question for it."""

_STUCK_SAID = 3
_WARNINGS = 2

_LIMIT = 280
"""Characters of statements beside steps."""

_LOOKED_AT, _SHARE = 6, 0.35
"""How many statements an answer is made from, and the share of the best one's score that each must have: of those 250
messages, 4 and .5 told 69 % the statement named first for them, these 73 %, in 40 characters more."""

_NEAREST = 0.4
"""Score from which the best statement is near at all."""

_AGAIN = 0.6
"""Share of the best one's score from which a statement is said again: what was only near to the question before is no
news beside the answer to this one."""


def fitting(scored: Sequence[ScoredUnit], said: frozenset[int] = frozenset()) -> list[Unit]:
    """Return the units that say most of what was asked, the best first; of those `said` before only the best ones."""
    ranked = sorted((item for item in scored if not _beside_the_point(item)), key=lambda item: -item.score)
    if not ranked or not any(fits(item) for item in ranked[:_LOOKED_AT]):
        return []
    best = ranked[0].score
    return [
        item.unit
        for item in ranked[:_LOOKED_AT]
        if item.unit.kind is not BlockKind.CODE
        and item.score
        >= best * (_AGAIN if item.unit.order in said and item.unit.kind is not BlockKind.STEP else _SHARE)
    ]


def fits(item: ScoredUnit) -> bool:
    """Tell whether a unit is about the message at all."""
    return item.exact or item.seen >= _TOLD_SEEN or item.words >= _TOLD_WORDS or item.alike >= _TOLD_ALIKE


def nearest(planner: Planner, scored: Sequence[ScoredUnit], form: re.Pattern[str] | None = None) -> Part | None:
    """Return the statement that comes nearest to a message about which nothing is told, in the wanted `form` if any."""
    statements = [
        item
        for item in scored
        if item.unit.kind not in {BlockKind.STEP, BlockKind.CODE} and item.unit.role is not Role.STUCK
    ]
    alike = [item for item in statements if form is not None and form.search(item.unit.text)]
    best = max(alike or statements, key=lambda item: item.score, default=None)
    if best is None or not (alike or best.score >= _NEAREST):
        return None
    return Part(Label.NEAR, planner.opening(best.unit).units)


def _beside_the_point(item: ScoredUnit) -> bool:
    return item.unit.role is Role.STUCK and bool(_AT_HAND.search(item.unit.text)) and item.seen < _TOLD_SEEN


def others(planner: Planner, units: Sequence[Unit]) -> Part | None:
    """Return the units that are no steps, with the sentences they lean on, in reading order."""
    chosen: dict[int, Unit] = {}
    for unit in units:
        group = (unit,) if unit.kind is BlockKind.STEP else planner.leaning(unit)
        filler = unit is not units[0] and planner.announces(unit)
        if unit.kind is BlockKind.STEP or filler or (chosen and characters((*chosen.values(), *group)) > _LIMIT):
            continue
        chosen.update((each.order, each) for each in group)
    return Part(Label.NEAR, tuple(chosen[order] for order in sorted(chosen))) if chosen else None


def stuck(scored: Sequence[ScoredUnit], said: frozenset[int]) -> Part | None:
    """Return when to stop and whom to ask, first what was not said yet."""
    ending = [item for item in scored if item.unit.role is Role.STUCK and not NOTES.search(item.unit.text)]
    # Of several cases, that which the author named for just this message: 「スマホでもつながりません」.
    ending.sort(key=lambda item: -item.seen if item.seen >= _TOLD_SEEN else 0.0)
    units = [item.unit for item in ending]
    fresh = [unit for unit in units if unit.order not in said]
    # What to have at hand, or what else to try with one device, is no help without whom to ask.
    chosen = (_with_whom(fresh) or _with_whom(units) or units)[:_STUCK_SAID]
    return Part(Label.STUCK, tuple(chosen)) if chosen else None


_TELL, _TELL_NOT = (
    re.compile(r"(?:と|を)伝え(?:ます|てください|て聞き|、)"),
    re.compile(r"伝えないで|本人に伝え|伝えたなら"),
)
_MOST_TOLD = 2
"""What is told to a helpdesk, what is told to nobody, and how many such sentences are shown."""


def whom_first(scored: Sequence[ScoredUnit]) -> Part | None:
    """Return the sentence of an article's own conclusion that says whom to ask before all else, if there is one."""
    lead = (item.unit for item in scored if item.unit.role is Role.LEAD and not item.unit.heading)
    first = next((unit for unit in lead if _ASK.search(unit.text)), None)
    return Part("", (first,)) if first is not None else None


def to_say(scored: Sequence[ScoredUnit]) -> Part | None:
    """Return what an article says to tell whoever is called, the best-fitting first; None where it says nothing."""
    told = [item for item in scored if _TELL.search(item.unit.text) and not _TELL_NOT.search(item.unit.text)]
    best = sorted(told, key=lambda item: -item.score)[:_MOST_TOLD]
    return Part("", tuple(item.unit for item in best)) if best else None


def _with_whom(units: Sequence[Unit]) -> list[Unit]:
    """Return those of the paragraphs and list items that say whom to ask."""
    blocks = {unit.block for unit in units if _WHOM.search(unit.text) and not _AT_HAND.search(unit.text)}
    return [unit for unit in units if unit.block in blocks]


def warning(scored: Sequence[ScoredUnit], said: frozenset[int]) -> Part | None:
    """Return the most relevant thing not to do that was not said yet."""
    left = [item for item in scored if item.unit.role is Role.DONT and item.unit.order not in said]
    best = max(left, key=lambda item: item.score, default=None)
    return Part(Label.DONT, (best.unit,)) if best is not None else None


def warnings(scored: Sequence[ScoredUnit], said: frozenset[int]) -> Part | None:
    """Return what must not be done, first what has most words of the steps that were shown."""
    words = frozenset[str]().union(*(item.unit.words for item in scored if item.unit.order in said))
    found = [item.unit for item in scored if item.unit.role is Role.DONT]
    ranked = sorted(found, key=lambda unit: -len(unit.words & words) / max(1, len(unit.words)))[:_WARNINGS]
    return Part(Label.DONT, tuple(sorted(ranked, key=lambda unit: unit.order))) if ranked else None


def characters(units: Sequence[Unit]) -> int:
    """Return how many characters units have."""
    return sum(len(unit.text) for unit in units)
