"""Train for `guide tune` and judge by folds: each question is asked of a model that never saw its article."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bot.errors import REBUILD, IndexDamagedError, IndexMismatchError
from bot.evals.tuning import Gain, Known, compare, group, split
from bot.settings import Settings
from bot.types import Article

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bot.backends.e5.adapted import Adaptation
    from bot.backends.e5.train import Pair, Trainer
    from bot.backends.embedder import Embedder
    from bot.index import Index
    from bot.knowledge.vocabulary import Vocabulary
    from bot.retrieval.fusion import Weights

__all__ = ["Bench", "Outcome"]

_Bar = Callable[[str, int, int], None]
_TINY = 1e-6
_TRAININGS = 3
"""Trainings that are averaged: on 1,351 title queries in three folds nDCG@10 .764 with one, .768 with three, and with
five no more on the first fold."""
_Ranked = list[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the folds gave: the gain, the cross-validated run, and how far tuned cosines must be drawn together."""

    gain: Gain
    run: dict[str, _Ranked]
    share: float
    minutes: float


class Bench:
    """Articles as they are searched in the trial, and the questions whose answers are known.

    `as_indexed` tells that the live index holds the same articles.
    `work` is a directory for trial indexes and engines; it can grow by some 100 MB a thousand articles.
    """

    def __init__(
        self,
        articles: Sequence[Article],
        known: Sequence[Known],
        settings: Settings,
        base: Embedder,
        work: Path,
        bar: _Bar,
        *,
        as_indexed: bool,
    ) -> None:
        from bot.backends.e5.train import Trainer
        from bot.backends.embedder import model_cache
        from bot.knowledge import load_knowledge

        self._articles, self._known, self._settings, self._work, self._bar = articles, known, settings, work, bar
        self._as_indexed = as_indexed
        self._vocabulary: Vocabulary = load_knowledge(settings.corpus).vocabulary
        self._cache = model_cache(settings)
        self._groups = group(known, articles)
        self.questions = list(dict.fromkeys(one.question for one in known))
        self._before, self._cosines, pairs, vectors = self._try_base(base)
        bar("preparing", 0, 0)
        self.trainer: Trainer = Trainer(pairs, vectors, self._cache, threads=settings.embedding_threads)

    def judge(self, folds: int, k: int) -> Outcome:
        """Train `folds` times without the articles of one fold, and ask their questions with them held out."""
        from bot.retrieval.fusion import TUNED

        start = time.monotonic()
        fold_of = split(self._groups, folds)
        run: dict[str, _Ranked] = {}
        tuned: dict[str, float] = {}
        for fold in range(folds):
            adaptation = self.train(np.flatnonzero(fold_of != fold), f"fold {fold + 1}")
            held = list(
                dict.fromkeys(one.question for one, its in zip(self._known, fold_of, strict=True) if its == fold)
            )
            embedder = self._open(adaptation, f"fold{fold}")
            with closing(self._index(embedder, f"fold {fold + 1}")) as index:
                ranked = self._search(held, index, embedder, k, TUNED)
                tuned.update(zip(held, _nearest(held, index, embedder), strict=True))
            run.update(zip(held, ranked, strict=True))
        gain = compare(self._known, _names(self._before), _names(run))
        # Of the distance (1 - cosine) to a question's nearest passage: untuned over tuned, on average.
        untuned, now = (float(np.mean([1.0 - rows[one] for one in self.questions])) for rows in (self._cosines, tuned))
        return Outcome(gain, run, min(1.0, untuned / max(now, _TINY)), (time.monotonic() - start) / 60)

    def train(self, rows: Sequence[int] | NDArray[np.int64], stage: str) -> Adaptation:
        """Train on the questions at `rows`."""
        from bot.backends.e5.adapted import Adaptation

        tensors = self.trainer.fit(
            [int(row) for row in rows],
            progress=lambda done, total: self._bar(f"train {stage}", done, total),
            trainings=_TRAININGS,
        )
        return Adaptation(tensors)

    def _try_base(self, base: Embedder) -> tuple[dict[str, _Ranked], dict[str, float], list[Pair], NDArray[np.float32]]:
        """Ask all questions of the untuned model, and find the passage of each article that its question means."""
        from bot.backends.e5.train import Pair
        from ingest.build import indexed_text

        with closing(self._untuned(base)) as index:
            before = dict(zip(self.questions, self._search(self.questions, index, base, 10), strict=True))
            vectors = dict(zip(self.questions, base.embed_queries(self.questions), strict=True))
            cosines = dict(zip(self.questions, _nearest(self.questions, index, base), strict=True))
            article_of = np.array(index.documents.article_of)
            pairs, vectors_of = [], []
            for one, number in zip(self._known, self._groups, strict=True):
                own = np.flatnonzero(article_of == one.article_id)
                best = own[int((np.asarray(index.embeddings[own]) @ vectors[one.question]).argmax())]
                part = index.documents.chunks([int(best)])[0]
                article = index.documents.article(one.article_id)
                if article is None:
                    raise IndexDamagedError(f"{index.directory} lacks {one.article_id}; {REBUILD}")
                pairs.append(Pair(one.question, indexed_text(article, part), int(number)))
                vectors_of.append(np.asarray(index.embeddings[best]))
            return before, cosines, pairs, np.stack(vectors_of)

    def _open(self, adaptation: Adaptation, name: str) -> Embedder:
        from bot.backends.e5.adapted import open_adapted

        file = self._work / f"{name}.safetensors"
        adaptation.save(file)
        return open_adapted(file, self._cache, threads=self._settings.embedding_threads, engines=self._work / "engines")

    def _index(self, embedder: Embedder, stage: str) -> Index:
        from bot.index import open_index
        from ingest.build import build

        path = self._work / stage.replace(" ", "")

        def tell(what: str, done: int, total: int) -> None:
            if what == "embedding":
                self._bar(f"embed {stage}", done, total)

        build(self._articles, index=path, embedder=embedder, sources=[stage], progress=tell)
        return open_index(path, embedder.name, embedder.dimension)

    def _untuned(self, base: Embedder) -> Index:
        """Open the live index where it holds the same articles in vectors of the untuned model, else build one."""
        from bot.index import open_index

        if self._as_indexed:
            try:
                return open_index(self._settings.index, base.name, base.dimension)
            except IndexMismatchError:  # it is tuned already
                pass
        return self._index(base, "untuned")

    def _search(
        self, questions: list[str], index: Index, embedder: Embedder, k: int, weights: Weights | None = None
    ) -> list[_Ranked]:
        from bot.retrieval.batch import search_articles

        return search_articles(questions, index, embedder, self._vocabulary, k, weights=weights)


def _nearest(questions: list[str], index: Index, embedder: Embedder) -> list[float]:
    """Return for each question the cosine of its nearest passage."""
    cosines = embedder.embed_queries(questions) @ np.asarray(index.embeddings).T
    return [float(value) for value in cosines.max(axis=1)]


def _names(run: dict[str, _Ranked]) -> dict[str, list[str]]:
    return {question: [name for name, _ in ranked] for question, ranked in run.items()}
