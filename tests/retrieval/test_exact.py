"""Identifiers: the chunk that is about one comes before those that refer to it, however they spell it."""

from __future__ import annotations

import pytest

from bot.index import Index
from bot.retrieval.exact import search_exact
from bot.retrieval.query import Query
from bot.text.identifiers import find_identifiers
from tests.retrieval.conftest import ARTICLES, MakeIndex, article


@pytest.fixture(scope="module")
def index(make_index: MakeIndex) -> Index:
    """Build an index of articles that are about codes, and of some that refer to them further down."""
    return make_index(
        article("refers", "証明書", "証明書を確かめます。", "修正プログラム KB327825 も入れます。"),
        article("about", "認証", "文書番号 KB 327825。認証に失敗します。", "設定を変えます。"),
        article("register", "ドライバー検証", "検証の値 0x00000010 を控えます。"),
        article("short", "属性", "属性の値は 0x10 です。"),
        *ARTICLES,
    )


def _best(index: Index, text: str) -> list[str]:
    found = search_exact(Query(text, tuple(find_identifiers(text))), index)
    ranked = sorted(found, key=lambda position: -found[position])
    return [index.documents.article_of[position] for position in ranked]


def test_what_an_article_begins_with_it_is_about(index: Index) -> None:
    """A hotfix that another article tells to install is found after the article on it."""
    assert _best(index, "KB327825") == ["about", "refers"]


@pytest.mark.parametrize(("asked", "first"), [("0x10 が出ます", "short"), ("０ｘ００００００１０", "register")])
def test_a_code_as_it_is_spelled_comes_first(index: Index, asked: str, first: str) -> None:
    """Both are found either way, since readers leave out zeros."""
    found = _best(index, asked)
    assert found[0] == first
    assert set(found) == {"short", "register"}


def test_an_identifier_that_nobody_mentions_finds_nothing(index: Index) -> None:
    """Neither do digits within longer ones."""
    assert _best(index, "KB32782599") == []
    assert _best(index, "0x80079999") == []
