"""What decides how an article is cut into chunks and tokens: unchanged articles are copied only while it stays."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

__all__ = ["recipe"]

_ROOT = Path(__file__).resolve().parents[1]
_CODE = ("ingest/chunk.py", "ingest/lines.py", "ingest/draft.py", "bot/types.py", "bot/text")
_LIBRARIES = ("langchain-text-splitters", "sudachipy", "sudachidict-core")


@cache
def recipe() -> str:
    """Return a digest of the code and the libraries between an article and its chunks and tokens."""
    digest = blake2b(" ".join(version(name) for name in _LIBRARIES).encode(), digest_size=16)
    for place in _CODE:
        path = _ROOT / place
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            digest.update(file.read_bytes())
    return digest.hexdigest()
