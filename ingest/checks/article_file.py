"""Read one bundled article strictly: every field of its front matter, its body with the line of everything in it.

Ingesting is lenient, since an owner's blog is as it is; bundled articles are held to the format of `corpus/README.md`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from bot.errors import CorpusError
from bot.types import BlockKind
from ingest.sources.front_matter import FrontMatter, FrontMatterError, split_front_matter

__all__ = ["ArticleFile", "Unit", "read_article"]

_KEY = re.compile(r"([a-z_]+):")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_HEADING = re.compile(r"(?P<marks>#{1,6})\s+(?P<text>.+?)\s*#*\s*")
_ITEM = re.compile(r"(?:[-*+]|\d{1,9}[.)])\s+(?P<text>.+)")
_TABLE_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")


@dataclass(frozen=True, slots=True)
class Unit:
    """One line of the body that a reader sees: text without its mark, table cells joined by " | ".

    `heading` is the path of headings above it.
    """

    line: int
    heading: tuple[str, ...]
    kind: BlockKind
    text: str


@dataclass(frozen=True, slots=True)
class ArticleFile:
    """One article; `first_line` is the line of the file on which `body` begins."""

    path: Path
    front: FrontMatter
    body: str
    first_line: int

    def units(self) -> Iterator[Unit]:
        """Yield everything a reader sees but headings, in order."""
        path: list[tuple[int, str]] = []
        in_code = False
        for line, text in enumerate(self.body.split("\n"), self.first_line):
            headings = tuple(title for _, title in path)
            if _FENCE.match(text):
                in_code = not in_code
            elif in_code:
                if text.strip():
                    yield Unit(line, headings, BlockKind.CODE, text.strip())
            elif match := _HEADING.fullmatch(text):
                level = len(match["marks"])
                path = [item for item in path if item[0] < level] + [(level, match["text"])]
            elif text.strip() and not ("-" in text and _TABLE_RULE.fullmatch(text)):
                yield Unit(line, headings, *_visible(text))


def read_article(path: Path) -> ArticleFile:
    """Return an article that states every field of the front matter. Raises `CorpusError` naming file, line, remedy."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path} cannot be read ({error}); save it as UTF-8 text") from None
    try:
        front, body = split_front_matter(text)
    except FrontMatterError as error:
        raise CorpusError(f"{path}:{error.line}: {error}; correct it as corpus/README.md shows") from None
    if front is None:
        raise CorpusError(f"{path}:1: no front matter; start the file with --- lines as corpus/README.md shows")
    first_line = text.count("\n") - body.count("\n") + 1
    rows = enumerate(text.split("\n")[: first_line - 1], 1)
    stated = {match[1]: line for line, row in rows if (match := _KEY.match(row))}
    for field in fields(front):
        # Of the lists, only these three may be empty: not every article has a code, a KB number or a version.
        may_be_empty = field.name in {"versions", "error_codes", "kb"}
        if field.name == "stated" or (field.name == "asked" and field.name not in stated):
            continue
        if field.name not in stated:
            raise CorpusError(f"{path}:1: the field {field.name} is missing; add it as corpus/README.md shows")
        if not getattr(front, field.name) and not may_be_empty:
            raise CorpusError(
                f"{path}:{stated[field.name]}: {field.name} is empty; fill it in as corpus/README.md shows"
            )
    return ArticleFile(path, front, body, first_line)


def _visible(text: str) -> tuple[BlockKind, str]:
    """Return what a line of Markdown is, and its text without the mark that says so."""
    text = text.strip()
    if text.startswith(">"):
        return BlockKind.CAUTION, text.lstrip("> ")
    if text.startswith("|"):
        return BlockKind.TABLE, " | ".join(cell.strip() for cell in text.strip("|").split("|"))
    if match := _ITEM.fullmatch(text):
        return (BlockKind.STEP if text[0].isdigit() else BlockKind.BULLET), match["text"].strip()
    return BlockKind.PARAGRAPH, text
