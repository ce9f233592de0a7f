"""When an article was published, when its text says it was last revised, and when it first appeared elsewhere.

Most dates in an article are not its own: when support ends, when an update came out, how old a driver is. Only a
date that an author puts beside a word for revising counts, and only where such notes stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ingest.facts.said import Said, in_prose
from ingest.lines import fold
from ingest.page import Page

__all__ = ["dates_of", "names_update", "parse_date"]

_DATE = r"(?P<y>(?:19|20)\d{2})[./年-](?P<m>\d{1,2})[./月-](?P<d>\d{1,2})日?"
_DAY = r"(?P<y>(?:19|20)\d{2})\s?[./年-]\s?(?P<m>\d{1,2})(?:\s?[./月-]\s?(?P<d>\d{1,2})日?|月|(?![./\d-]))"
"""A day, or a month where no day is given."""
_YEAR = re.compile(r"(?:19|20)\d{2}")
_ANY_DATE = re.compile(_DATE)
_ORIGINAL = re.compile(rf"(?:元の?(?:記事|ブログ|サイト)|旧(?:サイト|ブログ|記事)|初出)[^。]{{0,20}}?{_DATE}")
_TITLE_DATE = re.compile(rf"【\D{{0,6}}{_DATE}\s*(?P<what>[^】]{{0,8}})】$")
_PUBLISHED = re.compile(rf"^\W*(?:公開|投稿|作成|掲載|Published|Posted)(?:日時?)?(?:\s*on)?\s*[:…]?\s*{_DATE}", re.I)
_UPDATED = re.compile(
    rf"^\W*(?:(?:記事の?)?(?:最終|最新)?(?:更新|改訂|修正)|(?:Last\s)?(?:Updated|Modified))(?:日時?)?(?:\son)?\s*[:…]?\s*{_DAY}",
    re.I,
)
_BARE = re.compile(rf"^{_DATE}(?:\s+(?P<y2>(?:19|20)\d{{2}})[./-](?P<m2>\d{{1,2}})[./-](?P<d2>\d{{1,2}}))?$")
_MOVED = re.compile("移転|引っ?越|移行")
_REVISED = re.compile("更新|改訂|追記|修正|変更")
_HEAD, _FOOT = 80, 5
"""Blocks from the top and the end in which themes print dates."""
_POST_HEAD = 8
"""The same for the content of a post alone, where only its author prints them."""

_REVISES = (
    r"(?:追記|加筆|改訂|改稿|(?:(?:内容|記事|本文|情報|手順|リンク)(?:を|の))?(?:更新|修正|変更|見直し|追加|差し替え)|リライト|update[ds]?)"
    r"(?!プログラム|パッチ|履歴|日|後|版|を?(?:適用|入れ|配信|インストール)|が(?:配信|公開)|され(?:た|て|ま)(?!した[。)】]))"
)
_NOTE = re.compile(  # 「※2024/11/20 更新」「2025年3月追記：」「(2024年7月26日追記)」
    rf"(?:^|[※【\[(〔<《■●◆・*])\s*{_DAY}(?:\s|:|に|[)】])*{_REVISES}", re.I
)
_NOTE_AFTER = re.compile(  # 「追記（2024/12/03）」「追記：2024年12月3日」
    rf"(?:^|[※【\[(〔<《■●◆・*])\s*(?:追記|加筆|改訂|更新|修正|リライト|update)[0-9①-⑳]?\s*[:(\s]\s*{_DAY}", re.I
)
_REVISING = re.compile("追記|加筆|改訂|更新|修正|変更|見直し|追加|書き直し|リライト|update", re.I)
_SELF = re.compile(
    rf"(?:この|本|当)(?:記事|ページ)[^。]{{0,12}}?{_DAY}[^。]{{0,12}}?(?:更新|加筆|修正|追記|改訂|見直し|書き直し)(?:し|済|を)"
)
_HISTORY = re.compile(r"^\W*(?:この)?(?:記事の|本記事の|ページの)?(?:更新|改訂|変更|修正)(?:の)?履歴\W*$")
_HISTORY_ROW = re.compile(rf"^\W*{_DAY}")


@dataclass(frozen=True, slots=True, order=True)
class _Stated:
    """A date as printed; `day` is 0 where only the month is given."""

    year: int
    month: int
    day: int

    @property
    def whole(self) -> date | None:
        """Return the date, the first of the month where no day is given, None if there is no such day."""
        try:
            return date(self.year, self.month, self.day or 1)
        except ValueError:  # 2024/13/45
            return None


def dates_of(page: Page, title: str, sentences: Sequence[Said] = ()) -> tuple[date | None, date | None, date | None]:
    """Return when a page was published, updated, and first published elsewhere, as far as it says so.

    The page's own data outranks its text, but for the last update: saving a post anew changes WordPress's date and not
    what the author knew, so an earlier date that the author gives for it counts. One after the last change of the page,
    or before its publication, is taken for another date. A page that moved was published, here, on the day it moved.
    """
    published, updated = page.published, page.updated
    original: date | None = None
    lines = [fold(piece.block.text) for piece in page.pieces]
    stated: list[_Stated] = []
    if match := _TITLE_DATE.search(fold(title)):
        found = _date(match)
        if _MOVED.search(match["what"]):
            published, updated = published or found, updated or found
        elif _REVISED.search(match["what"]):
            stated.append(_stated(match))
        else:
            published = published or found
    head = _POST_HEAD if page.posted else _HEAD
    for line in lines[:head] + lines[max(head, len(lines) - _FOOT) :]:
        if match := _PUBLISHED.match(line):
            published = published or _date(match)
        if match := _UPDATED.match(line):
            stated.append(_stated(match))
        if match := _BARE.match(line):
            days = sorted(filter(None, (_date(match), parse_date(line[match.end("d") :]))))
            published = published or (days[0] if days else None)
            updated = updated or (days[1] if len(days) > 1 else None)
    for line in lines:
        if match := _ORIGINAL.search(line):
            original = original or _date(match)
    stated += _notes(sentences)
    return published, _last(stated, published, updated), original


def names_update(line: str) -> bool:
    """Tell whether a folded line does nothing but say when the article was revised."""
    match = _UPDATED.match(line)
    return match is not None and not line[match.end() :].strip(" .。)】")


def parse_date(text: str) -> date | None:
    """Return the first date in `text` (2024-12-06, 2024/12/6, 2024年12月6日), None if there is no valid one."""
    match = _ANY_DATE.search(fold(text))
    return _date(match) if match else None


def _notes(sentences: Sequence[Said]) -> Iterator[_Stated]:
    """Yield the dates of an author's notes on revisions."""
    for said in sentences:
        if not in_prose(said) or not _YEAR.search(said.plain):
            continue
        if _REVISING.search(said.plain):
            for pattern in (_NOTE, _NOTE_AFTER, _SELF):
                yield from map(_stated, pattern.finditer(said.plain))
        if _HISTORY.match(said.section) and (match := _HISTORY_ROW.match(said.plain)):
            yield _stated(match)


def _last(stated: Sequence[_Stated], published: date | None, modified: date | None) -> date | None:
    """Return the last stated date that can be one of revision, else when the page was changed."""
    possible = [one for one in stated if one.whole is not None and _fits(one, published, modified)]
    if not possible:
        return modified
    last = max(possible)
    if last.day:
        return last.whole
    # Of a month alone the better known day in it says more.
    same = [day for day in (modified, published) if day and (day.year, day.month) == (last.year, last.month)]
    return same[0] if same else last.whole


def _fits(one: _Stated, published: date | None, modified: date | None) -> bool:
    """Tell whether a date lies between publication and the last change, months compared where no day is given."""
    shown = (one.year, one.month, one.day)
    first = (published.year, published.month, published.day if one.day else 0) if published else shown
    last = (modified.year, modified.month, modified.day if one.day else 0) if modified else shown
    return first <= shown <= last


def _stated(match: re.Match[str]) -> _Stated:
    return _Stated(int(match["y"]), int(match["m"]), int(match["d"] or 0))


def _date(match: re.Match[str]) -> date | None:
    return _stated(match).whole
