"""BM25 with weighted terms over ready-made tokens."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import IndexDamagedError
from bot.index.lexical import LexicalIndex

DOCUMENTS = [["認証", "外れる"], ["回復", "キー", "青い", "画面"], [], ["認証", "キー", "キー"]]


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    """Build and load a tiny index; one document is empty."""
    LexicalIndex.build(DOCUMENTS, tmp_path)
    return LexicalIndex.load(tmp_path)


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


def test_missing_files_are_an_error(tmp_path: Path) -> None:
    """A directory without postings is said to be unreadable."""
    with pytest.raises(IndexDamagedError):
        LexicalIndex.load(tmp_path / "nothing")
