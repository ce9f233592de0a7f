"""Chunks that say nearly the same thing in several articles: they rank near each other, but do not take every place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bot.index import Index
from bot.retrieval.fusion import Weights
from bot.retrieval.stages import Candidates

__all__ = ["level"]

_COMPARED = 60
"""Best chunks compared with each other: nDCG@10 on 1,351 title queries is .001 lower with 30, and the same with 150."""

_ROUNDS = 2
"""A copy of a copy counts, too: nDCG@10 .7582 with one round. From the fourth on all lean together (.757, then .75)."""

_CROWD, _COPY = 6, 0.4
"""Articles that may all say the same, and the likeness from which a chunk below them makes way. On 1,351 title queries
hit@10 .9001 → .9045 (both halves gain), nDCG@10 .7595 → .7597; with 6 to 8 articles and .3 to .45 .903–.905."""


def level(scores: NDArray[np.float32], candidates: Candidates, index: Index, weights: Weights) -> NDArray[np.float32]:
    """Return the fused scores, a chunk having taken over part of the lead of a chunk like it in another article.

    Two articles that say the same thing answer the same question, and what a search sees in one of them by luck, it
    should have seen in the other. A chunk never passes the one it leans on, and identifiers are not lent: that another
    chunk has the asked code says nothing of this one. Where the same thing has been said in `_CROWD` articles, what
    says something else comes first, unless it is the copy that has the code.
    """
    top = np.argsort(-scores, kind="stable")[:_COMPARED]
    if not weights.alike or not len(top):
        return scores
    positions = candidates.positions[top]
    likeness = index.words.likeness(positions)
    articles = index.faces.article_of_chunk[positions]
    likeness[articles[:, None] == articles] = 0.0
    exact = candidates.exact[top]
    raised = scores[top] + _lift((scores - weights.exact * candidates.exact)[top], weights.alike * likeness)
    order = np.argsort(-raised, kind="stable")
    varied = _varied(order, likeness >= _COPY, articles, exact > 0)
    levelled = scores.copy()
    levelled[top[varied]] = raised[order]
    return levelled


def _lift(own: NDArray[np.float32], likeness: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what each chunk (n,) takes over from those like it."""
    raised = own
    for _ in range(_ROUNDS):
        lead = np.maximum(raised - raised[:, None], 0.0)  # lead[i, j]: how far chunk j is ahead of chunk i
        raised = raised + (likeness * lead).max(axis=1)
    return raised - own


def _varied(
    order: NDArray[np.int64], copies: NDArray[np.bool_], articles: NDArray[np.int64], exact: NDArray[np.bool_]
) -> list[int]:
    """Return the order (n,), best first, with the copies below the first articles moved behind everything else."""
    kept: list[int] = []
    behind: list[int] = []
    seen: set[int] = set()
    copied = np.zeros(len(order), np.bool_)  # of any that is kept
    for row in order.tolist():
        article = int(articles[row])
        if copied[row] and len(seen) >= _CROWD and article not in seen and not exact[row]:
            behind.append(row)
            continue
        kept.append(row)
        seen.add(article)
        copied |= copies[row]
    return kept + behind
