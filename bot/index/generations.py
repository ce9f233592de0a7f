"""Generations on disk: `generations/000001/` directories and a `CURRENT` pointer file, flipped atomically.

A build writes the next generation beside the live one and flips the pointer last, so a reader sees the old index or the
new one, never a mixture.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import portalocker

from bot.backends.vector_store import drop_store
from bot.errors import REBUILD, DiskError, GuideError, GuideIndexError, IndexBusyError, IndexDamagedError, NoIndexError
from bot.index.manifest import read_manifest

__all__ = [
    "Hold",
    "building",
    "collection_name",
    "current",
    "flip",
    "generations",
    "new_generation",
    "previous",
    "prune",
    "remove_unfinished",
    "require_space",
]

_log = logging.getLogger(__name__)

_POINTER, _PREVIOUS = "CURRENT", "PREVIOUS"
_MIN_FREE_BYTES = 200 * 1024 * 1024
"""Free space a build must leave: after a full disk Chroma cannot even open its directory."""


def generations(index: Path) -> list[str]:
    """List the names of all generations under `index`, oldest first."""
    root = index / "generations"
    return sorted(path.name for path in root.iterdir() if path.name.isdigit()) if root.is_dir() else []


def current(index: Path) -> Path:
    """Return the live generation's directory. Raises `NoIndexError` or `IndexDamagedError`."""
    try:
        name = (index / _POINTER).read_text("ascii").strip()
    except FileNotFoundError:
        raise NoIndexError(
            f"there is no index in {index}; build one with `guide ingest SOURCE --index {index}`"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamagedError(f"{index / _POINTER} cannot be read ({type(error).__name__}); {REBUILD}") from None
    directory = index / "generations" / name
    if not name.isdigit() or not directory.is_dir():
        raise IndexDamagedError(
            f"{index / _POINTER} names {name!r}, which is not there; take another with `guide index use`, or {REBUILD}"
        )
    return directory


def new_generation(index: Path) -> Path:
    """Create the directory of the next generation; remains of a build that never finished are removed first."""
    names = generations(index)
    remove_unfinished(index)
    directory = index / "generations" / f"{int(max(names, default='0')) + 1:06d}"
    try:
        directory.mkdir(parents=True)
    except OSError as error:
        raise DiskError(
            f"{directory} cannot be created ({error.strerror}); check the directory and its rights"
        ) from None
    return directory


def remove_unfinished(index: Path) -> None:
    """Remove what builds that did not finish left behind: on a full disk it would stop the live index from opening."""
    try:
        live = current(index).name
    except (NoIndexError, IndexDamagedError):
        live = ""
    for name in generations(index):
        if name > live and not (index / "generations" / name / "manifest.json").exists():
            shutil.rmtree(index / "generations" / name, ignore_errors=True)


def previous(index: Path) -> str | None:
    """Return the name of the generation that was live before, None when there is none or it is gone."""
    try:
        name = (index / _PREVIOUS).read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return name if name in generations(index) else None


def flip(index: Path, generation: Path) -> None:
    """Make `generation` the live one, durably and in one step; the one before is remembered."""
    try:
        live = current(index).name
    except GuideIndexError:
        live = ""
    if live not in {"", generation.name}:
        _point(index, _PREVIOUS, live)
    _point(index, _POINTER, generation.name)


def prune(index: Path, keep: int = 2) -> list[str]:
    """Remove generations, the oldest first, until `keep` remain; return their names.

    Never removed are the live one, the one that was live before, and one that a process has open. One whose vectors
    are on a server goes once they are gone from there: where it does not answer, the next call tries again.
    """
    spared = {current(index).name, previous(index)}
    others = [name for name in generations(index) if name not in spared]
    removed = []
    for name in others[: max(0, len(others) + len(spared - {None}) - keep)]:
        if not _in_use(index, name) and _drop_vectors(index / "generations" / name):
            shutil.rmtree(index / "generations" / name, ignore_errors=True)
            _lock_file(index / "generations" / name).unlink(missing_ok=True)
            removed.append(name)
    return removed


def _drop_vectors(generation: Path) -> bool:
    """Remove what a generation has on a Chroma server; tell whether nothing is left there."""
    try:
        manifest = read_manifest(generation)
        if manifest.chroma_url:
            drop_store(collection_name(generation), manifest.chroma_url)
    except IndexDamagedError:  # nobody knows any more where it was
        return True
    except GuideError as error:
        _log.warning("generation %s is kept, as its vectors cannot be removed: %s", generation.name, error)
        return False
    return True


def collection_name(generation: Path) -> str:
    """Name the Chroma collection of a generation, unique per index directory since a server may be shared."""
    index = generation.resolve().parent.parent
    return f"guide-{hashlib.blake2b(str(index).encode(), digest_size=6).hexdigest()}-{generation.name}"


class Hold:
    """Tell other processes that a generation is open, so that they do not prune it; ends with the process at last."""

    def __init__(self, generation: Path) -> None:
        self._release: Callable[[], object] = lambda: None
        with suppress(OSError):  # where nothing may be written, nothing can be pruned either
            number = os.open(_lock_file(generation), os.O_RDWR | os.O_CREAT, 0o644)
            self._release = weakref.finalize(self, os.close, number)
            with suppress(portalocker.exceptions.LockException):
                portalocker.lock(number, portalocker.LOCK_SH | portalocker.LOCK_NB)

    def release(self) -> None:
        """Let go; a second call does nothing."""
        self._release()


def _lock_file(generation: Path) -> Path:
    return generation.with_name(f"{generation.name}.open")


def _in_use(index: Path, name: str) -> bool:
    try:
        with _lock_file(index / "generations" / name).open("a", encoding="ascii") as file:
            portalocker.lock(file, portalocker.LOCK_EX | portalocker.LOCK_NB)
    except portalocker.exceptions.LockException:
        return True
    except OSError:
        return False
    return False


def _point(index: Path, pointer: str, name: str) -> None:
    temporary = index / f"{pointer}.new"
    with temporary.open("w", encoding="ascii") as file:
        file.write(name + "\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(index / pointer)


@contextmanager
def building(index: Path) -> Iterator[None]:
    """Hold the build lock of `index`. Raises `IndexBusyError` when another process holds it."""
    try:
        index.mkdir(parents=True, exist_ok=True)
        lock = portalocker.Lock(
            index / "BUILDING", mode="a", timeout=0, flags=portalocker.LOCK_EX | portalocker.LOCK_NB
        )
        lock.acquire()
    except portalocker.exceptions.LockException:
        raise IndexBusyError(f"another process is building {index}; wait until it is done") from None
    except OSError as error:
        raise DiskError(
            f"{index} cannot be written to ({error.strerror}); check the directory and its rights"
        ) from None
    try:
        yield
    finally:
        lock.release()


def require_space(index: Path, expected_bytes: int = 0) -> None:
    """Raise `DiskError` unless the disk of `index` holds `expected_bytes` more and still has a reserve."""
    free = shutil.disk_usage(index).free
    needed = expected_bytes + _MIN_FREE_BYTES
    if free < needed:
        raise DiskError(
            f"{index} has {free // 2**20} MB free and the build needs {needed // 2**20} MB; "
            "free some space and try again"
        )
