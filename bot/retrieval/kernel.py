"""How much one message counts for another, by the cosine of their vectors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["kernel"]


def kernel(cosines: NDArray[np.float32], width: float) -> NDArray[np.float32]:
    """Return exp(-width · (1 - cosine)), of the shape of `cosines`: 1 for the same text, a Gaussian of the distance."""
    result: NDArray[np.float32] = np.exp(np.float32(width) * (cosines - np.float32(1.0)))
    return result
