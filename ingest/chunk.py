"""Cut an article into chunks: whole blocks, under one heading, about `size` characters, with stable ids.

What belongs together stays together: a warning with the step it guards, a list with the line that announces it, the
steps of one procedure as far as they fit. Only a table, a listing or a paragraph too long for one chunk is divided: at
rows with the header repeated, at line ends, at sentence ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import blake2b

from bot.types import Article, Block, BlockKind, Chunk
from ingest.lines import lead_in

__all__ = ["chunk"]

SIZE = 500
"""Characters of a full chunk: about 300 tokens of Japanese, well inside the embedder's 512."""
_SLACK = 1.25
"""How far a block, or a chunk with its last crumbs, may exceed the size before it is divided."""
_CRUMB = 0.2
"""A last chunk smaller than this share of the size joins the one before it."""
_INTRO = 0.2
"""An introduction smaller than this share of the size joins the first sub-section."""
_TYPED = 4
"""Sizes from which a single line of code is divided after all."""
_TOP = 2
"""Chunks never cross a heading of this level or higher."""
_SEPARATORS = ["\n", "。", "！", "？", "! ", "? ", ". ", "；", "; ", "、", "，", ", ", " ", ""]
_LIST = frozenset({BlockKind.BULLET, BlockKind.STEP})
_TEXT = frozenset({BlockKind.PARAGRAPH, BlockKind.CAUTION})
_ANNOUNCING = _LIST | _TEXT


@dataclass(frozen=True, slots=True)
class _Section:
    """The blocks directly below one heading; `top` tells the parts of one level-2 section from the next one's."""

    heading: tuple[str, ...]
    top: int
    blocks: tuple[Block, ...]


def chunk(article: Article, size: int = SIZE) -> list[Chunk]:
    """Return the article's chunks in reading order, none if it has no text but headings.

    `size` is in characters; a chunk exceeds it by up to a quarter, and by more only for what must not be divided: one
    line of code, or a warning with its step. The chunks' blocks are the article's blocks in order, headings aside.
    """
    chunks: list[Chunk] = []
    for section in _with_intros(_sections(article), size):
        for blocks in _pack([part for block in section.blocks for part in _divide(block, size)], size):
            text = "\n".join(block.text for block in blocks)
            identity = "\x1f".join((article.title, *section.heading, text)).encode("utf-8", "surrogatepass")
            chunks.append(
                Chunk(
                    id=f"{article.id}#{len(chunks)}",
                    article_id=article.id,
                    ordinal=len(chunks),
                    heading=section.heading,
                    blocks=tuple(blocks),
                    hash=blake2b(identity, digest_size=16).hexdigest(),
                )
            )
    return chunks


def _sections(article: Article) -> Iterator[_Section]:
    path: list[Block] = []
    blocks: list[Block] = []
    top = 0
    for block in article.blocks:
        if block.kind is not BlockKind.HEADING:
            blocks.append(block)
            continue
        if blocks:
            yield _Section(tuple(heading.text for heading in path), top, tuple(blocks))
            blocks = []
        while path and path[-1].level >= block.level:
            path.pop()
        top += block.level <= _TOP
        if block.text != article.title:
            path.append(block)
    if blocks:
        yield _Section(tuple(heading.text for heading in path), top, tuple(blocks))


def _with_intros(sections: Iterator[_Section], size: int) -> Iterator[_Section]:
    """Join to a sub-section what leads to it: a short introduction, and a warning right before its first step."""
    held: _Section | None = None
    for section in sections:
        if held is None:
            held = section
            continue
        if _introduces(held, section, size):
            held = replace(section, blocks=held.blocks + section.blocks)
            continue
        split = len(held.blocks)
        if section.top == held.top and section.blocks[0].kind is BlockKind.STEP:
            split -= _trailing_warnings(held.blocks)
        if split:
            yield replace(held, blocks=held.blocks[:split])
        held = replace(section, blocks=held.blocks[split:] + section.blocks)
    if held is not None:
        yield held


def _introduces(held: _Section, section: _Section, size: int) -> bool:
    """Tell whether `held` is a sentence or two above its first sub-section; a list there is a section of its own."""
    return (
        section.top == held.top
        and len(section.heading) > len(held.heading)
        and section.heading[: len(held.heading)] == held.heading
        and all(block.kind in _TEXT for block in held.blocks)
        and _length(held.blocks) <= _INTRO * size
    )


def _trailing_warnings(blocks: Sequence[Block]) -> int:
    count = 0
    while count < len(blocks) and blocks[-1 - count].kind is BlockKind.CAUTION:
        count += 1
    return count


def _pack(blocks: Sequence[Block], size: int) -> list[list[Block]]:
    """Fill chunks with units that stay together; a list that fits into one chunk is not torn to fill up another."""
    chunks: list[list[Block]] = [[]]
    filled = 0
    for group in _groups(_units(blocks, size)):
        lengths = [_length(unit) for unit in group]
        fits_alone = sum(lengths) <= size
        for i, (unit, length) in enumerate(zip(group, lengths, strict=True)):
            needed = sum(lengths) if fits_alone and i == 0 else length
            if chunks[-1] and filled + needed > size:
                chunks.append([])
                filled = 0
            chunks[-1] += unit
            filled += length
    if len(chunks) > 1 and filled < _CRUMB * size and _length(chunks[-2]) + filled <= _SLACK * size:
        crumb = chunks.pop()
        chunks[-1] += crumb
    return chunks if blocks else []


def _units(blocks: Sequence[Block], size: int) -> Iterator[list[Block]]:
    """Yield what must stay together: a block with the warnings and the announcement before it."""
    unit: list[Block] = []
    for block in blocks:
        unit.append(block)
        if not _binds(block):
            yield unit
            unit = []
        elif len(unit) > 1 and _length(unit) > size:
            yield unit[:-1]
            unit = [block]
    if unit:
        yield unit


def _binds(block: Block) -> bool:
    """Tell whether a block belongs to the one below it."""
    return block.kind is BlockKind.CAUTION or (block.kind in _ANNOUNCING and lead_in(block.text))


def _groups(units: Iterator[list[Block]]) -> Iterator[list[list[Block]]]:
    """Yield runs of units that had better stay together: those of one list, anything else by itself."""
    run: list[list[Block]] = []
    for unit in units:
        if run and not (unit[-1].kind in _LIST and run[-1][-1].kind in _LIST):
            yield run
            run = []
        run.append(unit)
    if run:
        yield run


def _divide(block: Block, size: int) -> list[Block]:
    """Return a block as it is, or in parts if it is too long for one chunk."""
    if len(block.text) <= _SLACK * size:
        return [block]
    if block.kind is BlockKind.TABLE:
        return [replace(block, text=text) for text in _divide_table(block, size)]
    if block.kind is BlockKind.CODE:
        lines = [part for line in block.text.split("\n") for part in _code_line(line, size)]
        return [replace(block, text=part) for part in _fill(lines, size) if part.strip()]
    return [replace(block, text=part) for part in _sentences(block.text, size)]


def _divide_table(block: Block, size: int) -> list[str]:
    """Return parts of a table, each with its header rows; a row too long for one part is divided like a paragraph."""
    rows = block.text.split("\n")
    header = "\n".join(rows[: block.header_rows])
    if len(header) > size // 2 or block.header_rows >= len(rows):
        header, body = "", rows
    else:
        body = rows[block.header_rows :]
    room = max(1, size - len(header))
    lines = [part for row in body for part in (_sentences(row, room) if len(row) > _SLACK * room else [row])]
    return [f"{header}\n{part}" if header else part for part in _fill(lines, room)]


def _code_line(line: str, size: int) -> list[str]:
    """Return a line of code whole, as something to type must be, unless it is far too long for anyone to type."""
    return [line] if len(line) <= _TYPED * size else _sentences(line, size)


def _fill(lines: Sequence[str], size: int) -> list[str]:
    """Join lines into parts of at most `size` characters, a longer line by itself."""
    parts: list[str] = []
    current: list[str] = []
    length = 0
    for line in lines:
        if current and length + len(line) > size:
            parts.append("\n".join(current))
            current, length = [], 0
        current.append(line)
        length += len(line) + 1
    return [*parts, "\n".join(current)] if current else parts


def _sentences(text: str, size: int) -> list[str]:
    """Return `text` in parts of about equal length, at most `size`, that end where sentences end if possible."""
    count = -(-len(text) // size)
    target = min(size, -(-len(text) // count) + size // 8)  # some room, so that the last part is no crumb
    parts = (part.strip() for part in _splitter(target)(text))
    return [part for part in parts if part]


@cache
def _splitter(size: int) -> Callable[[str], list[str]]:
    # Imported here because it takes half a second and few articles have a block that long.
    from langchain_text_splitters import RecursiveCharacterTextSplitter  # noqa: PLC0415

    return RecursiveCharacterTextSplitter(
        chunk_size=size, chunk_overlap=0, separators=_SEPARATORS, keep_separator="end", strip_whitespace=False
    ).split_text


def _length(blocks: Sequence[Block]) -> int:
    return sum(len(block.text) + 1 for block in blocks)
