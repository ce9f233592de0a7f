"""Build blocks from the elements and text of an HTML page as they come by."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from bs4 import Tag

from bot.types import Block, BlockKind
from ingest.lines import LINE_BREAK, block_of, caution_or_paragraph, fold, one_line, split_lines
from ingest.page import Piece

__all__ = ["BlockBuilder", "tells_something"]

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
# fmt: off
_BLOCKS = frozenset({
    "address", "article", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "header", "hr", "html", "legend", "li", "main", "ol", "p", "pre", "section",
    "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", *_HEADINGS,
})
# fmt: on
_STRUCTURE = frozenset({*_HEADINGS, "pre", "table"})
_ALT_MIN = 10
_POOR_ALT = re.compile(
    r"\.(?:png|jpe?g|gif|webp|svg)$|^(?:img|image|dsc|screenshot|スクリーンショット|無題|キャプチャ)[\W\d_]*$"
    r"|(?:アイキャッチ|サムネイル?|ロゴ|アイコン|バナー|イメージ|イラスト|アバター)(?:画像)?$|^https?:",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[぀-ヿ一-鿿]|[A-Za-z]+ [A-Za-z]+ [A-Za-z]+")


@dataclass(slots=True)
class _List:
    ordered: bool
    number: int
    """Number of the current item, 0 before the first one."""
    pending: bool = False
    """The current item has shown no text yet."""


@dataclass(slots=True)
class _Table:
    rows: list[list[str]] = field(default_factory=list)
    header_rows: int = 0
    only_headers: bool = True
    """The current row has no cell but header cells."""
    depth: int = 1


class BlockBuilder:
    """Collects blocks. Feed it `open`, `text`, `close` in document order, then take `finish`."""

    def __init__(self, caution_classes: frozenset[str], title: str) -> None:
        self._caution_classes = caution_classes
        self._title = fold(title)
        self._pieces: list[Piece] = []
        self._buffer: list[str] = []
        self._length = self._linked = 0
        self._links = self._cautions = self._code = 0
        self._quotes: list[bool | None] = []
        """Whether each open quote is a warning; None until its first words tell."""
        self._lists: list[_List] = []
        self._table: _Table | None = None
        self._alts: list[str] = []

    def open(self, tag: Tag) -> None:
        """Enter an element."""
        name = tag.name
        if name == "br":
            self._buffer.append("\n" if self._code else LINE_BREAK)
        elif name == "img":
            self._image(str(tag.attrs.get("alt") or ""))
        elif name == "a":
            self._links += self._counts_as_link(tag)
        if name not in _BLOCKS:
            return
        self._flush()
        if self._table is not None:
            self._table.depth += name == "table"
            return
        if name in ("ul", "ol"):
            self._lists.append(_List(name == "ol", _integer(tag.attrs.get("start"), 1) - 1))
        elif name == "li" and self._lists:
            last = self._lists[-1]
            last.number = _integer(tag.attrs.get("value"), last.number + 1)
            last.pending = True
        elif name == "blockquote":
            self._quotes.append(None)
        elif name == "pre":
            self._code += 1
        elif name == "table" and _is_data(tag):
            self._table = _Table()
        self._cautions += self._warns(tag)

    def text(self, text: str) -> None:
        """Take text where it stands."""
        self._buffer.append(text)
        size = sum(len(word) for word in text.split())
        self._length += size
        if self._links:
            self._linked += size

    def close(self, tag: Tag) -> None:
        """Leave an element."""
        name = tag.name
        if name == "a":
            self._links -= self._counts_as_link(tag)
        if name not in _BLOCKS:
            return
        if self._table is not None:
            self._close_in_table(name)
            return
        if level := _HEADINGS.get(name):
            self._heading(level)
        self._flush()
        if name in ("ul", "ol") and self._lists:
            self._lists.pop()
        elif name == "blockquote" and self._quotes:
            self._quotes.pop()
        elif name == "pre":
            self._code -= 1
        self._cautions -= self._warns(tag)

    def finish(self) -> tuple[Piece, ...]:
        """Return all blocks."""
        self._flush()
        return tuple(self._pieces)

    def _close_in_table(self, name: str) -> None:
        table = self._table
        if table is None:
            return
        if name == "table":
            table.depth -= 1
            if table.depth == 0:
                self._finish_table(table)
                return
        if table.depth > 1 or name not in ("td", "th", "tr", "caption"):
            self._buffer.append(" ")
            return
        if name == "tr":
            if table.rows and table.only_headers and table.header_rows == len(table.rows) - 1:
                table.header_rows += 1
            table.only_headers = True
            table.rows.append([])
            return
        cell = one_line(self._take().replace(LINE_BREAK, " "))
        if name == "caption":
            self._pieces += [Piece(Block(BlockKind.PARAGRAPH, cell))] if cell else []
            return
        if not table.rows:
            table.rows.append([])
        table.rows[-1].append(" ".join(cell.split("\n")))
        table.only_headers &= name == "th"

    def _finish_table(self, table: _Table) -> None:
        self._table = None
        rows = [" | ".join(row) for row in table.rows if any(row)]
        loose = one_line(self._take().replace(LINE_BREAK, " "))
        if rows:
            header_rows = min(table.header_rows, len(rows))
            self._add(Block(BlockKind.TABLE, "\n".join(rows), header_rows=header_rows))
        if loose:
            self._add(Block(BlockKind.PARAGRAPH, loose))

    def _heading(self, level: int) -> None:
        text = one_line(self._take().replace(LINE_BREAK, " "))
        if text and not (level == 1 and fold(text) == self._title):
            self._add(Block(BlockKind.HEADING, text, level=level))

    def _take(self) -> str:
        text = "".join(self._buffer)
        self._buffer.clear()
        self._length = self._linked = 0
        return text

    def _flush(self) -> None:
        """Turn the text since the last block boundary into blocks."""
        if self._table is not None:
            self._buffer.append(" ")
            return
        linked = self._linked / self._length if self._length else 0.0
        text = self._take()
        if self._code:
            code = text.strip("\n").rstrip()
            if code.strip():
                self._add(Block(BlockKind.CODE, code))
            return
        for line in split_lines(text):
            self._add(self._block(line), linked)
        for alt in self._alts:
            self._add(Block(BlockKind.PARAGRAPH, alt))
        self._alts.clear()

    def _block(self, line: str) -> Block:
        depth = len(self._lists)
        if depth and self._lists[-1].pending:
            last = self._lists[-1]
            last.pending = False
            if last.ordered:
                return Block(BlockKind.STEP, line, level=depth - 1, number=max(0, last.number))
            return Block(BlockKind.BULLET, line, level=depth - 1)
        if self._quotes and self._quotes[-1] is None:
            self._quotes[-1] = caution_or_paragraph(line, quoted=True).kind is BlockKind.CAUTION
        if self._cautions or (self._quotes and self._quotes[-1]):
            return Block(BlockKind.CAUTION, line)
        if self._quotes:
            return Block(BlockKind.PARAGRAPH, line)
        return block_of(line, level=depth)

    def _add(self, block: Block, linked: float = 0.0) -> None:
        if block.kind is BlockKind.PARAGRAPH and block.level:
            block = replace(block, level=0)
        self._pieces.append(Piece(block, linked))

    def _image(self, alt: str) -> None:
        alt = one_line(alt)
        if tells_something(alt) and fold(alt) != self._title:
            self._alts.append(alt)

    def _warns(self, tag: Tag) -> bool:
        classes = tag.attrs.get("class") or ()
        return any(name.lower() in self._caution_classes for name in classes)

    @staticmethod
    def _counts_as_link(tag: Tag) -> bool:
        return "href" in tag.attrs and not str(tag.attrs["href"]).startswith("tel:")


def tells_something(alt: str) -> bool:
    """Tell whether an image's alternative text says what it shows, rather than its file name or purpose."""
    text = fold(alt)
    return len(text) >= _ALT_MIN and bool(_WORDS.search(text)) and not _POOR_ALT.search(text)


def _is_data(table: Tag) -> bool:
    """Tell a table of data from one that only arranges the page: no structure in it, two columns or more."""
    columns = 0
    stack = [child for child in table.contents if isinstance(child, Tag)]
    while stack:
        tag = stack.pop()
        if tag.name in _STRUCTURE:
            return False
        inner = [child for child in tag.contents if isinstance(child, Tag)]
        if tag.name == "tr":
            columns = max(columns, sum(cell.name in ("td", "th") for cell in inner))
        stack += inner
    return columns > 1


def _integer(value: object, default: int) -> int:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else default  # noqa: PLR2004
