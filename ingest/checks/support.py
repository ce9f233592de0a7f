"""Check the labelled sentences of `support.jsonl` and `others.jsonl`: format, verbatim quotes, splits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ingest.checks.article_file import ArticleFile
from ingest.checks.problem import Problem

__all__ = ["OTHERS", "SUPPORT", "check_support"]

SUPPORT = "support.jsonl"
OTHERS = "others.jsonl"
"""The same form, over passages of which most are of no article."""

_Text = Annotated[str, Field(min_length=1)]
_CITED = re.compile(r"\[(\d+)\]")


class _Passage(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    article: _Text
    heading: tuple[_Text, ...]
    quote: _Text


class _Claim(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    label: _Text
    text: _Text


class _Group(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: _Text
    split: Literal["dev", "holdout", "others"]
    passages: tuple[_Passage, ...] = Field(min_length=1)
    claims: tuple[_Claim, ...] = Field(min_length=1)


def check_support(path: Path, articles: Mapping[str, ArticleFile] | None) -> Iterator[Problem]:
    """Yield every mistake of the file; none when it does not exist.

    With `articles` each passage must be of one, letter for letter.
    """
    if not path.exists():
        return
    ids: set[str] = set()
    splits: dict[str, str] = {}
    for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
        if not line.strip():
            continue
        try:
            group = _Group.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "the line"
            yield Problem(str(path), number, f"{where}: {first['msg'].lower()}", "correct it there")
            continue
        for message, remedy in _mistakes(group, ids, splits, articles):
            yield Problem(str(path), number, message, remedy)
        ids.add(group.id)


def _mistakes(
    group: _Group, ids: set[str], splits: dict[str, str], articles: Mapping[str, ArticleFile] | None
) -> Iterator[tuple[str, str]]:
    if group.id in ids:
        yield f"the id {group.id} stands twice", "give each group its own id"
    for passage in group.passages:
        article = articles.get(passage.article) if articles is not None else None
        if articles is not None and article is None:
            yield f"{passage.article} is no article", "name an article or remove the group"
        elif article is not None and passage.quote not in article.body:
            yield f"a quote is not in {passage.article}", "quote the article verbatim"
        if splits.setdefault(passage.article, group.split) != group.split:
            yield f"{passage.article} is in both splits", "keep an article in one split"
    for claim in group.claims:
        cited = [int(found) for found in _CITED.findall(claim.text)]
        if claim.label == "supported" and not (cited and all(0 < one <= len(group.passages) for one in cited)):
            yield f"the supported sentence {claim.text[:20]} cites no given passage", "cite one with [n]"
