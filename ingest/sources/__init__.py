"""Read articles from wherever they are: a folder, a file, JSON lines, a WordPress export, a site.

To add a source, write a reader that yields `Article | Skipped` and choose it in `read`. It gives what takes time, which
is cleaning, to a `Recall`, which spares what it has seen; a reader of a site finds out itself what is `Unchanged`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.errors import SourceError
from bot.types import Article
from ingest.engines.engine import Run
from ingest.report import Skipped, Unchanged
from ingest.rules import Rules, load_rules
from ingest.sources.feed import is_feed, read_feed
from ingest.sources.folder import SUFFIXES, read_file, read_folder
from ingest.sources.jsonl import read_jsonl
from ingest.sources.recall import Recall
from ingest.sources.remote import Remote
from ingest.sources.site import read_site
from ingest.sources.wxr import is_export, read_wxr
from ingest.sources.xml_items import read_head

__all__ = ["read"]

_EXPECTED = "a folder of articles, a .md, .html, .txt, .jsonl or WordPress .xml file, or the address of a blog"
_FEED_BYTES = 20_000_000


def read(source: str, remote: Remote | None = None, run: Run = map) -> Iterator[Article | Skipped | Unchanged]:
    """Yield each article of `source`, or why there is none, one at a time and in a stable order; `run` cleans many.

    `source` is a folder (searched for .md, .html and .txt files), one such file, a .jsonl file, a WordPress export or
    a saved feed (.xml), or the address of a site. `remote` says how a site is read, and what is known of any source;
    without it nothing is `Unchanged`. Raises `SourceError` at once, before anything is yielded, if the
    source as a whole cannot be read; a site may also fail later, and then nothing that it yielded counts.
    """
    if source.startswith(("https://", "http://")):
        remote = (remote or Remote()).of_site(source)
        return remote.noting(source, read_site(source, load_rules(), remote))
    recall = remote.recall(source, run) if remote is not None else Recall(run)
    if not source.strip():
        raise SourceError(f"the source is empty; give {_EXPECTED}")
    path = Path(source)
    try:
        is_folder, is_file = path.is_dir(), path.is_file()
    except OSError as error:
        raise SourceError(
            f"{source[:200]} cannot be looked at ({error.strerror}); check the path and its permissions"
        ) from error
    rules = load_rules()
    if is_folder:
        return read_folder(path, rules, recall)
    if not is_file:
        found = "is neither a folder nor a regular file" if path.exists() else "does not exist"
        raise SourceError(f"{source} {found}; give {_EXPECTED}")
    suffix = path.suffix.lower()
    if suffix in SUFFIXES:
        return read_file(path, rules)
    if suffix == ".jsonl":
        return read_jsonl(path, rules, recall)
    if suffix == ".xml":
        return _read_xml(path, rules, recall)
    raise SourceError(f"{source} ends in '{suffix}'; expected {_EXPECTED}")


def _read_xml(path: Path, rules: Rules, recall: Recall) -> Iterator[Article | Skipped | Unchanged]:
    """Read an XML file as the WordPress export or the feed that it is."""
    try:
        with path.open("rb") as file:
            start = file.read(_FEED_BYTES)
        if is_feed(start) and not is_export(read_head(path)):
            return read_feed(str(path), start, rules)
    except OSError as error:
        raise SourceError(f"{path} cannot be read ({error.strerror}); check the path and its permissions") from error
    return read_wxr(path, rules, recall)
