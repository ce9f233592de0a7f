"""What a generation says about itself: model, dimension, schema, sources, and a digest of each of its files."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.backends.vector_store import is_unwritten
from bot.errors import REBUILD, IndexDamagedError, IndexMismatchError

__all__ = [
    "ADAPTATION",
    "SCHEMA",
    "Manifest",
    "Tuning",
    "digest_files",
    "read_manifest",
    "verify_files",
    "write_manifest",
]

SCHEMA = 7
"""Raised by one whenever the files of a generation change shape or meaning."""

ADAPTATION = "adaptation.safetensors"
"""The trained layers, in a generation whose vectors come from a tuned model."""

_NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class Tuning:
    """How the model of a generation was tuned, and what that gave on articles that it was not trained on."""

    pairs: int
    folds: int
    ndcg_before: float
    ndcg_after: float
    """nDCG@10 of articles, cross-validated over articles; `before` is the untuned model over the same questions."""
    hit_before: float
    hit_after: float
    """Share of the questions with a right article among the first ten."""
    p: float
    """Of the difference in nDCG@10, two-sided."""
    created: str
    """ISO 8601, UTC."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The description of one generation. `files` maps a relative path to `size:sha256`."""

    schema: int
    model: str
    dimension: int
    articles: int
    chunks: int
    created: str
    """ISO 8601, UTC."""
    sources: tuple[str, ...]
    chroma_url: str = ""
    tuning: Tuning | None = None
    """None where the configured model is used as it is."""
    files: dict[str, str] = field(default_factory=dict)
    as_built: dict[str, str] = field(default_factory=dict)
    """The same for files that change whenever they are opened: it holds until then."""
    recipe: str = ""
    """A digest of the code that made chunks and tokens: another one may make others of the same article."""
    topics: str = ""
    """A digest of what was known beside the articles."""
    near_duplicates: tuple[tuple[str, str, float], ...] = ()
    """Pairs of articles that share most of their wording, and the share."""

    def require(self, model: str, dimension: int) -> None:
        """Raise `IndexMismatchError` unless the generation was built by `model` with `dimension`."""
        if self.schema != SCHEMA:
            raise IndexMismatchError(
                f"the index has schema {self.schema} and this version reads schema {SCHEMA}; {REBUILD}"
            )
        if (self.model, self.dimension) != (model, dimension):
            raise IndexMismatchError(
                f"the index was built by {self.model} with {self.dimension} dimensions, but {model} with {dimension} "
                f"is configured; {REBUILD}, or set GUIDE_EMBEDDING_MODEL back"
            )


def write_manifest(directory: Path, manifest: Manifest) -> None:
    """Write the manifest of the generation in `directory`, last of all its files and on the disk for good."""
    with (directory / _NAME).open("wb") as file:
        file.write(TypeAdapter(Manifest).dump_json(manifest, indent=1))
        file.flush()
        os.fsync(file.fileno())


def read_manifest(directory: Path) -> Manifest:
    """Read the manifest of the generation in `directory`. Raises `IndexDamagedError`."""
    path = directory / _NAME
    try:
        return TypeAdapter(Manifest).validate_json(path.read_bytes())
    except FileNotFoundError:
        raise IndexDamagedError(f"{directory.name} has no {_NAME}, so its build never finished; {REBUILD}") from None
    except (OSError, ValidationError) as error:
        raise IndexDamagedError(f"{path} cannot be read ({type(error).__name__}); {REBUILD}") from None


def digest_files(directory: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Return `size:sha256` for each file under `directory` whose bytes must never change, and for each other one.

    All of them are on the disk for good then, whatever happens to the machine.
    """
    immutable: dict[str, str] = {}
    mutable: dict[str, str] = {}
    for path in sorted(path for path in directory.rglob("*") if path.is_file()):
        name = path.relative_to(directory).as_posix()
        if name != _NAME:
            (mutable if _is_mutable(path) else immutable)[name] = _digest(path)
            with path.open("rb+") as file:
                os.fsync(file.fileno())
    return immutable, mutable


def verify_files(directory: Path, manifest: Manifest, *, as_built: bool = False) -> None:
    """Raise `IndexDamagedError` naming the first file that is missing, truncated or altered.

    `as_built` holds a generation that was never opened to the files that change by that, too.
    """
    for name, expected in (manifest.files | (manifest.as_built if as_built else {})).items():
        path = directory / name
        if not path.is_file():
            problem = "is missing"
        elif path.stat().st_size != int(expected.partition(":")[0]):
            problem = f"has {path.stat().st_size} bytes instead of {expected.partition(':')[0]}"
        elif _digest(path) != expected:
            problem = "was altered"
        else:
            continue
        raise IndexDamagedError(f"{directory.name}/{name} {problem}; {REBUILD}")


def _is_mutable(path: Path) -> bool:
    """Tell whether Chroma rewrites a file when it is merely opened, so that a digest of it means nothing.

    That holds for its own database, and for the HNSW files of an index too small to have been synced: its vectors
    are in the database's log, and the canaries of the reader stand guard over them.
    """
    return path.name.startswith("chroma.sqlite3") or (path.parent.parent.name == "chroma" and is_unwritten(path.parent))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return f"{path.stat().st_size}:{hashlib.file_digest(file, 'sha256').hexdigest()}"
