"""Say whom to ask about the article in hand, and keep in the state what was shown of it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answer.escalate import choose_route, escalation, named_in
from bot.answer.follow_up import FollowUp
from bot.answer.frame import frame_of
from bot.answer.moves import Move
from bot.answer.need import wants_human
from bot.answer.parts import Part
from bot.answer.passages import Passages
from bot.answer.situation import Signs
from bot.answer.talk import State, Talk, encode_state
from bot.knowledge.escalation import Escalations, Route, Urgency
from bot.types import Answer, Article, BlockKind, Language, Status

__all__ = ["referred", "remembered", "repeats", "route_for", "word_of"]

_REMEMBERED = 400
"""Statements of the article in hand that are remembered as said; more than any answer sequence shows."""


def referred(
    follow_up: FollowUp,
    talk: Talk,
    passages: Passages,
    routes: Escalations,
    signs: Signs,
    own: tuple[str, bool] = ("", False),
) -> Answer:
    """Return whom to ask about the article of the talk's state; what it does not tell is said not to be told.

    `own` is the route of the reader's situation, as in `route_for`.
    """
    article_id = talk.state.article
    text, citations = passages.written(follow_up.parts, talk.language)
    article = passages.article(article_id)
    chosen = choose_route(talk, article, routes, signs=signs, needed=True)
    route = route_for(talk, article, (), routes, own, chosen) or routes.route("blog-comment")
    asks_person = wants_human(talk.question)
    said = frame_of(talk.language)
    untold = said.abstaining.not_told if talk.asks else said.abstaining.not_told_of
    frame = said.contacts if asks_person else untold.format(title=passages.title(article_id))
    return Answer(
        Status.ANSWERED if asks_person else Status.ABSTAINED,
        f"{frame}\n\n{text}".strip(),
        citations,
        escalation=escalation(route, talk, article) if route else None,
        state=encode_state(remembered(follow_up.parts, talk.state, article_id, route)),
    )


def remembered(parts: Sequence[Part], state: State, article_id: str, route: Route | None = None) -> State:
    """Return the state after saying `parts`, most of them from that article, beside the card of a route."""
    # 「2番がわからない」 means the list shown last, whatever article had the last word.
    kept = State(article=article_id, steps=state.steps, steps_of=state.steps_of or state.article)
    before = state if state.article == article_id else kept if state.steps else State(article=article_id)
    units = [unit for part in parts for unit in part.units if unit.article_id == article_id]
    steps = [unit.heading[-1] for unit in units if unit.kind is BlockKind.STEP and unit.heading]
    return State(
        article=article_id,
        said=tuple(sorted({*before.said, *(unit.order for unit in units)}))[:_REMEMBERED],
        steps=steps[0] if steps else before.steps,
        steps_of="" if steps else before.steps_of,
        urgent=route.id if route is not None and route.urgency is Urgency.NOW else state.urgent,
    )


def repeats(parts: Sequence[Part], talk: Talk) -> bool:
    """Tell whether an answer would only say again what the article in hand has said."""
    if talk.of_page or talk.changes_subject or not talk.state.said:
        return False
    units = [unit for part in parts for unit in part.units]
    return all(unit.article_id == talk.state.article and unit.order in talk.state.said for unit in units)


def route_for(
    talk: Talk,
    article: Article | None,
    parts: Sequence[Part],
    routes: Escalations,
    own: tuple[str, bool],
    chosen: Route | None,
    *,
    needed: bool = False,
) -> Route | None:
    """Return the route to show: the `chosen` one, that of the reader's situation, or what is `needed`.

    That of the situation, `own`, comes before all but what is urgent where it is always so. Needed is first the contact
    that the parts themselves name.
    """
    name, always = own
    route = routes.route(name)
    if route is not None and (chosen is None or (always and chosen.urgency is not Urgency.NOW)):
        return route
    if chosen is not None or not needed:
        return chosen
    shown = "\n".join(unit.text for part in parts for unit in part.units)
    return named_in(shown, routes) or choose_route(talk, article, routes, needed=True)


def word_of(move: Move, language: Language) -> str:
    """Return the guide's own word to a move that names no subject, "" to any other."""
    heard = frame_of(language).heard
    return {Move.UNWILLING: heard.unwilling, Move.DOUBTS: heard.doubting, Move.WHICH: heard.order}.get(move, "")
