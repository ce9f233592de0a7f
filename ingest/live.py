"""What the live generation holds that the next one can take over. It is only read, and its vector store not at all."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.errors import GuideIndexError
from bot.index.documents import DocumentReader
from bot.index.generations import Hold, current
from bot.index.lexical_writer import Tokens
from bot.index.manifest import Manifest, read_manifest, verify_files
from ingest.recipe import recipe

__all__ = ["Live", "open_live"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Live:
    """A sound generation. `spans` maps an article id to its first chunk position and how many it has, in order."""

    directory: Path
    manifest: Manifest
    documents: DocumentReader
    hashes: Mapping[str, str]
    spans: Mapping[str, tuple[int, int]]
    fits: bool
    """Whether its vectors are those of the model to build with."""
    hold: Hold | None = None

    @property
    def copies(self) -> bool:
        """Tell whether an unchanged article has the chunks and tokens that it would get now."""
        return self.manifest.recipe == recipe()

    @cached_property
    def words(self) -> Tokens:
        """Return the words of all chunks."""
        return Tokens(self.directory / "words")

    @cached_property
    def bigrams(self) -> Tokens:
        """Return the character pairs of all chunks."""
        return Tokens(self.directory / "bigrams")

    @cached_property
    def embeddings(self) -> NDArray[np.float32]:
        """Return (n, dimension) vectors by chunk position."""
        vectors: NDArray[np.float32] = np.load(self.directory / "embeddings.npy", mmap_mode="r")
        return vectors

    @cached_property
    def faces(self) -> tuple[Mapping[str, int], NDArray[np.float32]]:
        """Return the row of each way of asking, and (m, dimension) vectors by row."""
        rows = {text: row for row, (_, text) in enumerate(self.documents.faces)}
        return rows, np.load(self.directory / "faces.npy", mmap_mode="r")

    def close(self) -> None:
        """Release files."""
        self.documents.close()
        if self.hold is not None:
            self.hold.release()


def open_live(index: Path, model: str, dimension: int, *, hold: bool = True) -> Live | None:
    """Open what is live in `index` for a build with a model; None where there is nothing, or nothing sound.

    `hold` keeps it from being pruned, for which a file is written beside it.
    """
    try:
        directory = current(index)
        manifest = read_manifest(directory)
        manifest.require(manifest.model, manifest.dimension)
        verify_files(directory, manifest)
        documents = DocumentReader(directory / "documents.sqlite")
    except GuideIndexError as error:
        _log.info("nothing is reused: %s", error)
        return None
    fits = (manifest.model, manifest.dimension) == (model, dimension)
    return Live(
        directory,
        manifest,
        documents,
        documents.article_hashes(),
        documents.spans(),
        fits,
        Hold(directory) if hold else None,
    )
