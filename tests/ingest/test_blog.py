"""The one real scraped article: what it says stays, what surrounds it goes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.types import Article, Evidence
from ingest.chunk import chunk
from ingest.clean import clean
from ingest.rules import load_rules
from ingest.sources import read
from ingest.sources.decode import sanitize
from ingest.sources.text import read_text

pytestmark = pytest.mark.shared

CHROME = [
    "登録",
    "お知らせ",
    "メール",
    "広告",
    "アフィリエイト",
    "プロモーション",
    "ステマ",
    "コメント",
    "コピーしました",
    "スライドショー",
    "スマホ",
    "分で読め",
    "Gemini",
    "引っ越",
    "未修正",
    "ご寛容",
    "チャットボット",
    "スタンス",
    "地震",
    "内田",
    "Redirecting",
    "2025/06/01",
    "2025/10/26",
    "2024/8/19",
    "[…]",
    "ありがとう",
]
CONTENT = [
    "電話による再認証が可能です。",
    "一つの例外を除いて無償アップグレードしたOSの利用権は消滅する。",
    "0120-54-2244",
    "だめでし た",
    "7,000円程度",
    "問い合わせ番号を取得",
    "消滅してしまう可能性があります。",
    "23H2の方は2024年秋の",
]
HEADINGS = [
    "今回の質問事例",
    "考えられる対策",
    "私が問い合わせた結果",
    "もとのOSがWin10の場合",
    "OSのインストールに関するサポート窓口",
    "もとのOSがWin7/8.1などからの無償アップグレードの場合",
    "Win 7/10のOSから無償アップグレードしたOSのケース",
]


def source(shared: Path) -> Path:
    """Return the scraped article's file."""
    (path,) = (shared / "data" / "blog").glob("*.txt")
    return path


def article(shared: Path) -> Article:
    """Return the article as read."""
    (item,) = read(str(source(shared)))
    assert isinstance(item, Article)
    return item


def test_fields(shared: Path) -> None:
    """Title, dates (moved, first published), systems and versions are read; nothing was tried by the author."""
    found = article(shared)
    assert "Win11(24H2)アップでライセンス認証エラー" in found.title
    assert (found.published, found.original_published) == (date(2025, 3, 17), date(2024, 12, 6))
    assert (found.os, found.versions[0], found.evidence) == (("Windows 11",), "24H2", Evidence.REPORTED)


def test_chunks(shared: Path) -> None:
    """No chunk holds chrome or a staff name; every decision condition, number and heading is in one."""
    found = article(shared)
    chunks = chunk(found)
    text = "\n".join(part.text for part in chunks)
    paths = {heading for part in chunks for heading in part.heading}
    assert [word for word in CHROME if word in text or any(word in heading for heading in paths)] == []
    assert [word for word in CONTENT if word not in text] == []
    assert [word for word in HEADINGS if word not in paths] == []


def test_verbatim(shared: Path) -> None:
    """Every block but the one that lost a name is in the source, character by character, white space aside."""
    raw = "".join(source(shared).read_text("utf-8").split())
    altered = [b.text for b in article(shared).blocks if "".join(b.text.split()) not in raw]
    assert len(altered) == 1
    assert "認証窓口に回答" in altered[0]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("最後に\n\n", ""),
        lambda text: text.replace("\n\n", "\n"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text[text.index("この記事の要約") :],
        lambda text: text[: text.index("コメント\n\n  1.")],
    ],
    ids=["no closing words", "no blank lines", "windows line ends", "no head", "no comments"],
)
def test_other_scrapers(shared: Path, change) -> None:
    """What other scrapers make of the same page is cleaned to the same text."""
    raw = source(shared).read_text("utf-8")
    expected, found = (
        {block.text for block in clean(read_text(sanitize(text)), load_rules())[1]} for text in (raw, change(raw))
    )
    assert found == expected
