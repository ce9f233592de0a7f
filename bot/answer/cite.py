"""Citations: verbatim quotes, links that scroll to them, dates, evidence, and what a reader must know of each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from urllib.parse import quote as percent_encode

from bot.answer.frame import frame_of
from bot.answer.notices import command_notices, source_notices
from bot.answer.units import Unit
from bot.knowledge.commands import Commands
from bot.knowledge.lifecycle import Lifecycle
from bot.types import Article, Block, BlockKind, Citation, Language

__all__ = ["article_url", "cite", "fragment"]

_WHOLE_LIMIT = 60
"""Longest quote that the link spells out; a longer one is given by its first and last clause."""

_CLAUSE_EDGES = re.compile(r"(?<=[。、！？!?；;])")


def cite(
    n: int,
    unit: Unit,
    article: Article,
    lifecycle: Lifecycle,
    today: date,
    commands: Commands | None = None,
    language: Language = Language.JA,
) -> Citation:
    """Return citation number `n` for a unit of an article; of code, with what `commands` know of it."""
    url = article_url(article)
    facts_date = article.facts_date
    risks: tuple[str, ...] = ()
    if commands is not None and unit.kind is BlockKind.CODE:
        risks = command_notices(unit.text, commands, language)
    return Citation(
        n=n,
        article_id=article.id,
        title=article.title,
        url=url,
        link=f"{url}#:~:text={_unit_fragment(unit, article)}",
        heading=unit.heading,
        quote=unit.text,
        updated=facts_date.isoformat() if facts_date else "",
        evidence=frame_of(language).evidence[article.evidence],
        notices=(*risks, *source_notices(article, lifecycle, today, language)),
    )


def article_url(article: Article) -> str:
    """Return the article's own address, or the guide's page of it."""
    return article.url or f"/articles/{percent_encode(article.id, safe='')}"


def fragment(text: str, *, table_row: bool = False, page: str = "", before: str = "") -> str:
    """Return the value of a `#:~:text=` directive that finds `text` on a page whose visible text is `page`.

    Browsers match whole words only, so a long quote is cut at punctuation alone, and they take the first match, so its
    beginning is made long enough to occur once; `before`, what stands right before it, tells apart what occurs twice.
    Source: https://wicg.github.io/scroll-to-text-fragment/
    """
    if table_row:
        return _row_fragment([cell.strip() for cell in text.split(" | ") if cell.strip(" |")] or [text], page)
    line = text.strip().split("\n", 1)[0].strip()
    clauses = _clauses(line)
    if len(line) > _WHOLE_LIMIT:
        for used in range(1, len(clauses)):
            start = "".join(clauses[:used]).strip()
            if page.count(start) <= 1:
                return f"{_encode(start)},{_encode(clauses[-1])}"
    repeated = page.count(line) > 1 and before.strip()
    return f"{_encode(_clauses(before)[-1])}-,{_encode(line)}" if repeated else _encode(line)


def _unit_fragment(unit: Unit, article: Article) -> str:
    page = f"{article.title}\n{article.text}"
    return fragment(
        unit.text, table_row=unit.kind is BlockKind.TABLE, page=page, before=_text_before(unit, article.blocks)
    )


def _text_before(unit: Unit, blocks: Sequence[Block]) -> str:
    """Return the text of the unit's block in front of it, else the block before; "" when it cannot be told."""
    heading = ""
    for position, block in enumerate(blocks):
        if block.kind is BlockKind.HEADING:
            heading = block.text
        elif block.text == unit.whole and heading == "".join(unit.heading[-1:]):
            in_front = block.text.partition(unit.text)[0]
            previous = blocks[position - 1] if position else None
            return in_front if in_front.strip() or previous is None else _last_words(previous)
    return ""


def _last_words(block: Block) -> str:
    """Return what ends a block: its last line, of a table the last cell."""
    line = block.text.strip().split("\n")[-1]
    return line.split(" | ")[-1] if block.kind is BlockKind.TABLE else line


def _clauses(line: str) -> list[str]:
    return [clause for clause in _CLAUSE_EDGES.split(line) if clause.strip()]


def _row_fragment(cells: list[str], page: str) -> str:
    """Return the directive for a table row: cells are separate text, and the first is often no name of the row."""
    first, *others = cells
    if not others:
        return _encode(first)
    if page.count(first) <= 1:
        return f"{_encode(first)},{_encode(others[-1])}"
    # Only the row has the second cell right after the first: that is what `prefix-,` asks for.
    return ",".join([f"{_encode(first)}-", *(_encode(cell) for cell in dict.fromkeys((others[0], others[-1])))])


def _encode(text: str) -> str:
    # "-" and "," and "&" separate parts of the directive and must not stand for themselves.
    return percent_encode(text.strip(), safe="").replace("-", "%2D")
