"""What is learnt of kinds of messages: kept for the same messages, learnt anew for others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

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


def test_the_same_messages_are_learnt_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens an index again waits for nothing; other messages or kinds are learnt anew, and few are kept."""
    vectors, kinds, others = _messages(1)
    first = Likeness(vectors, kinds, others, kept=tmp_path)
    assert len(_files(tmp_path)) == 1
    Likeness(vectors, {"kind": np.arange(19)}, others, kept=tmp_path)
    Likeness(*_messages(2), kept=tmp_path)
    monkeypatch.setattr(likeness, "_WIDTH", 11.0)
    Likeness(*_messages(2), kept=tmp_path)
    monkeypatch.undo()
    assert len(_files(tmp_path)) == 4
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(likeness, "_learn", lambda *_: pytest.fail("it is learnt again"))
        again = Likeness(vectors.copy(), kinds, others, kept=tmp_path)
    assert first.scores(vectors @ vectors[3]) == again.scores(vectors @ vectors[3])
    for seed in range(3, 20):
        Likeness(*_messages(seed), kept=tmp_path)
    assert len(_files(tmp_path)) == likeness._KEPT


def test_what_is_kept_may_be_lost(tmp_path: Path) -> None:
    """A damaged file is made anew; where nothing can be kept it is learnt all the same."""
    vectors, kinds, others = _messages(1)
    first = Likeness(vectors, kinds, others, kept=tmp_path)
    (file,) = _files(tmp_path)
    file.write_bytes(file.read_bytes()[:-40])
    (tmp_path / "file").touch()
    for kept in (tmp_path, tmp_path, tmp_path / "file", None):
        again = Likeness(vectors, kinds, others, kept=kept)
        assert first.scores(vectors @ vectors[3]) == again.scores(vectors @ vectors[3])


def _files(directory: Path) -> list[Path]:
    return [*directory.glob("kinds-*.npz")]
