"""An article as sentences, each with where it stands: what the rules for facts read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import IntEnum
from itertools import islice
from typing import NamedTuple

from bot.text.normalize import normalize
from bot.types import Block, BlockKind

__all__ = ["Place", "Said", "in_prose", "sentences_of"]

_LEAD = 6
"""Blocks of text, before the first heading and under each that introduces, that are read as the lead: there an author
says what an article is about and how it stands, and greetings may take two of them."""
_INTRODUCES = re.compile(r"この(?:記事|ページ)|本記事|要約|要点|概要|はじめに|まえがき|結論|お知らせ|目次")
"""What headings of the lead say; any other one ends it, unless nothing stands before it."""
_SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?]*[」』）)】]?")
_LONGEST = 300
"""Characters of a sentence that are read: a statement about the article is short, and what is longer is a list."""
_MOST = 5_000
"""Sentences that are read; the longest real article has some 2,000, and a hostile one may have millions."""


class Place(IntEnum):
    """Where a sentence stands, the more telling places last."""

    BODY = 0
    LEAD = 1
    HEADING = 2
    TITLE = 3


class Said(NamedTuple):  # made by the hundred for every article, and a tuple is made fastest
    """One sentence: `text` is the article's own, `plain` the same folded for matching, `section` the heading above."""

    text: str
    plain: str
    place: Place
    kind: BlockKind
    section: str = ""


def sentences_of(title: str, blocks: Sequence[Block]) -> tuple[Said, ...]:
    """Return the title and all sentences, headings and table rows of an article in reading order."""
    return tuple(islice(_sentences(title, blocks), _MOST))


def in_prose(said: Said) -> bool:
    """Tell whether somebody says a sentence, rather than a command or the screen."""
    return said.kind is not BlockKind.CODE


def _sentences(title: str, blocks: Sequence[Block]) -> Iterator[Said]:
    yield Said(title, normalize(title[:_LONGEST]), Place.TITLE, BlockKind.HEADING)
    section = ""
    room, begun = _LEAD, False
    for block in blocks:
        if block.kind is BlockKind.HEADING:
            section = normalize(block.text[:_LONGEST])
            room = _LEAD if not begun or _INTRODUCES.search(section) else 0
            yield Said(block.text, section, Place.HEADING, block.kind, section)
            continue
        place = Place.LEAD if room > 0 else Place.BODY
        room, begun = room - 1, True
        for match in _SENTENCE.finditer(block.text):
            if sentence := match[0].strip():
                yield Said(sentence, normalize(sentence[:_LONGEST]), place, block.kind, section)
