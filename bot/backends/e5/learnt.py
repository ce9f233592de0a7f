"""What the default model learnt of this guide's field: the change of its upper layers, kept as small factors.

A matrix's change is kept as its best approximation of low rank, which is where fine-tuning happens (Hu et al. 2021,
"LoRA", arXiv:2106.09685): some two megabytes in place of twenty.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from bot.backends.e5.packed import PackedModel
from bot.errors import DiskError, ModelError

__all__ = ["read_learnt", "towards", "with_constant", "write_learnt"]

_LEFT, _RIGHT = ".left", ".right"


def write_learnt(path: Path, model: PackedModel, tensors: Mapping[str, NDArray[np.float32]], rank: int) -> None:
    """Write how the trained `tensors` differ from those of `model`, matrices in `rank` factors. Raises `DiskError`."""
    parts: dict[str, NDArray[np.float16]] = {}
    for name, tensor in tensors.items():
        change = tensor - _own(model, name)
        if tensor.ndim == 1:
            parts[name] = change.astype(np.float16)
            continue
        left, weight, right = np.linalg.svd(change, full_matrices=False)
        root = np.sqrt(weight[:rank])
        parts[name + _LEFT] = (left[:, :rank] * root).astype(np.float16)
        parts[name + _RIGHT] = (root[:, None] * right[:rank]).astype(np.float16)
    try:
        save_file({name: np.ascontiguousarray(part) for name, part in parts.items()}, path)
    except (OSError, SafetensorError) as error:
        raise DiskError(f"{path} cannot be written ({error}); free some space and try again") from None


def towards(
    model: PackedModel, tensors: Mapping[str, NDArray[np.float32]], share: float
) -> dict[str, NDArray[np.float32]]:
    """Return tensors that went `share` of the way from those of `model` to the trained ones.

    Between the two lie models that know nearly all that was learnt, and forget less of what they knew (Wortsman et al.
    2022, arXiv:2109.01903).
    """
    return {
        name: _own(model, name) + np.float32(share) * (tensor - _own(model, name)) for name, tensor in tensors.items()
    }


def with_constant(
    model: PackedModel, tensors: Mapping[str, NDArray[np.float32]], neuron: int, value: float
) -> dict[str, NDArray[np.float32]]:
    """Return the tensors with one neuron of the last layer's output the same `value` for every token.

    Training spreads cosines, and what decides whether the guide is sure enough reads cosines. What is the same in every
    vector brings them together again: with `value` as long as the rest of a vector is, distances are halved, and the
    order stays.
    """
    norm = f"l{model.shape.layers - 1}.oln"
    found = dict(tensors)
    for name, at in ((f"{norm}.w", 0.0), (f"{norm}.b", value)):
        found[name] = tensors.get(name, model.vectors[name]).copy()
        found[name][neuron] = at
    return found


def read_learnt(path: Path, model: PackedModel) -> dict[str, NDArray[np.float32]]:
    """Return the tensors of `model` with what `write_learnt` kept added. Raises `ModelError` when they do not fit."""
    try:
        parts = {name: part.astype(np.float32) for name, part in load_file(path).items()}
        found = {}
        for name, part in parts.items():
            if name.endswith(_LEFT):
                matrix = name.removesuffix(_LEFT)
                found[matrix] = model.matrix(matrix) + part @ parts[matrix + _RIGHT]
            elif not name.endswith(_RIGHT):
                found[name] = model.vectors[name] + part
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise ModelError(f"{path} cannot be read ({error}); install the guide again") from None
    return found


def _own(model: PackedModel, name: str) -> NDArray[np.float32]:
    return model.vectors[name] if name in model.vectors else model.matrix(name)
