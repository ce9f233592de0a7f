"""List what a WordPress blog says is public, page by page; a listing that changed meanwhile is begun anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from ingest.sources.remote import SiteMemory
from ingest.sources.web import Fetcher, FetchError

__all__ = ["Listing", "WordPressSite", "require_rows"]

_PER_PAGE = 100
"""Rows of one page of a listing; WordPress allows no more."""
_LISTINGS = 3
"""Times that a listing is begun anew when posts come or go while it is read."""


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


class _ChangingError(Exception):
    """Posts came or went while a listing was read."""


class Listing:
    """Lists the posts and the terms of one blog. `old` is what is known of its lists, `new` gets what is known now."""

    def __init__(self, site: WordPressSite, fetcher: Fetcher, old: SiteMemory, new: SiteMemory) -> None:
        self._site = site
        self._fetcher = fetcher
        self._old = old
        self._new = new

    def posts(self, kind: str, fields: str) -> list[dict[str, Any]]:
        """Return `fields` of all posts of a kind, by id; read again from the start when they change meanwhile.

        Raises `FetchError` where it cannot be read to its end.
        """
        for _ in range(_LISTINGS):
            try:
                found = {row["id"]: row for rows in self._pages(kind, fields) for row in rows}
                return [found[post_id] for post_id in sorted(found)]
            except _ChangingError:
                continue
        raise FetchError("gains or loses posts each time while they are listed")

    def terms(self, kind: str) -> dict[int, str]:
        """Return the names of categories or tags by id; none where the site does not tell."""
        try:
            return self._names(kind)
        except _ChangingError:
            return self._names(kind)
        except FetchError as error:
            if error.status in (401, 403, 404):
                return {}
            raise

    def _names(self, kind: str) -> dict[int, str]:
        return {row["id"]: str(row.get("name") or "") for rows in self._pages(kind, "id,name") for row in rows}

    def _pages(self, kind: str, fields: str) -> Iterator[list[dict[str, Any]]]:
        """Yield the pages of a listing. Raises `_ChangingError` if their total changes or does not come out."""
        total: int | None = None
        seen: set[int] = set()
        number, pages = 1, 1
        while number <= pages:
            rows, headers = self._list(kind, number, fields)
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

    def _list(self, kind: str, number: int, fields: str) -> tuple[list[dict[str, Any]], dict[str, str]]:
        """Return one page of a listing with its headers; what has not changed since last time is not sent again."""
        url = self._site.route(f"wp/v2/{kind}")
        params = {"per_page": str(_PER_PAGE), "page": str(number), "orderby": "id", "order": "asc"}
        key = f"{kind}?page={number}"
        old, validators = self._old.lists.get(key), self._old.validators.get(key, {})
        asked = validators if old is not None else {}
        params["_fields"] = fields
        try:
            response = self._fetcher.get(url, params, headers=asked)
        except FetchError as error:
            if number > 1 and error.status == httpx.codes.BAD_REQUEST:  # there are fewer pages by now
                raise _ChangingError from None
            raise
        if response.status == httpx.codes.NOT_MODIFIED and old is not None:
            rows, headers = require_rows(old["rows"]), old["headers"]
        else:
            rows = require_rows(response.json())
            headers = {
                name: response.headers[name]
                for name in ("x-wp-total", "x-wp-totalpages", "link")
                if name in response.headers
            }
        found = {
            "If-None-Match": response.headers.get("etag", ""),
            "If-Modified-Since": response.headers.get("last-modified", ""),
        }
        found = {name: value for name, value in found.items() if value} or asked
        if found:
            self._new.validators[key] = found
            self._new.lists[key] = {"rows": rows, "headers": headers}
        return rows, headers


def require_rows(rows: object, *, status: int = 0) -> list[dict[str, Any]]:
    """Return an answer that is a list of posts or terms, each with an id. Raises `FetchError` of `status` otherwise."""
    if not isinstance(rows, list) or not all(isinstance(row, dict) and _is_id(row.get("id")) for row in rows):
        raise FetchError("answered something else than a list of posts", status=status)
    return rows


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _integer(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None  # noqa: PLR2004
