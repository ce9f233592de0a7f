"""Which Windows, and which of its releases, an article is about; not those that it merely mentions.

What it names in a line of its own (「対象：Windows 11 24H2」) comes first, then its title, then its tags, then where it
says it was tried, then what it names most if that is in its headings or lead, or often. Asides, comparisons, rows of
tables and what one comes from do not count.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from bot.text.identifiers import IdentifierKind, find_identifiers
from bot.text.normalize import normalize
from bot.types import BlockKind
from ingest.facts.said import Place, Said, in_prose

__all__ = ["names_target", "releases_of", "systems_of"]

_ALSO_ABOUT = 0.5
"""Where no better place tells, those count that the text names at least this often as the most frequent one."""
_OFTEN = 3
"""Mentions in the body from which something is more than mentioned: 「Windows 10では…」 beside a step is an exception,
and an article has one or two of them."""
_FULLY = 3
"""What a release counts that is named in full (「Windows 11 24H2」): nobody does so in passing."""

_TARGET = re.compile(
    r"^\W*(?:対象|対応|適用)(?:の)?(?:OS|バージョン|環境|PC|機種|先|対象|Windows|となるOS)?\s*[::]\s*(?P<value>.+)"
)
_MACHINE = re.compile(
    r"^\W*(?:OS|(?:動作|検証|確認|テスト|使用|利用|実行|筆者の?)(?:した)?(?:環境|OS|PC)|バージョン|環境)\s*[::|]\s*(?P<value>.+)"
)
_WINDOWS = re.compile(
    r"(?<![A-Za-z])Win(?:dows)?\s*(?P<first>11|10|8\.1|8|7|Vista|XP)(?P<more>(?:\s*(?:[/・,、と&→⇒]|または|および|や|から|より)\s*(?:Win(?:dows)?\s*)?(?:11|10|8\.1|8|7)(?![\d.年月日個台%GHhつ分秒本枚]))*)(?![\d.])",
    re.I,
)
_RELEASE = re.compile(r"11|10|8\.1|8|7|Vista|XP", re.I)
_NAMES = {"vista": "Vista", "xp": "XP"}

_ASIDE = re.compile(r"^\W*(?:なお|ちなみに|一方|余談|参考まで|補足)")
_NOT_ABOUT = re.compile(
    r"^(?:[^。、]{0,12}?(?:の(?:プロダクト\s?キー|キー|ライセンス|時代|ころ|頃|とき|時は)|(?:時代|のころ|の頃)|(?:まで|より)?以前|より前|までは)"
    r"|[^。、]{0,8}?(?:では|は|だと|なら)[^。]{0,20}?(?:起き|起こ|発生|再現|問題|対象|該当|影響|確認|出)[^。、]{0,6}?"
    r"(?:ません|ない|なかっ|ず、|外です|外と)"
    r"|[^。、]{0,6}?(?:では|だと|なら)[^。]{0,16}?(?:違|異な))"
)
_COMES_FROM = re.compile(
    r"^[^。、]{0,6}?(?:から|より)(?:、?(?:当時の|そのまま|直接|無償|無料|一気)[^。、]{0,10})?[^。、]{0,12}?"
    r"(?:上げ|アップグレード|アップデート|バージョンアップ|更新|移行|乗り換|引き継|[0-9]{2}H[12]|Win)(?![^。]{0,16}まで)"
)
"""「23H2から24H2に」; 「24H2からは…」 is since when something holds."""
_EXCEPTION = re.compile(r"^[^()]{0,8}?(?:では|の場合|なら|だと|は(?=[^()]*\)))")
_MAY_BE_WINDOWS = re.compile(r"Win|win|WIN")
_MAY_BE_RELEASE = re.compile(r"[0-9]{2}[Hh][12]|(?<![0-9])(?:1[5-9][0-9]{2}|2004)(?![0-9])")
_FULL_NAME = re.compile(r"Win(?:dows)?\s*1[01][^。、\n]{0,20}$", re.I)
_AT_THAT_TIME = re.compile(r"(?:当時|以前|昔|旧)(?:は|の|、)?$")
_RELEASE_FOLLOWS = re.compile(r"[^。、\n0-9]{0,16}[0-9]{2}H[12]", re.I)
_SIBLING = re.compile(r"[0-9]{2}H[12][\s/、・,と及びおよび]{1,4}$", re.I)

_Mentions = Callable[[str], Iterator[tuple[str, int, int]]]
"""Yields name, start and end of each mention in a folded sentence."""


def systems_of(sentences: Sequence[Said], stated: Sequence[str], topics: Sequence[str]) -> tuple[str, ...]:
    """Return the Windows that an article is about (「Windows 11」), in order of mention; `stated` are folded lines."""
    return tuple(f"Windows {name}" for name in _about(_windows, _MAY_BE_WINDOWS, sentences, stated, topics))


def names_target(line: str) -> bool:
    """Tell whether a folded line does nothing but name the Windows that an article is about."""
    match = _TARGET.match(line)
    return match is not None and any(_windows(match["value"])) and "。" not in line


def releases_of(sentences: Sequence[Said], stated: Sequence[str], topics: Sequence[str]) -> tuple[str, ...]:
    """Return the feature updates that an article is about (「24H2」), in order of mention."""
    return _about(_versions, _MAY_BE_RELEASE, sentences, stated, topics)


def _about(
    mentions: _Mentions,
    may_name: re.Pattern[str],
    sentences: Sequence[Said],
    stated: Sequence[str],
    topics: Sequence[str],
) -> tuple[str, ...]:
    topics = [normalize(topic) for topic in topics]
    read = (*(said.plain for said in sentences), *topics, *stated)
    if not any(may_name.search(text) for text in read):
        return ()
    rows = [said.plain for said in sentences if said.kind is BlockKind.TABLE]
    own = [match["value"] for line in stated if (match := _TARGET.match(line))]
    machine = [match["value"] for line in (*stated, *rows) if (match := _MACHINE.match(line))]
    told = [
        said
        for said in sentences
        if in_prose(said) and said.kind is not BlockKind.TABLE and not _ASIDE.search(said.plain)
    ]
    titles = [said.plain for said in told if said.place is Place.TITLE]
    for level in (own, titles, topics, machine):
        counts, sources = _named(mentions, level)
        if counts or sources:
            return tuple(counts or sources)
    counts, sources = _named(mentions, (said.plain for said in told))
    # What people come from is named in other words, too: 「Windows 7から上げたPC」, 「Windows 7の古いキー」.
    counts.subtract(sources)
    prominent, _ = _named(mentions, (said.plain for said in told if said.place is not Place.BODY))
    most = max(counts.values(), default=0)
    return tuple(
        name for name, count in counts.items() if count >= _ALSO_ABOUT * most and (count >= _OFTEN or name in prominent)
    )


def _named(mentions: _Mentions, texts: Iterable[str]) -> tuple[Counter[str], Counter[str]]:
    """Return how often each is named as what a text is about, and as what one comes from.

    A release named in full counts more.
    """
    counts, sources = Counter[str](), Counter[str]()
    for text in texts:
        for name, start, end in mentions(text):
            before, after = text[:start], text[end:]
            in_brackets = before.rfind("(") > before.rfind(")")
            if _NOT_ABOUT.search(after) or _AT_THAT_TIME.search(before) or (in_brackets and _EXCEPTION.search(after)):
                continue
            full = _FULL_NAME.search(before) or _SIBLING.search(before) or _RELEASE_FOLLOWS.match(after)
            weight = _FULLY if full else 1
            (sources if _COMES_FROM.search(after) else counts)[name] += weight
    return counts, sources


def _windows(text: str) -> Iterator[tuple[str, int, int]]:
    for match in _WINDOWS.finditer(text):
        for name in _RELEASE.findall(match[0][3:]):
            yield _NAMES.get(name.lower(), name), match.start(), match.end()


def _versions(text: str) -> Iterator[tuple[str, int, int]]:
    if not _MAY_BE_RELEASE.search(text):
        return
    for found in find_identifiers(text):
        if found.kind is IdentifierKind.VERSION:
            yield found.canonical, found.start, found.end
