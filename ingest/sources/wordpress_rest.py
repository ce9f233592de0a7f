"""Read a WordPress blog over its REST interface: list what is public, then fetch what is new or changed.

Every sync lists all ids, so that a deleted, unpublished or protected article is noticed; the list carries the time of
the last change, the address and the topics, so that only what differs from last time is fetched. A listing that cannot
be read to its end fails the whole source: an index made of half a listing would lose the other half.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
from ingest.sources.web import Fetcher, FetchError, Limits
from ingest.sources.wordpress import Post, article_id, article_of, is_public, no_text, page_of, site_name, topics_of

__all__ = ["WordPressSite", "read_wordpress"]

_PER_PAGE = 100
"""Rows of one page of a listing; WordPress allows no more."""
_AT_ONCE = 20
"""Posts fetched with one request; their bodies are what weighs."""
_SAMPLE = 200
"""Posts in which repeated chrome is looked for."""
_LISTINGS = 3
"""Times that a listing is begun anew when posts come or go while it is read."""
_BULK = 100
"""Changed posts from which they are asked for by the time of their change and not by their ids."""
_FIELDS = "id,type,status,link,modified,modified_gmt,categories,tags"
_KINDS = ("posts", "pages")
_TERMS = ("categories", "tags")
_ITEM_BYTES = 5_000_000
"""What one post by itself may have."""
_LATE = 2
"""Posts in a row, each asked for by itself, that do not come in time before the site is taken for down."""

Found = Article | Skipped | Unchanged


@dataclass(frozen=True, slots=True)
class WordPressSite:
    """Where a blog's REST interface is: `root` with or without pretty links, `home` as the blog calls itself."""

    root: str
    home: str

    def route(self, path: str) -> str:
        """Return the address of a route such as `wp/v2/posts`."""
        url = httpx.URL(self.root)
        base = url.params.get("rest_route")
        if base is not None:
            return str(url.copy_set_param("rest_route", f"{base.rstrip('/')}/{path}"))
        return f"{self.root.rstrip('/')}/{path}"


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of a listing: `mark` changes whenever the article may have."""

    kind: str
    post_id: int
    mark: str


class _ChangingError(Exception):
    """Posts came or went while a listing was read."""


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
        self._site = site
        self._source = source
        self._name = site_name(site.home)
        self._fetcher = fetcher
        self._rules = rules
        self._known = remote.known
        self._memory = remote.memory
        self._old = remote.memory.sites.get(source, SiteMemory())
        self._new = SiteMemory(repeated=self._old.repeated, newest=self._old.newest)
        self._topics: dict[str, dict[int, str]] = {}
        self._failed: dict[tuple[str, int], FetchError] = {}

    def read(self) -> Iterator[Found]:
        self._topics = {kind: self._terms(kind) for kind in _TERMS}
        rows = [row for kind in _KINDS for row in self._listing(kind)]
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

    def _listing(self, kind: str) -> list[_Row]:
        """Return all public posts of a kind, by id; read again from the start when they change meanwhile."""
        for _ in range(_LISTINGS):
            try:
                found = {row.post_id: row for rows in self._pages(kind) for row in map(self._row, rows) if row}
                return [found[post_id] for post_id in sorted(found)]
            except _ChangingError:
                continue
        raise FetchError("gains or loses posts each time while they are listed")

    def _pages(self, kind: str) -> Iterator[list[dict[str, Any]]]:
        """Yield the pages of a listing. Raises `_ChangingError` if their total changes or does not come out."""
        total: int | None = None
        seen: set[int] = set()
        number, pages = 1, 1
        while number <= pages:
            rows, headers = self._list(kind, number)
            now = _integer(headers.get("x-wp-total"))
            if number > 1 and now != total:
                raise _ChangingError
            total = now
            seen.update(row["id"] for row in rows)
            yield rows
            more = 'rel="next"' in headers.get("link", "") or len(rows) == _PER_PAGE
            pages = _integer(headers.get("x-wp-totalpages")) or number + (more and bool(rows))
            number += 1
        if total is not None and len(seen) != total:
            raise _ChangingError

    def _list(self, kind: str, number: int) -> tuple[list[dict[str, Any]], dict[str, str]]:
        """Return one page of a listing with its headers; what has not changed since last time is not sent again."""
        url = self._site.route(f"wp/v2/{kind}")
        params = {"per_page": str(_PER_PAGE), "page": str(number), "orderby": "id", "order": "asc"}
        key = f"{kind}?page={number}"
        old, validators = self._old.lists.get(key), self._old.validators.get(key, {})
        asked = validators if old is not None else {}
        params |= {"_fields": _FIELDS + ",content.protected"} if kind in _KINDS else {"_fields": "id,name"}
        try:
            response = self._fetcher.get(url, params, headers=asked)
        except FetchError as error:
            if number > 1 and error.status == httpx.codes.BAD_REQUEST:  # there are fewer pages by now
                raise _ChangingError from None
            raise
        if response.status == httpx.codes.NOT_MODIFIED and old is not None:
            rows, headers = old["rows"], old["headers"]
        else:
            rows = response.json()
            headers = {
                name: response.headers[name]
                for name in ("x-wp-total", "x-wp-totalpages", "link")
                if name in response.headers
            }
        if not isinstance(rows, list) or not all(isinstance(row, dict) and _is_id(row.get("id")) for row in rows):
            raise FetchError("answered something else than a list of posts")
        found = {
            "If-None-Match": response.headers.get("etag", ""),
            "If-Modified-Since": response.headers.get("last-modified", ""),
        }
        found = {name: value for name, value in found.items() if value} or asked
        if found:
            self._new.validators[key] = found
            self._new.lists[key] = {"rows": rows, "headers": headers}
        return rows, headers

    def _terms(self, kind: str) -> dict[int, str]:
        """Return the names of categories or tags by id; none where the site does not tell."""
        try:
            return {row["id"]: str(row.get("name") or "") for rows in self._pages(kind) for row in rows}
        except _ChangingError:
            return {row["id"]: str(row.get("name") or "") for rows in self._pages(kind) for row in rows}
        except FetchError as error:
            if error.status in (401, 403, 404):
                return {}
            raise

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
            for fields in chain(self._changed(kind, left), self._by_id(kind, left)):
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
                if (row.kind, row.post_id) in self._failed and name in self._known:
                    yield Unchanged(name)

    def _gone(self, row: _Row) -> Skipped:
        where = f"{self._source} ({article_id(self._name, str(row.post_id))})"
        if error := self._failed.get((row.kind, row.post_id)):
            return Skipped(where, f"the site {error}", "look at the post in WordPress; what was known of it stays")
        return Skipped(where, "it was taken off the site while it was read", "nothing needs to be done")

    def _changed(self, kind: str, left: dict[int, _Row]) -> Iterator[dict[str, Any]]:
        """Yield posts changed since last time, where there are so many that asking for each by its id takes longer.

        It is no more than a short cut: a scheduled post appears with the time at which it was written.
        """
        number = 1
        while self._old.newest and len(left) > (_BULK if number == 1 else 0):
            params = {"modified_after": self._old.newest, "per_page": str(_AT_ONCE), "page": str(number)}
            try:
                rows = self._bodies(kind, params | {"orderby": "id", "order": "asc"})
            except FetchError:  # what is missing is asked for by its id
                return
            yield from rows
            if len(rows) < _AT_ONCE:
                return
            number += 1

    def _by_id(self, kind: str, left: dict[int, _Row]) -> Iterator[dict[str, Any]]:
        """Yield posts by id, a few at a time, and one at a time where some of these cannot be had."""
        ids = sorted(left)
        for start in range(0, len(ids), _AT_ONCE):
            asked = [post_id for post_id in ids[start : start + _AT_ONCE] if post_id in left]
            try:
                # Half of the time for all of them, so that the other half is left for the one that is slow.
                limits = Limits(self._fetcher.seconds / 2)
                yield from self._bodies(kind, _include(asked), limits) if asked else ()
            except FetchError as error:
                if not error.status and not error.late:
                    raise
                if error.late and len(asked) == 1:
                    self._failed[kind, asked[0]] = error
                else:
                    yield from self._one_by_one(kind, asked)

    def _one_by_one(self, kind: str, asked: list[int]) -> Iterator[dict[str, Any]]:
        failed: FetchError | None = None
        limits = Limits(self._fetcher.seconds / 2, attempts=1, size=_ITEM_BYTES)
        late = 0
        for post_id in asked:
            try:
                yield from self._bodies(kind, _include([post_id]), limits)
                late = 0
            except FetchError as error:
                late = late + 1 if error.late else 0
                if late == _LATE or not (error.status or error.late):
                    raise
                failed = error
                self._failed[kind, post_id] = error
        if failed is not None and all((kind, post_id) in self._failed for post_id in asked) and len(asked) > 1:
            raise failed  # it is the site and not a post

    def _bodies(self, kind: str, params: dict[str, str], limits: Limits | None = None) -> list[dict[str, Any]]:
        rows = self._fetcher.get(self._site.route(f"wp/v2/{kind}"), params, limits=limits).json()
        if not isinstance(rows, list) or not all(isinstance(row, dict) and _is_id(row.get("id")) for row in rows):
            raise FetchError("answered something else than a list of posts", status=200)
        return rows


def _include(ids: Iterable[int]) -> dict[str, str]:
    listed = list(map(str, ids))
    return {"include": ",".join(listed), "per_page": str(len(listed)), "orderby": "id", "order": "asc"}


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


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _integer(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None  # noqa: PLR2004


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
