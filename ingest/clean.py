"""Take a page down to its article: no sign-up notices, advertising, related links, comments, blog self-portraits.

Nothing here knows a particular page. What goes is what the rules in `boilerplate.yaml` describe, what most pages of one
source repeat, what is nothing but links, and what stands between those at the foot of a page. What stays keeps its own
characters, but for the names of call-centre staff.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from bot.types import Block, BlockKind
from ingest.lines import ends_sentence, fold
from ingest.page import Page, Piece
from ingest.rules import Rules
from ingest.staff import mask_staff

__all__ = ["clean", "repeated_blocks"]

_REPEATED_SHARE, _REPEATED_MIN = 0.5, 4
"""A block is chrome when at least this share of the pages, and this many, carry it word for word."""
_REPEATED_LENGTH = 8
"""Characters a block must have to count as repeated; 「次へ」 may well be in every article."""
_HEAD = 80
"""Blocks from the top among which a scraped page's title and the start of its body are looked for."""
_TITLE_ABOVE = 12
"""Blocks from the top among which the title is, where nothing marks the start of the body."""
_TITLE_LENGTH = range(4, 121)
_OPENER_LENGTH = 50
_KEPT_BEFORE = 3
"""Blocks of article that must precede closing words or comments; anything earlier is no foot of a page."""
_SECTION_MOST = 0.4
"""A chrome section larger than this share of its page is taken for a misread one: only its own lines are judged."""
_SMALL_PAGE = 1_000
"""Characters below which a page may be nearly all chrome, and the share says nothing."""
_FOOT_MOST = 0.75
"""Share of the page that comments may take; what is larger is no foot."""
_FOOT_SHARE = 0.7
"""A foot of the page of which this much is chrome goes as a whole."""
_LINKED = 0.9
"""Share of link text from which a block is nothing but a link."""
_CARD_MIN = 30
"""Least characters of an excerpt; the lines of a menu are shorter."""

_DATED_LINK = re.compile(r"^[^。]{8,}【[^】]*\d{4}[./年-]\d{1,2}[./月-]\d{1,2}[^】]*】$")
_PHONE = re.compile(r"\d{2,4}-\d{2,4}-\d{3,4}")
_LIST = frozenset({BlockKind.BULLET, BlockKind.STEP})
_TEXT = frozenset({BlockKind.PARAGRAPH, BlockKind.CAUTION})
_VERBATIM = frozenset({BlockKind.TABLE, BlockKind.CODE})
_REPEATABLE = frozenset({BlockKind.PARAGRAPH, BlockKind.BULLET})
"""Steps, commands and warnings rightly recur from article to article."""


def repeated_blocks(pages: Iterable[Page]) -> frozenset[str]:
    """Return the folded texts that most of `pages` share; all pages should be of one source, with chrome of its own."""
    count, counts = 0, Counter[str]()
    for page in pages:
        count += 1
        counts.update({fold(p.block.text) for p in page.pieces if p.block.kind in _REPEATABLE})
    least = max(_REPEATED_MIN, _REPEATED_SHARE * count)
    return frozenset(text for text, n in counts.items() if n >= least and len(text) >= _REPEATED_LENGTH)


def clean(page: Page, rules: Rules, repeated: frozenset[str] = frozenset()) -> tuple[str, tuple[Block, ...]]:
    """Return the title and the article's own blocks; the title is "" where the page shows none."""
    title, pieces = page.title, page.pieces
    if page.scraped:
        title, start = _head(pieces, title, rules)
        pieces = pieces[start:]
    keep = [not _is_repeated(piece, repeated) for piece in pieces]
    if not page.tidy:
        _judge(pieces, keep, rules, scraped=page.scraped)
        _drop_links(pieces, keep, posted=page.posted)
    if page.scraped:
        _drop_cards(pieces, keep)
    blocks = [piece.block for piece, kept in zip(pieces, keep, strict=True) if kept]
    return title, mask_staff(_without_empty_headings(blocks), rules)


def _head(pieces: Sequence[Piece], title: str, rules: Rules) -> tuple[str, int]:
    """Return a scraped page's title, the known one if there is one, and where its body starts."""
    texts = [fold(piece.block.text) for piece in pieces[:_HEAD]]
    start = max((i + 1 for i, text in enumerate(texts) if rules.start.search(text)), default=0)
    if title:
        known = fold(title)
        return title, max(start, next((i + 1 for i, text in enumerate(texts) if text == known), 0))
    best, place = 0, -1
    for i, text in enumerate(texts[: start or _TITLE_ABOVE]):
        score = _title_score(pieces[i], text, rules)
        if score > best:
            best, place = score, i
        if not start and not _is_preamble(text, rules):
            break
    if place < 0:
        return "", start
    return pieces[place].block.text, max(start, place + 1)


def _is_preamble(text: str, rules: Rules) -> bool:
    """Tell whether a line above a title is one of the page's and not yet the article's."""
    short = len(text) < _CARD_MIN and not ends_sentence(text)
    return short or rules.line.search(text) or rules.section.search(text)


def _title_score(piece: Piece, text: str, rules: Rules) -> int:
    if len(text) not in _TITLE_LENGTH or piece.block.kind in _LIST | _VERBATIM or text.endswith("。"):
        return 0
    if rules.line.search(text) or rules.section.search(text) or rules.not_title.search(text):
        return 0
    dated = bool(_DATED_LINK.match(text))
    heading = piece.block.kind is BlockKind.HEADING or dated or (piece.alone and not ends_sentence(text))
    return heading * (4 * dated + 2 * piece.alone + text.startswith("【") + 1)


def _is_repeated(piece: Piece, repeated: frozenset[str]) -> bool:
    return bool(repeated) and piece.block.kind in _REPEATABLE and fold(piece.block.text) in repeated


def _judge(pieces: Sequence[Piece], keep: list[bool], rules: Rules, *, scraped: bool) -> None:
    """Clear `keep` for each piece that a rule drops, alone, with its section, or with the foot of the page."""
    texts = [fold(piece.block.text) for piece in pieces]
    sizes = [len(piece.block.text) for piece in pieces]
    total, left = sum(sizes), sum(sizes)
    named = {text for piece, text in zip(pieces, texts, strict=True) if piece.block.kind is BlockKind.HEADING}
    feet: list[int] = []
    kept = i = 0
    closing = listing = False
    while i < len(pieces):
        block, text = pieces[i].block, texts[i]
        heading = block.kind is BlockKind.HEADING
        opens = heading or (scraped and _could_open(pieces[i], text))
        below = kept >= _KEPT_BEFORE
        end = i + 1
        if opens and below and left <= _FOOT_MOST * total and rules.rest.search(text):
            keep[i:] = [False] * (len(pieces) - i)
        elif opens and rules.section.search(text):
            if closing:
                keep[i:] = [False] * (len(pieces) - i)
                break
            feet += [i] * below
            section = _section_end(pieces, i)
            if total < _SMALL_PAGE or sum(sizes[i:section]) <= _SECTION_MOST * total:
                end = section
            keep[i:end] = [False] * (end - i)
        elif opens and rules.list.search(text):
            keep[i], listing = False, True
        elif listing and (block.kind in _LIST or pieces[i].linked >= _LINKED or (text in named and not heading)):
            keep[i] = False
        else:
            listing = False
            if heading and below and rules.closing.search(text):
                closing = True
            elif block.kind not in _VERBATIM and rules.line.search(text):
                keep[i] = False
            kept += keep[i] and not heading
        left -= sum(sizes[i:end])
        i = end
    _drop_foot(sizes, keep, feet)


def _drop_foot(sizes: Sequence[int], keep: list[bool], feet: Sequence[int]) -> None:
    """Drop all from a chrome section on, if most of that is chrome already; `feet` are the sections to try."""
    for foot in feet:
        dropped = sum(size for size, stays in zip(sizes[foot:], keep[foot:], strict=True) if not stays)
        if dropped >= _FOOT_SHARE * sum(sizes[foot:]):
            keep[foot:] = [False] * (len(keep) - foot)
            return


def _could_open(piece: Piece, text: str) -> bool:
    """Tell whether a line of plain text may be a heading that inference missed."""
    return piece.alone and piece.block.kind in _TEXT and len(text) <= _OPENER_LENGTH and not text.endswith(("。", ":"))


def _section_end(pieces: Sequence[Piece], start: int) -> int:
    """Return where the section that `start` opens ends: the next heading of its own or a higher level."""
    block = pieces[start].block
    level = block.level if block.kind is BlockKind.HEADING else 6
    for i in range(start + 1, len(pieces)):
        below = pieces[i].block
        if below.kind is BlockKind.HEADING and below.level <= level:
            return i
    return len(pieces)


def _drop_cards(pieces: Sequence[Piece], keep: list[bool]) -> None:
    """Drop links to other articles in plain text: a dated title, or a short line above an excerpt that is cut off."""
    for i, piece in enumerate(pieces):
        text = fold(piece.block.text)
        if not keep[i] or piece.block.kind in _VERBATIM or piece.block.kind is BlockKind.STEP:
            continue
        below = pieces[i + 1] if i + 1 < len(pieces) else None
        cut = below is not None and below.block.kind is BlockKind.PARAGRAPH and _is_cut(below)
        dated = bool(_DATED_LINK.match(text))
        if dated or (cut and not piece.alone and not ends_sentence(text)):
            keep[i] = False
            if cut:
                keep[i + 1] = False


def _is_cut(piece: Piece) -> bool:
    text = fold(piece.block.text)
    return len(text) >= _CARD_MIN and text.endswith("...")


def _drop_links(pieces: Sequence[Piece], keep: list[bool], *, posted: bool) -> None:
    """Drop paragraphs, and list items in a row, that are nothing but links; a phone number is no mere link.

    The paragraphs stay where they were `posted`.
    """
    run: list[int] = []
    for i, piece in enumerate((*pieces, None)):
        bare = piece is not None and piece.linked >= _LINKED and not _PHONE.search(fold(piece.block.text))
        if piece is not None and bare and piece.block.kind in _TEXT and not posted:
            keep[i] = False
        if piece is not None and bare and piece.block.kind is BlockKind.BULLET:
            run.append(i)
            continue
        for j in run if len(run) > 1 else ():
            keep[j] = False
        run = []


def _without_empty_headings(blocks: Sequence[Block]) -> list[Block]:
    """Drop headings below which nothing is left."""
    result: list[Block] = []
    shows = 0  # headings of a level below this number have something to show; 7 right above a block of text
    for block in reversed(blocks):
        if block.kind is not BlockKind.HEADING:
            shows = 7
        elif block.level < shows:
            shows = block.level
        else:
            continue
        result.append(block)
    return result[::-1]
