"""Give the text of WordPress's classic editor its paragraphs: it stores blank lines and line ends instead of tags."""

from __future__ import annotations

import re

__all__ = ["add_paragraphs"]

# fmt: off
_BLOCK = frozenset({
    "address", "article", "aside", "blockquote", "caption", "center", "col", "colgroup", "dd", "details", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "legend", "li", "main", "menu", "nav", "ol", "option", "p", "pre", "section", "select", "summary", "table",
    "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "br",
})
# fmt: on
_VERBATIM = frozenset({"pre", "script", "style", "textarea"})
_TAG = re.compile(r"<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9]*)[^<>]*>")
_LINE_ENDS = re.compile(r"[ \t]*\n[ \t\n]*")


def add_paragraphs(source: str) -> str:
    """Return `source` with `<p>` for blank lines and `<br>` for line ends, as WordPress shows it.

    Line ends beside a block's own tag, and those of preformatted text, stay as they are. `source` has no comments.
    """
    source = source.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    parts: list[str] = []
    place, verbatim, after_block = 0, "", True
    for match in _TAG.finditer(source):
        name = match["name"].lower()
        text = source[place : match.start()]
        block = name in _BLOCK
        parts.append(text if verbatim else _break(text, after_block, block))
        parts.append(match[0])
        after_block = block
        if name in _VERBATIM:
            verbatim = "" if match["close"] and name == verbatim else verbatim or name
        place = match.end()
    rest = source[place:]
    parts.append(rest if verbatim else _break(rest, after_block, True))
    return "".join(parts)


def _break(text: str, after_block: bool, before_block: bool) -> str:
    """Mark the line ends of one run of text, except those beside a block's tag."""
    if "\n" not in text:
        return text

    def mark(match: re.Match[str]) -> str:
        beside = (after_block and match.start() == 0) or (before_block and match.end() == len(text))
        if beside:
            return match[0]
        return "\n<p>" if match[0].count("\n") > 1 else "<br>\n"

    return _LINE_ENDS.sub(mark, text)
