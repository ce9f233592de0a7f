"""Whether a claim keeps what its passages bind a ban or a step to: 「控えがないまま消さないでください」."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answer.verify.denial_words import LIGHT
from bot.answer.verify.evidence import NEGATIVE, said
from bot.answer.verify.predicates import Predicate, agrees, denies, predicates
from bot.answer.verify.reading import Statement, Word, credit, read_claim

__all__ = ["careless_step", "half_condition", "lifts", "unbound_ban", "unpermitted"]

_BAN = (
    r"ないで(?:ください|下さい|おき)|て(?:は)?(?:いけ|なり)ま|てはいけない|ないように"
    r"|(?:のは|こと[をは]?|を|は)お?(?:避け|やめ)|(?:のは|こと[をは]?)お?控え"
)
_BANS = re.compile(rf"(?:{_BAN})[^、。]{{0,10}}。?\s*$")
"""The end of a sentence that forbids."""
_FORBIDS = re.compile(rf"(?:{_BAN}|(?<!あり)(?<!なり)(?<!でき)(?<!限り)(?<!ぎり)(?<!かり)ません)[^、。]{{0,10}}。?\s*$")
"""The end of one that may: a step not to take."""
_STATE = re.compile(
    r"(?P<state>[^、。「」]*(?:「[^」]*」[^、。「」]*)*?"
    r"(?:(?<![そこ])(?<!その)(?<!この)まま(?:で(?!す))?|ないうち(?:に|は)|[るたいだ]のに|かぎり|限り|[うくすつぬむるぐぶ]前に|なし(?:に|で)|理由なく|途中で"
    r"|最中(?:に|は)|を理由に|目的だけで|[るたい][一-鿿ァ-ヶーA-Za-z]{2,}(?:で(?![はも])|(?:で|に)?は)|[一-鿿ァ-ヶーA-Za-z]{2,}には))、?(?P<ban>[^。]+。?)\s*$"
)
"""In which state something is forbidden, and what is."""
_DENIED = re.compile(r"(?:ない|ぬ)(?:まま|うち|のに|かぎり|限り)")
"""The end of a state in which something is not so."""
_NOT_YET = re.compile(rf"{_DENIED.pattern}|前に")
"""The end of a state in which something is not so yet."""
_TIMES = re.compile(r"まで|[てで]から|あと|後|先に|前に|うえで|上で|ときだけ|場合だけ|最中|途中")
"""Words by which a claim says the state as what comes first."""
_PERMITTED = re.compile(
    r"(?P<what>[^、。]*[てで]も?(?:よ|良|い)い(?:場合|とき|なら|人|PC)[^、。]{0,3})、?(?P<then>[^。]+)"
)
"""Under which permission something is done, and what is."""
_MAY = re.compile(r"[てで]も?(?:よ|良|い)い|[てで]も?(?:かま|構)|許|認め|承諾|可能|できる|差し支え|問題(?:が|の)?な")
_BOTH = re.compile(
    r"(?P<first>[^、。]+(?:ず、|なく、|[てで]いて、?))(?P<second>[^、。]+?(?:とき|場合)(?:は|に|には|だけ|のみ)?|[^、。]+?(?:なら|たら|れば))、(?P<then>[^。]+)"
)
"""Two conditions that must both be met, and what then holds."""
_DEVICE = "pc"
_SAME_STATE = 0.5
"""Share of a state's words that another text must have to speak of it."""
_NOUN = 1.0
"""Weight from which a word is a noun."""
_ONLY_IF = re.compile(r"(?P<what>[^、。]+?)(?:場合|とき|時|際|(?<=[てで])から)に?(?:だけ|のみ|限[りっらる]|し[まて])")
"""Under which state alone something is done."""
_AFTER = re.compile(r"(?P<what>[^、。]+?)(?:[てで]から|(?:た|だ)(?:うえで|上で|あと|後))")
"""After what something is done."""
_ONLY_AFTER = re.compile(
    r"(?:(?P<done>[^。、]+?)のは、)?(?P<care>[^、。]*(?:確かめ|確認し|控え(?:ができ)?|写し|納得し|分かっ|わかっ|済ん|相談し|取っ))[てで]から"
    r"(?:に(?:し|なり|行)[^。]*|、?(?P<then>[^。]+))"
)
"""What must be done or known first, and what is done only then."""
_PLACES = re.compile(r"まで|[てで]から|あと|後(?![のろ])|先に|前に|うえで|上で|たら|まず|場合|とき")
"""Words by which a claim puts what it says behind something."""
_SAME_BAN = 0.6
"""Share of the words of what is forbidden that a claim must have to forbid it."""
_STATE_KEPT = 0.4
"""Share of a state's words by which a claim keeps it."""


def unbound_ban(read: Statement, every: Sequence[Statement]) -> str:
    """Return the state that a claim leaves out of what it forbids, "" when it keeps it or a passage has none.

    `every` are all statements of the cited passages.
    """
    if not _FORBIDS.search(read.text):
        return ""
    lost = ""
    for one in every:
        if one.row or not _BANS.search(one.text):
            continue
        found = _STATE.search(one.text)
        rest = read_claim(one.text[: found.start()] + found["ban"] if found else one.text)
        if said(read.words, one.words) < _SAME_BAN or not rest.words or not _forbids(read, rest, whole=found is None):
            continue
        if found is None or _keeps(found["state"], rest, read):
            return ""
        lost = lost or found["state"].strip()
    return lost


def unpermitted(read: Statement, every: Sequence[Statement]) -> str:
    """Return the permission under which the passages do what a claim does without one: 「確認してよい場合は」."""
    if _MAY.search(read.text):
        return ""
    for one in every:
        found = _PERMITTED.search(one.text)
        then = read_claim(found["then"]).words if found else ()
        if found and then and min(said(then, read.words), said(read.words, one.words)) >= _SAME_BAN:
            return found["what"].strip()
    return ""


def half_condition(read: Statement, every: Sequence[Statement]) -> str:
    """Return the first of two joint conditions, of which a claim gives the second alone: 「映らず、音も出ないなら」."""
    for one in every:
        found = None if one.row else _BOTH.search(one.text)
        if found is None:
            continue
        first, second, then = (read_claim(found[part]) for part in ("first", "second", "then"))
        own = [
            word
            for word in first.words
            if word.weight >= _NOUN and not credit(word, second.normals | then.normals, frozenset())
        ]
        if not own or not second.words or not then.words:
            continue
        if min(said(second.words, read.words), said(then.words, read.words)) >= _SAME_BAN and not _share(own, read):
            return found["first"].strip()
    return ""


def careless_step(read: Statement, every: Sequence[Statement]) -> str:
    """Return what a claim leaves out that must come first: 「消すのは、認証が済んでからにします」."""
    if _PLACES.search(read.text):
        return ""
    for one in every:
        found = None if one.row else _ONLY_AFTER.search(one.text)
        if found is None:
            continue
        before = one.text[: found.start()] if found["then"] else ""
        then = read_claim(before + (found["done"] or "") + (found["then"] or "")).words
        care = [word for word in read_claim(found["care"]).words if word not in then and word.normal != _DEVICE]
        if not care or not then or _share(care, read) >= _STATE_KEPT:
            continue
        if min(said(then, read.words), said(read.words, one.words)) >= _SAME_BAN:
            return found["care"].strip()
    return ""


def lifts(read: Statement, one: Statement) -> bool:
    """Tell whether one forbids without a state what the other does with it alone.

    「案内がある場合に限って行います」 says what 「案内がないかぎり行わないでください」 says,
    「確かめてから頼みます」 what 「確かめないまま頼まないでください」 says.
    """
    if one.row:
        return False
    for ban, free in ((one.text, read.text), (read.text, one.text)):
        found = _STATE.search(ban) if _BANS.search(ban) else None
        if found is None or not _NOT_YET.search(found["state"]) or _BANS.search(free):
            continue
        state = read_claim(found["state"]).words
        for only in (*_ONLY_IF.finditer(free), *_AFTER.finditer(free)):
            what = read_claim(only["what"]).words
            if not denies(only["what"]) and state and said(state, what) >= _SAME_STATE:
                return True
    return False


def _forbids(read: Statement, rest: Statement, *, whole: bool) -> bool:
    """Tell whether a claim forbids what a statement forbids beside the state, or part of that `whole` statement."""
    own, theirs = _last(read.text), _last(rest.text)
    same = own is None or theirs is None or agrees(own, theirs) is True
    return same and (whole or said(rest.words, read.words) >= _SAME_BAN)


def _last(text: str) -> Predicate | None:
    """Return the last thing that a text denies to be done: 初期化 of 初期化は行わない."""
    found = [one for one in predicates(text) if one.denied and one.normal not in LIGHT]
    return found[-1] if found else None


def _keeps(state: str, rest: Statement, read: Statement) -> bool:
    """Tell whether a claim has most of a state's own words, and where that is denied, a denial beside the ban."""
    own = [word for word in read_claim(state).words if not credit(word, rest.normals, rest.kanji)]
    if not own:
        return True
    if _share(own, read) < _STATE_KEPT:
        return False
    ban = _FORBIDS.search(read.text)
    before = read.text[: ban.start()] if ban else read.text
    return _DENIED.search(state) is None or NEGATIVE.search(before) is not None or _TIMES.search(before) is not None


def _share(words: Sequence[Word], read: Statement) -> float:
    return sum(word.weight * credit(word, read.normals, read.kanji) for word in words) / sum(
        word.weight for word in words
    )
