"""Chunks that say nearly the same thing rank near each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from bot.index import Index
from bot.retrieval.alike import level
from bot.retrieval.fusion import Weights
from bot.retrieval.query import Query
from bot.retrieval.stages import Candidates, gather
from tests.fakes import HashEmbedder
from tests.retrieval.conftest import ARTICLES, MakeIndex, article

TWINS = (
    article("first", "一つ目", "共有フォルダーの資格情報をコントロールパネルから削除して入れ直します。"),
    article("second", "二つ目", "共有フォルダーの資格情報をコントロールパネルから削除して登録し直します。"),
)


@pytest.fixture(scope="module")
def index(make_index: MakeIndex) -> Index:
    """Build an index in which two articles say nearly the same thing."""
    return make_index(*TWINS, *ARTICLES)


def _candidates(index: Index, exact: Sequence[str] = ()) -> tuple[Candidates, dict[str, int]]:
    """Return all chunks as candidates, and the row of each article's first chunk."""
    query = Query("資格情報", words={"資格": 1.0})
    found = gather(query, HashEmbedder(256).embed_queries([query.text])[0], index)
    rows: dict[str, int] = {}
    for row, position in enumerate(found.positions):
        rows.setdefault(index.documents.article_of[int(position)], row)
    mentions = np.zeros(len(found.positions), np.float32)
    mentions[[rows[name] for name in exact]] = 1.0
    return replace(found, exact=mentions), rows


def test_a_copy_takes_over_part_of_the_lead(index: Index) -> None:
    """The twin of the best chunk rises, stays behind it, and nothing else moves."""
    candidates, rows = _candidates(index)
    scores = np.zeros(len(candidates.positions), np.float32)
    scores[rows["first"]] = 8.0
    levelled = level(scores, candidates, index, Weights())
    assert 2 < levelled[rows["second"]] < 8
    assert levelled[rows["first"]] == 8
    assert (np.delete(levelled, [rows["first"], rows["second"]]) < 2).all()
    assert level(scores, candidates, index, replace(Weights(), alike=0.0)).tolist() == scores.tolist()


def test_an_identifier_is_not_lent(index: Index) -> None:
    """Only what the searches say is shared: a copy without the asked code stays far below any chunk with it."""
    candidates, rows = _candidates(index, exact=["first", "sound"])
    scores = Weights().exact * candidates.exact
    scores[rows["first"]] += 8.0
    levelled = level(scores, candidates, index, Weights())
    assert levelled[rows["second"]] < 8
    assert levelled[rows["sound"]] >= Weights().exact


def test_chunks_of_one_article_do_not_lift_each_other(make_index: MakeIndex) -> None:
    """An article ranks by its best chunk anyway."""
    index = make_index(article("same", "同じ", "更新を一時停止して再起動します。", "更新を一時停止して再起動します。"))
    candidates, _ = _candidates(index)
    scores = np.array([5.0, 0.0], np.float32)
    assert level(scores, candidates, index, Weights()).tolist() == [5.0, 0.0]


@pytest.fixture(scope="module")
def crowd(make_index: MakeIndex) -> Index:
    """Build an index in which ten articles say nearly the same thing."""
    text = "共有フォルダーの資格情報をコントロールパネルから削除して{}登録します。"
    return make_index(*(article(f"copy{n}", f"題{n}", text.format(n)) for n in range(10)), *ARTICLES)


def test_copies_do_not_take_every_place(crowd: Index) -> None:
    """Six of ten copies keep their places; the others come after whatever says something else."""
    names = _ranked(crowd, Weights())
    assert all(name.startswith("copy") for name in names[:6])
    assert not any(name.startswith("copy") for name in names[6:-4])
    assert all(name.startswith("copy") for name in _ranked(crowd, replace(Weights(), alike=0.0))[:10])


def test_a_copy_with_the_asked_code_stays(crowd: Index) -> None:
    """Each chunk that mentions what was asked by its code keeps its place."""
    names = _ranked(crowd, Weights(), exact=[f"copy{n}" for n in range(10)])
    assert all(name.startswith("copy") for name in names[:10])


def _ranked(index: Index, weights: Weights, exact: Sequence[str] = ()) -> list[str]:
    """Return the articles of all chunks, best first, where the copies have the best scores."""
    candidates, rows = _candidates(index, exact)
    scores = weights.exact * candidates.exact
    for number in range(10):
        scores[rows[f"copy{number}"]] += 10.0 - number / 10
    ranked = np.argsort(-level(scores, candidates, index, weights), kind="stable")
    return [index.documents.article_of[int(candidates.positions[row])] for row in ranked]
