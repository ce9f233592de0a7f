"""Numbers of a text with their units, and when two of them count the same."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = ["canonical", "counts", "quantities"]

_DIGIT = r"[0-9０-９]"
_COUNT = (
    r"(?:年間|年|か月|カ月|ヶ月|月間|月|日間|日|週間|時間|時|分間|分|秒間|秒|回目|回|度|つ|点|種類|件|か所|カ所|箇所|桁|組|個|台|文字|行|枚|本|段階|番目|番|人|倍|通り"
    r"|歳|円|ドル|割|パーセント|％|%|℃|ビット|バイト|(?:[KMGTkmgt]i?[Bb](?:ps)?|[GMk]?Hz|ms|px|インチ)(?![A-Za-z]))"
)
_NUMBER = rf"{_DIGIT}+(?:[.,:/]{_DIGIT}+)*"
_QUANTITY = re.compile(
    rf"(?<![0-9A-Za-z０-９])(?:第)?{_NUMBER}(?:\s?[～〜~-]\s?{_NUMBER})?(?:\s?{_COUNT}(?:\s?{_NUMBER}\s?{_COUNT})*)?"
)
_KANJI_QUANTITY = re.compile(
    r"(?:[一二三四五六七八九十百千万]+|数十|数百|数千|数)(?:か所|か月|カ月|週間|時間|日間|年間|年|回目|回|度|つ|桁|組|個|台|文字|行|分|秒|日|人|割|倍|本|枚)"
)
_IDIOMS = frozenset(
    {"一度", "一つ", "一時", "一部", "一番", "十分", "一日", "一回", "二度", "一行", "一本", "一分", "千円", "数本"}
)
"""Words more than counts (もう一度, 十分, 一つずつ): their absence is judged like that of any word."""

_SPAN = re.compile(rf"({_DIGIT}+)({_COUNT})から({_DIGIT}+)(\2)")
"""5分から10分, which is 5～10分."""
_SAME_COUNT = (
    (re.compile(r"(?<=[年日週分秒])間"), ""),
    (re.compile(r"[カヶ]月|月間"), "か月"),
    (re.compile(r"[カ箇]所"), "か所"),
    (re.compile(r"(?<=[0-9])度"), "回"),
    (re.compile(r"(?<=[0-9])(?:個|点|種類|件|本|台|通り)"), "つ"),
    (re.compile(r"\s|^第"), ""),
    (re.compile(r"[〜~]"), "～"),
)
"""Units that are exchanged for each other without a change of the number: 10秒間 and 10秒, 三つ and 3点."""
_KANJI_DIGITS = {digit: str(value) for value, digit in enumerate("一二三四五六七八九十", 1)}

_LISTING = re.compile(r"(?:もう\s?[1１一]つ(?=[はの])|(?<![0-9０-９])[1１]つは(?=、))")
"""What only tells the items of a list apart."""


def quantities(text: str) -> list[str]:
    """Return the numbers of a text with their units, dates and counts in Chinese characters included."""
    text = _LISTING.sub("", text)
    found = [match.group() for match in _QUANTITY.finditer(_SPAN.sub(r"\1～\3\2", text))]
    return found + [word for word in _KANJI_QUANTITY.findall(text) if word not in _IDIOMS]


@lru_cache(maxsize=512)
def counts(text: str) -> frozenset[str]:
    """Return what a text counts, so written that the same count is equal: 一つ, 1個 and 1つ."""
    found = [*quantities(text), *_KANJI_QUANTITY.findall(text)]
    return frozenset(canonical(one) for one in found)


def canonical(quantity: str) -> str:
    """Return a quantity as all that count the same are written: 一つ, 1個 and 1つ."""
    quantity = unicodedata.normalize("NFKC", quantity)
    if quantity[:1] in _KANJI_DIGITS and quantity[1:2] not in {*_KANJI_DIGITS, "百", "千", "万"}:
        quantity = _KANJI_DIGITS[quantity[0]] + quantity[1:]
    for pattern, same in _SAME_COUNT:
        quantity = pattern.sub(same, quantity)
    return quantity
