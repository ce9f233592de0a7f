"""A number that a claim gives to one topic, and its passages only to another."""

from __future__ import annotations

import re

from bot.answer.verify.frames import among, frames, shares
from bot.answer.verify.reading import Statement

__all__ = ["foreign_number"]

_CLEARLY = 0.8
"""Share of a claim's topic that one topic of the passages must have."""
_AS_WELL = 0.6
"""Share of the best from which another topic is the claim's as well."""
_NUMBER = re.compile(r"[0-9]")


def foreign_number(claim: Statement, every: tuple[Statement, ...], about: frozenset[str]) -> str:
    """Return the numbers that a claim has from another topic's comment, "" when there are none.

    Only where its own topic has others: 24H2の終わりは2025年, where 2025年 is written of Windows 10 and 2026年 of 24H2.
    """
    theirs = frames(every)
    for frame in frames((claim,)):
        topic = frozenset(item for item in frame.topic if not among(item, about))
        if not frame.own or not topic or not theirs:
            continue
        likeness = [
            0.0 if None not in (frame.turned, one.turned) and frame.turned is not one.turned else share
            for one, (share, _) in zip(theirs, shares(topic, [one.topic for one in theirs]), strict=True)
        ]
        least = _AS_WELL * max(likeness)
        if max(likeness) < _CLEARLY:
            continue
        pairs = list(zip(theirs, likeness, strict=True))
        own = about.union(*(one.topic | one.comment for one, share in pairs if share >= least or not one.topic))
        rest = _numbers(frame.comment) - own
        left = frozenset().union(*(_numbers(one.comment) for one, share in pairs if share >= least)) - frame.comment
        others = [one for one, share in pairs if share < least and one.topic]
        if rest and left and any(rest <= one.comment for one in others):
            return " ".join(sorted(rest))
    return ""


def _numbers(items: frozenset[str]) -> frozenset[str]:
    return frozenset(item for item in items if _NUMBER.search(item))
