"""Read a WordPress blog over its REST interface: list what is public, then fetch what is new or changed.

Every sync lists all ids, so that a deleted, unpublished or protected article is noticed; the list carries the time of
the last change, the address and the topics, so that only what differs from last time is fetched. A listing that cannot
be read to its end fails the whole source: an index made of half a listing would lose the other half.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain, islice
from typing import Any

import httpx

from bot.errors import SourceError
from bot.types import Article
from ingest.clean import repeated_blocks
from ingest.facts import parse_date
from ingest.page import Page
from ingest.report import Skipped, Unchanged
from ingest.rules import Rules
from ingest.sources.decode import UnreadableTextError
from ingest.sources.remote import Remote, SiteMemory
from ingest.sources.web import Fetcher, FetchError
from ingest.sources.wordpress import Post, article_id, article_of, is_public, no_text, page_of, site_name, topics_of
from ingest.sources.wordpress_bodies import Bodies
from ingest.sources.wordpress_listing import Listing, WordPressSite

__all__ = ["read_wordpress"]

_SAMPLE = 200
"""Posts in which repeated chrome is looked for."""
_FIELDS = "id,type,status,link,modified,modified_gmt,categories,tags,content.protected"
_KINDS = ("posts", "pages")
_TERMS = ("categories", "tags")

Found = Article | Skipped | Unchanged


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of a listing: `mark` changes whenever the article may have."""

    kind: str
    post_id: int
    mark: str


def read_wordpress(source: str, site: WordPressSite, fetcher: Fetcher, rules: Rules, remote: Remote) -> Iterator[Found]:
    """Yield every public post and page of `site`, new and changed ones in full.

    Raises `SourceError` when a listing cannot be read to its end, or the site stops answering.
    """
    try:
        reader = _Reader(source, site, fetcher, rules, remote)
        yield from reader.read()
    except FetchError as error:
        raise SourceError(f"{source}: {_sentence(error)}; the live index is unchanged") from None


class _Reader:
    def __init__(self, source: str, site: WordPressSite, fetcher: Fetcher, rules: Rules, remote: Remote) -> None:
        self._source = source
        self._name = site_name(site.home)
        self._rules = rules
        self._known = remote.known
        self._memory = remote.memory
        self._old = remote.memory.sites.get(source, SiteMemory())
        self._new = SiteMemory(repeated=self._old.repeated, newest=self._old.newest)
        self._topics: dict[str, dict[int, str]] = {}
        self._listing = Listing(site, fetcher, self._old, self._new)
        self._bodies = Bodies(site, fetcher, self._old.newest)

    def read(self) -> Iterator[Found]:
        self._topics = {kind: self._listing.terms(kind) for kind in _TERMS}
        listed = (fields for kind in _KINDS for fields in self._listing.posts(kind, _FIELDS))
        rows = [row for row in map(self._row, listed) if row is not None]
        needed: list[_Row] = []
        for row in rows:
            name = article_id(self._name, str(row.post_id))
            if name in self._known and self._old.marks.get(name) == row.mark:
                self._new.marks[name] = row.mark
                yield Unchanged(name)
            else:
                needed.append(row)
        yield from self._articles(self._posts(needed))
        self._memory.sites[self._source] = self._new

    def _articles(self, found: Iterator[tuple[Post, str] | Skipped | Unchanged]) -> Iterator[Found]:
        """Yield the articles of fetched posts; chrome is looked for among the first of them when all are fetched."""
        if self._new.repeated is None:
            first = list(islice(found, _SAMPLE))
            pages = (self._page(item[0]) for item in first if isinstance(item, tuple))
            self._new.repeated = sorted(repeated_blocks(page for page in pages if isinstance(page, Page)))
            found = chain(first, found)
        repeated = frozenset(self._new.repeated)
        for item in found:
            if not isinstance(item, tuple):
                yield item
                continue
            post, mark = item
            page = self._page(post)
            where = f"{post.link or self._source} ({article_id(self._name, post.id)})"
            if not isinstance(page, Page):
                yield Skipped(where, f"its content is {page}", "split it into articles")
                continue
            article = article_of(post, self._name, self._rules, page=page, repeated=repeated)
            if article is None:
                yield no_text(where)
                continue
            self._new.marks[article.id] = mark
            yield article

    def _page(self, post: Post) -> Page | UnreadableTextError:
        try:
            return page_of(post, self._rules)
        except UnreadableTextError as error:
            return error

    def _row(self, fields: dict[str, Any]) -> _Row | None:
        post = _post(fields, self._named(fields))
        if not is_public(post):
            return None
        changed = str(fields.get("modified_gmt") or fields.get("modified") or "")
        digest = blake2b("\n".join((post.link, *post.topics)).encode("utf-8", "replace"), digest_size=8).hexdigest()
        return _Row(f"{post.type}s", int(post.id), f"{changed} {digest}")

    def _named(self, fields: dict[str, Any]) -> tuple[str, ...]:
        ids = [(kind, number) for kind in _TERMS for number in fields.get(kind) or () if isinstance(number, int)]
        return topics_of(self._topics[kind].get(number, "") for kind, number in ids)

    def _posts(self, needed: list[_Row]) -> Iterator[tuple[Post, str] | Skipped | Unchanged]:
        """Yield the posts of `needed` with their marks, or why there is none; one that fails stays as it was known."""
        for kind in _KINDS:
            left = {row.post_id: row for row in needed if row.kind == kind}
            for fields in self._bodies.fetch(kind, left):
                row = left.pop(fields["id"], None)
                if row is None:
                    continue
                post = _post(fields, self._named(fields))
                if not is_public(post):
                    yield self._gone(row)
                    continue
                self._new.newest = max(self._new.newest, str(fields.get("modified") or ""))
                # Changed since it was listed: without its mark it is fetched again next time.
                yield post, row.mark if row.mark.startswith(str(fields.get("modified_gmt"))) else ""
            for row in left.values():
                yield self._gone(row)
                name = article_id(self._name, str(row.post_id))
                if (row.kind, row.post_id) in self._bodies.failed and name in self._known:
                    yield Unchanged(name)

    def _gone(self, row: _Row) -> Skipped:
        where = f"{self._source} ({article_id(self._name, str(row.post_id))})"
        if error := self._bodies.failed.get((row.kind, row.post_id)):
            return Skipped(where, f"the site {error}", "look at the post in WordPress; what was known of it stays")
        return Skipped(where, "it was taken off the site while it was read", "nothing needs to be done")


def _post(fields: dict[str, Any], topics: tuple[str, ...]) -> Post:
    content = fields.get("content")
    content = content if isinstance(content, dict) else {}
    title = fields.get("title")
    return Post(
        id=str(fields["id"]),
        type=str(fields.get("type") or ""),
        status=str(fields.get("status") or ""),
        title=str(title.get("rendered") or "") if isinstance(title, dict) else "",
        content=str(content.get("rendered") or ""),
        link=str(fields.get("link") or ""),
        slug=str(fields.get("slug") or ""),
        password="protected" if content.get("protected") else "",
        published=parse_date(str(fields.get("date") or "")),
        updated=parse_date(str(fields.get("modified") or "")),
        topics=topics,
        rendered=True,
    )


def _sentence(error: FetchError) -> str:
    """Say what the owner can do about an answer that ended a reading."""
    if error.status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        remedy = (
            "allow its REST interface in the security plugin, or set GUIDE_WORDPRESS_USER and "
            "GUIDE_WORDPRESS_PASSWORD to an application password"
        )
    elif error.status == httpx.codes.NOT_FOUND:
        remedy = "its REST interface is switched off; switch it on, or give a WordPress export instead"
    else:
        remedy = "try again later"
    return f"the site {error}; {remedy}"
