"""Words that say which one of several is meant (別のPC, 公式の番号): a claim may not put another word there."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answer.verify.reading import Statement

__all__ = ["other_one", "unguarded"]

_WHICH = {
    "other": re.compile(r"(?:別|ほか|他)の?(?=[一-鿿ァ-ヶーA-Za-z]{2})"),
    "now": re.compile(r"(?:今|いま|現在)の(?=[一-鿿ァ-ヶーA-Za-z]{2})"),
    "before": re.compile(r"(?:(?<![一-鿿])前|以前|元|もと|古い|昔)の?(?=[一-鿿ァ-ヶーA-Za-z]{2})"),
    "new": re.compile(r"新しい(?=[一-鿿ァ-ヶーA-Za-z]{2})"),
}
"""Which one of several is meant, by the words that say so in front of a noun."""
_NOUN = re.compile(r"[一-鿿]{2,}|[ァ-ヶー]{2,}|[A-Za-z]{2,}")

_NAMED = re.compile(
    r"(?P<guard>別|ほか|他|公式|正規|純正|新しい)の?(?P<noun>[一-鿿ァ-ヶーA-Za-z]{2,}?)"
    r"(?:か(?P<other>[一-鿿ァ-ヶーA-Za-z]{2,}?))?(?P<then>の[^、。「」]{1,6}?で|[をにがではへ])"
)
"""A guarded noun, one more that may stand for it, and what either is to the verb."""
_AS_GOOD = (
    r"別|ほか|他|よそ|もう[1１一]台|異な|違う|家族|友人|ない|以外",
    r"公式|正規|純正|メーカー|発行|本物",
    r"新し",
)
"""What a claim may say instead of a guard, the guard itself first."""
_NO_THING = frozenset({"場所", "方法", "場合", "もの", "こと"})
_DESCRIBED = r"[^「」](?:[たるいなの]|この|その)"
"""The end of what describes the noun behind it."""


def other_one(claim: str, used: Sequence[Statement], every: Sequence[Statement]) -> str:
    """Return a thing of a claim that its evidence has of another kind: 前のPC, where 今のPC is written, else ""."""
    for kind, words in _WHICH.items():
        for found in words.finditer(claim):
            noun = _NOUN.match(claim, found.end())
            if noun is None or any(words.search(one.text) and noun.group() in one.text for one in every):
                continue
            others = [
                one
                for one in used
                for name, pattern in _WHICH.items()
                if name != kind
                and any(one.text.startswith(noun.group(), mark.end()) for mark in pattern.finditer(one.text))
            ]
            if others:
                return found.group() + noun.group()
    return ""


def unguarded(claim: str, used: Sequence[Statement]) -> str:
    """Return a thing of a claim that its evidence has of another kind: 被害を受けたPCで, where 別のPCで is written.

    A noun that a claim leaves bare is let pass: it says less, and nothing else.
    """
    for found in (match for one in used for match in _NAMED.finditer(one.text)):
        kept = next((words for words in _AS_GOOD if re.match(words, found["guard"])), found["guard"])
        for noun in {found["noun"], found["other"] or found["noun"]} - _NO_THING:
            for clause in re.split(r"[、。]", claim):
                here = re.search(f"(?P<what>{_DESCRIBED}{re.escape(noun)}){re.escape(found['then'])}", clause)
                if here and not re.search(kept, clause) and not any(here["what"] in one.text for one in used):
                    return here.group()
    return ""
