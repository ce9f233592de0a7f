"""Read a folder of articles, or one file: Markdown, HTML and plain text.

A file that cannot be read is named, with reason and remedy, and the others are read. One article is held at a time.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from bot.errors import SourceError
from bot.types import Article
from ingest.clean import repeated_blocks
from ingest.page import Page
from ingest.report import Skipped, Unchanged
from ingest.rules import Rules
from ingest.sources.assemble import article_from_front_matter, article_from_page, slug
from ingest.sources.decode import UnreadableTextError, decode
from ingest.sources.front_matter import FrontMatter, FrontMatterError, split_front_matter
from ingest.sources.html import read_html
from ingest.sources.markdown import read_markdown
from ingest.sources.recall import Recall
from ingest.sources.text import read_text

__all__ = ["SUFFIXES", "read_file", "read_folder"]

SUFFIXES = frozenset({".md", ".markdown", ".html", ".htm", ".txt"})
MAX_BYTES = 5_000_000
"""Size of the largest file read; the longest real article is a fiftieth of it."""
_JAPANESE = re.compile(r"[぀-ヿ一-鿿]{2}")
_SAMPLE = 200
"""Pages in which repeated chrome is looked for: what half of all pages carry, half of these carry."""


def read_folder(folder: Path, rules: Rules, recall: Recall | None = None) -> Iterator[Article | Skipped | Unchanged]:
    """Yield an article, or why there is none, for each file below `folder` in path order.

    `recall` reads what the files hold.

    Raises `SourceError` at once if the folder cannot be listed or holds no file of a known kind.
    """
    files, problems = _list(folder)
    if not files:
        found = f" ({problems[0].source}: {problems[0].reason})" if problems else ""
        raise SourceError(
            f"the folder {folder} holds no article{found}; expected files ending in {', '.join(sorted(SUFFIXES))}"
        )
    return _read(folder, files, problems, rules, recall or Recall())


def read_file(path: Path, rules: Rules) -> Iterator[Article | Skipped]:
    """Yield the article of one file, or why there is none."""
    yield _article(path.parent, rules, frozenset(), (path.name, _content(path)))


def _read(
    folder: Path, files: Sequence[str], problems: Sequence[Skipped], rules: Rules, recall: Recall
) -> Iterator[Article | Skipped | Unchanged]:
    yield from problems
    sample = files[:: max(1, len(files) // _SAMPLE)]
    repeated = recall.survey(_told(folder, sample), lambda: repeated_blocks(_pages(folder, sample, rules)))
    taken: dict[str, str] = {}
    read = partial(_article, folder, rules, repeated)
    for name, item in recall.read(read, _rows(folder, files), given="\n".join(sorted(repeated))):
        if isinstance(item, Skipped):
            yield item
            continue
        identifier = item.id if isinstance(item, Article) else item.article_id
        if identifier in taken:
            yield Skipped(
                _shown(folder / name),
                f"its article id '{identifier}' is already that of {_shown(Path(taken[identifier]))}",
                "rename the file or give one of the two another id",
            )
            continue
        taken[identifier] = name
        yield item


def _list(folder: Path) -> tuple[list[str], list[Skipped]]:
    """Return the files to read, relative to `folder` and sorted, and the places that could not be looked into."""
    files: list[str] = []
    problems: list[Skipped] = []
    seen: set[tuple[int, int]] = set()
    pending, linked = [""], list[str]()
    while pending or linked:
        # Links come last, so that a folder is known by its own path however the links to it are called.
        name = pending.pop() if pending else linked.pop(linked.index(min(linked)))
        try:
            status = (folder / name).stat()
            if (status.st_dev, status.st_ino) in seen:
                what = "a link to a folder that is read already"
                problems.append(Skipped(_shown(folder / name), what, "remove the link"))
                continue
            seen.add((status.st_dev, status.st_ino))
            with os.scandir(folder / name) as entries:
                for entry in entries:
                    relative = f"{name}/{entry.name}" if name else entry.name
                    if entry.name.startswith("."):
                        continue
                    if _is_folder(entry):
                        (linked if entry.is_symlink() else pending).append(relative)
                    elif Path(entry.name).suffix.lower() in SUFFIXES:
                        files.append(relative)
        except OSError as error:
            if not name:
                raise SourceError(
                    f"the folder {folder} cannot be read ({error.strerror}); check the path and its permissions"
                ) from error
            what = f"the folder cannot be read ({error.strerror})"
            problems.append(Skipped(_shown(folder / name), what, "check its permissions"))
    return sorted(files), problems


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads back to itself; reading it will say so
        return False


def _shown(path: Path) -> str:
    """Return a path fit for a report: a name that is not UTF-8 could not even be printed."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _rows(folder: Path, files: Sequence[str]) -> Iterator[tuple[str, tuple[str, bytes | Skipped], bytes]]:
    """Yield the name of each file with what it holds, and what tells it from others."""
    for name in files:
        content = _content(folder / name)
        told = b"" if isinstance(content, Skipped) else content
        yield name, (name, content), os.fsencode(name) + b"\0" + told


def _told(folder: Path, files: Sequence[str]) -> Iterator[bytes]:
    return (told for _, _, told in _rows(folder, files))


def _pages(folder: Path, files: Sequence[str], rules: Rules) -> Iterator[Page]:
    """Yield the pages of files without front matter."""
    for name in files:
        loaded = _load(folder / name, _content(folder / name), rules)
        if not isinstance(loaded, Skipped) and loaded[0] is None:
            yield loaded[1]


def _article(
    folder: Path, rules: Rules, repeated: frozenset[str], row: tuple[str, bytes | Skipped]
) -> Article | Skipped:
    name, content = row
    path = folder / name
    loaded = _load(path, content, rules)
    if isinstance(loaded, Skipped):
        return loaded
    matter, page = loaded
    identifier = slug(_without_suffix(name))
    stem = Path(_shown(path)).stem
    if matter is None:
        # The name of a text file is often a scraper's; its first sentence says more.
        name = stem if not page.scraped or _JAPANESE.search(stem) else ""
        article = article_from_page(identifier, page, rules, name=name, repeated=repeated)
    else:
        article = article_from_front_matter(identifier, matter, page, name=stem)
    if article is None:
        return Skipped(
            _shown(path), "the article has no text", "check that its content is not only images, scripts or notices"
        )
    return article


def _content(path: Path) -> bytes | Skipped:
    """Return the bytes of a file, or why it is none to read."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return Skipped(_shown(path), "not a regular file", "remove it from the folder")
        if status.st_size > MAX_BYTES:
            return Skipped(
                _shown(path),
                f"{status.st_size / 1e6:.1f} MB is more than an article can have ({MAX_BYTES / 1e6:.0f} MB)",
                "split it into articles, or take embedded images out",
            )
        return path.read_bytes()
    except OSError as error:
        return Skipped(_shown(path), f"the file cannot be read ({error.strerror})", "check its link and permissions")


def _load(path: Path, content: bytes | Skipped, rules: Rules) -> tuple[FrontMatter | None, Page] | Skipped:
    """Return what a file holds, or why nothing: whatever is wrong with a file ends here."""
    if isinstance(content, Skipped):
        return content
    try:
        return _parse(decode(content), path.suffix.lower(), rules)
    except UnreadableTextError as error:
        return Skipped(_shown(path), f"the file is {error}", "save it as UTF-8 text")
    except FrontMatterError as error:
        return Skipped(f"{_shown(path)}:{error.line}", f"broken front matter: {error}", "correct that line")


def _parse(text: str, suffix: str, rules: Rules) -> tuple[FrontMatter | None, Page]:
    if suffix in (".html", ".htm"):
        return None, read_html(text, rules.html)
    if suffix == ".txt":
        return None, read_text(text)
    matter, body = split_front_matter(text)
    return matter, read_markdown(body, rules.html)


def _without_suffix(name: str) -> str:
    stem = name[: -len(Path(name).suffix)]
    return stem.removesuffix("/index") or stem
