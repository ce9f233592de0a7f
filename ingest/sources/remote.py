"""What a reader of a site is told and what it remembers, so that the next reading asks only for what changed.

The protocol: a reader yields `Article`, `Skipped`, or `Unchanged` for an article that the site says is as it was. It
may yield `Unchanged` only for ids in `Remote.known`, the articles that the live index holds. What it learns goes into
`Remote.memory`, and whoever reads saves that once the new generation is live, with the generation's name: a memory of
another generation than the live one is forgotten, since a failed build or a rollback would make its marks untrue, and
so is one that other rules for reading made, since these must reach articles that the site says are as they were.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ingest.sources.web import WebOptions

__all__ = ["Memory", "Remote", "SiteMemory", "load_memory", "save_memory"]

_log = logging.getLogger(__name__)
_NAME = "sites.json"
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
    """What was learnt of all sites of one index, by the address that the owner gave."""

    sites: dict[str, SiteMemory] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Remote:
    """What a reader of a site gets beside the address."""

    options: WebOptions = field(default_factory=WebOptions)
    known: frozenset[str] = frozenset()
    """Ids of the articles that the live index holds."""
    memory: Memory = field(default_factory=Memory)


@dataclass(frozen=True, slots=True)
class _Saved:
    format: int
    generation: str
    sites: dict[str, SiteMemory]


_SAVED = TypeAdapter(_Saved)


def load_memory(index: Path, generation: str) -> Memory:
    """Return what was saved with `generation`, nothing where that is another one or the file cannot be used."""
    try:
        saved = _SAVED.validate_json((index / _NAME).read_bytes())
    except FileNotFoundError:
        return Memory()
    except (OSError, ValidationError) as error:
        _log.info("sites are read in full: what was known of them cannot be used (%s)", type(error).__name__)
        return Memory()
    if saved.format != _FORMAT or saved.generation != generation:
        _log.info(
            "sites are read in full: what is known of them belongs to another generation of the index or to other rules"
        )
        return Memory()
    return Memory(saved.sites)


def save_memory(memory: Memory, index: Path, generation: str) -> None:
    """Keep `memory` beside the index for the next reading, in one step. Raises `OSError`."""
    path = index / _NAME
    part = path.with_suffix(".part")
    part.write_text(
        json.dumps(asdict(_Saved(_FORMAT, generation, memory.sites)), ensure_ascii=False, separators=(",", ":")),
        "utf-8",
    )
    part.replace(path)
