"""What the default model is taught of this guide's field: which questions mean the same, and what answers them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.backends.e5.train import Pair
from bot.index import Index
from bot.knowledge.topics import FOLLOWS, HONEST, ROUTED, UNROUTED
from bot.text.normalize import normalize
from bot.types import Article, Chunk

__all__ = ["lessons", "levelling", "nearest_right", "teaching"]

TextOf = Callable[[Article, Chunk], str]

_SEED = 1

_PASSAGES = 0.5
"""Chance of a question with a passage that answers it to be paired with that; others were not tried."""

_ANY = 0.1
"""Weight of a question that shares no statement, beside 1 for each one shared, in drawing one that means the same;
others were not tried."""


def teaching(index: Index) -> NDArray[np.int64]:
    """Return the rows of the faces that teach: what is asked of an article, after its answer, or of what none answers.

    Situations and honest wordings are left out: they say whom to call and what is allowed, not what a question means.
    """
    owners = [owner for owner, _ in index.documents.faces]
    return np.array([row for row, owner in enumerate(owners) if not owner.startswith((ROUTED, UNROUTED, HONEST))])


def lessons(index: Index, rows: Iterable[int], text_of: TextOf) -> tuple[list[Pair], NDArray[np.float32]]:
    """Return the pairs that the faces at `rows` make, and the vector (pairs, dimension) of each pair's question.

    A question is paired with the chunk that holds most of what answers it or, as chance has it, with another question
    that the same statements answer; where no statement does, with any other of its subject. What is said after an
    article's answer belongs to the article's group. `text_of` tells what of a chunk is embedded.
    """
    chance = np.random.default_rng(_SEED)
    faces = index.documents.faces
    of_owner: dict[str, list[int]] = {}
    for row in rows:
        of_owner.setdefault(faces[row][0], []).append(int(row))
    groups = {name: number for number, name in enumerate(dict.fromkeys(map(_subject, of_owner)))}
    pairs: list[Pair] = []
    origins: list[int] = []
    for owner, own in of_owner.items():
        passages = [] if owner.startswith(FOLLOWS) else _passages(index, owner, text_of)
        for row in own:
            passage = _answering(index, row, passages) if chance.random() < _PASSAGES else None
            other = _alike(index, row, own, chance) if passage is None else None
            partner = passage if other is None else faces[other][1]
            if partner is not None:
                pairs.append(Pair(faces[row][1], partner, groups[_subject(owner)], alike=passage is None))
                origins.append(row)
    return pairs, index.faces.embeddings[origins]


def levelling(
    before: NDArray[np.float32],
    after: NDArray[np.float32],
    neuron: int,
    left_out: NDArray[np.int64],
    known: NDArray[np.int64],
) -> float:
    """Return the constant at which left-out questions are as far from their nearest known one as `before`, on average.

    `before` and `after` (faces, dimension) are the untaught and the taught vectors, these with 1 as the constant of
    `neuron`: see `learnt.with_constant`.
    """
    lengths = np.sqrt(1.0 / after[:, neuron] ** 2 - 1.0)
    rest = np.delete(after, neuron, axis=1)
    rest /= np.linalg.norm(rest, axis=1, keepdims=True)
    far, now_far = (
        float(np.mean(1.0 - (vectors[left_out] @ vectors[known].T).max(axis=1))) for vectors in (before, rest)
    )
    share = min(1.0, far / now_far)
    return float(np.sqrt((1.0 - share) / share) * lengths.mean())


def nearest_right(
    vectors: NDArray[np.float32], index: Index, left_out: NDArray[np.int64], known: NDArray[np.int64]
) -> float:
    """Return for what share of the faces `left_out` the nearest of those `known` belongs to the same subject.

    `vectors` (faces, dimension) are those of all faces of the index.
    """
    owners = [owner for owner, _ in index.documents.faces]
    near = (vectors[left_out] @ vectors[known].T).argmax(axis=1)
    return float(np.mean([owners[row] == owners[known[other]] for row, other in zip(left_out, near, strict=True)]))


def _subject(owner: str) -> str:
    return owner.removeprefix(FOLLOWS)


def _alike(index: Index, row: int, own: Sequence[int], chance: np.random.Generator) -> int | None:
    """Draw another question of the subject: one that shares a statement, the more of them the likelier."""
    answered_by = index.documents.answered_by
    mine = set(answered_by[row])
    shared = {other: len(mine & set(answered_by[other])) for other in own if other != row}
    fit = [other for other, count in shared.items() if count or not mine]
    if not fit:
        return None
    weights = np.array([shared[other] + _ANY for other in fit])
    return int(chance.choice(fit, p=weights / weights.sum()))


def _passages(index: Index, owner: str, text_of: TextOf) -> list[tuple[int, str, str]]:
    """Return position, indexed text and bare text of each chunk of an article; none of a topic without one."""
    article = index.documents.article(owner)
    if article is None:
        return []
    first, count = index.documents.spans()[owner]
    chunks = index.documents.chunks(range(first, first + count))
    return [(first + at, text_of(article, chunk), _bare(chunk.text)) for at, chunk in enumerate(chunks)]


def _answering(index: Index, row: int, passages: Sequence[tuple[int, str, str]]) -> str | None:
    """Return the passage with most of the statements that answer a question, of several the one nearest to it."""
    pieces = [_bare(piece) for piece in index.documents.answered_by[row]]
    counts = [sum(piece in bare for piece in pieces) for _, _, bare in passages]
    if not max(counts, default=0):
        return None
    best = [one for one, count in zip(passages, counts, strict=True) if count == max(counts)]
    cosines = [float(index.embeddings[position] @ index.faces.embeddings[row]) for position, _, _ in best]
    return best[int(np.argmax(cosines))][1]


def _bare(text: str) -> str:
    return "".join(normalize(text).split())
