"""The searches, one pure step each: exact identifiers, dense neighbours, two lexical views."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.index import Index
from bot.index.lexical import LexicalIndex
from bot.index.reader import Faces
from bot.retrieval.exact import search_exact
from bot.retrieval.neighbours import learnt
from bot.retrieval.query import Query

__all__ = ["Candidates", "Lexical", "gather", "search_lexical"]

_POOL = 100
"""Candidates taken from each search; beyond that rank nothing relevant was found on 1,351 judged title queries."""

_SCANNED = 30_000
"""Chunks up to which every vector is compared: .25 ms over 10,000, where Chroma's graph takes 1.8 and may miss one."""

_FACE_POOL = 20
"""Articles taken by their title or asked questions alone, each with its first chunk."""

_TITLE_ALONE = 0.1
"""Share of the face weights for an article known by its title only: on the bundled articles without their asked
questions, article hit@1 is .76 with a share of .1 to .3, .71 with none and .70 with all."""


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
    elsewhere: str
    """Name of the topic without an article that is nearest, "" where none is known."""
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
    elsewhere, elsewhere_dense = _nearest_other(all_dense, index.faces, index.faces.uncovered)
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
        exact=_shares(exact, positions),
        coverage=lexical.coverage,
        elsewhere=elsewhere,
        elsewhere_dense=elsewhere_dense,
        elsewhere_learnt=told.elsewhere,
        elsewhere_words=float(lexical.face_words[index.faces.articles :][index.faces.uncovered].max(initial=0.0)),
        situation=situation,
        situation_dense=situation_dense,
    )


def _nearest_other(cosines: NDArray[np.float32], faces: Faces, wanted: NDArray[np.bool_]) -> tuple[str, float]:
    """Return name and cosine of the nearest of the wanted subjects that are no articles."""
    others = np.where(wanted, cosines[faces.articles :], np.float32(0.0))
    return (faces.others[int(others.argmax())], float(others.max())) if wanted.any() else ("", 0.0)


def _shares(exact: Mapping[int, float], positions: NDArray[np.int64]) -> NDArray[np.float32]:
    if not exact:
        return np.zeros(len(positions), np.float32)
    return np.array([exact.get(position, 0) for position in positions.tolist()], np.float32)


def _known(counts: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return for articles of so many faces how far these count: wholly where readers' questions are among them."""
    shares = np.zeros(len(counts), np.float32)
    shares[counts == 1] = _TITLE_ALONE
    shares[counts > 1] = 1.0
    return shares


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
