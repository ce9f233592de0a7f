"""What the guide does not help with, from `refusals.yaml`: literal word rules, checked before any search."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bot.knowledge.words import Word, mentions
from bot.knowledge.yaml_file import load_yaml
from bot.types import Language

__all__ = ["Instead", "Refusal", "Refusals", "load_refusals"]


class Instead(BaseModel):
    """A passage that shows the legitimate way: the items under a heading of an article."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    article: str = Field(min_length=1)
    heading: str
    contains: str = ""


class Refusal(BaseModel):
    """One rule: it holds when each list of `all` has a word in the question and `unless` has none.

    `alone` rules do not hold where the question also names a real trouble: that part is answered. `says` is the
    answer, `en` the same in English. `asked` are wishes of that kind in other words, for questions that no list of
    words foresees.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    all: tuple[Annotated[tuple[Word, ...], Field(min_length=1)], ...] = Field(min_length=1)
    unless: tuple[Word, ...] = ()
    asked: tuple[str, ...] = ()
    alone: bool = False
    says: str = Field(min_length=1)
    en: str = ""
    instead: Instead | None = None

    def said(self, language: Language) -> str:
        """Return the answer in a language, the Japanese one where there is no other."""
        return self.en if language is Language.EN and self.en else self.says

    def concerns(self, question: str) -> bool:
        """Tell whether the rule holds for a question."""
        return all(mentions(question, words) for words in self.all) and not mentions(question, self.unless)


class Refusals(BaseModel):
    """All rules, the most serious first, and honest questions that sound like what they refuse."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rules: tuple[Refusal, ...] = ()
    honest: tuple[str, ...] = ()

    def rule(self, rule_id: str) -> Refusal | None:
        """Return the rule of that id, or None."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)

    def find(self, question: str) -> Refusal | None:
        """Return the first rule that holds for a question, or None."""
        return next((rule for rule in self.rules if rule.concerns(question)), None)


def load_refusals(path: Path) -> Refusals:
    """Load `refusals.yaml`. Raises `CorpusError` naming file, line and remedy."""
    return load_yaml(path, Refusals)
