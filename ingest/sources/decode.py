"""Turn the bytes of a text file into text: UTF-8, UTF-16, Shift_JIS (cp932), EUC-JP or ISO-2022-JP.

Every decoding is strict, so a text is either right or refused. UTF-8 goes first: other encodings almost never pass its
check. Shift_JIS and EUC-JP often accept each other's bytes, so the more Japanese-looking result wins; on short Japanese
texts that is right far more often than a general detector is (see the measurement in the tests).
"""

from __future__ import annotations

import codecs
import re

__all__ = ["UnreadableTextError", "decode", "sanitize"]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = (
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or Office document"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
)
_SAMPLE = 20_000
"""Characters looked at when encodings are compared; more changes nothing."""
_PLAUSIBLE = 0.88
"""Least share of ordinary Japanese among the non-ASCII characters; real texts score ≥ 0.89."""
_KANA_SHARE = 0.05
"""Least share of kana in a Japanese text of `_KANA_FROM` characters or more; Korean read as EUC-JP has none."""
_KANA_FROM = 20
_LEVEL_2 = 0xD0
"""First EUC-JP lead byte of the JIS level 2 kanji; level 1 holds the everyday ones."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\u2060\u200b\ufffe\uffff]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_COMMON = re.compile(r"[\u3000-\u303f\u3040-\u30ff\uff01-\uff5e①-⑳※○●◎◇◆□■△▲▽▼☆★→←↑↓…‥―‐−×÷±°℃Ⅰ-Ⅹⅰ-ⅹ㈱№℡〒‘’“”]")


class UnreadableTextError(ValueError):
    """The bytes are no text in a known encoding; the message says what was found."""


def decode(data: bytes) -> str:
    """Return the text of `data`, sanitised.

    Raises `UnreadableTextError` whose message completes "The file is …".
    """
    for magic, what in _MAGIC:
        if data.startswith(magic) and (b"\0" in data[:4096] or what != "a program"):
            raise UnreadableTextError(f"{what}, not text")
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return sanitize(data.decode(encoding))
            except UnicodeDecodeError as error:
                raise UnreadableTextError(f"marked as {encoding} but damaged at byte {error.start}") from None
    if b"\0" in data:
        return sanitize(_without_mark(data))
    if b"\x1b$" in data or b"\x1b(J" in data:
        try:
            return sanitize(data.decode("iso2022_jp_ext"))
        except UnicodeDecodeError:
            pass  # escape bytes of something else; the other encodings have their turn
    try:
        return sanitize(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        utf8 = error
    best, text = max((_japaneseness(text), text) for text in _candidates(data))
    if best < _PLAUSIBLE:
        line = data.count(b"\n", 0, utf8.start) + 1
        raise UnreadableTextError(f"in an unknown encoding (line {line} is neither UTF-8, Shift_JIS nor EUC-JP)")
    return sanitize(text)


def sanitize(text: str) -> str:
    """Return `text` with line feeds as line ends, without control characters, zero-width spaces, lone surrogates.

    None of these is visible, and all of them break something later (JSON, SQLite, UTF-8).
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").replace("\x0c", "\n")
    text = text.replace("\x85", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub("", text))


def _candidates(data: bytes) -> list[str]:
    texts = [""]
    for encoding in ("cp932", "euc_jis_2004"):
        try:
            texts.append(data.decode(encoding))
        except UnicodeDecodeError:
            continue
    return texts


def _without_mark(data: bytes) -> str:
    """Decode UTF-16 without a byte order mark; NUL bytes otherwise mean that the file is binary."""
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        sample = text[:_SAMPLE]
        usual = sum(1 for c in sample if c in "\r\n\t" or " " <= c <= "~" or _usual(c) > 0)
        if "\0" not in text and usual >= _PLAUSIBLE * len(sample):
            return text
    raise UnreadableTextError("binary, not text")


def _japaneseness(text: str) -> float:
    """Return the share of ordinary Japanese among the non-ASCII characters of `text`, 0–1; the empty text gives -1."""
    others = [c for c in text[:_SAMPLE] if c > "~"]
    if not others:
        return -1.0
    kana = sum("\u3040" <= c <= "\u30ff" for c in others) / len(others)
    if len(others) >= _KANA_FROM and kana < _KANA_SHARE:
        return 0.0
    return sum(map(_usual, others)) / len(others)


def _usual(char: str) -> float:
    """Return 1 for kana, symbols and everyday kanji, less for the kanji that only wrong decodings are full of."""
    if _COMMON.match(char):
        return 1.0
    if not "一" <= char <= "鿿":
        return 0.0
    try:
        lead = char.encode("euc_jp")[0]
    except UnicodeEncodeError:
        return 0.0
    return 0.98 if lead < _LEVEL_2 else 0.5
