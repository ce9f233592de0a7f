"""In which language a reader writes: English, Japanese (also in Latin letters), or neither for sure."""

from __future__ import annotations

import re

from bot.text.normalize import normalize
from bot.types import Language

__all__ = ["language_of"]

_QUOTED = re.compile(r'"[^"\n]*"|「[^」\n]*」|『[^』\n]*』|\[[^\]\n]*\]')
"""Words of a screen, and what stands in the place of a secret: neither is in the reader's own language."""

_PIECE = re.compile(r"[^\s぀-ヿ㐀-鿿々、。]+")
_LITERAL = re.compile(r"[0-9_\\/@]|\.[a-z]")
"""What only addresses, paths, stop names, codes and versions have."""

_LOOKED_AT = 1_000
"""Characters at the beginning of a message that tell its language; nobody changes it after that."""

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_JAPANESE = re.compile(r"[぀-ヿ㐀-鿿々]")
_GRAMMAR = re.compile(r"[ぁ-ん]")
"""Hiragana: English sentences hold names in kanji and katakana, not particles and endings."""

_SYLLABLES = re.compile(
    r"(?:(?:kk|ss|tt|pp|cch|ssh|tch)?(?:[kgsztdnhbpmyrwfvj]|ch|sh|ts|[kgnhbpmrj]y)?[aiueo]|n(?![aiueoy]))+"
)
"""A word that can be read as Japanese in Latin letters from its first letter to its last."""

_MOSTLY = 0.75
"""Share of a message's words beyond which it is Japanese when they can be read so: English has such words too
(「remote」, 「again」), but of 1,060 English wishes and questions in the knowledge files none has so many."""

_SHORTEST = 4
"""Letters of the longest of them at least: 「to」, 「no」, 「so」 and 「use」 are English as well."""


def _words(text: str) -> list[str]:
    return text.split()


_ENGLISH = frozenset(
    _words(
        """
    a about after again all already am an and another any anymore anything appears are as asking asks at back be
    because been before being both but by came can can't cannot could couldn't did didn't disappeared do does doesn't
    doing don't down every everything find fix for from gave get gets getting give gives giving go goes gone got had
    happened has have haven't having he hello help her here hi his how i i'd i'll i'm i've if in into is isn't it it's
    its just keeps know let like lost made make me mean means missing more mother much must my need never new no not
    nothing now of off often on once one only or other our out over please says see she should show shows since slow
    so some someone something start stay still stuck such tell than thank thanks that that's the their them then there
    these they thing this those though to too tried trying turn until up us use used using very want wants was wasn't
    way we went were what what's when where which while who whom whose why will with without won't work working
    works would wrong yes yesterday yet you your
    """
    )
)
"""Words that nearly every English question has one of and that no Japanese sentence uses."""

_SHARED = frozenset({"a", "are", "he", "hi", "i", "me", "no", "on", "one", "so", "to", "we", "in", "made", "use"})
"""Those that are syllables of Japanese too: beside words in Latin letters that are Japanese they tell nothing."""

_NAMES = frozenset(
    _words(
        """
    account activation amd app backup bios bit bitlocker black blue bluetooth boot chrome code cpu defender dell device
    disk driver edge error excel fujitsu gmail hdd hdmi home hp id intel internet iso kb key lenovo license login mac
    memory microsoft nec office on onedrive os outlook password pc pin power printer pro product recovery screen
    secure sony sound ssd startup surface teams toshiba tpm uefi update upgrade usb version wifi windows word xbox
    """
    )
)
"""What Japanese readers write in Latin letters too, alone or in a row."""

_REPLIES = frozenset({"yes", "no", "ok", "okay"})
"""Replies that change no conversation's language."""

_FEW = 2


def language_of(text: str) -> Language | None:
    """Return the language a message is written in, None where it is but a code, a number, a name or a button."""
    plain = normalize(text[:_LOOKED_AT]).lower().replace("’", "'")
    own = _QUOTED.sub(" ", plain)
    pieces = [piece for piece in _PIECE.findall(own) if not _LITERAL.search(piece)]
    words = _WORD.findall(" ".join(pieces))
    english = [word for word in words if word in _ENGLISH]
    if _JAPANESE.search(own):
        return Language.EN if len(english) >= _FEW and len(words) > len(_GRAMMAR.findall(own)) else Language.JA
    if set(words) <= _REPLIES:
        return None
    ordinary = [word for word in words if word not in _NAMES]
    syllables = [word for word in ordinary if _is_syllables(word)]
    if len(max(syllables, key=len, default="")) >= _SHORTEST and len(syllables) > _MOSTLY * len(ordinary):
        return Language.JA
    return Language.EN if english or (ordinary and len(words) >= _FEW) else None


def _is_syllables(word: str) -> bool:
    return (word not in _ENGLISH or word in _SHARED) and _SYLLABLES.fullmatch(word) is not None
