"""WordPress exports: exact counts of the real ones, every visible text, and no damage that reaches a second item."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest
from lxml import etree

from bot.types import Article, BlockKind
from ingest.report import Skipped
from ingest.rules import load_rules
from ingest.sources import read
from ingest.sources.wordpress import Post, page_of

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>{dtd}<rss xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>B</title><link>https://blog.example</link>'
    "<wp:base_blog_url>https://blog.example</wp:base_blog_url>"
)
ITEM = (
    "<item><title>題{n}</title><link>https://blog.example/{n}/</link><content:encoded><![CDATA[{content}]]>"
    "</content:encoded><wp:post_id>{n}</wp:post_id><wp:status>{status}</wp:status><wp:post_type>{kind}</wp:post_type>"
    "<wp:post_password>{password}</wp:post_password></item>"
)
END = "</channel></rss>"


def item(n: int, content: str = "", *, status: str = "publish", kind: str = "post", password: str = "") -> str:
    """Return one item of an export."""
    return ITEM.format(n=n, content=content or f"文{n}です。", status=status, kind=kind, password=password)


def results(path: Path, data: str | bytes | None = None) -> tuple[list[Article], list[Skipped]]:
    """Write an export if there is something to write, and read it."""
    if data is not None:
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
    items = list(read(str(path)))
    return [i for i in items if isinstance(i, Article)], [i for i in items if isinstance(i, Skipped)]


def numbers(articles: list[Article]) -> list[str]:
    """Return the post ids of articles."""
    return [article.id.removeprefix("blog-example-") for article in articles]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "articles", "without_text"),
    [
        ("en-64-block-test-data.xml", 57, 5),
        ("en-theme-preview.xml", 7, 0),
        ("en-themeunittestdata.wordpress.xml", 73, 3),
    ],
)
def test_real_exports(shared: Path, name: str, articles: int, without_text: int) -> None:
    """Every public post and page is an article, or named for having no text; nothing else is either."""
    path = shared / "data" / "wordpress" / "wxr" / name
    found, skipped = results(path)
    assert (len(found), len(skipped)) == (articles, without_text)
    assert {s.reason for s in skipped} <= {"the article has no text"}
    root = etree.parse(path).getroot()
    wp = f"{{{root.nsmap['wp']}}}"
    hidden = {
        i.findtext(f"{wp}post_id")
        for i in root.iter("item")
        if i.findtext(f"{wp}post_type") not in ("post", "page")
        or i.findtext(f"{wp}status") != "publish"
        or i.findtext(f"{wp}post_password")
    }
    assert not hidden & {article.id.rpartition("-")[2] for article in found}
    assert len({article.id for article in found}) == articles


class _Visible(HTMLParser):
    text = ""

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.shared
def test_blocks(shared: Path) -> None:
    """All 62 kinds of blocks give the text that a browser shows of them, and no more."""
    folder = shared / "data" / "wordpress" / "blocks"
    files = [path for path in folder.glob("*.html") if path.name.count(".") == 1]
    assert len(files) == 62
    for path in files:
        content = path.read_text("utf-8")
        visible = _Visible()
        visible.feed(content)
        page = page_of(Post("1", "post", "publish", "題", content), load_rules())
        found = "".join(piece.block.text for piece in page.pieces).replace(" | ", "")
        wanted = visible.text.replace("https://example.com/", "")  # of an embed: not text, its caption is
        wanted = "" if wanted.strip().startswith("[gallery") else wanted
        assert "".join(found.split()) == "".join(wanted.split()), path.name


def test_damage_stays_in_its_item(tmp_path: Path) -> None:
    """Whatever is wrong with one item is named with it, and all others are read."""
    damaged = {
        2: item(2).replace("</title>", ""),
        4: item(4).replace("題4", "&bomb;"),
        6: item(6).replace("]]>", ""),
        8: item(8, "x" * 11_000_000),
        10: item(10, "<b>" * 60_000),
    }
    data = HEAD.format(dtd="") + "".join(damaged.get(n, item(n)) + "\n" for n in range(1, 12)) + END
    found, skipped = results(tmp_path / "e.xml", data)
    assert numbers(found) == ["1", "3", "5", "7", "9", "11"]
    assert len(skipped) == len(damaged)


def test_truncated(tmp_path: Path) -> None:
    """A file that ends too early gives what stands before its end."""
    data = HEAD.format(dtd="") + item(1) + item(2)[:90]
    found, skipped = results(tmp_path / "e.xml", data)
    assert numbers(found) == ["1"]
    assert [s.reason for s in skipped] == ["the item is cut off: its end is missing"]


def test_entities_are_never_expanded(tmp_path: Path) -> None:
    """Entities that a file declares are named, neither expanded nor fetched, and the posts without them are read."""
    secret = tmp_path / "secret.txt"
    secret.write_text("秘密", "utf-8")
    dtd = f'<!DOCTYPE rss [<!ENTITY a "{"x" * 50}"><!ENTITY b "{"&a;" * 50}"><!ENTITY f SYSTEM "{secret.as_uri()}">]>'
    data = HEAD.format(dtd=dtd) + item(1).replace("題1", "&b;") + item(2).replace("題2", "&f;") + item(3) + END
    found, skipped = results(tmp_path / "e.xml", data)
    assert numbers(found) == ["3"]
    assert len(skipped) == 3


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp932", "euc_jp"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    """An export that was saved in another encoding than it says is read all the same."""
    data = HEAD.format(dtd="") + item(1, "更新プログラムの再起動を行います。\x0b") + END
    found, skipped = results(tmp_path / "e.xml", data.encode(encoding))
    assert ([a.text for a in found], skipped) == (["更新プログラムの再起動を行います。"], [])


def test_only_what_is_public(tmp_path: Path) -> None:
    """Neither status, type nor password lets anything through that readers of the blog cannot see."""
    hidden = [item(n, status=s) for n, s in enumerate(("draft", "private", "future", "trash", "pending"), 2)]
    hidden += [item(10, password="x")]  # noqa: S106
    hidden += [item(n, kind=k) for n, k in enumerate(("revision", "nav_menu_item", "attachment", "wp_template"), 20)]
    found, skipped = results(tmp_path / "e.xml", HEAD.format(dtd="") + item(1) + "".join(hidden) + END)
    assert (numbers(found), skipped) == (["1"], [])


def test_content(tmp_path: Path) -> None:
    """Classic paragraphs, shortcodes, keys in brackets, code and reusable blocks come out as the blog shows them."""
    classic = '一行目です。\n二行目です。\n\n[box color="red"]囲みの文です。[/box]\n\n[OK] を押し [toc] ます。\n'
    classic += '<pre>[x y="z"]</pre>'
    block = '<!-- wp:paragraph --><p>前です。</p><!-- /wp:paragraph --><!-- wp:block {"ref":9} /-->'
    parts = item(1, classic) + item(2, block) + item(9, "<p>共通の文です。</p>", kind="wp_block")
    found, _ = results(tmp_path / "e.xml", HEAD.format(dtd="") + parts + END)
    first, second = found
    assert [b.text for b in first.blocks] == [
        "一行目です。",
        "二行目です。",
        "囲みの文です。",
        "[OK] を押し ます。",
        '[x y="z"]',
    ]
    assert first.blocks[-1].kind is BlockKind.CODE
    assert [b.text for b in second.blocks] == ["前です。", "共通の文です。"]


@pytest.mark.shared
def test_real_feed(shared: Path) -> None:
    """A saved feed gives an article for each of its entries."""
    path = shared / "data" / "wordpress" / "feed" / "wordpress-org-news.xml"
    found, skipped = results(path)
    assert (len(found), skipped) == (len(etree.parse(path).findall(".//item")), [])
    assert found[0].id == "wordpress-org-news-9444"
