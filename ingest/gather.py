"""Read all articles of a build, tell what is new, and hand each on; while nothing is, nothing is written."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Generic, TypeVar

from bot.errors import SourceError
from bot.types import Article, Chunk
from ingest.chunk import chunk
from ingest.digest import content_digest
from ingest.draft import Drafting
from ingest.engines.engine import Run
from ingest.live import Live
from ingest.report import Skipped, Unchanged

__all__ = ["Gathered", "Progress", "begin_anew", "gather"]

Progress = Callable[[str, int, int], None]
"""Called with a stage (`reading`, `embedding`, `indexing`, `writing`, `checking`), how many are done, and how many
there are (0: unknown). Reading counts articles, the others chunks."""

_DraftT = TypeVar("_DraftT", bound=Drafting)


@dataclass(slots=True)
class Gathered(Generic[_DraftT]):
    """What was read. `draft` is None while all is as in the live generation, in the same order."""

    hashes: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)
    draft: _DraftT | None = None


def gather(
    items: Iterable[Article | Skipped | Unchanged],
    live: Live | None,
    start: Callable[[], _DraftT],
    progress: Progress,
    run: Run = map,
) -> Gathered[_DraftT]:
    """Read `items`, and begin a draft with `start` at the first article that differs from the live generation.

    `run` cuts articles into chunks.
    Raises `SourceError` for an article said to be unchanged that the live generation lacks.
    """
    found: Gathered[_DraftT] = Gathered()
    same = _order(live)
    for item, parts in _chunked(items, live, run):
        if isinstance(item, Skipped):
            found.skipped.append(item)
            continue
        article, digest = item.article, item.digest
        if article.id in found.hashes:
            reason, remedy = "a second article has the same id", "give each article an id of its own"
            found.skipped.append(Skipped(article.id, reason, remedy))
            continue
        if not item.copied and not parts:
            reason, remedy = "the article has no text", "check that its content is not an image or a script"
            found.skipped.append(Skipped(article.id, reason, remedy))
            continue
        if found.draft is None and not (item.copied and next(same, None) == article.id):
            found.draft = _begin(start, live, len(found.hashes))
        if found.draft is not None:
            if item.copied:
                found.draft.copy(article)
            else:
                found.draft.add(article, digest, parts)
        found.hashes[article.id] = digest
        found.titles[article.id] = article.title
        progress("reading", len(found.hashes), 0)
    if found.draft is None and next(same, None) is not None:
        found.draft = _begin(start, live, len(found.hashes))
    return found


def begin_anew(found: Gathered[_DraftT], live: Live, start: Callable[[], _DraftT]) -> None:
    """Begin a draft of all that was read, where nothing differs and a generation is wanted all the same."""
    found.draft = _begin(start, live, len(found.hashes))


def _begin(start: Callable[[], _DraftT], live: Live | None, count: int) -> _DraftT:
    """Begin a draft with the first `count` articles of the live generation."""
    draft = start()
    for name in islice(_order(live), count):
        article = live.documents.article(name) if live is not None else None
        if article is not None:
            draft.copy(article)
    return draft


@dataclass(frozen=True, slots=True)
class _Item:
    """An article as it is; `copied` says that the live generation has the chunks it would get."""

    article: Article
    digest: str
    copied: bool


def _chunked(
    items: Iterable[Article | Skipped | Unchanged], live: Live | None, run: Run
) -> Iterator[tuple[_Item | Skipped, list[Chunk]]]:
    """Yield the items in order, each with the chunks of a new or changed article."""
    waiting: deque[_Item | Skipped] = deque()

    def taken() -> Iterator[Article | None]:
        for item in items:
            found = item if isinstance(item, Skipped) else _resolved(item, live)
            waiting.append(found)
            yield None if isinstance(found, Skipped) or found.copied else found.article

    for parts in run(_parts, taken()):
        yield waiting.popleft(), parts


def _parts(article: Article | None) -> list[Chunk]:
    return [] if article is None else chunk(article)


def _order(live: Live | None) -> Iterator[str]:
    return iter(live.spans if live is not None and live.copies else ())


def _resolved(item: Article | Unchanged, live: Live | None) -> _Item:
    """Return the article with its content digest."""
    if isinstance(item, Article):
        digest = content_digest(item)
        return _Item(item, digest, live is not None and live.copies and live.hashes.get(item.id) == digest)
    article = live.documents.article(item.article_id) if live is not None else None
    if live is None or article is None or (item.digest and live.hashes[item.article_id] != item.digest):
        raise SourceError(
            f"{item.article_id} is said to be unchanged, and the live index lacks it as it was; read it anew"
        )
    return _Item(article, live.hashes[item.article_id], live.copies)
