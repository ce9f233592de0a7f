"""Find Windows product keys in normalised text: whole, mistyped, in part, and in parts with words between them.

A key has 25 characters in five groups of five, from an alphabet without vowels and look-alikes. That alphabet is what
makes a key recognisable under any separator: five such words in a row do not occur in prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.text.secret_kinds import Secret, SecretKind

__all__ = ["find_product_keys"]

_GROUP = 5
_GROUPS = 5
_KEY_CHARACTER = "[BCDFGHJKMNPQRTVWXYbcdfghjkmnpqrtvwxy2346789]"
_FIVE = rf"{_KEY_CHARACTER}{{5}}"
_DASH = r"[-‐‑‒–—―−ー─━一~〜]"
# Anything but letters and digits may stand between two groups, and the words people say for the hyphen.
_GAP = r"(?:[^0-9A-Za-z\u3041-\u30fa\u3400-\u4dff\u4e01-\u9fff]{0,8}|\s?(?:ハイフン|マイナス|ダッシュ|の)\s?)"
_ALONE_BEFORE, _ALONE_AFTER = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"

_STRICT = re.compile(rf"{_ALONE_BEFORE}{_FIVE}(?:{_GAP}{_FIVE}){{4,14}}{_ALONE_AFTER}")
# Joined by hyphens the shape alone tells a key, whatever its characters; and its own characters, whatever adjoins.
_HYPHENATED = re.compile(rf"{_ALONE_BEFORE}[0-9A-Za-z]{{5}}(?:\s?{_DASH}\s?[0-9A-Za-z]{{5}}){{4}}{_ALONE_AFTER}")
_EMBEDDED = re.compile(rf"{_FIVE}(?:-{_FIVE}){{4}}")
_MISTYPED = re.compile(rf"{_ALONE_BEFORE}[0-9A-Za-z]{{5}}(?:[\s-]{{1,3}}[0-9A-Za-z]{{5}}){{4}}{_ALONE_AFTER}")
_MISTYPED_LIMIT = 2  # characters outside the alphabet that a mistyped key may hold

_LABEL = (
    r"(?:(?:プロダクト|ライセンス|シリアル|アクティベーション|インストール|Office|Windows)\s?(?:キー|コード|key)"
    r"|(?i:(?:product|license|licence|activation|serial|cd)[\s_-]?key)|シリアル番号|/ipk|-ipk)"
)
_LABELLED = re.compile(
    rf"{_LABEL}[\s:=はが「『(\"'<\[]{{0,8}}(?P<key>[0-9A-Za-z]{{20,30}}|[0-9A-Za-z]{{3,7}}(?:{_DASH}[0-9A-Za-z]{{3,7}}){{2,7}})"
    rf"{_ALONE_AFTER}(?!{_DASH}[0-9A-Za-z])"
)
_LABELLED_LENGTH = 15  # letters and digits that a mistyped key after its label has at least
_HAS_LABEL = re.compile(_LABEL + "|キー(?![ボワ])")  # but no キーボード, キーワード

_FRAGMENT = re.compile(rf"(?<![0-9A-Za-z]){_FIVE}(?:\s?{_DASH}\s?{_FIVE}){{0,4}}{_ALONE_AFTER}")
_FRAGMENT_REACH = 80  # characters of prose between two parts of one key
_TELLING_FRAGMENT = 3  # groups that give a part away without its other parts; with the word "key" one less


def find_product_keys(text: str) -> Iterator[Secret]:
    """Yield the product keys in normalised `text`; spans found in several ways overlap."""
    for match in _STRICT.finditer(text):
        groups = [found.span() for found in re.finditer(_FIVE, match.group())]
        step = _GROUPS if len(groups) % _GROUPS == 0 else len(groups)
        for first in range(0, len(groups), step):
            start, end = match.start() + groups[first][0], match.start() + groups[first + step - 1][1]
            if _is_mixed(text[start:end]):
                yield _secret((start, end))
    for match in _HYPHENATED.finditer(text):
        if _is_key_like(match.group()):
            yield _secret(match.span())
    for match in _EMBEDDED.finditer(text):
        if _is_mixed(match.group()):
            yield _secret(match.span())
    for match in _MISTYPED.finditer(text):
        strays = len(re.sub(rf"{_KEY_CHARACTER}|[\s-]", "", match.group()))
        if strays <= _MISTYPED_LIMIT and _is_mixed(match.group()):
            yield _secret(match.span())
    for match in _LABELLED.finditer(text):
        if sum(map(str.isalnum, match["key"])) >= _LABELLED_LENGTH and _is_mixed(match["key"]):
            yield _secret(match.span("key"))
    yield from _find_fragments(text)


def _find_fragments(text: str) -> Iterator[Secret]:
    """Yield parts of keys: long ones by themselves, shorter ones where neighbours add up to a whole key."""
    parts = [(match.span(), _size(match.group())) for match in _FRAGMENT.finditer(text)]
    telling = _TELLING_FRAGMENT - (_HAS_LABEL.search(text) is not None)
    for span, size in parts:
        if telling <= size < _GROUPS and _is_mixed(text[slice(*span)]):
            yield _secret(span)
    for first in range(len(parts)):
        total = 0
        for last in range(first, min(first + _GROUPS, len(parts))):
            if last > first and parts[last][0][0] - parts[last - 1][0][1] > _FRAGMENT_REACH:
                break
            total += parts[last][1]
            chosen = parts[first : last + 1]
            if total == _GROUPS and any(size > 1 and _is_mixed(text[slice(*span)]) for span, size in chosen):
                yield Secret(SecretKind.PRODUCT_KEY, tuple(span for span, _ in chosen))


def _size(fragment: str) -> int:
    return sum(map(str.isalnum, re.sub("[ー一]", "", fragment))) // _GROUP


def _secret(span: tuple[int, int]) -> Secret:
    return Secret(SecretKind.PRODUCT_KEY, (span,))


def _is_mixed(key: str) -> bool:
    """Tell whether letters and digits are mixed, as in all but one of some thousands of keys."""
    return re.search("[0-9]", key) is not None and re.search("[A-Za-z]", key) is not None


def _is_key_like(key: str) -> bool:
    """Tell a key from hyphenated words and from the XXXXX-XXXXX that stands for one."""
    characters = set(re.sub("[^0-9A-Za-z]", "", key).upper())
    return len(characters) > 1 and (key != key.lower() or re.search("[0-9]", key) is not None)
