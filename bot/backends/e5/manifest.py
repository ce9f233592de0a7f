"""Say what a built model directory must contain, and find out whether it does."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

__all__ = ["MANIFEST_FILE", "FileFact", "Manifest", "load", "make", "sha256"]

MANIFEST_FILE = "manifest.json"


@dataclass(frozen=True, slots=True)
class FileFact:
    """Size and SHA-256 of one file."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was built: `source` is the SHA-256 of the packed model, `files` maps relative POSIX paths to facts."""

    source: str
    engine: str
    tokens: int
    """Longest input in tokens."""
    dimension: int
    files: Mapping[str, FileFact]

    def damage(self, directory: Path, thorough: Iterable[str]) -> str:
        """Return what is wrong with `directory` in a few words, or "" when nothing is.

        Every file is checked for its size; those named in `thorough` also for their content.
        """
        read = set(thorough)
        for name, fact in self.files.items():
            path = directory / name
            if not path.is_file():
                return f"{name} is missing"
            if path.stat().st_size != fact.bytes:
                return f"{name} holds {path.stat().st_size} bytes instead of {fact.bytes}"
            if name in read and sha256(path) != fact.sha256:
                return f"{name} has been altered"
        return ""

    def save(self, directory: Path) -> None:
        """Write the manifest: the last act of a build."""
        (directory / MANIFEST_FILE).write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")


def make(directory: Path, *, source: str, engine: str, tokens: int, dimension: int) -> Manifest:
    """Return the manifest of all files now in `directory`."""
    paths = sorted(path for path in directory.rglob("*") if path.is_file())
    files = {path.relative_to(directory).as_posix(): FileFact(path.stat().st_size, sha256(path)) for path in paths}
    return Manifest(source, engine, tokens, dimension, files)


def load(directory: Path) -> Manifest | None:
    """Read the manifest; None when there is none that can be understood, as in a half-built directory."""
    try:
        raw = json.loads((directory / MANIFEST_FILE).read_text(encoding="utf-8"))
        files = {str(name): FileFact(**fact) for name, fact in raw.pop("files").items()}
        return Manifest(**raw, files=files)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
