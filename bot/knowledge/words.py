"""Find the literal words of knowledge files in what a reader wrote."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator

from bot.text.normalize import normalize

__all__ = ["Word", "fold", "longest", "mentions"]

_PREFIX = re.compile(r"0x")
"""What starts every hexadecimal code: never a word of its own."""


@lru_cache(maxsize=256)
def fold(text: str) -> str:
    """Return `text` as words are compared: normalised and lower-case."""
    return normalize(text).lower()


def _folded(word: str) -> str:
    if word != fold(word):
        raise ValueError(f"{word} would never match: write it NFKC-normalised and lower-case, as {fold(word)}")
    if not word.strip():
        raise ValueError("an empty word would match everything")
    return word


Word = Annotated[str, AfterValidator(_folded)]
"""A literal spelling in a knowledge file, already folded."""


def mentions(text: str, words: Sequence[str]) -> bool:
    """Return whether any of `words` stands in `text`.

    White space between two characters does not matter unless both are Latin letters or both digits; a Latin word or
    a number counts only where it stands alone: 「pin」 is not in 「shopping」, 「7」 not in 「17」 or 「7.5」.
    """
    return bool(words) and _any_of(tuple(words)).search(fold(text)) is not None


def longest(text: str, words: Sequence[str]) -> int:
    """Return the length in characters of the longest of `words` that stands in `text`, 0 for none."""
    if not mentions(text, words):
        return 0
    folded = fold(text)
    return max(len(word) for word in words if _pattern(word).search(folded))


@lru_cache(maxsize=1024)
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(_spelled(word) for word in words))


@lru_cache(maxsize=4096)
def _pattern(word: str) -> re.Pattern[str]:
    return re.compile(_spelled(word))


def _spelled(word: str) -> str:
    joined = r"\s*".join(_spaced(part) for part in word.split())
    before = r"(?<![a-z])" if _is_latin(word[0]) else r"(?<![0-9])(?<![0-9]\.)" if _is_digit(word[0]) else ""
    after = r"(?![a-z])" if _is_latin(word[-1]) else r"(?!\.?[0-9])" if _is_digit(word[-1]) else ""
    if _PREFIX.fullmatch(word):
        after = ""
    return before + joined + after


def _spaced(part: str) -> str:
    pieces = [re.escape(part[0])]
    for left, right in pairwise(part):
        together = (_is_latin(left) and _is_latin(right)) or (_is_digit(left) and _is_digit(right))
        pieces.append(re.escape(right) if together else rf"\s*{re.escape(right)}")
    return "".join(pieces)


def _is_latin(letter: str) -> bool:
    return "a" <= letter <= "z"


def _is_digit(letter: str) -> bool:
    return "0" <= letter <= "9"
