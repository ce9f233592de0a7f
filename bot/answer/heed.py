"""Heed what the reader said: leave out what it rules out, say first what it asks for, and let the reader know."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from bot.answer.follow_flow import find_passage
from bot.answer.frame import Label
from bot.answer.parts import Part, length
from bot.answer.passages import Passages
from bot.answer.reader import Reader
from bot.answer.score import ScoredUnit
from bot.answer.talk import Talk
from bot.answer.units import Role, Unit
from bot.answer.unsaid import CLOSING, done, heard, unsaid
from bot.knowledge.flows import Passage
from bot.retrieval.search import Found
from bot.types import BlockKind, Language

__all__ = ["Heed"]

_ENDS = 3
"""Sentences on whom to ask where nothing else of an article may be said."""

_SHOWN = 680
"""Characters of an answer: what is said first takes the room of what comes after. Below the 700 of `plan`, since the
guide's own word on the situation stands over it; at 640 a fact of the development questions is lost."""


class Heed:
    """What the reader said, applied to the articles of one index. Safe to share between threads."""

    def __init__(self, passages: Passages) -> None:
        self._passages = passages

    def topics(self, article_id: str) -> tuple[str, ...]:
        """Return an article's topics, none for one that is not known."""
        article = self._passages.article(article_id)
        return tuple(article.topics) if article is not None else ()

    def siblings(self, article_id: str, found: Found) -> list[str]:
        """Return the other articles found that have the same main topic."""
        main = self.topics(article_id)[:1]
        others = dict.fromkeys(hit.article_id for hit in found.hits if hit.article_id != article_id)
        return [name for name in others if main and self.topics(name)[:1] == main]

    def gone(self, article_id: str, reader: Reader) -> frozenset[int]:
        """Return the orders of an article's statements that are not said to this reader."""
        return unsaid(self._passages.units(article_id), reader, self.topics(article_id))

    def allowed(self, scored: Sequence[ScoredUnit], reader: Reader) -> list[ScoredUnit]:
        """Return the units that may be said to this reader."""
        gone = {name: self.gone(name, reader) for name in {item.unit.article_id for item in scored}}
        return [item for item in scored if item.unit.order not in gone[item.unit.article_id]]

    def ordered(self, articles: Sequence[str], reader: Reader) -> list[str]:
        """Return articles, the best first, as the reader's situation wants them."""
        ruled_out = {name for fact in reader.facts for name in fact.excludes.articles}
        kept = [name for name in articles if name not in ruled_out] or list(articles)
        first = self.fitting(kept[0], reader) if kept else ""
        return [first, *(name for name in kept if name != first)] if first else kept

    def fitting(self, article_id: str, reader: Reader) -> str:
        """Return the article that answers in the place of that one, since this message or while something holds."""
        topics = self.topics(article_id)
        wanted = (
            fact.article
            for fact in reader.about(topics)
            if fact.article and (fact.id in reader.new or {*topics[:1]} & {*fact.instead_of})
        )
        return next((name for name in wanted if self._passages.units(name)), "")

    def speaks(self, articles: Sequence[str], reader: Reader) -> bool:
        """Tell whether one of the articles has a word for what this message tells, and that cannot wait."""
        return any(
            passage.article == name
            for name in articles
            for fact in reader.about(self.topics(name))
            if fact.urgent and fact.id in reader.now
            for passage in fact.leads
        )

    def placed(self, article_id: str, reader: Reader) -> bool:
        """Tell whether what holds of the reader led to this article: who tells more of the situation stays there."""
        return any(fact.article == article_id for fact in reader.about(self.topics(article_id)))

    def holds(self, article_id: str, found: Found, talk: Talk) -> bool:
        """Tell whether the situation keeps the reader at an article that another one would take over.

        What is told now of a matter like the article's does, and a situation that has this article for all its topics.
        """
        if talk.changes_subject or not found.hits:
            return False
        if any(fact.topics and fact.id in talk.reader.new for fact in talk.reader.about(self.topics(article_id))):
            return True
        other = next((hit.article_id for hit in found.hits if hit.article_id != article_id), article_id)
        return any(fact.article == article_id and fact.topics for fact in talk.reader.about(self.topics(other)))

    def applied(self, parts: Sequence[Part], article_id: str, reader: Reader) -> list[Part]:
        """Return the parts of an answer from an article as they are said to this reader."""
        gone = {name: self.gone(name, reader) for name in {unit.article_id for part in parts for unit in part.units}}
        kept = [
            replace(part, units=tuple(u for u in part.units if u.order not in gone[u.article_id])) for part in parts
        ]
        kept = [part for part in kept if part.units]
        leads = lead_parts(reader, article_id, self.topics(article_id), self._passages.units, self.topics)
        if parts and not kept and not leads:
            ends = [unit for unit in self._passages.units(article_id) if unit.role is Role.STUCK]
            return [Part(Label.STUCK, tuple(ends[:_ENDS]))] if ends else []
        return led(leads, kept)

    def word(self, article_id: str, parts: Sequence[Part], talk: Talk) -> str:
        """Return the guide's own word on what the reader told of the situation, before `parts`; "" for none."""
        units, topics = self._passages.units(article_id), self.topics(article_id)
        said = heard(talk.reader, topics, units, self.gone(article_id, talk.reader), talk.language)
        return "\n".join(filter(None, (said, done(talk.reader, parts, talk.language))))

    def route(self, article_id: str, reader: Reader) -> tuple[str, bool]:
        """Return whom to ask for what the reader told of the situation, "" for nobody, and whether before all others.

        That of what cannot wait is, unless something that always holds has a route of its own: a company's PC.
        """
        facts = [fact for fact in reader.about(self.topics(article_id)) if fact.always or fact.id in reader.now]
        routes = [fact for fact in facts if fact.route]
        first = routes[0] if routes else None
        if first is None:
            return "", False
        return first.route, first.always or (first.urgent and not any(fact.always for fact in routes))


def lead_parts(
    reader: Reader,
    article_id: str,
    topics: Sequence[str],
    units_of: Callable[[str], Sequence[Unit]],
    topics_of: Callable[[str], Sequence[str]],
) -> list[Part]:
    """Return what is said before anything else in an answer from an article with these topics."""
    found: dict[tuple[str, int], Unit] = {}
    for fact in reader.about(topics):
        if not (fact.always or fact.id in reader.now):
            continue
        own = [passage for passage in fact.leads if passage.article == article_id]
        # What was said of it already is not said at length again: only what comes first, and whom to ask.
        own = own if fact.id in reader.now else [*own[:1], *own[-1:]]
        for passage in own or (
            [] if fact.own else fact.leads if fact.anywhere else _on_topic(fact.leads, topics, topics_of)
        ):
            unit = find_passage(passage, units_of(passage.article))
            if unit is not None:
                found.setdefault((unit.article_id, unit.order), unit)
    first = [unit for unit in found.values() if unit.role not in CLOSING]
    # One sentence stands as such; several are a list, each from its own place.
    label = "" if len(first) == 1 else Label.FOR_YOU
    parts = [Part(label, tuple(first))] if first else []
    for role, name in CLOSING.items():
        closing = tuple(unit for unit in found.values() if unit.role is role)
        parts += [Part(name, closing)] if closing else []
    return parts


def _on_topic(
    leads: Sequence[Passage], topics: Sequence[str], topics_of: Callable[[str], Sequence[str]]
) -> list[Passage]:
    return [one for one in leads if {*topics} & {*topics_of(one.article)}][:1]


def led(leads: Sequence[Part], parts: Sequence[Part]) -> list[Part]:
    """Return `leads` with the parts of an answer after them, as many as there is room for, nothing twice.

    A step among the leads is left to its list where that is shown whole.
    """
    steps = {_key(unit) for part in parts for unit in part.units if unit.kind is BlockKind.STEP}
    fewer = [replace(part, units=tuple(u for u in part.units if _key(u) not in steps)) for part in leads]
    joined = _joined([part for part in fewer if part.units], parts)
    wanted = {_key(unit) for part in leads for unit in part.units}
    first = {_key(unit) for part in leads if part.label not in CLOSING.values() for unit in part.units}
    if wanted <= {_key(unit) for part in joined for unit in part.units}:
        return _foremost(joined, first) if first <= steps else joined
    lists = {
        id(part) for part in parts if {_key(u) for u in part.units} & {_key(u) for p in leads for u in p.units} & steps
    }
    return _joined(leads, [part for part in parts if id(part) not in lists])


def _foremost(parts: Sequence[Part], steps: Collection[tuple[str, int]]) -> list[Part]:
    """Return parts with those that have any of the `steps` before all but the first sentence."""
    first = [part for part in parts[:1] if not part.label]
    rest = parts[len(first) :]
    return [*first, *sorted(rest, key=lambda part: not any(_key(unit) in steps for unit in part.units))]


def _key(unit: Unit) -> tuple[str, int]:
    return unit.article_id, unit.order


def _joined(leads: Sequence[Part], parts: Sequence[Part]) -> list[Part]:
    if not leads:
        return list(parts)
    known = {_key(unit) for part in leads for unit in part.units}
    closing = {part.label: part for part in leads if part.label in CLOSING.values()}
    shown = [part for part in leads if part.label not in closing]
    last: dict[Label | str, Part] = dict(closing)
    names = {Part(label, ()).heading(Language.JA): label for label in CLOSING.values()}
    for given in parts:
        # An article's own heading may read as the guide's.
        part = replace(given, label=names.get(given.heading(Language.JA), given.label))
        fresh = tuple(unit for unit in part.units if _key(unit) not in known)
        if not fresh:
            continue
        if part.label in CLOSING.values():
            before = last.get(part.label)
            last[part.label] = replace(part, units=(*(before.units if before else ()), *fresh))
        elif length([*shown, *closing.values()]) + length([replace(part, units=fresh)]) <= _SHOWN:
            shown.append(replace(part, units=fresh))
    # Two passages of one label must not push out what was to be said first.
    ends = [last[label] for label in CLOSING.values() if label in last]
    room = length([*shown, *ends]) <= _SHOWN
    return [*shown, *(ends if room else [closing.get(part.label, part) for part in ends])]
