"""What a reader is told before relying on a source, from a blog's post to the answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.answer.assemble import open_guide
from bot.answer.notices import command_notices, older_than_asked
from bot.knowledge import Knowledge
from bot.settings import Settings
from bot.types import Answer, Citation
from ingest.build import build
from ingest.rules import load_rules
from ingest.sources.wxr import read_wxr

CITATION = Citation(1, "a", "題", "", "", (), "文", "2023-01-10", "公式", ("前からある",))

POST = """<item><title>スタートメニューが開かないとき</title><link>https://blog.example/start</link>
<content:encoded><![CDATA[<p>この記事は古い情報です。</p>
<p>Windows 10 1903で、スタートメニューが開かなくなることがあります。</p>
<p>手元のPCで検証しました。</p>
<p>最終更新：2020年5月1日</p><h2>手順</h2><ol><li>管理者としてターミナルを開きます。</li><li>次のコマンドを実行します。</li></ol>
<pre><code>DISM /Online /Cleanup-Image /RestoreHealth</code></pre>]]></content:encoded>
<wp:post_id>7</wp:post_id><wp:post_date><![CDATA[2019-06-01 10:00:00]]></wp:post_date>
<wp:post_modified><![CDATA[2024-02-03 10:00:00]]></wp:post_modified>
<wp:status><![CDATA[publish]]></wp:status><wp:post_type><![CDATA[post]]></wp:post_type></item>"""
EXPORT = f"""<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>blog</title><link>https://blog.example</link>
<wp:wxr_version>1.2</wp:wxr_version><wp:base_blog_url>https://blog.example</wp:base_blog_url>{POST}</channel></rss>"""


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory, corpus: Path, embedder: Any) -> Answer:
    """Return what is answered from a post without front matter."""
    folder = tmp_path_factory.mktemp("blog")
    (folder / "export.xml").write_text(EXPORT, "utf-8")
    build(read_wxr(folder / "export.xml", load_rules()), index=folder / "index", embedder=embedder, sources=["x"])
    guide = open_guide(Settings(index=folder / "index", corpus=corpus))
    return guide.ask("スタートメニューが開かないときの手順は？")


def test_a_post_s_facts_reach_the_citation(answer: Answer) -> None:
    """Date, evidence and notices are those that the post's text gives."""
    citation = answer.citations[0]
    assert (citation.updated, citation.evidence) == ("2020-05-01", "実機検証")
    assert citation.notices[0] == "内容が古いと、記事に書かれています：「この記事は古い情報です。」"
    assert "この記事が扱うWindows 10 1903は、2020年12月8日にサポートが終わっています（Home・Pro）。" in citation.notices
    assert "最終更新" not in answer.text


def test_a_command_is_cited_with_what_it_can_do(answer: Answer) -> None:
    """Only the citation of the command says what it changes and what to do first."""
    told = {one.quote: one.notices[0] for one in answer.citations}
    assert told["DISM /Online /Cleanup-Image /RestoreHealth"].startswith(
        "このコマンドは、Windowsの設定やファイルを変えます。"
    )
    assert not told["管理者としてターミナルを開きます。"].startswith("このコマンド")


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("diskpart", "このコマンドは、データを消すおそれがあります。"),
        ("sfc /scannow", "このコマンドは、Windowsの設定やファイルを変えます。"),
        ("ipconfig /all", ""),
        ("何かの設定 = 1", ""),
    ],
)
def test_command_notices(text: str, begins: str, knowledge: Knowledge) -> None:
    """What only looks, and what is unknown, needs no notice."""
    found = command_notices(text, knowledge.commands)
    assert [notice[: len(begins)] for notice in found] == ([begins] if begins else [])


@pytest.mark.parametrize(
    ("question", "notice"),
    [
        ("24H2で音が出ない", "24H2が公開された2024年10月1日より前の情報です。"),
        ("Windows 11 25H2で音が出ない", "25H2が公開された2025年9月30日より前の情報です。"),
        ("22H2で音が出ない", ""),
        ("Windows 10で音が出ない", ""),
        ("音が出ない", ""),
    ],
)
def test_an_article_older_than_what_is_asked_about_says_so(question: str, notice: str, knowledge: Knowledge) -> None:
    """An article of January 2023 cannot know a release of 2024; where none is named, nothing is said."""
    (found,) = older_than_asked([CITATION], question, knowledge.lifecycle)
    assert found.notices == ((notice, "前からある") if notice else ("前からある",))


def test_an_undated_article_is_not_called_older(knowledge: Knowledge) -> None:
    """Without a date nothing is known of its age."""
    undated = replace(CITATION, updated="")
    assert older_than_asked([undated], "24H2で音が出ない", knowledge.lifecycle) == (undated,)
    assert date.fromisoformat(CITATION.updated) < date(2024, 10, 1)
