"""Cut text into the tokens that lexical search matches on.

Sudachi's short units in their dictionary-normalised form (サーバ and サーバー are one token), without particles,
auxiliaries and symbols; error codes, KB numbers and other identifiers stay whole, each in its one canonical spelling.
"""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import count, takewhile
from typing import TYPE_CHECKING

from bot.text.identifiers import IdentifierKind, find_identifiers
from bot.text.normalize import normalize

if TYPE_CHECKING:
    from sudachipy import Dictionary, Tokenizer
    from sudachipy import Morpheme as SudachiMorpheme

__all__ = ["Morpheme", "char_bigrams", "is_noun", "morphemes", "synonym", "synonym_groups", "tokenize"]

_PIECE_LIMIT = 4_000
"""Characters given to Sudachi at once. It refuses more than 49,149 bytes of UTF-8; a character takes four at most."""

_REMEMBERED = 50_000
"""Words whose synonyms are looked up once, at some 20 µs each: the questions' words, and most of a corpus's."""

# Symbols are told by their characters instead: Sudachi files letters that it does not know under 補助記号, too.
_DROPPED_POS = ("助詞", "助動詞", "空白")
# An event ID is a plain number whose label is worth a token of its own.
_WHOLE_KINDS = frozenset(IdentifierKind) - {IdentifierKind.EVENT_ID}
_SENTENCE = re.compile(r"[^。!?\n]*[。!?\n]*")
_WORD = re.compile(r"[^\W_]+")
_HAS_WORD = re.compile(r"[^\W_ー]")

_local = threading.local()
_loading = threading.Lock()


def tokenize(text: str) -> list[str]:
    """Return the lower-cased tokens of `text` in reading order; safe to call from several threads."""
    text = normalize(text)
    tokens: list[str] = []
    whole = deque(identifier for identifier in find_identifiers(text) if identifier.kind in _WHOLE_KINDS)
    covered = 0
    for start, end, word in _words(text):
        while whole and whole[0].start < end:
            tokens.append(whole[0].canonical.lower())
            covered = whole.popleft().end
        if word and start >= covered:
            tokens.append(word)
    return tokens


@dataclass(frozen=True, slots=True)
class Morpheme:
    """One morpheme of a text: `pos` is its part of speech and the next finer class, `form` how it is inflected.

    `verbal` nouns are those that する makes verbs of (削除, not 写真).
    """

    surface: str
    normalized: str
    pos: tuple[str, str]
    form: str
    verbal: bool = False


def morphemes(text: str, *, whole_verbs: bool = False) -> list[Morpheme]:
    """Return every morpheme of `text` as it stands, particles and symbols included; the surfaces make up `text`.

    With `whole_verbs`, compound verbs of the dictionary are one morpheme (入れ直す, 取り外す), all else is as without.
    """
    tokenizer = _tokenizer()
    found = []
    for _, piece in _pieces(text):
        whole = {}
        if whole_verbs:
            longest = tokenizer.tokenize(piece, "C")
            whole = {one.begin(): (one.end(), _morpheme(one)) for one in longest if one.part_of_speech()[0] == "動詞"}
        covered = 0
        for one in tokenizer.tokenize(piece):
            if one.begin() in whole:
                covered, verb = whole[one.begin()]
                found.append(verb)
            elif one.begin() >= covered:
                found.append(_morpheme(one))
    return found


def _morpheme(one: SudachiMorpheme) -> Morpheme:
    pos = one.part_of_speech()
    return Morpheme(one.surface(), one.normalized_form(), (pos[0], pos[1]), pos[5], pos[2].startswith("サ変"))


def synonym_groups(word: str) -> frozenset[int]:
    """Return the groups of Sudachi's synonym dictionary that a word belongs to, none for what is several words."""
    found = _tokenizer().tokenize(word, "C")
    return frozenset(found[0].synonym_group_ids()) if len(found) == 1 else frozenset()


@lru_cache(_REMEMBERED)
def synonym(word: str) -> str:
    """Return the name that a token shares with its synonyms in Sudachi's dictionary; the token itself if it has none.

    A word of several groups goes by the lowest: in one group more it would count twice.
    """
    groups = synonym_groups(word)
    return f"#{min(groups)}" if groups else word


def char_bigrams(text: str) -> list[str]:
    """Return the overlapping character pairs of each run of letters and digits; a run of one gives that character."""
    bigrams: list[str] = []
    for match in _WORD.finditer(normalize(text).lower()):
        run = match.group()
        bigrams.extend([run[at : at + 2] for at in range(len(run) - 1)] or [run])
    return bigrams


def _words(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield each morpheme as (start, end, normalised form); the form of what lexical search leaves out is ""."""
    tokenizer = _tokenizer()
    dropped = _dropped_pos_ids()
    for offset, piece in _pieces(text):
        for morpheme in tokenizer.tokenize(piece):
            word = "" if morpheme.part_of_speech_id() in dropped else morpheme.normalized_form().lower()
            yield offset + morpheme.begin(), offset + morpheme.end(), word if _HAS_WORD.search(word) else ""


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Split at sentence ends into pieces within the limit, with their places; a longer sentence is cut at the limit."""
    start = end = 0
    for match in _SENTENCE.finditer(text):
        if match.end() - start > _PIECE_LIMIT and end > start:
            yield start, text[start:end]
            start = end
        end = match.end()
        while end - start > _PIECE_LIMIT:
            yield start, text[start : start + _PIECE_LIMIT]
            start += _PIECE_LIMIT
    if end > start:
        yield start, text[start:end]


def _tokenizer() -> Tokenizer:
    """Return this thread's tokenizer: one is not to be shared, the dictionary behind it is."""
    tokenizer: Tokenizer | None = getattr(_local, "tokenizer", None)
    if tokenizer is None:
        tokenizer = _dictionary().tokenizer("A", fields={"pos", "normalized_form", "synonym_group_ids"})
        _local.tokenizer = tokenizer
    return tokenizer


def _dictionary() -> Dictionary:
    with _loading:
        return _load_dictionary()


@cache
def _load_dictionary() -> Dictionary:
    from sudachipy import Dictionary  # noqa: PLC0415  # loading waits until something is searched

    return Dictionary(dict="core")


@cache
def _dropped_pos_ids() -> frozenset[int]:
    dictionary = _dictionary()
    every = takewhile(bool, map(dictionary.pos_of, count()))
    return frozenset(at for at, pos in enumerate(every) if pos is not None and pos[0] in _DROPPED_POS)


def is_noun(word: str) -> bool:
    """Tell whether a token names something: verbs and adjectives end in hiragana and name no matter."""
    return not "ぁ" <= word[-1:] <= "ん"
