"""Everyday words, abbreviations and spelling variants (表記ゆれ), mapped to the terms that articles use."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.knowledge.yaml_file import load_yaml
from bot.text.normalize import normalize

__all__ = ["Vocabulary", "load_vocabulary"]

_ASCII = re.compile(r"[\x00-\x7f]+")
_KATAKANA = re.compile(r"[ァ-ヶー]+")
_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}

_NO_OTHER = re.compile(r"[ぁ-んㇰ-ㇿ一-鿿]")
_SENTENCE_IN_KATAKANA = re.compile(
    r"(?<!クリス)(?:デスカ?|マスカ?|マシタ(?:カ|ガ|ケド)?|マセン(?:カ|ガ|ケド)?|デショウカ?|クダサイ|ナイ(?:デス|ノ)?|シタイ|ッタ|テイル|テル)"
    r"(?=[。、!?.\s]|$)"
)
"""Endings of sentences, which names of things do not have."""

_LARGE_VOWEL = re.compile("(?<=オフ)イ(?=ス)")
"""「オフイス」 for 「オフィス」: how names are written by those who write all large."""

_DIGITS = re.compile(r"(?<=[0-9０-９二三四五六八])(?:ケタ|けた|ｹﾀ)")
"""How many digits, as it is often typed: 「48ケタ」."""

_SURE = 4
"""Letters from which a hiragana spelling of a loanword is hardly ever part of other Japanese words."""

_FOREIGN = re.compile(r"^(?=.{3})[^っ]*[ーぱぴぷぺぽ]")
"""Shorter ones are taken only with letters that Japanese words of their own rarely have."""

_LEAST = 3
_ALONE = r"(?<![っー])(?=[がをのはもに、。\s]|$)"
"""Around a name of two letters: 「ぴんが」, neither 「ぴんと来ない」 nor 「べっぴんが」."""


class _Group(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    term: str = Field(min_length=2)
    also: tuple[str, ...] = ()
    aloud: tuple[Annotated[str, Field(pattern=r"^[ァ-ヶー]{2,}$")], ...] = ()

    @model_validator(mode="after")
    def _spelled(self) -> _Group:
        if not self.also and not self.aloud:
            raise ValueError("list at least one spelling under also or aloud")
        return self

    @property
    def spellings(self) -> tuple[str, ...]:
        """Return all that the term is found by; a name of two letters read aloud is part of too many words."""
        return (*self.also, *(name for name in self.aloud if len(name) >= _LEAST))


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    groups: tuple[_Group, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Spellings and the official terms they stand for; `pattern` finds every spelling, the longest first."""

    terms: dict[str, tuple[str, ...]]
    pattern: re.Pattern[str] | None
    loanwords: dict[str, str] = field(default_factory=dict)
    """Hiragana spelling → the loanword in katakana, or the name that is read so."""
    in_hiragana: re.Pattern[str] | None = None
    """Finds the keys of `loanwords`, the longest first."""

    def spelled(self, text: str) -> str:
        """Return `text` with loanwords in hiragana, as 「ぱそこん」, in katakana, names as names, and 桁 in kanji."""
        text = _DIGITS.sub("桁", _out_of_katakana(text))
        if self.in_hiragana is None:
            return text
        return self.in_hiragana.sub(lambda match: self.loanwords[match.group()], text)

    def official(self, text: str) -> tuple[str, ...]:
        """Return the official terms that spellings in `text` stand for, in order, those already written left out."""
        if self.pattern is None:
            return ()
        lowered = normalize(text).lower()
        found: dict[str, None] = {}
        for match in self.pattern.finditer(lowered):
            for term in self.terms[match.group()]:
                if term.lower() not in lowered:
                    found[term] = None
        return tuple(found)


def load_vocabulary(path: Path) -> Vocabulary:
    """Load `vocabulary.yaml`. Raises `CorpusError` naming file, place and remedy."""
    return _compile(load_yaml(path, _File).groups)


def _compile(groups: Sequence[_Group]) -> Vocabulary:
    terms: dict[str, tuple[str, ...]] = {}
    for group in groups:
        for spelling in group.spellings:
            key = normalize(spelling).lower()
            terms[key] = tuple(dict.fromkeys((*terms.get(key, ()), group.term)))
    if not terms:
        return Vocabulary({}, None)
    # Latin spellings stand alone (「PC」 is not in 「rpc」); Japanese ones have no borders to look at. Grouped by first
    # letter, so that only those that begin with the letter at hand are tried: 4,000 spellings take .08 ms a question
    # instead of 2.4. Hence the border in front is looked for once that letter (the dot) has been read.
    groups_of: dict[str, list[str]] = {}
    for spelling in sorted(terms, key=len, reverse=True):
        border = _ASCII.fullmatch(spelling) is not None
        rest = re.escape(spelling[1:]) + ("(?![a-z0-9])" if border else "")
        groups_of.setdefault(spelling[0], []).append(("(?<![a-z0-9].)" if border else "") + rest)
    firsts = "".join(map(re.escape, groups_of))
    parts = [f"{re.escape(first)}(?:{'|'.join(rests)})" for first, rests in groups_of.items()]
    loanwords = _loanwords(groups)
    in_hiragana = re.compile("|".join(map(_found, sorted(loanwords, key=len, reverse=True)))) if loanwords else None
    return Vocabulary(terms, re.compile(f"(?=[{firsts}])(?:{'|'.join(parts)})"), loanwords, in_hiragana)


def _out_of_katakana(text: str) -> str:
    """Return a text that is written in nothing but katakana in hiragana: 「デンワデ ト イワレマシタ」."""
    folded = normalize(text)
    if _NO_OTHER.search(folded) or len(_KATAKANA.findall(folded)) == 0 or not _SENTENCE_IN_KATAKANA.search(folded):
        return text
    return _LARGE_VOWEL.sub("ィ", folded).translate(_TO_HIRAGANA)


def _found(hiragana: str) -> str:
    return hiragana if len(hiragana) >= _LEAST else _ALONE.replace("(?=", f"{hiragana}(?=", 1)


def _loanwords(groups: Sequence[_Group]) -> dict[str, str]:
    """Return hiragana spelling → katakana for words of the groups written so, → the name for one read aloud."""
    written = (
        word for group in groups for text in (group.term, *group.also) for word in _KATAKANA.findall(normalize(text))
    )
    spelled = {word.translate(_TO_HIRAGANA): word for word in written}
    sure = {
        hiragana: katakana
        for hiragana, katakana in spelled.items()
        if len(hiragana) >= _SURE or _FOREIGN.match(hiragana)
    }
    return sure | {name.translate(_TO_HIRAGANA): group.term for group in groups for name in group.aloud}
