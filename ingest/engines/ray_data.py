"""Do the work on Ray Data: cleaning and chunking in its tasks, embedding in an actor that holds the model.

An extra, `trouble-guide[ray]`. Ray runs on this machine alone, on loopback, without dashboard and usage reports, for
as long as the ingest takes. Rows go to it in windows that are bounded in number and bytes; while the results of one are
taken, the next is worked on. See https://docs.ray.io/en/latest/data/data.html.
"""

from __future__ import annotations

import logging
import os
import pickle
import shutil
import signal
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from secrets import token_hex
from tempfile import mkdtemp
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from bot.backends.e5.engine import physical_cores
from bot.backends.embedder import Embedder
from bot.errors import GuideError, ModelError, UsageError
from bot.settings import set_for_libraries
from ingest.engines.engine import Run

__all__ = ["RayEngine", "open_ray"]

_Row = TypeVar("_Row")
_Made = TypeVar("_Made")

_GROUP = 16
"""Rows in one task's hand at least: a task costs some ms to schedule, an article some ms to clean."""

_WINDOW_ROWS, _WINDOW_BYTES = 4096, 32_000_000
"""What is handed to Ray at once: two windows and their results are in memory, whatever the size of the corpus."""

_STORE_BYTES = 300_000_000
"""Ray's object store, where both windows and their results lie; it takes a third of the memory if nobody says."""

_RETRIES = 2
"""Times that what a dying process had in hand is tried again; by itself Ray never stops trying."""

_SWITCHES = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_BACKEND_LOG_LEVEL": "fatal",  # its native part writes to our stderr
    "RAY_AUTH_MODE": "token",  # by default too, with a warning
    # Its servers listen on all addresses of the machine, whatever `ray.init` is told. Only where Ray believes that
    # there can be no cluster, as it does by default off Linux, it keeps to loopback.
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
}
"""Read by Ray when it is imported."""


@cache
def _token() -> str:
    """Return the secret of every Ray that this process starts: its core keeps the first one it was given."""
    return token_hex(32)


@contextmanager
def open_ray(embedder: Embedder, opened: Callable[[], Embedder]) -> Iterator[RayEngine]:
    """Start Ray, unless the program has, and stop it in the end. Raises `UsageError` where it is not installed."""
    # Who may give it work; else the token would be left in a file in the home directory.
    set_for_libraries(_SWITCHES | {"RAY_AUTH_TOKEN": _token()})
    try:
        import ray  # noqa: PLC0415  # an extra
        import ray.data  # noqa: PLC0415  # which needs pandas and pyarrow
    except ImportError as error:
        missing = error.name or "ray"
        raise UsageError(
            f"--engine ray needs {missing}, which is not installed; run pip install 'trouble-guide[ray]'"
        ) from None
    if ray.is_initialized():  # with its own token and addresses
        yield RayEngine(embedder, opened)
        return
    home = mkdtemp(prefix="guide-ray-")
    try:
        with _own_signals(), _failures("could not be started"):
            ray.init(
                address="local",
                num_cpus=physical_cores(),
                include_dashboard=False,
                object_store_memory=_STORE_BYTES,
                configure_logging=False,
                log_to_driver=False,
                _temp_dir=home,
            )
        yield RayEngine(embedder, opened)
    finally:
        ray.shutdown()
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _failures(what: str) -> Iterator[None]:
    """Turn what Ray raises when a process or the machine gives way into one of ours."""
    import ray.exceptions  # noqa: PLC0415  # an extra

    try:
        yield
    except (ray.exceptions.RayError, OSError, RuntimeError, TimeoutError, ValueError) as error:
        first = (str(error).strip().splitlines() or [""])[0][:200]
        raise GuideError(
            f"Ray {what} ({type(error).__name__}: {first}); the live index is unchanged; run without --engine ray"
        ) from error


@contextmanager
def _own_signals() -> Iterator[None]:
    """Keep what SIGTERM does: Ray puts its own handler in the place of that of `guide ingest --watch`."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class RayEngine:
    """An engine over a Ray that runs; `opened` opens the model of `embedder` in a process of Ray's."""

    def __init__(self, embedder: Embedder, opened: Callable[[], Embedder]) -> None:
        import ray.data  # noqa: PLC0415  # an extra

        self._data = ray.data
        self._model = (opened, embedder.name)
        context = ray.data.DataContext.get_current()
        context.execution_options.preserve_order = True
        context.enable_progress_bars = False
        context.print_on_execution_start = False
        for name in ("ray.data", "ray"):
            logging.getLogger(name).setLevel(logging.ERROR)  # it announces every window

    @property
    def run(self) -> Run:
        """Return what runs a function in Ray's tasks."""
        return self._run

    def embed(self, batches: Iterable[Sequence[str]], progress: Callable[[int], None]) -> Iterator[NDArray[np.float32]]:
        """Yield vectors batch by batch. Raises `ModelError` where the model opens otherwise than here."""
        options = {
            "max_restarts": _RETRIES,
            "max_task_retries": _RETRIES,
            "fn_constructor_args": (*self._model, str(Path.cwd())),
            "compute": self._data.ActorPoolStrategy(size=1),  # which uses all cores, and is large
        }
        for vectors in self._through(_Embedding, options, batches, group=1):
            progress(len(vectors))
            yield vectors

    def _run(self, do: Callable[[_Row], _Made], rows: Iterable[_Row], /) -> Iterator[_Made]:
        return self._through(partial(_each, do, str(Path.cwd())), {"max_retries": _RETRIES}, rows, group=_GROUP)

    def _through(self, work: Any, options: dict[str, Any], rows: Iterable[Any], *, group: int) -> Iterator[Any]:
        """Yield the results of `rows`, taken a window at a time while the results of the one before are given."""
        windows = _windows(rows, group)
        with ThreadPoolExecutor(1, "ray") as ahead:
            begun = None
            for window in windows:
                next_one = ahead.submit(self._done, work, options, window)
                if begun is not None:
                    yield from _results(begun.result())
                begun = next_one
            if begun is not None:
                yield from _results(begun.result())

    def _done(self, work: Any, options: dict[str, Any], window: list[dict[str, Any]]) -> list[bytes]:
        """Return what became of each group of a window."""
        with _failures("broke off"), warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # the only way to say how often, until Ray 2.64
            dataset = self._data.from_items(window, override_num_blocks=len(window)).map(work, **options)
            return [row["made"] for row in dataset.iter_rows()]


class _Embedding:
    """The model, opened once in the process that embeds."""

    def __init__(self, opened: Callable[[], Embedder], name: str, home: str) -> None:
        self._opened, self._name, self._home = opened, name, home
        self._embedder: Embedder | None = None

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        return _each(self._vectors, self._home, row)

    def _vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self._embedder is None:
            self._embedder = self._opened()
        if self._embedder.name != self._name:
            raise ModelError(f"Ray opened {self._embedder.name} instead of {self._name}; run the ingest again")
        return self._embedder.embed_passages(texts)


def _windows(rows: Iterable[Any], group: int) -> Iterator[list[dict[str, Any]]]:
    """Yield rows in pickled groups, some of these at a time."""
    window: list[dict[str, Any]] = []
    held: list[bytes] = []
    count = size = 0
    for row in rows:
        held.append(pickle.dumps(row, pickle.HIGHEST_PROTOCOL))
        count, size = count + 1, size + len(held[-1])
        full = count >= _WINDOW_ROWS or size >= _WINDOW_BYTES
        if full or len(held) >= group:
            window.append({"rows": pickle.dumps(held)})
            held = []
        if full:
            yield window
            window, count, size = [], 0, 0
    if held:
        window.append({"rows": pickle.dumps(held)})
    if window:
        yield window


def _each(do: Callable[[Any], Any], home: str, row: dict[str, Any]) -> dict[str, Any]:
    """Do the work of one group in a process of Ray's; an error is a result, which is raised where it is taken.

    `home` is the directory that relative paths mean.
    """
    os.chdir(home)
    made: list[tuple[bool, Any]] = []
    for one in pickle.loads(row["rows"]):  # noqa: S301  # our own
        try:
            made.append((True, do(pickle.loads(one))))  # noqa: S301  # our own
        except GuideError as error:
            made.append((False, error))
            break
    return {"made": pickle.dumps(made, pickle.HIGHEST_PROTOCOL)}


def _results(groups: Iterable[bytes]) -> Iterator[Any]:
    for group in groups:
        for sound, made in pickle.loads(group):  # noqa: S301  # our own
            if not sound:
                raise made
            yield made
