"""The blocks of an article as HTML: headings with anchors, nested lists, tables, code byte for byte, notes."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from itertools import groupby

from bot.types import Block, BlockKind

__all__ = ["anchor", "blocks_html"]

_CELL_EDGE = re.compile(r"(?:^|(?<= ))\|(?= |$)")
_LIST_TAGS = {BlockKind.STEP: "ol", BlockKind.BULLET: "ul"}
_TOP_HEADING = 2
_LAST_HEADING = 6


def anchor(position: int) -> str:
    """Return the id of the heading that is the block at `position`."""
    return f"s{position}"


def blocks_html(blocks: Sequence[Block]) -> str:
    """Return the blocks as HTML; all of their text is escaped."""
    parts: list[str] = []
    heading = _TOP_HEADING - 1
    for is_list, run in groupby(enumerate(blocks), key=lambda item: item[1].kind in _LIST_TAGS):
        if is_list:
            parts.append(_lists([block for _, block in run]))
            continue
        for position, block in run:
            if block.kind is BlockKind.HEADING:
                # No level is skipped on the way down, whatever the article does.
                heading = min(max(block.level, _TOP_HEADING), heading + 1, _LAST_HEADING)
                parts.append(f'<h{heading} id="{anchor(position)}">{html.escape(block.text)}</h{heading}>')
            else:
                parts.append(_block(block))
    return "\n".join(parts)


def _block(block: Block) -> str:
    text = html.escape(block.text)
    if block.kind is BlockKind.TABLE:
        return _table(block)
    if block.kind is BlockKind.CODE:
        # A parser would read a bare carriage return as a line feed.
        return f"<pre><code>{text.replace(chr(13), '&#13;')}</code></pre>"
    if block.kind is BlockKind.CAUTION:
        return f'<div class="caution" role="note"><p>{text}</p></div>'
    return f"<p>{text}</p>"


def _table(block: Block) -> str:
    rows = [[html.escape(cell.strip()) for cell in _CELL_EDGE.split(row)] for row in block.text.split("\n")]
    head = [_row(row, '<th scope="col">', "</th>") for row in rows[: block.header_rows]]
    body = [_row(row, "<td>", "</td>") for row in rows[block.header_rows :]]
    parts = [f"<thead>{''.join(head)}</thead>" if head else "", f"<tbody>{''.join(body)}</tbody>" if body else ""]
    return f'<div class="table"><table>{"".join(parts)}</table></div>'


def _row(cells: Sequence[str], before: str, after: str) -> str:
    return f"<tr>{''.join(before + cell + after for cell in cells)}</tr>"


def _lists(items: Sequence[Block]) -> str:
    """Return a run of list items as lists in lists, each step with the number that the article prints."""
    parts: list[str] = []
    open_lists: list[tuple[str, int, int]] = []  # tag, level, number of the next step
    for item in items:
        tag = _LIST_TAGS[item.kind]
        expected = 0
        while open_lists and open_lists[-1][1] >= item.level:
            open_tag, level, following = open_lists.pop()
            parts.append("</li>")
            if (open_tag, level) == (tag, item.level):
                expected = following
                break
            parts.append(f"</{open_tag}>")
        if not expected:
            parts.append(f"<{tag}>")
            expected = 1
        number = item.number or expected
        value = f' value="{number}"' if tag == "ol" and number != expected else ""
        parts.append(f"<li{value}>{html.escape(item.text)}")
        open_lists.append((tag, item.level, number + 1))
    parts += [f"</li></{tag}>" for tag, _, _ in reversed(open_lists)]
    return "".join(parts)
