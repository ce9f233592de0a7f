"""What a reader must know before relying on a source: its age, its support, its standing, and what its commands do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.answer.frame import frame_of
from bot.knowledge.commands import CommandRisk, Commands, Needs
from bot.knowledge.lifecycle import Lifecycle
from bot.retrieval.query import windows_versions
from bot.text.identifiers import IdentifierKind, find_identifiers
from bot.types import Article, Citation, Evidence, Language

__all__ = ["command_notices", "older_than_asked", "source_notices"]

_OLD_AFTER_DAYS = 365
"""Age from which a source's date is pointed out; two feature updates have come out by then."""

_QUOTED = 100
"""Characters of an author's own words that a notice repeats; the rest is a click away."""


def source_notices(
    article: Article, lifecycle: Lifecycle, today: date, language: Language = Language.JA
) -> tuple[str, ...]:
    """Return what a reader must know about a source's age and standing, the gravest first."""
    frame = frame_of(language)
    said = frame.notices
    found = [
        said.caveat.format(says=said.caveats[caveat.kind], quote=_short(caveat.quote)) for caveat in article.caveats
    ]
    facts_date = article.facts_date
    if facts_date and (today - facts_date).days > _OLD_AFTER_DAYS:
        found.append(said.as_of.format(year=facts_date.year, month=said.months[facts_date.month - 1]))
    if facts_date is None:
        found.append(said.undated)
    ended = lifecycle.newest_ended(article.versions, article.os, today)
    if ended:
        name = ended.label if article.versions else f"Windows {ended.windows}"
        found.append(said.ended.format(label=name, day=frame.day(ended.end)))
    standing = {Evidence.REPORTED: said.reported, Evidence.UNKNOWN: said.unfounded}
    if article.evidence in standing:
        found.append(standing[article.evidence])
    return tuple(found)


def command_notices(text: str, commands: Commands, language: Language = Language.JA) -> tuple[str, ...]:
    """Return what the commands in a block of code can do, at their riskiest; nothing where they only look.

    Of what is unknown nothing is said: a block of code may as well be a log or a setting. What to do first is said in
    Japanese, as the table of commands has it.
    """
    said = frame_of(language).notices
    risks = {CommandRisk.CHANGES: said.changes, CommandRisk.DESTROYS: said.destroys}
    row = commands.find(text)
    if row is None or row.risk not in risks:
        return ()
    rights = said.administrator if row.needs is Needs.ADMINISTRATOR else ""
    return (f"{risks[row.risk]}{rights}{row.gate}",)


def older_than_asked(
    citations: Sequence[Citation], question: str, lifecycle: Lifecycle, language: Language = Language.JA
) -> tuple[Citation, ...]:
    """Return the citations, those with a notice whose article is older than any Windows that the question names."""
    versions = [one.canonical for one in find_identifiers(question) if one.kind is IdentifierKind.VERSION]
    windows = sorted(windows_versions(question))
    asked = lifecycle.first_of(versions, windows)
    if asked is None or asked.start is None:
        return tuple(citations)
    frame = frame_of(language)
    name = asked.version if versions else f"Windows {asked.windows}"
    notice = frame.notices.before.format(label=name, day=frame.day(asked.start))
    return tuple(
        replace(one, notices=(notice, *one.notices)) if one.updated and one.updated < asked.start.isoformat() else one
        for one in citations
    )


def _short(quote: str) -> str:
    return quote if len(quote) <= _QUOTED else f"{quote[:_QUOTED]}…"
