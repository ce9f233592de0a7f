"""Write the engine that is fastest on this machine and still says the same as the exact one."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from tokenizers import Tokenizer

from bot.backends.e5.engine import GRAPH_FILE, INPUT, OUTPUT, PASSAGE_PREFIX, WEIGHTS_FILE, Engine, open_session
from bot.backends.e5.graph import write_graph
from bot.backends.e5.packed import PackedModel

__all__ = ["write_fastest"]

_WORTH_IT = 1.25
"""Eight bits must be this many times as fast as float32; without dot-product instructions they are not."""

_AGREEMENT = 0.99
"""Lowest cosine between the two engines. Old instructions saturate on sums of products and can fall below it."""

_ROUNDS = 5

_SAMPLES = (
    "更新プログラムを入れたあとに画面が黒いままになったときは、まず電源ボタンを長押しして電源を切り、もう一度起動します。"
    "それでも直らなければ、回復環境からセーフモードを開き、最近入れたドライバーを元の版へ戻してください。",
    "エラー 0x80070005 は、権限が足りないときに表示されます。",
    "Restart the computer and check whether the problem is gone.",
)


def write_fastest(
    model: PackedModel, tokenizer: Tokenizer, directory: Path, outliers: Mapping[int, int] | None = None
) -> Engine:
    """Write both engines beside each other, keep the better one in `directory` and return which it is."""
    homes = {engine: directory / f"engine-{engine}" for engine in Engine}
    for engine, home in homes.items():
        home.mkdir()
        write_graph(model, engine, home, outliers)
    best = _better(homes, [_ids(tokenizer, text, model.shape.positions) for text in _SAMPLES])
    for engine, home in homes.items():
        for name in (GRAPH_FILE, WEIGHTS_FILE):
            if engine is best:
                (home / name).rename(directory / name)
            else:
                (home / name).unlink()
        home.rmdir()
    return best


def _better(homes: Mapping[Engine, Path], samples: list[NDArray[np.int64]]) -> Engine:
    # One thread, whose own processor time is counted: that is what other work on the machine disturbs least.
    sessions = {engine: open_session(home) for engine, home in homes.items()}
    vectors = {engine: [_run(session, ids) for ids in samples] for engine, session in sessions.items()}
    pairs = zip(vectors[Engine.FLOAT], vectors[Engine.INT8], strict=True)
    if min(float(exact @ rounded) for exact, rounded in pairs) < _AGREEMENT:
        return Engine.FLOAT
    seconds = dict.fromkeys(sessions, float("inf"))
    for _ in range(_ROUNDS):
        for engine, session in sessions.items():
            start = time.thread_time()
            _run(session, samples[0])
            seconds[engine] = min(seconds[engine], time.thread_time() - start)
    return Engine.INT8 if seconds[Engine.INT8] * _WORTH_IT <= seconds[Engine.FLOAT] else Engine.FLOAT


def _run(session: ort.InferenceSession, ids: NDArray[np.int64]) -> NDArray[np.float32]:
    vector: NDArray[np.float32] = session.run([OUTPUT], {INPUT: ids})[0][0]
    return vector


def _ids(tokenizer: Tokenizer, text: str, limit: int) -> NDArray[np.int64]:
    return np.array([tokenizer.encode(PASSAGE_PREFIX + text).ids[:limit]], dtype=np.int64)
