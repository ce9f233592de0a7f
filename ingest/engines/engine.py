"""What a build needs of whatever does its work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["Engine", "Run"]

_Row = TypeVar("_Row")
_Made = TypeVar("_Made")


class Run(Protocol):
    """An ordered `map`, which is one: takes rows as it goes, and gives what `do` makes of each, in their order.

    `do`, rows and results must survive pickling. More rows may have been taken than results were given.
    """

    def __call__(self, do: Callable[[_Row], _Made], rows: Iterable[_Row], /) -> Iterator[_Made]:
        """Yield `do(row)` for each of `rows`; raises what `do` raises."""
        ...


class Engine(Protocol):
    """Does the work of one build. Memory does not grow with the number of rows or batches."""

    @property
    def run(self) -> Run:
        """Return what applies a function to many rows."""
        ...

    def embed(self, batches: Iterable[Sequence[str]], progress: Callable[[int], None]) -> Iterator[NDArray[np.float32]]:
        """Yield (n, dimension) vectors of the passages of each batch, in order; `progress` is told how many more."""
        ...
