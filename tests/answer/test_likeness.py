"""What is learnt of kinds of messages: kept for the same messages, learnt anew for others."""

from __future__ import annotations

import numpy as np

from bot.answer import likeness
from bot.answer.likeness import Likeness


def _messages(seed: int) -> tuple[np.ndarray, dict[str, np.ndarray], np.ndarray]:
    vectors = np.random.default_rng(seed).standard_normal((60, 16)).astype(np.float32)
    vectors[:20, 0] += 4  # the first twenty are of one kind
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors, {"kind": np.arange(20)}, np.arange(20, 60)


def test_a_kind_is_told_from_the_others() -> None:
    """A message of the kind scores higher than any of the others."""
    vectors, kinds, others = _messages(1)
    learnt = Likeness(vectors, kinds, others)
    inside, outside = (
        [learnt.scores(vectors @ vectors[row])["kind"] for row in rows] for rows in (kinds["kind"], others)
    )
    assert min(inside) > max(outside)


def test_the_same_messages_are_learnt_once() -> None:
    """Whoever opens an index again waits for nothing; other messages or kinds are learnt anew, and few are kept."""
    likeness._learnt.clear()
    vectors, kinds, others = _messages(1)
    first, again = Likeness(vectors, kinds, others), Likeness(vectors.copy(), kinds, others)
    assert len(likeness._learnt) == 1
    assert first.scores(vectors @ vectors[3]) == again.scores(vectors @ vectors[3])
    Likeness(vectors, {"kind": np.arange(19)}, others)
    Likeness(*_messages(2))
    assert len(likeness._learnt) == 3
    for seed in range(3, 20):
        Likeness(*_messages(seed))
    assert len(likeness._learnt) == likeness._KEPT
