"""Ranking metrics, computed by trec_eval's own code through ir-measures (https://ir-measur.es)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ir_measures
from ir_measures import RR, R, Success, nDCG

__all__ = ["RANKING", "ordered_scores", "rank_measures"]

RANKING = {
    "hit@1": Success @ 1,
    "hit@3": Success @ 3,
    "recall@10": R @ 10,
    "mrr": RR,
    "ndcg@10": nDCG @ 10,
}
"""Success at k, recall, mean reciprocal rank (Kantor, Voorhees 2000), nDCG with linear gain, log2 discount (Järvelin,
Kekäläinen 2002), each as trec_eval defines it: documents sorted by score, ties by id."""


def rank_measures(
    judged: Mapping[str, Mapping[str, int]], runs: Mapping[str, Mapping[str, float]]
) -> dict[str, dict[str, float]]:
    """Return {query: {metric: value}} for every judged query, one that has no results scoring 0.

    `judged` maps a query to {document: relevance}, relevant from 1; `runs` maps it to {document: score}.
    """
    values: dict[str, dict[str, float]] = {query: dict.fromkeys(RANKING, 0.0) for query in judged}
    names = {str(measure): name for name, measure in RANKING.items()}
    # Documents that are not judged count as not relevant; a query outside `judged` has nothing to be measured by.
    wanted = {query: dict(runs.get(query, {})) for query in judged}
    for item in ir_measures.iter_calc(
        list(RANKING.values()), {query: dict(rows) for query, rows in judged.items()}, wanted
    ):
        values[item.query_id][names[str(item.measure)]] = float(item.value)
    return values


def ordered_scores(ranked: Sequence[tuple[str, float]]) -> dict[str, float]:
    """Return {document: score} with scores that fall strictly, so that ties keep the order in which they were shown."""
    return {document: float(-rank) for rank, (document, _) in enumerate(ranked)}
