"""Undo what plain text does to layout: tables drawn with bars or tabs, lines wrapped by hand."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.types import Block, BlockKind
from ingest.lines import block_of, ends_sentence

__all__ = ["row_count", "table_of", "unwrap"]

_WRAP_MIN, _WRAP_MAX = 50, 110
"""Range of widths, in columns, at which people wrap text by hand."""
_WRAP_LINES = 5
"""Full lines there must be, besides a quarter of all lines."""
_FULL = 0.8
_RULE = re.compile(r"[\s|:+-]+")
_LEAST_RULED = 3
"""Rows from which the first one is taken for a header where no line is drawn below it."""


def row_count(texts: Sequence[str], start: int) -> int:
    """Return how many lines from `start` on are the rows of one table: two or more with equal bars or tabs, else 0."""
    for mark, least in (("\t", 1), ("|", 2)):
        count = texts[start].count(mark)
        if count >= least:
            end = start
            while end < len(texts) and texts[end].count(mark) == count:
                end += 1
            return end - start if end - start > 1 else 0
    return 0


def table_of(rows: Sequence[str]) -> Block:
    """Return the table that `rows` draw, without the line below its header."""
    ruled = any(map(_RULE.fullmatch, rows[1:2]))
    texts = []
    for row in rows:
        if not _RULE.fullmatch(row):
            cells = re.split(r"\t|\|", row.strip("|"))
            texts.append(" | ".join(" ".join(cell.split()) for cell in cells))
    return Block(BlockKind.TABLE, "\n".join(texts), header_rows=int(ruled or len(texts) >= _LEAST_RULED))


def unwrap(lines: Sequence[str]) -> Sequence[str]:
    """Join lines that were wrapped by hand at a fixed width; a text whose lines are paragraphs is returned as it is."""
    widths = [_width(line) for line in lines]
    most = max(widths, default=0)
    if not _WRAP_MIN <= most <= _WRAP_MAX:
        return lines
    full = {i for i, width in enumerate(widths) if width >= _FULL * most and not ends_sentence(lines[i])}
    if len(full) < max(_WRAP_LINES, sum(map(bool, widths)) // 4):
        return lines
    joined: list[str] = []
    for i, line in enumerate(lines):
        starts_block = block_of(line).kind is not BlockKind.PARAGRAPH or not line.strip() or "|" in line
        if i - 1 in full and joined and not starts_block:
            joined[-1] += "\n" + line.strip()
        else:
            joined.append(line)
    return joined


def _width(line: str) -> int:
    """Return the columns that a line takes: Japanese characters are two wide, and three bytes long."""
    text = line.strip()
    return (len(text) + len(text.encode("utf-8", "surrogatepass"))) // 2
