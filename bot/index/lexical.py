"""Search BM25 postings in the form of bm25s (see `lexical_writer`); this adds weighted query terms and term rarity.

Method "lucene" of bm25s (Lù 2024, arXiv:2407.03618): scores are ≥ 0 and additive over terms, so a term may carry
a weight.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from bot.errors import IndexDamagedError

__all__ = ["K1", "B", "LexicalIndex"]

K1, B = 1.2, 0.75
"""Term saturation and length normalisation; flat optimum between .9–1.2 and .75–.9 on Japanese support articles."""


class LexicalIndex:
    """Postings of one analyser over all chunks, positions as document ids."""

    def __init__(self, scores: Mapping[str, NDArray[Any]], vocabulary: Mapping[str, int], size: int) -> None:
        # As plain arrays over the same mapped files: each slice of a memmap costs microseconds of bookkeeping.
        self._data, self._indices, self._starts = (np.asarray(scores[name]) for name in ("data", "indices", "indptr"))
        self._vocabulary = vocabulary
        self.size = size

    @classmethod
    def load(cls, directory: Path) -> LexicalIndex:
        """Memory-map what `LexicalWriter` wrote. Raises `IndexDamagedError`."""
        try:
            index = bm25s.BM25.load(directory, mmap=True, show_progress=False)
            vocabulary = json.loads((directory / "vocab.index.json").read_bytes())
        except (OSError, ValueError, KeyError) as error:
            raise IndexDamagedError(
                f"{directory} cannot be read ({type(error).__name__}); build the index again with `guide ingest`"
            ) from None
        return cls(index.scores, vocabulary, int(index.scores["num_docs"]))

    def scores(self, terms: Mapping[str, float]) -> NDArray[np.float32]:
        """Return the weighted BM25 score of every chunk for `terms` (token → weight); 0 where nothing matches."""
        known = {token: weight for term, weight in terms.items() if (token := self._vocabulary.get(term)) is not None}
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

    def rarity(self, term: str) -> float:
        """Return the term's inverse document frequency, ln(1 + (N - n + .5) / (n + .5)); an unseen term is rarest."""
        token = self._vocabulary.get(term)
        found = 0 if token is None else int(self._starts[token + 1] - self._starts[token])
        return math.log(1 + (self.size - found + 0.5) / (found + 0.5))

    def __contains__(self, term: str) -> bool:
        """Tell whether any chunk has the term."""
        return term in self._vocabulary
