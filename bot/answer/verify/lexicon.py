"""Words that say the same, words that say the opposite, and words that say nothing of their own.

The tables are files in `words/`, written from what writers of Japanese help pages, and models that rephrase them,
exchange for each other; each word is compared as Sudachi normalises it.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from bot.text.tokens import morphemes, synonym_groups

__all__ = [
    "EMPTY_WORDS",
    "complements",
    "groups_of",
    "is_everyday",
    "is_harmful",
    "loaded",
    "near_to",
    "opposites",
    "same_as",
]


@cache
def same_as(word: str) -> frozenset[str]:
    """Return the words that may stand for a word, itself among them."""
    return _related("same").get(word, frozenset()) | groups_of(word) | {word}


@cache
def near_to(word: str) -> frozenset[str]:
    """Return the words that a word may be found by: those that may stand for it, and looser ones."""
    return same_as(word) | _related("near").get(word, frozenset())


@cache
def groups_of(word: str) -> frozenset[str]:
    """Return the groups of Sudachi's synonym dictionary that a word belongs to, each as "#" and its number."""
    return frozenset(f"#{group}" for group in synonym_groups(word))


@cache
def opposites(word: str) -> frozenset[str]:
    """Return the words that say the opposite of a word."""
    return _related("opposite").get(word, frozenset())


@cache
def complements(word: str) -> frozenset[str]:
    """Return the words that say what the denial of a word says."""
    return _related("complement").get(word, frozenset())


def is_everyday(word: str) -> bool:
    """Tell whether others may stand for a word: コピー and インストール are names of nothing."""
    return word in _related("same")


@cache
def loaded(word: str) -> bool:
    """Tell whether a word turns, judges or grants something: it has an opposite, or is in the table of such words."""
    return (bool(opposites(word)) and word not in _words("common")) or word in _words("loaded")


@cache
def is_harmful(word: str) -> bool:
    """Tell whether doing what a word names costs data, money or safety when it is done without need."""
    return word in _words("harmful")


@cache
def _related(name: str) -> dict[str, frozenset[str]]:
    """Return for each word of a table the others of its groups."""
    found: dict[str, set[str]] = {}
    for group in _groups(name):
        forms = [frozenset({word.lower(), _normal(word)}) for word in group]
        for own in forms:
            others = {form for other in forms if other is not own for form in other}
            for form in own:
                found.setdefault(form, set()).update(others - own)
    return {word: frozenset(others) for word, others in found.items()}


@cache
def _groups(name: str) -> tuple[tuple[str, ...], ...]:
    table = (files("bot.answer.verify") / "words" / f"{name}.txt").read_text("utf-8")
    return tuple(tuple(line.split()) for line in table.split("\n") if line.strip() and not line.startswith("#"))


def _normal(word: str) -> str:
    """Return a word as reading names it: one morpheme normalised, a compound verb by its first and its last."""
    found = morphemes(word, whole_verbs=True)
    return "".join([*(one.surface for one in found[:-1]), found[-1].normalized]).lower()


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(form for group in _groups(name) for word in group for form in (word.lower(), _normal(word)))


class _Empty:
    """The words that are not counted, read when first asked: the dictionary takes a moment to load."""

    def __contains__(self, word: object) -> bool:
        return word in _words("empty")


EMPTY_WORDS = _Empty()
"""Words whose presence or absence says nothing: supporting verbs, formal nouns, connectives, and what help texts say
of everything (手順, 操作). Direction, condition and hedge are looked at apart from them."""
