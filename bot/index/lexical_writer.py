"""Write the postings that `LexicalIndex` reads, in memory that grows with the vocabulary and not with the corpus.

The tokens of each document are spilled to disk as numbers while documents are read. They stay in the generation: what
did not change is copied from there into the next one, without being cut into tokens again.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray

from bot.index.lexical import FOLDED_FILE, K1, LENGTHS_FILE, TOKENS_FILE, B

__all__ = ["LexicalWriter", "Tokens"]

_VOCABULARY = "vocab.index.json"

_BLOCK = 500_000
"""Tokens counted together: 4 MB a working array."""


class Tokens:
    """The tokens of all documents of a finished index, by row; `names` maps their numbers to the tokens."""

    def __init__(self, directory: Path) -> None:
        self._numbers = np.memmap(directory / TOKENS_FILE, np.uint32, "r")
        self._starts = np.concatenate([[0], np.cumsum(np.load(directory / LENGTHS_FILE), dtype=np.int64)])
        self.names: list[str] = list(json.loads((directory / _VOCABULARY).read_bytes()))

    def row(self, row: int) -> NDArray[np.uint32]:
        """Return the token numbers of one document in reading order."""
        return self._numbers[int(self._starts[row]) : int(self._starts[row + 1])]


class LexicalWriter:
    """Take documents one by one, then write the index into `directory`; `old` is where unchanged ones are copied from.

    Scores are those of bm25s' method "lucene". With `fold`, words of one name for it share their postings; the tokens
    that pairs are counted in stay as they were written.
    """

    def __init__(self, directory: Path, old: Tokens | None = None, *, fold: Callable[[str], str] | None = None) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._file = (directory / TOKENS_FILE).open("wb")
        self._lengths = array("I")
        self._numbers: dict[str, int] = {}
        self._fold = fold
        self._old = old
        self._renumbered = np.full(len(old.names) if old is not None else 0, -1, np.int64)

    def add(self, tokens: Sequence[str]) -> None:
        """Add the next document."""
        # A document without a token breaks bm25s on a corpus that has none at all; the empty token matches no query.
        numbers = [self._numbers.setdefault(token, len(self._numbers)) for token in tokens or ("",)]
        self._append(np.array(numbers, np.uint32))

    def copy(self, row: int) -> None:
        """Add a document of the old index as the next one."""
        if self._old is None:
            raise ValueError("there is no index to copy from")
        before = self._old.row(row)
        numbers = self._renumbered[before]
        if (numbers < 0).any():
            for number in before:
                if self._renumbered[number] < 0:
                    name = self._old.names[number]
                    self._renumbered[number] = self._numbers.setdefault(name, len(self._numbers))
            numbers = self._renumbered[before]
        self._append(numbers.astype(np.uint32))

    def finish(self) -> None:
        """Write the postings; the writer is of no use afterwards."""
        self.close()
        lengths = np.frombuffer(self._lengths, np.uint32).astype(np.int64)
        np.save(self._directory / LENGTHS_FILE, lengths.astype(np.uint32))
        folded = self._folded()
        np.save(self._directory / FOLDED_FILE, folded.astype(np.uint32))
        frequencies = np.zeros(len(self._numbers), np.int64)
        for _, tokens, _ in self._counted(lengths, folded):
            frequencies += np.bincount(tokens, minlength=len(frequencies))
        starts = np.concatenate([[0], np.cumsum(frequencies)])
        rarity = np.log(1 + (len(lengths) - frequencies + 0.5) / (frequencies + 0.5)).astype(np.float32)
        parts = [self._directory / f"{name}.part" for name in ("data", "indices")]
        data, indices = (
            np.lib.format.open_memmap(part, "w+", dtype, (int(starts[-1]),))
            for part, dtype in zip(parts, (np.float32, np.int32), strict=True)
        )
        average = lengths.mean()
        next_place = starts[:-1].copy()
        for documents, tokens, counts in self._counted(lengths, folded):
            saturation = K1 * ((1 - B) + B * lengths[documents] / average)
            # Pairs are in order of token, then of document: a token's postings of this block stand in one run.
            places = next_place[tokens] + np.arange(len(tokens)) - np.searchsorted(tokens, tokens)
            data[places] = rarity[tokens] * (counts / (saturation + counts))
            indices[places] = documents
            next_place += np.bincount(tokens, minlength=len(next_place))
        index = bm25s.BM25(method="lucene", k1=K1, b=B)
        small = np.int32 if starts[-1] <= np.iinfo(np.int32).max else np.int64
        index.scores = {
            "data": data,
            "indices": indices,
            "indptr": starts.astype(small),
            "num_docs": len(lengths),
        }
        index.vocab_dict = self._numbers
        index.nonoccurrence_array = None  # which other methods of bm25s need
        index.save(self._directory, show_progress=False)
        del data, indices, index
        for part in parts:
            part.unlink()

    def close(self) -> None:
        """Release the file; a second call does nothing."""
        self._file.close()

    def _append(self, numbers: NDArray[np.uint32]) -> None:
        self._file.write(numbers.tobytes())
        self._lengths.append(len(numbers))

    def _folded(self) -> NDArray[np.int64]:
        """Return for each token as written the number that its postings stand under, which may be a new one."""
        folded = np.arange(len(self._numbers))
        if self._fold is not None:
            for name, number in list(self._numbers.items()):
                folded[number] = self._numbers.setdefault(self._fold(name), len(self._numbers))
        return folded

    def _counted(
        self, lengths: NDArray[np.int64], folded: NDArray[np.int64]
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]]:
        """Yield documents, tokens and counts (each (m,), by token, then document) of one block after the other."""
        ends = np.cumsum(lengths)
        numbers = np.memmap(self._directory / TOKENS_FILE, np.uint32, "r")
        first = 0
        while first < len(lengths):
            begin = int(ends[first] - lengths[first])
            last = max(first + 1, int(np.searchsorted(ends, begin + _BLOCK, "right")))
            tokens = folded[numbers[begin : int(ends[last - 1])]]
            documents = np.repeat(np.arange(last - first), lengths[first:last])
            pairs, counts = np.unique(tokens * (last - first) + documents, return_counts=True)
            yield pairs % (last - first) + first, pairs // (last - first), counts
            first = last
