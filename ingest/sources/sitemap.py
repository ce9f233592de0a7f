"""Read a blog that is not WordPress by its sitemap: each page of its own host, the article found in it.

Pages are asked for again only if the sitemap gives a later date for them, or the site says that they changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

import httpx
import trafilatura
from lxml import etree

from bot.errors import SourceError
from bot.types import Article
from ingest.clean import repeated_blocks
from ingest.page import Page
from ingest.report import Skipped, Unchanged
from ingest.rules import Rules
from ingest.sources.assemble import article_from_page, slug
from ingest.sources.decode import UnreadableTextError, decode
from ingest.sources.html import read_html
from ingest.sources.remote import Remote, SiteMemory
from ingest.sources.web import Fetcher, FetchError, Limits, Response
from ingest.sources.wordpress import site_name

__all__ = ["is_sitemap", "locate_article", "read_sitemap"]

_SITEMAP = re.compile(rb"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]")
_HEAD = 4_096
_MAX_SITEMAPS, _MAX_PAGES = 200, 50_000
"""Of one site; a sitemap may hold 50,000 addresses, and no blog has more."""
_PAGE = Limits(seconds=3.6, attempts=2, size=5_000_000)
"""What one page may take."""
_SAMPLE = 30
"""Pages in which repeated chrome is looked for."""
_GIVE_UP = 10
"""Pages in a row that fail before the site is taken for down."""
_NO_PAGE = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|pdf|zip|mp[34]|xml|css|js)$", re.IGNORECASE)


def is_sitemap(body: bytes) -> bool:
    """Tell whether `body` begins as a sitemap or an index of sitemaps does."""
    return bool(_SITEMAP.search(body[:_HEAD]))


def read_sitemap(
    source: str, sitemaps: list[tuple[str, bytes]], fetcher: Fetcher, rules: Rules, remote: Remote
) -> Iterator[Article | Skipped | Unchanged]:
    """Yield an article for each page that `sitemaps` (address and content of each) name, or why there is none.

    Raises `SourceError` when a sitemap cannot be read, or page after page fails.
    """
    old, new = remote.memory.sites.get(source, SiteMemory()), SiteMemory()
    pages = _listed(source, sitemaps, fetcher)
    repeated = _repeated(pages, fetcher, rules) if old.repeated is None else frozenset(old.repeated)
    new.repeated = sorted(repeated)
    failed = 0
    for url, changed in pages.items():
        name = _article_id(url)
        known = name in remote.known and name in old.marks
        if known and changed and old.marks[name] == changed:
            new.marks[name], new.validators[url] = changed, old.validators.get(url, {})
            yield Unchanged(name)
            continue
        try:
            response = fetcher.get(url, headers=old.validators.get(url) if known else None, limits=_PAGE)
        except FetchError as error:
            failed += 1
            if failed >= _GIVE_UP:
                raise SourceError(f"{source}: the site {error}, {failed} times in a row; try again later") from None
            if error.status not in (404, 410):
                yield Skipped(url, f"the site {error}", "look at the page; what was known of it stays")
                if known:
                    yield Unchanged(name)
            continue
        failed = 0
        found = {
            "If-None-Match": response.headers.get("etag", ""),
            "If-Modified-Since": response.headers.get("last-modified", ""),
        }
        new.validators[url] = {header: value for header, value in found.items() if value}
        new.marks[name] = changed
        if response.status == httpx.codes.NOT_MODIFIED:
            new.validators[url] = new.validators[url] or old.validators[url]
            yield Unchanged(name)
            continue
        yield _article(name, url, response, rules, repeated)
    remote.memory.sites[source] = new


def locate_article(text: str) -> str:
    """Return the text of the article in an HTML page as an extractor finds it, "" where it finds none."""
    return trafilatura.extract(text, include_comments=False, include_tables=True, favor_recall=True) or ""


def _article(name: str, url: str, response: Response, rules: Rules, repeated: frozenset[str]) -> Article | Skipped:
    page = _page(response, rules)
    if isinstance(page, UnreadableTextError):
        return Skipped(url, f"the page is {page}", "give the address of a page that is an article")
    title = unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2]).replace("-", " ")
    article = article_from_page(name, page, rules, name=title, repeated=repeated)
    if article is None:
        return Skipped(url, "the page has no article", "leave it out of the sitemap if it is none")
    return article


def _page(response: Response, rules: Rules) -> Page | UnreadableTextError:
    try:
        text = decode(response.body)
        if "<" not in text[:_HEAD]:
            return UnreadableTextError("no HTML")
        page = read_html(text, rules.html, locate=locate_article)
    except UnreadableTextError as error:
        return error
    return Page(page.pieces, page.title, response.url, page.published, page.updated)


def _repeated(pages: dict[str, str], fetcher: Fetcher, rules: Rules) -> frozenset[str]:
    found: list[Page] = []
    for url in list(pages)[:: max(1, len(pages) // _SAMPLE)][:_SAMPLE]:
        try:
            page = _page(fetcher.get(url, limits=_PAGE), rules)
        except FetchError:
            continue
        if isinstance(page, Page):
            found.append(page)
    return repeated_blocks(found)


def _listed(source: str, sitemaps: list[tuple[str, bytes]], fetcher: Fetcher) -> dict[str, str]:
    """Return the pages of the site's own host with the time of their last change, "" where the sitemap has none."""
    host = (urlsplit(source).hostname or "").removeprefix("www.")
    pages: dict[str, str] = {}
    pending, seen = list(sitemaps), {url for url, _ in sitemaps}
    while pending:
        address, body = pending.pop(0)
        for kind, url, changed in _entries(address, body):
            if (urlsplit(url).hostname or "").removeprefix("www.") != host:
                continue
            if kind == "url" and not _NO_PAGE.search(urlsplit(url).path):
                pages.setdefault(url, changed)
            elif kind == "sitemap" and url not in seen and len(seen) < _MAX_SITEMAPS:
                seen.add(url)
                try:
                    pending.append((url, fetcher.get(url).body))
                except FetchError as error:
                    raise SourceError(f"{url}: the site {error}; the live index is unchanged") from None
            if len(pages) > _MAX_PAGES:
                raise SourceError(f"{source} lists more than {_MAX_PAGES:,} pages; give the sitemap of its articles")
    if not pages:
        raise SourceError(f"{source}: its sitemap names no page of its own host; check the sitemap")
    return pages


def _entries(address: str, body: bytes) -> Iterator[tuple[str, str, str]]:
    """Yield kind (`url` or `sitemap`), address and last change of each entry of a sitemap."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise SourceError(
            f"{address} is no valid sitemap ({str(error.msg)[:120]}); the live index is unchanged"
        ) from None
    for entry in root:
        if not isinstance(entry.tag, str):
            continue
        fields = {
            etree.QName(child).localname: (child.text or "").strip() for child in entry if isinstance(child.tag, str)
        }
        if fields.get("loc", "").startswith(("https://", "http://")):
            yield etree.QName(entry).localname, fields["loc"], fields.get("lastmod", "")


def _article_id(url: str) -> str:
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return slug(f"{site_name(f'{parts.scheme}://{parts.netloc}')}{unquote(parts.path).rstrip('/') or '/index'}{query}")
