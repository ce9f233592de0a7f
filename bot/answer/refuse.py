"""Say no to what the guide does not help with, and show the legitimate way."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bot.answer.confidence import Confidence
from bot.answer.frame import Label
from bot.answer.likeness import Likeness
from bot.answer.parts import Part
from bot.answer.passages import Passages
from bot.answer.units import under
from bot.answer.wording import Wording
from bot.index.reader import Faces
from bot.knowledge.refusals import Refusal, Refusals
from bot.knowledge.topics import HONEST, REFUSED
from bot.knowledge.words import mentions
from bot.retrieval.search import Found
from bot.types import Answer, Language, Status

__all__ = ["Wishes", "refused"]

_LETTERS = 0.5
"""What the wording counts beside the likeness. With each fifth of 1,057 wishes, 776 honest messages and 21,911 others
left out of what is learnt, .77 and not .67 of the wishes lie above the least score below, and as before .05 of the
honest messages and .003 of the others; with .3 and .8 .76."""

_MEANT, _MEANT_ANSWERED, _MEANT_LATER = -0.15, 0.0, 0.0
"""Score from which a message is such a wish; where articles seem to answer it and no wish is nearest; where it comes
after an answer that was not refused: what such a message says by itself, 「最初から入っていたWindowsです」, is little.
Above 0 lie .69 of the wishes left out, .03 of the honest messages and .001 of the others. The words of the rules refuse
beside it, and an honest reader who is refused is hurt: 「ライセンスが有効期限切れになりそうって毎日でる」 was."""

_HONEST = -0.7
"""Score below which a message is honest though it has the words of a rule: .02 of 148 wishes with such words lie below
and .67 of 21 honest messages; without the wording .52 of these."""

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

    def __init__(self, faces: Faces, refusals: Refusals, texts: Sequence[str], kept: Path | None = None) -> None:
        """Learn from the faces and their `texts`, or take what is `kept`: each rule's wishes against all else asked."""
        known = {name.removeprefix(REFUSED): rows for name, rows in faces.rows_of.items() if name.startswith(REFUSED)}
        others = [rows for name, rows in faces.rows_of.items() if not name.startswith((REFUSED, HONEST))]
        self._refusals = refusals
        honest = faces.rows_of.get(HONEST)
        self._learnt = Likeness(faces.embeddings, known, np.concatenate(others), honest, kept=kept)
        self._wish = np.zeros(len(faces.embeddings), bool)
        for rows in known.values():
            self._wish[rows] = True
        by_hand = np.zeros(len(self._wish), bool)
        if honest is not None:
            by_hand[honest] = True
        self._wording = Wording(texts, self._wish, by_hand, kept)

    def worded(self, refusal: Refusal, found: Found) -> bool:
        """Tell whether a message with the words of a rule means it, as far as the rule's wishes are known."""
        scores = self._scores(found)
        return refusal.id not in scores or (max(scores.values()) >= _HONEST and not _in_need(found))

    def meant(self, question: str, found: Found, confidence: Confidence, *, later: bool = False) -> Refusal | None:
        """Return the rule whose wishes the question is like, whatever its words, or None.

        `later` tells that it stays with an answer that was given.
        """
        scores = self._scores(found)
        if confidence.exact or not scores or _in_need(found):
            return None
        cosines = found.candidates.faces
        lead = cosines[self._wish].max() - cosines[~self._wish].max()
        if lead < -_FARTHER:
            return None
        rule_id = max(scores, key=lambda name: scores[name])
        rule = self._refusals.rule(rule_id)
        if rule is None or mentions(question, rule.unless):
            return None
        enough = _MEANT_LATER if later else _MEANT_ANSWERED if confidence.answers and lead < 0 else _MEANT
        return rule if scores[rule_id] >= enough else None

    def _scores(self, found: Found) -> dict[str, float]:
        """Return rule id → how much more the message is its wish than none, about -1.5 to 1.5; {} if none is known."""
        scores = self._learnt.scores(found.candidates.faces)
        if not scores:
            return scores
        worded = _LETTERS * self._wording.score(found.query.text)
        return {rule_id: like + worded for rule_id, like in scores.items()}


def _in_need(found: Found) -> bool:
    """Tell whether the message is that of somebody who needs help, nearly word for word."""
    candidates = found.candidates
    return candidates.situation_dense >= max(_IN_NEED, candidates.elsewhere_dense)
