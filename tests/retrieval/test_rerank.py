"""A reranker orders the best hits anew, within its time, and never before an identifier."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from bot.answer.guide import Guide
from bot.evals.ablate import without
from bot.retrieval.rerank import POOL, rerank
from bot.types import Block, BlockKind, Chunk, Hit
from tests.fakes import HashEmbedder, OverlapReranker


def hit(name: str, score: float, exact: float = 0.0) -> Hit:
    """Return a hit whose passage is its name."""
    chunk = Chunk(f"{name}#0", name, 0, (), (Block(BlockKind.PARAGRAPH, name),), name)
    return Hit(chunk, score, {"dense": 0.9, "exact": exact})


HITS = [hit("別の話です", 3.0), hit("画面が暗い", 2.0), hit("音が出ない", 1.0)]


def test_what_was_read_is_in_the_rerankers_order():
    """The passage that it likes best comes first; the places keep their scores, so that these fall."""
    found = rerank("音が出ない", HITS, OverlapReranker())
    assert found[0].article_id == "音が出ない"
    assert [one.score for one in found] == [3.0, 2.0, 1.0]
    assert all(first.signals["rerank"] >= second.signals["rerank"] for first, second in pairwise(found))


def test_what_was_not_read_in_time_keeps_its_place():
    """With time for two of three the third stays third, without a score of the reranker."""
    found = rerank("音が出ない", HITS, OverlapReranker(limit=2))
    assert found[2] == HITS[2]
    assert {one.article_id for one in found[:2]} == {"別の話です", "画面が暗い"}
    assert rerank("音が出ない", HITS, OverlapReranker(), seconds=0.0) == tuple(HITS)


def test_an_identifier_comes_before_what_the_reranker_likes():
    """A hit that mentions the asked code stays in front."""
    found = rerank("音が出ない", [hit("0x80070643", 103.0, exact=1.0), *HITS], OverlapReranker())
    assert [one.article_id for one in found[:2]] == ["0x80070643", "音が出ない"]


def test_no_more_than_the_pool_is_read():
    """Hits beyond it follow as they were."""
    hits = [hit(f"{number}", float(-number)) for number in range(POOL + 3)]
    found = rerank("5", hits, OverlapReranker())
    assert found[POOL:] == tuple(hits[POOL:])
    assert found[0].article_id == "5"


class _Last:
    """Like the passages the less, the better the search liked them."""

    name = "last"

    def score(self, question, passages, seconds):
        return np.arange(len(passages), dtype=np.float32)


def test_the_guide_searches_with_its_reranker(small_guide, knowledge):
    """What the search put last of the pool comes first, also beyond the hits asked for, with its score."""
    guide = Guide(small_guide.index, HashEmbedder(256), knowledge, reranker=_Last())
    plain = small_guide.search("印刷できない", 20).hits
    turned = guide.search("印刷できない", 2).hits
    assert [one.chunk.id for one in turned] == [one.chunk.id for one in reversed(plain)][:2]
    assert "rerank" in turned[0].signals
    assert "rerank" not in plain[0].signals


def test_the_ablation_has_a_row_only_where_a_reranker_is_set(small_guide, knowledge):
    """Without one the table is as before; with one, only its own row goes without it."""
    guide = Guide(small_guide.index, HashEmbedder(256), knowledge, reranker=_Last())
    rows = dict(without(guide))
    assert rows["reranker"].reranker is None
    assert all(other.reranker is guide.reranker for stage, other in rows.items() if stage != "reranker")
    assert "reranker" not in dict(without(small_guide))
