"""Make an article of what a reader found: clean it, name it, and read its fields out of its text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from hashlib import blake2b

from bot.types import Article, Block, BlockKind
from ingest.clean import clean
from ingest.facts import facts_of, without_labels
from ingest.lines import fold
from ingest.page import Page
from ingest.rules import Patterns, Rules
from ingest.sources.front_matter import FrontMatter

__all__ = ["article_from_front_matter", "article_from_page", "slug"]

_TITLE_LENGTH = 60
"""Characters of the first sentence that serve as a title where nothing better is found."""
_NO_TITLE = frozenset({BlockKind.HEADING, BlockKind.CODE})
_NOTHING = Patterns(())
_NOT_ASCII_WORD = re.compile(r"[^a-z0-9_]+")
_SENTENCE = re.compile(r"[。！？!?\n]")


def article_from_page(
    identifier: str,
    page: Page,
    rules: Rules,
    *,
    name: str = "",
    repeated: frozenset[str] = frozenset(),
    topics: tuple[str, ...] = (),
) -> Article | None:
    """Return the cleaned article of a page without front matter, None if no text is left of it.

    `name` is the title where the page shows none; with "" its first sentence serves.
    """
    title, blocks = clean(page, rules, repeated)
    title, blocks = _titled(title, blocks, name, rules.not_title)
    if not _has_text(blocks):
        return None
    facts = facts_of(title, blocks, page, topics)
    text = without_labels(blocks)
    return Article(
        id=identifier,
        title=title,
        blocks=text if _has_text(text) else blocks,
        url=page.url,
        published=facts.published,
        updated=facts.updated,
        original_published=facts.original_published,
        os=facts.os,
        versions=facts.versions,
        topics=topics,
        error_codes=facts.error_codes,
        kb=facts.kb,
        evidence=facts.evidence,
        caveats=facts.caveats,
    )


def article_from_front_matter(identifier: str, matter: FrontMatter, page: Page, *, name: str = "") -> Article | None:
    """Return an article as its author wrote it: its fields from the front matter, its text untouched.

    What the front matter leaves out is read from the text, as for a page without any.
    """
    title, blocks = _titled(matter.title, tuple(piece.block for piece in page.pieces), name, _NOTHING)
    if not _has_text(blocks):
        return None
    facts = facts_of(title, blocks, replace(page, published=matter.published), matter.topics)
    stated = {name: getattr(matter, name) for name in matter.stated if name not in {"id", "title"}}
    read = {name: getattr(facts, name) for name in ("published", "updated", "os", "versions", "error_codes", "kb")}
    return Article(
        id=matter.id or identifier,
        title=title,
        blocks=blocks,
        **{**read, "evidence": facts.evidence, "caveats": facts.caveats, **stated},
    )


def slug(path: str) -> str:
    """Return an article id for a file path without suffix: lower-case ASCII, stable, distinct for distinct paths.

    A path that loses characters on the way gets a short hash of the whole, so that two Japanese file names differ.
    """
    path = unicodedata.normalize("NFC", path)
    short = _NOT_ASCII_WORD.sub("-", path.lower()).strip("-")
    if not re.fullmatch(r"[A-Za-z0-9_/.\-]+", path) or not short:
        digest = blake2b(path.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
        return f"{short}-{digest}" if short else digest
    return short


def _titled(title: str, blocks: tuple[Block, ...], name: str, not_title: Patterns) -> tuple[str, tuple[Block, ...]]:
    """Return the title, found if need be, and the blocks without the heading that repeats it.

    What a page does not call itself is its first heading, unless every article has that one, else its file's name, else
    its first sentence.
    """
    first = blocks[0] if blocks and blocks[0].kind is BlockKind.HEADING else None
    if not title and first is not None and not not_title.search(fold(first.text)):
        return first.text, blocks[1:]
    if first is not None and fold(first.text) == fold(title):
        return title, blocks[1:]
    if title or name:
        return title or name, blocks
    text = next((block.text for block in blocks if block.kind not in _NO_TITLE), "")
    return _SENTENCE.split(text.strip())[0][:_TITLE_LENGTH].strip(), blocks


def _has_text(blocks: tuple[Block, ...]) -> bool:
    return any(block.kind is not BlockKind.HEADING for block in blocks)
