"""Topics that readers ask about and no bundled article answers, from `uncovered.yaml`.

Searched beside the articles, they let the guide say that there is no article yet instead of answering from the nearest.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator

from bot.knowledge.words import Word, mentions
from bot.knowledge.yaml_file import load_yaml

__all__ = ["Uncovered", "UncoveredTopic", "load_uncovered"]


class UncoveredTopic(BaseModel):
    """One topic: `words` name it in a title that does cover it, `asked` are the ways in which readers ask for it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    words: tuple[Word, ...] = Field(min_length=1)
    asked: tuple[str, ...] = Field(min_length=1)


class Uncovered(BaseModel):
    """All topics."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    topics: tuple[UncoveredTopic, ...] = ()

    def beside(self, titles: Iterable[str]) -> tuple[UncoveredTopic, ...]:
        """Return the topics that none of the article titles names: an owner's blog may well cover some."""
        joined = "\n".join(titles)
        return tuple(topic for topic in self.topics if not mentions(joined, topic.words))

    @field_validator("topics")
    @classmethod
    def _distinct(cls, topics: tuple[UncoveredTopic, ...]) -> tuple[UncoveredTopic, ...]:
        seen: set[str] = set()
        for topic in topics:
            if topic.id in seen:
                raise ValueError(f"two topics have the id {topic.id}")
            seen.add(topic.id)
        return topics


def load_uncovered(path: Path) -> Uncovered:
    """Load `uncovered.yaml`; a corpus without that file lists none.

    Raises `CorpusError` naming file, line and remedy.
    """
    if not path.exists():
        return Uncovered()
    return load_yaml(path, Uncovered)
