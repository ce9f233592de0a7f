"""One worker for the questions of many callers: what has come in while it was busy is embedded together."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bot.backends.embedder import Embedder
from bot.errors import ModelError

__all__ = ["BatchingEmbedder"]

_BATCH = 32
"""Texts embedded together, one caller's more aside: a longer batch gains little and makes the first of it wait."""

_WAITING = 256
"""Callers that may wait; the next one waits for a place. A server answers some 40 readers at once."""


@dataclass(frozen=True, slots=True, eq=False)
class _Request:
    texts: tuple[str, ...]
    vectors: Future[NDArray[np.float32]] = field(default_factory=Future)


class BatchingEmbedder:
    """An embedder whose questions pass one worker, together where several wait; nothing waits for company.

    For a model that makes a batch faster than its texts one by one, and that threads had better not share. Passages go
    to the model directly. A failing batch is tried again caller by caller, so that each gets its own error.
    """

    def __init__(self, embedder: Embedder, *, batch: int = _BATCH, waiting: int = _WAITING) -> None:
        self.name = embedder.name
        self.dimension = embedder.dimension
        self._embedder = embedder
        self._batch = batch
        self._waiting: deque[_Request] = deque()
        self._places = threading.Semaphore(waiting)
        # The interpreter lets this pool's thread finish what it has begun before it ends; no flag of ours is needed.
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="embed-batch")

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (n, dimension) unit vectors for questions. Raises `ModelError` once it is closed."""
        request = _Request(tuple(texts))
        self._places.acquire()
        self._waiting.append(request)
        try:
            # One turn a request: a turn that finds its request served by an earlier one has nothing to do.
            self._worker.submit(self._serve)
        except RuntimeError:
            with suppress(ValueError):  # the worker's last turn may have taken it
                self._waiting.remove(request)
                self._places.release()
                raise ModelError("the embedding model has been closed; open it again") from None
        return request.vectors.result()

    def embed_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Return (n, dimension) unit vectors for passages; `progress` is told how many more are done."""
        return self._embedder.embed_passages(texts, progress)

    def close(self) -> None:
        """Finish what waits and end the worker; a second call does nothing."""
        self._worker.shutdown(wait=True)

    def _serve(self) -> None:
        requests = self._take()
        if not requests:
            return
        try:
            vectors = self._embedder.embed_queries([text for request in requests for text in request.texts])
        except BaseException as error:  # whatever it is, it belongs to a caller: the worker goes on
            if len(requests) == 1:
                requests[0].vectors.set_exception(error)
                return
            for request in requests:
                self._serve_alone(request)
            return
        ends = np.cumsum([len(request.texts) for request in requests])
        for request, end in zip(requests, ends, strict=True):
            request.vectors.set_result(vectors[end - len(request.texts) : end])

    def _serve_alone(self, request: _Request) -> None:
        try:
            request.vectors.set_result(self._embedder.embed_queries(request.texts))
        except BaseException as error:
            request.vectors.set_exception(error)

    def _take(self) -> list[_Request]:
        """Return the requests that wait, in order, up to a batch of texts but at least one if there is any."""
        taken: list[_Request] = []
        size = 0
        while self._waiting and (not taken or size + len(self._waiting[0].texts) <= self._batch):
            taken.append(self._waiting.popleft())
            size += len(taken[-1].texts)
            self._places.release()
        return taken
