"""Read an HTML page, whole or a fragment, into blocks: find the article in it and leave menus, forms and cards out.

The tree is walked with stacks of our own: no depth of nesting can exhaust Python's, and one pass over the page is many
times faster than a search for each thing.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from bs4 import BeautifulSoup, Tag, XMLParsedAsHTMLWarning
from bs4.element import NavigableString, PreformattedString
from bs4.exceptions import ParserRejectedMarkup

from ingest.facts import parse_date
from ingest.lines import one_line
from ingest.page import Page
from ingest.rules import HtmlRules
from ingest.sources.decode import UnreadableTextError
from ingest.sources.html_blocks import BlockBuilder

__all__ = ["read_html", "read_html_fragment"]

_MOST_TAGS = 50_000
"""Tags from which a page is refused: ten times a very long article's, and some 2 s of parsing on a slow machine."""
_LEAST_MAIN = 40
"""Characters an element must hold to be the article."""
_TOO_MUCH = 0.6
"""An element with chrome's class that holds this share of the article's text is a misnamed wrapper."""
_LEAST_LINE, _NEARLY_ALL = 15, 0.9
"""Characters of a line by which an article is found in its page, and the share of such lines that must be in it."""
_TEXT_TAGS = frozenset({"p", "table", "ul", "ol", "pre", "blockquote", "tbody"})
_JSON_LD = re.compile(r'"date(Published|Modified)"\s*:\s*"([^"]{8,40})"')
_SITE_NAME = re.compile(r"\s*[|\uff5c]\s*[^|\uff5c]{1,40}$|\s+[-–—]\s+[^-–—]{1,40}$")
_LEAST_TITLE = 8


@dataclass(slots=True)
class _Survey:
    """What one pass over the page finds: elements by mark, meta data by name, dates by what they date."""

    marked: dict[str, list[Tag]] = field(default_factory=dict)
    meta: dict[str, str] = field(default_factory=dict)
    dates: dict[str, date] = field(default_factory=dict)


def read_html(text: str, rules: HtmlRules, *, locate: Callable[[str], str] | None = None) -> Page:
    """Return the page of an HTML document, with its title, address and dates where it states them.

    `locate` returns the article's text where no rule finds it; the smallest element with that text is read.
    Raises `UnreadableTextError` for one that is made of far too many tags, which would take minutes.
    """
    soup = _parse(text)
    survey = _survey(soup, {*rules.main, *rules.title})
    title = _title(survey, rules)
    builder = BlockBuilder(rules.caution_classes, title)
    main = _main(soup, survey, rules)
    if locate is not None and main in (soup, soup.body):
        main = _around(main, locate(text))
    _walk(main, rules, builder)
    url = survey.meta.get("canonical") or survey.meta.get("og:url", "")
    published, updated = survey.meta.get("article:published_time", ""), survey.meta.get("article:modified_time", "")
    return Page(
        pieces=builder.finish(),
        title=title,
        url=url if url.startswith(("https://", "http://")) else "",
        published=parse_date(published) or survey.dates.get("Published"),
        updated=parse_date(updated) or survey.dates.get("Modified"),
    )


def read_html_fragment(text: str, rules: HtmlRules) -> Page:
    """Return the blocks of a piece of HTML inside another text; it has no title and no chrome to look for.

    Raises `UnreadableTextError` as `read_html` does.
    """
    builder = BlockBuilder(rules.caution_classes, "")
    _walk(_parse(text), rules, builder)
    return Page(pieces=builder.finish())


def _parse(text: str) -> BeautifulSoup:
    if (tags := text.count("<")) > _MOST_TAGS:
        raise UnreadableTextError(f"made of {tags:,} tags, more than an article can have ({_MOST_TAGS:,})")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)  # XHTML is read as the HTML it is served as
        try:
            # The comment keeps a text that is only a path or an address from being taken for one.
            return BeautifulSoup(f"<!-- -->{text}", "lxml")
        except ParserRejectedMarkup:
            return BeautifulSoup("", "lxml")


def _survey(soup: BeautifulSoup, marks: set[str]) -> _Survey:
    survey = _Survey()
    for tag in soup.descendants:
        if not isinstance(tag, Tag):
            continue
        for mark in _marks(tag):
            if mark in marks:
                survey.marked.setdefault(mark, []).append(tag)
        if tag.name == "meta":
            name = tag.attrs.get("property") or tag.attrs.get("name")
            survey.meta.setdefault(str(name), one_line(str(tag.attrs.get("content") or "")))
        elif tag.name == "link" and "canonical" in (tag.attrs.get("rel") or ()):
            survey.meta.setdefault("canonical", str(tag.attrs.get("href") or ""))
        elif tag.name == "title":
            survey.meta.setdefault("title", one_line(tag.get_text()))
        elif tag.name == "script" and tag.attrs.get("type") == "application/ld+json":
            for match in _JSON_LD.finditer(tag.get_text()):
                _remember(survey, match[1], match[2])
        elif tag.name == "time":
            dated = {*_names(tag), str(tag.attrs.get("itemprop") or "").lower()}
            if dated & {"updated", "datemodified"}:
                _remember(survey, "Modified", str(tag.attrs.get("datetime") or tag.get_text()))
            elif dated & {"published", "entry-date", "datepublished"}:
                _remember(survey, "Published", str(tag.attrs.get("datetime") or tag.get_text()))
    return survey


def _remember(survey: _Survey, what: str, text: str) -> None:
    if found := parse_date(text):
        survey.dates.setdefault(what, found)


def _marks(tag: Tag) -> Iterator[str]:
    """Yield the ways in which the rules may refer to an element."""
    yield tag.name
    for name in _classes(tag):
        yield f".{name}"
    for prefix, attribute in (("#", "id"), ("@", "role"), ("!", "itemprop")):
        if attribute in tag.attrs:
            yield f"{prefix}{tag.attrs[attribute]}"


def _classes(tag: Tag) -> Sequence[str]:
    classes = tag.attrs.get("class") or ()
    return classes.split() if isinstance(classes, str) else classes


def _names(tag: Tag) -> Iterator[str]:
    yield from (name.lower() for name in _classes(tag))
    if identifier := tag.attrs.get("id"):
        yield str(identifier).lower()


def _title(survey: _Survey, rules: HtmlRules) -> str:
    for mark in rules.title:
        found = survey.marked.get(mark, [])
        if len(found) == 1 and (text := one_line(found[0].get_text("\n"))):
            return text
    site = survey.meta.get("og:site_name", "")
    text = survey.meta.get("og:title") or survey.meta.get("title", "")
    if site and text.endswith(site):
        return text[: -len(site)].rstrip(" |-–—\uff5c")
    short = _SITE_NAME.sub("", text)
    return short if len(short) >= _LEAST_TITLE else text


def _main(soup: BeautifulSoup, survey: _Survey, rules: HtmlRules) -> Tag:
    """Return the element that holds the article: the longest one of the best mark that has a real one."""
    for mark in rules.main:
        found = [tag for tag in survey.marked.get(mark, []) if not _has_chrome_class(tag, rules)]
        # Nested ones hold nearly the same text; looking at a few is enough and keeps deep nesting from taking long.
        sizes = [(len(tag.get_text(strip=True)), -i) for i, tag in enumerate(found[:50])]
        size, place = max(sizes, default=(0, 0))
        if size >= _LEAST_MAIN:
            return found[-place]
    return soup.body or soup


def _around(root: Tag, text: str) -> Tag:
    """Return the smallest element below `root` that holds nearly all lines of `text`, `root` itself where none does."""
    lines = {line.strip() for line in text.split("\n") if len(line.strip()) >= _LEAST_LINE}
    if not lines:
        return root
    while True:
        children = [child for child in root.contents if isinstance(child, Tag)]
        inner = next((child for child in children if _share(child, lines) >= _NEARLY_ALL), None)
        if inner is None or inner.name in _TEXT_TAGS:
            return root
        root = inner


def _share(tag: Tag, lines: set[str]) -> float:
    text = one_line(tag.get_text(""))
    return sum(line in text for line in lines) / len(lines)


def _walk(root: Tag, rules: HtmlRules, builder: BlockBuilder) -> None:
    """Feed the visible elements and text below `root` to `builder`, in document order."""
    sizes: dict[int, int] = {}
    stack: list[tuple[Tag | NavigableString, bool]] = [(root, False)]
    while stack:
        node, leaving = stack.pop()
        if isinstance(node, NavigableString):
            if not isinstance(node, PreformattedString):  # comments, doctypes and the like
                builder.text(str(node))
        elif leaving:
            builder.close(node)
        elif node is root or not _is_hidden(node, rules):
            if node is not root and _has_chrome_class(node, rules):
                sizes = sizes or _sizes(root)
                if sizes[id(node)] <= _TOO_MUCH * sizes[id(root)]:
                    continue
            builder.open(node)
            stack.append((node, True))
            stack += [(child, False) for child in reversed(node.contents) if isinstance(child, (Tag, NavigableString))]


def _sizes(root: Tag) -> dict[int, int]:
    """Return the text length of every element below `root`, by identity."""
    order = [root, *(node for node in root.descendants if isinstance(node, Tag))]
    sizes: dict[int, int] = {}
    for tag in reversed(order):
        sizes[id(tag)] = sum(_size(child, sizes) for child in tag.contents)
    return sizes


def _size(node: object, sizes: dict[int, int]) -> int:
    return sizes[id(node)] if isinstance(node, Tag) else len(str(node))


def _is_hidden(tag: Tag, rules: HtmlRules) -> bool:
    attributes = tag.attrs
    return (
        tag.name in rules.drop_tags
        or str(attributes.get("role", "")) in rules.drop_roles
        or "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or "display:none" in str(attributes.get("style", "")).replace(" ", "")
    )


def _has_chrome_class(tag: Tag, rules: HtmlRules) -> bool:
    return any(map(rules.drop_class.match, _names(tag)))
