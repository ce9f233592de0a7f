"""What tuning learns from and how it is judged: questions with their articles, folds, and the gain on held-out ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bot.errors import GuideError
from bot.evals.metrics import ranking_samples
from bot.evals.uncertainty import paired_p
from bot.index.manifest import Tuning
from bot.text.normalize import normalize
from bot.types import Article, BlockKind

__all__ = [
    "Gain",
    "Known",
    "as_tuning",
    "at_most",
    "compare",
    "group",
    "known_questions",
    "require_gain",
    "require_pairs",
    "split",
    "stripped",
]

_FEWEST = 100
"""Questions below which nothing is tuned: on 100 questions only a difference of some .05 nDCG@10 shows at all."""

_MOST = 3000
"""Questions that are used at most, drawn by chance: ten times as many would take hours."""

_CHANCE = 0.05
"""Highest p at which a gain counts as one."""

_SHORTEST = 4
"""Characters below which a heading names no question."""

_DEPTH = 10
_SEED = 0


@dataclass(frozen=True, slots=True)
class Known:
    """A question that one article is known to answer."""

    question: str
    article_id: str


@dataclass(frozen=True, slots=True)
class Gain:
    """nDCG@10 and hit@10 over the same held-out questions without and with tuning; `p` is of the difference in nDCG."""

    ndcg_before: float
    ndcg_after: float
    hit_before: float
    hit_after: float
    p: float

    def __str__(self) -> str:
        """Return the figures as one phrase."""
        return (
            f"nDCG@10 {self.ndcg_before:.3f} -> {self.ndcg_after:.3f} (p = {self.p:.3f}), "
            f"hit@10 {self.hit_before:.3f} -> {self.hit_after:.3f}"
        )


def known_questions(articles: Iterable[Article]) -> list[Known]:
    """Return what the articles themselves say that they answer: titles, asked questions and headings of one article.

    A heading that several articles have (まとめ) names none of them, nor does a title made from its first words.
    """
    articles = list(articles)
    headings = {
        article.id: {
            block.text for block in article.blocks if block.kind is BlockKind.HEADING and len(block.text) >= _SHORTEST
        }
        for article in articles
    }
    uses = Counter(heading for own in headings.values() for heading in own)
    found = []
    for article in articles:
        title = () if article.text.startswith(article.title) else (article.title,)
        single = sorted(heading for heading in headings[article.id] if uses[heading] == 1)
        texts = dict.fromkeys(text for text in (*title, *article.asked, *single) if normalize(text).strip())
        found += [Known(text, article.id) for text in texts]
    return found


def at_most(known: Sequence[Known], most: int = _MOST) -> list[Known]:
    """Return the questions, or `most` of them drawn by chance, in their order."""
    if len(known) <= most:
        return list(known)
    return [known[row] for row in np.sort(np.random.default_rng(_SEED).choice(len(known), most, replace=False))]


def stripped(article: Article) -> Article:
    """Return the article without what `known_questions` reads: it must be found by its body alone."""
    blocks = tuple(block for block in article.blocks if block.kind is not BlockKind.HEADING)
    first = blocks[0].text if blocks else ""
    return replace(article, title=first[:40], asked=(), blocks=blocks)


def group(known: Sequence[Known], articles: Iterable[Article]) -> NDArray[np.int64]:
    """Return a number for each question, the same where the articles share a question or are equal word for word."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    for article in articles:
        parent[root(f"a {article.id}")] = root(f"t {normalize(article.text)}")
    for one in known:
        parent[root(f"a {one.article_id}")] = root(f"q {normalize(one.question)}")
    roots = [root(f"a {one.article_id}") for one in known]
    numbers = {name: number for number, name in enumerate(dict.fromkeys(roots))}
    return np.array([numbers[name] for name in roots], np.int64)


def split(groups: NDArray[np.int64], folds: int) -> NDArray[np.int64]:
    """Return the fold, 0 … folds - 1, of each question; a group is never divided."""
    fold_of: NDArray[np.int64] = np.random.default_rng(_SEED).permutation(int(groups.max()) + 1) % folds
    return fold_of[groups]


def compare(known: Sequence[Known], before: Mapping[str, list[str]], after: Mapping[str, list[str]]) -> Gain:
    """Return the gain over all questions; `before` and `after` map a question to article ids, best first."""
    judged: dict[str, dict[str, int]] = {}
    for one in known:
        judged.setdefault(one.question, {})[one.article_id] = 1
    samples = [
        ranking_samples(
            judged, {query: {name: -float(rank) for rank, name in enumerate(names)} for query, names in run.items()}
        )
        for run in (before, after)
    ]
    table = [[one[query] for query in judged] for one in samples]
    ndcg = [[row["retrieval.ndcg@10"] for row in rows] for rows in table]
    hits = [
        [(float(bool(judged[query].keys() & set(run.get(query, [])[:_DEPTH]))), 1.0) for query in judged]
        for run in (before, after)
    ]
    means = [float(np.mean([above for above, _ in rows])) for rows in (*ndcg, *hits)]
    return Gain(means[0], means[1], means[2], means[3], paired_p(ndcg[0], ndcg[1]))


def require_pairs(known: Sequence[Known], folds: int) -> None:
    """Raise `GuideError` when there are too few questions to learn from or to judge by."""
    articles = len({one.article_id for one in known})
    if len(known) < _FEWEST or articles < folds:
        raise GuideError(
            f"the articles give {len(known)} questions about {articles} articles, and tuning needs {_FEWEST} about at "
            f"least {folds}; add titles, headings or asked questions, or give readers' questions with --pairs"
        )


def require_gain(gain: Gain) -> None:
    """Raise `GuideError` with the figures unless tuning helps on articles that it was not trained on."""
    if gain.ndcg_after <= gain.ndcg_before or gain.p > _CHANCE or gain.hit_after < gain.hit_before:
        raise GuideError(f"tuning does not help on held-out articles ({gain}); the index is unchanged")


def as_tuning(gain: Gain, pairs: int, folds: int, created: str) -> Tuning:
    """Return what the manifest keeps."""
    return Tuning(pairs, folds, gain.ndcg_before, gain.ndcg_after, gain.hit_before, gain.hit_after, gain.p, created)
