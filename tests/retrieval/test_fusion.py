"""How much each search counts depends on the model that made the vectors."""

from __future__ import annotations

from dataclasses import replace

from bot.index.manifest import Tuning
from bot.retrieval.fusion import Weights, usual
from tests.retrieval.conftest import ARTICLES, MakeIndex


def test_meaning_counts_more_where_the_model_was_tuned_to_the_articles(make_index: MakeIndex) -> None:
    """All else stays as it is."""
    index = make_index(*ARTICLES)
    tuning = Tuning(200, 3, 0.7, 0.8, 0.8, 0.9, 0.01, "2026-11-28T00:00:00+00:00")
    tuned = replace(index, manifest=replace(index.manifest, tuning=tuning))

    assert usual(index) == Weights()
    assert usual(tuned).dense > usual(index).dense
    assert replace(usual(tuned), dense=Weights().dense) == Weights()
