"""Find what names a problem exactly: error codes, stop codes, KB numbers, builds, versions, event IDs.

Every spelling of one thing gives one canonical form; positions are those of the original text. Numbers that merely look
alike (phone numbers, keys, GUIDs, dates, addresses, quantities) are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.text.error_codes import find_error_codes
from bot.text.normalize import normalize_with_offsets
from bot.text.stop_names import find_stop_names

__all__ = ["Identifier", "IdentifierKind", "find_identifiers", "kb_number_candidates"]


class IdentifierKind(StrEnum):
    """What an identifier names, with the shape of its canonical form."""

    ERROR_CODE = "error_code"
    """0x and eight upper-case hexadecimal digits: 0x80070643, 0x0000000A."""
    STOP_CODE = "stop_code"
    """A symbolic name in upper case, words joined by underscores: IRQL_NOT_LESS_OR_EQUAL."""
    KB = "kb"
    """KB and the number: KB5046617."""
    BUILD = "build"
    """The build, with its revision where one is given: 26100, 26100.2314."""
    VERSION = "version"
    """The release: 24H2, 1909."""
    EVENT_ID = "event_id"
    """EVENT and the number: EVENT41."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """One identifier. `text` is the original's characters `start:end`."""

    kind: IdentifierKind
    canonical: str
    text: str
    start: int
    end: int


_Span = tuple[int, int, str]

_ALONE_BEFORE = r"(?<![0-9A-Za-z])(?<![0-9][-.,])"
_ALONE_AFTER = r"(?![0-9A-Za-z])(?![-.,][0-9])"
_COUNTED = (
    r"(?!\s?(?:[年月日時分秒円個件人台回本枚点桁度歳倍ヶ%℃]|つ|ドル|バイト|ビット|文字|ミリ秒"
    r"|(?:bytes?|[KMGT]i?B|[KMGT]?Hz|B|px|ms|rpm)(?![A-Za-z])))"
)

# "512 KB 123456" is a size and a number, but "① KB5046617" is a list item.
_KB_PREFIXED = re.compile(
    r"(?<![0-9A-Za-z])(?:(?i:kb)|(?<![0-9] )(?i:kb)[\s\-_:#.]{1,2})(?P<number>[1-9][0-9]{4,7})(?![0-9])"
)
_KB_LINK = re.compile(r"(?i:/help/|/kb/|/kb=)(?P<number>[1-9][0-9]{5,6})(?![0-9A-Za-z])")
_NUMBER_6_7 = re.compile(rf"{_ALONE_BEFORE}(?P<number>[1-9][0-9]{{5,6}}){_ALONE_AFTER}{_COUNTED}")
# These make a bare number a KB anywhere in the sentence; the weaker words below only beside it.
_KB_CONTEXT = re.compile(
    r"(?<![0-9A-Za-z])(?<![0-9] )(?i:kb|hotfix)(?![A-Za-z])|更新プログラム|修正プログラム|サポート技術情報|技術文書"
)
_KB_JUST_BEFORE = re.compile(r"(?:(?i:update)|アップデート|パッチ)[\s:(「はの]{0,4}$")
_KB_JUST_AFTER = re.compile(
    r"^[\s)」]{0,2}(?:の|を)?\s?(?:(?i:update)|アップデート|パッチ|(?:再|アン)?インストール|適用|入れ|当て|削除)"
)
_KB_REACH = 40  # characters between the word and the number, within one sentence
_SENTENCE_END = re.compile(r"[。\n!?]")

_WINDOWS_BUILD = re.compile(
    r"(?<![0-9A-Za-z.])(?:10\.0\.(?P<new>[0-9]{5})|(?:5\.[0-2]|6\.[0-3])\.(?P<old>[0-9]{4}))(?P<revision>\.[0-9]{1,5})?"
    r"(?![0-9A-Za-z])(?!\.[0-9])"
)
_LABELLED_BUILD = re.compile(
    r"(?:ビルド|(?<![A-Za-z])[Bb]uild|(?<![A-Za-z])BUILD)(?:番号|(?i:\s?(?:number|no\.?)))?[\s:=(「*]{0,3}[はが]?[\s「*]{0,3}"
    r"(?P<build>[0-9]{4,5}(?:\.[0-9]{1,5})?)(?![0-9A-Za-z])(?!\.[0-9])"
)
_TRAILING_BUILD = re.compile(r"(?<![0-9A-Za-z.])(?P<build>[1-9][0-9]{4}(?:\.[0-9]{1,5})?)(?=\s?(?:ビルド|[Bb]uild))")
_BARE_BUILD = re.compile(rf"{_ALONE_BEFORE}(?P<build>[12][0-9]{{4}}\.[0-9]{{3,5}})(?![0-9A-Za-z])(?!\.[0-9]){_COUNTED}")
_MIN_BUILD = 10240  # the first Windows 10; the bare form is trusted from there on

_HALF_YEAR = re.compile(r"(?<![0-9A-Za-z])(?P<version>(?:1[5-9]|[2-4][0-9])[Hh][12])(?![0-9A-Za-z])")
# Releases named by year and month; the list is closed, for later ones carry an H.
_RELEASES = frozenset({"1507", "1511", "1607", "1703", "1709", "1803", "1809", "1903", "1909", "2004"})
_YEAR_MONTH = re.compile(
    rf"{_ALONE_BEFORE}(?P<version>{'|'.join(sorted(_RELEASES))}){_ALONE_AFTER}(?!/[0-9]){_COUNTED}"
)
_VERSION_CONTEXT = re.compile(
    r"(?:バージョン|ビルド|(?i:build|version|ver|(?<![A-Za-z])v)|(?i:windows\s?(?:10|server)|win\s?10)|機能更新)[^。\n0-9]{0,14}"
    r"(?:[0-9]{4}[、,・/と~ ]{1,3}){0,4}$"
)
_VERSION_REACH = 48
_V_VERSION = re.compile(
    r"(?<![0-9A-Za-z])(?i:v|ver|version)\.?(?P<version>1[5-9]0[1-9]|1[5-9]1[0-2]|2004)(?![0-9A-Za-z.])"
)

_EVENT_NUMBER = rf"[0-9]{{1,5}}(?![0-9A-Za-z])(?![.:/][0-9]){_COUNTED}"
_EVENT = re.compile(
    r"(?:イベント\s?(?:ログ\s?)?(?:ID|番号|コード)|イベント(?!\s?(?:19|20)[0-9]{2}(?![0-9]))"
    r"|(?<![A-Za-z])(?i:event\s?(?:id|code))|(?<![A-Za-z])(?:Kernel-[A-Z][A-Za-z]+|WHEA-Logger|BugCheck|DistributedCOM|DCOM|ESENT))"
    rf"[\s:=#(「*]{{0,3}}(?:は|が|の)?[\s「*]{{0,3}}(?P<numbers>{_EVENT_NUMBER}(?:\s?[、,・/と]\s?{_EVENT_NUMBER}){{0,6}})"
)

# Shapes whose digits are not identifiers, whatever they look like.
_LOOKALIKES = re.compile(
    r"""(?<![0-9A-Za-z])(?:
      [0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}        # GUID
    | S-1-[0-9]+(?:-[0-9]+)++                                     # SID
    | [0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}                     # hardware address
    | [0-9A-Za-z]{5}(?:-[0-9A-Za-z]{5}){2,8}                      # product key
    | [0-9]{5,7}(?:-[0-9]{5,7}){3,8}                              # recovery key, installation ID
    | [0-9]{5,7}(?:\x20[0-9]{5,7}){6,8}
    | [0-9]{1,3}(?:\.[0-9]{1,3}){3}                               # network address
    | [0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}                      # date
    | \+?[0-9]{1,5}-[0-9]{1,4}-[0-9]{3,4}                         # phone number
    )(?![0-9A-Za-z])""",
    re.VERBOSE,
)
# None has neither; most statements and many questions do.
_LETTER_OR_DIGIT = re.compile("[0-9A-Za-z]")
# A question that is nothing but a number.
_WHOLE = re.compile(r"\s*[0-9]{4,7}\s*(?:とは|って(?:何|なに)|は何|について)?\s*(?:ですか)?[?。]?\s*")


def find_identifiers(text: str) -> tuple[Identifier, ...]:
    """Return the identifiers in `text` in reading order, none overlapping another."""
    folded = normalize_with_offsets(text)
    if not _LETTER_OR_DIGIT.search(folded.text):
        return ()
    blocked = _Lookalikes(folded.text)
    found = [
        (start, end, canonical, kind)
        for kind, spans in _finders(folded.text, blocked)
        for start, end, canonical in spans
    ]
    found.sort(key=lambda item: (item[0], -item[1]))
    identifiers: list[Identifier] = []
    reached = 0
    for start, end, canonical, kind in found:
        if start < reached:
            continue
        reached = end
        first, last = folded.original_span(start, end)
        identifiers.append(Identifier(kind, canonical, text[first:last], first, last))
    return tuple(identifiers)


def kb_number_candidates(text: str) -> set[str]:
    """Return the bare six- and seven-digit numbers of a document as the KB numbers (KB929712) they may be.

    For indexing only: documents often print a KB number without its prefix, and a candidate that is none does no harm
    until somebody asks for exactly that KB.
    """
    folded = normalize_with_offsets(text).text
    blocked = _Lookalikes(folded)
    return {f"KB{number}" for start, end, number in _numbers(folded) if not blocked.touches(start, end)}


class _Lookalikes:
    """The look-alikes in one text: which of its characters belong to one. Searched for when first asked."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._inside: bytearray | None = None

    def touches(self, start: int, end: int) -> bool:
        if self._inside is None:
            self._inside = bytearray(len(self._text))
            for match in _LOOKALIKES.finditer(self._text):
                self._inside[match.start() : match.end()] = b"\x01" * (match.end() - match.start())
        return any(self._inside[start:end])


def _finders(text: str, blocked: _Lookalikes) -> Iterator[tuple[IdentifierKind, list[_Span]]]:
    def allowed(spans: Iterator[_Span]) -> list[_Span]:
        return [span for span in spans if not blocked.touches(span[0], span[1])]

    yield IdentifierKind.ERROR_CODE, allowed(find_error_codes(text))
    yield IdentifierKind.STOP_CODE, allowed(find_stop_names(text))
    yield IdentifierKind.KB, list(_kbs(text, blocked))
    yield IdentifierKind.BUILD, list(_builds(text))
    yield IdentifierKind.VERSION, allowed(_versions(text))
    yield IdentifierKind.EVENT_ID, allowed(_events(text))


def _numbers(text: str) -> Iterator[_Span]:
    for match in _NUMBER_6_7.finditer(text):
        yield match.start("number"), match.end("number"), match["number"]


def _kbs(text: str, blocked: _Lookalikes) -> Iterator[_Span]:
    for pattern in (_KB_PREFIXED, _KB_LINK):
        for match in pattern.finditer(text):
            start = match.start() if pattern is _KB_PREFIXED else match.start("number")
            yield start, match.end(), f"KB{match['number']}"
    whole = _WHOLE.fullmatch(text) is not None
    for start, end, number in _numbers(text):
        if not blocked.touches(start, end) and (whole or _has_kb_context(text, start, end)):
            yield start, end, f"KB{number}"


def _has_kb_context(text: str, start: int, end: int) -> bool:
    before = _SENTENCE_END.split(text[max(0, start - _KB_REACH) : start])[-1]
    after = _SENTENCE_END.split(text[end : end + _KB_REACH])[0]
    strong = _KB_CONTEXT.search(before) or _KB_CONTEXT.search(after)
    return bool(strong or _KB_JUST_BEFORE.search(before) or _KB_JUST_AFTER.search(after))


def _builds(text: str) -> Iterator[_Span]:
    for match in _WINDOWS_BUILD.finditer(text):
        yield match.start(), match.end(), (match["new"] or match["old"]) + (match["revision"] or "")
    for pattern in (_LABELLED_BUILD, _TRAILING_BUILD, _BARE_BUILD):
        for match in pattern.finditer(text):
            too_low = pattern is _BARE_BUILD and float(match["build"]) < _MIN_BUILD
            if not too_low and match["build"] not in _RELEASES:
                yield match.start("build"), match.end("build"), match["build"]


def _versions(text: str) -> Iterator[_Span]:
    for pattern in (_HALF_YEAR, _V_VERSION):
        for match in pattern.finditer(text):
            yield match.start("version"), match.end("version"), match["version"].upper()
    for match in _YEAR_MONTH.finditer(text):
        before = text[max(0, match.start() - _VERSION_REACH) : match.start()]
        if _WHOLE.fullmatch(text) or _VERSION_CONTEXT.search(before):
            yield match.start("version"), match.end("version"), match["version"]


def _events(text: str) -> Iterator[_Span]:
    for match in _EVENT.finditer(text):
        for number in re.finditer("[0-9]+", match["numbers"]):
            start = match.start("numbers") + number.start()
            yield start, start + len(number.group()), f"EVENT{int(number.group())}"
