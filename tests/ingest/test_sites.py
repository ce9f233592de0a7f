"""Blogs that are not WordPress: by sitemap and by feed, again and again; no way to a private network from either."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.errors import ShrinkError, SourceError
from bot.settings import Settings
from bot.types import Article
from ingest.report import Skipped, Unchanged
from ingest.run import ingest
from ingest.sources import read
from ingest.sources.addresses import is_public_address
from ingest.sources.remote import Remote
from tests.fakes import HashEmbedder
from tests.ingest.test_wordpress_rest import QUICK, Sync
from tests.ingest.wordpress_site import Blog, Request, serve

HTML = {"Content-Type": "text/html; charset=utf-8"}
XML = {"Content-Type": "application/xml"}
NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


class Site:
    """A blog of plain pages with a sitemap; `pages` are paths with their text and the date that the sitemap gives."""

    def __init__(self, blog: Blog) -> None:
        blog.rest = blog.named = False
        self.blog = blog
        self.pages: dict[str, tuple[str, str]] = {}
        self.elsewhere: list[str] = []

    def put(self, path: str, text: str, changed: str = "") -> None:
        """Write a page and the sitemap."""
        self.pages[path] = text, changed
        body = f"""<html><head><title>{path} の題</title></head><body>
        <nav><a href="/">ホーム</a><a href="/about">このブログについて</a></nav>
        <article><h1>{path} の題</h1><p>{text}</p><p>手順を一つずつ確かめてから、次の手順に進みます。</p></article>
        <footer>© ブログ</footer></body></html>"""
        tag = f'"{hashlib.md5(body.encode()).hexdigest()}"'  # noqa: S324
        self.blog.pages[path] = 200, HTML | {"ETag": tag}, body.encode()
        self.publish()

    def remove(self, path: str) -> None:
        """Take a page off the site and its sitemap."""
        del self.pages[path], self.blog.pages[path]
        self.publish()

    def publish(self) -> None:
        """Write the sitemap."""
        rows = [
            f"<url><loc>{self.blog.url}{path}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</url>"
            for path, (_, day) in self.pages.items()
        ]
        rows += [f"<url><loc>{address}</loc></url>" for address in self.elsewhere]
        self.blog.pages["/sitemap.xml"] = 200, XML, f"<urlset {NS}>{''.join(rows)}</urlset>".encode()

    @property
    def asked(self) -> list[str]:
        """Return the pages that the last reading asked for in full, chrome's sample apart."""
        return [request.path for request in self.blog.requests if request.path in self.pages]


@pytest.fixture
def quick_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Build with a model that takes no time."""
    monkeypatch.setattr("ingest.run.open_embedder", lambda _: HashEmbedder())


@pytest.fixture
def site() -> Iterator[Site]:
    """Serve an empty site."""
    with serve(Blog()) as blog:
        blog.trouble = lambda request: _not_modified(blog, request)
        yield Site(blog)


def _not_modified(blog: Blog, request: Request) -> Any:
    status, headers, _ = blog.pages.get(request.path, (404, {}, b""))
    same = status == 200 and headers.get("ETag") and request.headers.get("if-none-match") == headers["ETag"]
    return (304, {"ETag": headers["ETag"]}, b"") if same else None


def _told(items: list[Article | Skipped | Unchanged]) -> list[str]:
    kinds = {Article: "", Unchanged: "=", Skipped: "!"}
    names = {Article: "id", Unchanged: "article_id", Skipped: "source"}
    return [kinds[type(item)] + getattr(item, names[type(item)]).rpartition("-")[2] for item in items]


# Sitemap


def test_pages_of_a_sitemap(site: Site) -> None:
    """Each page of the site's own host is an article: its title and text, no menu and no footer."""
    for number in range(4):
        site.put(f"/entry{number}", f"第{number}の記事では、印刷できないときに確かめることを説明します。")
    site.elsewhere = ["https://other.example/entry", f"{site.blog.url}/picture.png"]
    site.publish()
    items = Sync(site.blog)()
    assert [type(item) for item in items] == [Article] * 4
    first = items[0]
    assert isinstance(first, Article)
    assert (first.title, first.url) == ("/entry0 の題", f"{site.blog.url}/entry0")
    assert "第0の記事では、印刷できないときに確かめることを説明します。" in first.text
    assert "ホーム" not in first.text
    assert not any(request.path == "/picture.png" for request in site.blog.requests)


def test_a_sitemap_of_sitemaps_that_robots_name(site: Site) -> None:
    """Where robots.txt says it is, through an index of sitemaps."""
    site.put("/one", "一つ目の記事の本文です。")
    site.blog.pages["/posts-1.xml"] = site.blog.pages.pop("/sitemap.xml")
    index = f"<sitemapindex {NS}><sitemap><loc>{site.blog.url}/posts-1.xml</loc></sitemap></sitemapindex>"
    site.blog.pages["/all.xml"] = 200, XML, index.encode()
    site.blog.pages["/robots.txt"] = 200, {}, f"User-agent: *\nSitemap: {site.blog.url}/all.xml\n".encode()
    assert _told(Sync(site.blog)()) == ["one"]


def test_a_sync_asks_for_what_the_sitemap_says_changed(site: Site) -> None:
    """By date where it gives one, else by asking whether the page changed; new and removed pages are followed."""
    site.put("/dated", "日付のある記事です。", "2026-01-01")
    site.put("/undated", "日付のない記事です。")
    site.put("/gone", "なくなる記事です。", "2026-01-01")
    sync = Sync(site.blog)
    assert _told(sync()) == ["dated", "undated", "gone"]
    assert _told(sync()) == ["=dated", "=undated", "=gone"]
    assert site.asked == ["/undated"]
    site.put("/dated", "直した記事です。", "2026-02-02")
    site.put("/undated", "こちらも直しました。")
    site.put("/new", "新しい記事です。", "2026-02-02")
    site.remove("/gone")
    assert _told(sync()) == ["dated", "undated", "new"]
    assert site.asked == ["/dated", "/undated", "/new"]


def test_a_page_that_fails_stays_as_it_was_known(site: Site) -> None:
    """A failing page is named and keeps its place; one that is gone for good loses it."""
    site.put("/fails", "うまくいかない記事です。")
    site.put("/gone", "なくなる記事です。")
    site.put("/fine", "問題のない記事です。")
    sync = Sync(site.blog)
    sync()
    site.blog.pages["/fails"] = 500, {}, b"broken"
    site.blog.pages["/gone"] = 410, {}, b""
    assert _told(sync())[1:] == ["=fails", "=fine"]
    (skipped,) = [item for item in sync() if isinstance(item, Skipped)]
    assert skipped.source == f"{site.blog.url}/fails"
    assert "answered 500" in skipped.reason


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<urlset><url>", "no valid sitemap"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><urlset><url><loc>&a;</loc></url></urlset>', "names no page"),
        (b"<urlset><url><loc>https://other.example/a</loc></url></urlset>", "names no page of its own host"),
    ],
)
def test_a_sitemap_that_is_none(site: Site, body: bytes, words: str) -> None:
    """Damaged, hostile or foreign: one sentence that names it, and nothing is read."""
    site.blog.pages["/sitemap.xml"] = 200, XML, body
    with pytest.raises(SourceError, match=words):
        Sync(site.blog)()


@pytest.mark.usefixtures("quick_model")
def test_the_index_follows_a_sitemap(site: Site, tmp_path: Path) -> None:
    """After one sync the index holds what the site shows; only what changed is embedded."""
    for number in range(6):
        site.put(f"/e{number}", f"第{number}の記事の本文です。電源を入れ直して確かめます。", "2026-01-01")
    settings = Settings(index=tmp_path / "index", allow_private_addresses=True)
    assert ingest([site.blog.url], settings).articles == 6
    site.put("/e0", "直した本文です。", "2026-03-03")
    site.remove("/e1")
    report = ingest([site.blog.url], settings)
    assert (len(report.changed), len(report.removed), report.unchanged, report.embedded) == (1, 1, 4, 1)
    for number in range(2, 6):
        site.remove(f"/e{number}")
    with pytest.raises(ShrinkError, match="4 of 5 articles would be removed"):
        ingest([site.blog.url], settings)


# Feed


def _rss(entries: dict[str, str]) -> bytes:
    items = "".join(
        f"<item><title>{name}</title><link>https://blog.example/{name}</link><guid>https://blog.example/{name}</guid>"
        f"<pubDate>Tue, 06 Jan 2026 00:00:00 +0900</pubDate><description><![CDATA[<p>{text}</p>]]></description></item>"
        for name, text in entries.items()
    )
    return f'<rss version="2.0"><channel><link>https://blog.example/</link>{items}</channel></rss>'.encode()


def _atom(entries: dict[str, str]) -> bytes:
    items = "".join(
        f"<entry><title>{name}</title><id>https://blog.example/{name}</id><link href='https://blog.example/{name}'/>"
        f"<updated>2026-01-06T00:00:00+09:00</updated><content type='html'>&lt;p&gt;{text}&lt;/p&gt;</content></entry>"
        for name, text in entries.items()
    )
    feed = '<feed xmlns="http://www.w3.org/2005/Atom"><link href="https://blog.example/"/>'
    return f"{feed}{items}</feed>".encode()


@pytest.mark.usefixtures("quick_model")
@pytest.mark.parametrize("make", [_rss, _atom])
@pytest.mark.parametrize("found", ["named", "usual place", "given"])
def test_a_feed_is_followed(site: Site, tmp_path: Path, make: Callable[[dict[str, str]], bytes], found: str) -> None:
    """Where the page names it, where feeds usually are, or by its own address: edits, additions and removals."""
    entries = {f"e{number}": f"第{number}の記事の本文です。設定を開いて確かめます。" for number in range(6)}
    path = "/feed.xml" if found == "usual place" else "/news"
    source = f"{site.blog.url}{path}" if found == "given" else site.blog.url
    if found == "named":
        link = '<html><head><link rel="alternate" type="application/atom+xml" href="/news"></head><body></body></html>'
        site.blog.pages["/"] = 200, HTML, link.encode()
    site.blog.pages[path] = 200, XML, make(entries)
    settings = Settings(index=tmp_path / "index", allow_private_addresses=True)
    assert ingest([source], settings).articles == 6
    entries["e0"] = "直した本文です。"
    entries["e9"] = "新しい本文です。"
    del entries["e1"]
    site.blog.pages[path] = 200, XML, make(entries)
    report = ingest([source], settings)
    assert [len(report.added), len(report.changed), len(report.removed), report.unchanged] == [1, 1, 1, 4]
    assert report.embedded == 2


@pytest.mark.shared
def test_a_real_feed_over_the_net(site: Site, shared: Path) -> None:
    """A body that a real WordPress gave, read from a site as from a file."""
    file = shared / "data" / "wordpress" / "feed" / "wordpress-org-news.xml"
    site.blog.pages["/feed/"] = 200, XML, file.read_bytes()
    over_net, from_file = Sync(site.blog)(), list(read(str(file)))
    assert over_net == from_file
    assert len([item for item in over_net if isinstance(item, Article)]) >= 8


# Private networks


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1"),  # noqa: S104
        *("255.255.255.255", "::1", "fe80::1%1", "fd00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"),
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    """Loopback, private, link-local, shared, tunnelled and multicast ones."""
    assert not is_public_address(address)
    assert is_public_address("93.184.215.14")
    assert is_public_address("2606:2800:21f:cb07:6820:80da:af6b:8b2c")


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Let names mean what a test says, asked for one after the other; all else is unknown."""
    table: dict[str, list[str]] = {}
    real = socket.getaddrinfo

    def resolve(host: str, port: int, *arguments: Any, **options: Any) -> list[Any]:
        if host not in table:
            if not host.replace(".", "").isdigit():
                raise socket.gaierror(host)
            return real(host, port, *arguments, **options)
        answers = table[host]
        address = answers.pop(0) if len(answers) > 1 else answers[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (name, port)) for name in address.split()]

    monkeypatch.setattr("ingest.sources.addresses.socket.getaddrinfo", resolve)
    return table


@pytest.fixture
def public(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take 127.0.0.1, where the tests' server is, for a public address; 127.0.0.2 and all others stay private."""
    real = is_public_address
    monkeypatch.setattr(
        "ingest.sources.addresses.is_public_address", lambda address: address == "127.0.0.1" or real(address)
    )


STRICT = replace(QUICK, allow_private=False)


@pytest.mark.usefixtures("public")
@pytest.mark.parametrize("target", ["http://127.0.0.2:{port}/", "http://inside.example:{port}/", "http://[::1]/"])
@pytest.mark.parametrize("through", ["the site", "a page", "a sitemap"])
def test_redirects_are_checked(site: Site, names: dict[str, list[str]], target: str, through: str) -> None:
    """A public site that redirects to a private address, by number or by name, is not followed there."""
    names |= {
        "blog.example": ["127.0.0.1"],
        "inside.example": ["127.0.0.2"],
        "127.0.0.2": ["127.0.0.2"],
        "::1": ["::1"],
    }
    port = site.blog.url.rpartition(":")[2]
    site.blog.url = f"http://blog.example:{port}"
    away = 302, {"Location": target.format(port=port)}, b""
    site.put("/a", "公開の記事です。")
    site.put("/b", "もう一つの記事です。")
    if through == "a page":
        site.blog.pages["/a"] = away
        items = list(read(site.blog.url, Remote(STRICT)))
        assert _told(items)[-1] == "b"
        assert "private network" in next(item.reason for item in items if isinstance(item, Skipped))
        return
    site.blog.pages["/" if through == "the site" else "/sitemap.xml"] = away
    with pytest.raises(SourceError, match=r"private network|neither sitemap"):
        list(read(site.blog.url, Remote(STRICT)))
    assert not any("127.0.0.2" in request.headers.get("host", "") for request in site.blog.requests)


@pytest.mark.usefixtures("public")
def test_a_name_that_changes_its_meaning(site: Site, names: dict[str, list[str]]) -> None:
    """The address that was checked is the one connected to; a later lookup that turns private is refused."""
    names["blog.example"] = ["127.0.0.1", "127.0.0.2"]
    port = site.blog.url.rpartition(":")[2]
    site.blog.url = f"http://blog.example:{port}"
    site.put("/a", "公開の記事です。")
    site.blog.pages["/"] = 200, HTML | {"Connection": "close"}, b"<html></html>"
    with pytest.raises(SourceError, match="private network"):
        list(read(site.blog.url, Remote(STRICT)))
    names["blog.example"] = ["127.0.0.1 127.0.0.2"]
    with pytest.raises(SourceError, match="private network"):
        list(read(site.blog.url, Remote(STRICT)))


@pytest.mark.usefixtures("public")
def test_a_sitemap_cannot_lead_inside(site: Site, names: dict[str, list[str]]) -> None:
    """Pages on other hosts than the site's are not asked for, whatever the sitemap names."""
    names |= {"blog.example": ["127.0.0.1"]}
    port = site.blog.url.rpartition(":")[2]
    site.blog.url = f"http://blog.example:{port}"
    site.elsewhere = ["http://127.0.0.2/secret", "http://169.254.169.254/latest/meta-data/", "file:///etc/passwd"]
    site.put("/a", "公開の記事です。")
    assert _told(list(read(site.blog.url, Remote(STRICT)))) == ["a"]
