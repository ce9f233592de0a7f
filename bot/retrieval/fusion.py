"""The fusion of the searches: one score for each candidate, by how far it stands out in each of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.index import Index
from bot.retrieval.stages import Candidates

__all__ = ["TUNED", "Weights", "fuse", "usual"]

_BEND = 4.0
"""Standard deviations over which a z-score swells by e: one search that is sure says more than three that lean. Without
it nDCG@10 on 1,351 title queries is .002 lower, with 3 or 6 the same."""

_OUTLIER = 8.0
"""Standard deviations beyond which a score is as good as any."""

_FLAT = 1e-6
"""A smaller spread is rounding, not a difference."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each search counts. 0 turns a stage off, as the ablation does."""

    dense: float = 3.0
    """More than both lexical views together, which see the same letters twice: on 1,351 title queries nDCG@10 is .7447
    with 2, .7472 with 3 and .7464 with 3.5; on every third question of JSQuAD .9544, .9552 with 2 and 3."""
    words: float = 1.0
    bigrams: float = 1.0
    pairs: float = 0.3
    """Of words that follow each other as in the question. They say again what words and letters said: nDCG@10 on the
    title queries gains .005 with .3, and less with .5."""
    face_dense: float = 2.0
    """Of the nearest title or asked question of the chunk's article: everyday wording is near everyday wording."""
    face_learnt: float = 1.0
    """Of what the nearest of them tell together. Of 1,200 asked questions, each put as if nobody had asked it, the
    right article comes first for .737 without and .745 with it, among three for .907 and .914; with 2 .750 and .914,
    but the held-out test questions lose."""
    face_words: float = 4.0
    face_bigrams: float = 4.0
    """Of titles, asked questions and headings: kana, slips and unknown words share pairs where they share no word."""
    alike: float = 0.8
    """Of a better chunk's lead, times how alike the two are: nDCG@10 on the title queries .751 without, .759 with."""
    exact: float = 1000.0
    """Lifts a chunk with the asked identifier above any sum of bent z-scores (each < 26, the weights together < 17)."""
    vocabulary: float = 0.6
    """Of an official term that the reader did not write: the mapping can be wrong, so it counts less than their own."""


TUNED = Weights(dense=4.0)
"""For vectors of a model tuned to the indexed articles: held out, nDCG@10 on 1,351 title queries .768 with dense at 3,
.769 at 4 and 4.5."""


def usual(index: Index) -> Weights:
    """Return the weights for an index: meaning counts more where its model has learnt the articles' own."""
    return Weights() if index.manifest.tuning is None else TUNED


def fuse(candidates: Candidates, weights: Weights) -> NDArray[np.float32]:
    """Add the z-scores of the searches, lexical ones weighted down when the index knows few of the words.

    An English question over Japanese articles shares almost no words with them; what little it shares must not outvote
    meaning. An exact identifier comes before everything.
    """
    lexical = candidates.coverage
    scores: NDArray[np.float32] = (
        weights.dense * _standardise(candidates.dense)
        + lexical
        * (
            weights.words * _standardise(candidates.words)
            + weights.bigrams * _standardise(candidates.bigrams)
            + weights.pairs * _standardise(candidates.pairs)
        )
        + weights.face_dense * _standardise(candidates.face_dense, candidates.known)
        + weights.face_learnt * _standardise(candidates.face_learnt, candidates.known)
        + lexical
        * (
            weights.face_words * _standardise(candidates.face_words, candidates.known)
            + weights.face_bigrams * _standardise(candidates.face_bigrams, candidates.known)
        )
        + weights.exact * candidates.exact
    )
    return scores


def _standardise(scores: NDArray[np.float32], share: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
    """Return z-scores; with `share`, over the candidates that have one and times it, so that 0 is no blame."""
    told = scores if share is None else scores[share > 0]
    if not len(told):
        return np.zeros_like(scores)
    mean = told.mean()
    apart = told - mean
    spread = float(np.sqrt(apart @ apart / len(apart)))
    if spread <= _FLAT:
        return np.zeros_like(scores)
    standard: NDArray[np.float32] = _BEND * np.expm1(np.minimum((scores - mean) / spread, _OUTLIER) / _BEND)
    return standard if share is None else standard * share
