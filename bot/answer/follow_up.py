"""Answer what is said after an answer from the same article, without saying again what was said."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answer.asked import Form, answer_form, asked_in
from bot.answer.direct import direct, forbids
from bot.answer.follow_matter import SURELY, FollowUp, of_the_matter
from bot.answer.follow_parts import (
    characters,
    fits,
    fitting,
    nearest,
    others,
    stuck,
    to_say,
    warning,
    whom_first,
)
from bot.answer.follow_steps import (
    about_step,
    named_step,
    next_steps,
    place_in_steps,
    rest_steps,
    shown_steps,
    steps_for,
)
from bot.answer.frame import Label
from bot.answer.how import asks_how, asks_what_to_press, points_back
from bot.answer.moves import BARE, Move
from bot.answer.need import asks_what_to_say
from bot.answer.parts import Part
from bot.answer.planner import Planner
from bot.answer.progress import asks_what_next, rest_after
from bot.answer.score import ScoredUnit
from bot.answer.talk import in_vain, is_question, is_statement, says_failed
from bot.answer.units import Unit
from bot.answer.waiting import after_waiting, hours_waited, stays_so
from bot.text.tokens import tokenize
from bot.types import BlockKind

__all__ = ["FollowUp", "plan_follow_up"]


_ROOM = 320
"""Characters up to which an answer has room for when to stop and whom to ask."""

_BARE_WORDS, _NAMED = 2, 0.5
"""Content words up to which a message on failing has no subject, and how surely a statement must then be named, or a
step that was shown already for a question to be answered with it alone."""

_AHEAD = 1.5
"""How many times better than every statement a step that was shown fits for a question to be answered with it."""

_TOLD_SURELY = 0.3
"""How surely a statement must be named, or how much it must share, to be told to who tells something and asks
nothing: by one word 「ネットにはつながってます」 would be taken for a question about keys shared in the net."""


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
        saying = to_say(scored) if asks_what_to_say(question) else None
        leave = asked_in(question)  # 「キーなしで解除できる業者に頼んでいい？」
        ban = forbids(leave, scored) if leave is not None else None
        first = planner.opening(ban) if ban is not None else None
        return FollowUp(tuple(planner.parts(first, saying, whom_first(scored), everyone)), told=everyone is not None)
    if move is Move.STEP:
        step = named_step(question, scored, steps)
        if step is not None:
            return FollowUp(tuple(planner.parts(Part(Label.STEP, (step,), str(step.number)), about_step(step, scored))))
    onward = asks_what_next(question)
    tells = move in {Move.TELLS, Move.FAILED} or not is_question(question)
    hours = hours_waited(question)  # whether they were enough is told by the step that asks for them
    after = rest_after(question, scored, said, steps) if hours is None and (onward or tells) else None
    if after is not None and (onward or not (says_failed(question) or in_vain(question))):
        following = after if after.units else next_steps(scored, said)
        ends = None if after.units else stuck(scored, said)  # what was done last was the last thing to do
        guard = warning(scored, said) if following else None
        met = None if onward else _foreseen(planner, scored)  # 「設定は開いたけど、ボタンが灰色で押せません」
        return FollowUp(tuple(planner.parts(met, following, guard, ends)), onward=True)
    surely = any(item.seen >= SURELY and item.unit.kind is not BlockKind.STEP for item in scored)
    if move in BARE and not (move is Move.WHICH and surely):
        return of_the_matter(move, planner, scored, said, steps)
    about = fitting(scored, said)
    ends = stuck(scored, said)
    rest = rest_steps(scored, deeds, steps)
    ban = forbids(asked, scored) if (asked := asked_in(question)) is not None else None
    if ban is not None:  # said before or not
        about = [ban, *(unit for unit in about if unit != ban)]
        return _answering(question, planner, about, scored, said, ends, rest)
    if move is Move.FAILED or stays_so(question):
        waited = after_waiting(question, shown_steps(planner, scored, steps))
        return _failed(question, planner, about, scored, said, ends, waited, rest)
    telling = move is Move.TELLS or (move is Move.ASKS and is_statement(question))
    if telling and not any(_surely_about(unit, scored) for unit in about):
        todo = rest or shown_steps(planner, scored, steps)
        return FollowUp(tuple(planner.parts(nearest(planner, scored), todo, ends)), told=rest is not None)
    if move is Move.TELLS:
        section = rest or steps_for(planner, about, said)
        return FollowUp(tuple(planner.parts(*_led(planner, about, section), ends)))
    return _asking(question, planner, about, scored, said, steps, ends, rest)


def _foreseen(planner: Planner, scored: Sequence[ScoredUnit]) -> Part | None:
    """Return the statement that fits a report best of all, if its author named it for just this; a step is none."""
    best = max(scored, key=lambda item: item.score)
    steps = BlockKind.STEP, BlockKind.CODE, BlockKind.CAUTION
    return planner.opening(best.unit) if best.unit.kind not in steps and best.seen >= SURELY else None


def _asking(
    question: str,
    planner: Planner,
    about: Sequence[Unit],
    scored: Sequence[ScoredUnit],
    said: frozenset[int],
    steps: str,
    ends: Part | None,
    rest: Part | None,
) -> FollowUp:
    """Return what answers a question from the units `about` it, from its form or from where its thing stands."""
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
    asked = asked_in(question)
    if not about and asked is not None and (answer := direct(asked, scored)) is not None:
        about = [answer]  # in the form in which it was asked, however few of its words
    if not about and place_in_steps(question, scored) is None:
        return FollowUp(tuple(planner.parts(nearest(planner, scored, form), ends)), told=False)
    return _answering(question, planner, about, scored, said, ends, rest)


def _failed(
    question: str,
    planner: Planner,
    about: Sequence[Unit],
    scored: Sequence[ScoredUnit],
    said: frozenset[int],
    ends: Part | None,
    waited: Part | None,
    rest: Part | None,
) -> FollowUp:
    """Return something new for whoever says that it did not help, or what is left of the list that was `waited` for."""
    if waited is not None:
        return FollowUp(tuple(planner.parts(waited, warning(scored, said), ends)), told=True)
    named = {item.unit.order for item in scored if item.seen >= _NAMED} if _bare(question) else None
    fresh = [
        unit
        for unit in about
        if unit.order not in said and unit.kind is not BlockKind.STEP and (named is None or unit.order in named)
    ]
    # That which led nowhere is not shown again.
    goes_on = about and about[0].kind is BlockKind.STEP and _sure(about, scored) and not in_vain(question)
    reached = about[:1] if goes_on else []
    following = steps_for(planner, reached, said, again=True) or next_steps(scored, said) or rest
    led = [] if reached else _led(planner, fresh)
    parts = planner.parts(*led, following, warning(scored, said) if following else None, ends)
    return FollowUp(tuple(parts), told=bool(parts))


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
    if (place := place_in_steps(question, scored)) is not None:
        return FollowUp(tuple(planner.parts(place, others(planner, about))))
    # A step that was shown already answers a question alone where it surely does, or where nothing else is told.
    only = _sure(about, scored) or others(planner, about) is None or _far_ahead(about[0], scored)
    how = asks_how(question)
    if how:  # the step that the author named for it tells which list is meant
        sure = {item.unit.order for item in scored if item.seen >= _NAMED and item.unit.kind is BlockKind.STEP}
        about = sorted(about, key=lambda unit: unit.order not in sure)
    # A step that is no place, 「質問に答えます」, is found where the steps before it lead.
    looks = asked.looks if asked is not None and asked.form is Form.WHERE else None
    whole = how or (looks is not None and about[0].kind is BlockKind.STEP and not looks.search(about[0].text))
    section = rest or steps_for(
        planner, about, said, alone=asked is not None and only, again=asked is None, whole=whole
    )
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


def _sure(about: Sequence[Unit], scored: Sequence[ScoredUnit]) -> bool:
    """Tell whether the author named the best-fitting unit for such a message."""
    return any(item.unit == about[0] and item.seen >= _NAMED for item in scored)


def _far_ahead(best: Unit, scored: Sequence[ScoredUnit]) -> bool:
    """Tell whether a step fits so much better than every statement that these are no answer beside it."""
    steps = BlockKind.STEP, BlockKind.CODE
    score = next(item.score for item in scored if item.unit == best)
    return best.kind is BlockKind.STEP and all(
        item.score * _AHEAD <= score for item in scored if item.unit.kind not in steps
    )


def _surely_about(unit: Unit, scored: Sequence[ScoredUnit]) -> bool:
    """Tell whether a unit is about what a reader tells, and does not only share a word with it."""
    return any(
        item.unit == unit and (item.exact or max(item.seen, item.alike, item.words) >= _TOLD_SURELY) for item in scored
    )


def _bare(message: str) -> bool:
    """Tell whether a message says no more than that it was of no help, or that it wants more: 「もうやった」."""
    return len(tokenize(message)) <= _BARE_WORDS


def _length(parts: Sequence[Part]) -> int:
    return sum(characters(part.units) for part in parts)
