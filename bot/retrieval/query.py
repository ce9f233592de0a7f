"""Read a question: identifiers, search words, official terms for everyday ones, and the Windows versions it names."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from bot.knowledge.vocabulary import Vocabulary
from bot.retrieval.meant import meant, trouble_in
from bot.text.identifiers import Identifier, IdentifierKind, find_identifiers
from bot.text.normalize import normalize
from bot.text.tokens import char_bigrams, tokenize

__all__ = ["CONTEXT_WEIGHT", "Query", "understand", "windows_versions"]

_WINDOWS = re.compile(r"(?<![a-z])win(?:dows)?\s?(vista|xp|8\.1|11|10|8|7)(?![0-9.])", re.IGNORECASE)
_WINDOWS_LIST = re.compile(
    r"(?<![a-z])win(?:dows)?\s?((?:vista|xp|8\.1|11|10|8|7)(?:\s?[/・、,]\s?(?:vista|xp|8\.1|11|10|8|7)(?![0-9.]))+)",
    re.IGNORECASE,
)
_VERSION_ONLY = re.compile(r"vista|xp|8\.1|11|10|8|7", re.IGNORECASE)

_SEARCHABLE = frozenset(
    {IdentifierKind.ERROR_CODE, IdentifierKind.STOP_CODE, IdentifierKind.KB, IdentifierKind.EVENT_ID}
)
"""Kinds whose exact match decides; a build or version number narrows, but many articles share it."""

_CODES = frozenset({IdentifierKind.ERROR_CODE, IdentifierKind.KB})
"""Kinds that are never mistaken for something else; any upper-case name with underscores may look like a stop code."""


_KEYWORDS = 12
"""Characters up to which a question is keywords and no sentence."""

_ASKED_FOR = frozenset(
    {"方法", "仕方", "手順", "問題", "トラブル", "解決", "対処", "対策", "修正", "質問", "情報", "詳細", "ヘルプ"}
)
_ASKED_WITH = frozenset(
    {"為る", "出来る", "行う", "使う", "使用", "利用", "関する", "教える", "知る", "下さる", "どう", "何"}
)
_ASKING = _ASKED_FOR | _ASKED_WITH | {"場合", "時", "事", "こと", "物", "つく", "シューティング"}
"""Words, in Sudachi's normalised form, in which anything may be asked: they name no subject."""

_ASKING_WEIGHT = 0.3
"""They still tell a how-to from an explanation, so they count a little."""

CONTEXT_WEIGHT = 0.4
"""Of what was said earlier: enough to tell two articles apart, too little to hold back a change of subject."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question as the searches see it. `words` and `bigrams` map a term to its weight."""

    text: str
    identifiers: tuple[Identifier, ...] = ()
    words: dict[str, float] = field(default_factory=dict)
    bigrams: dict[str, float] = field(default_factory=dict)
    pairs: tuple[tuple[str, str], ...] = ()
    """Words of the question that follow each other in it."""
    official: tuple[str, ...] = ()
    """Official terms for everyday words of the question."""
    windows: frozenset[str] = frozenset()
    """Windows versions named: "7", "8.1", "10", "11"."""
    trouble: str = ""
    """The question without what it says to be there and to work, "" where it says nothing of the kind."""
    context: str = ""
    """What was said before in the same conversation: it colours the search and is not asked."""

    @property
    def spoken(self) -> str:
        """Return what is embedded: a keyword or two say their meaning better with their official terms beside them."""
        asked = self.trouble or self.text
        return f"{asked} {' '.join(self.official)}" if len(asked) <= _KEYWORDS else asked

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the asked error codes and KB numbers: when no article has one, it is unknown, whatever is near."""
        return tuple(dict.fromkeys(found.canonical for found in self.identifiers if found.kind in _CODES))

    @property
    def exact(self) -> tuple[str, ...]:
        """Return the canonical identifiers whose exact match decides."""
        return tuple(dict.fromkeys(found.canonical for found in self.identifiers if found.kind in _SEARCHABLE))


def understand(question: str, vocabulary: Vocabulary, expansion: float = 0.6, context: str = "") -> Query:
    """Return the typed reading of a question; official terms weigh `expansion`, 0 leaves them out.

    Words of the `context` count less than the question's own; its codes and versions are not asked.
    """
    question, context = meant(vocabulary.spelled(question)), vocabulary.spelled(context)
    official = vocabulary.official(question) if expansion else ()
    trouble = trouble_in(question)
    tokens = tokenize(trouble or question)
    words = {word: _ASKING_WEIGHT if word in _ASKING else 1.0 for word in tokens}
    bigrams = dict.fromkeys(char_bigrams(trouble or question), 1.0)
    for term in official:
        for word in tokenize(term):
            words.setdefault(word, expansion)
        for bigram in char_bigrams(term):
            bigrams.setdefault(bigram, expansion)
    earlier = "\n".join((context, *vocabulary.official(context))) if context else ""
    earlier = f"{earlier}\n{question}" if trouble else earlier
    for word in tokenize(earlier):
        words.setdefault(word, CONTEXT_WEIGHT)
    for bigram in char_bigrams(earlier):
        bigrams.setdefault(bigram, CONTEXT_WEIGHT)
    return Query(
        question,
        find_identifiers(question),
        words,
        bigrams,
        tuple(dict.fromkeys(pairwise(tokens))),
        official,
        windows_versions(question),
        trouble,
        context,
    )


def windows_versions(text: str) -> frozenset[str]:
    """Return the Windows versions that a text names, 「Win7/8.1」 being two."""
    plain = normalize(text)
    found = {match.group(1).lower() for match in _WINDOWS.finditer(plain)}
    for match in _WINDOWS_LIST.finditer(plain):
        found |= {version.lower() for version in _VERSION_ONLY.findall(match.group(1))}
    return frozenset(found)
