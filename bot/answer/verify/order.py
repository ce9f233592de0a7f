"""What comes before what: a claim may not turn round the order that its evidence gives."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from bot.answer.verify.evidence import said
from bot.answer.verify.predicates import predicates
from bot.answer.verify.reading import Clause, Statement, Word, read_claim

__all__ = ["reordered"]

_LATER_FIRST = re.compile(
    r"(?:する|した|い|う|く|す|つ|る|む|ぶ|ぐ|の|(?![名以事手当自])[一-鿿ァ-ヶー])(?:前|まえ)(?:に(?!も)|は|の(?!状態|版|バージョン)|、)|より(?:も)?(?:先|前)に|までに"
)
"""Marks behind which stands what comes first: 直す前に写す."""
_EARLIER_FIRST = re.compile(
    r"(?:た|だ|の|完了|終了|修理|更新|(?!直)[一-鿿])(?:後|あと)(?:に|で|は|、|から|の(?!状態|版|バージョン))|より(?:も)?(?:後|あと)に|(?<=[てで])から(?!も)|(?:終わ|済|でき|完了し)[っんたし]*(?:たら|だら|ば)"
    r"|(?:た|の)(?:うえ|上)で|(?<=[うくすつぬむるぐぶ])と(?=、)|次第|(?:その|この)(?:後|あと)(?:に|で|、)?|、次に|、続けて|それから"
)
"""Marks behind which stands what comes later: 写してから直す."""
_REASON = re.compile(r"(?:ので|ため|から)、?")
"""Behind which what is denied is another thing."""
_LISTS = re.compile(r"[ただ]り[、一-鿿ァ-ヶ].*[ただ]り(?:し|す)")
"""What lists things that may come in any order."""
_DONE_LATER = re.compile(r"(?P<what>[^。]+?)のは、?")
_DENIES = re.compile(
    r"(?:ない(?:でくだ|で[。]?$|よう)|避け|やめ|(?:の|こと)はお?控え|いけ|だめ(?!な)|禁)[^、。]*[。]?$"
)
"""The end of a sentence that says what order not to take."""
_SEQUENCE = re.compile(r"(?:.*[はらで]、|[。]|^)([^。「」]+?)の?(?:順|順番)(?:に|で|と|、)")
_ITEM = re.compile(r"[、，・→]|と(?=[ァ-ヶ一-鿿A-Za-z])")
_ALIKE = 0.5
"""Share of an event's words that another must say to be it."""
_DONE = 0.1
"""Settles where an event stands when two clauses name it."""
_AHEAD = re.compile(
    r"(?P<then>[^。、]+?)(?:(?:とき|場合|際)は|なら|たら|れば)、"
    r"(?P<first>[^。]*(?<!より)(?<!よりも)(?<![一-鿿])先に[^、。]{1,10}(?:ます|ください|ましょう))"
)
"""交換を頼むときは、…を先に尋ねます."""
_LATE = re.compile(
    r"(?P<first>[^。]+)、(?P<then>[^。、]+?)(?:のは|は)、?(?:その)?(?:後|あと)(?:回し)?に(?:す|し|な|回)"
)
"""Aを確かめ、Bは後にします."""
_AT_FIRST = re.compile(
    r"(?:(?<!より)(?<!よりも)(?<![一-鿿])先に|あらかじめ|前もって)(?P<first>[^。、先]{4,}?)(?:(?<=[いきぎしちにびみりえけげせてねべめれ])、|ます|てください|でください|ましょう|ておき)"
    r"|(?:^|[。、])(?P<then>[^。、]+)[てで]から行(?:い|っ)"
)
"""What comes before all that is spoken of: 先に写します."""
_GOES_ON = re.compile(r"[いきぎしちにびみりえけげせてでねべめれ]$")
"""The end of a clause behind which the same sentence goes on to the next step: 読み、."""
_THE_SAME = 0.7
"""Share of an event's words that what a claim begins with must say to be it."""
_FIRST = re.compile(r"まず|(?<!より)(?<!よりも)(?<![一-鿿])先に|最初に|はじめに|初めに")
_ALL_OF = 0.9
"""Share of an event's words that two steps together must have."""
_CLEARLY = 0.35
"""By how much two events must be more alike turned round than as they stand."""

_Pair = tuple[tuple[Word, ...], tuple[Word, ...]]


def reordered(claim: Statement, used: Sequence[Statement], every: Sequence[Statement] = ()) -> str:
    """Return what a claim puts at another place than its evidence, "" when it keeps the order.

    `every` are all statements of the cited passages: the steps of a list have an order of their own.
    """
    text = "".join(one.text for one in used)
    moved = _sequence(claim.text, text)
    if moved:
        return moved
    pairs = [pair for one in used for pair in _ordered(one.text)]
    early = [pair for one in used for pair in _at_first(one.text)]
    for clause in claim.clauses:
        begun = _words(clause.text) if _FIRST.search(clause.text) else ()
        comes_first = any(_is(begun, first) for first, _ in pairs)
        if begun and not comes_first and any(_is(begun, then) and not _tells(claim, first) for first, then in pairs):
            return _name(begun)
    for first, then in _pairs(claim.text):
        turned = [pair for pair in pairs if _turned((first, then), pair)]
        kept = [pair for pair in pairs if _turned((then, first), pair)]
        if turned and not kept:
            return _name(first)
        if (
            not kept
            and not turned
            and any(
                _is(then, event) and not _is(first, event) and said(first, under) < _ALIKE for under, event in early
            )
        ):
            return _name(then)
        if not turned and not kept and (_stands_later(first, then, used) or _later_step(first, then, every)):
            return _name(first)
    return ""


def _tells(claim: Statement, event: tuple[Word, ...]) -> bool:
    """Tell whether a claim speaks of an event at all, so that its own words tell where it comes."""
    return said(event, claim.words) >= _ALIKE


def _is(words: tuple[Word, ...], event: tuple[Word, ...]) -> bool:
    return said(event, words) >= _THE_SAME and said(words, event) >= _ALIKE


@lru_cache(maxsize=1024)
def _ordered(text: str) -> tuple[_Pair, ...]:
    """Return each two events of which a statement of a passage says which comes first."""
    return (*_pairs(text, chained=True), *_postponed(text))


@lru_cache(maxsize=1024)
def _at_first(text: str) -> tuple[_Pair, ...]:
    """Return what a sentence puts first of all, each behind what it says that under."""
    return tuple(
        (_words(text[: found.start()]), event)
        for found in _AT_FIRST.finditer(text)
        if (event := _words(found["first"] or found["then"]))
    )


def _postponed(text: str) -> list[_Pair]:
    """Return what 「Aを確かめ、Bは後にします」 puts first and second."""
    found = []
    for late in _LATE.finditer(text):
        then = _words(late["then"])
        pieces = [words for piece in late["first"].split("、") if (words := _words(piece))]
        found += [(piece, then) for piece in pieces if then]
    return found


def _pairs(text: str, *, chained: bool = False) -> list[_Pair]:
    """Return each two events of which a text says that the first comes before the second.

    With `chained`, also what leads up to the first: 読み、納得してから登録する.
    """
    found = []
    for ahead in _AHEAD.finditer(text):
        found.append((_words(ahead["first"]), _words(ahead["then"])))
    for sentence in re.split(r"(?<=[。！？])", text):
        if _LISTS.search(sentence):
            continue
        denies = _DENIES.search(sentence) is not None
        for pattern, earlier_first in ((_LATER_FIRST, False), (_EARLIER_FIRST, True)):
            for mark in pattern.finditer(sentence):
                before = sentence[: mark.start() + (mark.group()[0] not in "そこ、")]
                left = next((one for piece in reversed(re.split(r"[、。]", before)) if (one := _words(piece))), ())
                rest = [words for piece in sentence[mark.end() :].split("、") if (words := _words(piece))]
                topic = _DONE_LATER.match(sentence)
                if not rest and topic:  # 消すのは、済んでからにします
                    left, rest = _words(before[topic.end("what") :]), [_words(topic["what"])]
                lefts = [left] if left else []
                if chained and earlier_first and left:
                    pieces = re.split(r"[、。]", before)[:-1]
                    lefts += [words for piece in pieces if _GOES_ON.search(piece) and (words := _words(piece))]
                reason = _REASON.search(sentence, mark.end()) is not None
                straight = earlier_first is not (denies and not reason)
                found += [(one, right) if straight else (right, one) for right in rest for one in lefts]
    return found


def _turned(claim: _Pair, evidence: _Pair) -> bool:
    straight = min(_alike(claim[0], evidence[0]), 1.0) + _alike(claim[1], evidence[1])
    turned = _alike(claim[0], evidence[1]) + _alike(claim[1], evidence[0])
    return turned > straight + _CLEARLY and min(_alike(claim[0], evidence[1]), _alike(claim[1], evidence[0])) >= _ALIKE


def _alike(left: tuple[Word, ...], right: tuple[Word, ...]) -> float:
    """Return the greater share of words that one of two events has of the other."""
    return max(said(left, right), said(right, left)) if left and right else 0.0


def _stands_later(first: tuple[Word, ...], then: tuple[Word, ...], used: Sequence[Statement]) -> bool:
    """Tell whether what a claim puts first stands behind what it puts second, in clauses of one statement."""
    later = []
    for one in used:
        clauses = [] if one.row else [clause for clause in one.clauses if clause.words]
        here, there = _place(first, then, clauses), _place(then, first, clauses)
        if here is not None and there is not None and here != there:
            later.append(here > there)
    return bool(later) and all(later)


def _later_step(first: tuple[Word, ...], then: tuple[Word, ...], every: Sequence[Statement]) -> bool:
    """Tell whether what a claim puts first is a later step of a numbered list than what it puts second."""
    steps = [one for one in every if one.step and one.words]
    here, there = _steps(first, steps), _steps(then, steps)
    return bool(here and there) and min(here) > max(there)


def _steps(words: tuple[Word, ...], steps: Sequence[Statement]) -> list[int]:
    """Return the places of all steps that may be the one which tells an event."""
    scores = [min(said(words, one.words), 1.0) + _is_done(words, one) for one in steps]
    most = max(scores, default=0.0)
    if most >= _THE_SAME:
        return [at for at, score in enumerate(scores) if score > most - 1.5 * _DONE]
    # One step opens what the next one turns on.
    both = [said(words, (*one.words, *after.words)) for one, after in pairwise(steps)]
    return [at + further for at, share in enumerate(both) if share >= _ALL_OF for further in (0, 1)]


def _place(words: tuple[Word, ...], others: tuple[Word, ...], clauses: Sequence[Clause]) -> int | None:
    scores = [said(words, clause.words) - said(others, clause.words) + _is_done(words, clause) for clause in clauses]
    if not scores or max(scores) < _ALIKE:
        return None
    return scores.index(max(scores))


def _is_done(words: tuple[Word, ...], clause: Clause | Statement) -> float:
    """Return a little where a clause tells one of the words as what is done: 登録します, not 登録画面で."""
    heads = {one.normal for one in predicates(clause.text) if one.head}
    return _DONE * any(word.normal in heads for word in words)


def _sequence(claim: str, evidence: str) -> str:
    """Return the first item of 「A、B、Cの順に」 that a claim has at another place."""
    for said_order in _SEQUENCE.findall(claim):
        items = [item for part in _ITEM.split(said_order) if (item := _words(part))]
        for printed in _SEQUENCE.findall(evidence):
            theirs = [item for part in _ITEM.split(printed) if (item := _words(part))]
            places = []
            for item in items:
                scores = [_alike(item, other) for other in theirs]
                if scores and max(scores) >= _ALIKE:
                    places.append(scores.index(max(scores)))
            if len(places) > 1 and places != sorted(places):
                return str(said_order)[:30]
    return ""


def _words(text: str) -> tuple[Word, ...]:
    return read_claim(text).words if text.strip() else ()


def _name(words: tuple[Word, ...]) -> str:
    return " ".join(word.normal for word in words)[:40]
