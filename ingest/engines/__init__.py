"""Where the work of an ingest is done: cleaning, chunking and embedding behind one small protocol.

To add an engine, fulfil `Engine`, choose it in `open_engine`, and let `tests/ingest/test_engines.py` run over it: what
it makes must be the same to the last bit, whatever makes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.backends.embedder import Embedder
from bot.errors import UsageError
from ingest.engines.engine import Engine, Run
from ingest.engines.plain import PlainEngine

__all__ = ["NAMES", "Engine", "PlainEngine", "Run", "open_engine"]

NAMES = ("plain", "ray")


@contextmanager
def open_engine(name: str, embedder: Embedder, opened: Callable[[], Embedder]) -> Iterator[Engine]:
    """Give the engine of that name; it ends with the block.

    `opened` opens the model of `embedder` in another process, where that embeds; it must survive pickling. Raises
    `UsageError` for a name that is none, and where what the engine needs is not installed.
    """
    if name == "plain":
        yield PlainEngine(embedder)
    elif name == "ray":
        from ingest.engines.ray_data import open_ray  # noqa: PLC0415  # starts nothing until it is asked for

        with open_ray(embedder, opened) as engine:
            yield engine
    else:
        raise UsageError(f"--engine is {name[:40]!r}; expected {' or '.join(NAMES)}")
