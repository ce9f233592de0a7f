"""WordPress over REST: everything public, nothing else, and after each change of the blog only what changed."""

from __future__ import annotations

import gzip
import json
import logging
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.errors import SourceError
from bot.index.documents import DocumentReader
from bot.index.generations import current
from bot.settings import Settings
from bot.types import Article, Evidence
from ingest.digest import content_digest
from ingest.report import Skipped, Unchanged
from ingest.run import ingest
from ingest.sources import read
from ingest.sources.remote import Remote
from ingest.sources.web import WebOptions
from tests.ingest.wordpress_site import Answer, Blog, Request, serve

QUICK = WebOptions(allow_private=True, pause=0.0, seconds=2.0)
TEXT = "<p>この記事は{}の説明です。</p>"


@pytest.fixture
def blog() -> Iterator[Blog]:
    """Serve an empty blog."""
    with serve(Blog()) as served:
        yield served


def ids(items: list[Article | Skipped | Unchanged]) -> list[str]:
    """Return the post ids of articles, unchanged ones marked with `=`."""
    found = [
        item.id if isinstance(item, Article) else f"={item.article_id}"
        for item in items
        if not isinstance(item, Skipped)
    ]
    return [("=" if name.startswith("=") else "") + name.rpartition("-")[2] for name in found]


class Sync:
    """Reads a blog again and again, as a builder does: what was read is known the next time."""

    def __init__(self, blog: Blog, options: WebOptions = QUICK) -> None:
        self.blog, self.remote = blog, Remote(options)

    def __call__(self) -> list[Article | Skipped | Unchanged]:
        """Read the blog once."""
        self.blog.requests.clear()
        items = list(read(self.blog.url, self.remote))
        new = {item.id: content_digest(item) for item in items if isinstance(item, Article)}
        same = {item.article_id for item in items if isinstance(item, Unchanged)}
        old = {name: digest for name, digest in self.remote.known.items() if name in same}
        self.remote = replace(self.remote, known=old | new)
        return items

    @property
    def bodies(self) -> list[str]:
        """Return the ids whose contents the last reading asked for, a request each."""
        return [r.query.get("include", "?") for r in self.blog.requests if r.kind in ("posts", "pages") and not r.lists]


def test_what_another_source_gave_is_not_known(blog: Blog) -> None:
    """While the index has another source's article under a post's id, the post is fetched each time."""
    blog.add("題", TEXT.format("一"))
    sync = Sync(blog)
    (article,) = sync()
    assert isinstance(article, Article)
    sync.remote = replace(sync.remote, known={article.id: "another digest"})
    assert sync() == [article]
    assert sync() == [Unchanged(article.id)]


def test_only_what_is_public(blog: Blog) -> None:
    """Posts and pages that are published without a password are read, with topics, dates and address."""
    blog.terms["categories"] = {1: "Uncategorized", 2: "更新 &amp; 修復"}
    blog.terms["tags"] = {7: "0x80070643"}
    first = blog.add("題の &#8220;一&#8221;", TEXT.format("一"), categories=[1, 2], tags=[7])
    for status in ("draft", "private", "future", "trash", "pending", "inherit"):
        blog.add("隠す", TEXT.format("秘密"), status=status)
    blog.add("守る", TEXT.format("秘密"), password="x")  # noqa: S106
    page = blog.add("固定", TEXT.format("固定"), kind="page")
    items = Sync(blog)()
    assert ids(items) == [str(first), str(page)]
    article = items[0]
    assert isinstance(article, Article)
    assert article.title == "題の “一”"
    assert article.topics == ("更新 & 修復", "0x80070643")
    assert article.url == f"{blog.url}/{first}/"
    assert (str(article.published), str(article.updated)) == ("2026-01-01", "2026-02-01")
    assert not any("秘密" in item.text for item in items if isinstance(item, Article))


def test_only_changes_are_fetched(blog: Blog) -> None:
    """Add, edit, unpublish, trash, protect, move: each is seen at the next reading, and nothing else is fetched."""
    numbers = [blog.add(f"題{n}", TEXT.format(n)) for n in range(8)]
    sync = Sync(blog)
    assert ids(sync()) == [str(n) for n in numbers]
    assert ids(sync()) == [f"={n}" for n in numbers]
    assert sync.bodies == []
    new = blog.add("新しい", TEXT.format("新規"))
    blog.edit(numbers[0], content=TEXT.format("改訂"))
    blog.edit(numbers[1], status="draft")
    blog.edit(numbers[2], status="trash")
    blog.edit(numbers[3], password="x")  # noqa: S106
    del blog.posts[numbers[4]]
    blog.posts[numbers[5]]["link"] = f"{blog.url}/moved/"  # a new permalink structure touches no post
    items = sync()
    assert ids(items) == [f"={numbers[6]}", f"={numbers[7]}", str(numbers[0]), str(numbers[5]), str(new)]
    assert sync.bodies == [f"{numbers[0]},{numbers[5]},{new}"]
    articles = [item for item in items if isinstance(item, Article)]
    assert "改訂" in articles[0].text
    assert articles[1].url.endswith("/moved/")


def test_renamed_category(blog: Blog) -> None:
    """A category's new name reaches its articles, though WordPress dates no change for them."""
    blog.terms["categories"] = {2: "旧名"}
    blog.add("題", TEXT.format("一"), categories=[2])
    sync = Sync(blog)
    sync()
    blog.terms["categories"][2] = "新名"
    (article,) = sync()
    assert isinstance(article, Article)
    assert article.topics == ("新名",)


@pytest.mark.parametrize("totals", [True, False])
def test_pages_of_a_listing(blog: Blog, totals: bool) -> None:
    """Long listings are read to their end, by their totals or by the link to the next page."""
    blog.totals = totals
    numbers = [blog.add(f"題{n}", TEXT.format(n)) for n in range(230)]
    assert ids(Sync(blog)()) == [str(n) for n in numbers]
    assert sum(request.lists and request.kind == "posts" for request in blog.requests) == 3


def test_unchanged_listing_is_not_sent_again(blog: Blog) -> None:
    """Where the site gives validators, listings are asked for conditionally and what was known counts."""
    blog.etags = True
    blog.add("題", TEXT.format("一"))
    sync = Sync(blog)
    sync()
    assert ids(sync()) == ["=1"]
    assert all("if-none-match" in request.headers for request in blog.requests if request.lists)
    blog.edit(1, content=TEXT.format("二"))
    assert ids(sync()) == ["1"]


def test_bulk_edit_by_time(blog: Blog) -> None:
    """Many changes are fetched by their time; what that misses is still fetched by id."""
    for n in range(120):
        blog.add(f"題{n}", TEXT.format(n))
    sync = Sync(blog)
    sync()
    for number in list(blog.posts):
        blog.edit(number, content=TEXT.format("全部"))
    blog.posts[5]["modified"] = "2025-01-01T00:00:00"  # a scheduled post has the time at which it was written
    assert sorted(map(int, ids(sync()))) == list(range(1, 121))
    assert any("modified_after" in request.query for request in blog.requests)
    assert "5" in sync.bodies


def test_plain_permalinks(blog: Blog) -> None:
    """A blog without pretty links is found and read by `?rest_route=`."""
    blog.pretty = blog.named = False
    blog.add("題", TEXT.format("一"))
    assert ids(Sync(blog)()) == ["1"]


def test_post_vanishes_while_read(blog: Blog) -> None:
    """A post that goes between listing and fetching is named and not indexed; the others are."""
    blog.add("題", TEXT.format("一"))
    blog.add("消える", TEXT.format("二"))

    def vanish(request: Request) -> Answer | None:
        if request.kind == "posts" and not request.lists:
            blog.posts.pop(2, None)
        return None

    blog.trouble = vanish
    items = Sync(blog)()
    assert ids(items) == ["1"]
    assert [item.reason for item in items if isinstance(item, Skipped)] == [
        "it was taken off the site while it was read"
    ]


def test_listing_that_shifts_is_read_anew(blog: Blog) -> None:
    """A post deleted while the listing is read shifts the pages after it; no article is lost by that."""
    for n in range(150):
        blog.add(f"題{n}", TEXT.format(n))

    def delete(request: Request) -> Answer | None:
        if request.lists and request.query["page"] == "2":
            blog.posts.pop(1, None)
        return None

    blog.trouble = delete
    assert ids(Sync(blog)()) == [str(n) for n in range(2, 151)]


HTML = (200, {"Content-Type": "text/html"}, b"<!doctype html><p>maintenance")
TROUBLES: dict[str, tuple[Answer, str]] = {
    "html": (HTML, "answered a web page instead of JSON"),
    "401": ((401, {}, b"{}"), "GUIDE_WORDPRESS_USER"),
    "403": ((403, {}, b"{}"), "answered 403 (forbidden)"),
    "404": ((404, {}, b"{}"), "switched off"),
    "500": ((500, {}, b""), "answered 500 (internal server error)"),
    "429": ((429, {"Retry-After": "3600"}, b""), "asks to wait 3600 seconds"),
    "object": ((200, {}, b'{"code":"x"}'), "something else than a list"),
    "damaged": ((200, {"Content-Encoding": "gzip"}, b"xx"), "compression is damaged"),
    "packed": ((200, {"Content-Encoding": "br"}, b"xx"), "packed as 'br'"),
    "bomb": ((200, {"Content-Encoding": "gzip"}, gzip.compress(b" " * 60_000_000)), "sent more than 20 MB"),
    "loop": ((302, {"Location": "/loop"}, b""), "redirects more than 5 times"),
    "short": ((200, {"Content-Length": "99"}, b"[]"), "did not answer within"),
    "file": ((302, {"Location": "file:///etc/hostname"}, b""), "neither http nor https"),
}


@pytest.mark.parametrize("name", TROUBLES)
def test_listing_that_fails_fails_the_source(blog: Blog, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a listing would drop the other half's articles: nothing is read, and one sentence says why."""
    monkeypatch.setattr("ingest.sources.web._WAIT_FIRST", 0.01)
    for n in range(150):
        blog.add(f"題{n}", TEXT.format(n))
    answer, expected = TROUBLES[name]
    blog.pages["/loop"] = (302, {"Location": "/loop"}, b"")
    blog.trouble = lambda request: answer if request.lists and request.query["page"] == "2" else None
    with pytest.raises(SourceError) as error:
        Sync(blog)()
    assert expected in str(error.value)
    assert "\n" not in str(error.value)


def test_a_failure_that_passes_is_tried_again(blog: Blog, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two failures in a row are outlasted."""
    monkeypatch.setattr("ingest.sources.web._WAIT_FIRST", 0.01)
    blog.add("題", TEXT.format("一"))
    failures = [(503, {"Retry-After": "0"}, b""), (502, {}, b"")]
    blog.trouble = lambda request: failures.pop() if request.lists and failures else None
    assert ids(Sync(blog)()) == ["1"]


def test_one_post_that_fails(blog: Blog, monkeypatch: pytest.MonkeyPatch) -> None:
    """A post that breaks the site's answer is named, and what was known of it stays; the others are read."""
    monkeypatch.setattr("ingest.sources.web._WAIT_FIRST", 0.01)
    for n in range(4):
        blog.add(f"題{n}", TEXT.format(n))
    sync = Sync(blog)
    sync()
    for number in blog.posts:
        blog.edit(number, content=TEXT.format("新"))
    blog.trouble = lambda request: (500, {}, b"") if "2" in request.query.get("include", "").split(",") else None
    items = sync()
    assert ids(items) == ["1", "3", "4", "=2"]
    assert [item.source.rpartition("-")[2] for item in items if isinstance(item, Skipped)] == ["2)"]
    blog.trouble = lambda _: None
    assert "2" in ids(sync())


def test_redirect_to_a_private_address(blog: Blog) -> None:
    """Without leave, neither the site nor what it redirects to may be on a private network."""
    with pytest.raises(SourceError, match="private network"):
        list(read(blog.url, Remote(replace(QUICK, allow_private=False))))
    assert blog.requests == []


def test_application_password(blog: Blog, caplog: pytest.LogCaptureFixture) -> None:
    """A site that asks for one gets the application password; nothing is logged of it, and no other host gets it."""
    caplog.set_level(logging.DEBUG)
    blog.password = "owner:abcd efgh"  # noqa: S105
    blog.add("題", TEXT.format("一"))
    with pytest.raises(SourceError, match="GUIDE_WORDPRESS_PASSWORD"):
        Sync(blog)()
    options = replace(QUICK, user="owner", password=SecretStr("abcd efgh"))
    with serve(Blog()) as other:
        blog.pages["/elsewhere"] = (302, {"Location": other.url.replace("127.0.0.1", "localhost")}, b"")
        assert ids(Sync(blog, options)()) == ["1"]
        list(read(f"{blog.url}/elsewhere", Remote(options)))
        assert other.requests
        assert not any("authorization" in request.headers for request in other.requests)
    assert "efgh" not in caplog.text
    with pytest.raises(SourceError, match="holds a password"):
        read("https://owner:secret@blog.example/")


@pytest.mark.shared
def test_real_answers(blog: Blog, shared: Path) -> None:
    """Bodies that a real WordPress gave are read as they are."""
    folder = shared / "data" / "wordpress" / "rest"
    for kind in ("posts", "pages"):
        body = (folder / f"{kind.capitalize()}Collection.json").read_bytes()
        blog.pages[f"/wp-json/wp/v2/{kind}"] = (200, {"X-WP-Total": "1", "X-WP-TotalPages": "1"}, body)
    items = Sync(blog)()
    wanted = [json.loads((folder / f"{kind}Collection.json").read_text("utf-8"))[0] for kind in ("Posts", "Pages")]
    assert [(item.title, item.url) for item in items if isinstance(item, Article)] == [
        (row["title"]["rendered"], row["link"]) for row in wanted
    ]
    assert [str(item.published) for item in items if isinstance(item, Article)] == ["2017-02-14", "2017-02-14"]


def test_index_follows_the_blog(blog: Blog, tmp_path: Path) -> None:
    """After one sync the index holds what the blog shows, and only the changed article was embedded again."""
    numbers = [blog.add(f"題{n}", TEXT.format(n)) for n in range(5)]
    settings = Settings(index=tmp_path / "index", allow_private_addresses=True)
    first = ingest([blog.url], settings)
    assert (first.articles, first.embedded) == (5, 5)
    blog.edit(numbers[0], content=TEXT.format("改訂"))
    blog.edit(numbers[1], status="private")
    second = ingest([blog.url], settings)
    assert [len(second.added), len(second.changed), second.unchanged, len(second.removed)] == [0, 1, 3, 1]
    assert second.embedded == 1
    assert [r.query["include"] for r in blog.requests if "include" in r.query][-1] == str(numbers[0])
    blog.trouble = lambda request: HTML if request.lists else None
    with pytest.raises(SourceError):
        ingest([blog.url], settings)
    blog.trouble = lambda _: None
    assert ingest([blog.url], settings).unchanged == 4


def test_new_rules_for_facts_reach_articles_that_did_not_change(
    blog: Blog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the rules are others, a site is read in full; facts are written anew, and nothing is embedded again."""
    blog.add("Wi-Fiが切れる", f"<p>手元のPCで検証しました。</p>{TEXT.format('本文')}")
    blog.add("音が出ない", TEXT.format("本文二"))
    settings = Settings(index=tmp_path / "index", allow_private_addresses=True)
    ingest([blog.url], settings)
    monkeypatch.setattr("ingest.facts.evidence_of", lambda *_: Evidence.REPORTED)
    assert ingest([blog.url], settings).unchanged == 2
    monkeypatch.setattr("ingest.reading.reading_recipe", lambda: "other rules")
    again = ingest([blog.url], settings)
    assert (len(again.changed), again.embedded) == (2, 0)
    with closing(DocumentReader(current(tmp_path / "index") / "documents.sqlite")) as documents:
        found = [documents.article(name) for name in documents.article_ids()]
    assert {article.evidence for article in found if article is not None} == {Evidence.REPORTED}
    assert ingest([blog.url], settings).unchanged == 2
