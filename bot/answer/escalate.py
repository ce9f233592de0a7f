"""Choose whom to ask next, from the routes' own words and topics, what is at stake, and what was tried."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answer.frame import Frame, frame_of
from bot.answer.talk import Talk
from bot.knowledge.escalation import Escalations, Risk, Route, Spoken
from bot.knowledge.words import longest
from bot.text.identifiers import find_identifiers
from bot.text.normalize import normalize
from bot.text.secret_kinds import REPLACEMENTS
from bot.types import Article, Escalation

__all__ = ["choose_route", "escalation", "wants_human"]

_WANTS_HUMAN = re.compile(
    r"電話(?:したい|番号|窓口)|問い合わせ(?:たい|先|る)|問合せ|誰に|だれに|どこに(?:頼|聞|言|相談|連絡|電話|出)|相談(?:したい|先|でき)|"
    r"人(?:間)?と話|オペレータ|サポートに(?:つな|繋|連絡)|修理に出|業者|メーカーに(?:言|聞|電話|連絡|出)|頼めば|頼んだら|頼むなら|"
    r"whom? (?:should|do|can) i (?:call|contact|ask)|talk to (?:a|some)|phone number|call someone|"
    r"contact (?:support|microsoft)|customer (?:service|support)|a (?:real )?(?:person|human)\b"
)
_TWICE = 2
_SUMMARY_LIMIT = 160


def wants_human(question: str) -> bool:
    """Tell whether the reader asks for a person or a contact."""
    return bool(_WANTS_HUMAN.search(normalize(question).lower()))


def choose_route(
    talk: Talk,
    article: Article | None,
    routes: Escalations,
    leaf_route: str | None = None,
    situation: str | None = None,
    *,
    needed: bool = False,
) -> Route | None:
    """Return the route to show with an answer, or None when going on alone is fine.

    A flow's leaf decides by itself. Else the reader's own words may name money, crime or data at stake; else the
    article's matter itself puts something at stake; else the whole question may be near a route's `situation`, given
    by its id; else a route is shown when one is `needed`, the reader asks for a person or steps failed twice.
    """
    if leaf_route is not None:
        return routes.route(leaf_route)
    said = "\n".join((*talk.asked[-3:], talk.question))
    urgent = _named(said, [route for route in routes.routes if route.always])
    if urgent is not None:
        return urgent
    if article is not None:
        at_stake = next((route for route in routes.routes if article.id in route.articles), None)
        if at_stake is not None:
            return at_stake
    if situation is not None:
        return routes.route(situation)
    if needed or wants_human(talk.question) or talk.failures >= _TWICE:
        return _named(said, routes.routes) or _by_topic(article, routes)
    return None


def escalation(route: Route, talk: Talk, reason: str = "") -> Escalation:
    """Return the card of a route with a summary to copy; the talk is masked already."""
    said = route.said(talk.language)
    return Escalation(
        route=route.id,
        reason=reason or said.reason,
        urgency=frame_of(talk.language).urgency[route.urgency],
        contacts=said.contacts,
        prepare=said.prepare,
        summary=_summary(said, talk),
    )


def _named(said: str, routes: Sequence[Route]) -> Route | None:
    """Return the route whose own words the reader used, the most specific word winning."""
    best = max(routes, key=lambda route: longest(said, route.words), default=None)
    return best if best is not None and longest(said, best.words) else None


def _by_topic(article: Article | None, routes: Escalations) -> Route | None:
    if article is None:
        return None
    for topic in article.topics:
        for route in routes.routes:
            if topic in route.topics and route.risk is not Risk.MONEY:
                return route
    return None


def _summary(said: Spoken, talk: Talk) -> str:
    frame = frame_of(talk.language)
    messages: Sequence[str] = (*talk.asked, talk.question)
    codes = dict.fromkeys(found.canonical for text in messages for found in find_identifiers(text))
    shown = [_masked_in(text[:_SUMMARY_LIMIT], frame) for text in messages]
    lines = [frame.summary.trouble.format(text=shown[0])]
    if len(shown) > 1:
        lines.append(frame.summary.since.format(text=" / ".join(shown[1:])))
    if codes:
        lines.append(frame.summary.codes.format(text=frame.listed(codes)))
    lines.append(frame.summary.say.format(text=frame.listed(said.say)))
    lines.append(frame.summary.note.format(text=frame.listed(said.note)))
    return "\n".join(lines)


def _masked_in(text: str, frame: Frame) -> str:
    """Return a message with what stands in the place of its secrets in the frame's language."""
    for kind, mark in REPLACEMENTS.items():
        text = text.replace(mark, frame.secrets[kind])
    return text
