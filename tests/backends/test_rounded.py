"""Cosines from rounded vectors: near the exact ones, whatever the vectors."""

from __future__ import annotations

import numpy as np
import pytest

from bot.backends.rounded import RoundedVectors


def _unit(generator: np.random.Generator, count: int, dimension: int) -> np.ndarray:
    vectors = generator.standard_normal((count, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.mark.parametrize(("count", "dimension"), [(1, 8), (700, 64), (3000, 384)])
def test_cosines_are_near_the_exact_ones(count: int, dimension: int) -> None:
    """A vector finds itself at 1 and every other one where it is, within rounding."""
    vectors = _unit(np.random.default_rng(count), count, dimension)
    rounded = RoundedVectors(vectors)
    for vector in vectors[:: max(1, count // 20)]:
        assert np.abs(rounded.cosines(vector) - vectors @ vector).max() < 0.01
        assert rounded.cosines(vector).argmax() == (vectors @ vector).argmax()


def test_products_do_not_overflow() -> None:
    """The largest numbers of both sides in every place: what adds up in 16 bits still fits."""
    vector = np.full(384, 1 / np.sqrt(384), np.float32)
    assert RoundedVectors(np.stack([vector, -vector])).cosines(vector) == pytest.approx([1.0, -1.0], abs=1e-3)


def test_none_and_zero() -> None:
    """No vectors have no cosines; a vector of zeros has 0 to all, and is 0 to all."""
    assert RoundedVectors(np.zeros((0, 4), np.float32)).cosines(np.ones(4, np.float32)).shape == (0,)
    vectors = np.array([[0, 0, 0, 0], [1, 0, 0, 0]], np.float32)
    assert RoundedVectors(vectors).cosines(vectors[1]) == pytest.approx([0.0, 1.0], abs=1e-3)
    assert RoundedVectors(vectors).cosines(vectors[0]) == pytest.approx([0.0, 0.0])
