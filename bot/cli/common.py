"""What several commands share: opening the guide, JSON, batch files and progress."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Set
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic import TypeAdapter

from bot.errors import DiskError, UsageError
from bot.settings import Settings, load
from bot.types import Answer, Article

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.answer.guide import Guide
    from bot.index.manifest import Manifest

__all__ = [
    "IndexOption",
    "JsonOption",
    "answer_json",
    "live_articles",
    "open_guide",
    "print_json",
    "progress",
    "read_rows",
    "require_utf8",
    "require_writable",
    "settings_for",
    "unbroken",
]

IndexOption = Annotated[Path | None, typer.Option("--index", help="Directory of the index (default: GUIDE_INDEX).")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print machine-readable JSON on stdout.")]

_ANSWER = TypeAdapter(Answer)


def settings_for(index: Path | None) -> Settings:
    """Load the settings, the index directory overridden when one is given."""
    settings = load()
    if index is not None:
        require_utf8(str(index))
    return settings.model_copy(update={"index": index}) if index is not None else settings


def open_guide(settings: Settings) -> Guide:
    """Do as `bot.answer.assemble.open_guide`, whose imports would slow down commands that need no guide."""
    from bot.answer.assemble import open_guide

    return open_guide(settings)


def require_utf8(name: str) -> None:
    """Raise `UsageError` when the name of a file or directory is not UTF-8: JSON could not hold it."""
    if unbroken(name) != name:
        shown = name.encode("utf-8", "backslashreplace").decode("utf-8")
        raise UsageError(f"the name {shown} is not UTF-8; rename it or choose another")


def unbroken(text: str) -> str:
    """Return text with each half of a broken character (bytes that are not UTF-8, half a pair) as a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")


def answer_json(answer: Answer) -> dict[str, Any]:
    """Return the contract's JSON object of an answer."""
    value: dict[str, Any] = _ANSWER.dump_python(answer, mode="json")
    return value


def print_json(value: Any) -> None:
    """Print one JSON document on stdout; as plain ASCII where stdout is not UTF-8, which means the same in JSON."""
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    typer.echo(json.dumps(value, ensure_ascii=not utf8, indent=2))


def live_articles(settings: Settings) -> tuple[Manifest, list[Article]]:
    """Return the live generation's manifest and its articles; its vectors are not needed. Raises `GuideIndexError`."""
    from bot.index.documents import DocumentReader
    from bot.index.generations import current
    from bot.index.manifest import read_manifest, verify_files

    directory = current(settings.index)
    manifest = read_manifest(directory)
    manifest.require(manifest.model, manifest.dimension)
    verify_files(directory, manifest)
    with closing(DocumentReader(directory / "documents.sqlite")) as documents:
        found = [documents.article(name) for name in dict.fromkeys(documents.article_of)]
    return manifest, [article for article in found if article is not None]


def read_rows(path: Path, required: Set[str]) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSON-lines file. Raises `UsageError` naming file, line and what is missing."""
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}); give a file with one JSON object a line") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 (byte {error.start}); convert it first") from None
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            problem = getattr(error, "msg", type(error).__name__)
            raise UsageError(f"{path}:{number}: not JSON ({problem}); put one object on each line") from None
        if not isinstance(row, dict) or not required <= row.keys():
            keys = " and ".join(sorted(required))
            raise UsageError(f"{path}:{number}: expected an object with {keys}; found {line[:60]!r}")
        yield row


def require_writable(path: Path, option: str) -> None:
    """Raise `DiskError` when a result cannot be put at `path`, before minutes are spent on it; make its directory."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        problem = "it is a directory" if path.is_dir() else ""
    except OSError as error:
        problem = error.strerror or type(error).__name__
    if not problem and not os.access(path if path.exists() else path.parent, os.W_OK):
        problem = "permission denied"
    if problem:
        raise DiskError(f"{path} cannot be written ({problem}); choose another place for {option}")


@contextmanager
def progress(enabled: bool = True) -> Iterator[Callable[[str, int, int], None]]:
    """Give a function (stage, done, total) that draws a progress bar on stderr when that is a terminal."""
    if not enabled or not sys.stderr.isatty():
        yield lambda stage, done, total: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Speed(ProgressColumn):
        """How many are done a second, lately."""

        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:,.0f}/s" if task.speed else "", "dim")

    columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), Speed(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        tasks: dict[str, Any] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total or None)
            bar.update(tasks[stage], completed=done, total=total or None)

        yield show
