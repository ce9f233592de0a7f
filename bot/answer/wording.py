"""How far a message is worded as a wish of a kind: a ridge regression on the letters of labelled messages.

Embeddings tell what a message is about and hardly who does it to whom: whoever writes 「偽のページを作る」 and whoever
fell for one are near. Endings and particles tell, and those are a few letters.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array
from scipy.sparse.linalg import lsqr

from bot.backends.array_file import kept_arrays
from bot.text.normalize import normalize

__all__ = ["Wording"]

_LENGTHS = (1, 2, 3)
"""Letters in a row that count as one feature; four tell nothing more."""

_BUCKETS = 1 << 16
"""Features share so many places by their checksum."""

_RIDGE, _STEPS = 0.3, 40
"""Ridge (1 told less, 3 still less), and the steps after which LSQR stops: about a second."""

_OTHERS_SHARE = 0.6
"""Weight of all other messages together against all wishes; those labelled by hand count one each."""

_TWICE = 2
"""Messages in which a feature must occur to be learnt."""

_KEPT = 4
"""Regressions kept for whoever opens the same index again, 512 kB each."""


class _Learnt(NamedTuple):
    """Rarity and weight of each feature, (buckets,) each, and the mean (1,)."""

    rarity: NDArray[np.float32]
    weights: NDArray[np.float32]
    mean: NDArray[np.float64]


class Wording:
    """Scores the wording of a message. Safe to share between threads."""

    def __init__(
        self, texts: Sequence[str], wished: NDArray[np.bool_], by_hand: NDArray[np.bool_], kept: Path | None = None
    ) -> None:
        """Learn from `texts` (m,): which are wishes, and which of the others were labelled by hand.

        What was learnt is kept in the directory `kept`. Nothing is learnt without a wish or without another message.
        """
        self._learnt = None
        if not wished.any() or wished.all():
            return
        learn = partial(_learn, texts, wished, by_hand)
        path = kept / f"letters-{_digest(texts, wished, by_hand)}.npz" if kept else None
        self._learnt = _Learnt(*kept_arrays(path, _Learnt._fields, learn, _KEPT)) if path else learn()

    def score(self, text: str) -> float:
        """Return how much more a message is worded as a wish than not, about -1 to 1; 0 where nothing was learnt."""
        if self._learnt is None:
            return 0.0
        features = _features(text)
        rarity = self._learnt.rarity[features]
        length = float(np.linalg.norm(rarity)) or 1.0
        return float(rarity @ self._learnt.weights[features]) / length + float(self._learnt.mean[0])


def _features(text: str) -> list[int]:
    letters = f"^{' '.join(normalize(text).lower().split())}$"
    rows = (letters[at : at + size] for size in _LENGTHS for at in range(len(letters) - size + 1))
    return sorted({crc32(row.encode("utf-8", "surrogatepass")) % _BUCKETS for row in rows})


def _learn(texts: Sequence[str], wished: NDArray[np.bool_], by_hand: NDArray[np.bool_]) -> _Learnt:
    features = [_features(text) for text in texts]
    sizes = np.array([len(row) for row in features])
    columns = np.concatenate([np.array(row, np.int64) for row in features])
    known = np.bincount(columns, minlength=_BUCKETS)
    rarity = np.where(known >= _TWICE, np.log(len(texts) / np.maximum(known, 1)), 0.0).astype(np.float32)
    values = rarity[columns]
    starts = np.concatenate([[0], np.cumsum(sizes)])
    lengths = np.sqrt(np.add.reduceat(values**2, starts[:-1]))
    values /= np.repeat(np.where(lengths > 0, lengths, 1.0), sizes).astype(np.float32)
    rows = csr_array((values, columns, starts), shape=(len(texts), _BUCKETS))
    others = ~wished & ~by_hand
    each = np.where(others, _OTHERS_SHARE * wished.sum() / max(1, others.sum()), 1.0)
    aim = np.where(wished, 1.0, -1.0)
    mean = float(each @ aim / each.sum())
    root = np.sqrt(each)
    weights = lsqr(diags_array(root) @ rows, root * (aim - mean), damp=_RIDGE**0.5, iter_lim=_STEPS)[0]
    return _Learnt(rarity, weights.astype(np.float32), np.array([mean]))


def _digest(texts: Sequence[str], wished: NDArray[np.bool_], by_hand: NDArray[np.bool_]) -> str:
    digest = blake2b(repr((_LENGTHS, _BUCKETS, _RIDGE, _STEPS, _OTHERS_SHARE, _TWICE)).encode(), digest_size=16)
    digest.update(wished.tobytes() + by_hand.tobytes())
    for text in texts:
        digest.update(text.encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()
