"""Whether a claim states as a fact what its passages say only with a hedge, wherever in them the hedge stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from bot.answer.verify import hedges
from bot.answer.verify.evidence import Source, said
from bot.answer.verify.predicates import predicates
from bot.answer.verify.reading import Clause, Statement, Word, every_normal, read_claim, read_morphemes

__all__ = ["kinds_of", "too_certain"]

_OPEN = frozenset({"possible", "reported", "usual", "open"})
"""Kinds of hedge without which a sentence says that something is so."""
_LENT = frozenset({"possible", "usual"})
"""Kinds that an announcing sentence lends to the items below it."""
_ASKS = re.compile(r"(?:ください|ましょう|おきます|か)。?\s*$")
"""The end of a sentence that says nothing to be so."""
_BECAUSE = re.compile(r"(?:ので|ため|から)、\s*$")
_SUPPOSES = re.compile(r"(?:(?:場合|とき|際)(?:は|に|には|で)?|たら|だら|なら|れば|ても|と)、\s*$")
_CONTENT = frozenset({"名詞", "動詞", "形容詞", "形状詞"})
_CARRIES = frozenset(
    [
        "為る",
        "有る",
        "居る",
        "成る",
        "出来る",
        "下さる",
        "行う",
        "仕舞う",
        "物",
        "もの",
        "事",
        "こと",
        "訳",
        "わけ",
        "為",
        "ため",
        "の",
        "無い",
    ]
)
"""Words that end a sentence and say nothing of what it says."""
_SAME_THING = 0.6
"""Share of a sentence's other words by which a statement speaks of the same."""
_FEW = 3
"""Words up to which a statement leaves unsaid what it speaks of."""


@lru_cache(maxsize=2048)
def kinds_of(one: Statement, part: Clause) -> frozenset[str]:
    """Return the kinds of hedge of a part of a statement: its own, and those of what announces it."""
    return hedges.hedge_kinds(part.text) | (hedges.hedge_kinds(one.announced) & _LENT)


def too_certain(read: Statement, known: Sequence[Source]) -> str:
    """Return the part that a claim says without the hedge which all that say it have, "" when there is none."""
    for sentence in re.split(r"(?<=。)", read.text):
        if sentence.strip() and not _ASKS.search(sentence):
            doubt = _unhedged(read_claim(sentence), known)
            if doubt:
                return doubt
    return ""


def _unhedged(sentence: Statement, known: Sequence[Source]) -> str:
    end = _end(sentence.text)
    main = _main(sentence)
    others = tuple(word for word in read_claim(main).words if word.normal != end) or sentence.words
    if not end or not others:
        return ""
    denied = _denies(sentence.text, end)
    lost = ""
    for source in known:
        before: Sequence[Word] = ()
        for one in source.statements:
            # 「動いていれば作業中の可能性があります」 goes on about what the sentence before it spoke of.
            context = one.words if len(one.words) > _FEW else (*one.words, *before)
            before = one.words
            for part in one.clauses:
                if end not in every_normal(part.text) or said(others, context) < _SAME_THING:
                    continue
                if _denies(part.text, end) is not denied or _SUPPOSES.search(part.text):
                    continue
                kinds = kinds_of(one, part) & _OPEN
                if not kinds or any(hedges.kept(kind, main) for kind in kinds):
                    return ""
                lost = lost or part.text.strip()
    return lost


def _denies(text: str, word: str) -> bool:
    return any(one.denied for one in predicates(text) if one.normal == word)


@lru_cache(maxsize=2048)
def _end(text: str) -> str:
    """Return the last word of a sentence that says something, be it one of little weight: 作業 of 作業中です."""
    for one in reversed(read_morphemes(text)):
        normal = one.normalized.lower()
        if one.pos[0] in _CONTENT and one.pos[1] != "数詞" and normal not in _CARRIES:
            return normal
    return ""


def _main(sentence: Statement) -> str:
    """Return the main clause of a sentence with its conditions, without the reasons before it."""
    start = max((at + 1 for at, one in enumerate(sentence.clauses[:-1]) if _BECAUSE.search(one.text)), default=0)
    return "".join(one.text for one in sentence.clauses[start:])
