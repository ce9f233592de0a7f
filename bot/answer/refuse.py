"""Say no to what the guide does not help with, and show the legitimate way."""

from __future__ import annotations

from bot.answer.confidence import Confidence
from bot.answer.frame import Label
from bot.answer.parts import Part
from bot.answer.passages import Passages
from bot.answer.units import under
from bot.knowledge.refusals import Refusal, Refusals
from bot.knowledge.topics import REFUSED
from bot.knowledge.words import mentions
from bot.retrieval.search import Found
from bot.types import Answer, Language, Status

__all__ = ["refusal_nearby", "refused"]

_NEARER = 0.015
"""Cosine by which a refused wish must be nearer than any article when the articles seem to answer all the same."""

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


def refusal_nearby(question: str, found: Found, confidence: Confidence, refusals: Refusals) -> Refusal | None:
    """Return the rule whose own wording the question is nearer to than to anything that articles are asked."""
    candidates = found.candidates
    if confidence.exact or not candidates.elsewhere.startswith(REFUSED):
        return None
    if candidates.situation_dense >= candidates.elsewhere_dense:
        return None  # nearer to somebody who needs help than to somebody who means harm
    nearer = candidates.elsewhere_dense - confidence.face_cosine
    rule = refusals.rule(candidates.elsewhere.removeprefix(REFUSED))
    if rule is None or mentions(question, rule.unless):
        return None
    return rule if nearer >= (_NEARER if confidence.answers else 0.0) else None
