"""Check a generation in a process of its own: a damaged vector index can end the process that searches it.

The process is started once, checks what it is given, one generation after the other, and ends with ours. When it dies
over one, that one is damaged, and the next check gets a new process.
"""

from __future__ import annotations

import atexit
import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot import errors
from bot.errors import REBUILD, GuideIndexError, IndexDamagedError

__all__ = ["Checker", "check_generation", "prepare_check", "serve"]

_CANARIES = 100
"""Chunks that must find themselves before a generation goes live: half an HNSW file lost 142 of 300."""

_SECONDS = 120.0
"""How long one check may take, which takes seconds: a damaged file may make a search loop for ever."""

_START = "import sys; sys.path.insert(0, sys.argv[1]); from bot.index.check import serve; serve()"
_ROOT = Path(__file__).resolve().parents[2]


def _start() -> subprocess.Popen[bytes]:
    """Start the process in a session of its own: an interrupt at the terminal is for us, who then end it."""
    return subprocess.Popen(  # noqa: S603  # our own code, the arguments are ours
        [sys.executable, "-c", _START, str(_ROOT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


class Checker:
    """Holds the process that `start` starts; safe to share between threads, which wait for each other."""

    def __init__(self, seconds: float = _SECONDS, start: Callable[[], subprocess.Popen[bytes]] = _start) -> None:
        self._seconds = seconds
        self._start = start
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def check(self, directory: Path, model: str, dimension: int, *, as_built: bool = True) -> None:
        """Open the generation and search it. Raises the `GuideIndexError` that opening it would, and for a crash one.

        `as_built` tells that nobody has opened it since it was built.
        """
        request = {
            "directory": str(directory.absolute()),
            "model": model,
            "dimension": dimension,
            "as_built": as_built,
        }
        with self._lock:
            answer = self._ask(json.dumps(request).encode() + b"\n")
        if answer is None:
            raise IndexDamagedError(f"{directory.name} ended or stopped the process that searched it; {REBUILD}")
        if answer["problem"]:
            kind = getattr(errors, answer["kind"], GuideIndexError)
            raise kind(answer["problem"])

    def prepare(self) -> None:
        """Start the process, if it is not there: it imports what it needs while its caller does something else."""
        with self._lock:
            self._started()

    def close(self) -> None:
        """End the process; a later check starts a new one."""
        with self._lock:
            self._end()

    def _ask(self, request: bytes) -> dict[str, Any] | None:
        """Return the answer to one line, None when the process did not live to give it."""
        process = self._started()
        if process.stdin is None or process.stdout is None:
            raise AssertionError("both are pipes")
        late = threading.Timer(self._seconds, process.kill)
        late.start()
        try:
            process.stdin.write(request)
            process.stdin.flush()
            answer = process.stdout.readline()
        except BrokenPipeError:
            answer = b""
        except BaseException:
            self._end()  # interrupted: its answer must not be taken for that to the next request
            raise
        finally:
            late.cancel()
        if not answer.endswith(b"\n"):
            self._end()
            return None
        found: dict[str, Any] = json.loads(answer)
        return found

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = self._start()
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()


_CHECKER = Checker()
atexit.register(_CHECKER.close)


def check_generation(directory: Path, model: str, dimension: int, *, as_built: bool = True) -> None:
    """Do as `Checker.check` with the one process of this program."""
    _CHECKER.check(directory, model, dimension, as_built=as_built)


def prepare_check() -> None:
    """Do as `Checker.prepare` with the one process of this program."""
    _CHECKER.prepare()


def serve() -> None:
    """Answer on stdout for each generation named on stdin, until that ends."""
    from bot.backends.vector_store import preload  # noqa: PLC0415  # only the process itself needs them
    from bot.index.reader import open_generation  # noqa: PLC0415

    preload()

    answers, sys.stdout = sys.stdout, sys.stderr  # whatever a library prints must not look like an answer
    for line in sys.stdin:
        request = json.loads(line)
        problem = kind = ""
        try:
            open_generation(
                Path(request["directory"]),
                request["model"],
                request["dimension"],
                canaries=_CANARIES,
                as_built=request["as_built"],
            ).close()
        except errors.GuideError as error:
            problem, kind = str(error), type(error).__name__
        except (OSError, ValueError, KeyError) as error:
            name = Path(request["directory"]).name
            problem = f"{name} cannot be read ({type(error).__name__}); {REBUILD}"
            kind = IndexDamagedError.__name__
        answers.write(json.dumps({"problem": problem, "kind": kind}) + "\n")
        answers.flush()
