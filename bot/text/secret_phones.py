"""Find private Japanese phone numbers in normalised text.

Toll-free and other numbers printed for everybody (0120, 0800, 0570) and short ones (110, 188, #9110) are no secrets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.text.secret_kinds import Secret, SecretKind

__all__ = ["find_phones"]

_RUN = re.compile(r"[0-9]+(?:(?:[\s.()・/‐‑‒–—―−ー-]{1,3}|の|ハイフン)[0-9]+)*+")
_DIGITS = re.compile("[0-9]+")
_MAX_GROUPS = 5  # +81 (0)90-1234-5678
_DIGIT_COUNTS = (10, 11)
_FIRST_DIGITS = "08"  # of a domestic number, or of one with the country code
_COUNTRY = re.compile("(?:00)?81")
_PUBLIC = re.compile("0120|0800|0570|0990|0180|0170|00")
_MOBILE = re.compile("0[5-9]0")
_MOBILE_UNSPLIT = re.compile("0[5-9]0[1-9]")  # eleven digits in a row can be anything; no number is given out as 090-0…
_MOBILE_SHAPES = frozenset({(11,), (3, 4, 4), (3, 8), (7, 4)})
_LANDLINE_SHAPES = frozenset({(10,), (2, 4, 4), (3, 3, 4), (4, 2, 4), (5, 1, 4), (2, 8), (3, 7), (4, 6), (6, 4)})
_JOINED_BEFORE = re.compile(r"[0-9A-Za-z]$|[0-9A-Za-z][-_]$|[0-9][:/.]$")
_JOINED_AFTER = re.compile(r"[0-9A-Za-z]|-[0-9A-Za-z]|\.[0-9]")
_OPENING = re.compile(r"\(?\+?$")


def find_phones(text: str) -> Iterator[Secret]:
    """Yield the private phone numbers in normalised `text`, domestic or with Japan's country code."""
    for match in _RUN.finditer(text):
        groups = [found.span() for found in _DIGITS.finditer(text, match.start(), match.end())]
        at = 0
        while at < len(groups):
            first = text[groups[at][0]]
            used = _count_groups(text, groups[at : at + _MAX_GROUPS]) if first in _FIRST_DIGITS else 0
            if used:
                start, end = groups[at][0], groups[at + used - 1][1]
                opening = _OPENING.search(text, max(0, start - 2), start)
                if opening and opening.group().count("(") == _unopened(text[start:end]):
                    start = opening.start()
                yield Secret(SecretKind.PHONE, ((start, end),))
            at += used or 1


def _unopened(text: str) -> int:
    return max(0, text.count(")") - text.count("("))


def _count_groups(text: str, groups: list[tuple[int, int]]) -> int:
    """Return how many of `groups`, from the first on, make up one private number; 0 for none."""
    start = groups[0][0]
    if _JOINED_BEFORE.search(text[max(0, start - 2) : start]):
        return 0
    national, swallowed = _to_national(
        [text[first:last] for first, last in groups], plus=text[start - 1 : start] == "+"
    )
    for count in range(len(national), 0, -1):
        used = swallowed + count
        if sum(map(len, national[:count])) not in _DIGIT_COUNTS:
            continue
        if _is_private(national[:count]) and not _JOINED_AFTER.match(text, groups[used - 1][1]):
            return used
    return 0


def _to_national(parts: list[str], *, plus: bool) -> tuple[list[str], int]:
    """Put 0 for the country code; return the parts and how many groups have gone into the first of them."""
    country = _COUNTRY.match(parts[0])
    if country is None or not (plus or (country.end() == len(parts[0]) and parts[2:])):
        return parts, 0
    rest = parts[0][country.end() :]
    national = [rest, *parts[1:]] if rest else parts[1:]
    swallowed = 0 if rest else 1
    if national[:1] == ["0"] and national[1:]:
        return ["0" + national[1], *national[2:]], swallowed + 1
    if national and not national[0].startswith("0"):
        national[0] = "0" + national[0]
    return national, swallowed


def _is_private(parts: list[str]) -> bool:
    digits, shape = "".join(parts), tuple(map(len, parts))
    if not digits.startswith("0") or _PUBLIC.match(digits):
        return False
    if shape in _LANDLINE_SHAPES:
        # No area code has a zero in third place; a local number that is not split further begins with 2 to 9.
        return digits[2] != "0" and not (len(parts) == 2 and parts[1][0] in "01")  # noqa: PLR2004
    pattern = _MOBILE if parts[1:] else _MOBILE_UNSPLIT
    return shape in _MOBILE_SHAPES and pattern.match(digits) is not None
