"""Say no to what the guide does not help with, and show the legitimate way."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bot.answer.confidence import Confidence
from bot.answer.frame import Label
from bot.answer.likeness import Likeness
from bot.answer.parts import Part
from bot.answer.passages import Passages
from bot.answer.units import under
from bot.index.reader import Faces
from bot.knowledge.refusals import Refusal, Refusals
from bot.knowledge.topics import HONEST, REFUSED
from bot.knowledge.words import mentions
from bot.retrieval.search import Found
from bot.types import Answer, Language, Status

__all__ = ["Wishes", "refused"]

_MEANT, _MEANT_ANSWERED, _MEANT_LATER = -0.08, 0.0, 0.0
"""Score from which a message is such a wish; where the articles seem to answer it all the same; and where it comes
after an answer that was not refused: what such a message says by itself, 「最初から入っていたWindowsです」, is little.
Of 86 wishes that neither the index nor the model had seen, .70 and .60 lie above, of 700 questions to articles none and
of 340 on topics without one .006; from -.15 on .77, .001 and .012. The words of the rules refuse beside it, and an
honest reader who is refused is hurt: 「ライセンスが有効期限切れになりそうって毎日でる」 was."""

_HONEST = -0.65
"""Score below which a message is honest though it has the words of a rule."""

_IN_NEED = 0.95
"""Cosine from which a message is a situation calling for a human itself, whatever it sounds like."""

_FARTHER = 0.05
"""How much farther in cosine than any other message the nearest wish may be. A short message of rare words is far from
all, and its score near the mean: 「ブルートゥースのマウスつなぎ方」 was refused. Of 842 wishes, each left out, .007 lie
farther, of 666 honest ones that sound alike .12."""

_INSTEAD = 3
"""Items of the legitimate way that a refusal shows."""


def refused(refusal: Refusal, passages: Passages, language: Language) -> Answer:
    """Say no, and show the legitimate way when an article of this index has it."""
    says = refusal.said(language)
    if refusal.instead is None or passages.article(refusal.instead.article) is None:
        return Answer(Status.REFUSED, says)
    units = under(refusal.instead.heading, passages.units(refusal.instead.article))
    text, citations = passages.written([Part(Label.INSTEAD, units[:_INSTEAD])] if units else [], language)
    return Answer(Status.REFUSED, f"{says}\n\n{text}".strip(), citations)


class Wishes:
    """Tells harmful wishes from honest questions by the wordings of both. Safe to share between threads."""

    def __init__(self, faces: Faces, refusals: Refusals, kept: Path | None = None) -> None:
        """Learn from the faces, or take what is `kept`: wishes of each rule against whatever else is asked."""
        known = {name.removeprefix(REFUSED): rows for name, rows in faces.rows_of.items() if name.startswith(REFUSED)}
        others = [rows for name, rows in faces.rows_of.items() if not name.startswith((REFUSED, HONEST))]
        self._refusals = refusals
        honest = faces.rows_of.get(HONEST)
        self._learnt = Likeness(faces.embeddings, known, np.concatenate(others), honest, kept=kept)
        self._wish = np.zeros(len(faces.embeddings), bool)
        for rows in known.values():
            self._wish[rows] = True

    def worded(self, refusal: Refusal, found: Found) -> bool:
        """Tell whether a message with the words of a rule means it, as far as the rule's wishes are known."""
        scores = self._learnt.scores(found.candidates.faces)
        return refusal.id not in scores or (max(scores.values()) >= _HONEST and not _in_need(found))

    def meant(self, question: str, found: Found, confidence: Confidence, *, later: bool = False) -> Refusal | None:
        """Return the rule whose wishes the question is like, whatever its words, or None.

        `later` tells that it stays with an answer that was given.
        """
        scores = self._learnt.scores(found.candidates.faces)
        if confidence.exact or not scores or _in_need(found):
            return None
        cosines = found.candidates.faces
        if cosines[self._wish].max() < cosines[~self._wish].max() - _FARTHER:
            return None
        rule_id = max(scores, key=lambda name: scores[name])
        rule = self._refusals.rule(rule_id)
        if rule is None or mentions(question, rule.unless):
            return None
        enough = _MEANT_LATER if later else _MEANT_ANSWERED if confidence.answers else _MEANT
        return rule if scores[rule_id] >= enough else None


def _in_need(found: Found) -> bool:
    """Tell whether the message is that of somebody who needs help, nearly word for word."""
    candidates = found.candidates
    return candidates.situation_dense >= max(_IN_NEED, candidates.elsewhere_dense)
