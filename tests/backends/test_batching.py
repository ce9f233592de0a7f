"""One worker for many callers: order, errors, company, bounds, end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait

import numpy as np
import pytest

from bot.backends.batching import BatchingEmbedder
from bot.errors import ModelError
from tests.fakes import HashEmbedder

CALLERS = 20
BAD = "これは失敗する"


class Gated(HashEmbedder):
    """Notes each batch, fails on one text, and waits at a gate that the test opens; never entered by two at once."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[list[str]] = []
        self.entered = threading.Semaphore(0)
        self.gate = threading.Event()
        self.alone = threading.Lock()

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Do as said above."""
        assert self.alone.acquire(blocking=False), "two threads use the model at once"
        try:
            self.batches.append(list(texts))
            self.entered.release()
            assert self.gate.wait(30)
            if BAD in texts:
                raise ValueError(BAD)
            return super().embed_queries(texts)
        finally:
            self.alone.release()


@pytest.fixture
def gated() -> Gated:
    """Return a model whose gate is closed."""
    return Gated()


@pytest.fixture
def callers(gated: Gated) -> Iterator[ThreadPoolExecutor]:
    """Return threads for the callers; a test that fails leaves none of them at the gate."""
    with ThreadPoolExecutor(CALLERS + 1) as pool:
        yield pool
        gated.gate.set()


def _wait_until(there: Callable[[], bool]) -> None:
    for _ in range(3000):
        if there():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it never came to that")


def test_a_single_caller_is_served_at_once(gated):
    """An idle worker waits for nobody: one text, one batch."""
    gated.gate.set()
    embedder = BatchingEmbedder(gated)
    np.testing.assert_array_equal(embedder.embed_queries(["画面が黒い"]), HashEmbedder().embed_queries(["画面が黒い"]))
    assert gated.batches == [["画面が黒い"]]
    embedder.close()


def test_what_waits_is_embedded_together_and_each_gets_its_own(gated, callers):
    """Twenty callers behind a busy model take few batches, and every row is the caller's own, in order."""
    embedder = BatchingEmbedder(gated, batch=16)
    first = callers.submit(embedder.embed_queries, ["最初"])
    assert gated.entered.acquire(timeout=30)
    asked = [[f"質問{number}", f"続き{number}"] for number in range(CALLERS)]
    futures = [callers.submit(embedder.embed_queries, texts) for texts in asked]
    _wait_until(lambda: len(embedder._waiting) == CALLERS)
    gated.gate.set()
    for texts, future in zip([["最初"], *asked], [first, *futures], strict=True):
        np.testing.assert_array_equal(future.result(30), HashEmbedder().embed_queries(texts))
    assert [len(batch) for batch in gated.batches] == [1, 16, 16, 8]
    embedder.close()


def test_an_error_reaches_its_own_caller_alone(gated, callers):
    """The others of a failing batch get their vectors, and the worker goes on."""
    embedder = BatchingEmbedder(gated)
    first = callers.submit(embedder.embed_queries, ["最初"])
    assert gated.entered.acquire(timeout=30)
    good = [callers.submit(embedder.embed_queries, [f"質問{number}"]) for number in range(5)]
    bad = callers.submit(embedder.embed_queries, [BAD])
    _wait_until(lambda: len(embedder._waiting) == 6)
    gated.gate.set()
    with pytest.raises(ValueError, match=BAD):
        bad.result(30)
    for number, future in enumerate(good):
        np.testing.assert_array_equal(future.result(30), HashEmbedder().embed_queries([f"質問{number}"]))
    assert first.result(30).shape == embedder.embed_queries(["あとで"]).shape
    embedder.close()


def test_a_request_larger_than_a_batch_is_not_torn(gated):
    """One caller's texts stay together, however many."""
    gated.gate.set()
    embedder = BatchingEmbedder(gated, batch=4)
    assert embedder.embed_queries([f"質問{number}" for number in range(10)]).shape == (10, gated.dimension)
    assert [len(batch) for batch in gated.batches] == [10]
    embedder.close()


def test_the_queue_is_bounded(gated, callers):
    """Callers beyond the bound wait for a place and are served in the end."""
    embedder = BatchingEmbedder(gated, batch=1, waiting=2)
    futures = [callers.submit(embedder.embed_queries, [f"質問{number}"]) for number in range(CALLERS)]
    assert gated.entered.acquire(timeout=30)
    _wait_until(lambda: len(embedder._waiting) == 2)
    assert len(gated.batches) == 1
    gated.gate.set()
    assert all(future.result(30).shape == (1, gated.dimension) for future in futures)
    embedder.close()


def test_closing_finishes_what_waits_and_refuses_what_comes(gated, callers):
    """After `close` a question is one clear error, however many ask; its thread is gone; closing twice is harmless."""
    embedder = BatchingEmbedder(gated, waiting=3)
    futures = [callers.submit(embedder.embed_queries, ["最初"])]
    assert gated.entered.acquire(timeout=30)
    futures += [callers.submit(embedder.embed_queries, [f"質問{number}"]) for number in range(2)]
    _wait_until(lambda: len(embedder._waiting) == 2)
    closing = callers.submit(embedder.close)
    gated.gate.set()
    assert not wait([closing, *futures], timeout=30).not_done
    assert all(future.exception() is None for future in futures)
    for _ in range(5):
        with pytest.raises(ModelError, match="closed"):
            embedder.embed_queries(["遅すぎた"])
    embedder.close()
    assert not any(thread.name.startswith("embed-batch") for thread in threading.enumerate())
