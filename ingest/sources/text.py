"""Read plain text, hand-written or scraped from a page, into blocks: infer the headings, lists and tables that it lost.

A heading is a short line that ends no sentence, stands apart, and has a body below it. Blank lines tell most of that;
where a text has none, the neighbours' shape has to do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.types import Block, BlockKind
from ingest.lines import block_of, ends_sentence, fold, lead_in
from ingest.page import Page, Piece
from ingest.sources.text_layout import row_count, table_of, unwrap

__all__ = ["read_text"]

_HEADING_MAX = 50
"""Longest inferred heading, in characters; a question (Q1: …) may have half as many again."""
_TIGHT_MAX = 20
"""Longest heading whose body follows without a blank line."""
_BODY_MIN = 40
"""A line this long is body text even where it ends no sentence."""
_STACK_MAX = 2
"""Headings that may follow one another directly; more short lines in a row are a menu."""
_SPACED = 0.15
"""Least share of blank lines in a text that uses them to set paragraphs apart."""
_CONTENTS_MIN, _CONTENTS_SHARE = 3, 0.6
"""A list of this many items that names this share of the headings is a table of contents."""

_HASHES = re.compile(r"(#{1,6})\s+(?=\S)")
_MARK = re.compile(r"[■□◆◇▼▽★☆◎]\s*(?=\S)")
_QUESTION = re.compile(r"(?:Q|質問)\s*\d*\s*[.:、]\s*\S")
_CONDITION = re.compile(r"(?:場合|ケース|とき|時|人|方)(?:\(.*\))?$")
_TAIL = re.compile(r"(?:\([^()]*\))?[。.]?$")
_DATED = re.compile(r"\S{8}【[^】]*\d{4}[^】]*】$|\d{4}[/.年-]\d{1,2}[/.月-]\d{1,2}日?$")
"""Ends of a link to another article, and of a line that states a date."""
_LIST = frozenset({BlockKind.BULLET, BlockKind.STEP})


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    folded: str
    block: Block
    before: bool
    after: bool

    @property
    def alone(self) -> bool:
        return self.before and self.after


def read_text(text: str) -> Page:
    """Return the page that a plain text holds; its title is yet to be found among the pieces."""
    lines = _lines(unwrap(text.split("\n")))
    headings = _headings(lines)
    skip = _contents(lines, {lines[i].folded for i in headings})
    texts = [line.text for line in lines]
    pieces: list[Piece] = []
    i = 0
    while i < len(lines):
        line = lines[i]
        if count := row_count(texts, i):
            rows = lines[i : i + count]
            pieces.append(Piece(table_of([row.text for row in rows]), alone=line.before and rows[-1].after))
            i += count
            continue
        if i not in skip:
            pieces.append(Piece(headings.get(i, line.block), alone=line.alone))
        i += 1
    return Page(tuple(pieces), scraped=True)


def _lines(raw: Sequence[str]) -> list[_Line]:
    """Return the lines that say something, each knowing whether blank lines surround it."""
    lines: list[_Line] = []
    indents: list[int] = []
    blank = True
    for text in raw:
        stripped = text.strip()
        if not any(map(str.isalnum, stripped)) and "|" not in stripped:
            blank = True
            continue
        if blank and lines:
            lines[-1] = replace(lines[-1], after=True)
        block = block_of(stripped)
        if block.kind in _LIST:
            indent = len(text) - len(text.lstrip())
            indents = [known for known in indents if known < indent]
            block = replace(block, level=len(indents))
            indents.append(indent)
        else:
            indents = []
        lines.append(_Line(stripped, fold(stripped), block, before=blank, after=False))
        blank = False
    if lines:
        lines[-1] = replace(lines[-1], after=True)
    return lines


def _headings(lines: Sequence[_Line]) -> dict[int, Block]:
    """Return the heading at each line that is one; levels come from what stands around it."""
    spaced = sum(line.before for line in lines[1:]) >= _SPACED * len(lines)
    repeated = _repeated_steps(lines)
    found: dict[int, Block] = {}
    for i, line in enumerate(lines):
        if match := _HASHES.match(line.text):
            found[i] = Block(BlockKind.HEADING, line.text[match.end() :].strip("# "), level=len(match[1]))
        elif i in repeated or (_asks(line) and _opens(lines, i)):
            found[i] = Block(BlockKind.HEADING, line.text, level=3)
        elif (match := _MARK.match(line.text)) and _shaped(line) and not _same_mark_next(lines, i) and _opens(lines, i):
            found[i] = Block(BlockKind.HEADING, line.text[match.end() :].strip(), level=2)
        elif _is_text(line) and _shaped(line) and _apart(lines, i, spaced) and _opens(lines, i):
            found[i] = Block(BlockKind.HEADING, line.text, level=2)
    _deepen(found, lines)
    return found


def _is_text(line: _Line) -> bool:
    """Tell whether a line has no list mark of its own; 「【重要】」 may open a heading as well as a warning."""
    return line.block.kind is BlockKind.PARAGRAPH or (
        line.block.kind is BlockKind.CAUTION and line.text.startswith("【")
    )


def _asks(line: _Line) -> bool:
    return bool(_QUESTION.match(line.folded)) and len(line.text) <= 1.5 * _HEADING_MAX


def _deepen(found: dict[int, Block], lines: Sequence[_Line]) -> None:
    """Put a heading one level below the one it stands on, and a row of cases (「…の場合」) below its subject."""
    places = sorted(found)
    cases = {
        place
        for pair in pairwise(places)
        if all(_CONDITION.search(lines[i].folded) for i in pair)
        for place in pair
        if place != places[0]
    }
    for above, place in pairwise(places):
        if found[place].level != 2 or _HASHES.match(lines[place].text):  # noqa: PLR2004
            continue
        if place in cases:
            found[place] = replace(found[place], level=3)
        elif place == above + 1:
            found[place] = replace(found[place], level=min(6, found[above].level + 1))


def _shaped(line: _Line) -> bool:
    """Tell whether the line by itself could be a heading."""
    text = line.folded
    return (
        1 < len(text) <= _HEADING_MAX
        and "。" not in text
        and (not ends_sentence(text) or text.endswith("?"))
        and not lead_in(text)
        and not text.endswith(("、", ","))
        and not _DATED.search(text)
        and any(map(str.isalpha, text))
        and "|" not in text
        and "\t" not in line.text
        and not text.startswith(("http://", "https://", "A.", "A:", "※"))
    )


def _apart(lines: Sequence[_Line], i: int, spaced: bool) -> bool:
    """Tell whether line `i` stands apart from its neighbours as a heading does."""
    line, below = lines[i], lines[i + 1] if i + 1 < len(lines) else None
    if below is None:
        return False
    if spaced:
        listed = below.block.kind is not BlockKind.PARAGRAPH
        tight = len(line.folded) <= _TIGHT_MAX and len(below.folded) >= _BODY_MIN and ends_sentence(below.text)
        return line.alone or (line.before and (listed or tight))
    above = lines[i - 1] if i else None
    if above is None or line.before or above.block.kind is not BlockKind.PARAGRAPH:
        return True
    return ends_sentence(above.text) or "|" in above.text


def _opens(lines: Sequence[_Line], i: int) -> bool:
    """Tell whether a body follows line `i`, directly or below one more heading."""
    for below in lines[i + 1 : i + 2 + _STACK_MAX]:
        if below.block.kind is not BlockKind.PARAGRAPH:
            return not (below.block.kind is BlockKind.BULLET and _parallel(lines[i].folded, below.folded))
        if len(below.folded) >= _BODY_MIN or below.folded.startswith("※") or "|" in below.text:
            return True
        if ends_sentence(below.text) or lead_in(below.text):
            return True
        if not (_shaped(below) and below.before):
            return False
    return False


def _parallel(text: str, item: str) -> bool:
    """Tell whether two lines end alike, as the items of one list do (「電話で申し込む」, 「・窓口で申し込む」)."""
    ends = (_TAIL.sub("", text)[-4:], _TAIL.sub("", item)[-4:])
    return len(ends[0]) == 4 and ends[0] == ends[1]  # noqa: PLR2004


def _same_mark_next(lines: Sequence[_Line], i: int) -> bool:
    return i + 1 < len(lines) and lines[i + 1].text[0] == lines[i].text[0]


def _repeated_steps(lines: Sequence[_Line]) -> set[int]:
    """Return the lines that repeat an item of an earlier numbered list, each with a body of its own: headings."""
    runs: list[list[int]] = []
    for i, line in enumerate(lines):
        if line.block.kind is not BlockKind.STEP:
            continue
        last = runs[-1][-1] if runs else -2
        if last == i - 1 and lines[last].block.number + 1 == line.block.number:
            runs[-1].append(i)
        else:
            runs.append([i])
    listed: set[str] = set()
    repeated: set[int] = set()
    for run in runs:
        texts = {lines[i].folded for i in run}
        if len(run) == 1 and texts <= listed and run[0] + 1 < len(lines):
            repeated.add(run[0])
        elif len(run) > 1:
            listed |= texts
    return repeated


def _contents(lines: Sequence[_Line], headings: set[str]) -> set[int]:
    """Return the lines of a table of contents: a list that mostly names the headings to come."""
    run: list[int] = []
    for i, line in enumerate((*lines, None)):
        if line is not None and line.block.kind in _LIST:
            run.append(i)
            continue
        named = {fold(lines[j].block.text) for j in run} & headings
        if len(run) >= _CONTENTS_MIN and len(named) >= _CONTENTS_SHARE * max(len(run), len(headings)):
            return set(run)
        run = []
    return set()
