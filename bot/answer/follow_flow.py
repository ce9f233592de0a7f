"""Walk a decision tree: start it when a missing fact changes the steps, read replies, and build what a leaf says."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.answer.frame import Label
from bot.answer.parts import Part
from bot.answer.talk import Talk
from bot.answer.units import Role, Unit, under
from bot.knowledge.flows import Flow, Leaf, Passage, Step, advance
from bot.text.identifiers import find_identifiers
from bot.text.tokens import tokenize
from bot.types import BlockKind, Clarification, Language

__all__ = ["Position", "asked_again", "clarification", "continue_flow", "passage_parts", "start_flow"]

_LABELS = {
    Role.STEPS: Label.STEPS,
    Role.DONT: Label.DONT,
    Role.STUCK: Label.STUCK,
    Role.CHECK: Label.CHECK,
    Role.CASES: Label.CASES,
}


_PART = 3
"""The part of a question, one in so many characters, that a choice's word must be for it to be a reply."""

_CLAUSE = re.compile(r"(?:けど|けれど|のに|ましたが|ですが)[、,]?|[。、!！\n]")
_REPLY = 1
"""Content words of a clause that is nothing but a reply."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a conversation stands in a flow: at a step that asks, or at a leaf that answers."""

    flow: Flow
    step: Step | None = None
    leaf: Leaf | None = None


def start_flow(talk: Talk, flows: Sequence[Flow]) -> Position | None:
    """Return the first question of the flow that the talk calls for, or None.

    A question that already tells the missing fact starts no flow: the flow's `unless` words see to that. Neither does
    one within a flow, nor one of somebody in danger.
    """
    if talk.state.flow or talk.reader.grave:
        return None
    flow = next((flow for flow in flows if flow.concerns(talk.question)), None)
    return _at(flow, flow.first) if flow is not None else None


def continue_flow(talk: Talk, flows: Sequence[Flow]) -> Position | None:
    """Return where a reply leads in the flow that the state names, or None when it is no reply to its question."""
    flow = next((flow for flow in flows if flow.id == talk.state.flow), None)
    if flow is None or flow.step(talk.state.step) is None:
        return None
    # 「初期化するしかない？」 has a word of a choice and is no reply.
    least = len(talk.question) // _PART if talk.asks else 0
    following = advance(flow, talk.state.step, talk.question, least=least)
    if following is None:
        return None
    # 「ログインしたけど無い」 answers what would be asked next.
    *_, last = _CLAUSE.split(talk.question.rstrip("。!！ 　"))
    if last != talk.question and flow.step(following) is not None and len(tokenize(last)) <= _REPLY:
        following = advance(flow, following, last) or following
    elif flow.step(following) is not None and find_identifiers(talk.question):  # 「コードは0x80070070でした」, too
        following = advance(flow, following, talk.question) or following
    return _at(flow, following)


def asked_again(talk: Talk, flows: Sequence[Flow]) -> Position | None:
    """Return the step to ask once more: a reply too short to be a question of its own, and no choice of the step."""
    flow = next((flow for flow in flows if flow.id == talk.state.flow), None)
    if flow is None or flow.step(talk.state.step) is None or not talk.brief or talk.asks:
        return None
    return _at(flow, talk.state.step)


def clarification(step: Step, language: Language = Language.JA) -> Clarification:
    """Return a step's question with its choices."""
    return Clarification(step.asked(language), tuple(choice.shown(language) for choice in step.choices))


def passage_parts(passages: Sequence[Passage], units_of_article: Callable[[str], Sequence[Unit]]) -> list[Part]:
    """Return the parts that state the given passages, labelled by what their section is for."""
    parts: list[Part] = []
    for passage in passages:
        unit = find_passage(passage, units_of_article(passage.article))
        if unit is None:
            continue
        conclusion = not parts or unit.kind in {BlockKind.PARAGRAPH, BlockKind.TABLE}
        label = "" if conclusion and unit.role not in {Role.DONT, Role.STUCK} else _LABELS.get(unit.role, "")
        if parts and parts[-1].label == label:
            parts[-1] = Part(label, (*parts[-1].units, unit))
        else:
            parts.append(Part(label, (unit,)))
    return parts


def find_passage(passage: Passage, units: Sequence[Unit]) -> Unit | None:
    """Return the unit that a passage names, or None when the article no longer has it."""
    return next((unit for unit in under(passage.heading, units) if passage.contains in unit.text), None)


def _at(flow: Flow, place: str) -> Position:
    return Position(flow, flow.step(place), flow.leaf(place))
