"""Choose what an answer says, from one article: a conclusion, then the parts that the question wants."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answer.asked import Asked
from bot.answer.codes import on_code
from bot.answer.direct import direct, forbids
from bot.answer.frame import Label
from bot.answer.intent import Intent
from bot.answer.parts import Part, by_heading, length
from bot.answer.planner import GOOD_SHARE, MAX_BULLETS, Planner
from bot.answer.score import ScoredUnit
from bot.answer.select import filled, select
from bot.answer.units import Role, Unit
from bot.types import BlockKind

__all__ = ["first_told", "plan_answer", "plan_beside", "plan_phone"]

_SHOWN = 700
"""Characters of an answer from which its last parts are shortened: more than a phone shows at a time."""

_MAX_BESIDE = 2
_BESIDE_LIMIT = 100

_PHONE = re.compile(
    r"(?<![0-9])(?:0[0-9]{1,4}[-‐－ー(][0-9]{1,4}[-‐－ー)][0-9]{3,4}|#[0-9]{4})(?![0-9-])|(?<![0-9])(?:110|119|188)(?![0-9])(?=[番（(へに])"
)

_CALLED, _SURELY = re.compile(r"番号に.{0,6}電話|に(?:今すぐ)?(?:電話|連絡)"), 0.5
"""Says whom to call, and how surely its author must have named it."""

_FORESEEN = 0.7
"""How surely an author named a step for it to be the answer to a question that asks for none."""


def plan_answer(
    intent: Intent, scored: Sequence[ScoredUnit], beside: Sequence[Part] = (), asked: Asked | None = None
) -> list[Part]:
    """Return the parts of an answer from all scored units of an article; empty when nothing fits at all.

    The statement that answers in the form `asked`, where the article has one, comes first.

    What other articles say, `beside` (nearest first), comes before the warnings, as much as fits.
    """
    if not scored:
        return []
    planner = Planner(scored)
    answer = (direct(asked, scored) or forbids(asked, scored)) if asked is not None else None
    if asked is None and intent is Intent.HOW:
        answer = on_code(scored)
    if answer is None and _is_a_step(scored):
        intent = Intent.HOW
    first = [planner.opening(answer)] if answer is not None else []
    parts: list[Part] = []
    for count in range(len(beside), -1, -1):
        beside = beside[:count]
        taken = length(first) + length(beside)
        parts = _chosen(intent, planner, _SHOWN - taken)
        if length(parts) + taken <= _SHOWN:
            break
    parts = planner.parts(*first, *parts)
    warns = (i for i, part in enumerate(parts) if part.units[0].role in {Role.DONT, Role.STUCK})
    place = next(warns, len(parts))
    return [*parts[:place], *beside, *parts[place:]]


def _is_a_step(scored: Sequence[ScoredUnit]) -> bool:
    """Tell whether a step surely answers, however it is asked: 「シャットダウンと再起動どっちがいいの」."""
    best = max(scored, key=lambda item: item.score)
    return best.unit.kind is BlockKind.STEP and best.seen >= _FORESEEN


def _chosen(intent: Intent, planner: Planner, room: int) -> list[Part]:
    """Return the parts that an intent wants, and what else likely answers, in about `room` characters."""
    if intent is Intent.DONT:
        wanted = planner.parts(planner.lead(), planner.dont(MAX_BULLETS))
    elif intent is Intent.WHY:
        wanted = planner.parts(
            planner.best_of((Role.CAUSE, Role.TERM), 3) or planner.lead(), planner.steps(), planner.dont(1)
        )
    elif intent in {Intent.MEANING, Intent.WHEN, Intent.FACT}:
        wanted = planner.parts(*planner.statements())
    elif intent is Intent.OUTCOME:
        wanted = planner.parts(*planner.outcome(), planner.dont(1))
    else:
        return select(planner, room)
    return filled(planner, wanted, room)


def first_told(parts: Sequence[Part], scored: Sequence[ScoredUnit]) -> list[Part]:
    """Return parts with that first whose statement surely answers: where little is said, it is said."""
    best = max(scored, key=lambda item: item.score)
    return sorted(parts, key=lambda part: best.seen < _SURELY or best.unit not in part.units)


def plan_beside(scored: Sequence[ScoredUnit], title: str) -> list[Part]:
    """Return what a second article's author named as an answer to the same question, under its title; often nothing."""
    named = Planner(scored).named(_MAX_BESIDE, _BESIDE_LIMIT)
    return [Part(Label.BESIDE, named.units, title)] if named else []


def plan_phone(scored: Sequence[ScoredUnit]) -> list[Part]:
    """Return the phone numbers that an article prints, each with the line that says whose it is; empty without any."""
    ordered = [item.unit for item in scored]
    found: list[Unit] = []
    # Whom to call at once may have a number on the reader's own card: 「カード会社の公式の番号に今すぐ電話し」.
    first = max(scored, key=lambda item: item.score, default=None)
    if first is not None and first.seen >= _SURELY and _CALLED.search(first.unit.text):
        found.append(first.unit)
    best = max((item.score for item in scored if _PHONE.search(item.unit.text)), default=0.0)
    for position, item in enumerate(scored):
        if not _PHONE.search(item.unit.text) or item.score < best * GOOD_SHARE:
            continue
        if len(_PHONE.sub("", item.unit.text).strip(" 　:：")) < 6 and position:  # noqa: PLR2004  # a bare number
            found.append(ordered[position - 1])
        found.append(item.unit)
        for following in ordered[position + 1 : position + 3]:
            if following.heading == item.unit.heading and following.kind is BlockKind.PARAGRAPH:
                found.append(following)
    numbers = any(_PHONE.search(unit.text) for unit in found)
    return by_heading(tuple(dict.fromkeys(found))[:MAX_BULLETS]) if numbers else []
