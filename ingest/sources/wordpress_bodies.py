"""Fetch posts of a WordPress blog: many with one request, and each by itself where one of them breaks the answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from ingest.sources.web import Fetcher, FetchError, Limits
from ingest.sources.wordpress_listing import WordPressSite, require_rows

__all__ = ["Bodies"]

_AT_ONCE = 20
"""Posts fetched with one request; their bodies are what weighs."""
_BULK = 100
"""Changed posts from which they are asked for by the time of their change and not by their ids."""
_ITEM_BYTES = 5_000_000
"""What one post by itself may have."""
_LATE = 2
"""Posts in a row, each asked for by itself, that do not come in time before the site is taken for down."""


class Bodies:
    """Fetches posts in full. `failed` tells, by kind and id, why one could not be had."""

    def __init__(self, site: WordPressSite, fetcher: Fetcher, newest: str) -> None:
        self.failed: dict[tuple[str, int], FetchError] = {}
        self._site = site
        self._fetcher = fetcher
        self._newest = newest

    def fetch(self, kind: str, left: dict[int, Any]) -> Iterator[dict[str, Any]]:
        """Yield the posts whose ids are in `left`, and perhaps others; what is taken out of it is not fetched again.

        Raises `FetchError` when it is the site that fails and not a post.
        """
        return chain(self._changed(kind, left), self._by_id(kind, left))

    def _changed(self, kind: str, left: dict[int, Any]) -> Iterator[dict[str, Any]]:
        """Yield posts changed since last time, where there are so many that asking for each by its id takes longer.

        It is no more than a short cut: a scheduled post appears with the time at which it was written.
        """
        number = 1
        while self._newest and len(left) > (_BULK if number == 1 else 0):
            params = {"modified_after": self._newest, "per_page": str(_AT_ONCE), "page": str(number)}
            try:
                rows = self._bodies(kind, params | {"orderby": "id", "order": "asc"})
            except FetchError:  # what is missing is asked for by its id
                return
            yield from rows
            if len(rows) < _AT_ONCE:
                return
            number += 1

    def _by_id(self, kind: str, left: dict[int, Any]) -> Iterator[dict[str, Any]]:
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
                    self.failed[kind, asked[0]] = error
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
                self.failed[kind, post_id] = error
        if failed is not None and all((kind, post_id) in self.failed for post_id in asked) and len(asked) > 1:
            raise failed  # it is the site and not a post

    def _bodies(self, kind: str, params: dict[str, str], limits: Limits | None = None) -> list[dict[str, Any]]:
        response = self._fetcher.get(self._site.route(f"wp/v2/{kind}"), params, limits=limits)
        return require_rows(response.json(), status=response.status)


def _include(ids: Iterable[int]) -> dict[str, str]:
    listed = list(map(str, ids))
    return {"include": ",".join(listed), "per_page": str(len(listed)), "orderby": "id", "order": "asc"}
