"""Whom a reader should ask when the guide is not enough, from `escalation.yaml`. Data and lookup only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from bot.knowledge.words import Word, mentions
from bot.knowledge.yaml_file import load_yaml
from bot.types import Contact, Language

__all__ = ["ContactWords", "Escalations", "Risk", "Route", "RouteWords", "Spoken", "Urgency", "load_escalations"]

_Text = Annotated[str, Field(min_length=1)]
_List = Annotated[tuple[_Text, ...], Field(min_length=1)]


class Risk(StrEnum):
    """What a reader may lose by going on alone."""

    NONE = "none"
    LICENCE = "licence"
    DATA = "data"
    MONEY = "money"


class Urgency(StrEnum):
    """How soon to ask, as readers see it."""

    NOW = "今すぐ"
    SOON = "早めに"
    LATER = "急ぎません"


class ContactWords(BaseModel):
    """A contact's name and the way to it in another language; number, address and source are the contact's own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: _Text
    how: _Text


class RouteWords(BaseModel):
    """What a reader is told of a route in a language other than Japanese; `contacts` in the route's order."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: _Text
    reason: _Text
    contacts: tuple[ContactWords, ...]
    prepare: _List
    say: _List
    note: _List
    avoid: _List


class BeyondWords(BaseModel):
    """What is told of a route beside an article on another matter than the route's main one, in one language."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: _Text
    prepare: _List
    say: _List


class RouteBeyond(BeyondWords):
    """What is told beside an article on none of `topics`: `without` names the contacts that are left out there."""

    topics: tuple[_Text, ...] = Field(min_length=1)
    without: tuple[_Text, ...] = ()
    en: BeyondWords | None = None

    def concerns(self, topics: Collection[str]) -> bool:
        """Tell whether an article with these topics, () for none, is on another matter."""
        return bool(topics) and not {*topics} & {*self.topics}


@dataclass(frozen=True, slots=True)
class Spoken:
    """A route as it is told in one language."""

    name: str
    reason: str
    contacts: tuple[Contact, ...]
    prepare: tuple[str, ...]
    say: tuple[str, ...]
    note: tuple[str, ...]


class Route(BaseModel):
    """One way to a human.

    `topics` are article topics and `words` literal spellings in a question that point to this route, `unless` such as
    speak against it (「バックアップ済み」 against a data recovery); `asked` are
    situations in readers' words in which it must be named, for questions that no list of words foresees;
    `called` is how articles name it when they send a reader on. `reason` is
    one sentence: why this route. `prepare` is what to have at hand, `say` what to tell first, `note` what to write
    down, `avoid` what not to do. `always` shows the route whenever one of its words occurs; `articles` are those whose
    matter itself puts data or a licence at stake. A contact has a phone number only with the source that names it;
    `foremost` gives, by its name, the words of a reader for whom it comes before the others.
    `beyond` is what is told instead beside an article on another matter. `uncovered` are topics of `uncovered.yaml` in
    which it is named where no article answers and nothing else tells whom to ask.
    `en` is all of it in English; without it readers of English get the Japanese.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    name: _Text
    always: bool = False
    articles: tuple[_Text, ...] = ()
    topics: tuple[_Text, ...]
    words: tuple[Word, ...] = Field(min_length=1)
    unless: tuple[Word, ...] = ()
    called: tuple[Word, ...] = ()
    asked: tuple[str, ...] = ()
    uncovered: tuple[str, ...] = ()
    risk: Risk
    urgency: Urgency
    reason: _Text
    contacts: tuple[Contact, ...] = Field(min_length=1)
    foremost: Mapping[str, tuple[Word, ...]] = Field(default_factory=dict)
    beyond: RouteBeyond | None = None
    prepare: _List
    say: _List
    note: _List
    avoid: _List
    en: RouteWords | None = None

    def said(self, language: Language, message: str = "", topics: Collection[str] = ()) -> Spoken:
        """Return what a reader is told in a language, the contacts first that a message of theirs calls for.

        `topics` are those of the article that answers.
        """
        words = self.en if language is Language.EN and self.en is not None else self
        contacts = self.contacts
        if isinstance(words, RouteWords):
            pairs = zip(contacts, words.contacts, strict=True)
            contacts = tuple(replace(contact, name=said.name, how=said.how) for contact, said in pairs)
        first = {contact.name for contact in self.contacts if mentions(message, self.foremost.get(contact.name, ()))}
        order = sorted(range(len(contacts)), key=lambda at: self.contacts[at].name not in first)
        beyond = self.beyond if self.beyond is not None and self.beyond.concerns(topics) else None
        left_out = beyond.without if beyond is not None else ()
        contacts = tuple(contacts[at] for at in order if self.contacts[at].name not in left_out)
        own: RouteWords | Route | BeyondWords = words
        if beyond is not None:
            own = beyond.en if isinstance(words, RouteWords) and beyond.en is not None else beyond
        return Spoken(words.name, own.reason, contacts, own.prepare, own.say, words.note)

    @model_validator(mode="after")
    def _contacts_fit(self) -> Self:
        if self.en is not None and len(self.en.contacts) != len(self.contacts):
            raise ValueError(f"en has {len(self.en.contacts)} contacts and the route {len(self.contacts)}")
        names = {contact.name for contact in self.contacts}
        if unknown := next(iter({*self.foremost} - names), None):
            raise ValueError(f"foremost names {unknown}, which is no contact of the route")
        left_out = {*self.beyond.without} if self.beyond is not None else set[str]()
        if unknown := next(iter(left_out - names), None):
            raise ValueError(f"beyond leaves out {unknown}, which is no contact of the route")
        if left_out >= names:
            raise ValueError("beyond leaves out every contact of the route; keep one")
        return self

    @field_validator("contacts")
    @classmethod
    def _sourced(cls, contacts: tuple[Contact, ...]) -> tuple[Contact, ...]:
        for contact in contacts:
            if not (contact.name and contact.how):
                raise ValueError("a contact needs a name, and in how the way to reach or find it")
            if contact.phone and not contact.source:
                raise ValueError(f"the phone number {contact.phone} has no source; name one, or leave it out")
        return contacts


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    routes: tuple[Route, ...] = Field(min_length=1)
    alone: tuple[_Text, ...] = ()

    @field_validator("routes")
    @classmethod
    def _distinct(cls, routes: tuple[Route, ...]) -> tuple[Route, ...]:
        seen: set[str] = set()
        for route in routes:
            if route.id in seen:
                raise ValueError(f"two routes have the id {route.id}")
            seen.add(route.id)
        return routes


@dataclass(frozen=True, slots=True)
class Escalations:
    """All routes, in the order of the file, and messages near their situations in which nobody need be asked."""

    routes: tuple[Route, ...]
    alone: tuple[str, ...] = ()

    def route(self, route_id: str) -> Route | None:
        """Return the route of that id, or None."""
        return next((route for route in self.routes if route.id == route_id), None)

    @property
    def phones(self) -> frozenset[str]:
        """Return every phone number that a source names, as written."""
        return frozenset(contact.phone for route in self.routes for contact in route.contacts if contact.phone)


def load_escalations(path: Path) -> Escalations:
    """Load `escalation.yaml`. Raises `CorpusError` naming file, line and remedy."""
    read = load_yaml(path, _File)
    return Escalations(read.routes, read.alone)
