"""Read a question and a passage together: the protocol of rerankers, and the one that the settings name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from bot.settings import Settings

__all__ = ["Reranker", "open_reranker"]


@runtime_checkable
class Reranker(Protocol):
    """Scores passages for a question; higher is better, on a scale of its own. Safe to share between threads."""

    name: str

    def score(self, question: str, passages: Sequence[str], seconds: float) -> NDArray[np.float32]:
        """Return a score for each passage, (n,), or for fewer of them from the first on when `seconds` are over."""
        ...


def open_reranker(settings: Settings) -> Reranker | None:
    """Open the model that `settings.reranker` names; None where it names none. Raises `ModelError`."""
    if not settings.reranker:
        return None
    from bot.backends.cross_encoder import open_cross_encoder  # noqa: PLC0415  # torch: seconds, and hundreds of MB

    return open_cross_encoder(settings.reranker, offline=settings.offline, threads=settings.embedding_threads)
