"""Search BM25 postings in the form of bm25s (see `lexical_writer`); this adds weighted query terms and term rarity.

Method "lucene" of bm25s (Lù 2024, arXiv:2407.03618): scores are ≥ 0 and additive over terms, so a term may carry
a weight.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from bot.errors import REBUILD, IndexDamagedError

__all__ = ["FOLDED_FILE", "K1", "LENGTHS_FILE", "TOKENS_FILE", "B", "LexicalIndex"]

TOKENS_FILE, LENGTHS_FILE, FOLDED_FILE = "tokens.bin", "lengths.npy", "folded.npy"
"""The tokens of all chunks in reading order as numbers, how many each chunk has, and under which number the postings
of each token stand."""

K1, B = 1.2, 0.75
"""Term saturation and length normalisation; flat optimum between .9–1.2 and .75–.9 on Japanese support articles."""


class LexicalIndex:
    """Postings of one analyser over all chunks, positions as document ids.

    `fold` gives words of one meaning one name, as it did when the postings were written; pairs are of words as written.
    """

    def __init__(
        self,
        scores: Mapping[str, NDArray[Any]],
        vocabulary: Mapping[str, int],
        size: int,
        tokens: NDArray[np.uint32],
        lengths: NDArray[np.uint32],
        folded: NDArray[np.uint32],
        fold: Callable[[str], str] | None = None,
    ) -> None:
        # As plain arrays over the same mapped files: each slice of a memmap costs microseconds of bookkeeping.
        self._data, self._indices, self._starts = (np.asarray(scores[name]) for name in ("data", "indices", "indptr"))
        self._tokens = np.asarray(tokens)
        self._begins = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
        self._vocabulary = vocabulary
        self._folded = folded
        self._fold = fold
        self.size = size

    @classmethod
    def load(cls, directory: Path, fold: Callable[[str], str] | None = None) -> LexicalIndex:
        """Memory-map what `LexicalWriter` wrote. Raises `IndexDamagedError`."""
        try:
            index = bm25s.BM25.load(directory, mmap=True, show_progress=False)
            vocabulary = json.loads((directory / "vocab.index.json").read_bytes())
            tokens = np.memmap(directory / TOKENS_FILE, np.uint32, "r")
            lengths = np.load(directory / LENGTHS_FILE)
            folded = np.load(directory / FOLDED_FILE)
        except (OSError, ValueError, KeyError) as error:
            raise IndexDamagedError(f"{directory} cannot be read ({type(error).__name__}); {REBUILD}") from None
        return cls(index.scores, vocabulary, int(index.scores["num_docs"]), tokens, lengths, folded, fold)

    def scores(self, terms: Mapping[str, float]) -> NDArray[np.float32]:
        """Return the weighted BM25 score of every chunk for `terms` (token → weight); 0 where nothing matches."""
        known: dict[int, float] = {}
        for term, weight in terms.items():
            token = self._number(term)
            if token is not None:  # of two terms that fold into one, the heavier counts
                known[token] = max(weight, known.get(token, 0.0))
        if not known:
            return np.zeros(self.size, np.float32)
        postings = [slice(int(self._starts[token]), int(self._starts[token + 1])) for token in known]
        starts = np.cumsum([0, *(part.stop - part.start for part in postings)])
        # One column a term: a product in C adds the terms up in their order, eight times as fast as numpy's indexing.
        columns = csc_array(
            (
                np.concatenate([self._data[part] for part in postings]),
                np.concatenate([self._indices[part] for part in postings]),
                starts,
            ),
            shape=(self.size, len(known)),
        )
        total: NDArray[np.float32] = columns @ np.fromiter(known.values(), np.float32, len(known))
        return total

    def pair_scores(self, pairs: Sequence[tuple[str, str]], positions: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return for the chunks at `positions` the BM25 score of `pairs`: terms that follow each other in the text.

        A pair's rarity is that among these chunks. They share most of the question's words, so what counts is which
        wording sets them apart; nothing but the chunks' own tokens has to be kept for it.
        """
        scores = np.zeros(len(positions), np.float32)
        known = [(self._vocabulary.get(first), self._vocabulary.get(second)) for first, second in pairs]
        asked = list(dict.fromkeys((a, b) for a, b in known if a is not None and b is not None))
        if not asked or not len(positions):
            return scores
        terms = sorted({term for pair in asked for term in pair})
        number = np.zeros(len(self._vocabulary), np.int32)  # 0: not asked for
        number[terms] = np.arange(1, len(terms) + 1)
        lengths = self._begins[positions + 1] - self._begins[positions]
        ends = np.cumsum(lengths)
        found = number[np.concatenate(self._read(positions))]
        places = np.flatnonzero((found[:-1] > 0) & (found[1:] > 0))
        chunks = np.searchsorted(ends, places, "right")
        inside = places + 1 < ends[chunks]
        places, chunks = places[inside], chunks[inside]
        column = np.full((len(terms) + 1, len(terms) + 1), -1, np.int64)
        for at, (first, second) in enumerate(asked):
            column[number[first], number[second]] = at
        columns = column[found[places], found[places + 1]]
        wanted = columns >= 0
        cells = np.bincount(chunks[wanted] * len(asked) + columns[wanted], minlength=len(positions) * len(asked))
        counts = cells.reshape(len(positions), len(asked))
        spread = (counts > 0).sum(axis=0)
        rarity = np.log(1 + (len(positions) - spread + 0.5) / (spread + 0.5))
        saturation = K1 * ((1 - B) + B * lengths / lengths.mean())
        scores[:] = (counts / (counts + saturation[:, None])) @ rarity
        return scores

    def likeness(self, positions: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return (n, n) how alike the chunks at `positions` are, 0–1: the terms both have by those either has.

        Terms count by their rarity, so that words which stand everywhere make nothing alike.
        """
        lengths = self._begins[positions + 1] - self._begins[positions]
        chunks = self._read(positions)
        tokens = self._folded[np.concatenate(chunks)] if chunks else np.zeros(0, np.uint32)
        found = np.zeros(len(self._vocabulary), np.bool_)
        found[tokens] = True
        terms = np.flatnonzero(found)
        column = np.zeros(len(found), np.int32)
        column[terms] = np.arange(len(terms))
        spread = self._starts[terms + 1] - self._starts[terms]
        rarity = np.log(1 + (self.size - spread + 0.5) / (spread + 0.5))
        has = np.zeros((len(positions), len(terms)), np.float32)
        columns = column[tokens]
        has[np.repeat(np.arange(len(positions)), lengths), columns] = np.sqrt(rarity).astype(np.float32)[columns]
        shared: NDArray[np.float32] = has @ has.T
        own = shared.diagonal()
        return shared / (own[:, None] + own - shared)

    def rarity(self, term: str) -> float:
        """Return the term's inverse document frequency, ln(1 + (N - n + .5) / (n + .5)); an unseen term is rarest."""
        token = self._number(term)
        found = 0 if token is None else int(self._starts[token + 1] - self._starts[token])
        return math.log(1 + (self.size - found + 0.5) / (found + 0.5))

    def __contains__(self, term: str) -> bool:
        """Tell whether any chunk has the term, or one of its meaning."""
        return self._number(term) is not None

    def _read(self, positions: NDArray[np.int64]) -> list[NDArray[np.uint32]]:
        """Return the tokens of each chunk; plain integers slice twice as fast as numpy's."""
        bounds = zip(self._begins[positions].tolist(), self._begins[positions + 1].tolist(), strict=True)
        return [self._tokens[begin:end] for begin, end in bounds]

    def _number(self, term: str) -> int | None:
        return self._vocabulary.get(term if self._fold is None else self._fold(term))
