"""Arrays kept between runs in the directory of built models: what is dear to compute and may be lost at any time.

A file is only ever replaced as a whole, so that those who share it see the one or the other. Its own checksums (CRC-32
of zip) tell damage. What cannot be read or written is warned of and computed again: a cache never makes anything fail.
"""

from __future__ import annotations

import logging
import os
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["kept_arrays", "read_arrays", "write_arrays"]

_log = logging.getLogger(__name__)


def kept_arrays(path: Path, names: tuple[str, ...], make: Callable[[], Iterable[Any]], most: int) -> list[Any]:
    """Return the arrays `names` of a file, or `make` them and leave them there; `most` as for `write_arrays`."""
    stored = read_arrays(path, *names)
    if stored:
        return [stored[name] for name in names]
    made = [*make()]
    write_arrays(path, dict(zip(names, made, strict=True)), most)
    return made


def read_arrays(path: Path, *names: str) -> dict[str, NDArray[Any]]:
    """Return the arrays `names` of a file, which counts as used now; {} where no sound file has them all."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            found = {name: stored[name] for name in names}
        os.utime(path)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        _log.warning("%s cannot be read (%s) and is made anew", path.name, type(error).__name__)
        return {}
    return found


def write_arrays(path: Path, arrays: Mapping[str, Any], most: int) -> None:
    """Put arrays into a file in one step; of the files whose names begin alike (up to the hyphen) `most` stay."""
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
            temporary = Path(file.name)
            np.savez(file, **dict(arrays))
        temporary.replace(path)
        alike = path.parent.glob(f"{path.name.partition('-')[0]}-*{path.suffix}")
        for old in sorted(alike, key=lambda file: -file.stat().st_mtime)[most:]:
            old.unlink(missing_ok=True)
    except OSError as error:  # a full or read-only disk costs the time to compute it again and nothing else
        _log.warning("%s cannot be written (%s)", path.name, error.strerror or type(error).__name__)
        if temporary is not None:
            temporary.unlink(missing_ok=True)
