"""HTML: the article is found, its structure kept, the page around it left out, and no page crashes the reader."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.types import Block, BlockKind
from ingest.clean import clean
from ingest.rules import load_rules
from ingest.sources.html import read_html, read_html_fragment

RULES = load_rules()
FILLER = "<p>" + "この段落は本文です。" * 10 + "</p>"


def blocks(html: str) -> list[Block]:
    """Return the blocks of a fragment."""
    return [piece.block for piece in read_html_fragment(html, RULES.html).pieces]


def kept(html: str) -> list[str]:
    """Return what cleaning leaves of a page."""
    return [block.text for block in clean(read_html(html, RULES.html), RULES)[1]]


def test_structure() -> None:
    """Headings, paragraphs, nested lists, code, tables and warnings become blocks in reading order."""
    assert blocks("""
        <h2>手順</h2><p>次の順に
        行います。</p>
        <ol start="3"><li>開く<ul><li>左<li>右</ul></li><li value="7"><p>押す</p><p>待つ。</p></li></ol>
        <pre><code>sfc /scannow
          dism  x
        </code></pre>
        <table><thead><tr><th>場合</th><th>結果</th></tr></thead><tr><td>10<br>以降</td><td>可</td></tr></table>
        <blockquote><p>注意 消えます。</p><p>戻せません。</p></blockquote>
        <div class="warning-box">危ない操作です。</div>""") == [
        Block(BlockKind.HEADING, "手順", level=2),
        Block(BlockKind.PARAGRAPH, "次の順に行います。"),
        Block(BlockKind.STEP, "開く", number=3),
        Block(BlockKind.BULLET, "左", level=1),
        Block(BlockKind.BULLET, "右", level=1),
        Block(BlockKind.STEP, "押す", number=7),
        Block(BlockKind.PARAGRAPH, "待つ。"),
        Block(BlockKind.CODE, "sfc /scannow\n          dism  x"),
        Block(BlockKind.TABLE, "場合 | 結果\n10 以降 | 可", header_rows=1),
        Block(BlockKind.CAUTION, "注意 消えます。"),
        Block(BlockKind.CAUTION, "戻せません。"),
        Block(BlockKind.CAUTION, "危ない操作です。"),
    ]


def test_typed_marks() -> None:
    """Marks that the author typed, one line or several in a paragraph, make list items and warnings."""
    found = blocks("<p>次です。<br>・一つ<br>・二つ</p><p>※ 必ず控えてください。</p>")
    assert [b.kind.value for b in found] == ["paragraph", "bullet", "bullet", "caution"]


def test_layout_tables_are_transparent() -> None:
    """A table that only arranges the page, or has one column, is no table of data."""
    arranged = "<table><tr><td><h3>題</h3><p>文です。</p></td><td>x</td></tr></table>"
    assert blocks(arranged)[0].kind is BlockKind.HEADING
    assert blocks("<table><tr><td>文です。</td></tr></table>") == [Block(BlockKind.PARAGRAPH, "文です。")]


def test_page_around_the_article_goes() -> None:
    """Menus, forms, scripts, share buttons, comments and cards go, by element and by theme class."""
    page = f"""<html><body class="single sidebar-right">
      <header class="site-header">店の名前</header><nav>一覧</nav>
      <article><h1 class="entry-title">題</h1><div class="entry-meta">筆者</div><div class="entry-content">
      <div class="toc"><ul><li><a href="#a">目次の行</a></li></ul></div>
      <!-- wp:paragraph -->{FILLER}<!-- /wp:paragraph -->
      <script>alert(1)</script><style>p{{}}</style><form>入力</form><a class="blogcard" href="/">他の記事</a>
      <div style="display: none">隠し</div></div><div class="sns-share">共有</div></article>
      <div id="comments"><article class="comment-body"><p>{"感想です。" * 90}</p></article></div>
      <footer>下</footer></body></html>"""
    assert kept(page) == ["この段落は本文です。" * 10]


def test_wrapper_with_a_misleading_class_stays() -> None:
    """An element with chrome's class that holds most of the article is not chrome."""
    assert kept(f'<body><div class="widget">{FILLER}</div></body>') == ["この段落は本文です。" * 10]


def test_link_density() -> None:
    """What is nothing but links goes; links within text, one link in a list, and phone links stay."""
    page = f"""{FILLER}<p><a href="/a">【保存版】他の記事の題名【2024/01/02】</a></p>
      <p>詳しくは<a href="/b">設定の記事</a>を見ます。</p><p><a href="tel:0312345678">03-1234-5678</a></p>
      <ul><li><a href="/c">記事一</a></li><li><a href="/d">記事二</a></li></ul>
      <ul><li><a href="/e">設定</a>を開く</li><li><a href="/f">更新</a></li></ul>"""
    assert kept(page)[1:] == ["詳しくは設定の記事を見ます。", "03-1234-5678", "設定を開く", "更新"]


def test_images_only_where_they_tell_something() -> None:
    """Alternative text stays if it says what the picture shows."""
    alts = ("IMG_0123.png", "アイキャッチ画像", "", "ライセンス認証の画面にエラーが出ている")
    assert [b.text for b in blocks("".join(f'<img alt="{alt}">' for alt in alts))] == [alts[-1]]


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>題の文字列です | 店</title>", "<h1>本当の<br>題</h1>", "本当の題"),
        ("<title>とても長い題の文字列 | 店</title>", "", "とても長い題の文字列"),
        (
            '<meta property="og:title" content="題 - 店"><meta property="og:site_name" content="店">',
            "<h1>a</h1><h1>b</h1>",
            "題",
        ),
        ("", "<h1>店</h1><h2 class='entry-title'>題</h2>", "題"),
        ("", "", ""),
    ],
)
def test_title(head: str, body: str, title: str) -> None:
    """The title is the article's heading, else what the page calls itself without the site's name."""
    page = read_html(f"<html><head>{head}</head><body>{body}{FILLER}</body></html>", RULES.html)
    assert page.title == title


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="2025-03-17T08:00:00+09:00">'
        '<meta property="article:modified_time" content="2025-04-01">',
        '<script type="application/ld+json">{"datePublished":"2025-03-17","dateModified": "2025-04-01T00:00"}</script>',
        '<time class="published" datetime="2025-03-17"></time><time class="updated">2025年4月1日</time>',
    ],
)
def test_dates_and_address(head: str) -> None:
    """Dates come from meta data, structured data or time elements; the address from the canonical link."""
    page = read_html(f'<head><link rel="canonical" href="https://example.jp/a">{head}</head>{FILLER}', RULES.html)
    assert (page.published, page.updated, page.url) == (date(2025, 3, 17), date(2025, 4, 1), "https://example.jp/a")


@pytest.mark.parametrize("tag", ["div", "ul><li", "blockquote", "table><tr><td", "b", "span class=ad"])
def test_deep_nesting(tag: str) -> None:
    """Ten thousand nested elements are read without exhausting the stack, and nothing after them is lost."""
    texts = kept(f"<{tag}>" * 10_000 + "奥の文です。")
    assert "".join(texts) in {"奥の文です。", ""}
    assert texts or "ad" in tag


@pytest.mark.parametrize(
    ("html", "texts"),
    [
        ("", []),
        ("<", ["<"]),
        ("</p></div>", []),
        ("<!--", []),
        ("<table>", []),
        ("<li>x", ["x"]),
        ("C:\\a.html", ["C:\\a.html"]),
        ("<?xml version='1.0'?><html/>", []),
        ("<![CDATA[x", []),
    ],
)
def test_broken_html(html: str, texts: list[str]) -> None:
    """Broken or empty markup gives what text there is."""
    assert kept(html) == texts


TAGS = [
    f"<{slash}{name}>" for name in ("p", "ul", "table", "pre", "a", "h2", "blockquote", "div") for slash in ("", "/")
]
PARTS = [
    *TAGS,
    "<li>",
    "<tr>",
    "<td>",
    "<br>",
    "<a href=x>",
    "文です。",
    "語",
    "<img alt='長い説明の文字列がここにある'>",
]


@given(st.lists(st.sampled_from(PARTS), max_size=30))
def test_any_tags(parts: list[str]) -> None:
    """Any order of tags gives non-empty blocks, and no text that the page has not."""
    for block in blocks("".join(parts)):
        assert block.text.strip()
        assert set("".join(block.text.split())) <= set("文です。語長い説明の文字列がここにある|")


@pytest.mark.shared
def test_wordpress_blocks(shared: Path) -> None:
    """Every core block of WordPress is read without its comments showing."""
    for path in sorted((shared / "data" / "wordpress" / "blocks").glob("*.html")):
        for block in blocks(path.read_text("utf-8")):
            assert "wp:" not in block.text or "<!--" not in block.text
