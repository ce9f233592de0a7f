"""A small index over articles that differ in identifiers and wording, built with the fake embedder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.answer.guide import Guide
from bot.index import Index, open_index
from bot.types import Article, Block, BlockKind
from ingest.build import build
from tests.fakes import HashEmbedder


def article(name: str, title: str, *paragraphs: str) -> Article:
    """Return an article of paragraphs, one heading above each but the first."""
    blocks = [Block(BlockKind.PARAGRAPH, paragraphs[0])]
    for number, text in enumerate(paragraphs[1:], 1):
        blocks += [Block(BlockKind.HEADING, f"その{number}", level=2), Block(BlockKind.PARAGRAPH, text)]
    return Article(id=name, title=title, blocks=tuple(blocks))


ARTICLES = (
    article(
        "update-643", "更新できない", "番号 0x80070643 は空きが足りないときに出ます。", "パーティションを広げます。"
    ),
    article("update-002", "更新の失敗", "0x80070002 はファイルが見つからないという意味です。"),
    article("update-922", "更新が途中で止まる", "0x800F0922 では接続を確かめます。"),
    article("activation", "認証できない", "0xC004F213 はライセンスが見つからないときに出ます。"),
    article("irql", "青い画面", "停止コード 0xA は IRQL_NOT_LESS_OR_EQUAL です。ドライバーを戻します。"),
    article("kb", "印刷の不具合", "KB5046617 を入れたあとの不具合です。アンインストールします。"),
    article(
        "printer", "プリンターで印刷できない", "電源を入れ直します。キューを空にします。", "ケーブルを差し直します。"
    ),
    article("sound", "音が出ない", "音量と出力先を選び直します。", "イヤホンを抜きます。"),
    article("slow", "動作が遅い", "常駐ソフトを減らします。", "空き容量を増やします。"),
    article(
        "error",
        "エラーコードが出て更新プログラムをインストールできない",
        "エラーコードを控えて、更新プログラムを調べます。",
    ),
)

MakeIndex = Callable[..., Index]


@pytest.fixture(scope="session")
def make_index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakeIndex]:
    """Return a function that builds and opens an index of articles, by default with the fake embedder."""
    opened: list[Index] = []

    def make(*articles: Article, embedder: Any = None) -> Index:
        embedder = embedder or HashEmbedder(256)
        path: Path = tmp_path_factory.mktemp("retrieval") / "index"
        build(articles, index=path, embedder=embedder, sources=["test"])
        opened.append(open_index(path, embedder.name, embedder.dimension))
        return opened[-1]

    yield make
    for index in opened:
        index.close()


@pytest.fixture(scope="session")
def index(make_index: MakeIndex) -> Index:
    """Return the index of all the articles above."""
    return make_index(*ARTICLES)


@pytest.fixture(scope="session")
def small_guide(index: Index, knowledge: Any) -> Guide:
    """Return a guide over that index."""
    return Guide(index, HashEmbedder(256), knowledge)
