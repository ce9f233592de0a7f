"""What a reader is told and what it remembers, so that the next reading asks for, and reads, only what changed.

The protocol: a reader yields `Article`, `Skipped`, or `Unchanged` for an article that is as it was. It may yield
`Unchanged` only for ids in `Remote.known`, the articles that the live index holds. What it learns goes into
`Remote.memory`, and whoever reads saves that once the new generation is live, with the generation's name: a memory of
another generation than the live one is forgotten, since a failed build or a rollback would make its marks untrue, and
so is one that other rules for reading made, since these must reach articles whose source is as it was.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from bot.types import Article
from ingest.digest import content_digest
from ingest.engines.engine import Run
from ingest.report import Skipped, Unchanged
from ingest.sources.recall import Made, Recall
from ingest.sources.web import WebOptions

__all__ = ["Memory", "Remote", "SiteMemory", "load_memory", "save_memory"]

_log = logging.getLogger(__name__)
_Found = TypeVar("_Found")
_Item = Article | Skipped | Unchanged
_NAME = "sources.json"
_FORMAT = 1


@dataclass(slots=True)
class SiteMemory:
    """What was learnt of one site: marks by article id, validators by address, chrome that its posts repeat.

    A mark is whatever changes when its article does. `lists` keeps, by address, what a validator stands for.
    """

    marks: dict[str, str] = field(default_factory=dict)
    validators: dict[str, dict[str, str]] = field(default_factory=dict)
    lists: dict[str, Any] = field(default_factory=dict)
    repeated: list[str] | None = None
    newest: str = ""
    """When the newest change that was read happened, by the site's clock."""


@dataclass(slots=True)
class Memory:
    """What was learnt of all sources of one index, by the address or path that the owner gave."""

    sites: dict[str, SiteMemory] = field(default_factory=dict)
    made: dict[str, dict[str, Made]] = field(default_factory=dict)
    """What each row of a file, or file of a folder, gave, by the digest of all that decided it; of a site, by id."""

    surveys: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    """What the reader of a file or folder learnt of all of it, by the digest of what it looked at."""

    def of(self, sources: Sequence[str]) -> Memory:
        """Return what was learnt of `sources` alone."""
        return Memory(_only(self.sites, sources), _only(self.made, sources), _only(self.surveys, sources))


@dataclass(frozen=True, slots=True)
class Remote:
    """What a reader gets beside the address or path."""

    options: WebOptions = field(default_factory=WebOptions)
    known: Mapping[str, str] = field(default_factory=dict)
    """Digests of the articles that the live index holds, by id."""
    memory: Memory = field(default_factory=Memory)

    def recall(self, source: str, run: Run) -> Recall:
        """Return what is known of the rows of a file or folder; what they give now takes its place in the memory."""
        before = self.memory.made.get(source, {})
        now: dict[str, Made] = {}
        self.memory.made[source] = now
        return Recall(run, self.known, before, now, self.memory.surveys.setdefault(source, {}))

    def of_site(self, source: str) -> Remote:
        """Return this for one site: known is what it gave itself, not what another source gave under the same id."""
        made = self.memory.made.get(source, {}).values()
        return replace(self, known={name: digest for name, digest in made if self.known.get(name) == digest})

    def noting(self, source: str, items: Iterable[_Item]) -> Iterator[_Item]:
        """Yield what a site gives, remembering which articles these are."""
        now: dict[str, Made] = {}
        for item in items:
            if isinstance(item, Article):
                now[item.id] = item.id, content_digest(item)
            elif isinstance(item, Unchanged):
                now[item.article_id] = item.article_id, self.known[item.article_id]
            yield item
        self.memory.made[source] = now


@dataclass(frozen=True, slots=True)
class _Saved:
    format: int
    generation: str
    memory: Memory


def _only(found: dict[str, _Found], sources: Sequence[str]) -> dict[str, _Found]:
    return {source: found[source] for source in sources if source in found}


_SAVED = TypeAdapter(_Saved)


def load_memory(index: Path, generation: str) -> Memory:
    """Return what was saved with `generation`, nothing where that is another one or the file cannot be used."""
    try:
        saved = _SAVED.validate_json((index / _NAME).read_bytes())
    except FileNotFoundError:
        return Memory()
    except (OSError, ValidationError) as error:
        _log.info("sources are read in full: what was known of them cannot be used (%s)", type(error).__name__)
        return Memory()
    if saved.format != _FORMAT or saved.generation != generation:
        _log.info("sources are read in full: what is known of them belongs to another generation or to other rules")
        return Memory()
    return saved.memory


def save_memory(memory: Memory, index: Path, generation: str) -> None:
    """Keep `memory` beside the index for the next reading, in one step. Raises `OSError`."""
    path = index / _NAME
    part = path.with_suffix(".part")
    part.write_text(
        json.dumps(asdict(_Saved(_FORMAT, generation, memory)), ensure_ascii=False, separators=(",", ":")), "utf-8"
    )
    part.replace(path)
