"""Read an article's fields out of its text where no front matter states them; what it does not say stays unknown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.text.identifiers import IdentifierKind, find_identifiers
from bot.text.normalize import normalize
from bot.types import Block, BlockKind, Caveat, Evidence
from ingest.facts.caveats import caveats_of
from ingest.facts.dates import dates_of, names_update, parse_date
from ingest.facts.evidence import evidence_of, stated_evidence
from ingest.facts.said import sentences_of
from ingest.facts.systems import names_target, releases_of, systems_of
from ingest.page import Page

__all__ = ["Facts", "facts_of", "parse_date", "without_labels"]

_MAY_IDENTIFY = re.compile(r"\d{4}|[0０][xXｘＸ]|\d[HhＨ]\d")
"""What a line with a code or a KB number holds; looking closer at every line would take most of the time."""
_LABEL = re.compile(r"^.{0,16}[:：]")
_LABELS = frozenset({BlockKind.PARAGRAPH, BlockKind.BULLET})
_LINE = 120
"""Characters of a line that states a fact by its label; a label is short."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the text itself says of an article; the names are those of `Article`."""

    published: date | None
    updated: date | None
    original_published: date | None
    os: tuple[str, ...]
    versions: tuple[str, ...]
    error_codes: tuple[str, ...]
    kb: tuple[str, ...]
    evidence: Evidence
    caveats: tuple[Caveat, ...]


def facts_of(title: str, blocks: Sequence[Block], page: Page, topics: Sequence[str] = ()) -> Facts:
    """Return the facts in a cleaned article. Lists are in order of first mention, without repetition.

    `page` is what it was cleaned from: the dates that its source gives, and lines such as 「対象：Windows 11」, which
    are chrome to the cleaner where most articles of a blog carry the same one. `topics` are categories and tags.
    """
    lines = [title, *(line for block in blocks for line in block.text.split("\n"))]
    found = find_identifiers("\n".join(line for line in lines if _MAY_IDENTIFY.search(line)))
    sentences = sentences_of(title, blocks)
    stated = [normalize(line) for piece in page.pieces if _LABEL.search(line := piece.block.text[:_LINE])]
    published, updated, original = dates_of(page, title, sentences)
    return Facts(
        published=published,
        updated=updated,
        original_published=original,
        os=systems_of(sentences, stated, topics),
        versions=releases_of(sentences, stated, topics),
        error_codes=_unique(i.canonical for i in found if i.kind is IdentifierKind.ERROR_CODE),
        kb=_unique(i.canonical for i in found if i.kind is IdentifierKind.KB),
        evidence=stated_evidence(stated) or evidence_of(sentences, topics),
        caveats=caveats_of(sentences),
    )


def without_labels(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return the blocks without lines that only state a fact (「根拠：公式」): they are no part of an answer."""
    return tuple(block for block in blocks if not _is_label(block))


def _is_label(block: Block) -> bool:
    if block.kind not in _LABELS or not _LABEL.search(block.text[:_LINE]) or len(block.text) > _LINE:
        return False
    line = normalize(block.text)
    return names_target(line) or names_update(line) or stated_evidence([line]) is not None


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
