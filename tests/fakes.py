"""Fakes that are real implementations of our protocols: deterministic, tiny and without files or network."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from bot.backends.judge import JudgeScores

__all__ = ["FakeJudge", "HashEmbedder", "OverlapReranker"]

_NGRAMS = (1, 2, 3)


class HashEmbedder:
    """Embed by hashing character n-grams: texts that share wording are near, all else is nearly orthogonal.

    Queries and passages share one space, as they do in a real model. Two instances of one `dimension` agree exactly.
    """

    def __init__(self, dimension: int = 64) -> None:
        self.dimension = dimension
        self.name = f"fake-hash-{dimension}"

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (n, dimension) unit vectors for questions."""
        return self._embed(texts, None)

    def embed_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Return (n, dimension) unit vectors for passages; `progress` is told how many more are done."""
        return self._embed(texts, progress)

    def _embed(self, texts: Sequence[str], progress: Callable[[int], None] | None) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for gram in _grams(text):
                digest = int.from_bytes(blake2b(gram.encode(), digest_size=8).digest())
                row[digest % self.dimension] += 1.0 if digest >> 63 else -1.0
            if not row.any():
                row[0] = 1.0
            row[:] = row / np.linalg.norm(row)
            if progress is not None:
                progress(1)
        return vectors


class FakeJudge:
    """Give the queued scores in turn and then the last one again; `shown` is what it was asked."""

    name = "judge-1"

    def __init__(self, *scores: JudgeScores) -> None:
        self._queue = list(scores)
        self.shown: list[tuple[str, str, tuple[str, ...]]] = []

    def score(self, question: str, answer_text: str, passages: Sequence[str]) -> JudgeScores:
        """Return the next scores."""
        self.shown.append((question, answer_text, tuple(passages)))
        return self._queue.pop(0) if len(self._queue) > 1 else self._queue[0]


class OverlapReranker:
    """Score by the share of the question's letters, pairs and triples that the passage has; `limit` ends it early."""

    name = "fake-overlap"

    def __init__(self, limit: int | None = None) -> None:
        self._limit = limit

    def score(self, question: str, passages: Sequence[str], seconds: float) -> NDArray[np.float32]:
        """Return a score for each passage, or for the first `limit`."""
        asked = set(_grams(question))
        read = passages[: self._limit] if seconds > 0 else []
        return np.array([len(asked & set(_grams(text))) / len(asked) for text in read], np.float32)


def _grams(text: str) -> list[str]:
    # A text without letters still needs a vector, hence the marks at both ends.
    letters = "^" + "".join(unicodedata.normalize("NFKC", text).casefold().split()) + "$"
    return [letters[start : start + size] for size in _NGRAMS for start in range(len(letters) - size + 1)]
