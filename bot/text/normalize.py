"""Fold text into the one form that matching works on, and keep the way back to the original characters.

Quoted text never passes through here. What is folded: Unicode compatibility forms (NFKC), invisible and control
characters (dropped), the many look-alikes of the hyphen where they stand inside an identifier, and enclosed numbers
such as ①, which get spaces around them so that "①KB5046617" does not become "1KB5046617".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["NormalizedText", "normalize", "normalize_with_offsets"]

_MARK_LIMIT = 30  # combining marks kept on one character: Unicode's Stream-Safe limit; more is decoration or an attack
_CLUSTER_LIMIT = 4 * _MARK_LIMIT  # NFKC sorts marks in quadratic time, so the input of one sort is bounded as well
_EXPANSION_LIMIT = 8  # characters one may fold into; the one that exceeds it (U+FDFA, into 18) stays as it is
_KEPT_CONTROLS = "\t\n\r"
_LINE_BREAKS = "\v\f\x1c\x1d\x1e\x85\u2028\u2029"
# Invisible characters that Unicode files under letters, marks or symbols.
_FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0"
# The bulk of Japanese text: characters that fold to themselves (dashes aside) unless a mark follows.
_PLAIN_CHARACTERS = r"\t\n\r -~、。「-】ぁ-ゖァ-ヾ㐀-䶿一-鿿"
_PLAIN = re.compile(rf"[{_PLAIN_CHARACTERS}]*")
_RUNS = re.compile(rf"(?P<plain>[{_PLAIN_CHARACTERS}]+)|(?P<other>[^{_PLAIN_CHARACTERS}]+)")

_LONG_VOWEL = "ー"
_DASHES = "‐‑‒–—―−⁃˗─━➖"
# Between two ASCII letters or digits every dash look-alike is a hyphen; kana beside it would make ー a vowel.
_INNER_DASH = re.compile(rf"(?<=[0-9A-Za-z])[-{_DASHES}{_LONG_VOWEL}]+(?=[0-9A-Za-z])")
# Before a digit it is a minus sign; ー only where no kana or kanji stands before it to be lengthened.
_MINUS = re.compile(rf"(?<![0-9A-Za-z])[{_DASHES}](?=[0-9])|(?<![0-9A-Za-z\u3041-\u30ff\u3400-\u9fff])ー(?=[0-9])")


@dataclass(frozen=True, slots=True)
class NormalizedText:
    """Normalised text with the place of each of its characters in the original.

    Character `i` of `text` comes from the original's characters `starts[i]` up to `ends[i]` (exclusive). Both never
    decrease; characters folded out of one cluster share one range.
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the range of the original that the non-empty range `start:end` of `text` was folded from."""
        return self.starts[start], self.ends[end - 1]


def normalize(text: str) -> str:
    """Fold `text` for matching; folding twice changes nothing."""
    if _PLAIN.fullmatch(text):
        return _unify_dashes(text)
    return normalize_with_offsets(text).text


def normalize_with_offsets(text: str) -> NormalizedText:
    """Fold `text` as `normalize` does and record where each character came from."""
    if _PLAIN.fullmatch(text):
        return NormalizedText(_unify_dashes(text), range(len(text)), range(1, len(text) + 1))
    folded: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    # The last character seen with what combines with it: it is folded once the next one is known not to join.
    cluster, start, end = "", 0, 0
    for run in _RUNS.finditer(text):
        first = run.start()
        if run.lastgroup == "plain":
            _append(folded, starts, ends, _fold_cluster(cluster), start, end)
            last = run.end() - 1
            folded.append(text[first:last])
            starts.extend(range(first, last))
            ends.extend(range(first + 1, last + 1))
            cluster, start, end = text[last], last, last + 1
            continue
        for at, char in enumerate(run.group(), first):
            piece, joins = _fold(char)
            if not piece:
                continue
            if cluster and joins:
                cluster += char if len(cluster) < _CLUSTER_LIMIT else ""
            else:
                _append(folded, starts, ends, _fold_cluster(cluster), start, end)
                cluster, start = char, at
            end = at + 1
    _append(folded, starts, ends, _fold_cluster(cluster), start, end)
    return NormalizedText(_unify_dashes("".join(folded)), tuple(starts), tuple(ends))


def _append(folded: list[str], starts: list[int], ends: list[int], piece: str, start: int, end: int) -> None:
    folded.append(piece)
    starts.extend([start] * len(piece))
    ends.extend([end] * len(piece))


def _unify_dashes(text: str) -> str:
    text = _INNER_DASH.sub(lambda match: "-" * len(match.group()), text)
    return _MINUS.sub("-", text)


def _fold_cluster(cluster: str) -> str:
    if len(cluster) <= 1:
        return _fold(cluster)[0] if cluster else ""
    folded = unicodedata.normalize("NFKC", _fold(cluster[0])[0] + cluster[1:])
    base = next((at for at in range(len(folded), 0, -1) if not _joins(folded[at - 1])), 0)
    return folded[: base + _MARK_LIMIT]


@lru_cache(maxsize=1 << 16)
def _fold(char: str) -> tuple[str, bool]:
    """Fold one character; also tell whether it may combine with the one before it. "" means it is dropped."""
    if char.isascii() and (char >= " " or char in _KEPT_CONTROLS) and char != "\x7f":
        return char, False
    if char in _LINE_BREAKS:
        return "\n", False
    if _is_invisible(char):
        return "", False
    folded = unicodedata.normalize("NFKC", char)
    if len(folded) > _EXPANSION_LIMIT:
        return char, False
    joins = _joins(unicodedata.normalize("NFKD", folded)[0])
    if _is_enclosed(char):
        folded = f"{' ' * _is_ascii_word(folded[0])}{folded}{' ' * _is_ascii_word(folded[-1])}"
    return folded, joins


def _joins(char: str) -> bool:
    """Tell whether a decomposed character may combine with the one before it: marks, Hangul vowels and finals."""
    return unicodedata.category(char).startswith("M") or "\u1161" <= char <= "\u11ff"


def _is_invisible(char: str) -> bool:
    if char in _FILLERS or "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef":
        return True
    return unicodedata.category(char) in ("Cc", "Cf", "Cs") and char not in _KEPT_CONTROLS + _LINE_BREAKS


def _is_enclosed(char: str) -> bool:
    """Tell whether the character is one symbol that stands for several or encloses one: ①, ㎏, ℡, №."""
    if unicodedata.category(char) not in ("So", "No"):
        return False
    return unicodedata.decomposition(char).startswith(("<circle>", "<square>", "<compat>"))


def _is_ascii_word(char: str) -> bool:
    return char.isascii() and char.isalnum()
