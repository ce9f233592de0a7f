"""How readers ask for each article, and which of its statements answer: `asked/<article id>.yaml`.

A blog's own articles can have such a file too, whatever they were read from: it goes by the article's id.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from bot.knowledge.yaml_file import load_yaml

__all__ = ["AskedFile", "AskedQuestion", "load_asked", "load_asked_file"]


def _spelled_out(value: object) -> object:
    """Allow a bare question where nothing is said of its answer."""
    return {"ask": value} if isinstance(value, str) else value


class AskedQuestion(BaseModel):
    """One way of asking; `see` are verbatim pieces of the article's statements that answer, most telling first."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ask: str = Field(min_length=1)
    see: tuple[str, ...] = ()


class AskedFile(BaseModel):
    """One file: the article it is for, and the questions."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    article: str = Field(min_length=1)
    questions: tuple[Annotated[AskedQuestion, BeforeValidator(_spelled_out)], ...] = Field(min_length=1)


def load_asked_file(path: Path) -> AskedFile:
    """Load one file. Raises `CorpusError` naming file, line and remedy."""
    return load_yaml(path, AskedFile)


def load_asked(folder: Path) -> Mapping[str, tuple[AskedQuestion, ...]]:
    """Return article id → questions; a corpus without that folder has none.

    Raises `CorpusError` naming file, line and remedy.
    """
    found: dict[str, tuple[AskedQuestion, ...]] = {}
    for path in sorted(folder.glob("*.yaml")):
        file = load_asked_file(path)
        found[file.article] = (*found.get(file.article, ()), *file.questions)
    return found
