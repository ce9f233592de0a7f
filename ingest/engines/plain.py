"""Do the work in this process, one row after the other; the embedding model itself uses all cores."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.backends.embedder import Embedder
from ingest.engines.engine import Run

__all__ = ["PlainEngine"]


@dataclass(frozen=True, slots=True)
class PlainEngine:
    """The engine of most blogs."""

    embedder: Embedder

    @property
    def run(self) -> Run:
        """Return `map`."""
        return map

    def embed(self, batches: Iterable[Sequence[str]], progress: Callable[[int], None]) -> Iterator[NDArray[np.float32]]:
        """Yield vectors batch by batch."""
        for texts in batches:
            yield self.embedder.embed_passages(texts, progress=progress)
