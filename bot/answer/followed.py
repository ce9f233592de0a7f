"""Answer a later message from the article of the answer before it, or tell that it is about something else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from bot.answer.asked import asked_in
from bot.answer.codes import codes_in, without_other_codes
from bot.answer.confidence import Confidence, judge
from bot.answer.deeds import done_in
from bot.answer.direct import direct
from bot.answer.explained import Explained
from bot.answer.follow_up import FollowUp, plan_follow_up
from bot.answer.frame import Label
from bot.answer.hearing import FOLLOWED_HITS, Heard, Hearing
from bot.answer.heed import Heed
from bot.answer.how import points_back
from bot.answer.intent import Intent, intent_of
from bot.answer.lookup import Lookup
from bot.answer.meaning import meaning
from bot.answer.moves import Move
from bot.answer.parts import Part
from bot.answer.passages import Passages
from bot.answer.plan import plan_beside, plan_phone
from bot.answer.refuse import Wishes, refused
from bot.answer.score import ScoredUnit
from bot.answer.signs import SignReader
from bot.answer.talk import State, Talk
from bot.answer.topic import (
    comes_before,
    sibling,
    told_elsewhere,
)
from bot.answer.unsaid import CLOSING
from bot.answer.writer import Writer
from bot.knowledge.circumstances import plain
from bot.knowledge.topics import FOLLOWS
from bot.retrieval.search import Found

__all__ = ["Follower"]

_HITS = 12
"""Chunks kept of what was found."""

_KNOWN = 0.93
"""Cosine of what is said after an article's answers from which a message in a flow is one of those and no reply."""

_EMPTY = 5
"""Words, official terms among them, up to which a question that points back is asked with the messages before it."""

_HINTED = 0.02
"""Cosine by which another article on the matter must be nearer for it to answer what the one in hand does not tell."""

_FITS = 0.5
"""How surely an author named a statement, with as much of the message's words, for it to be said again to a reader who
tells of just this: 「「変更を元に戻しています」になりました」."""

_FORESEEN, _VERY_NEAR, _NEARER = 0.7, 0.94, 0.02
"""How surely an author named a statement for the message from which no other article is needed beside it, the cosine
of what the other one is asked or followed by, and by how much that must be nearer."""

_ELSEWHERE, _NEARER_ELSEWHERE = 4.0, 0.01
"""How much more, in log odds, a message is of topics without an article than of any, and the cosine by which it is
nearer to them than to what is said after answers, for it to be a new question that no article answers. Of 60 last
messages of conversations the six that are lose 5.0 to 14.4, the others 3.8 at most."""


class Follower:
    """Answers later messages over the articles of one index. Safe to share between threads."""

    def __init__(
        self, lookup: Lookup, passages: Passages, heed: Heed, writer: Writer, signs: SignReader, wishes: Wishes
    ) -> None:
        self._lookup = lookup
        self._index = lookup.index
        self._passages = passages
        self._heed = heed
        self._writer = writer
        self._signs = signs
        self._wishes = wishes
        self._hearing = Hearing(lookup, passages, heed)
        rows = [rows for name, rows in lookup.index.faces.rows_of.items() if name.startswith(FOLLOWS)]
        self._after = np.concatenate([*rows, np.zeros(0, np.int64)])

    def answer(self, talk: Talk) -> Explained | None:
        """Answer from the article of the last answer, or return None when the message is about something else."""
        heard = self._hearing.of(talk)
        if heard is None:
            return None
        talk, found, move = heard.talk, heard.found, heard.move
        # 「それどこで変えるの」 says of nothing what is to be changed.
        empty = points_back(talk.question) and len(found.query.words) <= _EMPTY
        basis = heard.in_talk() if (move is Move.ASKS and empty) or move is Move.RESUMES else found
        scored: Sequence[ScoredUnit] = self._score(basis, talk)
        confidence = judge(found, scored, self._index)
        kept = _kept(found, talk.state.article, heard.in_talk)
        refusal = self._wishes.meant(talk.question, found, confidence, later=True)
        if refusal is not None:
            return Explained(refused(refusal, self._passages, talk.language), kept, confidence)
        if not (talk.reader.grave or talk.brief) and self._of_none(found, confidence):
            return Explained(self._writer.abstained(talk, found), kept, confidence)
        phone = plan_phone(scored) if intent_of(talk.question) is Intent.PHONE else []
        if phone:
            answered = self._writer.answered(phone, talk, None)
            return replace(answered, found=kept, confidence=confidence)
        talk, scored = self._answering_article(heard, talk, scored)
        follow_up = self._defined(talk, found, scored) or self._planned(move, talk, scored)
        if not follow_up.told and not heard.stays:
            talk, scored, follow_up = self._further(heard, scored, follow_up)
            lost = heard.guess or talk.of_page or told_elsewhere(found, talk.state.article, self._index, heard.in_talk)
            if not follow_up.told and not talk.reader.grave and lost:
                return None
        units_said = {unit.order for part in follow_up.parts for unit in part.units}
        surely = any(item.seen >= _FORESEEN or (item.seen >= _FITS and item.words >= _FITS) for item in scored)
        repeated = units_said <= set(talk.state.said) and not surely
        if follow_up.told and not follow_up.onward and not talk.asks and move is Move.ASKS and repeated:
            # Whoever tells something more is not told the same again as if it answered that, unless it surely does.
            follow_up = replace(follow_up, told=False)
        follow_up = self._with_beside(follow_up, talk.state.article, found, scored, heard.in_talk)
        continued = self._writer.continued(follow_up, follow_up.move or move, talk, self._signs(talk, kept, scored))
        return replace(continued, found=kept, confidence=confidence)

    def _of_none(self, found: Found, confidence: Confidence) -> bool:
        """Tell whether a message is on a topic without an article, and nothing that is said after any answer.

        「つながりました。ルーターでポート開放ってどうやるんですか」 is a new question, however near to the matter.
        """
        after = float(found.candidates.faces[self._after].max(initial=0.0))
        nearer = found.candidates.elsewhere_dense >= after + _NEARER_ELSEWHERE
        return confidence.elsewhere >= _ELSEWHERE and nearer

    def _answering_article(
        self, heard: Heard, talk: Talk, scored: Sequence[ScoredUnit]
    ) -> tuple[Talk, Sequence[ScoredUnit]]:
        """Return the talk and the units of the article that answers in the form that is asked, where it is another one.

        It is the one on the matter that the message finds first with those before it: 「切れたらファイル消える？」
        after an answer on editions. Else all is as given.
        """
        asked = asked_in(talk.question)
        if asked is None or heard.move is not Move.ASKS or heard.stays or heard.leads or direct(asked, scored):
            return talk, scored
        first = next((hit.article_id for hit in heard.in_talk().hits), "")
        if first == talk.state.article or first not in heard.kin:
            return talk, scored
        there = replace(talk, state=State(article=first))
        weighed = self._score(heard.found, there)
        return (there, weighed) if direct(asked, weighed) else (talk, scored)

    def _further(
        self, heard: Heard, scored: Sequence[ScoredUnit], follow_up: FollowUp
    ) -> tuple[Talk, Sequence[ScoredUnit], FollowUp]:
        """Return what is told with the messages before this one, or by another article on the matter.

        The talk has the article then, and the units are its own; all is as given where neither tells anything.
        """
        talk = heard.talk
        if talk.leans:  # what it says alone is too little: 「もう押しちゃったんですけど」
            again = self._planned(heard.move, talk, self._score(heard.in_talk(), talk))
            if again.told and (talk.asks or _has_news(again, talk)):
                return talk, scored, again
        other = "" if heard.leads else sibling(heard.found, talk.state.article, heard.kin, self._index, _HINTED)
        if other:
            there = replace(talk, state=State(article=other))
            weighed = self._score(heard.found, there)
            told = self._planned(heard.move, there, weighed)
            if told.told:
                return there, weighed, told
        return talk, scored, follow_up

    def _score(self, found: Found, talk: Talk) -> list[ScoredUnit]:
        """Return the units of the article in hand with their fit to what was searched for."""
        return self._passages.score(found.query, found, [talk.state.article], following=True, earlier=talk.asked)

    def knows(self, talk: Talk) -> bool:
        """Tell whether a message has a code, or is said after answers on the matter in hand, word for word almost."""
        query = self._lookup.understand(talk.question)
        if query.codes:
            return True
        found = self._lookup.retrieve(query, FOLLOWED_HITS)
        matter = (talk.state.article, *self._heed.siblings(talk.state.article, found))
        return any(found.nearest_face(self._index, f"{FOLLOWS}{name}") >= _KNOWN for name in matter)

    def _with_beside(
        self,
        follow_up: FollowUp,
        article_id: str,
        found: Found,
        scored: Sequence[ScoredUnit],
        in_talk: Callable[[], Found],
    ) -> FollowUp:
        """Return what is answered with what another article on the matter says, where it alone foresaw the message."""
        if max((item.seen for item in scored), default=0.0) >= _FORESEEN:
            return follow_up
        near = {name: self._nearest(name, found) for name in self._heed.siblings(article_id, found)}
        name = max(near, key=lambda name: near[name], default="")
        if not name or near[name] < max(_VERY_NEAR, self._nearest(article_id, found) + _NEARER):
            return follow_up
        # 「電源を切ったほうがいい？」 is asked of another danger in the same words.
        if not comes_before(name, article_id, in_talk()):
            return follow_up
        beside = plan_beside(self._passages.score(found.query, found, [name]), self._passages.title(name))
        place = next(
            (at for at, part in enumerate(follow_up.parts) if part.label in CLOSING.values()), len(follow_up.parts)
        )
        return replace(follow_up, parts=(*follow_up.parts[:place], *beside, *follow_up.parts[place:]))

    def _defined(self, talk: Talk, found: Found, scored: Sequence[ScoredUnit]) -> FollowUp | None:
        """Return what another article says a word means where the one in hand does not, else None."""
        unit = meaning(asked_in(talk.question), scored, found, self._passages)
        if unit is None:
            return None
        own = unit.article_id == scored[0].unit.article_id
        part = Part("", (unit,)) if own else Part(Label.BESIDE, (unit,), self._passages.title(unit.article_id))
        return FollowUp((part,))

    def _nearest(self, name: str, found: Found) -> float:
        return max(found.nearest_face(self._index, name), found.nearest_face(self._index, f"{FOLLOWS}{name}"))

    def _planned(self, move: Move, talk: Talk, scored: Sequence[ScoredUnit]) -> FollowUp:
        allowed = without_other_codes(self._heed.allowed(scored, talk.reader), codes_in((*talk.asked, talk.question)))
        deeds = done_in(plain(talk.question))
        return plan_follow_up(move, talk.question, allowed, frozenset(talk.state.said), talk.state.steps, deeds)


def _has_news(follow_up: FollowUp, talk: Talk) -> bool:
    """Tell whether something beside when to stop and whom to ask was not said before."""
    told = [unit for part in follow_up.parts if part.label not in CLOSING.values() for unit in part.units]
    return any(unit.order not in talk.state.said for unit in told)


def _kept(found: Found, article_id: str, in_talk: Callable[[], Found]) -> Found:
    """Return what was found, the article in hand first, wherever a message as short as 「どこ？」 put it.

    Where the message alone does not find it at all, it does so with those before it.
    """
    if not any(hit.article_id == article_id for hit in found.hits):
        found = replace(found, hits=in_talk().hits)
    return replace(found, hits=tuple(sorted(found.hits, key=lambda hit: hit.article_id != article_id))[:_HITS])
