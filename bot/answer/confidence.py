"""Decide whether the passages answer the question at all, from several signals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.answer.score import ScoredUnit, covered
from bot.answer.units import Unit
from bot.index import Index
from bot.retrieval.query import Query
from bot.retrieval.search import Found
from bot.text.tokens import is_noun, tokenize
from bot.types import Hit

__all__ = ["Confidence", "judge", "speaks_of"]

_THRESHOLD = 0.33
"""Probability below which the guide abstains. Of 672 asked questions that neither the index nor the model had seen .954
are answered from here on, and .030 of 333 on topics without an article; .940 and .024 from .5 on."""

# Two ways of being sure, the surer one counts. The passages themselves: cosine of the best, words of the question
# that the best three hold, words that one unit holds. Cosines of this model crowd into
# .80–.90: related passages start at .845.
_TEXT_BIAS, _COSINE, _COSINE_CENTRE, _WORDS, _UNIT = -2.0, 40.0, 0.845, 3.0, 2.0
_WORDS_CENTRE = 0.5

# How articles are known (titles, asked questions): cosine of the nearest, shared words. Fitted by logistic regression
# on the development questions; questions are nearer to questions than to passages, hence another centre.
_FACE_BIAS, _FACE_COSINE, _FACE_COSINE_CENTRE, _FACE_WORDS, _FACE_WORDS_CENTRE = 0.1, 32.0, 0.905, 0.6, 4.0

_MOST = 0.5
"""Share of a question's nouns, by their rarity, that a ban must have to be said where all else is unsure."""

_TELLING_COVERAGE = 0.3
"""Share of the question's words that the index must know before shared words say anything."""

# What is known to have no article takes certainty away: how surely the question is of it by what was asked most alike,
# and how near its nearest wording is, which must be a little nearer than any article's: of 7,600 wordings on 320 topics
# one lies near anything by chance, as one of an article's 300 does.
_ELSEWHERE_LEARNT, _ELSEWHERE_CENTRE = 12.0, 0.3
_ELSEWHERE_COSINE, _ELSEWHERE_WORDS, _ELSEWHERE_LEAD = 50.0, 0.6, -0.01

_UNCOVERED = 6.0
"""Loss of log-odds from which no question back helps: 「パソコンがつかない」 and 「動かない」 lose 4.3 at most,
「Kindleが起動しない」 and its like, on 14 other things, 7 and more."""

# An article that nobody is known to have asked of, on a blog without asked questions, is known by its passages alone,
# while topics without an article have some twelve wordings each: a passage is near enough when it is hardly less near
# than the nearest of these, and near at all. On the bundled articles without their asked questions 200 and not 60 of
# 245 answerable test questions are answered, 48 and not 50 of 51 others abstained. With .035 .76 of 500 asked questions
# are answered and .22 of 498 on topics left out of the list, with .03 .70 and .13, with .04 .83 and .31.
_PASSAGE_COSINE, _PASSAGE_LEAD, _PASSAGE_LEAST = 60.0, 0.035, 0.84

_KEPT_PASSAGES = 1000
"""Passages whose words are kept for the next question that finds them, some 10 kB each: reading them takes 1.5 ms."""


@dataclass(frozen=True, slots=True)
class Confidence:
    """Signals and their verdict. `probability` is that the passages answer, 0–1."""

    cosine: float
    words: float
    best_unit: float
    exact: bool
    face_cosine: float
    face_words: float
    elsewhere: float
    """How much more the question is of a topic without an article than of any article, as a loss of log-odds ≥ 0."""
    probability: float

    @property
    def answers(self) -> bool:
        """Tell whether to answer."""
        return self.probability >= _THRESHOLD

    @property
    def uncovered(self) -> bool:
        """Tell whether the question is surely of a topic without an article."""
        return self.elsewhere >= _UNCOVERED


def judge(found: Found, scored: Sequence[ScoredUnit], index: Index) -> Confidence:
    """Weigh the signals of the searches, and of the best article's units. An exact identifier settles it."""
    candidates = found.candidates
    cosine = max((hit.signals["dense"] for hit in found.hits), default=0.0)
    words = _covered_by(found, found.hits[:3], index)
    best_unit = max((item.words for item in scored), default=0.0)
    exact = any(hit.signals["exact"] > 0 for hit in found.hits)
    face_cosine = float(candidates.face_dense.max(initial=0.0))
    face_words = float(candidates.face_words.max(initial=0.0))
    text = _TEXT_BIAS + _COSINE * (cosine - _COSINE_CENTRE) + _WORDS * (words - _WORDS_CENTRE) + _UNIT * best_unit
    face = _FACE_BIAS + _FACE_COSINE * (face_cosine - _FACE_COSINE_CENTRE)
    # Words that no article knows (English, slang, typing slips) tell nothing, so their absence must not count against.
    told = min(1.0, candidates.coverage / _TELLING_COVERAGE)
    face += told * _FACE_WORDS * (face_words - _FACE_WORDS_CENTRE)
    elsewhere = max(
        0.0,
        _ELSEWHERE_LEARNT * (candidates.elsewhere_learnt - _ELSEWHERE_CENTRE)
        + _ELSEWHERE_COSINE * (candidates.elsewhere_dense + _ELSEWHERE_LEAD - face_cosine)
        + _ELSEWHERE_WORDS * (candidates.elsewhere_words - face_words),
    )
    log_odds = max(text, face) - elsewhere
    if found.hits and candidates.elsewhere_dense and not _asked_of(found.hits[0].article_id, index):
        nearer = cosine - candidates.elsewhere_dense + _PASSAGE_LEAD
        log_odds = max(log_odds, _PASSAGE_COSINE * min(nearer, cosine - _PASSAGE_LEAST))
    probability = 1.0 if exact else 1 / (1 + math.exp(-log_odds))
    return Confidence(cosine, words, best_unit, exact, face_cosine, face_words, elsewhere, probability)


def speaks_of(unit: Unit, query: Query, index: Index) -> bool:
    """Tell whether a statement has most of a question's nouns: of 「iCloud消していい？」 one on OneDrive has none."""
    nouns = [word for word, weight in query.words.items() if weight >= 1 and is_noun(word)]
    return covered({word: index.words.rarity(word) for word in nouns}, unit.words) >= _MOST


def _asked_of(article_id: str, index: Index) -> bool:
    """Tell whether readers' questions to an article are known, beyond its title."""
    return len(index.faces.rows_of.get(article_id, ())) > 1


def _covered_by(found: Found, hits: Sequence[Hit], index: Index) -> float:
    """Return the share of the question's own word weight that the best passages have together."""
    weights = {word: weight * index.words.rarity(word) for word, weight in found.query.words.items()}
    return covered(
        weights, frozenset().union(*(_tokens(" ".join((*hit.chunk.heading, hit.chunk.text))) for hit in hits))
    )


@lru_cache(maxsize=_KEPT_PASSAGES)
def _tokens(passage: str) -> frozenset[str]:
    return frozenset(tokenize(passage))
