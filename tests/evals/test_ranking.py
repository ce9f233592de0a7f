"""Ranking metrics against an implementation of their definitions that shares no code with them."""

from __future__ import annotations

import csv
import math
import random
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evals.metrics.retrieval import ordered_scores, rank_measures


def _by_definition(judged: Mapping[str, int], run: Mapping[str, float]) -> dict[str, float]:
    """Compute every metric from the textbook; ties by id, the greater first, as trec_eval has it."""
    ranked = [name for name, _ in sorted(run.items(), key=lambda item: (item[1], item[0]), reverse=True)]
    relevant = {name for name, score in judged.items() if score > 0}
    first = next((rank for rank, name in enumerate(ranked, 1) if name in relevant), None)
    gains = [max(judged.get(name, 0), 0) for name in ranked[:10]]
    best = sorted((score for score in judged.values() if score > 0), reverse=True)[:10]
    ideal = sum(gain / math.log2(rank + 1) for rank, gain in enumerate(best, 1))
    return {
        "hit@1": float(first == 1),
        "hit@3": float(first is not None and first <= 3),
        "recall@10": len(relevant & set(ranked[:10])) / len(relevant) if relevant else 0.0,
        "mrr": 1 / first if first else 0.0,
        "ndcg@10": sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1)) / ideal if ideal else 0.0,
    }


def _agree(judged: Mapping[str, Mapping[str, int]], runs: Mapping[str, Mapping[str, float]]) -> None:
    found = rank_measures(judged, runs)
    assert set(found) == set(judged)
    for query, expected in ((query, _by_definition(rows, runs.get(query, {}))) for query, rows in judged.items()):
        for name, value in expected.items():
            assert found[query][name] == pytest.approx(value, abs=1e-9), (query, name)


_DOCUMENTS = st.sampled_from([f"d{number}" for number in range(25)])


@given(
    st.dictionaries(_DOCUMENTS, st.integers(0, 3), min_size=1),
    st.dictionaries(_DOCUMENTS, st.integers(-5, 5).map(float), max_size=25),
)
def test_agrees_with_the_definitions(judged: dict[str, int], run: dict[str, float]) -> None:
    """Graded judgements, ties, missing and irrelevant documents give the textbook's values."""
    _agree({"q": judged}, {"q": run})


@pytest.mark.shared
def test_agrees_on_all_of_jsquad(shared: Path) -> None:
    """On 4,442 real questions, figures agree to 1e-9 for a ranking that is right, late or wrong at random."""
    folder = shared / "data" / "retrieval" / "jsquad"
    if not folder.is_dir():
        pytest.skip("the JSQuAD set is not beside the clone (../shared/data/retrieval/jsquad)")
    judged: dict[str, dict[str, int]] = {}
    with (folder / "qrels.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            judged.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
    documents = sorted({name for rows in judged.values() for name in rows})
    dice = random.Random(7)  # noqa: S311  # a repeatable ranking
    runs = {}
    for query, rows in judged.items():
        names = dict.fromkeys([*dice.sample(documents, 12), *dice.sample(sorted(rows), min(len(rows), 2))])
        runs[query] = {name: round(dice.uniform(0, 3), 1) for name in names}
    assert len(judged) > 4000
    _agree(judged, runs)
    means = {
        name: sum(values[name] for values in rank_measures(judged, runs).values()) / len(judged) for name in ("mrr",)
    }
    assert 0 < means["mrr"] < 1


def test_a_query_without_results_counts_as_zero() -> None:
    """No query disappears from the average."""
    assert rank_measures({"a": {"d": 1}, "b": {"d": 1}}, {"a": {"d": 1.0}})["b"] == dict.fromkeys(
        ("hit@1", "hit@3", "recall@10", "mrr", "ndcg@10"), 0.0
    )


def test_order_shown_is_order_measured() -> None:
    """Equal scores do not let the ids decide what was first."""
    ranked = ordered_scores([("a", 1.0), ("z", 1.0)])
    assert rank_measures({"q": {"a": 1}}, {"q": ranked})["q"]["hit@1"] == 1
