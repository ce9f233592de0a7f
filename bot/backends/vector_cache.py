"""Keep the vectors of short texts between builds: the same few thousand questions stand in every index.

One file a model in the directory of built models. What one builder adds in the same moment as another is embedded
once more, and nothing else is lost.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.backends.array_file import read_arrays, write_arrays
from bot.backends.embedder import Embedder

__all__ = ["QueryCache"]

_log = logging.getLogger(__name__)

_ROWS = 30_000
"""Texts kept a model, those of the last build first: with 384 dimensions 46 MB; the bundled corpus has some 6,400."""

_FILES = 4
"""Models kept, the last used first: each `guide tune` makes a model of a new name."""

_KEY_BYTES = 16


class QueryCache:
    """The question vectors of `embedder` under `directory`."""

    def __init__(self, directory: Path, embedder: Embedder) -> None:
        self._directory = directory
        self._embedder = embedder
        # One model's name stands for all engines that compute it; their vectors differ by rounding all the same.
        model = f"{embedder.name}\0{embedder.dimension}\0{getattr(embedder, 'engine', '')}"
        self._path = directory / f"questions-{blake2b(model.encode(), digest_size=8).hexdigest()}.npz"

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (n, dimension) unit vectors, embedding only what no earlier build has; never fails for the cache."""
        keys, rows = self._read()
        place = {key.tobytes(): row for row, key in enumerate(keys)}
        own = [blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_KEY_BYTES).digest() for text in texts]
        vectors = np.zeros((len(texts), self._embedder.dimension), np.float32)
        missing = [number for number, key in enumerate(own) if key not in place]
        for number, key in enumerate(own):
            if key in place:
                vectors[number] = rows[place[key]]
        if missing:
            vectors[missing] = self._embedder.embed_queries([texts[number] for number in missing])
            first: dict[bytes, int] = {}
            for number, key in enumerate(own):
                first.setdefault(key, number)
            others = [row for row, key in enumerate(keys) if key.tobytes() not in first]
            kept = np.array([np.frombuffer(key, np.uint8) for key in first]).reshape(-1, _KEY_BYTES)
            arrays = {
                "keys": np.concatenate([kept, keys[others]])[:_ROWS],
                "vectors": np.concatenate([vectors[list(first.values())], rows[others]])[:_ROWS],
            }
            write_arrays(self._path, arrays, _FILES)
        return vectors

    def _read(self) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        """Return keys (n, 16) and vectors (n, dimension); none when there is no sound file."""
        dimension = self._embedder.dimension
        stored = read_arrays(self._path, "keys", "vectors")
        if stored:
            keys, rows = stored["keys"], stored["vectors"]
            if keys.shape == (len(rows), _KEY_BYTES) and rows.shape == (len(keys), dimension):
                return keys.astype(np.uint8, copy=False), rows.astype(np.float32, copy=False)
            _log.warning("%s does not fit and is made anew", self._path.name)
        return np.zeros((0, _KEY_BYTES), np.uint8), np.zeros((0, dimension), np.float32)
