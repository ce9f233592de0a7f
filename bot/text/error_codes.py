"""Find Windows error codes (HRESULT, NTSTATUS, stop codes) in normalised text, in every spelling people use.

A code is one 32-bit number. Readers type it as shown (0x80070643), without the prefix, in groups, with a multiplication
sign for the x, or copy it from a log in decimal, signed or unsigned. All spellings give the same canonical form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["CodeSpan", "canonical_code", "find_error_codes"]

CodeSpan = tuple[int, int, str]
"""Start and end in the searched text, and the canonical form."""

_BITS = 32
_SIGN_BIT = 1 << (_BITS - 1)
_HEX_DIGITS = 8

# What may not touch a bare number: letters and digits, or punctuation that makes it part of a longer number.
_ALONE_BEFORE = r"(?<![0-9A-Za-z])(?<![0-9][-.])(?<![0-9A-Fa-f]-)"
_ALONE_AFTER = r"(?![0-9A-Za-z])(?!\.[0-9])(?!-(?!0[xX])[0-9A-Fa-f])(?!,[0-9]{3}(?![0-9]))"
_COUNTED = (
    r"(?!\s?(?:[円個件人台回本枚点秒分年月日%]|ドル|バイト|ビット|文字|ミリ秒|(?:bytes?|[KMGT]i?B|B)(?![A-Za-z])))"
)

# The letter O is typed for zero, and × (what an IME offers for "kakeru") for x; a Cyrillic х looks the same.
_PREFIX = r"(?:[0oO]\s?[xXхХ×✕✖]|&[hH])"
_HEX = r"[0-9A-Fa-fOo]"
# A language number in a link (clcid=0x409) is none.
_PREFIXED = re.compile(rf"(?<![0-9A-Za-z])(?<!(?i:lcid)=){_PREFIX}[ -]?(?P<hex>{_HEX}++)(?![0-9A-Za-z])")
_PREFIXED_GROUPS = re.compile(
    rf"(?<![0-9A-Za-z]){_PREFIX}[ -]?(?P<hex>[08CcDdEe]{_HEX}{{3}}[ -]{_HEX}{{4}}"
    rf"|[08CcDdEe]{_HEX}(?:[ -]{_HEX}{{2}}){{3}})(?![0-9A-Za-z])(?!\s?[年月日])"
)
# 0xC1900101-20017: the second half of an upgrade error, written without its own prefix.
_EXTENSION = re.compile(rf"(?<={_HEX})\s?-\s?(?P<hex>[0-9A-Fa-f]{{5}})(?![0-9A-Za-z-])")
_BARE_PAIR = re.compile(r"(?<![0-9A-Za-z-])(?P<hex>[Cc][0-9A-Fa-f]{7}) ?- ?(?P<second>[0-9A-Fa-f]{5})(?![0-9A-Za-z-])")
_NO_ZERO = re.compile(r"(?<![0-9A-Za-z])[xX](?P<hex>[08CcDdEe][0-9A-Fa-f]{7})(?![0-9A-Za-z])")

_BARE = re.compile(rf"{_ALONE_BEFORE}(?P<hex>[8Cc][0-9A-Fa-f]{{7}})[hH]?{_ALONE_AFTER}{_COUNTED}")
# NTSTATUS codes begin C0000; readers who copy them by hand miscount the zeros.
_MISCOUNTED = re.compile(rf"{_ALONE_BEFORE}[Cc]0{{3}}(?:00)?(?P<hex>[0-9A-Fa-f]{{3}}){_ALONE_AFTER}{_COUNTED}")
_NTSTATUS_ERROR = 0xC000_0000

_LABEL = (
    r"(?:エラー(?:[・\s]?コード|番号)?|(?i:error(?:[\s_]?(?:code|no\.?))?|stop(?:[\s_]?(?:code|エラー|コード))?|hresult|hr"
    r"|status(?:[\s_]?code)?|bug\s?check)|(?<!バー)(?<!QR)コード|(?:停止|ストップ)(?:コード|エラー)|バグ\s?チェック|例外)"
)
_LINK = r"[\s:=#*「『(\[\"']{0,4}(?:は|が|の)?[\s:「『(\[\"']{0,4}"
_LABELLED = re.compile(
    rf"{_LABEL}{_LINK}(?P<hex>[0-9A-Fa-f]{{8}}|[08CcDdEe][0-9A-Fa-f]{{3}}[ -][0-9A-Fa-f]{{4}})[hH]?"
    rf"{_ALONE_AFTER}{_COUNTED}"
)
_STOP_LABEL = (
    r"(?:(?<![A-Za-z])(?:STOP|(?i:stop|bug\s?check)\s?(?i:code|コード|エラー))"
    r"|(?:停止|ストップ)(?:コード|エラー)|バグ\s?チェック\s?(?:コード)?)"
)
# "STOP 7B": two or three hexadecimal digits, one of them decimal, so that words such as BAD do not count.
_SHORT_STOP = re.compile(
    rf"{_STOP_LABEL}[\s:*「(]{{0,3}}(?=[A-Fa-f]{{0,2}}[0-9])(?=[0-9]{{0,2}}[A-Fa-f])(?P<hex>[0-9A-Fa-f]{{2,3}})(?![0-9A-Za-z_])"
)
_WINDOWS_UPDATE = re.compile(r"(?i:WindowsUpdate_)(?P<hex>[0-9A-Fa-f]{8})(?![0-9A-Za-z])")
_UNSIGNED = re.compile(rf"(?<![0-9A-Za-z.-])(?P<decimal>[2-4][0-9]{{9}})(?![0-9A-Za-z])(?![.,-][0-9]){_COUNTED}")
_SIGNED = re.compile(rf"(?<![0-9A-Za-z])(?P<decimal>- ?[0-9]{{9,10}})(?![0-9A-Za-z])(?![.,-][0-9]){_COUNTED}")

_HEX_PATTERNS = (_PREFIXED, _PREFIXED_GROUPS, _NO_ZERO, _BARE, _LABELLED, _SHORT_STOP, _WINDOWS_UPDATE)
_LETTER_O = str.maketrans("Oo", "00")
_MIN_DECIMAL_DIGITS = 2  # of a bare code that mixes in letters: "cafebabe" is a word


def canonical_code(value: int) -> str:
    """Return the canonical form of a 32-bit code: 0x and eight upper-case digits; negative values wrap around."""
    return f"0x{value % (1 << _BITS):08X}"


def find_error_codes(text: str) -> Iterator[CodeSpan]:
    """Yield the codes in normalised `text`, in no order; spans of different spellings may overlap."""
    for pattern in _HEX_PATTERNS:
        for match in pattern.finditer(text):
            if (value := _hex_value(match, pattern)) is None:
                continue
            start = match.start("hex") if pattern in (_LABELLED, _SHORT_STOP, _WINDOWS_UPDATE) else match.start()
            yield start, match.end(), canonical_code(value)
            if pattern is _PREFIXED and (extension := _EXTENSION.match(text, match.end())):
                yield extension.start("hex"), extension.end("hex"), canonical_code(int(extension["hex"], 16))
    for match in _BARE_PAIR.finditer(text):
        for group in ("hex", "second"):
            yield *match.span(group), canonical_code(int(match[group], 16))
    for match in _MISCOUNTED.finditer(text):
        yield match.start(), match.end(), canonical_code(_NTSTATUS_ERROR + int(match["hex"], 16))
    for match in _UNSIGNED.finditer(text):
        if _SIGN_BIT <= (value := int(match["decimal"])) < 1 << _BITS:
            yield match.start(), match.end(), canonical_code(value)
    for match in _SIGNED.finditer(text):
        if (value := int(match["decimal"].replace(" ", ""))) >= -_SIGN_BIT:
            yield match.start(), match.end(), canonical_code(value)


def _hex_value(match: re.Match[str], pattern: re.Pattern[str]) -> int | None:
    """Return the value a match spells, or None where it is no code after all."""
    digits = re.sub(r"[ -]", "", match["hex"])
    if pattern is _PREFIXED:
        return _prefixed_value(match.group(), digits)
    digits = digits.translate(_LETTER_O)
    if pattern is _BARE and not _is_code_shape(digits):
        return None
    if pattern is _LABELLED and not _is_labelled_code(digits):
        return None
    return int(digits, 16)


def _prefixed_value(spelling: str, digits: str) -> int | None:
    typo = not spelling.startswith(("0", "&")) or "o" in digits.lower()
    if typo and len(digits) != _HEX_DIGITS:
        return None
    value = int(digits.translate(_LETTER_O), 16)
    if len(digits) <= _HEX_DIGITS:
        # "0x a" is a letter after a sign; a lone digit must touch its prefix.
        return None if len(digits) == 1 and spelling[-2] in " -" else value
    # Debuggers print 64 bits: zero- or sign-extended codes count, addresses do not.
    low, high = value % (1 << _BITS), value >> _BITS
    is_extended = high == 0 or (high == (1 << _BITS) - 1 and low >= _SIGN_BIT)
    return low if len(digits) == 2 * _HEX_DIGITS and is_extended else None


def _is_code_shape(digits: str) -> bool:
    return sum(digit.isdecimal() for digit in digits) >= _MIN_DECIMAL_DIGITS


def _is_labelled_code(digits: str) -> bool:
    """Tell apart a code after the word "error" from a date, an order number or a bar code there."""
    return not digits.isdecimal() or digits.startswith(("8", "0000"))
