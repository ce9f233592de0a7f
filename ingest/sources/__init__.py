"""Read articles from wherever they are: a folder, a file, a JSONL file.

To add a source, write a reader that yields `Article | Skipped` and choose it in `read`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.errors import SourceError
from bot.types import Article
from ingest.report import Skipped
from ingest.rules import load_rules
from ingest.sources.folder import SUFFIXES, read_file, read_folder
from ingest.sources.jsonl import read_jsonl
from ingest.sources.wxr import read_wxr

__all__ = ["read"]


def read(source: str) -> Iterator[Article | Skipped]:
    """Yield each article of `source`, or why there is none, one at a time and in a stable order.

    `source` is a folder (searched for .md, .html and .txt files), one such file, or a .jsonl file. Raises `SourceError`
    at once, before anything is yielded, if the source as a whole cannot be read.
    """
    if source.startswith(("https://", "http://")):
        raise SourceError(f"{source}: a site is not supported yet; save its articles to a folder instead")
    if not source.strip():
        raise SourceError("the source is empty; give a folder of articles, or a .md, .html, .txt or .jsonl file")
    path = Path(source)
    try:
        is_folder, is_file = path.is_dir(), path.is_file()
    except OSError as error:
        raise SourceError(
            f"{source[:200]} cannot be looked at ({error.strerror}); check the path and its permissions"
        ) from error
    rules = load_rules()
    if is_folder:
        return read_folder(path, rules)
    if not is_file:
        found = "is neither a folder nor a regular file" if path.exists() else "does not exist"
        raise SourceError(f"{source} {found}; give a folder of articles, or a .md, .html, .txt or .jsonl file")
    suffix = path.suffix.lower()
    if suffix in SUFFIXES:
        return read_file(path, rules)
    if suffix == ".jsonl":
        return read_jsonl(path, rules)
    if suffix == ".xml":
        return read_wxr(path, rules)
    raise SourceError(f"{source} ends in '{suffix}'; expected a folder, or a .md, .html, .txt or .jsonl file")
