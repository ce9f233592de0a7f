"""Run the built model with onnxruntime. Importing this module loads neither torch nor what a build needs."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from pathlib import Path

import numpy as np
import onnxruntime as ort
import psutil
from numpy.typing import NDArray
from tokenizers import Tokenizer

__all__ = [
    "GRAPH_FILE",
    "INPUT",
    "OUTPUT",
    "PASSAGE_PREFIX",
    "QUERY_PREFIX",
    "TOKENIZER_FILE",
    "WEIGHTS_FILE",
    "Engine",
    "OnnxEmbedder",
    "open_session",
    "physical_cores",
]

GRAPH_FILE, WEIGHTS_FILE, TOKENIZER_FILE = "engine.onnx", "engine.bin", "tokenizer.json"
INPUT, OUTPUT = "ids", "vector"
QUERY_PREFIX, PASSAGE_PREFIX = "query: ", "passage: "

_CHARACTERS_PER_TOKEN = 64
"""No piece is longer than 16 characters; what lies beyond is cut off before it costs time in the tokenizer."""

_LOG_ERRORS = 3


class Engine(StrEnum):
    """How the graph multiplies matrices."""

    FLOAT = "float"
    """In float32: as exact as the weights."""
    INT8 = "int8"
    """In 8 bits, weights by column and activations by text: far faster where the processor has instructions for it."""


class OnnxEmbedder:
    """Embed with the model in `directory`, one text a run, `threads` runs at once; safe to share between threads.

    A text longer than `tokens` tokens, the model's limit, is cut off there without a word: of Japanese that is some
    900 characters, so that no chunk of usual size is touched.
    """

    def __init__(
        self, directory: Path, *, name: str, dimension: int, tokens: int, threads: int = 0, engine: str = ""
    ) -> None:
        self.name = name
        self.engine = engine
        self.dimension = dimension
        self._characters = tokens * _CHARACTERS_PER_TOKEN
        self._tokenizer = Tokenizer.from_file(str(directory / TOKENIZER_FILE))
        self._tokenizer.enable_truncation(tokens)
        self._session = open_session(directory)
        # One thread a text: threads that share one short text wait for each other most of the time. On two cores two
        # texts at once made 62 passages a second, one text on both cores 46; a question took 4.3 ms either way.
        self._pool = ThreadPoolExecutor(threads or physical_cores(), thread_name_prefix="embed")
        # A fast tokenizer that two threads use at once can fail with "Already borrowed".
        self._lock = threading.Lock()

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (n, dimension) unit vectors for questions."""
        return self._embed(QUERY_PREFIX, texts, None)

    def embed_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Return (n, dimension) unit vectors for passages; `progress` is told how many more are done."""
        return self._embed(PASSAGE_PREFIX, texts, progress)

    def _embed(self, prefix: str, texts: Sequence[str], progress: Callable[[int], None] | None) -> NDArray[np.float32]:
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        if len(texts) == 1:
            # A question stays on its own thread, so that no ingest's passages stand in front of it.
            found = iter([self._embed_one(prefix + texts[0])])
        else:
            found = self._pool.map(self._embed_one, [prefix + text for text in texts])
        for index, vector in enumerate(found):
            vectors[index, : len(vector)] = vector
            if progress is not None:
                progress(1)
        return vectors

    def _embed_one(self, text: str) -> NDArray[np.float32]:
        with self._lock:
            ids = self._tokenizer.encode(text[: self._characters]).ids
        vector: NDArray[np.float32] = self._session.run([OUTPUT], {INPUT: np.array([ids], dtype=np.int64)})[0][0]
        return vector


def open_session(directory: Path) -> ort.InferenceSession:
    """Return a session over the graph in `directory` that computes each run on the thread that asks for it."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = _LOG_ERRORS
    return ort.InferenceSession(directory / GRAPH_FILE, options, providers=["CPUExecutionProvider"])


def physical_cores() -> int:
    """Return how many cores this process may use, hyper-threads not counted: a second one a core only slows it down."""
    cores = psutil.cpu_count(logical=False) or 1
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else cores
    return min(cores, allowed)
