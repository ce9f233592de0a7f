"""Read a WordPress export (WXR): the public posts and pages of one blog, and nothing else of what it holds."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from bot.errors import SourceError
from bot.types import Article
from ingest.clean import repeated_blocks
from ingest.facts import parse_date
from ingest.page import Page
from ingest.report import Skipped, Unchanged
from ingest.rules import Rules
from ingest.sources.decode import UnreadableTextError
from ingest.sources.recall import Recall
from ingest.sources.wordpress import Post, article_id, article_of, is_public, no_text, page_of, site_name, topics_of
from ingest.sources.xml_items import DamagedItem, Head, Item, declares_entities, read_head, read_items

__all__ = ["is_export", "read_wxr"]

_SAMPLE = 200
"""Posts in which repeated chrome is looked for."""
_EXPORT = re.compile(r"https?://wordpress\.org/export/")
_SITES = tuple(
    re.compile(rf"<{field}>\s*(?:<!\[CDATA\[)?\s*(https?://[^<\]\s]+)")
    for field in ("wp:base_blog_url", "link", "wp:base_site_url")
)
"""Where an export names its blog, best first: on a network of blogs the site is another one."""
_GUID_ID = re.compile(r"[?&](?:p|page_id)=(\d+)$")


@dataclass(slots=True)
class _Survey:
    """What the first pass over an export gathers: repeated chrome, and the contents of reusable blocks by id."""

    repeated: frozenset[str] = frozenset()
    reusable: dict[str, str] = field(default_factory=dict)

    @property
    def given(self) -> str:
        """Return all of it as one text, the same whenever it is the same."""
        return repr((sorted(self.repeated), sorted(self.reusable.items())))


def is_export(head: Head) -> bool:
    """Tell whether an XML file says that it is a WordPress export."""
    return bool(_EXPORT.search(head.text))


def read_wxr(path: Path, rules: Rules, recall: Recall | None = None) -> Iterator[Article | Skipped | Unchanged]:
    """Yield an article for each public post and page in the order of the file, or why there is none.

    `recall` reads the posts.

    Drafts, private, scheduled, trashed and password-protected posts, revisions, menus, attachments and comments are
    no articles and are not reported. Raises `SourceError` at once if the file cannot be read.
    """
    try:
        head = read_head(path)
    except OSError as error:
        raise SourceError(f"{path} cannot be read ({error.strerror}); check the path and its permissions") from error
    return _read(path, head, rules, recall or Recall())


def _read(path: Path, head: Head, rules: Rules, recall: Recall) -> Iterator[Article | Skipped | Unchanged]:
    if declares_entities(head):
        yield Skipped(
            str(path),
            "it declares a document type or entities, which no WordPress export does; they are not read",
            "export the blog anew if articles are missing",
        )
    site = site_name(_site(head))
    taken: dict[str, int] = {}
    survey = _survey(path, head, rules)
    rows = ((where, found, repr(found).encode("utf-8", "surrogatepass")) for where, found in _posts(path, head, taken))
    for where, item in recall.read(partial(_article, site, rules, survey), rows, given=f"{site}\n{survey.given}"):
        yield replace(item, source=f"{where}{item.source}") if isinstance(item, Skipped) else item
    if not taken and not is_export(head):
        yield Skipped(str(path), "it holds no posts", "choose Tools > Export > All content in WordPress")


def _posts(path: Path, head: Head, taken: dict[str, int]) -> Iterator[tuple[str, Post | Skipped]]:
    """Yield place and post of each public one, or why it is none; `taken` gets the numbers of their items by id."""
    for item in read_items(path, head):
        where = f"{path}:item {item.number}"
        if isinstance(item, DamagedItem):
            remedy = "export the blog anew, or correct the post in WordPress"
            yield where, Skipped("", f"the item {item.reason}", remedy)
            continue
        post = _post(item)
        if not is_public(post):
            continue
        if not post.id:
            yield where, Skipped("", "the item has no wp:post_id", "export the blog anew")
            continue
        if post.id in taken:
            first = f"item {taken[post.id]}"
            yield where, Skipped("", f"its post id {post.id} is already that of {first}", "export the blog anew")
            continue
        taken[post.id] = item.number
        yield where, post


def _article(site: str, rules: Rules, survey: _Survey, post: Post | Skipped) -> Article | Skipped:
    """Return the article of a post, or why it has none; the place is only added to."""
    if isinstance(post, Skipped):
        return post
    where = f" ({article_id(site, post.id)})"
    try:
        page = page_of(post, rules, survey.reusable)
    except UnreadableTextError as error:
        return Skipped(where, f"its content is {error}", "split it into articles")
    article = article_of(post, site, rules, page=page, repeated=survey.repeated)
    return no_text(where) if article is None else article


def _survey(path: Path, head: Head, rules: Rules) -> _Survey:
    survey = _Survey()
    pages: list[Page] = []
    for item in read_items(path, head):
        if isinstance(item, DamagedItem):
            continue
        post = _post(item)
        if post.type == "wp_block" and post.status == "publish" and not post.password:
            survey.reusable[post.id] = post.content
        elif len(pages) < _SAMPLE and is_public(post):
            try:
                pages.append(page_of(post, rules))
            except UnreadableTextError:
                continue
    survey.repeated = repeated_blocks(pages)
    return survey


def _post(item: Item) -> Post:
    link = item.text("link").strip()
    guid = _GUID_ID.search(item.text("guid").strip())
    post_id = item.text("wp:post_id").strip() or (guid[1] if guid else "")
    return Post(
        id=post_id if post_id.isascii() and post_id.isdigit() else "",
        type=item.text("wp:post_type").strip(),
        status=item.text("wp:status").strip(),
        title=item.text("title"),
        content=item.text("content:encoded"),
        link=link,
        slug=item.text("wp:post_name").strip(),
        password=item.text("wp:post_password"),
        published=parse_date(item.text("wp:post_date")),
        updated=parse_date(item.text("wp:post_modified")),
        topics=topics_of(item.categories("category", "post_tag", "")),
    )


def _site(head: Head) -> str:
    """Return the blog's address, "" where the export does not say."""
    found = (pattern.search(head.text) for pattern in _SITES)
    return next((html.unescape(match[1]) for match in found if match), "")
