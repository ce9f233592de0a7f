"""Read the rows of a file: one from which an article of the live index was made is recognised, and not read again.

Reading is the slow part of an ingest in which nothing changed. What a row gives depends on its bytes, on what its
reader learnt of the whole file, and on the rules, with which a memory is forgotten (see `remote`): one digest tells.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b
from typing import TypeVar

from bot.types import Article
from ingest.digest import content_digest
from ingest.engines.engine import Run
from ingest.report import Skipped, Unchanged

__all__ = ["Made", "Recall"]

_Place = TypeVar("_Place")
_Row = TypeVar("_Row")

Made = tuple[str, str]
"""The id of an article that a row gave, and the digest of its content."""


@dataclass(frozen=True, slots=True)
class Recall:
    """What rows of one file gave before, by their digests, and what they give now. `run` reads the others."""

    run: Run = map
    known: Mapping[str, str] = field(default_factory=dict)
    """Digests of the live index's articles, by id: what a row gave counts only while that very article is there."""
    before: Mapping[str, Made] = field(default_factory=dict)
    now: dict[str, Made] = field(default_factory=dict)
    surveys: dict[str, list[str]] = field(default_factory=dict)
    """What its reader learnt of the whole file, by the digest of what it looked at: the last survey alone."""

    def survey(self, looked_at: Iterable[bytes], learn: Callable[[], frozenset[str]]) -> frozenset[str]:
        """Return what `learn` finds out about what is `looked_at`, which may be known."""
        digest = blake2b(digest_size=16)
        for part in looked_at:
            digest.update(len(part).to_bytes(8, "big") + part)
        known = self.surveys.get(digest.hexdigest())
        found = learn() if known is None else frozenset(known)
        self.surveys.clear()
        self.surveys[digest.hexdigest()] = sorted(found)
        return found

    def read(
        self,
        do: Callable[[_Row], Article | Skipped],
        rows: Iterable[tuple[_Place, _Row, bytes]],
        *,
        given: str = "",
    ) -> Iterator[tuple[_Place, Article | Skipped | Unchanged]]:
        """Yield the place of each row with what `do` makes of it, in order.

        The third of a row is all that tells it from others; `given` is what else `do` knows, the rules aside.
        """
        start = blake2b(given.encode("utf-8", "surrogatepass"), digest_size=16)
        waiting: deque[tuple[_Place, str, Made | None]] = deque()

        def unread() -> Iterator[tuple[_Row, ...]]:
            for place, row, told in rows:
                mark = start.copy()
                mark.update(told)
                made = self.before.get(mark.hexdigest())
                if made is not None and self.known.get(made[0]) != made[1]:
                    made = None
                waiting.append((place, mark.hexdigest(), made))
                yield (row,) if made is None else ()

        for item in self.run(partial(_done, do), unread()):
            place, mark, made = waiting.popleft()
            if isinstance(item, Article):
                made = item.id, content_digest(item)
            if made is not None:
                self.now[mark] = made
            if item is not None:
                yield place, item
            elif made is not None:
                yield place, Unchanged(*made)


def _done(do: Callable[[_Row], Article | Skipped], unread: tuple[_Row, ...]) -> Article | Skipped | None:
    return do(*unread) if unread else None
