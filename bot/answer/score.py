"""How well each unit of an article fits a question: shared rare words, heading, condition, retrieval rank."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from bot.answer.asked import WEAK
from bot.answer.stage import stage_fit
from bot.answer.units import Unit
from bot.index.lexical import LexicalIndex
from bot.retrieval.query import Query, windows_versions
from bot.text.tokens import is_noun, tokenize
from bot.types import Hit

__all__ = ["ScoredUnit", "covered", "score_units"]

_HEADING_WEIGHT = 0.6
"""A word in the heading says what the whole section is about, but less surely what this sentence says."""

_RANK_WEIGHT = 0.35
"""Retrieval's opinion of the chunk: worth about a third of all words of the question."""

_CONDITION_WEIGHT = 0.4
"""A section for the reader's own Windows version gains this, one for another version alone loses it."""

_CASE_WEIGHT, _CASE_SHARE = 0.4, 0.6
"""A section whose heading names a case, 「ローカル アカウントのとき」, gains this where the reader says most of it."""

_CASE = re.compile(r"(?:とき|場合)(?=$|に|は|、|（)")

_META_WEIGHT = -0.4
"""A sentence about the article itself says nothing about the trouble."""

_META = re.compile(
    r"^(?:この記事(?:は|では|で)|本記事|今回(?:は|の記事)|以下[、,]|では[、,]|それでは|なお[、,]当該|詳細[はを:]|参照[:：]?)|"
    r"(?:見て(?:み|い)ましょう|紹介します|解説します|考察しています|ご覧ください|を参照|お役に立てば)"
)

_ASKING_WEIGHT = -0.5
"""Blogs quote what readers asked; a question answers nothing."""

_ASKING = re.compile(
    r"(?:でしょうか|ますか|ですか|ませんか|教えて(?:ください|下さい|ほしい|欲しい)|たいです|お願いします)[。.!！?？]*$"
)

_FORM_WEIGHT = 0.3
"""A statement with a date where a date is asked, about what a third of the question's words are worth."""

_SEEN_WEIGHT = 2.5
"""What an editor named for the very question asked is worth more than all its words (as good from 1.6 to 2.5)."""

_ALIKE_WEIGHT, _UNFORESEEN_WORDS = 3.0, 2.0
"""What reads like the answers to such messages after other articles, and what the words weigh besides, where an
article's own author foresaw no message like this one. Of 700 later messages, each as if nobody had written it, the
statement named first was the best of all for .57 without both, .64 with them, and among the three best for .71 and
.78; from 2 to 4, and from 1 to 2, differ by .01."""

_SUBSTANCE = 9.0
"""Rarity of all words of a later message together from which the share of them that a statement has counts in full:
every statement with 「切る」 has all the words of 「切っちゃった」. From 6 to 14 the statement named first is found as
often as without (.59 of 1,200 later messages, each as if nobody had written it)."""

_FOR_OTHERS = "よくある疑問"
"""The heading over short answers that stand apart from the article's own course: named for many questions of their
kind, 「料金はかかりません」 would be taken for the answer to any price. Of a first question they are chosen like all
others: with the square there too, 13 of 372 facts are lost in questions that no message was written for."""

_RARE = 2.0
"""Inverse document frequency of a word that names a matter: one in less than an eighth of the chunks."""

_IDENTIFIER_WEIGHT = 1.0
"""A unit that prints the asked code outweighs one with every other word of the question; an answer to other readers
does as surely as it was named, since a code stands in all that are about it."""

_KEPT_TEXTS = 1 << 14
"""Statements and headings of which is kept what does not depend on the question: those of some 200 articles."""


@dataclass(frozen=True, slots=True)
class ScoredUnit:
    """A unit with its fit; `words` is the covered share, 0–1, of the question's weight in text and heading.

    `exact` tells that it prints an identifier that was asked. `seen`, 0–1, tells how surely its author named it as an
    answer.
    `condition` is 1 where the unit is for the Windows version asked about, -1 where it is for another, else 0.
    """

    unit: Unit
    score: float
    words: float
    condition: int = 0
    exact: bool = False
    seen: float = 0.0
    alike: float = 0.0
    """How much it reads like what answers such messages after other articles, 0–1; 0 where it lacks what they name:
    the price of a repair is not that of ink."""


def score_units(
    query: Query,
    units: Sequence[Unit],
    hits: Sequence[Hit],
    words: LexicalIndex,
    form: re.Pattern[str] | None = None,
    seen: Mapping[tuple[str, int], float] | None = None,
    alike: Mapping[int, float] | None = None,
    earlier: Sequence[str] = (),
) -> list[ScoredUnit]:
    """Score every unit, in the given order; `form` is what a statement of the wanted kind looks like.

    `seen` is (article id, order of unit) → how surely its author named it as an answer, 0–1; `alike`, for the units of
    one article, order → how much it reads like the answers to such messages in others.
    """
    weights = {word: weight * words.rarity(word) for word, weight in query.words.items()}
    ranks = {hit.chunk.id: rank for rank, hit in reversed(list(enumerate(hits)))}
    wanted = set(query.exact)
    named = [(seen or {}).get((unit.article_id, unit.order), 0.0) for unit in units]
    unforeseen = 1.0 - max(named, default=0.0) if alike is not None else 0.0
    known = frozenset[str]().union(*(unit.words for unit in units)) if alike is not None else frozenset()
    asked = {word for word, weight in query.words.items() if weight >= 1} & known
    subjects = {word for word in asked if words.rarity(word) >= _RARE and is_noun(word)}
    asked_words = frozenset(word for word, weight in query.words.items() if weight >= 1)
    substance = min(1.0, sum(weights.values()) / _SUBSTANCE) if alike is not None else 1.0
    scored = []
    for unit, sure in zip(units, named, strict=True):
        text_share = covered(weights, unit.words)
        heading_share = covered(weights, unit.heading_words)
        share = text_share + _HEADING_WEIGHT * max(0.0, heading_share - text_share * heading_share)
        share *= substance
        rank = ranks.get(unit.chunk_id)
        score = share + (_RANK_WEIGHT / (1 + rank) if rank is not None else 0.0)
        condition = _condition(query, unit)
        score += _CONDITION_WEIGHT * condition
        meta, asking = _speaks(unit.text)
        score += _META_WEIGHT if meta else 0.0
        score += _ASKING_WEIGHT if asking else 0.0
        score += _FORM_WEIGHT if form is not None and form.search(unit.text) else 0.0
        score += stage_fit(query.text, unit, earlier)
        score += _CASE_WEIGHT * _case(asked_words, unit)
        exact = bool(wanted & unit.codes)
        score += _IDENTIFIER_WEIGHT * (sure if _for_others(unit) else 1.0) if exact else 0.0
        # A later message is short, and like what is asked of any trouble.
        score += _SEEN_WEIGHT * (sure if alike is None else _surely(unit, sure))
        likeness = (alike or {}).get(unit.order, 0.0)
        score += unforeseen * (_ALIKE_WEIGHT * likeness + _UNFORESEEN_WORDS * min(1.0, share))
        about = likeness if subjects <= unit.words | unit.heading_words else 0.0
        scored.append(ScoredUnit(unit, score, min(1.0, share), condition, exact, _surely(unit, sure), about))
    return scored


def covered(weights: Mapping[str, float], tokens: Iterable[str]) -> float:
    """Return the share, 0–1, of the total weight whose words are among the tokens."""
    total = sum(weights.values())
    known = tokens if isinstance(tokens, Set) else set(tokens)
    # In the question's order: a set's own differs from run to run, and with it the last bit of the sum.
    return sum([weight for word, weight in weights.items() if word in known]) / total if total else 0.0


@lru_cache(maxsize=_KEPT_TEXTS)
def _speaks(text: str) -> tuple[bool, bool]:
    """Tell whether a text is about the article itself, and whether it asks."""
    return _META.search(text) is not None, _ASKING.search(text) is not None


def _surely(unit: Unit, named: float) -> float:
    """Return how surely a unit answers that its author named so: one for other readers has to be certain."""
    return named * named if _for_others(unit) else named


def _for_others(unit: Unit) -> bool:
    return bool(unit.heading) and unit.heading[-1].startswith(_FOR_OTHERS)


def _case(asked: frozenset[str], unit: Unit) -> bool:
    """Tell whether a unit stands in a section for the very case that the reader has."""
    named = _case_words(unit.heading[-1]) if unit.heading else frozenset()
    return bool(named) and len(named & asked) / len(named) >= _CASE_SHARE


@lru_cache(maxsize=_KEPT_TEXTS)
def _case_words(heading: str) -> frozenset[str]:
    """Return the words of the case that a heading names, none where it names no case."""
    case = _CASE.search(heading)
    return frozenset(word for word in tokenize(heading[: case.start()]) if word not in WEAK) if case else frozenset()


_versions_in = lru_cache(maxsize=_KEPT_TEXTS)(windows_versions)


def _condition(query: Query, unit: Unit) -> int:
    """Tell whether a unit's own text or heading is about the asked Windows versions (1) or others alone (-1)."""
    if not query.windows:
        return 0
    # The innermost heading that names a version sets the condition; a sentence may name it itself.
    for text in (*reversed(unit.heading), unit.text):
        named = _versions_in(text)
        if named:
            return 1 if named & query.windows else -1
    return 0
