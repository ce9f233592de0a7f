"""What a build came to: refuse what must not go live, and report the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.errors import ShrinkError, SourceError
from ingest.gather import Gathered
from ingest.live import Live
from ingest.report import BuildReport, NearDuplicate

__all__ = ["near_duplicates_of", "report", "require_articles", "require_most"]

_MOST_REMOVED = 0.2
"""Share of the articles that a build may drop unless it is told to: beyond it a source is more likely broken."""


def require_articles(found: Gathered[Any], sources: Sequence[str]) -> None:
    """Raise `SourceError` when nothing could be read."""
    if not found.hashes:
        first = f" ({found.skipped[0].source}: {found.skipped[0].reason})" if found.skipped else ""
        raise SourceError(f"no article could be read from {', '.join(sources)}{first}; the live index is unchanged")


def require_most(found: Gathered[Any], live: Live | None) -> None:
    """Raise `ShrinkError` when more than a fifth of the live articles would go."""
    before = live.hashes if live is not None else {}
    gone = len(before.keys() - found.hashes.keys())
    if gone > _MOST_REMOVED * len(before):
        raise ShrinkError(
            f"{gone} of {len(before)} articles would be removed, more than {_MOST_REMOVED:.0%}; the live index is "
            "unchanged: see whether the source is complete, or allow it with --allow-shrink"
        )


def report(
    found: Gathered[Any],
    live: Live | None,
    *,
    chunks: int,
    embedded: int,
    seconds: float,
    generation: str,
    dry_run: bool = False,
    chunks_per_second: float = 0.0,
    pairs: Sequence[NearDuplicate] = (),
) -> BuildReport:
    """Compare what was read with the live generation."""
    before = live.hashes if live is not None else {}
    now = found.hashes
    return BuildReport(
        articles=len(now),
        chunks=chunks,
        embedded=embedded,
        added=tuple(sorted(now.keys() - before.keys())),
        changed=tuple(sorted(name for name, digest in now.items() if before.get(name, digest) != digest)),
        unchanged=sum(before.get(name) == digest for name, digest in now.items()),
        removed=tuple(sorted(before.keys() - now.keys())),
        skipped=tuple(found.skipped),
        near_duplicates=tuple(pairs),
        dry_run=dry_run,
        generation=generation,
        seconds=round(seconds, 2),
        chunks_per_second=round(chunks_per_second, 1),
    )


def near_duplicates_of(live: Live) -> tuple[NearDuplicate, ...]:
    """Return the pairs that the live generation was found to hold."""
    return tuple(NearDuplicate(*pair) for pair in live.manifest.near_duplicates)
