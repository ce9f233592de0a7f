"""The guide itself: one object that searches and answers, shared by the command line, the pages and the evaluation."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from threading import Event

from bot.answer.abstain import abstain
from bot.answer.confidence import Confidence, judge
from bot.answer.escalate import choose_route, escalation, wants_human
from bot.answer.follow_flow import (
    Position,
    asked_again,
    clarification,
    continue_flow,
    passage_parts,
    start_flow,
)
from bot.answer.follow_up import FollowUp, move_of, plan_follow_up
from bot.answer.intent import Intent, intent_of
from bot.answer.passages import Passages
from bot.answer.plan import Part, plan_answer, plan_beside, plan_phone
from bot.answer.render import render
from bot.answer.smalltalk import small_talk
from bot.answer.talk import State, Talk, encode_state, mask, start
from bot.answer.topic import keeps_topic
from bot.answer.units import under
from bot.backends.embedder import Embedder
from bot.backends.reranker import Reranker
from bot.errors import QuestionError
from bot.index import Index
from bot.knowledge import Knowledge
from bot.knowledge.refusals import Refusal
from bot.knowledge.topics import REFUSED, ROUTED
from bot.knowledge.words import mentions
from bot.retrieval.query import Query, understand
from bot.retrieval.search import Found, retrieve
from bot.retrieval.stages import Weights
from bot.text.normalize import normalize
from bot.text.secrets import redact
from bot.types import Answer, Article, BlockKind, Delta, Doing, Mode, Status, StreamEvent, Turn

__all__ = ["Explained", "Guide"]

_NEARER = 0.015
"""Cosine by which a refused wish must be nearer than any article when the articles seem to answer all the same."""

_NOT_UNDERSTOOD = "いまのお返事がどれに当たるか分かりませんでした。近いものを選ぶか、「わからない」を選んでください。"

_SITUATION, _SITUATION_NEARER = 0.91, 0.005
"""Cosine from which a question is a route's situation, and by how much it must be nearer than any article."""

_AS_NEAR = 0.01
"""Cosine by which an asked question of another article may be less near than the best article's for both to speak."""

_VERY_NEAR = 0.94
"""Cosine it must have in any case. Of 27 statements from other articles that short of this were added to 132 answers of
thirty conversations, nearly all were about something else; without them fact recall on the development questions rose
from .737 to .745."""

_ARTICLES = 3
"""Articles that an answer is made from at most."""

_NOT_TOLD = "「{title}」の記事には、このことについての説明が見つかりません。推測ではお答えしません。"
_GO_ON = "ありがとうございます。続けて確認させてください。"
_CONTACTS = "相談先を下にまとめました。公式の窓口だけを載せています。"

_REMEMBERED = 400
"""Statements of the article in hand that are remembered as said; more than any answer sequence shows."""

_SEARCHING = "記事を探しています"

_STATEMENT_END = re.compile(r"(?<=\])(?![\[\n])|(?<=\n)(?!\n)")
"""Where an answer may be cut while it is sent: after a citation or a line, never inside either."""

_INSTEAD = 3
"""Items of the legitimate way that a refusal shows."""

_HITS = 12
"""Chunks looked at for one answer."""

_FOLLOWED_HITS = 100
"""Chunks among which those of the article in hand are looked for."""


@dataclass(frozen=True, slots=True)
class Explained:
    """An answer with what led to it; `found` and `confidence` are None when nothing was searched."""

    answer: Answer
    found: Found | None = None
    confidence: Confidence | None = None


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
    ) -> None:
        self.index = index
        self.embedder = embedder
        self.knowledge = knowledge
        self.reranker = reranker
        self._question_limit = question_limit
        self._weights = weights or Weights()
        self._passages = Passages(index, knowledge.lifecycle, today)
        # A flow answers with passages of the bundled articles: over another blog's articles it has nothing to say.
        known = set(index.documents.article_ids())
        self._flows = tuple(
            flow for flow in knowledge.flows if all(passage.article in known for _, passage in flow.passages())
        )

    def search(self, question: str, k: int = 10) -> Found:
        """Return the `k` best chunks for a question, its secrets masked. Raises `QuestionError`."""
        return self._retrieve(self._understand(redact(self._checked(question)).text), k)

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
        yield Doing(_SEARCHING)
        answer = self.ask(question, history, state, page_url)
        for piece in _STATEMENT_END.split(answer.text):
            if stop is not None and stop.is_set():
                return
            if piece:
                yield Delta(piece)
        yield answer

    def explain(self, question: str, history: Sequence[Turn] = (), state: str = "", page_url: str = "") -> Explained:
        """Do as `ask`, and also return what was found and how sure the guide is."""
        began = time.perf_counter()
        question = self._checked(question)
        earlier, question, counts = mask(history, question)
        spelled = self.knowledge.vocabulary.spelled
        earlier = [replace(turn, text=spelled(turn.text)) for turn in earlier]
        explained = self._respond(start(spelled(question), earlier, state))
        total = (time.perf_counter() - began) * 1e3
        timings = explained.found.timings_ms if explained.found else {}
        timings = {**timings, "compose": total - sum(timings.values()), "total": total}
        answer = replace(
            explained.answer,
            redacted=dict(counts),
            timings_ms={name: round(value, 2) for name, value in timings.items()},
        )
        return replace(explained, answer=answer)

    def article(self, article_id: str) -> Article | None:
        """Return an indexed article, or None."""
        return self._passages.article(article_id)

    def _respond(self, talk: Talk) -> Explained:
        """Choose who answers: courtesy, a refusal, a running flow, else the articles."""
        reply = small_talk(talk.question)
        if reply is not None:
            return Explained(Answer(Status.ANSWERED, reply))
        refusal = self.knowledge.refusals.find(talk.question)
        if refusal is not None and not (refusal.alone and self._understand(talk.question).official):
            return Explained(self._refused(refusal))
        position = continue_flow(talk, self._flows)
        if position is not None:
            return Explained(self._at(position, talk, []))
        open_question = asked_again(talk, self._flows)
        if open_question is not None and not self._understand(talk.question).codes:
            return Explained(self._at(open_question, talk, [], _NOT_UNDERSTOOD))
        return self._from_articles(talk)

    def _situation(self, found: Found) -> str | None:
        """Return the route whose situations the question is nearer to than to anything that articles are asked."""
        candidates = found.candidates
        nearest_article = float(candidates.face_dense.max(initial=0.0))
        near = candidates.situation_dense >= max(_SITUATION, nearest_article + _SITUATION_NEARER)
        return candidates.situation.removeprefix(ROUTED) if near else None

    def _refusal_nearby(self, talk: Talk, found: Found, confidence: Confidence) -> Refusal | None:
        """Return the rule whose own wording the question is nearer to than to anything that articles are asked."""
        candidates = found.candidates
        if confidence.exact or not candidates.elsewhere.startswith(REFUSED):
            return None
        if candidates.situation_dense >= candidates.elsewhere_dense:
            return None  # nearer to somebody who needs help than to somebody who means harm
        nearer = candidates.elsewhere_dense - confidence.face_cosine
        rule = self.knowledge.refusals.rule(candidates.elsewhere.removeprefix(REFUSED))
        if rule is None or mentions(talk.question, rule.unless):
            return None
        return rule if nearer >= (_NEARER if confidence.answers else 0.0) else None

    def _refused(self, refusal: Refusal) -> Answer:
        """Say no, and show the legitimate way when an article of this index has it."""
        if refusal.instead is None or self.article(refusal.instead.article) is None:
            return Answer(Status.REFUSED, refusal.says)
        units = under(refusal.instead.heading, self._passages.units(refusal.instead.article))
        text, citations = render(
            [Part("代わりにできること", units[:_INSTEAD])] if units else [], self._passages.citation
        )
        return Answer(Status.REFUSED, f"{refusal.says}\n\n{text}".strip(), citations)

    def _from_articles(self, talk: Talk) -> Explained:
        followed = self._followed(talk)
        if followed is not None:
            return followed
        query = self._understand(talk.joined) if talk.leans else self._understand(talk.question, talk.context)
        found = self._retrieve(query, _HITS)
        if found.unknown and not any(hit.signals["exact"] for hit in found.hits):
            return Explained(self._abstained(talk, found), found)
        best = _articles_in_order(found)
        scored = self._passages.score(query, found, best[:1])
        confidence = judge(found, scored, self.index)
        refusal = self._refusal_nearby(talk, found, confidence)
        if refusal is not None:
            return Explained(self._refused(refusal), found, confidence)
        intent = intent_of(talk.question)
        parts: list[Part] = []
        if intent is Intent.PHONE:
            parts = plan_phone(self._passages.score(query, found, best[:3]))
        if not parts and confidence.answers:
            parts = plan_answer(intent, scored, self._beside(query, found, best[:_ARTICLES]))
        if not parts:
            return Explained(self._abstained(talk, found), found, confidence)
        position = start_flow(talk, self._flows) if not talk.state.flow else None
        if position is not None:
            return Explained(self._at(position, talk, parts, situation=self._situation(found)), found, confidence)
        return Explained(self._answered(parts, talk, None, self._situation(found)), found, confidence)

    def _followed(self, talk: Talk) -> Explained | None:
        """Answer from the article of the last answer, or return None when the message is about something else."""
        article_id = talk.state.article
        units = self._passages.units(article_id) if article_id else []
        if not units:
            return None
        found = self._retrieve(self._understand(talk.question), _FOLLOWED_HITS)
        if not keeps_topic(talk, found, units, self.index):
            return None
        scored = self._passages.score(found.query, found, [article_id], following=True)
        confidence = judge(found, scored, self.index)
        # The article in hand comes first, wherever a message as short as 「どこ？」 put it.
        found = replace(found, hits=tuple(sorted(found.hits, key=lambda hit: hit.article_id != article_id))[:_HITS])
        refusal = self._refusal_nearby(talk, found, confidence)
        if refusal is not None:
            return Explained(self._refused(refusal), found, confidence)
        phone = plan_phone(scored) if intent_of(talk.question) is Intent.PHONE else []
        if phone:
            return Explained(self._answered(phone, talk, None), found, confidence)
        follow_up = plan_follow_up(
            move_of(talk.question, failed=talk.failed, person=wants_human(talk.question)),
            talk.question,
            scored,
            frozenset(talk.state.said),
            talk.state.steps,
        )
        return Explained(self._continued(follow_up, talk, self._situation(found)), found, confidence)

    def _continued(self, follow_up: FollowUp, talk: Talk, situation: str | None) -> Answer:
        """Return the answer of a follow-up; what the article does not tell is said not to be told."""
        asks_person = wants_human(talk.question)
        if follow_up.told and not asks_person:
            return self._answered(list(follow_up.parts), talk, None, situation)
        article_id = talk.state.article
        text, citations = render(follow_up.parts, self._passages.citation)
        route = choose_route(
            talk, self.article(article_id), self.knowledge.escalation, situation=situation, needed=True
        ) or self.knowledge.escalation.route("blog-comment")
        frame = _CONTACTS if asks_person else _NOT_TOLD.format(title=self._passages.title(article_id))
        return Answer(
            Status.ANSWERED if asks_person else Status.ABSTAINED,
            f"{frame}\n\n{text}".strip(),
            citations,
            escalation=escalation(route, talk) if route else None,
            state=encode_state(self._remembered(follow_up.parts, talk, article_id)),
        )

    def _remembered(self, parts: Sequence[Part], talk: Talk, article_id: str) -> State:
        """Return the state after saying `parts`, most of them from an article."""
        before = talk.state if talk.state.article == article_id else State(article=article_id)
        said = {unit.order for part in parts for unit in part.units if unit.article_id == article_id}
        steps = [
            unit.heading[-1]
            for part in parts
            for unit in part.units
            if unit.kind is BlockKind.STEP and unit.article_id == article_id and unit.heading
        ]
        return State(
            article=article_id,
            said=tuple(sorted({*before.said, *said}))[:_REMEMBERED],
            steps=steps[0] if steps else before.steps,
        )

    def _beside(self, query: Query, found: Found, articles: Sequence[str]) -> list[Part]:
        """Return what other articles, asked about in words as near as the best one's, say of the question."""
        own = found.nearest_face(self.index, articles[0])
        return [
            part
            for name in articles[1:]
            if found.nearest_face(self.index, name) >= max(_VERY_NEAR, own - _AS_NEAR)
            for part in plan_beside(self._passages.score(query, found, [name]), self._passages.title(name))
        ]

    def _at(
        self, position: Position, talk: Talk, parts: list[Part], before: str = "", situation: str | None = None
    ) -> Answer:
        """Ask the step's question after what is safe to do now, or answer from the leaf."""
        if position.step is not None:
            safe = passage_parts([position.flow.safe_now], self._passages.units) if not talk.state.flow else []
            text, citations = render([*safe, *_without(parts, safe)][:3], self._passages.citation)
            state = State(flow=position.flow.id, step=position.step.id)
            text = f"{before}\n\n{text}".strip() or _GO_ON
            # Whoever asks for a person, or is in danger, is told whom to ask at once and not after four questions.
            route = choose_route(talk, None, self.knowledge.escalation, situation=situation)
            return Answer(
                Status.CLARIFY,
                text,
                citations,
                question=clarification(position.step),
                escalation=escalation(route, talk) if route else None,
                state=encode_state(state),
            )
        if position.leaf is None:
            return self._answered(parts, talk, None)
        return self._answered(passage_parts(position.leaf.passages, self._passages.units), talk, position.leaf.route)

    def _answered(self, parts: list[Part], talk: Talk, leaf_route: str | None, situation: str | None = None) -> Answer:
        text, citations = render(parts, self._passages.citation)
        article_id = citations[0].article_id if citations else ""
        route = choose_route(talk, self.article(article_id), self.knowledge.escalation, leaf_route, situation)
        return Answer(
            Status.ANSWERED,
            text,
            citations,
            escalation=escalation(route, talk) if route else None,
            mode=Mode.EXTRACTIVE,
            state=encode_state(self._remembered(parts, talk, article_id)),
        )

    def _abstained(self, talk: Talk, found: Found) -> Answer:
        answer = abstain(found, self._passages.title)
        situation = self._situation(found)
        route = choose_route(
            talk, None, self.knowledge.escalation, situation=situation
        ) or self.knowledge.escalation.route("blog-comment")
        text = f"{_CONTACTS}\n{answer.text}" if wants_human(talk.question) else answer.text
        return replace(answer, text=text, escalation=escalation(route, talk) if route else None)

    def _understand(self, question: str, context: str = "") -> Query:
        return understand(question, self.knowledge.vocabulary, self._weights.vocabulary, context)

    def _retrieve(self, query: Query, k: int) -> Found:
        return retrieve(query, self.index, self.embedder, k, self._weights, self.reranker)

    def _checked(self, question: str) -> str:
        if not normalize(question).strip():
            raise QuestionError(
                "the question is empty; type what happened", "質問が空です。困っていることを入力してください。"
            )
        if len(question) > self._question_limit:
            raise QuestionError(
                f"the question has {len(question)} characters and the limit is {self._question_limit}; shorten it",
                f"質問が長すぎます（{len(question)}文字）。{self._question_limit}文字以内に縮めてください。",
            )
        return question


def _articles_in_order(found: Found) -> list[str]:
    return list(dict.fromkeys(hit.article_id for hit in found.hits))


def _without(parts: Sequence[Part], said: Sequence[Part]) -> list[Part]:
    """Return the parts less the units that were said already."""
    known = {(unit.article_id, unit.order) for part in said for unit in part.units}
    kept = [Part(part.label, tuple(u for u in part.units if (u.article_id, u.order) not in known)) for part in parts]
    return [part for part in kept if part.units]
