"""What a reader must know before relying on a source: its age, its support, its standing, and what its commands do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.knowledge.commands import CommandRisk, Commands, Needs
from bot.knowledge.lifecycle import Lifecycle
from bot.retrieval.query import windows_versions
from bot.text.identifiers import IdentifierKind, find_identifiers
from bot.types import Article, CaveatKind, Citation, Evidence

__all__ = ["command_notices", "older_than_asked", "source_notices"]

_OLD_AFTER_DAYS = 365
"""Age from which a source's date is pointed out; two feature updates have come out by then."""

_QUOTED = 100
"""Characters of an author's own words that a notice repeats; the rest is a click away."""

_SAYS = {
    CaveatKind.OUTDATED: "内容が古いと、記事に書かれています",
    CaveatKind.SUPERSEDED: "代わりになる新しい記事があると書かれています",
    CaveatKind.RESOLVED: "解決済みの問題だと、記事に書かれています",
    CaveatKind.ENDED: "いまは使えない方法だと、記事に書かれています",
    CaveatKind.UNCONFIRMED: "未確認の情報だと、記事に書かれています",
}
_EVIDENCE = {
    Evidence.REPORTED: "公式の発表ではなく、報告に基づく情報です。",
    Evidence.UNKNOWN: "公式の情報か、試して確かめたことか、記事に書かれていません。",
}
_RISK = {
    CommandRisk.CHANGES: "このコマンドは、Windowsの設定やファイルを変えます。",
    CommandRisk.DESTROYS: "このコマンドは、データを消すおそれがあります。",
}
_ADMINISTRATOR = "管理者として開いた画面で実行します。"


def source_notices(article: Article, lifecycle: Lifecycle, today: date) -> tuple[str, ...]:
    """Return what a reader must know about a source's age and standing, in Japanese, the gravest first."""
    found = [f"{_SAYS[caveat.kind]}：「{_short(caveat.quote)}」" for caveat in article.caveats]
    facts_date = article.facts_date
    if facts_date and (today - facts_date).days > _OLD_AFTER_DAYS:
        found.append(f"{facts_date.year}年{facts_date.month}月時点の情報です。現在は変わっている可能性があります。")
    if facts_date is None:
        found.append("いつの情報か、記事に書かれていません。")
    ended = lifecycle.newest_ended(article.versions, article.os, today)
    if ended:
        name = ended.label if article.versions else f"Windows {ended.windows}"
        found.append(f"この記事が扱う{name}は、{_japanese(ended.end)}にサポートが終わっています（Home・Pro）。")
    if article.evidence in _EVIDENCE:
        found.append(_EVIDENCE[article.evidence])
    return tuple(found)


def command_notices(text: str, commands: Commands) -> tuple[str, ...]:
    """Return what the commands in a block of code can do, at their riskiest; nothing where they only look.

    Of what is unknown nothing is said: a block of code may as well be a log or a setting.
    """
    row = commands.find(text)
    if row is None or row.risk not in _RISK:
        return ()
    rights = _ADMINISTRATOR if row.needs is Needs.ADMINISTRATOR else ""
    return (f"{_RISK[row.risk]}{rights}{row.gate}",)


def older_than_asked(citations: Sequence[Citation], question: str, lifecycle: Lifecycle) -> tuple[Citation, ...]:
    """Return the citations, those with a notice whose article is older than any Windows that the question names."""
    versions = [one.canonical for one in find_identifiers(question) if one.kind is IdentifierKind.VERSION]
    windows = sorted(windows_versions(question))
    asked = lifecycle.first_of(versions, windows)
    if asked is None or asked.start is None:
        return tuple(citations)
    name = asked.version if versions else f"Windows {asked.windows}"
    notice = f"{name}が公開された{_japanese(asked.start)}より前の情報です。"
    return tuple(
        replace(one, notices=(notice, *one.notices)) if one.updated and one.updated < asked.start.isoformat() else one
        for one in citations
    )


def _short(quote: str) -> str:
    return quote if len(quote) <= _QUOTED else f"{quote[:_QUOTED]}…"


def _japanese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
