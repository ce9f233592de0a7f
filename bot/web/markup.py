"""Answers and articles as safe HTML: Markdown by markdown-it with raw HTML, links and emphasis off, then cleaned by nh3."""

from __future__ import annotations

import html
import re
from functools import cache

import nh3
from markdown_it import MarkdownIt

from bot.types import Answer, Block, BlockKind, Citation, Contact, Escalation

__all__ = ["answer_html", "block_html", "escalation_html", "safe_link", "sources_html"]

_MARK = re.compile(r"\[(\d{1,3})\]")
_TAGS = {
    "p",
    "h3",
    "ol",
    "ul",
    "li",
    "blockquote",
    "pre",
    "code",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "br",
    "a",
    "sup",
}
_ATTRIBUTES = {"a": {"href", "class", "title", "target"}, "ol": {"start"}}
_SCHEMES = {"http", "https"}


def answer_html(answer: Answer) -> str:
    """Return the answer's text as HTML, each [n] a link to its passage."""
    links = {citation.n: citation for citation in answer.citations}

    def chip(match: re.Match[str]) -> str:
        citation = links.get(int(match.group(1)))
        if citation is None:
            return match.group()
        title = html.escape(citation.title, quote=True)
        href = html.escape(safe_link(citation.link), quote=True)
        return f'<sup><a class="cite" target="_blank" href="{href}" title="{title}">{citation.n}</a></sup>'

    rendered: str = _markdown().render(answer.text)
    return nh3.clean(
        _MARK.sub(chip, rendered),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer",
    )


def sources_html(answer: Answer) -> str:
    """Return the sources of an answer as cards, one an article, each cited passage a line that opens it."""
    cards = []
    for article_id in dict.fromkeys(citation.article_id for citation in answer.citations):
        cited = [citation for citation in answer.citations if citation.article_id == article_id]
        cards.append(_card(cited))
    return "".join(cards)


def escalation_html(escalation: Escalation) -> str:
    """Return the card that says whom to ask, why now, what to have at hand, and a summary to copy."""
    prepare = "".join(f"<li>{html.escape(item)}</li>" for item in escalation.prepare)
    return (
        '<section class="escalation" aria-label="相談先">'
        f'<h3>相談先 <span class="meta">{html.escape(escalation.urgency)}</span></h3><p>{html.escape(escalation.reason)}</p>'
        f"<ul>{''.join(_contact(contact) for contact in escalation.contacts)}</ul>"
        f"<details><summary>手元に用意するもの</summary><ul>{prepare}</ul></details>"
        f"<details><summary>相談のときに使えるまとめ</summary><pre>{html.escape(escalation.summary)}</pre></details></section>"
    )


def _contact(contact: Contact) -> str:
    phone = f' <b class="phone">{html.escape(contact.phone)}</b>' if contact.phone else ""
    source = f'<br><span class="meta">番号の出典: {html.escape(contact.source)}</span>' if contact.phone else ""
    link = ""
    if contact.url and safe_link(contact.url) != "#":
        link = f' <a href="{html.escape(contact.url, quote=True)}" target="_blank" rel="noopener">公式の案内</a>'
    return f"<li><b>{html.escape(contact.name)}</b>{phone}<br>{html.escape(contact.how)}{link}{source}</li>"


def safe_link(link: str) -> str:
    """Return a link that is relative or http(s), else "#"."""
    return link if re.match(r"(?:https?://|/(?!/))", link) else "#"


def block_html(block: Block) -> str:
    """Return one block of an article as HTML; a table with its header row."""
    if block.kind is BlockKind.TABLE:
        rows = [
            "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in row.split(" | "))
            for number, row in enumerate(block.text.split("\n"))
            for tag in ("th" if number < block.header_rows else "td",)
        ]
        return "<div class='table'><table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table></div>"
    text = html.escape(block.text)
    if block.kind is BlockKind.CODE:
        return f"<pre><code>{text}</code></pre>"
    if block.kind is BlockKind.HEADING:
        level = min(max(block.level, 2), 4)
        return f"<h{level}>{text}</h{level}>"
    return f"<p>{text}</p>"


def _card(cited: list[Citation]) -> str:
    first = cited[0]
    notices = dict.fromkeys(notice for citation in cited for notice in citation.notices)
    lines = "".join(
        f'<li><a class="cite" target="_blank" rel="noopener" href="{html.escape(safe_link(citation.link), quote=True)}">{citation.n}</a>'
        f"<q>{html.escape(citation.quote)}</q></li>"
        for citation in cited
    )
    return (
        '<details class="source" open><summary>'
        f"<b>{html.escape(first.title)}</b>"
        f'<span class="meta">{html.escape(first.updated or "日付なし")}・{html.escape(first.evidence)}</span></summary>'
        + "".join(f'<p class="notice">{html.escape(notice)}</p>' for notice in notices)
        + f"<ul>{lines}</ul></details>"
    )


@cache
def _markdown() -> MarkdownIt:
    # Article text may hold any character: only the block structure that answers are written in is read as Markdown.
    parser = MarkdownIt("zero", {"html": False, "breaks": True})
    return parser.enable(["heading", "list", "blockquote", "fence", "table", "newline"])
