"""What a later message is: what it does, whether it stays with the article in hand, and which article that is."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

from bot.answer.asked import WEAK, asked_in
from bot.answer.codes import codes_in
from bot.answer.follow_steps import places
from bot.answer.heed import Heed
from bot.answer.lookup import Lookup
from bot.answer.moves import BARE, Move, step_named
from bot.answer.need import asks_what_to_say
from bot.answer.passages import Passages
from bot.answer.score import covered
from bot.answer.talk import State, Talk
from bot.answer.topic import comes_before, guesses, has_subject, keeps_topic, move_in, names_another, sibling
from bot.answer.units import Unit
from bot.knowledge.topics import FOLLOWS
from bot.retrieval.meant import denied_in
from bot.retrieval.query import Query
from bot.retrieval.search import Found
from bot.text.tokens import tokenize
from bot.types import BlockKind

__all__ = ["FOLLOWED_HITS", "Heard", "Hearing"]

FOLLOWED_HITS = 100
"""Chunks among which those of the article in hand are looked for."""

_OF_SHOWN = 0.4
"""Share of the words of a message, by their rarity, that a shown step must have for the message to be told of it."""


_FORESEEN, _FORESEEN_NEAR, _FORESEEN_LEAD, _FORESEEN_ALONE = 0.5, 0.92, 0.025, 0.01
"""How surely an author must have named a statement for a message, the cosine of what is said after that article, and by
how much it must be nearer than the one in hand and than any other: then it answers, where no statement of the article
in hand was named so surely."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A later message in its `talk`, whose article is the one that answers it.

    `found` is for the message alone, `in_talk` for it with those before. `kin` are the other articles on the matter
    that may answer. `stays` tells that the message can only be about this article, `guess` that it supposes a cause,
    `leads` that a step which was shown has the place it asks for.
    """

    talk: Talk
    move: Move
    found: Found
    in_talk: Callable[[], Found]
    kin: tuple[str, ...] = ()
    stays: bool = False
    guess: bool = False
    leads: bool = False


_SENTENCES, _ASKS_OF = re.compile(r"(?<=[。!?！？])\s*"), 3
"""Where sentences end, and the search words that a last one must have to be asked by itself."""


class Hearing:
    """Hears later messages over the articles of one index. Safe to share between threads."""

    def __init__(self, lookup: Lookup, passages: Passages, heed: Heed) -> None:
        self._lookup = lookup
        self._index = lookup.index
        self._passages = passages
        self._heed = heed

    def of(self, talk: Talk) -> Heard | None:
        """Return what a message is, None where it is about something else than the article of the last answer."""
        fitting = self._heed.fitting(talk.state.article, talk.reader) if talk.state.article else ""
        if fitting and fitting != talk.state.article:
            talk = replace(talk, state=State(article=fitting))
        if talk.state.steps_of and step_named(talk.question):
            talk = replace(talk, state=State(article=talk.state.steps_of, steps=talk.state.steps))
        article_id = talk.state.article
        units = self._passages.units(article_id) if article_id else []
        if not units or self._heed.ordered([article_id, ""], talk.reader)[0] != article_id:
            return None
        found = self._lookup.retrieve(self._query(talk.question), FOLLOWED_HITS)
        move = move_in(talk)
        if move is Move.RESUMES:  # what was missing or failed is neither any more
            talk = replace(talk, reader=replace(talk.reader, told=()))
        tells = talk.reader.tells and not talk.asks and not found.query.exact
        brief = move is Move.FAILED and talk.brief
        goes_on = move in BARE or move is Move.TELLS or brief or asks_what_to_say(talk.question)
        stays = (goes_on or tells or bool(fitting)) and not talk.changes_subject
        stays = stays and (move is not Move.TELLS or bool(fitting) or not names_another(found, units, self._index))
        guess = guesses(talk)
        siblings = self._heed.siblings(article_id, found)
        # Another error's article is not about a trouble that is known by its code.
        kin = tuple(name for name in siblings if not self._is_of_another_code(name, talk))
        leads = any(unit.order in talk.state.said for unit in places(talk.question, units))
        keeps = stays or guess or leads or keeps_topic(talk, found, units, self._index, {*siblings} - {*kin})
        if not (keeps or self._heed.holds(article_id, found, talk)):
            return None
        in_talk = cache(partial(self._lookup.retrieve, self._lookup.query(talk), FOLLOWED_HITS))
        heard = Heard(talk, move, found, in_talk, kin, stays, guess, leads)
        elsewhere = "" if fitting or leads else self._foreseen_by(talk, move, found, {*siblings} - {*kin})
        if elsewhere and not comes_before(elsewhere, article_id, in_talk()):
            elsewhere = ""
        other = elsewhere or self._other(heard, units)
        return replace(heard, talk=replace(talk, state=State(article=other))) if other else heard

    def _query(self, message: str) -> Query:
        """Return a message as it is searched: what its last sentence asks, coloured by what is told before that.

        「アダプターぬけてた！今さした。電源ボタン長押ししていい？」 asks about the button.
        """
        *told, last = [part for part in _SENTENCES.split(message.strip()) if part.strip()] or [message]
        asked = asked_in(last) if told else None
        if asked is not None and asked.permission and len(tokenize(last)) >= _ASKS_OF:
            return self._lookup.understand(last, "。".join(told))
        return self._lookup.understand(message)

    def _foreseen_by(self, talk: Talk, move: Move, found: Found, strange: Collection[str]) -> str:
        """Return which other article foresaw a message that the one in hand did not, "" for none.

        「Windows.oldって消していい？」 is of the article on a full drive, whatever error the talk began with.
        """
        if move is not Move.ASKS or talk.reader.grave or talk.brief:
            return ""
        article_id = talk.state.article

        def near(name: str) -> float:
            return max(found.nearest_face(self._index, name), found.nearest_face(self._index, f"{FOLLOWS}{name}"))

        others = {hit.article_id for hit in found.hits} - {article_id, *strange}
        nearest = sorted(((near(name), name) for name in others), reverse=True)
        first, other = nearest[0] if nearest else (0.0, "")
        # What is asked of many articles alike, 「写真は消える？」, belongs to the one in hand.
        second = nearest[1][0] + _FORESEEN_ALONE if len(nearest) > 1 else 0.0
        if first < max(_FORESEEN_NEAR, near(article_id) + _FORESEEN_LEAD, second):
            return ""
        sure = [
            max((item.seen for item in self._passages.score(found.query, found, [name], following=True)), default=0.0)
            for name in (article_id, other)
        ]
        return other if sure[0] < _FORESEEN <= sure[1] else ""

    def _other(self, heard: Heard, units: Sequence[Unit]) -> str:
        """Return which other article on the matter the message is of, "" for none."""
        talk, found = heard.talk, heard.found
        article_id = talk.state.article
        if meant := self._meant(heard):
            return meant
        if not has_subject(talk, heard.move) or heard.leads or self._is_placed(heard.move, talk, found, units):
            return ""
        other = sibling(found, article_id, heard.kin, self._index)
        return other if other and comes_before(other, article_id, heard.in_talk()) else ""

    def _meant(self, heard: Heard) -> str:
        """Return the article of what is meant where a correction denies what the one in hand is on, "" for none.

        「PINじゃなくてパスワードの画面でした」 does, and 「HomeじゃなくてProです」 not in the article on both.
        """
        question = heard.talk.question
        denied = denied_in(question)
        if not denied or not heard.kin:
            return ""
        title, other = (set(tokenize(self._passages.title(name))) for name in (heard.talk.state.article, heard.kin[0]))
        meant = set(tokenize(question.strip()[len(denied) :]))
        return heard.kin[0] if title & set(tokenize(denied)) and not title & meant and other & meant else ""

    def _is_placed(self, move: Move, talk: Talk, found: Found, units: Sequence[Unit]) -> bool:
        """Tell whether a message surely belongs to the article in hand.

        What is merely told, and by its words fits a step that was shown, is told of that: 「アカウントは入れてる」.
        """
        if move is Move.TELLS and self._heed.placed(units[0].article_id, talk.reader):
            return True
        if talk.asks:
            return False
        rarity = self._index.words.rarity
        said = {word: weight for word, weight in found.query.words.items() if weight >= 1 and word not in WEAK}
        weights = {word: weight * rarity(word) for word, weight in said.items()}
        shown = (unit for unit in units if unit.kind is BlockKind.STEP and unit.order in talk.state.said)
        return any(covered(weights, unit.words) >= _OF_SHOWN for unit in shown)

    def _is_of_another_code(self, article_id: str, talk: Talk) -> bool:
        """Tell whether an article is on a single code, and that is not the one which the reader has."""
        article, codes = self._passages.article(article_id), codes_in((*talk.asked, talk.question))
        return (
            bool(codes)
            and article is not None
            and len(article.error_codes) == 1
            and codes.isdisjoint(article.error_codes)
        )
