"""The searches, one pure step each: exact identifiers, dense neighbours, two lexical views; then their fusion."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.index import Index
from bot.index.lexical import LexicalIndex
from bot.index.reader import Faces
from bot.retrieval.exact import search_exact
from bot.retrieval.neighbours import learnt
from bot.retrieval.query import Query

__all__ = ["Candidates", "Lexical", "Weights", "fuse", "gather", "search_lexical"]

_POOL = 100
"""Candidates taken from each search; beyond that rank nothing relevant was found on 1,351 judged title queries."""

_SCANNED = 30_000
"""Chunks up to which every vector is compared: .25 ms over 10,000, where Chroma's graph takes 1.8 and may miss one."""

_FACE_POOL = 20
"""Articles taken by their title or asked questions alone, each with its first chunk."""

_TITLE_ALONE = 0.1
"""Share of the face weights for an article known by its title only: on the bundled articles without their asked
questions, article hit@1 is .76 with a share of .1 to .3, .71 with none and .70 with all."""

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


@dataclass(frozen=True, slots=True)
class Candidates:
    """Chunks worth ranking with what each search says of them; all arrays but `faces` are of equal length."""

    positions: NDArray[np.int64]
    dense: NDArray[np.float32]
    words: NDArray[np.float32]
    bigrams: NDArray[np.float32]
    pairs: NDArray[np.float32]
    face_dense: NDArray[np.float32]
    face_learnt: NDArray[np.float32]
    face_words: NDArray[np.float32]
    face_bigrams: NDArray[np.float32]
    known: NDArray[np.float32]
    """How far, 0–1, the four scores above tell anything: 0 for an article without a title or asked question."""
    exact: NDArray[np.float32]
    faces: NDArray[np.float32]
    """Cosine of every face, in the order of `Index.faces`; not of the candidates' length."""
    coverage: float
    """Share, 0–1, of the question's lexical weight that the index knows at all."""
    elsewhere_dense: float
    """Cosine of the nearest question that is known to have no article; 0 where none is known."""
    elsewhere_learnt: float
    """How surely, about 0–1, the question is one that no article answers; 0 where no such is known."""
    elsewhere_words: float
    """BM25 score of the topic without an article that shares most words."""
    situation: str
    """Name of the situation calling for a human that is nearest, "" where none is known."""
    situation_dense: float
    """Its cosine."""


@dataclass(frozen=True, slots=True)
class Lexical:
    """What the searches by words say, which need no vector, of chunks (n,), the best of them, and subjects."""

    words: NDArray[np.float32]
    bigrams: NDArray[np.float32]
    best: NDArray[np.int64]
    face_words: NDArray[np.float32]
    face_bigrams: NDArray[np.float32]
    coverage: float


def search_lexical(query: Query, index: Index) -> Lexical:
    """Score all chunks and all subjects by the words and the letter pairs of a question."""
    words = index.words.scores(query.words)
    bigrams = index.bigrams.scores(query.bigrams)
    return Lexical(
        words=words,
        bigrams=bigrams,
        best=np.concatenate([_best(words, _POOL), _best(bigrams, _POOL)]),
        face_words=index.faces.words.scores(query.words),
        face_bigrams=index.faces.bigrams.scores(query.bigrams),
        coverage=_coverage(query, index.words),
    )


def gather(query: Query, vector: NDArray[np.float32], index: Index, lexical: Lexical | None = None) -> Candidates:
    """Run all searches and score every candidate in each of them, also where only another search found it.

    `lexical` is what `search_lexical` said of the same question, where that is known already.
    """
    lexical = lexical or search_lexical(query, index)
    exact = search_exact(query, index)
    # A small index is scanned; a large one asks its store, and compares the candidates alone.
    scanned = index.size <= _SCANNED
    nearest = _highest(index.rounded.cosines(vector), _POOL) if scanned else index.vectors.nearest(vector, _POOL)[0]
    faces = index.faces.cosines(vector)
    all_dense = index.faces.nearest(faces)
    face_dense = all_dense[: index.faces.articles]
    face_words = lexical.face_words[: index.faces.articles]
    face_bigrams = lexical.face_bigrams[: index.faces.articles]
    known_as = np.concatenate([_best(scores, _FACE_POOL) for scores in (face_dense, face_words, face_bigrams)])
    positions = np.unique(
        np.concatenate(
            [
                np.fromiter(exact, np.int64, len(exact)),
                nearest,
                lexical.best,
                index.faces.first_chunk[known_as],
            ]
        )
    )
    articles = index.faces.article_of_chunk[positions]
    told = learnt(vector, faces, index.faces)
    situation, situation_dense = _nearest_other(all_dense, index.faces, index.faces.situations)
    return Candidates(
        positions=positions,
        dense=np.asarray(index.embeddings[positions]) @ vector,
        words=lexical.words[positions],
        bigrams=lexical.bigrams[positions],
        pairs=index.words.pair_scores(query.pairs, positions),
        face_dense=face_dense[articles],
        face_learnt=told.articles[articles],
        face_words=face_words[articles],
        face_bigrams=face_bigrams[articles],
        known=_known(index.faces.counts[articles]),
        faces=faces,
        exact=np.array([exact.get(int(position), 0) for position in positions], np.float32),
        coverage=lexical.coverage,
        elsewhere_dense=_nearest_other(all_dense, index.faces, index.faces.uncovered)[1],
        elsewhere_learnt=told.elsewhere,
        elsewhere_words=float(lexical.face_words[index.faces.articles :][index.faces.uncovered].max(initial=0.0)),
        situation=situation,
        situation_dense=situation_dense,
    )


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


def _nearest_other(cosines: NDArray[np.float32], faces: Faces, wanted: NDArray[np.bool_]) -> tuple[str, float]:
    """Return name and cosine of the nearest of the wanted subjects that are no articles."""
    others = np.where(wanted, cosines[faces.articles :], np.float32(0.0))
    return (faces.others[int(others.argmax())], float(others.max())) if wanted.any() else ("", 0.0)


def _known(counts: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return for articles of so many faces how far these count: wholly where readers' questions are among them."""
    shares = np.zeros(len(counts), np.float32)
    shares[counts == 1] = _TITLE_ALONE
    shares[counts > 1] = 1.0
    return shares


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


def _best(scores: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    """Return the positions of the `k` highest scores above zero, in no order."""
    # Most scores are 0, and partitioning many equal numbers takes far longer than partitioning the few others.
    found = np.flatnonzero(scores > 0)
    return found[_highest(scores[found], k)]


def _highest(scores: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    """Return the positions of the `k` highest scores, in no order."""
    if len(scores) <= k:
        return np.arange(len(scores))
    last = np.partition(scores, -k)[-k]
    above = np.flatnonzero(scores > last)
    # Several may share the last place: the first of them are taken, so that nothing depends on how numpy partitions.
    return np.concatenate([above, np.flatnonzero(scores == last)[: k - len(above)]])


def _coverage(query: Query, words: LexicalIndex) -> float:
    total = known = 0.0
    for word, weight in query.words.items():
        share = weight * words.rarity(word)
        total += share
        known += share if word in words else 0.0
    return known / total if total else 0.0
