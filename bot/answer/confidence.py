"""Decide whether the passages answer the question at all, from several signals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.answer.score import ScoredUnit, covered
from bot.index import Index
from bot.retrieval.search import Found
from bot.text.tokens import tokenize
from bot.types import Hit

__all__ = ["Confidence", "judge"]

_THRESHOLD = 0.5
"""Probability below which the guide abstains."""

# Two ways of being sure, the surer one counts. The passages themselves: cosine of the best, words of the question
# that the best three hold, words that one unit holds. Cosines of this model crowd into
# .80–.90: related passages start at .845.
_TEXT_BIAS, _COSINE, _COSINE_CENTRE, _WORDS, _UNIT = -2.0, 40.0, 0.845, 3.0, 2.0
_WORDS_CENTRE = 0.5

# How articles are known (titles, asked questions): cosine of the nearest, shared words. Fitted by logistic regression
# on the development questions; questions are nearer to questions than to passages, hence another centre.
_FACE_BIAS, _FACE_COSINE, _FACE_COSINE_CENTRE, _FACE_WORDS, _FACE_WORDS_CENTRE = 0.0, 32.0, 0.905, 0.6, 4.0

_TELLING_COVERAGE = 0.3
"""Share of the question's words that the index must know before shared words say anything."""

# Topics known to have no article: nearer to one of them than to any article takes certainty away, and so does being
# almost as near: each of them is asked in a few wordings, an article in some 260, of which one lies nearer by chance.
# With a quarter of the topics left out of the list, .122 of 148 questions on those were answered and .950 of 298 left
# out of the articles', against .203 and .953 with a lead of .025 and a bias of .1 above; of the development questions
# that have an answer .988 with either.
_ELSEWHERE_COSINE, _ELSEWHERE_WORDS, _ELSEWHERE_LEAD = 100.0, 0.6, 0.0275

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
    """How much nearer a topic without an article is than any article, as a loss of log-odds ≥ 0."""
    probability: float

    @property
    def answers(self) -> bool:
        """Tell whether to answer."""
        return self.probability >= _THRESHOLD


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
        _ELSEWHERE_COSINE * (candidates.elsewhere_dense + _ELSEWHERE_LEAD - face_cosine)
        + _ELSEWHERE_WORDS * (candidates.elsewhere_words - face_words),
    )
    probability = 1.0 if exact else 1 / (1 + math.exp(elsewhere - max(text, face)))
    return Confidence(cosine, words, best_unit, exact, face_cosine, face_words, elsewhere, probability)


def _covered_by(found: Found, hits: Sequence[Hit], index: Index) -> float:
    """Return the share of the question's own word weight that the best passages have together."""
    weights = {word: weight * index.words.rarity(word) for word, weight in found.query.words.items()}
    return covered(
        weights, frozenset().union(*(_tokens(" ".join((*hit.chunk.heading, hit.chunk.text))) for hit in hits))
    )


@lru_cache(maxsize=_KEPT_PASSAGES)
def _tokens(passage: str) -> frozenset[str]:
    return frozenset(tokenize(passage))
