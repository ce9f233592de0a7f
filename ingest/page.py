"""A page as read from a source, before cleaning: what the readers hand to the cleaner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.types import Block

__all__ = ["Page", "Piece"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A block with what only its source can tell about it.

    `linked` is the share of its characters that are link text, 0–1 (0 where the source keeps no links). `alone` says
    that it stood between blank lines, which tells a title from one line of a list of links.
    """

    block: Block
    linked: float = 0.0
    alone: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    """All visible blocks of one page in reading order, chrome included; "" and None where the source does not say.

    `scraped` marks plain text without markup: its title, and where its body begins, must be found among the pieces.
    `tidy` marks text from a source that keeps articles apart from their pages: the rules for chrome stay away from it.
    `posted` marks the content of one post without its page: a paragraph that is only a link is meant there.
    """

    pieces: tuple[Piece, ...]
    title: str = ""
    url: str = ""
    published: date | None = None
    updated: date | None = None
    scraped: bool = False
    tidy: bool = False
    posted: bool = False
