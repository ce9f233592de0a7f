"""Whether a claim turns the condition under which something holds, or asks for what is only a circumstance."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from bot.answer.verify import hedges
from bot.answer.verify.denial_words import BEING
from bot.answer.verify.evidence import said
from bot.answer.verify.lexicon import opposites
from bot.answer.verify.predicates import Predicate, agrees, predicates
from bot.answer.verify.reading import Statement, Word, read_claim

__all__ = ["circumstance"]

_THE_SAME = 0.7
"""Share of a condition's words that another must say, and the other way round, to speak of the same."""
_HALF = 0.5
"""The same where the one before it may name the rest."""
_STATE = re.compile(r"[^、。]+?まま、?")
"""In which state something holds: 控えがないまま."""
_THOUGH = re.compile(r"[^、。]+?(?<!なく)ても、?")
"""What something holds in spite of: 控えがあっても."""
_OPEN = re.compile(r"しか|だけ|のみ|問題|でも|限")
"""What a denial in a condition may belong to without turning it."""
_FORBIDS = re.compile(r"ないで(?:ください|おき)|いけません|ないように|避け|やめ|控え")
_WARNS = re.compile(
    r"おそれ|恐れ|危険|失|消え|壊|できな|なくな|詐欺|だま|被害|困|損|痛|傷|弱|悪|遅|影響|不具合|故障|失敗|戻せ|ません|ない"
)
"""What tells why not to."""
_SPARED = re.compile(r"(?:壊|消|失)[ぁ-ん]{0,2}ずに")
"""壊さずに is no warning."""
_LITTLE = frozenset({"無い", "有る", "限り", "時", "場合", "出来る"})
"""Words of a condition that only tell how it is one."""
_ORDER = re.compile(
    r"^[^、。]{0,6}?(?<!てい)(?<!でい)(?<!あり)(?<!なり)(?<!でき)(?<!分か)(?<!分かり)(?<!わかり)(?<!見え)(?<!られ)(?:ます|(?:て|で)?(?:おき|み)?(?:ましょう|ます)|[てで]ください)。?\s*$"
    r"|^[^、。]{0,6}?[ただ](?:ほう|方)が(?:よ|良|い)い(?:です|でしょう)。?\s*$"
)
"""What stands from the last verb to the end of a sentence that asks for something."""
_READY = re.compile(r"(?P<done>[一-鿿ァ-ヶー]{2,}?)済み|未(?P<open>[一-鿿ァ-ヶー]{2,})")
"""登録済み and 未登録."""
_ALONE = re.compile(r"に?(?:限[りっらる]|だけ|のみ)")
"""What behind a condition makes it the only one."""
_SERVES = re.compile(r"[うくすつぬむるぐぶ](?:ため|の)に$")
"""What tells what something is used for, and asks for nothing: 開けるために使います."""
_ORDERED = re.compile(r"(?<=[てで])から|前に|先に|まで|あと|後|うえで|上で|次に|まず")
"""Words by which a claim puts what it asks for at its place."""


def circumstance(read: Statement, every: Sequence[Statement]) -> str:
    """Return what a claim makes of a circumstance of its passages, "" when nothing.

    `every` are all statements of the cited passages.
    """
    return (
        _turned(read, every)
        or _opposed(read, every)
        or _asked_for(read, every)
        or _praised(read, every)
        or _harmless(read, every)
    )


def _opposed(read: Statement, every: Sequence[Statement]) -> str:
    """Tell 「終わったら止めます」 where what the passages say under 「終わったら」 is 「再開します」."""
    for condition in _conditions(read.text, _THOUGH):
        own = _read(condition)
        ends = [one for one in predicates(read.text.partition(condition)[2]) if one.head and not one.open]
        if own is None or not ends:
            continue
        end = ends[-1]
        for one in every:
            for under, rest in hedges.conditions(one.text):
                other = _read(under)
                if other is None or said(other[0], own[0]) < _THE_SAME or said(own[0], one.words) < _THE_SAME:
                    continue
                theirs = [found for found in predicates(rest.partition("。")[0]) if found.head and not found.open]
                against = [found for found in theirs if found.normal in opposites(end.normal)]
                if any(found.denied is end.denied for found in against) and not any(
                    agrees(end, found) for found in theirs
                ):
                    return end.normal
    return ""


def _praised(read: Statement, every: Sequence[Statement]) -> str:
    """Tell 「入れると速くなります」 where the passages say only not to put it in."""
    own = predicates(read.text)
    if not own or own[-1].denied or own[-1].open or _WARNS.search(_SPARED.sub("", read.text)):
        return ""
    for one in own:
        if one.head and one.condition and not one.denied:
            same = [
                (other, bool(_FORBIDS.search(statement.text)))
                for statement in every
                for other in predicates(statement.text)
                if other.head and other.normal == one.normal and said(_near(one, read), statement.words) >= _THE_SAME
            ]
            if same and all(other.denied and forbids for other, forbids in same):
                return one.normal
    return ""


def _harmless(read: Statement, every: Sequence[Statement]) -> str:
    """Tell 「消しても使えます」 where the passages say under 「消すと」 what is lost."""
    own = predicates(read.text)
    if not own or own[-1].denied or own[-1].open:
        return ""
    for one in own:
        if not (one.head and one.though) or one.denied or _WARNS.search(read.text, one.start):
            continue
        under = [
            statement.text[other.start :]
            for statement in every
            for other in predicates(statement.text)
            if other.head and other.condition and not other.denied and other.normal == one.normal
            if said(_near(one, read), statement.words) >= _HALF
        ]
        if under and all(_WARNS.search(text) for text in under):
            return one.normal
    return ""


def _near(one: Predicate, read: Statement) -> tuple[Word, ...]:
    """Return the words of the part of a claim that a predicate ends."""
    return read_claim(re.split(r"[、。]", read.text[: one.start])[-1] or read.text).words


def _turned(read: Statement, every: Sequence[Statement]) -> str:
    """Tell 「案内があるときは」 where all that is said is said of 「案内がないとき」, and the other way round."""
    unready = _unready(read, every)
    if unready:
        return unready
    theirs = [pair for one in every for pair in _held_under(one.text)]
    for condition in _conditions(read.text, _THOUGH):
        own = _read(condition)
        # 「ある場合に限って」 says what 「ないかぎり…しない」 says.
        if own is None or _ALONE.match(read.text.partition(condition)[2]):
            continue
        words, end = own
        same = [
            agree
            for others, other in theirs
            if said(words, others) >= _THE_SAME and said(others, words) >= _THE_SAME
            if (agree := _agrees(end, other)) is not None
        ]
        if same and not any(same):
            return condition
    return ""


def _unready(read: Statement, every: Sequence[Statement]) -> str:
    """Tell 「登録済みなら」 where all that the passages suppose is 「未登録なら」, and the other way round."""
    theirs = [condition for one in every for condition in _conditions(one.text, _STATE)]
    for condition in _conditions(read.text, _THOUGH):
        for found in _READY.finditer(condition):
            noun = found["done"] or found["open"]
            same, turned = (f"{noun}済み", f"未{noun}")[:: 1 if found["done"] else -1]
            if any(turned in one for one in theirs) and not any(same in one for one in theirs):
                return found.group()
    return ""


@lru_cache(maxsize=2048)
def _held_under(text: str) -> tuple[tuple[tuple[Word, ...], Predicate], ...]:
    """Return the conditions of a statement, read."""
    return tuple(pair for condition in _conditions(text, _STATE) if (pair := _read(condition)))


def _conditions(text: str, more: re.Pattern[str]) -> list[str]:
    return [condition for condition, _ in hedges.conditions(text)] + [found.group() for found in more.finditer(text)]


def _agrees(one: Predicate, other: Predicate) -> bool | None:
    if one.normal == other.normal == BEING:
        return one.denied is other.denied
    return agrees(replace(one, condition=False), other)


def _read(condition: str) -> tuple[tuple[Word, ...], Predicate] | None:
    """Return the words of a condition and its predicate, None where what is denied cannot be told."""
    condition = condition.rstrip("、 ").rpartition("、")[2]
    heads = [one for one in predicates(condition) if one.head]
    words = tuple(word for word in read_claim(condition).words if word.normal not in _LITTLE)
    return None if _OPEN.search(condition) or not heads or not words or heads[-1].open else (words, heads[-1])


def _asked_for(read: Statement, every: Sequence[Statement]) -> str:
    """Tell an order to do what the passages speak of only as what comes later or may happen: 初期化に進む前に."""
    heads = [one for one in predicates(read.text) if one.head and one.normal != BEING]
    if not heads or not _ORDER.search(read.text[heads[-1].start :]) or _ORDERED.search(read.text):
        return ""
    last = heads[-1]
    if last.denied or last.open or _is_circumstance(last) or _SERVES.search(read.text[: last.start]):
        return ""
    same = [
        other
        for one in every
        for other in predicates(one.text)
        if other.head and other.normal[:1] == last.normal[:1] and agrees(last, other) is not None
    ]
    return last.normal if same and all(_is_circumstance(other) for other in same) else ""


def _is_circumstance(one: Predicate) -> bool:
    return one.condition or one.before or one.asked
