"""What a later message does, and whether it stays with the article of the answer before it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence

from bot.answer.asked import asked_in
from bot.answer.moves import Move, is_unwilling, move_of
from bot.answer.need import wants_human
from bot.answer.overcome import overcomes
from bot.answer.reader import Reason
from bot.answer.talk import Talk, says_failed
from bot.answer.units import Unit
from bot.index import Index
from bot.knowledge.topics import FOLLOWS
from bot.retrieval.search import Found
from bot.text.tokens import is_noun, tokenize

__all__ = [
    "comes_before",
    "guesses",
    "has_subject",
    "keeps_topic",
    "move_in",
    "names_another",
    "sibling",
    "told_elsewhere",
]

_FAR_NEARER = 0.045
"""Cosine by which an asked question of another article must be nearer than any of this one's for the reader to have
moved on: of 101 later messages of thirty conversations, a smaller lead was a change of subject in 14 of 86."""

_SENTENCE, _NEARER = 25, 0.01
"""Characters from which a message says by itself what it is about, so that a small lead is enough: on those messages
the right article answers 76 %, 71 % with the lead above for all, and the wrong ones are no more."""

_SIBLING, _SURE = 0.04, 0.93
"""Cosine by which what is asked or said after another article on the same matter must be nearer for that one to answer
a message that stays with the matter, and the cosine it must have: 「妻のアカウントかも」 is of the article that says
where the key lies, whichever of the four on BitLocker was in hand."""

_SUBJECT = 4
"""Content words from which a question has a subject of its own."""

_ALONE = 0.02
"""Cosine by which that article must be nearer than the next one: 「写真は消えませんよね」 is asked of all alike."""

_RARE = 2.0
"""Inverse document frequency of a word that names a matter: one in more than an eighth of the chunks (「写真」,
「画面」) stands in a title by chance."""

_NUMBER = re.compile(r"(?<![0-9])[0-9]{3,4}(?![0-9])")
"""A number as of a phone: one that the article prints is the reader's for the asking, 「188に電話すれば」."""

_NEAR = 0.92
"""Cosine it must have as well: short messages (「もう3回試した」) are a little near to everything."""

_TOLD_NEAR = 0.91
"""Cosine of an asked question of another article from which it is searched where the article in hand does not tell."""


_CONTACT = frozenset({"電話", "窓口", "サポート", "番号", "相談", "連絡", "人"})
"""Words for asking for a person, whatever the trouble: 「電話したい」 does not name the article on phone activation."""

_SENTENCES = re.compile(r"[。!！\n]+")

_GUESSES = re.compile(
    r"(?:のかな|んですかね|のですかね|のでしょうか|せい(?:かな|ですか|なの|でしょうか)|が原因(?:かな|ですか|なの|でしょうか)|関係(?:が|は)?(?:ある|あり|し))"
)
"""Supposes what is behind the trouble in hand, which is then of its article if that says so."""

_WILLING = 3
"""Messages for which a reader who did not want to go on is shown no new steps without asking for them."""


def move_in(talk: Talk) -> Move:
    """Return what the message does in its talk."""
    move = move_of(
        talk.question,
        failed=talk.failed,
        person=wants_human(talk.question),
        tells=talk.reader.tells,
        asks=talk.asks,
    )
    if move in {Move.ASKS, Move.TELLS} and overcomes(talk.question, talk.asked):
        return Move.RESUMES
    if move is Move.WHICH and talk.asked and move_of(talk.asked[-1], failed=False, person=False) is Move.WHICH:
        return Move.EASIER  # the one thing to begin with was told and is of no help
    if move is Move.TELLS and any(told.new and told.reason is Reason.TRIED for told in talk.reader.told):
        move = Move.FAILED  # who has done something wants what comes next
    # 「写すの無理。写真でいい？」 asks.
    *before, last = _SENTENCES.split(talk.question.strip().rstrip("。"))
    if (
        move is Move.FAILED
        and before
        and asked_in(last) is not None
        and move_of(last, failed=says_failed(last), person=False) is Move.ASKS
    ):
        return Move.ASKS
    unwilling = move is Move.FAILED and any(is_unwilling(text) for text in talk.asked[-_WILLING:])
    return Move.UNWILLING if unwilling else move


def guesses(talk: Talk) -> bool:
    """Tell whether the message supposes what is behind the trouble in hand."""
    return bool(_GUESSES.search(talk.question)) and not talk.changes_subject


def has_subject(talk: Talk, move: Move) -> bool:
    """Tell whether a message says by itself which article of the matter it is for: 「どこで確認できますか」 not."""
    return move is Move.TELLS or (move is Move.ASKS and len(tokenize(talk.question)) >= _SUBJECT)


def keeps_topic(talk: Talk, found: Found, units: Sequence[Unit], index: Index, ruled_out: Collection[str] = ()) -> bool:
    """Tell whether the message is about the article whose `units` these are; `found` is for the message alone.

    It is not about those `ruled_out`.
    """
    if not units or talk.changes_subject:
        return False
    article_id = units[0].article_id
    codes = set(found.query.exact)
    if codes and not found.unknown:
        return any(codes & unit.codes for unit in units)
    if any(number in unit.text for number in _NUMBER.findall(talk.question) for unit in units):
        return True
    # What is said after this article's answers speaks for it as well: 「放っておいても平気？」 is asked of many.
    own = _own(found, article_id, index)
    # Whom to call is asked in the same words of every article: only what it names leads elsewhere.
    person = wants_human(talk.question)
    lead = _NEARER if len(talk.question) >= _SENTENCE else _FAR_NEARER
    others = dict.fromkeys(hit.article_id for hit in found.hits if hit.article_id not in {article_id, *ruled_out})
    nearness = sorted(((found.nearest_face(index, other), other) for other in others), reverse=True)
    runner_up = nearness[1][0] if len(nearness) > 1 else 0.0
    for near, other in nearness:
        if not person and near >= max(_NEAR, own + lead, runner_up + _ALONE):
            return False
        if near > own and _names(found, other, units, index, _CONTACT if person else frozenset()):
            return False
    return True


def names_another(found: Found, units: Sequence[Unit], index: Index) -> bool:
    """Tell whether what a message tells has the name of another article's matter: 「TPMが無いって出ました」."""
    own = _own(found, units[0].article_id, index)
    others = dict.fromkeys(hit.article_id for hit in found.hits if hit.article_id != units[0].article_id)
    return any(
        found.nearest_face(index, other) > own and _names(found, other, units, index, frozenset()) for other in others
    )


def _own(found: Found, article_id: str, index: Index) -> float:
    return max(found.nearest_face(index, article_id), found.nearest_face(index, f"{FOLLOWS}{article_id}"))


def sibling(found: Found, article_id: str, siblings: Iterable[str], index: Index, lead: float = _SIBLING) -> str:
    """Return which of the other articles on the same matter the message surely belongs to, "" for none.

    It must be nearer by `lead`.
    """

    def near(name: str) -> float:
        return max(found.nearest_face(index, name), found.nearest_face(index, f"{FOLLOWS}{name}"))

    nearest = max(siblings, key=near, default="")
    return nearest if nearest and near(nearest) >= max(_SURE, near(article_id) + lead) else ""


def comes_before(other: str, article_id: str, in_talk: Found) -> bool:
    """Tell whether a message, searched with those before it, finds the other article first.

    「電源を切ったほうがいい？」 is asked of ransomware word for word, and by whoever was just called by a swindler.
    """
    order = list(dict.fromkeys(hit.article_id for hit in in_talk.hits))
    return other in order and (article_id not in order or order.index(other) < order.index(article_id))


def told_elsewhere(found: Found, article_id: str, index: Index, in_talk: Callable[[], Found]) -> bool:
    """Tell whether another article is asked in words as near as any of this one's, which does not tell.

    It must be the one that the message finds `in_talk`, with those before it: that one would answer.
    """
    own = max(_TOLD_NEAR, found.nearest_face(index, article_id))
    others = {hit.article_id for hit in found.hits} - {article_id}
    near = {other for other in others if found.nearest_face(index, other) >= own}
    return bool(near) and next((hit.article_id for hit in in_talk().hits), "") in near


def _names(found: Found, other: str, units: Sequence[Unit], index: Index, common: frozenset[str]) -> bool:
    """Tell whether the message has a word of another article's title that this article never uses: 「プリンターも」.

    Words that are `common` to such messages name nothing.
    """
    article = index.documents.article(other)
    if article is None:
        return False
    title = set(tokenize(article.title))
    # A number names nothing: 「2番がわからない」 has no word of a title with "TPM 2.0".
    asked = {word for word, weight in found.query.words.items() if weight >= 1 and word in title and not word.isdigit()}
    known = set[str]().union(*(unit.words | unit.heading_words for unit in units))
    return any(index.words.rarity(word) >= _RARE and is_noun(word) for word in asked - known - common)
