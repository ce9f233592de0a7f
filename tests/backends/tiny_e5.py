"""A packed model small enough to write in a test, and what it must compute, said once more in plain numpy."""

from __future__ import annotations

import hashlib
import math
import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bot.backends.e5.build import Weights
from bot.backends.e5.packed import PackedModel

__all__ = ["HIDDEN", "PIECES", "POSITIONS", "reference", "write_packed"]

HIDDEN, LAYERS, HEADS, INNER, POSITIONS = 64, 2, 2, 128, 40
_EPSILON = 1e-12
_WORDS = ["▁query", "▁passage", "▁the", "ing", "認証", "エラー", "ライセンス", "しました", "привет", "한국", "～～"]
_LETTERS = [
    *"▁abcdefghijklmnopqrstuvwxyz0123456789:.,!?～",
    *"あいうえおかきくけこさしすせそがした認証外更新",
    *"привет한국",
]
PIECES = ["<s>", "<pad>", "</s>", "<unk>", *_WORDS, *_LETTERS, "<mask>"]


def write_packed(path: Path, pieces: Sequence[str] = PIECES, seed: int = 0) -> Weights:
    """Write a model of random weights in the packed format and return what a build must know of it."""
    random = np.random.default_rng(seed)
    blob = [piece.encode() for piece in pieces]
    scores = [0.0] * 4 + [-2.0 - len(pieces) / (index + 9) for index in range(len(pieces) - 5)] + [0.0]
    out = bytearray(
        b"E5S1" + struct.pack("<I7ifi", 1, HIDDEN, LAYERS, HEADS, INNER, len(pieces), POSITIONS, 2, _EPSILON, 32)
    )
    out += struct.pack("<5iQ", len(pieces), 0, 2, 1, 3, sum(map(len, blob)))
    out += np.cumsum([0, *map(len, blob)]).astype("<u4").tobytes() + np.array(scores, "<f4").tobytes() + b"".join(blob)
    out += struct.pack("<iI", 1, 9) + struct.pack("<IBI", 0x3000, 1, 0x20)
    tensors = list(_tensors(len(pieces), random))
    directory = len(out) + 4 + sum(2 + len(name) + 21 for name, _, _, _ in tensors)
    out += struct.pack("<i", len(tensors))
    data = bytearray()
    for name, kind, count, content in tensors:
        out += struct.pack("<H", len(name)) + name.encode()
        out += struct.pack("<BIQQ", kind, count, directory + len(data), len(content))
        data += content
    path.write_bytes(out + data)
    return Weights(hashlib.sha256(path.read_bytes()).hexdigest())


def _tensors(vocabulary, random):
    yield "emb.word", *_q4(vocabulary, HIDDEN, random)
    for name, count in (("emb.pos", POSITIONS * HIDDEN), ("emb.type", 2 * HIDDEN)):
        yield name, *_floats(count, 0.3, random)
    yield from _norm("emb.ln", random)
    for layer in range(LAYERS):
        for part, rows, columns in (
            *((part, HIDDEN, HIDDEN) for part in ("q", "k", "v", "ao")),
            ("fi", INNER, HIDDEN),
            ("fo", HIDDEN, INNER),
        ):
            yield f"l{layer}.{part}.w", *_q4(rows, columns, random)
            yield f"l{layer}.{part}.b", *_floats(rows, 0.1, random)
        yield from _norm(f"l{layer}.aln", random)
        yield from _norm(f"l{layer}.oln", random)


def _norm(name, random):
    yield f"{name}.w", *_floats(HIDDEN, 0.2, random, centre=1.0)
    yield f"{name}.b", *_floats(HIDDEN, 0.2, random)


def _floats(count, spread, random, centre=0.0):
    return 0, count, random.normal(centre, spread, count).astype("<f4").tobytes()


def _q4(rows, columns, random):
    blocks = np.empty(rows * columns // 32, np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)]))
    blocks["scale"] = random.uniform(0.02, 0.06, len(blocks))
    # Bell-shaped, as trained weights are: processors without dot-product instructions saturate on many large ones.
    low, high = random.normal(8, 2, (2, len(blocks), 16)).round().clip(0, 15).astype(np.uint8)
    blocks["nibbles"] = low | high << 4
    return 1, rows * columns, blocks.tobytes()


def reference(model: PackedModel, ids: Sequence[int]) -> np.ndarray:
    """Compute the unit vector of `ids` as the BERT paper writes it: no fusion, no packing, no shortcut."""
    vectors = model.vectors

    def norm(x, name):
        centred = x - x.mean(-1, keepdims=True)
        return (
            centred / np.sqrt((centred**2).mean(-1, keepdims=True) + _EPSILON) * vectors[f"{name}.w"]
            + vectors[f"{name}.b"]
        )

    def linear(x, name):
        return x @ model.matrices[f"{name}.w"].floats().T + vectors[f"{name}.b"]

    def heads(x):
        return x.reshape(len(ids), HEADS, -1).transpose(1, 0, 2)

    x = model.matrices["emb.word"].floats()[list(ids)]
    x = norm(
        x + vectors["emb.pos"].reshape(-1, HIDDEN)[: len(ids)] + vectors["emb.type"].reshape(-1, HIDDEN)[0], "emb.ln"
    )
    for layer in range(LAYERS):
        q, k, v = (heads(linear(x, f"l{layer}.{part}")) for part in "qkv")
        level = np.exp(q @ k.transpose(0, 2, 1) / math.sqrt(HIDDEN / HEADS))
        mixed = (level / level.sum(-1, keepdims=True) @ v).transpose(1, 0, 2).reshape(len(ids), HIDDEN)
        x = norm(x + linear(mixed, f"l{layer}.ao"), f"l{layer}.aln")
        inner = linear(x, f"l{layer}.fi")
        inner = inner * 0.5 * (1 + np.vectorize(math.erf)(inner / math.sqrt(2)))
        x = norm(x + linear(inner, f"l{layer}.fo"), f"l{layer}.oln")
    mean = x.mean(0)
    return mean / np.linalg.norm(mean)
