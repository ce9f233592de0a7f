"""BM25 with weighted terms over ready-made tokens."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
import pytest

from bot.errors import IndexDamagedError
from bot.index import lexical_writer
from bot.index.lexical import K1, B, LexicalIndex
from bot.index.lexical_writer import LexicalWriter, Tokens

DOCUMENTS = [["認証", "外れる"], ["回復", "キー", "青い", "画面"], [], ["認証", "キー", "キー"]]


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    """Build and load a tiny index; one document is empty."""
    return _write(tmp_path, DOCUMENTS)


def _write(directory: Path, documents: Sequence[Sequence[str]]) -> LexicalIndex:
    writer = LexicalWriter(directory)
    for tokens in documents:
        writer.add(tokens)
    writer.finish()
    return LexicalIndex.load(directory)


def test_scores_only_where_a_term_occurs(index: LexicalIndex) -> None:
    """Documents without any term score exactly zero; one without any token does too."""
    scores = index.scores({"回復": 1.0})
    assert scores[1] > 0
    assert scores[[0, 2, 3]].tolist() == [0, 0, 0]


def test_weights_scale_and_add_up(index: LexicalIndex) -> None:
    """Scores are additive over terms, and a term's weight multiplies its part."""
    single = index.scores({"キー": 1.0})
    both = index.scores({"キー": 0.5, "回復": 1.0})
    assert both[3] == pytest.approx(single[3] / 2)
    assert both[1] == pytest.approx(single[1] / 2 + index.scores({"回復": 1.0})[1])


def test_unknown_terms_change_nothing(index: LexicalIndex) -> None:
    """A term that no document has scores nowhere, and is the rarest of all."""
    assert not index.scores({"プリンター": 1.0}).any()
    assert "プリンター" not in index
    assert index.rarity("プリンター") > index.rarity("回復") > index.rarity("認証")


def test_pairs_count_only_in_their_order_and_within_a_document(tmp_path: Path) -> None:
    """Words that meet across the border of two documents, the wrong way round or apart are no pair."""
    index = _write(
        tmp_path, [["回復", "キー"], ["キー", "回復"], ["青い", "回復"], ["キー", "画面"], ["回復", "青い", "キー"]]
    )
    scores = index.pair_scores([("回復", "キー")], np.arange(5))
    assert scores[0] > 0
    assert scores[1:].tolist() == [0, 0, 0, 0]


def test_a_pair_is_as_rare_as_it_is_among_the_documents_asked_about(tmp_path: Path) -> None:
    """The same document scores less where the others have the pair as well; in any order of the positions."""
    index = _write(tmp_path, [["回復", "キー"], ["回復", "キー"], ["青い", "画面"]])
    alone, beside = (
        index.pair_scores([("回復", "キー")], np.array([2, 0]))[1],
        index.pair_scores([("回復", "キー")], np.array([1, 0]))[1],
    )
    assert alone > beside > 0


def test_pairs_of_unknown_words_score_nothing(index: LexicalIndex) -> None:
    """A word that no document has, no pair at all, no document at all, or one without any token."""
    everything = np.arange(4)
    assert not index.pair_scores([("認証", "プリンター")], everything).any()
    assert not index.pair_scores([], everything).any()
    assert index.pair_scores([("回復", "キー")], np.array([2])).tolist() == [0]
    assert index.pair_scores([("回復", "キー")], everything[:0]).shape == (0,)


def _synonyms(tmp_path: Path) -> LexicalIndex:
    fold = {"消す": "#1", "削除": "#1"}
    writer = LexicalWriter(tmp_path, fold=lambda word: fold.get(word, word))
    for tokens in (["削除", "ファイル"], ["消す", "フォルダー"], ["画面", "青い"]):
        writer.add(tokens)
    writer.finish()
    return LexicalIndex.load(tmp_path, lambda word: fold.get(word, word))


def test_folded_words_share_their_postings(tmp_path: Path) -> None:
    """Either word finds both documents, as often as it is asked for, and is as rare as both together."""
    index = _synonyms(tmp_path)
    scores = index.scores({"削除": 1.0})
    assert scores[0] == scores[1] > scores[2] == 0
    assert index.scores({"消す": 0.5, "削除": 1.0}).tolist() == scores.tolist()
    assert index.rarity("消す") == index.rarity("削除") < index.rarity("ファイル")
    assert "消す" in index
    assert "青" not in index


def test_pairs_are_of_words_as_written(tmp_path: Path) -> None:
    """A pair tells wordings apart, so that another word of the same meaning is another pair."""
    scores = _synonyms(tmp_path).pair_scores([("削除", "ファイル"), ("消す", "ファイル")], np.arange(3))
    assert scores[0] > 0
    assert scores[1:].tolist() == [0, 0]


def test_likeness_is_the_share_of_rare_words_in_common(tmp_path: Path) -> None:
    """The same words in any order and number are 1, none in common 0, a synonym counts, a rare word more."""
    index = _write(
        tmp_path,
        [["回復", "キー"], ["キー", "回復", "キー"], ["青い", "画面"], ["回復", "青い"], ["青い", "印刷"], ["青い"]],
    )
    likeness = index.likeness(np.arange(6))
    assert np.allclose(likeness, likeness.T)
    assert likeness[0, 1] == pytest.approx(1)
    assert np.allclose(likeness.diagonal(), 1)
    assert likeness[0, 2] == 0
    assert likeness[0, 3] > likeness[2, 3] > 0  # 回復 stands in fewer documents than 青い
    assert index.likeness(np.array([3, 0]))[0, 1] == likeness[0, 3]
    assert _synonyms(tmp_path / "folded").likeness(np.arange(3))[0, 1] > 0


def test_missing_files_are_an_error(tmp_path: Path) -> None:
    """A directory without postings is said to be unreadable."""
    with pytest.raises(IndexDamagedError):
        LexicalIndex.load(tmp_path / "nothing")


# Writing


def _random_documents() -> list[list[str]]:
    draw = random.Random(5)  # noqa: S311  # the same documents in each run
    return [[f"w{int(draw.expovariate(0.05))}" for _ in range(draw.randrange(40))] for _ in range(300)]


@pytest.mark.parametrize("block", [1, 700, 500_000])
def test_scores_are_those_of_bm25s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    """However few tokens are counted at once, each posting scores as in the library's own index."""
    monkeypatch.setattr(lexical_writer, "_BLOCK", block)
    documents = _random_documents()
    ours = _write(tmp_path, documents)
    theirs = bm25s.BM25(method="lucene", k1=K1, b=B)
    theirs.index([tokens or [""] for tokens in documents], show_progress=False)
    for word in {word for tokens in documents for word in tokens}:
        np.testing.assert_allclose(ours.scores({word: 1.0}), theirs.get_scores([word]), rtol=1e-6)


def test_copied_documents_make_the_same_index_as_fresh_ones(tmp_path: Path) -> None:
    """Rows copied from an older index, in another order and among new ones, give the same files byte for byte."""
    documents = _random_documents()
    _write(tmp_path / "old", documents)
    wanted = [documents[7], ["new", "w1", "w99999"], *documents[100:200], documents[7]]
    writer = LexicalWriter(tmp_path / "copied", Tokens(tmp_path / "old"))
    writer.copy(7)
    writer.add(wanted[1])
    for row in range(100, 200):
        writer.copy(row)
    writer.copy(7)
    writer.finish()
    _write(tmp_path / "fresh", wanted)
    fresh = {path.name: path.read_bytes() for path in (tmp_path / "fresh").iterdir()}
    assert {path.name: path.read_bytes() for path in (tmp_path / "copied").iterdir()} == fresh
    assert not any(name.endswith(".part") for name in fresh)
