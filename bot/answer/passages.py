"""The articles as an answer uses them: their units, how well each fits a question, and the citation of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from urllib.parse import unquote, urlsplit

from bot.answer.alike import Alike
from bot.answer.asked import answer_form
from bot.answer.cite import article_url, cite
from bot.answer.frame import frame_of
from bot.answer.parts import Part
from bot.answer.render import render
from bot.answer.score import ScoredUnit, score_units
from bot.answer.seen import Seen
from bot.answer.units import Unit, units_of
from bot.index import Index
from bot.knowledge import Knowledge
from bot.retrieval.query import Query
from bot.retrieval.search import Found
from bot.types import Article, Citation, Language

__all__ = ["Passages"]

_KEPT_ARTICLES = 500
"""Articles that stay in memory with their units, about 100 kB each."""


_KEPT_CITATIONS = 1 << 12
"""Citations that stay in memory, about 1 kB each: no question changes them, only the day."""


class Passages:
    """Units of the articles of one index. Safe to share between threads."""

    def __init__(self, index: Index, knowledge: Knowledge, today: Callable[[], date]) -> None:
        self._index = index
        self._lifecycle = knowledge.lifecycle
        self._commands = knowledge.commands
        self._names = knowledge.ui_names
        self._today = today
        self._seen = Seen(index)
        self._alike = Alike(index)
        self._known: dict[str, list[Unit]] = {}
        self._articles: dict[str, Article] = {}
        self._pages: dict[str, str] = {}
        self._cited: dict[tuple[Unit, Language, date], Citation] = {}

    def article(self, article_id: str) -> Article | None:
        """Return an indexed article, or None. It is kept: each statement's citation asks for its article."""
        article = self._articles.get(article_id)
        if article is None:
            article = self._index.documents.article(article_id)
            if article is not None and len(self._articles) < _KEPT_ARTICLES:
                self._articles[article_id] = article
        return article

    def at(self, page_url: str) -> str:
        """Return the id of the article at an address, "" for any other page."""
        if page_url and not self._pages:
            read = (self._index.documents.article(article_id) for article_id in self._index.documents.article_ids())
            self._pages = {_address(article_url(article)): article.id for article in read if article is not None}
        return self._pages.get(_address(page_url), "") if page_url else ""

    def title(self, article_id: str) -> str:
        """Return an article's title, or its id when there is no such article."""
        article = self.article(article_id)
        return article.title if article else article_id

    def units(self, article_id: str) -> list[Unit]:
        """Return an article's units, less those that the support dates contradict; none for an unknown article.

        They are kept for the next question about it: reading its words takes longest of all.
        """
        known = self._known.get(article_id)
        if known is None:
            units = units_of(self._index.documents.chunks_of(article_id))
            known = [unit for unit in units if not self._lifecycle.contradicts(unit.text)]
            if len(self._known) < _KEPT_ARTICLES:
                self._known[article_id] = known
        return known

    def score(
        self,
        query: Query,
        found: Found,
        article_ids: Sequence[str],
        *,
        following: bool = False,
        earlier: Sequence[str] = (),
    ) -> list[ScoredUnit]:
        """Return all units of the articles with their fit to the question.

        `following` tells that the article, then the only one, has answered before: see `Seen.of` and `Alike`. What the
        reader said `earlier` tells whether the PC runs.
        """
        units = [unit for article_id in article_ids for unit in self.units(article_id)]
        seen = {
            (article_id, order): weight
            for article_id in article_ids
            for order, weight in self._seen.of(self.units(article_id), article_id, found, following=following).items()
        }
        alike = self._alike.of(units, found) if following else None
        return score_units(query, units, found.hits, self._index.words, answer_form(query.text), seen, alike, earlier)

    def written(self, parts: Sequence[Part], language: Language) -> tuple[str, tuple[Citation, ...]]:
        """Return parts as text with its citations, "" for none; readers of English are told what they find in it."""
        english = language is not Language.JA
        text, citations = render(
            parts, partial(self.citation, language=language), language, self._names if english else None
        )
        return f"{frame_of(language).quotes}\n\n{text}".strip() if text else "", citations

    def citation(self, n: int, unit: Unit, language: Language = Language.JA) -> Citation:
        """Return citation number `n`. Raises `KeyError` for a unit of no indexed article."""
        key = unit, language, self._today()
        known = self._cited.get(key)
        if known is None:
            article = self.article(unit.article_id)
            if article is None:
                raise KeyError(unit.article_id)
            if len(self._cited) >= _KEPT_CITATIONS:
                self._cited.clear()
            known = self._cited[key] = cite(n, unit, article, self._lifecycle, key[2], self._commands, language)
        return replace(known, n=n)


def _address(url: str) -> str:
    """Return an address as addresses are compared; of the guide's own pages, which lie on any host, the path."""
    parts = urlsplit(url.strip())
    path = unquote(parts.path).rstrip("/")
    return path if path.startswith("/articles/") else f"{parts.netloc.lower()}{path}"
