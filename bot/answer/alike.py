"""Which statements answer as others of their kind do: by what authors named for messages like it anywhere.

「データは消えますか」 is said after the answer of every article, and each has its own sentence for it. Where the author
of one foresaw no such wording, the words of the sentences that other authors named for it find the one meant, as in
relevance feedback (Rocchio 1971, "Relevance feedback in information retrieval").
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

import numpy as np

from bot.answer.units import Unit
from bot.index import Index
from bot.knowledge.topics import FOLLOWS
from bot.retrieval.search import Found
from bot.text.tokens import tokenize

__all__ = ["Alike"]

_NEAREST, _WIDTH = 12, 15.0
"""How many messages are looked at, and the width of the kernel exp(-width · lead of the nearest). Numbers from 6 to 24
and widths from 15 to 60 differ by .01 in how often the statement named first is among the three best."""

_FAR, _NEAR = 0.83, 0.90
"""Cosines to the nearest message: up to the first nothing is said, from the second on all."""

_NAMED, _LATER = 2, 0.7
"""Statements of each message that are looked at, and what the second counts."""

_SENTENCE = re.compile(r"[^。|\n]*")
"""What is read of a statement from the piece of it that its author named: the rest of its sentence or cell."""

_KEPT = 1 << 13
"""Messages of which the words of their answers are kept, about 1 kB each."""

_Words = dict[str, float]


class Alike:
    """Tells for a later message how much each statement reads like what answers such messages. Safe to share."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._rows = np.array(
            [
                row
                for row, (owner, _) in enumerate(index.documents.faces)
                if owner.startswith(FOLLOWS) and index.documents.answered_by[row]
            ],
            np.int64,
        )
        self._texts: dict[str, str] = {}
        self._answers: dict[int, _Words] = {}
        self._units: dict[tuple[str, int], _Words] = {}

    def of(self, units: Sequence[Unit], found: Found) -> dict[int, float]:
        """Return order of unit → 0–1, the cosine of its words and those of the statements named for like messages."""
        if not len(self._rows):
            return {}
        cosines = found.candidates.faces[self._rows]
        most = min(_NEAREST, len(cosines))
        nearest = np.argpartition(-cosines, most - 1)[:most]
        best = float(cosines[nearest].max())
        near = min(1.0, max(0.0, (best - _FAR) / (_NEAR - _FAR)))
        if not near:
            return {}
        wanted: _Words = {}
        # In one order always, since the last bit of a sum depends on it.
        for place in sorted(int(at) for at in nearest):
            weight = math.exp(_WIDTH * (float(cosines[place]) - best))
            for word, share in self._answer(int(self._rows[place])).items():
                wanted[word] = wanted.get(word, 0.0) + weight * share
        size = _size(wanted)
        if not size:
            return {}
        return {
            unit.order: near * sum([wanted[word] * share for word, share in own.items() if word in wanted]) / size
            for unit in units
            if (own := self._unit(unit))
        }

    def _answer(self, row: int) -> _Words:
        """Return the words of what answers a message, each statement's as a unit vector."""
        known = self._answers.get(row)
        if known is None:
            known = {}
            owner = self._index.documents.faces[row][0].removeprefix(FOLLOWS)
            for rank, piece in enumerate(self._index.documents.answered_by[row][:_NAMED]):
                for word, share in self._weighed(tokenize(self._sentence(owner, piece))).items():
                    known[word] = known.get(word, 0.0) + _LATER**rank * share
            if len(self._answers) < _KEPT:
                self._answers[row] = known
        return known

    def _sentence(self, article_id: str, piece: str) -> str:
        """Return the sentence that begins with a piece of it, the piece alone where the text is written otherwise."""
        text = self._texts.get(article_id)
        if text is None:
            chunks = self._index.documents.chunks_of(article_id)
            text = self._texts[article_id] = "\n".join(chunk.text for chunk in chunks)
        at = text.find(piece)
        rest = _SENTENCE.match(text, at + len(piece)) if at >= 0 else None
        return piece + rest.group() if rest else piece

    def _unit(self, unit: Unit) -> _Words:
        key = (unit.article_id, unit.order)
        known = self._units.get(key)
        if known is None:
            known = self._weighed(sorted(unit.words))
            if len(self._units) < _KEPT:
                self._units[key] = known
        return known

    def _weighed(self, words: Sequence[str]) -> _Words:
        """Return words with their rarity as a unit vector."""
        rare = {word: self._index.words.rarity(word) for word in words}
        size = _size(rare)
        return {word: rarity / size for word, rarity in rare.items()} if size else {}


def _size(words: Mapping[str, float]) -> float:
    return math.sqrt(sum(weight * weight for weight in words.values()))
