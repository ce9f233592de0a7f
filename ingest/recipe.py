"""What decides how an article is read, and how it is cut into chunks and tokens.

Unchanged articles are copied from the live index only while the second stays, and a site's word that nothing changed is
taken only while the first does: new rules for facts must reach articles whose text is as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

__all__ = ["reading_recipe", "recipe"]

_ROOT = Path(__file__).resolve().parents[1]
_CODE = ("ingest/chunk.py", "ingest/lines.py", "ingest/draft.py", "bot/types.py", "bot/text")
_READING = (
    "ingest/clean.py",
    "ingest/boilerplate.yaml",
    "ingest/facts",
    "ingest/lines.py",
    "ingest/page.py",
    "ingest/rules.py",
    "ingest/sources",
    "ingest/staff.py",
    "bot/types.py",
    "bot/text",
)
_READING_LIBRARIES = ("beautifulsoup4", "feedparser", "lxml", "markdown-it-py", "trafilatura")
_LIBRARIES = ("langchain-text-splitters", "sudachipy", "sudachidict-core")


@cache
def recipe() -> str:
    """Return a digest of the code and the libraries between an article and its chunks and tokens."""
    return _digest(_CODE, _LIBRARIES)


@cache
def reading_recipe() -> str:
    """Return a digest of the code and the libraries between a page and its article."""
    return _digest(_READING, _READING_LIBRARIES)


def _digest(code: Sequence[str], libraries: Sequence[str]) -> str:
    digest = blake2b(" ".join(version(name) for name in libraries).encode(), digest_size=16)
    for place in code:
        path = _ROOT / place
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            digest.update(file.read_bytes())
    return digest.hexdigest()
