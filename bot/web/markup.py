"""Answers as safe HTML: Markdown by markdown-it with raw HTML, links and emphasis off, then cleaned by nh3."""

from __future__ import annotations

import html
import re
from functools import cache

import nh3
from markdown_it import MarkdownIt

from bot.answer.frame import Card, frame_of
from bot.types import Answer, Citation, Contact, Escalation, Language

__all__ = ["answer_html", "escalation_html", "safe_link", "sources_html"]

_MARK = re.compile(r"\[(\d{1,3})\]")
_CODE = re.compile(r"(<pre>.*?</pre>)", re.DOTALL)
_TAGS = {
    *("p", "br", "h3", "ol", "ul", "li", "blockquote", "pre", "code"),
    *("table", "thead", "tbody", "tr", "th", "td", "a", "sup"),
}
_ATTRIBUTES = {"a": {"href", "class", "title", "target", "aria-label"}, "ol": {"start"}}
_SCHEMES = {"http", "https"}
_SAFE_LINK = re.compile(r"(?:https?://|/(?!/))[^\x00-\x20\x7f\\]*", re.IGNORECASE)
_PHONE = re.compile(r"#?[0-9][0-9-]{1,15}")
_LINE_KINDS = (
    ("fence", re.compile(r"```")),
    ("list", re.compile(r" *(?:\d{1,9}\.|-) |  +\S")),
    ("quote", re.compile(r">")),
    ("table", re.compile(r"\|")),
    ("heading", re.compile(r"#{1,6} ")),
)


def answer_html(answer: Answer) -> str:
    """Return the answer's text as HTML, each [n] a link to its passage."""
    card = frame_of(answer.language).card
    links = {citation.n: citation for citation in answer.citations}

    def chip(match: re.Match[str]) -> str:
        citation = links.get(int(match.group(1)))
        if citation is None:
            return match.group()
        title = html.escape(citation.title, quote=True)
        return (
            f'<sup><a class="cite" target="_blank" href="{_href(citation.link)}" title="{title}" '
            f'aria-label="{html.escape(card.source.format(n=citation.n), quote=True)}">{citation.n}</a></sup>'
        )

    rendered: str = _markdown().render(_spaced(answer.text))
    # What looks like a mark inside a command is part of the command.
    pieces = [piece if piece.startswith("<pre>") else _MARK.sub(chip, piece) for piece in _CODE.split(rendered)]
    return nh3.clean(
        "".join(pieces), tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel="noopener noreferrer"
    )


def sources_html(answer: Answer) -> str:
    """Return the sources of an answer as cards, one an article, each cited passage a line that opens it."""
    cards = []
    for article_id in dict.fromkeys(citation.article_id for citation in answer.citations):
        cited = [citation for citation in answer.citations if citation.article_id == article_id]
        cards.append(_card(cited, frame_of(answer.language).card))
    return "".join(cards)


def escalation_html(escalation: Escalation, language: Language = Language.JA) -> str:
    """Return the card that says whom to ask, why now, what to have at hand, and a summary to copy."""
    card = frame_of(language).card
    who = html.escape(card.contacts, quote=True)
    prepare = "".join(f"<li>{html.escape(item)}</li>" for item in escalation.prepare)
    return (
        f'<section class="escalation" aria-label="{who}">'
        f'<h3>{who} <span class="meta">{html.escape(escalation.urgency)}</span></h3>'
        f"<p>{html.escape(escalation.reason)}</p>"
        f"<ul>{''.join(_contact(contact, card) for contact in escalation.contacts)}</ul>"
        f"<details><summary>{html.escape(card.prepare)}</summary><ul>{prepare}</ul></details>"
        f"<details><summary>{html.escape(card.summary)}</summary>"
        f"<pre>{html.escape(escalation.summary)}</pre></details></section>"
    )


def safe_link(link: str) -> str:
    """Return a link that is http(s) or an absolute path on this site, else "#"."""
    return link if _SAFE_LINK.fullmatch(link) else "#"


def _href(link: str) -> str:
    return html.escape(safe_link(link), quote=True)


def _contact(contact: Contact, card: Card) -> str:
    phone = f" {_phone(contact.phone)}" if contact.phone else ""
    said = html.escape(f"{card.number_from}: {contact.source}")
    source = f'<br><span class="meta">{said}</span>' if contact.phone else ""
    link = ""
    if contact.url and safe_link(contact.url) != "#":
        official = html.escape(card.official)
        link = f' <a href="{_href(contact.url)}" target="_blank" rel="noopener noreferrer">{official}</a>'
    return f"<li><b>{html.escape(contact.name)}</b>{phone}<br>{html.escape(contact.how)}{link}{source}</li>"


def _phone(number: str) -> str:
    """Return a number that a tap calls; a # is dialled and is no fragment (RFC 3966)."""
    said = html.escape(number)
    if not _PHONE.fullmatch(number):
        return f'<b class="phone">{said}</b>'
    return f'<a class="phone" href="tel:{number.replace("#", "%23")}">{said}</a>'


def _card(cited: list[Citation], card: Card) -> str:
    first = cited[0]
    new_tab = f'<span class="unseen">{html.escape(card.new_tab)}</span>'
    notices = dict.fromkeys(notice for citation in cited for notice in citation.notices)
    lines = "".join(
        f'<li><a class="passage" target="_blank" rel="noopener noreferrer" href="{_href(citation.link)}">'
        f'<span class="number">{citation.n}</span><q>{html.escape(citation.quote)}</q>{new_tab}</a></li>'
        for citation in cited
    )
    return (
        '<details class="source" open><summary>'
        f"<b>{html.escape(first.title)}</b>"
        f'<span class="meta">{html.escape(f"{first.updated or card.undated}・{first.evidence}")}</span></summary>'
        + "".join(f'<p class="notice">{html.escape(notice)}</p>' for notice in notices)
        + f"<ul>{lines}</ul></details>"
    )


def _spaced(text: str) -> str:
    """Put a blank line where one kind of block follows another, since Markdown would else read them as one.

    A list that does not begin with 1, and any text right after a table, quotation or list, would run into it.
    """
    lines: list[str] = []
    previous = ""
    fenced = False
    for line in text.split("\n"):
        kind = "fence" if fenced else next((name for name, pattern in _LINE_KINDS if pattern.match(line)), "text")
        if kind == "list" and previous != "list" and line.startswith("  "):
            kind = "text"  # only under a list item does indentation mean anything
        if line.strip() and previous and (kind != previous or kind == "heading"):
            lines.append("")
        lines.append(line)
        if line.startswith("```"):
            fenced = not fenced
            # What follows a closing fence is never part of it.
            previous = "fence" if fenced else "fence end"
        elif fenced:
            previous = "fence"
        else:
            previous = kind if line.strip() else ""
    return "\n".join(lines)


@cache
def _markdown() -> MarkdownIt:
    # Article text may hold any character: only the block structure that answers are written in is read as Markdown.
    parser = MarkdownIt("zero", {"html": False, "breaks": True})
    return parser.enable(["heading", "list", "blockquote", "fence", "table", "newline"])
