"""What an ingest reports: what a build changed, and the inputs that were left out, each with reason and remedy."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["BuildReport", "NearDuplicate", "Skipped", "Unchanged"]


@dataclass(frozen=True, slots=True)
class Skipped:
    """One input that could not become an article; the others are read all the same.

    `source` names the file, with a line number (`file:12`) where one is known. `reason` says what was found and
    `remedy` what to do about it; neither repeats the input's text.
    """

    source: str
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Unchanged:
    """An article that its source knows to be as it was at the last ingest, without reading it again.

    A reader yields this only for ids that it was told the live index has; the builder takes it over from there.
    `digest` is that of the article's content where the reader knows it, else "".
    """

    article_id: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class NearDuplicate:
    """Two articles that share most of their wording: the guide may cite either, and an edit of one misses the other."""

    first: str
    second: str
    shared: float
    """Jaccard similarity of their sets of character pairs, 0 to 1."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What one build did, or would do.

    `added`, `changed` and `removed` are article ids, sorted; the rest are counts.
    """

    articles: int
    chunks: int
    embedded: int
    """Chunks whose vectors could not be reused from the live generation."""
    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: int
    removed: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    notice: str = ""
    """What the owner should know about the embedding model, "" when there is nothing."""
    near_duplicates: tuple[NearDuplicate, ...] = ()
    dry_run: bool = False
    """Whether all this was only looked at."""
    generation: str = ""
    """The live generation afterwards; the same as before when nothing changed."""
    seconds: float = 0.0
    chunks_per_second: float = 0.0
    """Of those embedded anew, while embedding."""
