"""Read a JSONL file, one article a line: `_id`, `title`, `text`, and optionally `url` and `updated`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any
from unicodedata import category

from bot.errors import SourceError
from bot.types import Article
from ingest.clean import repeated_blocks
from ingest.page import Page
from ingest.report import Skipped, Unchanged
from ingest.rules import Rules
from ingest.sources.assemble import article_from_page
from ingest.sources.decode import UnreadableTextError, sanitize
from ingest.sources.markdown import looks_like_markdown, read_markdown
from ingest.sources.recall import Recall
from ingest.sources.text import read_text

__all__ = ["read_jsonl"]

MAX_BYTES = 5_000_000
"""Size of the longest line read."""
_SPACE = "\t\n\r"
_SAMPLE = 200
"""Lines in which repeated chrome is looked for."""


class _RowError(ValueError):
    """A line is no article; the message completes "the line …"."""


def read_jsonl(path: Path, rules: Rules, recall: Recall | None = None) -> Iterator[Article | Skipped | Unchanged]:
    """Yield an article, or why there is none, for each line that is not blank; `recall` reads the lines.

    Raises `SourceError` at once if the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            file.read(1)
    except OSError as error:
        raise SourceError(f"{path} cannot be read ({error.strerror}); check the path and its permissions") from error
    return _read(path, rules, recall or Recall())


def _read(path: Path, rules: Rules, recall: Recall) -> Iterator[Article | Skipped | Unchanged]:
    first = (line or b"" for _, line in islice(_lines(path), _SAMPLE))
    repeated = recall.survey(first, lambda: repeated_blocks(_pages(islice(_lines(path), _SAMPLE), rules)))
    given = "\n".join(sorted(repeated))
    taken: dict[str, int] = {}
    rows = ((number, line, line or b"") for number, line in _lines(path) if line is None or line.strip())
    for number, item in recall.read(partial(_article, rules, repeated), rows, given=given):
        if isinstance(item, Skipped):
            yield replace(item, source=f"{path}:{number}")
            continue
        identifier = item.id if isinstance(item, Article) else item.article_id
        if identifier in taken:
            yield Skipped(
                f"{path}:{number}",
                f"the _id '{identifier[:80]}' is already that of line {taken[identifier]}",
                "give each article an _id of its own",
            )
            continue
        taken[identifier] = number
        yield item


def _pages(lines: Iterable[tuple[int, bytes | None]], rules: Rules) -> Iterator[Page]:
    """Yield the pages of the lines that are articles."""
    for _, line in lines:
        try:
            page = _page(_fields(line), rules)
        except _RowError:
            continue
        if isinstance(page, Page):
            yield page


def _article(rules: Rules, repeated: frozenset[str], line: bytes | None) -> Article | Skipped:
    """Return the article of a line, or why it has none, without the place."""
    try:
        fields = _fields(line)
    except _RowError as error:
        return Skipped("", f"the line {error}", "restore or remove the line")
    page = _page(fields, rules)
    if not isinstance(page, Page):
        return Skipped("", f"its text is {page}", "correct its 'text'")
    article = article_from_page(fields["_id"], page, rules, repeated=repeated)
    return article or Skipped("", "the article has no text", "fill in its 'text'")


def _lines(path: Path) -> Iterator[tuple[int, bytes | None]]:
    """Yield the lines of a file by number, None for one that is too long; none is ever held as a whole then."""
    with path.open("rb") as file:
        number = 0
        while line := file.readline(MAX_BYTES + 1):
            number += 1
            if len(line) <= MAX_BYTES:
                yield number, line
                continue
            while line and not line.endswith(b"\n"):
                line = file.readline(MAX_BYTES + 1)
            yield number, None


def _fields(line: bytes | None) -> dict[str, Any]:
    """Return the checked fields of one line: `_id`, `title`, `text`, `url` as text, `updated` as a date or None."""
    if line is None:
        raise _RowError(f"is longer than {MAX_BYTES / 1e6:.0f} MB")
    if b"\0" in line:
        raise _RowError("is damaged (it holds NUL bytes)")
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _RowError(f"is not UTF-8 (at byte {error.start})") from None
    except (ValueError, RecursionError) as error:
        what = f"{error.msg.lower()}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else "unusable"
        raise _RowError(f"is no valid JSON ({what})") from None
    if not isinstance(row, dict):
        raise _RowError("is no JSON object")
    identifier = row.get("_id")
    if isinstance(identifier, int) and not isinstance(identifier, bool):
        identifier = str(identifier)
    if not isinstance(identifier, str) or not _kept(sanitize(identifier)):
        raise _RowError("has no '_id'")
    for key in ("title", "text", "url"):
        if not isinstance(row.get(key) or "", str):
            raise _RowError(f"has a '{key}' that is no text")
    if not row.get("text"):
        raise _RowError("has no 'text'")
    return {
        "_id": _kept(identifier),
        "title": " ".join(sanitize(row.get("title") or "").split()),
        "text": sanitize(row["text"]),
        "url": row.get("url") or "",
        "updated": _updated(row.get("updated")),
    }


def _kept(identifier: str) -> str:
    """Return an id as others know the article by it: only what cannot be stored or printed is left out."""
    return " ".join(
        "".join(char for char in identifier if category(char) not in {"Cc", "Cs"} or char in _SPACE).split()
    )


def _updated(value: object) -> date | None:
    if not value:
        return None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise _RowError("has an 'updated' that is no date such as 2026-11-22") from None


def _page(fields: dict[str, Any], rules: Rules) -> Page | UnreadableTextError:
    text = fields["text"]
    markdown = looks_like_markdown(text)
    try:
        page = read_markdown(text, rules.html) if markdown else read_text(text)
    except UnreadableTextError as error:
        return error
    return replace(page, title=fields["title"], url=fields["url"], updated=fields["updated"], tidy=markdown)
