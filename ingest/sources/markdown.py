"""Read Markdown (CommonMark with tables) into blocks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.types import Block, BlockKind
from ingest.lines import LINE_BREAK, block_of, caution_or_paragraph, one_line, split_lines
from ingest.page import Page, Piece
from ingest.rules import HtmlRules
from ingest.sources.html import read_html_fragment
from ingest.sources.html_blocks import tells_something

__all__ = ["looks_like_markdown", "read_markdown"]

_MARKS = re.compile(r"^#{1,6} \S|^(?:```|~~~)|\]\(\S+\)|\*\*[^*\n]+\*\*|^> \S", re.MULTILINE)
_ADMONITION = re.compile(r"\[!(\w+)\]\s*")
_WARNINGS = frozenset({"WARNING", "CAUTION", "IMPORTANT", "DANGER"})
_BREAK_TAG = re.compile(r"<br\s*/?>", re.IGNORECASE)
_STRONG = re.compile(r"\*\*([^*]+)\*\*")
_HEADING_ID = re.compile(r"\s*\{#[\w-]+\}$")
_TYPED_MARK = re.compile(r"\n(?=\s*[・※①-⑳])")


def looks_like_markdown(text: str) -> bool:
    """Tell whether a text of unknown format uses Markdown's marks; lists and tables alone may be plain text's own."""
    return bool(_MARKS.search(text))


def read_markdown(text: str, rules: HtmlRules) -> Page:
    """Return the page of a Markdown text without front matter; its title is still among the headings."""
    reader = _Reader(rules)
    reader.read(_parser().parse(text))
    return Page(tuple(Piece(block) for block in reader.blocks))


class _Parser(MarkdownIt):
    """Leaves link addresses alone: nobody sees them, and encoding them takes a tenth of the time."""

    def validateLink(self, url: str) -> bool:  # noqa: N802
        return True

    def normalizeLink(self, url: str) -> str:  # noqa: N802
        return url


@cache
def _parser() -> MarkdownIt:
    return _Parser("commonmark").enable("table")


class _Reader:
    """Turns Markdown tokens into blocks, knowing which lists and quotes it is in."""

    def __init__(self, rules: HtmlRules) -> None:
        self.blocks: list[Block] = []
        self._rules = rules
        self._lists: list[bool] = []
        """Whether each open list is an ordered one."""
        self._item: int | None = None
        """Number of a list item that has shown no text yet, 0 for a bullet; None elsewhere."""
        self._quotes: list[bool | None] = []
        """Whether each open quote is a warning; None until its first words tell."""

    def read(self, tokens: Sequence[Token]) -> None:
        i = 0
        while i < len(tokens):
            token = tokens[i]
            kind = token.type
            if kind == "heading_open":
                self._add(BlockKind.HEADING, _HEADING_ID.sub("", _text(tokens[i + 1])), level=int(token.tag[1]))
                i += 1
            elif kind == "table_open":
                i = self._table(tokens, i)
            elif kind in ("ordered_list_open", "bullet_list_open"):
                self._lists.append(kind == "ordered_list_open")
            elif kind in ("ordered_list_close", "bullet_list_close"):
                self._lists.pop()
            elif kind == "list_item_open":
                self._item = int(token.info or 0) if self._lists[-1] else 0
            elif kind == "blockquote_open":
                self._quotes.append(None)
            elif kind == "blockquote_close":
                self._quotes.pop()
            elif kind in ("fence", "code_block"):
                self._item = None
                self._add(BlockKind.CODE, token.content.removesuffix("\n"))
            elif kind == "html_block":
                self.blocks += [piece.block for piece in read_html_fragment(token.content, self._rules).pieces]
            elif kind == "inline":
                self._paragraph(_text(token))
            i += 1

    def _paragraph(self, text: str) -> None:
        if self._quotes and self._quotes[-1] is None:
            match = _ADMONITION.match(text)
            text = text[match.end() :] if match else text
            named = match is not None and match[1].upper() in _WARNINGS
            self._quotes[-1] = named or caution_or_paragraph(text, quoted=True).kind is BlockKind.CAUTION
        for line in split_lines(_TYPED_MARK.sub(LINE_BREAK, text)):
            depth = len(self._lists)
            if self._item is not None and depth:
                kind = BlockKind.STEP if self._lists[-1] else BlockKind.BULLET
                self._add(kind, line, level=depth - 1, number=self._item)
                self._item = None
            elif self._quotes:
                self._add(BlockKind.CAUTION if self._quotes[-1] else BlockKind.PARAGRAPH, line)
            else:
                self.blocks.append(block_of(line, level=depth) if depth == 0 else caution_or_paragraph(line))

    def _table(self, tokens: Sequence[Token], i: int) -> int:
        rows: list[list[str]] = []
        header_rows = 0
        while tokens[i].type != "table_close":
            if tokens[i].type == "tr_open":
                rows.append([])
            elif tokens[i].type == "inline":
                rows[-1].append(one_line(_text(tokens[i]).replace(LINE_BREAK, " ")))
            elif tokens[i].type == "thead_close":
                header_rows = len(rows)
            i += 1
        shown = [" | ".join(row) for row in rows if any(row)]
        if shown:
            self.blocks.append(Block(BlockKind.TABLE, "\n".join(shown), header_rows=header_rows if any(rows[0]) else 0))
        return i

    def _add(self, kind: BlockKind, text: str, level: int = 0, number: int = 0) -> None:
        text = text if kind is BlockKind.CODE else one_line(text.replace(LINE_BREAK, " "))
        if text.strip():
            self.blocks.append(Block(kind, text, level=level, number=number))


def _text(inline: Token) -> str:
    """Return the visible text of an inline token, with source line ends as they are and forced breaks marked."""
    parts: list[str] = []
    for token in inline.children or ():
        if token.type == "text":
            # CommonMark does not see emphasis beside Japanese brackets; its stars are noise all the same.
            parts.append(_STRONG.sub(r"\1", token.content))
        elif token.type == "code_inline":
            parts.append(token.content)
        elif token.type == "softbreak":
            parts.append("\n")
        elif token.type == "hardbreak" or (token.type == "html_inline" and _BREAK_TAG.match(token.content)):
            parts.append(LINE_BREAK)
        elif token.type == "image" and tells_something(token.content):
            parts.append(LINE_BREAK * 2 + token.content + LINE_BREAK * 2)
    return "".join(parts)
