"""Blog-like articles with labels: read as WordPress posts, and counted per fact."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.types import Article
from ingest.rules import load_rules
from ingest.sources.wordpress import Post, article_of, topics_of

__all__ = ["FACTS", "Tally", "count", "found_in", "load_posts", "read_post"]

_HERE = Path(__file__).parent / "blog"
FACTS = ("updated", "os", "versions", "error_codes", "kb", "evidence", "caveats")
_UNKNOWN = "根拠の記載なし"


@dataclass(slots=True)
class Tally:
    """How many facts were found rightly and wrongly, and how many were missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Return the share of what was found that is right, 1 where nothing was found."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Return the share of what there is that was found, 1 where there is nothing."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


def load_posts(name: str) -> list[dict[str, Any]]:
    """Return the labelled posts of a file in `blog/`."""
    posts: list[dict[str, Any]] = yaml.safe_load((_HERE / name).read_text("utf-8"))
    return posts


def read_post(post: dict[str, Any]) -> Article:
    """Return the article that an export of the post gives."""
    article = article_of(
        Post(
            id="1",
            type="post",
            status="publish",
            title=post["title"],
            content=post["html"],
            published=post["published"],
            updated=post["modified"],
            topics=topics_of(post["topics"]),
        ),
        "blog.example",
        load_rules(),
    )
    assert article is not None
    return article


def found_in(article: Article) -> dict[str, set[str]]:
    """Return the facts of an article as sets of words."""
    return {
        "updated": {article.facts_date.isoformat()} if article.facts_date else set(),
        "os": set(article.os),
        "versions": set(article.versions),
        "error_codes": set(article.error_codes),
        "kb": set(article.kb),
        "evidence": {article.evidence.value} - {_UNKNOWN},
        "caveats": {caveat.kind.value for caveat in article.caveats},
    }


def _expected(labels: dict[str, Any]) -> dict[str, set[str]]:
    values = {name: labels[name] if isinstance(labels[name], list) else [labels[name]] for name in FACTS}
    return {name: {str(value) for value in values[name]} - {_UNKNOWN} for name in FACTS}


def count(posts: Iterable[dict[str, Any]]) -> tuple[dict[str, Tally], list[str]]:
    """Return the tally of each fact over all posts, and one line for each difference."""
    tallies = {name: Tally() for name in FACTS}
    differences: list[str] = []
    for post in posts:
        found, expected = found_in(read_post(post)), _expected(post["labels"])
        for name, tally in tallies.items():
            tally.right += len(found[name] & expected[name])
            tally.wrong += len(found[name] - expected[name])
            tally.missed += len(expected[name] - found[name])
            if found[name] != expected[name]:
                differences.append(f"{post['title']}: {name} {sorted(found[name])}, expected {sorted(expected[name])}")
    return tallies, differences
