"""Give the embedding model what the live generation needs: its vectors and the questions' must come from one model."""

from __future__ import annotations

from pathlib import Path

from bot.backends.embedder import Embedder, model_cache, taught
from bot.errors import REBUILD, GuideIndexError, IndexDamagedError
from bot.index.generations import current
from bot.index.manifest import ADAPTATION, Manifest, read_manifest
from bot.settings import Settings

__all__ = ["adapted", "live_adaptation"]


def adapted(embedder: Embedder, settings: Settings) -> Embedder:
    """Return the model that the live generation of the configured index was built by: taught, tuned, or `embedder`.

    Where there is no index, or another model built it, opening the index says so. Raises `IndexDamagedError` when the
    tuning is missing or altered, `ModelError` or `DiskError` when an engine cannot be built.
    """
    found = live_adaptation(embedder, settings.index)
    if found is None:
        return _taught(embedder, settings)
    from bot.backends.e5.adapted import open_adapted  # noqa: PLC0415  # most indexes are not tuned

    return open_adapted(found[0], model_cache(settings), threads=settings.embedding_threads)


def _taught(embedder: Embedder, settings: Settings) -> Embedder:
    """Return the taught model where the live generation was built by it, else `embedder`."""
    try:
        model = read_manifest(current(settings.index)).model
    except GuideIndexError:
        return embedder
    other = taught(embedder, settings) if model != embedder.name else embedder
    return other if other.name == model else embedder


def live_adaptation(embedder: Embedder, index: Path) -> tuple[Path, Manifest] | None:
    """Return the file that tunes `embedder` for the live generation, and its manifest; None where it is not tuned.

    Raises `IndexDamagedError` when the file is missing or altered.
    """
    try:
        directory = current(index)
        manifest = read_manifest(directory)
    except GuideIndexError:
        return None
    if manifest.tuning is None or not manifest.model.startswith(f"{embedder.name}+"):
        return None
    from bot.backends.e5.adapted import adapted_name  # noqa: PLC0415  # most indexes are not tuned

    file = directory / ADAPTATION
    if not file.is_file() or adapted_name(embedder.name, file) != manifest.model:
        raise IndexDamagedError(
            f"{directory.name}/{ADAPTATION} is missing or was altered; {REBUILD}, then tune it again with `guide tune`"
        )
    return file, manifest
