"""Read the content words of a text, each normalised and weighed, and how much of one is found among others."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from bot.answer.verify.lexicon import EMPTY_WORDS, groups_of, is_everyday, near_to, opposites
from bot.text.tokens import Morpheme, morphemes

__all__ = ["Word", "content_words", "credit", "read_morphemes"]

_NAME, _NOUN, _VERB, _ADVERB = 1.5, 1.0, 0.7, 0.3
"""What a word weighs in coverage: a name (katakana, Latin, proper) can be checked and must be there; verbs are
exchanged for each other freely in true paraphrases."""
_KANJI_CREDIT = 0.8
"""For a word that shares a Chinese character with one of the passage: 確かめる for 確認, 入れる for 入力."""

_KANJI = re.compile(r"[㐀-䶿一-鿿々]")
_KATAKANA = re.compile(r"[ァ-ヶー・]+")
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9.+-]*")
_POINTING = re.compile(
    r"^\s*(?:最後に|最初に|はじめに|次いで|続いて)(?!は)|(?:それ|これ)以上|(?:この|その|こうした|これらの|それらの)[一-鿿ァ-ヶー]{1,4}(?=[をのがは、])|(?<=ない)(?:ほう|方)が(?:安全|安心|無難|よい|いい|良い|賢明)(?=です|でしょう)|(?<=[てで])おくと(?:安心|よい|良い|いい)(?=です|でしょう)"
    r"|(?<=[けせてねべめれえげ]ば)(?:大丈夫|問題ない)(?=です)|(?<=[てで]も)大丈夫(?=です|でしょう)|(?<=[いたすんるう]ので)、?(?:どうぞ)?ご?安心(?:ください|いただけます|して(?:ください|大丈夫です))"
)
"""What leads through a text or points back at what was spoken of: 最後に, この画面を."""
_GOES_ON = dict(zip("りきしちみびぎ", "るくすつむぶぐ", strict=True))
"""The last letter of a verb that goes on, and of its own form: 繋がり, 繋がる."""
_WEAK_KANJI = frozenset(
    "一二三四五六七八九十時分日月年回度前後上下中内外不無非未可的性化者物事場合数大小新旧有再最初次同別"
)
"""Characters that too many words share to tell anything."""


@dataclass(frozen=True, slots=True)
class Word:
    """A content word in its normalised form."""

    normal: str
    weight: float
    kanji: frozenset[str]

    @property
    def forms(self) -> frozenset[str]:
        """Return what it is found by: itself and the groups of synonyms that it belongs to."""
        return groups_of(self.normal) | {self.normal}

    @property
    def is_name(self) -> bool:
        """Tell whether it is written in katakana or Latin letters, or is a proper noun, and no everyday word."""
        return self.weight >= _NAME and not is_everyday(self.normal)


def credit(word: Word, normals: frozenset[str], kanji: frozenset[str]) -> float:
    """Return how much of a word is found among others: 1 itself or a synonym, less for a shared character, else 0."""
    if word.normal in normals or not near_to(word.normal).isdisjoint(normals):
        return 1.0
    if word.is_name or not opposites(word.normal).isdisjoint(normals):
        return 0.0
    return _KANJI_CREDIT if word.kanji & kanji else 0.0


@lru_cache(maxsize=4096)
def read_morphemes(text: str) -> list[Morpheme]:
    """Return the morphemes of a text, compound verbs whole; not to be changed."""
    found = morphemes(text, whole_verbs=True)
    for at, (one, following) in enumerate(pairwise(found)):
        if one.normalized == "知る" and following.normalized == "せる":
            found[at] = replace(one, normalized="知らせる")
        if at and one.pos[0] == "名詞" and one.normalized[-1:] in _GOES_ON and _is_verb(found[at - 1], following):
            verb = one.normalized[:-1] + _GOES_ON[one.normalized[-1]]
            found[at] = replace(one, normalized=verb, pos=("動詞", "一般"), form="連用形-一般")
    return found


def _is_verb(before: Morpheme, following: Morpheme) -> bool:
    """Tell whether what stands between a subject and a comma goes on as a verb: 電話はつながり、PCは…."""
    return before.surface in {"は", "が", "も"} and (following.surface == "、" or following.pos[0] == "名詞")


def content_words(text: str) -> tuple[Word, ...]:
    """Return the words of a text that say something of their own, in reading order."""
    found = _with_prefixes(read_morphemes(_POINTING.sub("", text)))
    words = ((at, _word(morpheme)) for at, morpheme in enumerate(found))
    return tuple(word for at, word in words if word is not None and not _is_ending(found, at))


def _with_prefixes(found: list[Morpheme]) -> list[Morpheme]:
    """Put a prefix and its noun together where others may stand for the whole: 不具合 is no 具合."""
    whole: list[Morpheme] = []
    for one in found:
        if whole and whole[-1].pos[0] == "接頭辞" and is_everyday(whole[-1].surface + one.surface):
            both = whole.pop().surface + one.surface
            whole.append(replace(one, surface=both, normalized=both))
        else:
            whole.append(one)
    return whole


def _is_ending(found: list[Morpheme], at: int) -> bool:
    return _is_suffix_of_count(found, at) or _is_tail(found, at) or _is_denial(found, at)


def _is_suffix_of_count(found: list[Morpheme], at: int) -> bool:
    return (
        at > 0
        and found[at - 1].pos[1] == "数詞"
        and found[at].pos[0] in {"名詞", "接尾辞"}
        and len(found[at].surface) == 1
    )


def _is_denial(found: list[Morpheme], at: int) -> bool:
    """Tell whether 無い only denies the word before it: 失いたくない, 新しくない."""
    return at > 0 and found[at].normalized == "無い" and found[at - 1].pos[0] in {"助動詞", "形容詞"}


def _is_tail(found: list[Morpheme], at: int) -> bool:
    """Tell whether a verb only says how another goes on: 写し終える, 使い続ける, 起動し直す."""
    return (
        at > 0
        and found[at].pos == ("動詞", "非自立可能")
        and found[at - 1].pos[0] == "動詞"
        and found[at - 1].form.startswith("連用形")
    )


def _word(morpheme: Morpheme) -> Word | None:
    kind, finer = morpheme.pos
    normal = morpheme.normalized.lower()
    if finer == "数詞" or normal in EMPTY_WORDS or not re.search(r"[^\W\d_]", normal):
        return None
    if _LATIN.fullmatch(morpheme.surface) or _KATAKANA.fullmatch(morpheme.surface) or finer == "固有名詞":
        weight = _NAME if len(morpheme.surface) > 1 else _NOUN
    elif kind == "名詞":
        weight = _NOUN
    elif kind in {"動詞", "形容詞", "形状詞"}:
        weight = _VERB
    elif kind == "副詞":
        weight = _ADVERB
    else:
        return None
    return Word(normal, weight, frozenset(_KANJI.findall(normal)) - _WEAK_KANJI)
