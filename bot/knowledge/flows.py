"""Decision trees, one question a step, from `flows/*.yaml`: data, validation at load, and how a reply moves on."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from bot.errors import CorpusError
from bot.knowledge.words import Word, fold, longest, mentions
from bot.knowledge.yaml_file import Place, line_at, load_yaml
from bot.types import Language

__all__ = [
    "MAX_QUESTIONS",
    "UNSURE",
    "UNSURE_ENGLISH",
    "Choice",
    "Flow",
    "Leaf",
    "LeafRisk",
    "Passage",
    "Step",
    "advance",
    "load_flow",
    "load_flows",
]

MAX_QUESTIONS = 4
"""Most questions on any way through a flow: a worried reader answers no more."""

UNSURE, UNSURE_ENGLISH = "わからない", "I don't know"
"""The label of the last choice of every step."""

_UNSURE_WORDS = (
    "わからない", "わからん", "わかりません", "わかんない", "分からない", "分からん", "分かりません", "分かんない",
    "判らない", "判りません", "不明", "知らない", "知りません", "覚えてない", "覚えていない", "覚えてません",
    "覚えていません", "忘れた", "忘れました", "どれでもない", "not sure", "unsure", "don't know", "dont know",
    "do not know", "no idea", "none of these", "can't tell", "forgot", "don't remember",
)  # fmt: skip

_Text = Annotated[str, Field(min_length=1)]
_Id = Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]

_Mistake = tuple[Place, str]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LeafRisk(StrEnum):
    """What is at stake where a flow ends."""

    NONE = "none"
    LICENCE = "licence"
    DATA = "data"


class Passage(_Part):
    """One paragraph sentence, list item or table row of an article.

    `heading` is the beginning of a heading above it ("": the lead, above every heading); `contains` is a verbatim
    part of it that nothing else under such a heading has (cells of a table row joined by " | ").
    """

    article: _Text
    heading: str
    contains: _Text


class Choice(_Part):
    """One button of a question.

    `en` is its label in English, `words` are free-text replies that mean it; `next` is a step or a leaf.
    """

    label: _Text
    en: str = ""
    words: tuple[Word, ...] = ()
    next: _Id

    def shown(self, language: Language) -> str:
        """Return the button's label in a language, the Japanese one where there is no other."""
        english = UNSURE_ENGLISH if self.label == UNSURE else self.en
        return english if language is Language.EN and english else self.label


class Step(_Part):
    """One question (`en` in English) with its choices, the last of which is always 「わからない」."""

    id: _Id
    ask: _Text
    en: str = ""
    choices: tuple[Choice, ...] = Field(min_length=2)

    def asked(self, language: Language) -> str:
        """Return the question in a language, the Japanese one where there is no other."""
        return self.en if language is Language.EN and self.en else self.ask


class Leaf(_Part):
    """Where a flow ends: the passages that answer, what is at stake, and whom to ask (a route id) or None."""

    id: _Id
    passages: tuple[Passage, ...] = Field(min_length=1)
    risk: LeafRisk
    route: _Id | None


class Flow(_Part):
    """One decision tree.

    It is considered when every list of `triggers` has a word in the question and `unless` has none: those mean that the
    missing fact is known or that something else is asked. `safe_now` says what is safe to do before any answer.
    """

    id: _Id
    title: _Text
    topic: _Text
    triggers: tuple[Annotated[tuple[Word, ...], Field(min_length=1)], ...] = Field(min_length=1)
    unless: tuple[Word, ...]
    safe_now: Passage
    first: _Id
    steps: tuple[Step, ...] = Field(min_length=1)
    leaves: tuple[Leaf, ...] = Field(min_length=1)

    def concerns(self, question: str) -> bool:
        """Return whether the flow is to be considered for a question."""
        return all(mentions(question, words) for words in self.triggers) and not mentions(question, self.unless)

    def step(self, step_id: str) -> Step | None:
        """Return the step of that id, or None."""
        return next((step for step in self.steps if step.id == step_id), None)

    def leaf(self, leaf_id: str) -> Leaf | None:
        """Return the leaf of that id, or None."""
        return next((leaf for leaf in self.leaves if leaf.id == leaf_id), None)

    def passages(self) -> Iterator[tuple[Place, Passage]]:
        """Yield every passage with its place in the file."""
        yield ("safe_now",), self.safe_now
        for number, leaf in enumerate(self.leaves):
            for index, passage in enumerate(leaf.passages):
                yield ("leaves", number, "passages", index), passage

    @model_validator(mode="after")
    def _sound(self) -> Self:
        mistakes = list(_mistakes(self))
        if mistakes:
            # Each mistake has a place of its own, so that the message names the line and not only the file.
            raise ValidationError.from_exception_data("Flow", [_detail(place, text) for place, text in mistakes])
        return self


def advance(flow: Flow, step_id: str, reply: str, *, least: int = 0) -> str | None:
    """Return the id of the step or leaf that a reply leads to, or None when the reply is not understood.

    A reply is a choice's label or free text: the choice with the longest of its words in the text wins, the earlier one
    when equally long. A word of fewer than `least` characters counts for nothing, unless it says that one is not sure.
    """
    step = flow.step(step_id)
    if step is None:
        return None
    said = fold(reply).strip()
    for choice in step.choices:
        if said in {fold(choice.shown(language)) for language in Language}:
            return choice.next
    best, length = None, 0
    for choice in step.choices:
        found = longest(said, choice.words)
        found = found if found >= least else 0
        if choice.label == UNSURE:
            found = max(found, longest(said, _UNSURE_WORDS))
        if found > length:
            best, length = choice.next, found
    return best


def load_flows(folder: Path) -> tuple[Flow, ...]:
    """Load every `*.yaml` of a folder, in order of name. Raises `CorpusError` naming file, line and remedy."""
    return tuple(load_flow(path) for path in sorted(folder.glob("*.yaml")))


def load_flow(path: Path) -> Flow:
    """Load one flow, whose id is the file's name. Raises `CorpusError` naming file, line and remedy."""
    flow = load_yaml(path, Flow)
    if flow.id != path.stem:
        line = line_at(path, ("id",))
        raise CorpusError(f"{path}:{line}: the flow's id is {flow.id}; give it the name of its file, {path.stem}")
    return flow


def _mistakes(flow: Flow) -> Iterator[_Mistake]:
    """Yield what is wrong with the graph, as (place, message)."""
    steps = {step.id: step for step in flow.steps}
    known = steps.keys() | {leaf.id for leaf in flow.leaves}
    yield from _repeated_ids(flow)
    if flow.first not in steps:
        yield ("first",), f"first names {flow.first}, which is no step"
        return
    dead_end = False
    for number, step in enumerate(flow.steps):
        if step.choices[-1].label != UNSURE:
            yield ("steps", number, "choices"), f"the last choice must be {UNSURE}"
        for index, choice in enumerate(step.choices):
            if choice.next not in known:
                dead_end = True
                place = ("steps", number, "choices", index, "next")
                yield place, f"next names {choice.next}, which is no step and no leaf"
    if not dead_end:
        yield from _bad_ways(flow, steps)


def _repeated_ids(flow: Flow) -> Iterator[_Mistake]:
    seen: set[str] = set()
    for place, part_id in _ids(flow):
        if part_id in seen:
            yield place, f"{part_id} is the id of two steps or leaves"
        seen.add(part_id)


def _ids(flow: Flow) -> Iterator[tuple[Place, str]]:
    yield from ((("steps", number, "id"), step.id) for number, step in enumerate(flow.steps))
    yield from ((("leaves", number, "id"), leaf.id) for number, leaf in enumerate(flow.leaves))


def _detail(place: Place, message: str) -> InitErrorDetails:
    return InitErrorDetails(type=PydanticCustomError("flow", "{message}", {"message": message}), loc=place, input=None)


def _bad_ways(flow: Flow, steps: dict[str, Step]) -> Iterator[_Mistake]:
    """Yield loops, ways that are too long, and what no way reaches."""
    places = {step.id: number for number, step in enumerate(flow.steps)}
    reached: set[str] = set()
    reported: set[str] = set()
    ways: list[tuple[str, ...]] = [(flow.first,)]
    while ways:
        way = ways.pop()
        here = way[-1]
        reached.add(here)
        if here not in steps:
            continue
        mistake = ""
        if here in way[:-1]:
            mistake = f"a loop: {' > '.join(way[way.index(here) :])}"
        elif len(way) > MAX_QUESTIONS:
            mistake = f"{len(way)} questions on the way {' > '.join(way)}, at most {MAX_QUESTIONS} are allowed"
        if not mistake:
            ways += [(*way, choice.next) for choice in steps[here].choices]
        elif here not in reported:
            reported.add(here)
            yield ("steps", places[here], "id"), mistake
    if reported:
        return
    yield from ((place, f"no choice leads to {part_id}") for place, part_id in _ids(flow) if part_id not in reached)
