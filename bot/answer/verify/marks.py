"""Citation marks: find [n], and bring the forms that models write instead to it."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["MARK_GROUP", "citations", "half_written", "repair", "without_marks"]

_DIGITS = r"[0-9０-９]{1,3}"
_LABEL = (
    r"(?:[\^※#]|(?:出典|資料|参考|引用|根拠|文書|参照|パッセージ|[Pp]assage|[Ss]ource|[Dd]oc|[Rr]ef)\s?[:：]?\s?#?)?"
)
_RANGE = r"\s?[-–~〜～]\s?"
_SEPARATOR = r"\s?[,、，・;；]\s?"
_NUMBERS = rf"{_LABEL}{_DIGITS}(?:(?:{_RANGE}|{_SEPARATOR}){_LABEL}{_DIGITS})*"
_SQUARE = rf"[\[［【〔〖]\s?{_NUMBERS}\s?(?:†[^\]］】〕〗\n]{{0,80}})?[\]］】〕〗]"
# Round brackets hold a citation only where a sentence ends: （1） elsewhere counts steps.
_ROUND = rf"(?:(?<=[。！？])|(?<=[ぁ-ん])(?=[（(]{_DIGITS}[)）]\s?(?:。|$)))[（(]{_DIGITS}[)）]"
_RAISED = r"(?<=[。ぁ-ん])[¹²³⁴⁵⁶⁷⁸⁹]+(?=。|\s|$)"
_BOLD = rf"(?:\*\*{_SQUARE}\*\*|{_SQUARE})"
MARK_GROUP = rf"(?:[ \t　]*{_BOLD})+"
"""One citation or several in a row, in any of the forms that `repair` knows, round ones aside."""

_ANY = re.compile(rf"{_BOLD}|{_ROUND}|{_RAISED}")
_NUMBER = re.compile(_DIGITS)
_SPAN = re.compile(rf"(?P<first>{_DIGITS}){_RANGE}(?:{_LABEL})(?P<last>{_DIGITS})")
_MARK = re.compile(r"\[([0-9]{1,3})\]")
_REPEATED = re.compile(r"(\[[0-9]{1,3}\])(?:\s*\1)+")
_SPACED = re.compile(r"[ \t　]+(?=\[[0-9]{1,3}\])")
_CODE = re.compile(r"(```.*?(?:```|$)|`[^`\n]*`)", re.DOTALL)
_LINKED = re.compile(r"\][（(]")
_WIDEST_RANGE = 5
"""Citations that [1-5] may stand for; a longer range is no citation."""
_HALF = re.compile(
    rf"(?:[ \t　]|{MARK_GROUP})*"
    rf"(?:\*{{0,2}}[\[［【〔〖][^\]］】〕〗\n]{{0,90}}|\*\*{_SQUARE}\*?|\*|[（(][0-9０-９]{{0,3}})?"
)


def repair(unit: str) -> str:
    """Return the unit with its citations as [n], each once in a row; code keeps its characters."""
    pieces = _CODE.split(unit)
    return "".join(piece if at % 2 else _repaired(piece) for at, piece in enumerate(pieces))


def citations(unit: str) -> tuple[int, ...]:
    """Return the numbers that a repaired unit cites, each once, in its order."""
    found = [int(number) for at, piece in enumerate(_CODE.split(unit)) if not at % 2 for number in _MARK.findall(piece)]
    return tuple(dict.fromkeys(found))


def without_marks(unit: str) -> str:
    """Return a repaired unit without its citations; code keeps its characters."""
    return "".join(piece if at % 2 else _MARK.sub("", piece) for at, piece in enumerate(_CODE.split(unit)))


def half_written(text: str) -> bool:
    """Tell whether all of `text`, which stands behind a whole sentence, may be the beginning of a citation."""
    return _HALF.fullmatch(text) is not None


def _repaired(piece: str) -> str:
    piece = _ANY.sub(_as_marks, piece)
    return _REPEATED.sub(r"\1", _SPACED.sub("", piece))


def _as_marks(match: re.Match[str]) -> str:
    if _LINKED.match(match.string, match.end() - 1):
        return match.group()  # the text of a Markdown link, which fails as one
    text = unicodedata.normalize("NFKC", match.group().partition("†")[0])
    span = _SPAN.search(text)
    if span:
        first, last = int(span["first"]), int(span["last"])
        if not first < last < first + _WIDEST_RANGE:
            return match.group()
        return "".join(f"[{number}]" for number in range(first, last + 1))
    return "".join(f"[{int(number)}]" for number in _NUMBER.findall(text))
