"""How far a question is of one kind or another: a kernel ridge regression on the embeddings of labelled messages.

The nearest labelled message alone is a poor judge: it is of the same subject more often than of the same wish. The
regression weighs all of them against other messages; see docs/why.md for what else was tried.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve

from bot.backends.array_file import kept_arrays
from bot.retrieval.kernel import kernel

__all__ = ["Likeness"]

_WIDTH = 12.0
"""Of the kernel exp(-width · (1 - cosine)): as good from 8 to 16. Cosines of this model crowd into .80–.95."""

_RIDGE = 0.3
"""Between .15 and 1 it hardly mattered."""

_HARD = 4
"""Of each labelled message so many of the nearest others are learnt from. With 8 and not 2, at 5 % needless cards, .64
and not .57 of 157 messages that needed one got the right one; 20 told no more."""

_BLOCK = 32
"""Messages compared at once with all others: 13 MB of cosines for every 100,000 of these."""

_LABELLED_SHARE = 0.5
"""Weight of all labelled messages together against all others, which are many times as many."""

_SAME = 0.93
"""Cosine from which another message says the same as a labelled one: it is then no example of neither."""

_KEPT = 8
"""Regressions kept for whoever opens the same index again, some 300 kB each: learning one takes one to four seconds."""


class _Learnt(NamedTuple):
    """Rows of the messages learnt from (n,), their weights (n, kinds + 1) and the mean of each kind."""

    rows: NDArray[np.int64]
    weights: NDArray[np.float32]
    mean: NDArray[np.float64]


class Likeness:
    """Scores the kinds of a message from its cosines to all faces. Safe to share between threads."""

    def __init__(
        self,
        embeddings: NDArray[np.float32],
        kinds: Mapping[str, NDArray[np.int64]],
        others: NDArray[np.int64],
        certain: NDArray[np.int64] | None = None,
        same: float = _SAME,
        kept: Path | None = None,
    ) -> None:
        """Learn from rows of `embeddings` (m, dimension): those of each kind, and those of none of them.

        `certain` are rows of none that were labelled by hand: all of them count, however near they are. Others from a
        cosine of `same` to a labelled message on are left out. What was learnt is kept in the directory `kept` for
        whoever learns from the same messages again.
        """
        self._kinds = tuple(kinds) if len(others) else ()
        if not self._kinds:
            return
        groups = [*kinds.values()]
        by_hand = np.zeros(0, np.int64) if certain is None else certain
        learn = partial(_learn, embeddings, groups, others, by_hand, same)
        if kept is None:
            self._learnt = learn()
        else:
            constants = np.array([same, _WIDTH, _RIDGE, _HARD, _LABELLED_SHARE])
            path = kept / f"kinds-{_digest(constants, embeddings, *groups, others, by_hand)}.npz"
            self._learnt = _Learnt(*kept_arrays(path, _Learnt._fields, learn, _KEPT))

    def scores(self, cosines: NDArray[np.float32]) -> dict[str, float]:
        """Return kind → how much more a message is of it than of none, about -1 to 1; {} where none is known.

        `cosines` are those of every face, as `Candidates.faces` holds them.
        """
        if not self._kinds:
            return {}
        learnt = self._learnt
        found = kernel(cosines[learnt.rows], _WIDTH) @ learnt.weights + learnt.mean
        return dict(zip(self._kinds, (found[1:] - found[0]).tolist(), strict=True))


def _digest(*arrays: NDArray[Any]) -> str:
    digest = blake2b(digest_size=16)
    for array in arrays:
        digest.update(repr(array.shape).encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def _learn(
    embeddings: NDArray[np.float32],
    groups: Sequence[NDArray[np.int64]],
    others: NDArray[np.int64],
    certain: NDArray[np.int64],
    same: float,
) -> _Learnt:
    labelled = np.concatenate(groups)
    none = np.concatenate([_nearest(embeddings, labelled, others, same), certain])
    rows = np.concatenate([none, labelled])
    label = np.repeat(np.arange(len(groups) + 1), [len(none), *map(len, groups)])
    target = np.eye(len(groups) + 1)[label]
    each = np.where(label > 0, _LABELLED_SHARE * len(none) / len(labelled), 1.0)
    mean = (each @ target) / each.sum()
    near = kernel(embeddings[rows] @ embeddings[rows].T, _WIDTH)
    near[np.diag_indices_from(near)] += _RIDGE / each
    # In single precision 2,500 messages take .5 s and not 1.1, by Cholesky 4,600 a third less than by LU, and
    # scores stay the same to .001.
    aim = (target - mean).astype(np.float32)
    return _Learnt(rows, solve(near, aim, assume_a="pos", overwrite_a=True, check_finite=False), mean)


def _nearest(
    embeddings: NDArray[np.float32], labelled: NDArray[np.int64], others: NDArray[np.int64], same: float
) -> NDArray[np.int64]:
    """Return those of `others` that are near a labelled message and yet do not say the same."""
    vectors = embeddings[others]
    nearest = np.full(len(others), -1.0, np.float32)
    hard = np.zeros(len(others), bool)
    for at in range(0, len(labelled), _BLOCK):
        cosines = embeddings[labelled[at : at + _BLOCK]] @ vectors.T
        np.maximum(nearest, cosines.max(0), out=nearest)
        cosines[cosines >= same] = -1.0
        hard[np.argpartition(cosines, -min(_HARD, len(others)), axis=1)[:, -_HARD:]] = True
    return others[hard & (nearest < same)]
