"""What readers say of their situation, from `circumstances.yaml`: what it rules out, and what it asks to be told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from bot.knowledge.flows import Passage
from bot.knowledge.words import fold
from bot.knowledge.yaml_file import load_yaml
from bot.types import Language

__all__ = ["Circumstance", "Circumstances", "Excludes", "Lasts", "load_circumstances", "plain"]

_SPACE_IN_JAPANESE = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")


def plain(text: str) -> str:
    """Return a text as these patterns meet it: folded, without white space beside Japanese."""
    return _SPACE_IN_JAPANESE.sub("", fold(text))


def _pattern(text: object) -> re.Pattern[str]:
    if not isinstance(text, str) or not text:
        raise ValueError("a regular expression is wanted")
    if text != fold(text):
        raise ValueError(f"{text} would never match: write it NFKC-normalised and lower-case, as {fold(text)}")
    try:
        found = re.compile(text)
    except re.error as error:
        raise ValueError(f"{text} is no regular expression: {error}") from None
    if found.search(""):
        raise ValueError(f"{text} would match everything")
    return found


_Pattern = Annotated[re.Pattern[str], BeforeValidator(_pattern)]
"""A regular expression on `plain` text."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Lasts(StrEnum):
    """How long a circumstance holds: as long as the trouble does, or whatever the reader asks next."""

    TROUBLE = "trouble"
    READER = "reader"


class Excludes(_Part):
    """What is not said while a circumstance holds.

    `steps`: a list of steps with such words in a step, a command or its heading; `every_step`: any list.
    `statements`: other statements. `warnings`: also warnings and what not to do, which nothing else removes.
    What has words of `unless` stays. `articles`: nothing of these at all.
    """

    every_step: bool = False
    steps: _Pattern | None = None
    statements: _Pattern | None = None
    warnings: _Pattern | None = None
    unless: _Pattern | None = None
    articles: tuple[str, ...] = ()


class Circumstance(_Part):
    """One circumstance. It holds from a message with `said` and without `unless` until one that `denied` it.

    One with `when` holds while all of these do; one with `but_for` does not begin while one of these holds, and ends
    when one is told. `topics` are those of the articles that it bears on, all when empty. `article` answers in the
    place of another on these topics when it is told, and while it holds in the place of those on the topics
    `instead_of`. A message with `again` asks about it. `leads` are said before anything else when it is told or asked
    about, `always` with every answer: those of the answering article, else one of an article on its topics, or all of
    them where `anywhere`, or none where only its `own` count. One that is `urgent` is answered from their article
    even where it is unsure that this answers. `says` (`en`) is how the guide lets the reader know, a label that
    asserts nothing. `route` is whom to ask where nothing else names one. `source` is the reason.
    """

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    said: _Pattern | None = None
    unless: _Pattern | None = None
    denied: _Pattern | None = None
    again: _Pattern | None = None
    when: tuple[str, ...] = ()
    but_for: tuple[str, ...] = ()
    lasts: Lasts = Lasts.TROUBLE
    topics: tuple[str, ...] = ()
    article: str = ""
    instead_of: tuple[str, ...] = ()
    excludes: Excludes = Excludes()
    leads: tuple[Passage, ...] = ()
    anywhere: bool = False
    own: bool = False
    always: bool = False
    urgent: bool = False
    says: str = ""
    en: str = ""
    route: str = ""
    source: str = Field(min_length=1)

    @model_validator(mode="after")
    def _told(self) -> Self:
        if (self.said is None) == (not self.when):
            raise ValueError(f"{self.id} needs said, or the circumstances in when, and not both")
        if bool(self.says) != bool(self.en):
            raise ValueError(f"{self.id} speaks in one language only; give both says and en, or neither")
        return self

    def word(self, language: Language) -> str:
        """Return what the guide says of it, "" for nothing."""
        return self.en if language is Language.EN else self.says

    def concerns(self, topics: Iterable[str]) -> bool:
        """Tell whether it bears on an article with these topics."""
        return not self.topics or bool({*topics} & {*self.topics})

    def told(self, message: str) -> bool | None:
        """Tell whether a `plain` message says it (True), takes it back (False), or neither (None)."""
        if self.denied is not None and self.denied.search(message):
            return False
        holds = self.said is not None and self.said.search(message)
        return True if holds and not (self.unless is not None and self.unless.search(message)) else None

    def asked(self, message: str) -> bool:
        """Tell whether a `plain` message is about it, while it holds."""
        return bool(self.told(message)) or (self.again is not None and bool(self.again.search(message)))


class Circumstances(_Part):
    """All circumstances, the gravest first."""

    circumstances: tuple[Circumstance, ...] = ()

    @model_validator(mode="after")
    def _known(self) -> Self:
        ids = [one.id for one in self.circumstances]
        if twice := next((name for name in ids if ids.count(name) > 1), None):
            raise ValueError(f"two circumstances are called {twice}")
        named = (name for one in self.circumstances for name in (*one.when, *one.but_for))
        if unknown := next((name for name in named if name not in ids), None):
            raise ValueError(f"there is no circumstance {unknown}")
        return self

    def after(self, before: Sequence[str], message: str) -> tuple[str, ...]:
        """Return the ids of what holds after a message, in the order of the file, from those that held before it."""
        text = plain(message)
        held = set(before)
        told = {one.id: one.told(text) for one in self.circumstances}
        held -= {name for name, said in told.items() if said is False}
        held |= {one.id for one in self.circumstances if told[one.id] and held.isdisjoint(one.but_for)}
        now = {name for name, said in told.items() if said}
        held -= {one.id for one in self.circumstances if one.id not in now and not now.isdisjoint(one.but_for)}
        for one in self.circumstances:
            if one.when:
                held = held | {one.id} if held.issuperset(one.when) else held - {one.id}
        return tuple(one.id for one in self.circumstances if one.id in held)

    def lasting(self, ids: Sequence[str]) -> tuple[str, ...]:
        """Return which of these hold for another trouble as well."""
        return tuple(one.id for one in self.named(ids) if one.lasts is Lasts.READER)

    def named(self, ids: Sequence[str]) -> tuple[Circumstance, ...]:
        """Return the circumstances of these ids, in the order of the file."""
        return tuple(one for one in self.circumstances if one.id in ids)


def load_circumstances(path: Path) -> Circumstances:
    """Load `circumstances.yaml`; none where a corpus has no such file. Raises `CorpusError` naming line and remedy."""
    return load_yaml(path, Circumstances) if path.exists() else Circumstances()
