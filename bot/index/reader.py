"""Open one generation for answering; refuse one that another model built or that is damaged."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from bot.backends.rounded import RoundedVectors
from bot.backends.vector_store import VectorStore, blank_unused, open_store
from bot.errors import REBUILD, IndexDamagedError
from bot.index.documents import DocumentReader
from bot.index.generations import Hold, collection_name, current
from bot.index.lexical import LexicalIndex
from bot.index.manifest import Manifest, read_manifest, verify_files
from bot.knowledge.topics import REFUSED, ROUTED, UNCOVERED
from bot.text.tokens import synonym

__all__ = ["Faces", "Index", "open_generation", "open_index"]

_CANARIES = 12
"""Chunks that must find themselves whenever a generation is opened: 2 ms each, and a lost segment loses all of them."""

_MISSED = 0.1
"""Share of them that need not: HNSW is approximate. Of 2,000 chunks of an index of 100,000, most of them simulated, 14
did not find themselves, of one of 10,000 none; a lost segment loses most."""

_SAME_COSINE = 0.99
"""A chunk's cosine with itself; the store computes in float32, so a sound one is above .9999."""


@dataclass(frozen=True, slots=True)
class Faces:
    """The ways in which articles are known (titles, how readers ask), and topics known to have no article.

    Subjects are numbered: articles in order of their first chunk, then the topics. `embeddings` is (m, dimension);
    `subjects[i]` is the number of face i; `words` and `bigrams` have one document a subject. `article_of_chunk` (n,)
    and `first_chunk` (articles,) map between chunk positions and article numbers.
    """

    embeddings: NDArray[np.float32]
    rounded: RoundedVectors
    subjects: NDArray[np.int64]
    words: LexicalIndex
    bigrams: LexicalIndex
    article_of_chunk: NDArray[np.int64]
    first_chunk: NDArray[np.int64]
    rows_of: Mapping[str, NDArray[np.int64]]
    """Article id, or name of another subject → its faces' rows; one without any is left out."""
    counts: NDArray[np.int64]
    """(articles,): how many faces the article has."""
    others: tuple[str, ...]
    """Names of the subjects after the articles."""
    situations: NDArray[np.bool_]
    """(others,): whether it is a situation that calls for a human."""
    uncovered: NDArray[np.bool_]
    """(others,): whether it is something that no article answers."""
    starts: NDArray[np.int64] = field(init=False)
    """First face of each subject that has any: faces stand in the order of their subjects."""
    telling: NDArray[np.int64] = field(init=False)
    """Faces of articles and of what no article answers: those that tell which it is."""
    of_none: NDArray[np.bool_] = field(init=False)
    """(m,): whether the face is of what no article answers."""

    def __post_init__(self) -> None:
        """Derive once what every question needs."""
        of_none = np.concatenate([np.zeros(self.articles, bool), self.uncovered])[self.subjects]
        object.__setattr__(self, "of_none", of_none)
        object.__setattr__(self, "telling", np.flatnonzero(of_none | (self.subjects < self.articles)))
        object.__setattr__(self, "starts", np.flatnonzero(np.diff(self.subjects, prepend=-1)))

    def cosines(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return (m,) cosines of all faces to a unit vector, rounded: see `RoundedVectors`."""
        return self.rounded.cosines(vector)

    def nearest(self, cosines: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return (subjects,) of the (m,) cosines of all faces each subject's highest, 0 where it has no face."""
        best = np.zeros(self.words.size, np.float32)
        if len(cosines):
            best[self.subjects[self.starts]] = np.maximum.reduceat(cosines, self.starts)
        return best

    @property
    def articles(self) -> int:
        """Return how many of the subjects are articles; the rest are topics without one."""
        return len(self.first_chunk)


@dataclass(frozen=True, slots=True)
class Index:
    """A read-only generation. All parts share chunk positions 0 … n-1; `embeddings` is (n, dimension), unit rows."""

    directory: Path
    manifest: Manifest
    documents: DocumentReader
    words: LexicalIndex
    bigrams: LexicalIndex
    vectors: VectorStore
    embeddings: NDArray[np.float32]
    rounded: RoundedVectors
    """Of `embeddings`: tells which chunks are near."""
    faces: Faces
    hold: Hold

    @property
    def size(self) -> int:
        """Return the number of chunks."""
        return self.manifest.chunks

    def close(self) -> None:
        """Release files."""
        self.documents.close()
        self.vectors.close()
        self.hold.release()


def open_index(path: Path, model: str, dimension: int) -> Index:
    """Open the live generation of the index at `path` for a model.

    Raises `NoIndexError`, `IndexMismatchError` or `IndexDamagedError`.
    """
    return open_generation(current(path), model, dimension)


def open_generation(
    directory: Path, model: str, dimension: int, *, canaries: int = _CANARIES, as_built: bool = False
) -> Index:
    """Open the generation in `directory`, verifying every digest and count first.

    `canaries` chunks must find themselves; `as_built` tells that nobody has opened the generation before.
    """
    manifest = read_manifest(directory)
    manifest.require(model, dimension)
    verify_files(directory, manifest, as_built=as_built)
    # The only products are of a matrix with one question: bound by memory, and threads that share one wait for each
    # other. On two busy cores the faces of 10,000 chunks took .6 ms on one thread and 4 to 11 ms on two.
    threadpool_limits(1, user_api="blas")
    with ExitStack() as on_failure:
        hold = Hold(directory)
        on_failure.callback(hold.release)
        documents = DocumentReader(directory / "documents.sqlite")
        on_failure.callback(documents.close)
        words = LexicalIndex.load(directory / "words", synonym)
        bigrams = LexicalIndex.load(directory / "bigrams")
        embeddings = np.load(directory / "embeddings.npy", mmap_mode="r")
        vectors = open_store(directory / "chroma", collection_name(directory), manifest.chroma_url)
        on_failure.callback(vectors.close)
        counts = {
            "documents": len(documents.article_of),
            "words": words.size,
            "bigrams": bigrams.size,
            "embeddings": len(embeddings),
            "vectors": vectors.count(),
        }
        blank_unused(directory / "chroma")
        for part, count in counts.items():
            if count != manifest.chunks:
                raise IndexDamagedError(
                    f"{directory.name} holds {count} chunks in its {part} and should hold {manifest.chunks}; {REBUILD}"
                )
        faces = _faces(directory, documents)
        rounded = RoundedVectors(embeddings)
        index = Index(directory, manifest, documents, words, bigrams, vectors, embeddings, rounded, faces, hold)
        _try_canaries(index, canaries)
        on_failure.pop_all()
        return index


def _faces(directory: Path, documents: DocumentReader) -> Faces:
    articles = dict.fromkeys(documents.article_of)
    others = dict.fromkeys(owner for owner, _ in documents.faces if owner not in articles)
    numbers = {name: number for number, name in enumerate((*articles, *others))}
    of_chunk = np.array([numbers[name] for name in documents.article_of], np.int64)
    _, first = np.unique(of_chunk, return_index=True)
    subjects = np.array([numbers[owner] for owner, _ in documents.faces], np.int64)
    if (subjects[1:] < subjects[:-1]).any():
        raise IndexDamagedError(f"the ways of asking in {directory.name} are out of order; {REBUILD}")
    embeddings = np.load(directory / "faces.npy")
    return Faces(
        embeddings=embeddings,
        rounded=RoundedVectors(embeddings),
        subjects=subjects,
        words=LexicalIndex.load(directory / "face-words"),
        bigrams=LexicalIndex.load(directory / "face-bigrams"),
        article_of_chunk=of_chunk,
        first_chunk=first.astype(np.int64),
        rows_of={name: rows for name in numbers if len(rows := np.flatnonzero(subjects == numbers[name]))},
        counts=np.bincount(subjects, minlength=len(numbers))[: len(articles)],
        others=tuple(others),
        situations=np.array([name.startswith(ROUTED) for name in others], bool),
        uncovered=np.array([name.startswith((UNCOVERED, REFUSED)) for name in others], bool),
    )


def _try_canaries(index: Index, number: int) -> None:
    """Let a few chunks search for themselves. Raises `IndexDamagedError` when too many are not found."""
    tried = np.linspace(0, index.size - 1, min(number, index.size)).astype(int)
    lost = [position for position in tried if not _finds_itself(index, int(position))]
    if len(lost) > _MISSED * len(tried):
        raise IndexDamagedError(
            f"{len(lost)} of {len(tried)} chunks tried in {index.directory.name} do not find themselves in the vector "
            f"store, the first of them chunk {lost[0]}; {REBUILD}"
        )


def _finds_itself(index: Index, position: int) -> bool:
    _, cosines = index.vectors.nearest(np.asarray(index.embeddings[position]), 1)
    return len(cosines) > 0 and bool(cosines[0] >= _SAME_COSINE)
