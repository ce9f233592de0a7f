"""With what, to what, where and by whom something is done: a claim may not put there what stands elsewhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from bot.answer.verify.lexicon import is_harmful, same_as
from bot.answer.verify.predicates import predicates
from bot.answer.verify.provisos import lifts
from bot.answer.verify.reading import Statement, Word, credit, read_claim, read_morphemes
from bot.answer.verify.wording import content_words

__all__ = ["exchanged"]

_CASES = {"を": "を", "に": "に", "へ": "に", "で": "で", "から": "から", "が": "が", "は": "が"}
"""Particles that tell what a noun is to the verb behind it; は is taken for が, whatever it stands for."""
_QUOTED = re.compile(r"「[^」]*」|`[^`]*`")
_PHRASE = frozenset({"名詞", "接尾辞", "接頭辞", "形状詞", "連体詞"})
_EMPTY_VERBS = frozenset({"為る", "居る", "有る", "成る", "下さる", "置く", "因る", "言う", "出来る"})
_NO_PLACE = re.compile(
    r"(?:前|後|あと|とき|時|際|場合|ため|原因|うち|まま|よう|方|ほう|以外|ほか|他|次|たび|順|点|結果|部品|人)$|[0-9０-９一二三]|^[!-~]+$"
)
"""The end of a phrase that names no thing, or counts things."""

_Slots = tuple[tuple[str, dict[str, str]], ...]


def exchanged(claim: str, used: Sequence[Statement], every: Sequence[Statement]) -> str:
    """Return what a claim puts where its evidence has another thing, "" when nothing.

    Only what the passages name elsewhere counts: a word that they do not have may be another word for the same.
    """
    for one in used:
        crossing = _crossing(_slots(claim), _slots(one.text))
        if crossing:
            return crossing
    spared = _spared(claim, every)
    if spared:
        return spared
    for verb, places in _slots(claim):
        for case, phrase in places.items():
            words = content_words(phrase)
            if not words or case == "が" or _NO_PLACE.search(phrase):
                continue
            like = [
                (one, theirs[case])
                for one in every
                for other, theirs in _slots(one.text)
                if case in theirs and (other == verb or other in same_as(verb))
            ]
            near = [one for one, _ in like if any(one is other for other in used)]
            if not near or any(_shares(words, theirs) for _, theirs in like):
                continue
            if any(all(credit(word, one.normals, one.kanji) for word in words) for one in used):
                continue
            if all(any(credit(word, one.normals, frozenset()) == 1.0 for one in every) for word in words):
                return phrase
    return ""


def _spared(claim: str, every: Sequence[Statement]) -> str:
    """Return what a claim does something to of which the passages say only not to do it: 電源は切らず."""
    own = predicates(claim)
    if any(one.denied or one.open or one.though for one in own):
        return ""
    done = {one.normal for one in own if one.head and not one.condition and is_harmful(one.normal)}
    for verb, places in _slots(claim):
        words = content_words(places.get("を", ""))
        if verb not in done or not words:
            continue
        same = [
            denied
            for one in every
            if not lifts(read_claim(claim), one)
            for other, theirs in _slots(one.text)
            if other == verb and any(_all_of(words, theirs[case]) for case in ("を", "が") if case in theirs)
            for denied in {found.denied for found in predicates(one.text) if found.head and found.normal == other}
        ]
        if same and all(same):
            return places["を"]
    return ""


def _all_of(words: Sequence[Word], phrase: str) -> bool:
    normals = frozenset().union(*(word.forms for word in content_words(phrase)))
    return all(credit(word, normals, frozenset()) == 1.0 for word in words)


def _crossing(own: _Slots, theirs: _Slots) -> str:
    """Return what a claim changes round: Aが替わり、Bが同じ, where Bが替わり、Aが同じ is written."""
    named = [(verb, case, phrase) for verb, places in own for case, phrase in places.items()]
    for at, (verb, case, phrase) in enumerate(named):
        for other, where, thing in named[at + 1 :]:
            if other == verb or _shares(content_words(phrase), thing):
                continue
            turned = _has(theirs, verb, case, thing, phrase) and _has(theirs, other, where, phrase, thing)
            if turned and content_words(phrase) and content_words(thing):
                return phrase
    return ""


def _has(slots: _Slots, verb: str, case: str, thing: str, but: str) -> bool:
    """Tell whether a text has one thing where a claim has another, and not that other one."""
    there = [places[case] for other, places in slots if case in places and (other == verb or other in same_as(verb))]
    return any(_shares(content_words(thing), one) for one in there) and not any(
        _shares(content_words(but), one) for one in there
    )


def _shares(words: Sequence[Word], phrase: str) -> bool:
    theirs = content_words(phrase)
    normals = frozenset().union(*(word.forms for word in theirs))
    kanji = frozenset().union(*(word.kanji for word in theirs))
    return not theirs or any(credit(word, normals, kanji) for word in words)


@lru_cache(maxsize=2048)
def _slots(text: str) -> _Slots:
    """Return each verb of a text with the phrases that belong to it, by case."""
    found = read_morphemes(_QUOTED.sub(lambda match: "＿" * len(match.group()), text))
    slots: list[tuple[str, dict[str, str]]] = []
    places: dict[str, str] = {}
    phrase = ""
    for at, one in enumerate(found):
        following = found[at + 1].normalized if at + 1 < len(found) else ""
        done = one.pos[0] == "名詞" and following in {"為る", "出来る"}
        state = one.pos[0] in {"形容詞", "形状詞"} and not phrase and "が" in places
        if done or state or (one.pos[0] == "動詞" and one.normalized not in _EMPTY_VERBS):
            slots.append((one.normalized.lower(), places))
            places = {case: named for case, named in places.items() if case == "が"}
            phrase = ""
        elif one.surface in _CASES and one.pos[0] == "助詞":
            following = found[at + 1].surface if at + 1 < len(found) else ""
            if phrase and not (one.surface == "で" and following == "、"):
                places = {**places, _CASES[one.surface]: phrase}
            phrase = ""
        elif one.pos[0] in _PHRASE or one.surface in {"の", "・"}:
            phrase += one.surface
        else:
            phrase = ""
            if one.surface == "。":
                places = {}
    return tuple(slots)
