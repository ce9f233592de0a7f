"""Writes what was chosen: the answer, the question of a flow, whom to ask, or that nothing was found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.answer.abstain import abstain
from bot.answer.asked import asked_in
from bot.answer.escalate import choose_route, escalation, for_uncovered
from bot.answer.explained import Explained
from bot.answer.follow_flow import Position, clarification, passage_parts
from bot.answer.follow_up import FollowUp
from bot.answer.frame import frame_of
from bot.answer.heed import Heed
from bot.answer.moves import Move
from bot.answer.need import wants_human
from bot.answer.parts import Part, without
from bot.answer.passages import Passages
from bot.answer.refer import referred, remembered, route_for, word_of
from bot.answer.situation import Signs
from bot.answer.talk import State, Talk, encode_state
from bot.knowledge.escalation import Escalations
from bot.retrieval.search import Found
from bot.types import Answer, Mode, Status

__all__ = ["Writer"]


class Writer:
    """Writes answers from the passages of one index. `signs` tells what speaks for each route."""

    def __init__(
        self, passages: Passages, heed: Heed, routes: Escalations, signs: Callable[[Talk, Found], Signs]
    ) -> None:
        self._passages = passages
        self._heed = heed
        self._routes = routes
        self._signs = signs

    def at(
        self, position: Position, talk: Talk, parts: list[Part], before: str = "", signs: Signs | None = None
    ) -> Explained:
        """Ask the step's question after what is safe to do now, or answer from the leaf."""
        if position.step is not None:
            safe = passage_parts([position.flow.safe_now], self._passages.units) if not talk.state.flow else []
            in_hand = talk.state.article or position.flow.safe_now.article
            article_id = parts[0].units[0].article_id if parts else in_hand
            said = self._heed.applied([*safe, *without(parts, safe)][:3], article_id, talk.reader)
            before = "\n\n".join(filter(None, (before, self._heed.word(article_id, parts, talk))))
            text, citations = self._passages.written(said, talk.language)
            text = f"{before}\n\n{text}".strip() or frame_of(talk.language).asking.go_on
            # Whoever asks for a person, or is in danger, is told whom to ask at once and not after four questions.
            route = choose_route(talk, None, self._routes, signs=signs)
            answer = Answer(
                Status.CLARIFY,
                text,
                citations,
                question=clarification(position.step, talk.language),
                escalation=escalation(route, talk) if route else None,
                state=encode_state(State(flow=position.flow.id, step=position.step.id, article=article_id)),
            )
            return Explained(answer)
        if position.leaf is None:
            return self.answered(parts, talk, None)
        return self.answered(passage_parts(position.leaf.passages, self._passages.units), talk, position.leaf.route)

    def answered(
        self,
        parts: Sequence[Part],
        talk: Talk,
        leaf_route: str | None,
        signs: Signs | None = None,
        article_id: str = "",
        word: str = "",
        *,
        needed: bool = False,
    ) -> Explained:
        """Say the parts, most of them of one article, after the guide's own `word`; `needed` wants whom to ask."""
        article_id = article_id or next((unit.article_id for part in parts for unit in part.units), "")
        parts = self._heed.applied(parts, article_id, talk.reader)
        text, citations = self._passages.written(parts, talk.language)
        word = "\n".join(filter(None, (word, self._heed.word(article_id, parts, talk))))
        article, own = self._passages.article(article_id), self._heed.route(article_id, talk.reader)
        route = choose_route(talk, article, self._routes, leaf_route, signs)
        route = route_for(talk, article, parts, self._routes, own, route, needed=needed)
        answer = Answer(
            Status.ANSWERED,
            f"{word}\n\n{text}".strip(),
            citations,
            escalation=escalation(route, talk, article) if route else None,
            mode=Mode.EXTRACTIVE,
            state=encode_state(remembered(parts, talk.state, article_id, route)),
        )
        # What the guide says itself is nothing that a model may phrase: such an answer stays as it is.
        return Explained(answer, parts=() if word else tuple(parts))

    def abstained(self, talk: Talk, found: Found) -> Answer:
        """Say what was not found, what is near to it, and whom to ask."""
        answer = abstain(found, self._passages.title, talk.language)
        article = self._passages.article(talk.state.article) if talk.state.article else None
        signs = self._signs(talk, found)
        route = choose_route(talk, article, self._routes, signs=signs, unanswered=True)
        route = route or for_uncovered(found.candidates.elsewhere, self._routes) or self._routes.route("blog-comment")
        text = f"{frame_of(talk.language).contacts}\n{answer.text}" if wants_human(talk.question) else answer.text
        # What is not found leaves the reader where the talk was, unless it was to be about something else.
        state = "" if talk.changes_subject else encode_state(talk.state)
        return replace(answer, text=text, escalation=escalation(route, talk, article) if route else None, state=state)

    def continued(self, follow_up: FollowUp, move: Move, talk: Talk, signs: Signs) -> Explained:
        """Return the answer of a follow-up, or whom to ask where the article does not tell or a person is asked for."""
        word = word_of(move, talk.language)
        article_id = talk.state.article
        parts = self._heed.applied(follow_up.parts, article_id, talk.reader)
        # Who tells more of a danger, or asks for leave in it, is told again what to do: that this is not told of would
        # be no answer.
        asked = asked_in(talk.question) if talk.reader.grave else None
        heard = talk.reader.tells or (talk.reader.grave and (not talk.asks or (asked is not None and asked.permission)))
        told = follow_up.told or (heard and bool(parts))
        if told and not wants_human(talk.question):
            return self.answered(follow_up.parts, talk, None, signs, article_id, word, needed=follow_up.whom)
        follow_up = replace(follow_up, parts=tuple(parts))
        own = self._heed.route(article_id, talk.reader)
        return Explained(referred(follow_up, talk, self._passages, self._routes, signs, own))
