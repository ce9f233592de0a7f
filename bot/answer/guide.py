"""The guide itself: one object that searches and answers, shared by the command line, the pages and the evaluation."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Event

from bot.answer.asked import asked_in
from bot.answer.beside import beside
from bot.answer.codes import codes_in, without_other_codes
from bot.answer.confidence import judge, speaks_of
from bot.answer.direct import direct, forbids, stands_out
from bot.answer.explained import Explained, Reword
from bot.answer.follow_flow import (
    asked_again,
    continue_flow,
    start_flow,
)
from bot.answer.follow_up import plan_follow_up
from bot.answer.followed import Follower
from bot.answer.frame import frame_of
from bot.answer.heed import Heed
from bot.answer.intent import Intent, intent_of
from bot.answer.lookup import Lookup
from bot.answer.meaning import meaning
from bot.answer.moves import Move
from bot.answer.notices import older_than_asked
from bot.answer.overcome import solves
from bot.answer.parts import Part
from bot.answer.passages import Passages
from bot.answer.pieces import pieces, searching
from bot.answer.plan import first_told, plan_answer, plan_phone
from bot.answer.reader import reader_of
from bot.answer.refer import referred, repeats
from bot.answer.refuse import Wishes, refused
from bot.answer.signs import SignReader
from bot.answer.situation import Situations, at_stake
from bot.answer.smalltalk import small_talk
from bot.answer.talk import Talk, encode_state, kept_state, mask, start
from bot.answer.writer import Writer
from bot.backends.embedder import Embedder
from bot.backends.reranker import Reranker
from bot.errors import QuestionError
from bot.index import Index
from bot.knowledge import Knowledge
from bot.knowledge.refusals import Refusal
from bot.retrieval.fusion import Weights, usual
from bot.retrieval.search import Found
from bot.text.normalize import normalize
from bot.text.secrets import redact
from bot.types import Answer, Article, Status, StreamEvent, Turn

__all__ = ["Guide"]

_ARTICLES = 3
"""Articles that an answer is made from at most."""

_HITS = 12
"""Chunks looked at for one answer."""


class Guide:
    """Answers questions from one open index. Safe to share between threads."""

    def __init__(
        self,
        index: Index,
        embedder: Embedder,
        knowledge: Knowledge,
        *,
        question_limit: int = 2000,
        weights: Weights | None = None,
        reranker: Reranker | None = None,
        today: Callable[[], date] = date.today,
        kept: Path | None = None,
    ) -> None:
        """Learn what the index's messages tell, or take it from the directory `kept`, where it is left."""
        self.index = index
        self.embedder = embedder
        self.knowledge = knowledge
        self.reranker = reranker
        self._question_limit = question_limit
        self.weights = weights or usual(index)
        self.kept = kept
        self._lookup = Lookup(index, embedder, knowledge.vocabulary, self.weights, reranker)
        self._passages = Passages(index, knowledge, today)
        self._heed = Heed(self._passages)
        routes = knowledge.escalation.routes
        situations = Situations(index.faces, at_stake(index.faces, self.article, routes), kept)
        self._signs = SignReader(index.faces, embedder, situations, tuple(routes))
        self._writer = Writer(self._passages, self._heed, knowledge.escalation, self._signs)
        self._wishes = Wishes(index.faces, knowledge.refusals, [text for _, text in index.documents.faces], kept)
        self._follower = Follower(self._lookup, self._passages, self._heed, self._writer, self._signs, self._wishes)
        # A flow answers with passages of the bundled articles: over another blog's articles it has nothing to say.
        known = set(index.documents.article_ids())
        self._flows = tuple(
            flow for flow in knowledge.flows if all(passage.article in known for _, passage in flow.passages())
        )

    def search(self, question: str, k: int = 10) -> Found:
        """Return the `k` best chunks for a question, its secrets masked. Raises `QuestionError`."""
        return self._lookup.retrieve(self._lookup.understand(redact(self._checked(question)).text), k)

    def ask(self, question: str, history: Sequence[Turn] = (), state: str = "", page_url: str = "") -> Answer:
        """Answer a question in its conversation. Raises `QuestionError` when it is empty or too long."""
        return self.explain(question, history, state, page_url).answer

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        state: str = "",
        page_url: str = "",
        stop: Event | None = None,
    ) -> Iterator[StreamEvent]:
        """Yield what is being done, the answer's text piece by piece, and the whole `Answer` last.

        `stop` is set by whoever no longer reads: then nothing more is begun. Raises as `ask` does.
        """
        yield searching(question, history, state)
        yield from pieces(self.ask(question, history, state, page_url), stop)

    def explain(
        self,
        question: str,
        history: Sequence[Turn] = (),
        state: str = "",
        page_url: str = "",
        reword: Reword | None = None,
    ) -> Explained:
        """Do as `ask`, and also return what was found and how sure the guide is.

        `reword` may put the question, in its conversation, into other words to search with.
        """
        began = time.perf_counter()
        question = self._checked(question)
        earlier, question, counts = mask(history, question)
        spelled = self.knowledge.vocabulary.spelled
        earlier = [replace(turn, text=spelled(turn.text)) for turn in earlier]
        talk = start(spelled(question), earlier, state, self._passages.at(page_url))
        reader = reader_of((*talk.asked, talk.question), talk.state.facts, self.knowledge.circumstances)
        talk = replace(talk, reader=reader)
        explained = self._respond(talk, reword)
        total = (time.perf_counter() - began) * 1e3
        timings = explained.found.timings_ms if explained.found else {}
        timings = {**timings, "compose": total - sum(timings.values()), "total": total}
        refuses = explained.answer.status is Status.REFUSED
        cited = older_than_asked(explained.answer.citations, talk.question, self.knowledge.lifecycle, talk.language)
        answer = replace(
            explained.answer,
            citations=cited,
            language=talk.language,
            # A refusal leaves the talk where it was: an honest question may follow.
            state=kept_state(explained.answer.state or encode_state(talk.state) * refuses, talk),
            redacted=dict(counts),
            timings_ms={name: round(value, 2) for name, value in timings.items()},
        )
        return replace(explained, answer=answer, talk=talk)

    def article(self, article_id: str) -> Article | None:
        """Return an indexed article, or None."""
        return self._passages.article(article_id)

    def _respond(self, talk: Talk, reword: Reword | None) -> Explained:
        """Choose who answers: courtesy, a refusal, a running flow, else the articles."""
        reply = small_talk(talk.question, talk.language)
        if reply is None and solves(talk.question, talk.asked):
            reply = frame_of(talk.language).courtesy.solved
        if reply is not None:
            return Explained(Answer(Status.ANSWERED, reply, state=encode_state(talk.state)))
        refusal = self._refusal(talk.question)
        if refusal is not None:
            return Explained(refused(refusal, self._passages, talk.language))
        # No question comes before what must be said at once.
        flows = () if talk.reader.grave else self._flows
        position = continue_flow(talk, flows)
        if position is not None:
            return self._writer.at(position, talk, [])
        open_question = asked_again(talk, flows)
        if (
            open_question is not None
            and not self._follower.knows(talk)
            and not self._lookup.understand(talk.question).codes
        ):
            return self._writer.at(open_question, talk, [], frame_of(talk.language).asking.not_understood)
        return self._from_articles(talk, reword)

    def _refusal(self, question: str) -> Refusal | None:
        """Return the rule whose words the question has and whose wish it is, or None."""
        refusal = self.knowledge.refusals.find(question)
        if refusal is None or (refusal.alone and self._lookup.understand(question).official):
            return None
        return (
            refusal
            if self._wishes.worded(refusal, self._lookup.retrieve(self._lookup.understand(question), 1))
            else None
        )

    def _from_articles(self, talk: Talk, reword: Reword | None) -> Explained:
        followed = self._follower.answer(talk)
        if followed is not None:
            return followed
        reworded = reword(talk) if reword is not None else None
        query = self._lookup.understand(reworded) if reworded else self._lookup.query(talk)
        found = self._lookup.retrieve(query, _HITS)
        if found.unknown and not any(hit.signals["exact"] for hit in found.hits):
            return Explained(self._writer.abstained(talk, found), found)
        best = self._heed.ordered(_articles_in_order(found), talk.reader)
        earlier = () if talk.changes_subject else talk.asked
        scored = self._passages.score(query, found, best[:1], earlier=earlier)
        confidence = judge(found, scored, self.index)
        intent, asked = intent_of(talk.question), asked_in(talk.question)
        meant = meaning(asked, scored, found, self._passages)
        if meant is not None:
            best = [meant.article_id, *(name for name in best if name != meant.article_id)]
            scored = self._passages.score(query, found, best[:1], earlier=earlier)
        refusal = self._wishes.meant(talk.question, found, confidence)
        if refusal is not None:
            return Explained(refused(refusal, self._passages, talk.language), found, confidence)
        allowed = without_other_codes(self._heed.allowed(scored, talk.reader), codes_in((*talk.asked, talk.question)))
        parts: list[Part] = []
        if intent is Intent.PHONE:
            parts = plan_phone(self._passages.score(query, found, best[:3]))
        ban = forbids(asked, allowed) if asked is not None else None
        banned = ban is not None and speaks_of(ban, query, self.index)
        sure = confidence.answers or meant is not None or banned
        if not parts and (sure or self._heed.speaks(best[:1], talk.reader)):
            others = beside(query, found, best[:_ARTICLES], self._passages, self.index)
            parts = plan_answer(intent, allowed, others, asked)
        if not parts:
            position = None if confidence.uncovered else start_flow(talk, self._flows)
            if position is not None:  # too little was said to tell, and what to ask is known
                asking = self._writer.at(position, talk, [], signs=self._signs(talk, found))
                return replace(asking, found=found, confidence=confidence)
            return Explained(self._writer.abstained(talk, found), found, confidence)
        if repeats(parts, talk):
            whom = plan_follow_up(Move.PERSON, talk.question, allowed, frozenset(), "")
            again = referred(
                replace(whom, told=False), talk, self._passages, self.knowledge.escalation, self._signs(talk, found)
            )
            return Explained(again, found, confidence)
        # An article that says what was asked needs no further fact.
        told = asked is not None and bool(direct(asked, scored) or forbids(asked, scored) or stands_out(scored))
        position = None if told else start_flow(talk, self._flows)
        if position is not None:
            parts = first_told(parts, scored)
            asking = self._writer.at(position, talk, parts, signs=self._signs(talk, found, scored))
            return replace(asking, found=found, confidence=confidence)
        answered = self._writer.answered(parts, talk, None, self._signs(talk, found, scored))
        return replace(answered, found=found, confidence=confidence)

    def _checked(self, question: str) -> str:
        if not normalize(question).strip():
            raise QuestionError("the question is empty; type what happened")
        if len(question) > self._question_limit:
            raise QuestionError(
                f"the question has {len(question)} characters and the limit is {self._question_limit}; shorten it",
                len(question),
                self._question_limit,
            )
        return question


def _articles_in_order(found: Found) -> list[str]:
    return list(dict.fromkeys(hit.article_id for hit in found.hits))
