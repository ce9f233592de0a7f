"""What a reader says is done already, and how much of a list of steps that is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.answer.units import Unit
from bot.types import BlockKind

__all__ = ["done_in", "from_step", "is_done", "is_mostly_done", "rest_of"]

_MOST = 0.5
"""Share of its steps above which a list is behind the reader: with half of them done the rest is still news."""


@dataclass(frozen=True, slots=True)
class _Deed:
    """A remedy that people name in many words: how they say that it is done, and how a step asks for it."""

    said: re.Pattern[str]
    step: re.Pattern[str]


def _deed(said: str, step: str) -> _Deed:
    return _Deed(re.compile(said), re.compile(step))


_AGAIN = r"(?:[はもを]|もう|すでに|既に|全部|何度も|何回も|[0-9二三]+[回度]も?)*"
_SWITCHED_OFF = (
    r"(?:切[っり]|落とし|長押しし|消し)"
    r"(?:ちゃいました|ちゃった|ちまった|てしまった|てしまいました|ました|た(?!い|ら|く|ほう|方|の(?:なら|で)))"
)
_DEEDS: dict[str, _Deed] = {
    "restart": _deed(
        r"再起動[もとや、][^。、]{2,20}(?:した|しました|やった|やりました|試し(?:た|まし))(?!ら|い)|"
        rf"再起動{_AGAIN}(?:した(?!ら|い|く)|しました(?!ら)|しても|してみ|やった|やりました|やっても|済)|"
        r"\b(?:restarted|rebooted)\b",
        r"再起動",
    ),
    "copy": _deed(
        r"(?:写し|うつし|移し|移動し|コピーし|退避し)(?:た(?!い|ら)|まし|て(?:ある|あり|る|い?ます)|終)|(?:移動|コピー|退避|控え|バックアップ)"
        rf"{_AGAIN}(?:済|取っ(?:た|て(?:ある|あり|る))|とっ(?:た|て(?:ある|あり|る))|した(?!い|ら)|しました|ある|あります)|"
        r"\b(?:already backed up|have a backup|copied (?:everything|my files|the data))\b",
        r"写し|写す|コピー",
    ),
    "network": _deed(
        r"(?:ネット|wi-?fi|回線)(?:[はもに])*(?:つなが|繋が)って(?!い?な|い?ませ)|\binternet (?:works|is fine|is ok)\b",
        r"つながって|つなぎ直|接続を",
    ),
    "clock": _deed(
        r"(?:日付|日時|時刻|時計)[^。、]{0,6}(?:合って(?!い?な|い?ませ)|合わせた|直し(?:た|ても?)|正し(?:い|か))",
        r"日付|時刻",
    ),
    "unplug": _deed(
        r"(?:usb|周辺機器|外付け|機器|ケーブル)[^。、]{0,10}(?:外し|抜い)(?:た(?!い|ら)|まし|ても|て(?:る|ある))",
        r"(?:外し|抜き)(?:ます|、)",
    ),
    "power-off": _deed(
        rf"(?:電源|pc|パソコン|本体)(?:ボタン|の電源)?(?:[をはもで]|強制的に|無理やり|むりやり|ボタンで)*{_SWITCHED_OFF}|"
        rf"長押し(?:で|して){_SWITCHED_OFF}|(?:^|[。、])(?:もう|つい|さっき)?{_SWITCHED_OFF}(?:$|。)|"
        r"\b(?:turned|switched|powered) (?:it|the (?:pc|computer)) off\b",
        r"電源を切り(?:ます|、)|電源ボタンを[^。]{0,8}押し続け",
    ),
    "wait": _deed(  # not an hour: where it matters, articles ask for two or three
        r"(?:(?<![0-9.])(?:[2-9]|[1-9][0-9]+)時間|[数二三四五六]時間|一晩|朝まで|丸一日)[^。、]{0,6}"
        r"(?:待っ(?:た|て(?!い?れば)|てま)|待ちました|放置し(?:た|て)|放っ)",
        r"待ちます|待つ",
    ),
}


def done_in(message: str) -> frozenset[str]:
    """Return what a message, spelled as by `plain`, says is done already."""
    return frozenset(name for name, deed in _DEEDS.items() if deed.said.search(message))


def is_done(step: Unit, deeds: frozenset[str]) -> bool:
    """Tell whether a step asks for what is done."""
    return any(_DEEDS[name].step.search(step.text) for name in deeds)


def is_mostly_done(steps: Sequence[Unit], done: int) -> bool:
    """Tell whether a list of steps, of which so many are done, is behind the reader."""
    return bool(steps) and done > _MOST * len(steps)


def rest_of(listed: Sequence[Unit], deeds: frozenset[str]) -> tuple[Unit, ...]:
    """Return a list, its warnings and commands from the first step on that follows a done one; () where none does."""
    steps = [unit for unit in listed if unit.kind is BlockKind.STEP]
    first = next((at for at, step in enumerate(steps) if is_done(step, deeds)), len(steps))
    later = next((step.order for step in steps[first:] if not is_done(step, deeds)), None)
    if later is None:
        return ()
    return from_step(listed, later)


def from_step(listed: Sequence[Unit], order: int) -> tuple[Unit, ...]:
    """Return a list from the unit of that order on, with the warnings that stand before it."""
    guards = [unit for unit in listed if unit.kind is BlockKind.CAUTION and unit.order < order]
    return (*guards, *(unit for unit in listed if unit.order >= order))
