"""Kill an ingest (SIGKILL) at random moments and see that nothing is lost: a check with a verdict, not a speed.

Run `python -m benchmarks.bench_kill --kills 100` from the root of the clone. An index of made-up articles is changed
again and again by an ingest in a process that is killed at a moment drawn from its usual duration. After each kill the
live index must answer with one edition of all articles: the one before, or the new one where the kill came after the
flip. At the end one undisturbed ingest must give the ids and hashes that an ingest into an empty directory gives.
JSON on stdout; exit code 1 when anything differs. The vectors are hashes of the words, so that a kill is as likely
while reading, indexing or checking as while embedding.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.common import circumstances
from bot.index import open_index
from bot.index.generations import current, generations
from bot.types import Article, Block, BlockKind
from ingest.build import build
from tests.fakes import HashEmbedder

__all__ = ["main"]

_ARTICLES = 60
_EMBEDDER = HashEmbedder()


def main() -> None:
    """Kill, look, and judge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    draw = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as home:
        index = Path(home) / "index"
        _run(lambda: _ingest(index, 0), None)
        began = time.perf_counter()
        _run(lambda: _ingest(index, 1), None)
        usual = time.perf_counter() - began
        edition, outcomes, problems = 1, Counter[str](), []
        for number in range(2, options.kills + 2):
            finished = _run(lambda edition=number: _ingest(index, edition), draw.uniform(0, usual * 1.1))
            found = _look(index)
            if found not in {str(edition), str(number)}:
                problems.append(f"after kill {number - 1}: {found}")
            outcomes["finished" if finished else "killed", found == str(number)] += 1  # type: ignore[index]
            edition = int(found) if found.isdigit() else edition
        _run(lambda: _ingest(index, options.kills + 2), None)
        _run(lambda: _ingest(Path(home) / "fresh", options.kills + 2), None)
        if _contents(index) != _contents(Path(home) / "fresh"):
            problems.append("the ids and hashes after the last ingest are not those of a fresh one")
        if len(generations(index)) > 2:  # noqa: PLR2004  # the live one and the one before it
            problems.append(f"generations are left behind: {generations(index)}")
    result = {
        **circumstances(),
        "kills": options.kills,
        "usual_seconds": round(usual, 2),
        "killed_before_the_flip": outcomes["killed", False],  # type: ignore[index]
        "killed_after_the_flip": outcomes["killed", True],  # type: ignore[index]
        "finished_first": outcomes["finished", True],  # type: ignore[index]
        "problems": problems,
    }
    print(json.dumps(result, ensure_ascii=False, indent=1))
    sys.exit(bool(problems))


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
    build(_articles(edition), index=index, embedder=_EMBEDDER, sources=["made up"])


def _run(work: object, kill_after: float | None) -> bool:
    """Do the work in a process of its own; tell whether it ended by itself before it was to be killed."""
    child = os.fork()
    if not child:
        status = 1
        try:
            work()  # type: ignore[operator]
            status = 0
        finally:
            os._exit(status)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _look(index: Path) -> str:
    """Return the edition that the live index answers with, or what is wrong, as a process of its own finds it."""
    receive, send = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(send, _edition(index).encode()[:2000])
        finally:
            os._exit(0)
    os.close(send)
    with os.fdopen(receive, "rb") as file:
        found = file.read().decode()
    os.waitpid(child, 0)
    return found or "the process that looked ended"


def _edition(index: Path) -> str:
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
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(current(index) / "documents.sqlite")) as file:
        return [
            *file.execute("SELECT id, hash FROM articles ORDER BY id"),
            *file.execute("SELECT id, hash FROM chunks ORDER BY id"),
        ]


if __name__ == "__main__":
    main()
