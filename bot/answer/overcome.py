"""Whether what stood in the way a message before is out of it: 「ネットにつながってない」, then 「つながった」."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answer.talk import in_vain, is_question, says_failed
from bot.knowledge.circumstances import plain
from bot.text.identifiers import find_identifiers

__all__ = ["overcomes", "solves"]

_THINGS = (
    *("つなが|繋が", "届|とど", "押せ|選べ", "開け|開か|開き|開い", "入れ|はいれ|インでき"),
    *("映|うつ", "出|でて|表示され", "終わ|おわ"),
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

_TROUBLE = re.compile(
    r"エラー|error|真っ(?:暗|青|黒)|青い画面|ブルースク|今度は|でも(?!あり)|[たす](?:けど|けれど|が|のに)|また"
)
"""What appeared is a trouble of its own, or another is left."""


_ON_THE_WAY = re.compile(r"ページ|サイト|キー|コード|ボタン|メニュー|項目|設定|画面(?:が|に)出|見(?:つか|当た)|みつか")
"""What is lacking on the way to something else: with it the trouble is not over."""

_LONGEST = 24
"""Characters of a message that says no more than that it works, and thanks."""


def solves(message: str, earlier: Sequence[str]) -> bool:
    """Tell whether a message only says that what the talk began with works now: 「音が出ない」, then 「出ました！」."""
    over = len(earlier) == 1 and len(message) <= _LONGEST and overcomes(message, earlier)
    return over and not _ON_THE_WAY.search(plain(earlier[0]))


def overcomes(message: str, earlier: Sequence[str]) -> bool:
    """Tell whether a message says that there is now what the message before it said was lacking, and asks nothing."""
    if not earlier or is_question(message) or says_failed(message) or in_vain(message) or find_identifiers(message):
        return False
    now, before = plain(message), plain(earlier[-1])
    return not _TROUBLE.search(now) and any(
        lacks.search(before) and has.search(now) and not lacks.search(now) for lacks, has in _PAIRS
    )
