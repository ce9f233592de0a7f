"""Choose whom to ask next: several signs of a need, none of them sure, are added up for each route."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.answer.frame import Frame, frame_of
from bot.answer.need import asks_to_know, counts_tries, times_failed, wants_human, without_attached
from bot.answer.situation import Signs
from bot.answer.talk import Talk
from bot.knowledge.escalation import Escalations, Risk, Route, Spoken
from bot.knowledge.topics import UNCOVERED
from bot.knowledge.words import longest, mentions
from bot.text.identifiers import find_identifiers
from bot.text.secret_kinds import REPLACEMENTS
from bot.types import Article, Escalation

__all__ = ["choose_route", "escalation", "for_uncovered", "named_in"]

_TWICE = 2

# What each sign adds to how much the question is like the route's situations (about -1 to 1). An article's matter that
# puts something at stake says that somebody is needed more than who: a board that the shop replaced is the shop's.
# Words count half as much as they did: with 3,662 situations and near messages, each left out of what is learnt, .829
# and not .822 got the right card at 7 % needless ones.
_TOPIC, _AT_STAKE, _ANYBODY, _NEED, _AGAIN_TRIED, _WORDS, _TRIED = 0.05, 0.05, 0.05, 0.3, 0.2, 0.1, 0.1

_NAMED = 0.15
"""What a route's word adds where a person is wished for: who wants to tell 「記事を書いた人」 names the contact."""

_UNLESS, _DENIALS = -0.4, 2
"""What words against a route add, by clause: likeness hardly hears 「音はしない」 or 「会社のじゃなくて」. A second
clause, as in 「異音はないし、データはもう移した」, denies as much again."""

_CLAUSE = re.compile(r"[、。,.!?！？\n]")

_CALM = -0.4
"""What the mere wish to know how or what adds, but for money and crime: its victims, too, ask how to get it back.
Of 3,358 of them .815 and not .818 got the right card with it, .074 and not .100 a needless one."""

_SHOWN = -0.34
"""Sum from which a route is shown. Of 2,572 situations, each fourth left out of what is learnt, .78 get the right card
from likeness alone from here on, and .07 of 1,090 messages that need nobody one; .76 and .06 from -.3 on, .80 and .09
from -.4 on: a needless card costs a glance, a missing one may cost the data. It falls as more is asked of articles,
which speaks against every route."""

_IN_DANGER = -0.35
"""Sum from which a word that names money or crime is enough: a victim without a card is worse off than one needless."""

_IN_PERIL = -0.5
"""Likeness from which an article on crime is enough: who asks how to prevent it is far below, a victim above."""

_SUMMARY_LIMIT = 160
"""Characters of a message that a summary repeats."""

_BETWEEN = " / "


def choose_route(
    talk: Talk,
    article: Article | None,
    routes: Escalations,
    leaf_route: str | None = None,
    signs: Signs | None = None,
    *,
    needed: bool = False,
    unanswered: bool = False,
) -> Route | None:
    """Return the route to show with an answer, or None when going on alone is fine.

    A flow's leaf decides by itself. Else `signs` (see `bot.answer.situation`), the article's matter, the reader's own
    words and whether steps failed or a person is asked for are added up; a word that names money or crime
    needs little more, and an article on crime nothing. A card that said to ask at once comes again until another one
    does or the subject changes. Some route is found when one is `needed`. Who only wants to know needs nobody, unless
    it stays `unanswered`.
    """
    if leaf_route is not None:
        return routes.route(leaf_route)
    said = "\n".join((*talk.asked[-3:], talk.question))
    matter = without_attached(said)
    wanted = wants_human(talk.question)
    failed = talk.failures >= _TWICE or wanted
    need = _NEED if needed or failed else _AGAIN_TRIED * counts_tries(said)
    calm = not need and not unanswered and asks_to_know(talk.question, said)
    tried = _TRIED * times_failed(said)
    stake = {route.id for route in routes.routes if article is not None and article.id in route.articles}
    sums = {
        route.id: like
        + _TOPIC * (article is not None and bool({*article.topics} & {*route.topics}))
        + _AT_STAKE * (route.id in stake)
        + _ANYBODY * bool(stake)
        + need * (route.risk is not Risk.MONEY or not needed)
        + tried
        + _CALM * (calm and route.risk is not Risk.MONEY)
        + (_UNLESS * denied if (denied := _denials(matter, route)) else _WORDS * bool(longest(said, route.words)))
        + _NAMED * (wanted and route.risk is not Risk.MONEY and bool(longest(talk.question, route.words)))
        for route in routes.routes
        if (like := (signs or {}).get(route.id)) is not None
    }
    best = _gravest(sums, signs or {}, routes, _SHOWN + need)
    if best and sums[best] >= _SHOWN:
        return routes.route(best)
    urgent = _named(said, [route for route in routes.routes if route.always])
    if urgent is not None and (not sums or (urgent.risk is Risk.MONEY and sums.get(urgent.id, 0.0) >= _IN_DANGER)):
        return urgent
    at_stake = next((route for route in routes.routes if article is not None and article.id in route.articles), None)
    if at_stake is not None and (
        not sums or (at_stake.risk is Risk.MONEY and (signs or {}).get(at_stake.id, 0.0) >= _IN_PERIL)
    ):
        return at_stake
    kept = routes.route(talk.state.urgent) if talk.state.urgent and not talk.changes_subject else None
    if kept is None and (needed or failed):
        return _named(said, routes.routes) or _by_topic(article, routes, sums)
    return kept


def _denials(matter: str, route: Route) -> int:
    """Return in how many clauses words against a route stand, at most `_DENIALS`."""
    if not mentions(matter, route.unless):
        return 0
    clauses = sum(mentions(clause, route.unless) for clause in _CLAUSE.split(matter))
    return min(max(clauses, 1), _DENIALS)  # a word may go beyond a clause


def named_in(text: str, routes: Escalations) -> Route | None:
    """Return the first route whose contact a text names, of those that are no matter of money or crime."""
    quiet = (route for route in routes.routes if route.risk is not Risk.MONEY)
    return next((route for route in quiet if mentions(text, route.called)), None)


def for_uncovered(topic: str, routes: Escalations) -> Route | None:
    """Return the route that is named where a message is on this topic, as faces name it, that no article answers."""
    return next((route for route in routes.routes if topic.removeprefix(UNCOVERED) in route.uncovered), None)


def escalation(route: Route, talk: Talk, article: Article | None = None) -> Escalation:
    """Return the card of a route beside an article, with a summary to copy; the talk is masked already."""
    topics = article.topics if article is not None else ()
    said = route.said(talk.language, "\n".join((*talk.asked, talk.question)), topics)
    return Escalation(
        route=route.id,
        reason=said.reason,
        urgency=frame_of(talk.language).urgency[route.urgency],
        contacts=said.contacts,
        prepare=said.prepare,
        summary=_summary(said, talk),
    )


def _gravest(sums: Mapping[str, float], signs: Signs, routes: Escalations, least: float) -> str:
    """Return the route with the greatest sum, or that of money or crime where its situation is the likeliest of all.

    A victim's locked spreadsheet names Office louder than the crime. That one's sum is `least` or more: the wish for a
    person alone is like every situation.
    """
    money = {route.id for route in routes.routes if route.risk is Risk.MONEY}
    best = max(sums, key=lambda name: sums[name], default="")
    likeliest = max(sums, key=lambda name: signs[name], default="")
    return likeliest if likeliest in money and best not in money and sums[likeliest] >= least else best


def _named(said: str, routes: Sequence[Route]) -> Route | None:
    """Return the route whose own words the reader used, the most specific word winning."""
    best = max(routes, key=lambda route: longest(said, route.words), default=None)
    return best if best is not None and longest(said, best.words) else None


def _by_topic(article: Article | None, routes: Escalations, sums: Mapping[str, float]) -> Route | None:
    """Return the likeliest route for the article's topics, the first in the file where nothing tells them apart."""
    topics = {*article.topics} if article is not None else set()
    fitting = [route for route in routes.routes if topics & {*route.topics} and route.risk is not Risk.MONEY]
    return max(fitting, key=lambda route: sums.get(route.id, 0.0), default=None)


def _summary(said: Spoken, talk: Talk) -> str:
    frame = frame_of(talk.language)
    messages: Sequence[str] = (*talk.asked, talk.question)
    codes = dict.fromkeys(found.canonical for text in messages for found in find_identifiers(text))
    shown = [_masked_in(_cut(text), frame) for text in messages]
    lines = [frame.summary.trouble.format(text=shown[0])]
    if len(shown) > 1:
        lines.append(frame.summary.since.format(text=_BETWEEN.join(shown[1:])))
    if codes:
        lines.append(frame.summary.codes.format(text=frame.listed(codes)))
    # Each of them is a list with commas of its own.
    lines.append(frame.summary.say.format(text=_BETWEEN.join(said.say)))
    lines.append(frame.summary.note.format(text=_BETWEEN.join(said.note)))
    return "\n".join(lines)


def _cut(text: str) -> str:
    return text if len(text) <= _SUMMARY_LIMIT else f"{text[: _SUMMARY_LIMIT - 1]}…"


def _masked_in(text: str, frame: Frame) -> str:
    """Return a message with what stands in the place of its secrets in the frame's language."""
    for kind, mark in REPLACEMENTS.items():
        text = text.replace(mark, frame.secrets[kind])
    return text
