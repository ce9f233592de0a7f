"""Rerank with any sentence-transformers `CrossEncoder`, by name or path. Importing this module loads torch."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sentence_transformers import CrossEncoder

from bot.backends.local_model import first_line, load_quietly, where_to_look
from bot.errors import ModelError

__all__ = ["CrossEncoderReranker", "open_cross_encoder"]

_BATCH = 4
"""Pairs between two looks at the clock."""


def open_cross_encoder(model: str, *, offline: bool, threads: int = 0) -> CrossEncoderReranker:
    """Load `model`, a local directory or a name on the model hub; the hub is not asked when `offline`.

    Raises `ModelError` when it does not exist, cannot be loaded or does not give one score a pair. Code that a model
    brings is never run.
    """
    load_quietly(threads)
    try:
        loaded = CrossEncoder(model, device="cpu", local_files_only=offline, trust_remote_code=False)
        labels = loaded.num_labels
    except (OSError, ValueError, RuntimeError, KeyError, AttributeError, TypeError) as error:
        hint = where_to_look(offline=offline)
        raise ModelError(
            f"the reranker {model!r} could not be loaded ({first_line(error)}): {hint}; GUIDE_RERANKER takes a "
            "cross-encoder's name on the model hub or a directory, and empty means none"
        ) from error
    if labels != 1:
        raise ModelError(
            f"the model {model!r} gives {labels} scores a passage and a reranker gives one: choose another as "
            "GUIDE_RERANKER"
        )
    return CrossEncoderReranker(loaded, Path(model).name)


class CrossEncoderReranker:
    """Score a few pairs at a time; one question at a time may pass its lock."""

    def __init__(self, model: CrossEncoder, name: str) -> None:
        self.name = name
        self._model = model
        # Threads that share a fast tokenizer can make it fail with "Already borrowed".
        self._lock = threading.Lock()

    def score(self, question: str, passages: Sequence[str], seconds: float) -> NDArray[np.float32]:
        """Return a score for each passage, (n,), or for fewer of them from the first on when `seconds` are over."""
        end = time.monotonic() + seconds
        scores: list[float] = []
        for start in range(0, len(passages), _BATCH):
            left = end - time.monotonic()
            if left <= 0 or not self._lock.acquire(timeout=left):
                break
            try:
                pairs = [(question, passage) for passage in passages[start : start + _BATCH]]
                scores += np.ravel(self._model.predict(pairs, show_progress_bar=False)).tolist()
            finally:
                self._lock.release()
        return np.array(scores, np.float32)
