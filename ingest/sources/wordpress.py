"""Read the content of one WordPress post: Gutenberg blocks or the classic editor's HTML, without shortcodes.

What an export and the REST interface have in common: what may be shown, an article's id, its topics, its text.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import unquote, urlsplit

from bot.types import Article, BlockKind
from ingest.lines import one_line
from ingest.page import Page
from ingest.report import Skipped
from ingest.rules import Rules
from ingest.sources.assemble import article_from_page, slug
from ingest.sources.classic import add_paragraphs
from ingest.sources.decode import UnreadableTextError, sanitize
from ingest.sources.html import read_html_fragment
from ingest.sources.shortcodes import strip_shortcodes

__all__ = ["MAX_CHARS", "TYPES", "Post", "article_id", "article_of", "is_public", "page_of", "site_name"]

MAX_CHARS = 5_000_000
"""Longest content of a post that is read; the longest real article is a fiftieth of it."""
TYPES = frozenset({"post", "page"})
"""What readers of the blog see as articles; menus, attachments, templates and plugins' records are other types."""
_NO_TOPIC = frozenset({"uncategorized", "未分類"})
_BLOCK = re.compile(r"\s+(?P<close>/?)wp:(?P<name>[a-z][a-z0-9_-]*(?:/[a-z][a-z0-9_-]*)?)\s+(?P<rest>.*)\Z", re.S)
_NESTED = 3
"""How deep reusable blocks may lie in one another; one that holds itself would never end."""
_ADDRESS = re.compile(r"https?://\S+\Z")


@dataclass(frozen=True, slots=True)
class Post:
    """One post as its source gives it, public or not; `content` is HTML, `modified` what its source compares."""

    id: str
    type: str
    status: str
    title: str
    content: str
    link: str = ""
    slug: str = ""
    password: str = ""
    published: date | None = None
    updated: date | None = None
    topics: tuple[str, ...] = ()
    rendered: bool = False
    """`content` is what WordPress made of it for the page, shortcodes and paragraphs done."""


def is_public(post: Post) -> bool:
    """Tell whether everybody may read a post: published, without a password, and an article at all."""
    return post.type in TYPES and post.status == "publish" and not post.password


def site_name(address: str) -> str:
    """Return what tells one blog from another in article ids: host and path, the same for http, https and www."""
    parts = urlsplit(address.strip())
    host = (parts.hostname or "").removeprefix("www.")
    port = f"-{parts.port}" if parts.port not in (None, 80, 443) else ""
    return slug(f"{host}{port}{parts.path.rstrip('/')}") if host else ""


def article_id(site: str, post_id: str) -> str:
    """Return the id of a post's article; it stays when title, slug or permalink change."""
    return f"{site}-{post_id}" if site else post_id


def article_of(
    post: Post,
    site: str,
    rules: Rules,
    *,
    page: Page | None = None,
    repeated: frozenset[str] = frozenset(),
) -> Article | None:
    """Return the article of a public post, None if no text is left of it. `page` spares reading its content again."""
    page = page or page_of(post, rules)
    name = one_line(unquote(post.slug)).replace("-", " ")
    identifier = article_id(site, post.id)
    return article_from_page(identifier, page, rules, name=name, repeated=repeated, topics=post.topics)


def page_of(post: Post, rules: Rules, reusable: Mapping[str, str] | None = None) -> Page:
    """Return the blocks of a post's content with its title, address and dates.

    `reusable` are the contents of reusable blocks by id. Raises `UnreadableTextError` for what no article is like.
    """
    if len(post.content) > MAX_CHARS:
        raise UnreadableTextError(f"longer than an article can be ({MAX_CHARS / 1e6:.0f} million characters)")
    content = sanitize(post.content)
    if not post.rendered:
        content = strip_shortcodes(_paragraphs(content, reusable or {}))
    page = read_html_fragment(content, replace(rules.html, drop_class=rules.html.drop_class_in_posts))
    pieces = tuple(piece for piece in page.pieces if not _is_bare_address(piece.block.kind, piece.block.text))
    return Page(
        pieces=pieces,
        title=plain(post.title),
        url=post.link if post.link.startswith(("https://", "http://")) else "",
        published=post.published,
        updated=post.updated,
        posted=True,
    )


def plain(text: str) -> str:
    """Return a title or a name without the markup and entities that WordPress allows in it."""
    return one_line(html.unescape(re.sub(r"</?[a-zA-Z][^<>]*>", "", sanitize(text))))


def topics_of(names: Iterable[str]) -> tuple[str, ...]:
    """Return categories and tags as topics, without repetition and without WordPress's name for having none."""
    return tuple(dict.fromkeys(name for name in map(plain, names) if name and name.lower() not in _NO_TOPIC))


def no_text(where: str) -> Skipped:
    """Say that a post holds nothing to answer with."""
    return Skipped(where, "the article has no text", "check that its content is not only images, embeds or shortcodes")


def _is_bare_address(kind: BlockKind, text: str) -> bool:
    """Tell whether a line is only the address of something embedded, which no reader of the blog sees."""
    return kind is BlockKind.PARAGRAPH and bool(_ADDRESS.match(text))


def _paragraphs(content: str, reusable: Mapping[str, str], depth: int = 0) -> str:
    """Return the HTML of a post's source: block comments gone, reusable blocks in place, classic text in paragraphs."""
    parts: list[str] = []
    classic: list[str] = []
    inside = 0
    for text, comment in _comments(content):
        (parts if inside else classic).append(text)
        block = _BLOCK.match(comment)
        if block is None:
            continue
        if not inside:
            parts.append(add_paragraphs("".join(classic)))
            classic.clear()
        name = block["name"].removeprefix("core/")
        if name == "block" and depth < _NESTED:
            parts.append(_paragraphs(reusable.get(_ref(block["rest"]), ""), reusable, depth + 1))
        if name != "freeform" and not block["rest"].rstrip().endswith("/"):
            inside = max(0, inside + (-1 if block["close"] else 1))
    parts.append(add_paragraphs("".join(classic)))
    return "\n".join(parts)


def _comments(content: str) -> Iterator[tuple[str, str]]:
    """Yield each run of HTML with the comment that ends it; a comment that is never closed hides the rest."""
    place = 0
    while (start := content.find("<!--", place)) >= 0:
        end = content.find("-->", start + 4)
        yield content[place:start], content[start + 4 : end] if end >= 0 else ""
        if end < 0:
            return
        place = end + 3
    yield content[place:], ""


def _ref(rest: str) -> str:
    try:
        return str(json.loads(rest.rstrip().rstrip("/")).get("ref", ""))
    except (ValueError, AttributeError, RecursionError):
        return ""
