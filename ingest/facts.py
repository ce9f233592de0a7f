"""Read an article's fields out of its text where no front matter states them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.text.identifiers import IdentifierKind, find_identifiers
from bot.types import Block, Evidence
from ingest.lines import fold
from ingest.page import Page

__all__ = ["Facts", "dates_of", "facts_of", "parse_date"]

_DATE = r"(?P<y>(?:19|20)\d{2})[./年-](?P<m>\d{1,2})[./月-](?P<d>\d{1,2})日?"
_ANY_DATE = re.compile(_DATE)
_ORIGINAL = re.compile(rf"(?:元の?(?:記事|ブログ|サイト)|旧(?:サイト|ブログ|記事)|初出)[^。]{{0,20}}?{_DATE}")
_TITLE_DATE = re.compile(rf"【\D{{0,6}}{_DATE}\s*(?P<what>[^】]{{0,8}})】$")
_PUBLISHED = re.compile(rf"^\W*(?:公開|投稿|作成|掲載|Published|Posted)(?:日時?)?(?:\s*on)?\s*[:…]?\s*{_DATE}", re.I)
_UPDATED = re.compile(rf"^\W*(?:(?:最終)?更新|改訂|Updated)(?:日時?)?\s*[:…]?\s*{_DATE}", re.I)
_BARE = re.compile(rf"^{_DATE}(?:\s+(?P<y2>(?:19|20)\d{{2}})[./-](?P<m2>\d{{1,2}})[./-](?P<d2>\d{{1,2}}))?$")
_MOVED = re.compile("移転|引っ?越|移行")
_REVISED = re.compile("更新|改訂|追記|修正|変更")
_HEAD = 80
"""Blocks from the top in which themes print dates."""

_WINDOWS = re.compile(
    r"Win(?:dows)?\s*(?P<first>11|10|8\.1|8|7|Vista|XP)(?P<more>(?:\s*[/・,、]\s*(?:11|10|8\.1|8|7)(?![\d.]))*)(?![\d.])",
    re.I,
)
_RELEASE = re.compile(r"11|10|8\.1|8|7|Vista|XP", re.I)
_ALSO_ABOUT = 0.5
"""Where the title names no Windows, those count that the text names at least this often as the most frequent one."""
_MAY_IDENTIFY = re.compile(r"\d{4}|[0０][xXｘＸ]|\d[HhＨ]\d")
"""What a line with a code, a KB number or a version holds; looking closer at every line would take most of the time."""
_TESTED = re.compile(
    r"実機(?:で|にて|による)の?(?:確認|検証|再現|テスト)(?:しました|した|済み?|できました|を(?:行|おこな|実施))"
    r"|(?:手元|手持ち|自分|筆者)の?(?:PC|パソコン|環境|実機|マシン)(?:で|にて)[^。]{0,20}(?:確認|検証|再現|テスト)"
    r"(?:しました|した|済み|できました|を(?:行|おこな)いました)"
    r"|実機検証(?:しました|済み|結果)"
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the text itself says of an article; the names are those of `Article`."""

    os: tuple[str, ...]
    versions: tuple[str, ...]
    error_codes: tuple[str, ...]
    kb: tuple[str, ...]
    evidence: Evidence


def facts_of(title: str, blocks: Sequence[Block]) -> Facts:
    """Return the facts in a cleaned article. Lists are in order of first mention, without repetition."""
    lines = [title, *(line for block in blocks for line in block.text.split("\n"))]
    text = "\n".join(lines)
    found = find_identifiers("\n".join(line for line in lines if _MAY_IDENTIFY.search(line)))
    return Facts(
        os=_windows(title, text),
        versions=_unique(i.canonical for i in found if i.kind is IdentifierKind.VERSION),
        error_codes=_unique(i.canonical for i in found if i.kind is IdentifierKind.ERROR_CODE),
        kb=_unique(i.canonical for i in found if i.kind is IdentifierKind.KB),
        evidence=Evidence.TESTED if any(_TESTED.search(fold(line)) for line in lines) else Evidence.REPORTED,
    )


def dates_of(page: Page, title: str) -> tuple[date | None, date | None, date | None]:
    """Return when a page was published, updated, and first published elsewhere, as far as it says so.

    The page's own data outranks its text. A page that moved was published, here, on the day it moved.
    """
    published, updated = page.published, page.updated
    original: date | None = None
    lines = [fold(piece.block.text) for piece in page.pieces]
    if match := _TITLE_DATE.search(fold(title)):
        found = _date(match)
        if _MOVED.search(match["what"]):
            published, updated = published or found, updated or found
        elif _REVISED.search(match["what"]):
            updated = updated or found
        else:
            published = published or found
    for line in lines[:_HEAD] + lines[-5:]:
        if match := _PUBLISHED.match(line):
            published = published or _date(match)
        if match := _UPDATED.match(line):
            updated = updated or _date(match)
        if match := _BARE.match(line):
            days = sorted(filter(None, (_date(match), parse_date(line[match.end("d") :]))))
            published = published or (days[0] if days else None)
            updated = updated or (days[1] if len(days) > 1 else None)
    for line in lines:
        if match := _ORIGINAL.search(line):
            original = original or _date(match)
    return published, updated, original


def parse_date(text: str) -> date | None:
    """Return the first date in `text` (2024-12-06, 2024/12/6, 2024年12月6日), None if there is no valid one."""
    match = _ANY_DATE.search(fold(text))
    return _date(match) if match else None


def _date(match: re.Match[str]) -> date | None:
    try:
        return date(int(match["y"]), int(match["m"]), int(match["d"]))
    except ValueError:  # 2024/13/45 is no date
        return None


def _windows(title: str, text: str) -> tuple[str, ...]:
    """Return the Windows releases that the article is about: those of its title, else those it names most."""
    counts = _releases(title) or _releases(text)
    most = max(counts.values(), default=0)
    named = [name for name, count in counts.items() if count >= _ALSO_ABOUT * most]
    return tuple(f"Windows {name}" for name in named)


def _releases(text: str) -> Counter[str]:
    counts = Counter[str]()
    for line in text.split("\n"):
        for match in _WINDOWS.finditer(fold(line)):
            counts.update(_RELEASE.findall(match[0][3:]))
    return counts


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
