"""Whom a reader needs, from the question in its conversation and from what answers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.answer.score import ScoredUnit
from bot.answer.situation import Signs, Situations, signs_of
from bot.answer.talk import Talk
from bot.backends.embedder import Embedder
from bot.index.reader import Faces
from bot.knowledge.escalation import Route
from bot.retrieval.search import Found

__all__ = ["SignReader"]

_TOLD_BEFORE = 3
"""Messages before the last that tell of a reader's situation."""


@dataclass(frozen=True, slots=True)
class SignReader:
    """Tells what speaks for each route. It knows no guide: an index goes with the last guide that holds it."""

    faces: Faces
    embedder: Embedder
    situations: Situations
    routes: tuple[Route, ...]

    def __call__(self, talk: Talk, found: Found, scored: Sequence[ScoredUnit] = ()) -> Signs:
        """Return route id → how much speaks for it."""
        told = None
        if talk.asked and not talk.changes_subject:  # 「誰に聞けばいい？」 alone tells of no situation
            vector = self.embedder.embed_queries(["\n".join((*talk.asked[-_TOLD_BEFORE:], talk.question))])[0]
            told = self.faces.cosines(vector)
        return signs_of(self.situations, found.candidates, scored, self.routes, told)
