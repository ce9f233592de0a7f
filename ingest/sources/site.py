"""Find out how a site can be read, best way first: WordPress's REST interface, its sitemap, its feed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.robotparser import RobotFileParser

import httpx
from bs4 import BeautifulSoup, SoupStrainer

from bot.errors import SourceError
from bot.types import Article
from ingest.report import Skipped, Unchanged
from ingest.rules import Rules
from ingest.sources.feed import is_feed, read_feed
from ingest.sources.remote import Remote
from ingest.sources.sitemap import is_sitemap, read_sitemap
from ingest.sources.web import Fetcher, FetchError, Limits, Response
from ingest.sources.wordpress_listing import WordPressSite
from ingest.sources.wordpress_rest import read_wordpress

__all__ = ["read_site"]

_API = "https://api.w.org/"
_PROBE = Limits(seconds=3.6, attempts=2)
_SITEMAPS = ("/sitemap.xml", "/sitemap_index.xml", "/wp-sitemap.xml")
_FEEDS = ("/feed/", "/feed.xml", "/rss.xml", "/atom.xml", "/index.xml")
_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml"})


def read_site(source: str, rules: Rules, remote: Remote) -> Iterator[Article | Skipped | Unchanged]:
    """Yield the articles of the site, sitemap or feed at `source`.

    Raises `SourceError` at once if its address is none, and when it is first read if the site cannot be.
    """
    try:
        url = httpx.URL(source)
    except (httpx.InvalidURL, ValueError):
        raise SourceError(
            f"{source[:200]} is no address of a site; expected one such as https://blog.example"
        ) from None
    if not url.host:
        raise SourceError(f"{source[:200]} names no site; expected an address such as https://blog.example")
    if url.userinfo:
        raise SourceError(
            f"the address of {url.host} holds a password, which would be logged; "
            "set GUIDE_WORDPRESS_USER and GUIDE_WORDPRESS_PASSWORD instead"
        )
    return _read(source, rules, remote)


def _read(source: str, rules: Rules, remote: Remote) -> Iterator[Article | Skipped | Unchanged]:
    with Fetcher(source, remote.options) as fetcher:
        try:
            home, refused = fetcher.get(source), None
        except FetchError as error:
            if not error.status:
                raise SourceError(f"{source}: the site {error}; the live index is unchanged") from None
            home, refused = None, error  # a site that shows no page may still answer programs
        if home is not None and is_feed(home.body):
            yield from read_feed(source, home.body, rules)
        elif home is not None and is_sitemap(home.body):
            yield from read_sitemap(source, [(home.url, home.body)], fetcher, rules, remote)
        elif site := _wordpress(source, home, fetcher):
            yield from read_wordpress(source, site, fetcher, rules, remote)
        elif refused is not None:
            raise SourceError(f"{source}: the site {refused}; check the address; the live index is unchanged")
        elif sitemaps := _sitemaps(source, fetcher):
            yield from read_sitemap(source, sitemaps, fetcher, rules, remote)
        elif feed := _feed(source, home, fetcher):
            yield from read_feed(feed.url, feed.body, rules)
        else:
            raise SourceError(
                f"{source} is no WordPress blog that lets programs read it, and has neither sitemap nor feed; "
                "give the address of its sitemap or feed, or a WordPress export"
            )


def _wordpress(source: str, home: Response | None, fetcher: Fetcher) -> WordPressSite | None:
    """Return the REST interface that the site names or that is where it usually is.

    Raises `SourceError` if the site names one and it cannot be used: read by another way, every article would have
    another id, and none would keep its place.
    """
    named = _named(home) if home is not None else ""
    base = (home.url if home is not None else source).partition("?")[0].rstrip("/")
    for root in (named,) if named else (f"{base}/wp-json/", f"{base}/?rest_route=/"):
        try:
            found = fetcher.get(root, limits=_PROBE).json()
        except FetchError as error:
            if named or not error.status or error.status >= httpx.codes.INTERNAL_SERVER_ERROR:
                raise SourceError(
                    f"{source}: the site {error} for its REST interface; allow that in its security plugin, set "
                    "GUIDE_WORDPRESS_USER and GUIDE_WORDPRESS_PASSWORD to an application password, or give an export"
                ) from None
            continue
        if isinstance(found, dict) and "wp/v2" in (found.get("namespaces") or ()):
            return WordPressSite(root, str(found.get("home") or found.get("url") or base))
    return None


def _named(home: Response) -> str:
    """Return the address of the REST interface that a page names in its headers or its head."""
    for value in home.headers.get_list("link"):
        for link in value.split(","):
            if _API in link.partition(";")[2]:
                return str(httpx.URL(home.url).join(link.partition(";")[0].strip(" <>")))
    found = [link.get("href") for link in _links(home) if _API in (link.get("rel") or ())]
    return str(httpx.URL(home.url).join(str(found[0]))) if found else ""


def _links(home: Response) -> list[dict[str, Any]]:
    text = home.body[:500_000].decode("utf-8", "replace").partition("<body")[0]
    soup = BeautifulSoup(f"<!-- -->{text}", "lxml", parse_only=SoupStrainer("link"))
    return [dict(link.attrs) for link in soup.find_all("link")]


def _sitemaps(source: str, fetcher: Fetcher) -> list[tuple[str, bytes]]:
    """Return the sitemaps that the site's robots.txt names, else the first one where sitemaps usually are."""
    base = httpx.URL(source)
    robots = RobotFileParser()
    try:
        body = fetcher.get(str(base.join("/robots.txt")), limits=_PROBE).body
        robots.parse(body.decode("utf-8", "replace").splitlines())
    except FetchError:
        pass
    found = _existing([str(base.join(url)) for url in robots.site_maps() or ()], fetcher, is_sitemap)
    return found or _existing([str(base.join(path)) for path in _SITEMAPS], fetcher, is_sitemap)[:1]


def _feed(source: str, home: Response | None, fetcher: Fetcher) -> Response | None:
    named = [str(link["href"]) for link in (_links(home) if home else ()) if link.get("type") in _FEED_TYPES]
    base = httpx.URL(home.url if home else source)
    for url in dict.fromkeys(str(base.join(path)) for path in (*named, *_FEEDS)):
        for found, body in _existing([url], fetcher, is_feed):
            return Response(found, 200, httpx.Headers(), body)
    return None


def _existing(urls: list[str], fetcher: Fetcher, is_kind: Callable[[bytes], bool]) -> list[tuple[str, bytes]]:
    """Return address and content of those that are there and of the kind looked for.

    Raises `SourceError` if the site fails meanwhile: read by a worse way, articles would be missing.
    """
    found: list[tuple[str, bytes]] = []
    for url in urls:
        try:
            response = fetcher.get(url, limits=_PROBE)
        except FetchError as error:
            if not error.status or error.status >= httpx.codes.INTERNAL_SERVER_ERROR:
                raise SourceError(f"{url}: the site {error}; the live index is unchanged") from None
            continue
        if is_kind(response.body):
            found.append((response.url, response.body))
    return found
