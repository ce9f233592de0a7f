"""Read an RSS or Atom feed: the articles that it carries, with whatever text it gives of each."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import date
from hashlib import blake2b
from typing import Any
from urllib.parse import urlsplit

import feedparser

from bot.errors import SourceError
from bot.types import Article
from ingest.clean import repeated_blocks
from ingest.page import Page
from ingest.report import Skipped
from ingest.rules import Rules
from ingest.sources.assemble import slug
from ingest.sources.decode import UnreadableTextError
from ingest.sources.wordpress import Post, article_of, no_text, page_of, plain, site_name, topics_of

__all__ = ["is_feed", "read_feed"]

_FEED = re.compile(rb"<(?:rss|feed|rdf:RDF)[\s>]")
_DECLARES = re.compile(rb"<!ENTITY\b", re.IGNORECASE)
_HEAD = 4_096
_POST_ID = re.compile(r"[?&](?:p|page_id)=(\d+)$")


def is_feed(body: bytes) -> bool:
    """Tell whether `body` begins as an RSS or Atom feed does."""
    return bool(_FEED.search(body[:_HEAD]))


def read_feed(source: str, body: bytes, rules: Rules) -> Iterator[Article | Skipped]:
    """Yield an article for each entry of a feed, or why there is none.

    Raises `SourceError` if the feed has no entries or brings entities of its own.
    """
    if _DECLARES.search(body):
        raise SourceError(f"{source} declares entities of its own, which no feed needs; it is not read")
    parsed = feedparser.parse(body, sanitize_html=False)
    if not parsed.entries:
        raise SourceError(f"{source} holds no entries that can be read as RSS or Atom; check the address")
    site = site_name(str(parsed.feed.get("link") or source))
    posts = [_post(entry) for entry in parsed.entries]
    pages = [_page(post, rules) for post in posts]
    repeated = repeated_blocks(page for page in pages if isinstance(page, Page))
    taken: set[str] = set()
    for post, page in zip(posts, pages, strict=True):
        where = f"{source} ({post.link or post.id})"
        if post.id in taken:
            yield Skipped(where, "an entry before it has the same id", "give each entry a guid of its own")
        elif isinstance(page, UnreadableTextError):
            yield Skipped(where, f"its content is {page}", "split it into articles")
        else:
            taken.add(post.id)
            article = article_of(post, site, rules, page=page, repeated=repeated)
            yield no_text(where) if article is None else article
    if parsed.bozo and not isinstance(parsed.bozo_exception, feedparser.CharacterEncodingOverride):
        what = str(getattr(parsed.bozo_exception, "getMessage", lambda: parsed.bozo_exception)())[:200]
        yield Skipped(source, f"the feed is damaged ({what})", "what could be read of it was; correct the feed")


def _page(post: Post, rules: Rules) -> Page | UnreadableTextError:
    try:
        return page_of(post, rules)
    except UnreadableTextError as error:
        return error


def _post(entry: Any) -> Post:
    contents = [str(part.get("value") or "") for part in entry.get("content") or ()]
    content = max((*contents, str(entry.get("summary") or "")), key=len)
    link, guid = str(entry.get("link") or ""), str(entry.get("id") or "")
    found = _POST_ID.search(html.unescape(guid))
    return Post(
        # A WordPress feed names the post, so that the article is the same one as read by another way.
        id=found[1] if found else _name(guid or link or content),
        type="post",
        status="publish",
        title=plain(str(entry.get("title") or "")),
        content=content,
        link=link,
        published=_day(dict.get(entry, "published_parsed") or dict.get(entry, "updated_parsed")),
        updated=_day(dict.get(entry, "updated_parsed")),  # by `entry.get` one date would stand for the other
        topics=topics_of(str(tag.get("term") or "") for tag in entry.get("tags") or ()),
        rendered=True,
    )


def _name(text: str) -> str:
    """Return a part of an id for what identifies an entry: its path if it is an address, else a digest."""
    path = urlsplit(text).path.strip("/") if text.startswith(("https://", "http://")) else ""
    return slug(path) if path else blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()


def _day(moment: Any) -> date | None:
    try:
        return date(*moment[:3]) if moment else None
    except (ValueError, TypeError):
        return None
