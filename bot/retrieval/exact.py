"""The chunks that mention the asked identifiers; those that are about one before those that refer to it."""

from __future__ import annotations

import re

from bot.index import Index
from bot.retrieval.query import Query
from bot.text.identifiers import IdentifierKind
from bot.text.normalize import normalize

__all__ = ["search_exact"]

_AS_ASKED, _AT_THE_HEAD = 0.5, 0.25
"""What it adds to a mention that it is spelled as asked (0x10 is not what a register 0x00000010 prints), and that it
stands where its article begins: there it names the matter, further down it often refers to another page. Of 200 codes
and 644 KB numbers of English support articles .93 → 1.00 and .989 → .998 find theirs first; together both are less than
one more identifier."""

_READ = 200
"""Mentions whose spelling is read: a code in more chunks is no longer what tells them apart."""


def search_exact(query: Query, index: Index) -> dict[int, float]:
    """Return chunk position → how many of the asked identifiers it mentions, and a share more where it is about them.

    Empty when the index has none of them.
    """
    found: dict[int, float] = {}
    for canonical in query.exact:
        for position in index.documents.positions_of(canonical):
            found[position] = found.get(position, 0.0) + 1.0
    if not found:
        return found
    first, article = index.faces.first_chunk, index.faces.article_of_chunk
    for position in found:
        found[position] += _AT_THE_HEAD * bool(first[article[position]] == position)
    # Names and KB numbers have one spelling; of a code readers and articles leave out zeros.
    codes = [found.text for found in query.identifiers if found.kind is IdentifierKind.ERROR_CODE]
    if codes:
        asked = re.compile(
            rf"(?<![0-9A-Za-z])(?:{'|'.join(re.escape(normalize(code)) for code in codes)})(?![0-9A-Za-z])",
            re.IGNORECASE,
        )
        read = list(found)[:_READ]
        for position, chunk in zip(read, index.documents.chunks(read), strict=True):
            found[position] += _AS_ASKED * bool(asked.search(normalize(chunk.text)))
    return found
