"""Decide whether the passages answer the question at all, from several signals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bot.answer.score import ScoredUnit, covered
from bot.index import Index
from bot.retrieval.search import Found
from bot.text.tokens import tokenize
from bot.types import Hit

__all__ = ["Confidence", "judge"]

_THRESHOLD = 0.5
"""Probability below which the guide abstains."""

_BIAS, _COSINE, _WORDS, _BEST_UNIT = -1.0, 40.0, 3.0, 2.0
_COSINE_CENTRE = 0.845
"""Cosines of this model crowd into .80–.90: a related passage starts at about .845."""


@dataclass(frozen=True, slots=True)
class Confidence:
    """Signals and their verdict. `probability` is that the passages answer, 0–1."""

    cosine: float
    words: float
    best_unit: float
    exact: bool
    probability: float

    @property
    def answers(self) -> bool:
        """Tell whether to answer."""
        return self.probability >= _THRESHOLD


def judge(found: Found, scored: Sequence[ScoredUnit], index: Index) -> Confidence:
    """Weigh cosine, covered words of the best article's passages, and an exact identifier."""
    cosine = max((hit.signals["dense"] for hit in found.hits), default=0.0)
    words = _covered_by(found, found.hits[:3], index)
    best_unit = max((item.words for item in scored), default=0.0)
    exact = any(hit.signals["exact"] > 0 for hit in found.hits)
    logit = _BIAS + _COSINE * (cosine - _COSINE_CENTRE) + _WORDS * (words - 0.5) + _BEST_UNIT * best_unit
    probability = 1.0 if exact and not found.unknown else 1 / (1 + math.exp(-logit))
    return Confidence(cosine, words, best_unit, exact, probability)


def _covered_by(found: Found, hits: Sequence[Hit], index: Index) -> float:
    """Return the share of the question's own word weight that the best passages have together."""
    weights = {word: weight * index.words.rarity(word) for word, weight in found.query.words.items()}
    tokens: list[str] = []
    for hit in hits:
        tokens += tokenize(" ".join((*hit.chunk.heading, hit.chunk.text)))
    return covered(weights, tokens)
