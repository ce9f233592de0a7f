"""The index: immutable generations on disk, opened as one read-only object."""

from bot.index.manifest import Manifest
from bot.index.reader import Index, open_generation, open_index

__all__ = ["Index", "Manifest", "open_generation", "open_index"]
