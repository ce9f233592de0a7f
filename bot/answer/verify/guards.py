"""Words that say which one of several is meant (別のPC, 公式の番号): a claim may not put another word there."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answer.verify.reading import Statement

__all__ = ["unguarded"]

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
