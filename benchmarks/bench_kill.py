"""Kill an ingest (SIGKILL) at random moments and before each write, and see that nothing is lost.

Run `python -m benchmarks.bench_kill --kills 100` from the root of the clone: a check with a verdict, not a speed. An
index of made-up articles is changed again and again by an ingest in a process that is killed: at moments drawn from its
usual duration, then once before each step in which Python opens a file to write, renames or removes one, or makes a
directory (the vector store writes by itself: random moments meet it). After each kill the live index must answer with
one edition of all articles: the one before, or the new one where the kill came after the flip. Every fifth kill is
followed by an ingest to the end, which must give the ids and hashes that one into an empty directory gives. JSON on
stdout; exit code 1 when anything differs.

The vectors are hashes of the words, so that a kill is as likely while reading, indexing or checking as while
embedding. All processes are copies of this one, the one that checks a generation too: starting Python took most of the
time, and a kill in it met nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any

import chromadb.api.rust  # noqa: F401  # here, so that no copy of this process spends its time on it

from benchmarks.common import circumstances
from bot.index import check, open_index
from bot.index.generations import current, generations
from bot.text.tokens import tokenize
from bot.types import Article, Block, BlockKind
from ingest.build import build
from ingest.recipe import recipe
from tests.fakes import HashEmbedder

__all__ = ["Copy", "main", "run_apart"]

_ARTICLES = 40
_EDITIONS = 5
_RERUN_EVERY = 5
_KEPT = 2
"""Generations left in the end: the live one and the one before it."""
_EMBEDDER = HashEmbedder()
_WRITES = frozenset({"os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.truncate", "sqlite3.connect"})
_READ_ONLY = "?immutable=1"
_TO_WRITE = os.O_WRONLY | os.O_RDWR


def main() -> None:
    """Kill, look, and judge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=100, help="at random moments")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    tokenize("最初の語")  # reads the dictionary
    recipe()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as home:
        trial = _Trial(Path(home))
        trial.random_moments(options.kills, random.Random(options.seed))
        steps = trial.each_write()
    result = {
        **circumstances(),
        "seed": options.seed,
        "random_kills": options.kills,
        "usual_seconds": round(trial.usual, 2),
        "write_steps": steps,
        **{f"{how}_{what}": number for (how, what), number in sorted(trial.outcomes.items())},
        "reruns": trial.reruns,
        "seconds": round(time.perf_counter() - began, 1),
        "problems": trial.problems,
    }
    print(json.dumps(result, ensure_ascii=False, indent=1))
    sys.exit(bool(trial.problems))


class _Trial:
    """An index that is changed from edition to edition, and what was found wrong with it."""

    def __init__(self, home: Path) -> None:
        self.index = home / "index"
        self.problems: list[str] = []
        self.outcomes = Counter[tuple[str, str]]()
        self.reruns = self._kills = self._live = 0
        self._fresh = []
        for edition in range(_EDITIONS):
            run_apart(lambda edition=edition: _ingest(home / str(edition), edition))
            self._fresh.append(_contents(home / str(edition)))
        run_apart(lambda: _ingest(self.index, 0))
        self._durations: deque[float] = deque(maxlen=5)
        for edition in (1, 2, 3, 4, 0):
            self._finish(edition)

    @property
    def usual(self) -> float:
        """Return the seconds of a usual ingest, which are others whenever the machine is busier."""
        return median(self._durations)

    def random_moments(self, kills: int, draw: random.Random) -> None:
        """Kill at moments of the usual duration, until so many ingests were killed before they ended."""
        while kills > self.outcomes.total() - self.outcomes["random", "finished_first"]:
            self._kill("random", kill_after=draw.uniform(0, self.usual))

    def each_write(self) -> int:
        """Kill before the first write that an ingest does, before the second, until there is none; return how many."""
        number = 1
        while self._kill("write", kill_before=number):
            number += 1
        return number - 1

    def _kill(self, how: str, *, kill_after: float | None = None, kill_before: int = 0) -> bool:
        """Begin another edition, kill, look; tell whether it was killed before its end."""
        before, edition = self._live, (self._live + 1 + self._kills % (_EDITIONS - 1)) % _EDITIONS
        self._kills += 1

        def ingest() -> None:
            if kill_before:
                _on_writes(self.index, lambda step: step == kill_before and os.kill(os.getpid(), signal.SIGKILL))
            _ingest(self.index, edition)

        status = run_apart(ingest, kill_after)
        found = _asked(lambda: _look(self.index))
        if found not in {str(before), str(edition)} or (not status and found != str(edition)):
            self.problems.append(f"{how} kill of edition {edition} after {before}: {found}")
        if status not in {0, -signal.SIGKILL}:
            self.problems.append(f"{how} kill of edition {edition} ended with {status}")
        when = "after_the_flip" if found == str(edition) else "before_the_flip"
        self.outcomes[how, when if status else "finished_first"] += 1
        self._live = int(found) if found.isdigit() else before
        if self._kills % _RERUN_EVERY == 0:
            self._rerun(edition)
        return status != 0

    def _rerun(self, edition: int) -> None:
        """Let one ingest end, and compare with one into an empty directory."""
        self.reruns += 1
        status = self._finish(edition)
        if status or _contents(self.index) != self._fresh[edition]:
            self.problems.append(f"the ids and hashes after edition {edition} are not those of a fresh ingest")
        if len(generations(self.index)) > _KEPT:
            self.problems.append(f"generations are left behind: {generations(self.index)}")
        self._live = edition

    def _finish(self, edition: int) -> int:
        began = time.perf_counter()
        status = run_apart(lambda: _ingest(self.index, edition))
        self._durations.append(time.perf_counter() - began)
        return status


class Copy:
    """A checking process that is a copy of this one, with what `Checker` needs of a process."""

    def __init__(self) -> None:
        theirs, ours = os.pipe(), os.pipe()
        self._pid = os.fork()
        if not self._pid:
            os.dup2(theirs[0], 0)
            os.dup2(ours[1], 1)
            for number in (*theirs, *ours):
                os.close(number)
            sys.stdin, sys.stdout = os.fdopen(0, encoding="utf-8"), os.fdopen(1, "w", encoding="utf-8")
            try:
                check.serve()
            finally:
                os._exit(0)
        os.close(theirs[0])
        os.close(ours[1])
        self.stdin, self.stdout = os.fdopen(theirs[1], "wb"), os.fdopen(ours[0], "rb")

    def poll(self) -> None:
        """Say that it lives."""

    def kill(self) -> None:
        """End it."""
        os.kill(self._pid, signal.SIGKILL)

    def communicate(self) -> None:
        """Wait for its end."""
        os.waitpid(self._pid, 0)


def _articles(edition: int) -> list[Article]:
    return [
        Article(
            id=f"a{number}",
            title=f"題名{number}",
            blocks=tuple(
                Block(BlockKind.PARAGRAPH, f"第{edition}版の本文{number}、{part}段落目。") for part in range(4)
            ),
        )
        for number in range(_ARTICLES)
    ]


def _ingest(index: Path, edition: int) -> None:
    """Build an edition, in a process of its own."""
    copy = Copy()  # before there are threads, which no copy has
    check._CHECKER = check.Checker(start=lambda: copy)  # type: ignore[arg-type,return-value]
    build(_articles(edition), index=index, embedder=_EMBEDDER, sources=["made up"])
    copy.kill()
    copy.communicate()


def run_apart(work: Callable[[], object], kill_after: float | None = None) -> int:
    """Do the work in a process of its own; return its exit code, negative for the signal that ended it."""
    child = os.fork()
    if not child:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _asked(question: Callable[[], str]) -> str:
    """Return what a process of its own finds."""
    receive, send = os.pipe()
    status = run_apart(lambda: os.write(send, question().encode()[:2000]))
    os.close(send)
    with os.fdopen(receive, "rb") as file:
        found = file.read().decode()
    return found or f"the process that looked ended with {status}"


def _on_writes(index: Path, act: Callable[[int], object]) -> None:
    """Call `act` with the number of each write below `index` before it is done, from now until the process ends."""
    step = 0

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal step
        if event == "open":
            opened, mode, flags = arguments
            # What is opened as "r+" is whole already, and opened to be put on the disk for good.
            writes = mode != "r+" and (bool(flags & _TO_WRITE) or any(letter in (mode or "") for letter in "wax"))
        else:
            opened, writes = arguments[0] if arguments else "", event in _WRITES
        name = os.fsdecode(opened) if writes and isinstance(opened, str | bytes | Path) else ""
        if str(index) in name and not name.endswith(_READ_ONLY):
            step += 1
            act(step)

    sys.addaudithook(watch)


def _look(index: Path) -> str:
    """Return the edition that the live index answers with, or what is wrong."""
    try:
        opened = open_index(index, _EMBEDDER.name, _EMBEDDER.dimension)
        editions = set()
        for number in range(_ARTICLES):
            article = opened.documents.article(f"a{number}")
            if article is None:
                return f"a{number} is missing"
            text = article.blocks[0].text
            editions.add(text[1 : text.index("版")])
        for position in range(0, opened.size, 7):
            nearest, _ = opened.vectors.nearest(opened.embeddings[position], 1)
            text = opened.documents.chunks([int(nearest[0])])[0].blocks[0].text
            editions.add(text[1 : text.index("版")])
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return editions.pop() if len(editions) == 1 else f"editions {sorted(editions)} at once"


def _contents(index: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(current(index) / "documents.sqlite")) as file:
        return [
            *file.execute("SELECT id, hash FROM articles ORDER BY id"),
            *file.execute("SELECT id, hash FROM chunks ORDER BY id"),
        ]


if __name__ == "__main__":
    main()
