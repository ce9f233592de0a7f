"""Whether what stood in the way a message before is out of it: 「ネットにつながってない」, then 「つながった」."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answer.talk import in_vain, is_question, says_failed
from bot.knowledge.circumstances import plain
from bot.text.identifiers import find_identifiers

__all__ = ["overcomes"]

_THINGS = (
    *("つなが|繋が", "届|とど", "押せ|選べ", "開け|開か|開き|開い", "入れ|はいれ|インでき"),
    *("映|うつ", "出|でて|表示され"),
)
"""Stems of what either happens or does not, by their meaning."""

_NOT = r"[かっらりてで]*(?:きて?|こ|い)*(?:な(?:い|く|かっ)|ませ|ず|へん|ん(?![だで]))"
_HAS = r"[いきっりれら]*(?:てき|て来)?(?:た(?![らいく])|まし?た(?!ら)|ました(?!ら))"

_PAIRS = (
    *((re.compile(f"(?:{stems}){_NOT}"), re.compile(f"(?:{stems}){_HAS}")) for stems in _THINGS),
    (
        re.compile(r"[がはも](?:どこにも)?(?:ない|無い|なくて|ありません)|見(?:つから|つかりませ|当たら)|みつから"),
        re.compile(r"(?:あっ|見つかっ|みつかっ)た(?!ら)|(?:あり|見つかり|みつかり|見つけ)ました"),
    ),
)

_TROUBLE = re.compile(r"エラー|error|真っ(?:暗|青|黒)")
"""What appeared is a trouble of its own."""


def overcomes(message: str, earlier: Sequence[str]) -> bool:
    """Tell whether a message says that there is now what the message before it said was lacking, and asks nothing."""
    if not earlier or is_question(message) or says_failed(message) or in_vain(message) or find_identifiers(message):
        return False
    now, before = plain(message), plain(earlier[-1])
    return not _TROUBLE.search(now) and any(
        lacks.search(before) and has.search(now) and not lacks.search(now) for lacks, has in _PAIRS
    )
