"""How far the trouble has come, and which stage a section is for: before it or after, Windows running or not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from bot.answer.units import Unit

__all__ = ["for_next_time", "section_state", "stage_fit"]

_AHEAD = re.compile(r"これから|うちに|前に(?:し|備え|やっ)|に出す前|備え|予防|起こさない|次に.{0,8}準備")
"""Headings of sections that prevent a trouble, and words of those who want to."""

_NEXT_TIME = -1.2
"""What an author says for next time is no help to whom it has happened: it falls behind by a heading's worth, and
comes as much before for those who ask ahead of it."""

_RUNNING = 0.4
"""A section for a PC in the reader's state gains this, one for the other state loses it, as with Windows versions."""

_STARTS = r"(?:起動|立ち?上が|たちあが)"
_NOT = r"(?:な[いくかっ]|ませ|ず|へん)"
_DEAD = re.compile(
    rf"{_STARTS}(?:し|でき|せ|ら|れ|し(?:も|すら|さえ)し|(?:も|すら|さえ)し)(?:{_NOT}|ん(?![でだ]))|"
    rf"(?:電源|でんげん)(?:が|も|すら)?(?:入ら|はいら|つか)(?:{_NOT}|ん)|うんともすんとも|自動修復(?:を|が|の画面)|"
    rf"(?:Windows|ウィンドウズ|ウインドウズ)(?:が|は|も)(?:動か|うごか|開か){_NOT}"
)
_RUNS = (
    rf"(?:動い|うごい|動き|うごき|使え|つかえ|{_STARTS})"
    rf"(?!{_NOT}|(?:し|でき|せ|ら|れ)?(?:{_NOT}|ん)|(?:し|でき)?てい?(?:た|まし))"
)
_ALIVE = re.compile(
    r"(?:今|いま|普通|ふつう|フツー|問題なく|ちゃんと|一応|いちおう|無事|なんとか)(?:は|に|には|も)?"
    rf"(?:PC|パソコン)?(?:は|も|が)?(?:ふつうに|普通に)?{_RUNS}|"
    rf"(?:PC|パソコン|Windows|ウィンドウズ)(?:は|自体は|本体は)(?:普通に|ふつうに)?{_RUNS}"
)
"""Of what a reader says runs: what ran until it did not is past."""
_DEAD_SECTION = re.compile(r"起動(?:し|でき)な|(?:Windows|PC)が動かな|操作できない")
_ALIVE_SECTION = re.compile(r"起動できる|(?:Windows|PC)が動(?:く|いて)|操作できる")


def for_next_time(unit: Unit) -> bool:
    """Tell whether a unit is of a section that prevents a trouble."""
    return bool(unit.heading) and _ahead(unit.heading[-1])


def stage_fit(question: str, unit: Unit, earlier: Sequence[str] = ()) -> float:
    """Return what a unit gains, or loses below 0, by being for the stage that the reader is at.

    Whether the PC runs is what was told last, in the question or in the messages `earlier`.
    """
    if not unit.heading:
        return 0.0
    heading = unit.heading[-1]
    fit = 0.0
    if _ahead(heading):
        fit = -_NEXT_TIME if _ahead(question) else _NEXT_TIME
    state = section_state(unit)
    if not state:
        return fit
    told = (_state(text, _DEAD, _ALIVE) for text in (question, *reversed(earlier)))
    return fit + _RUNNING * state * next((state for state in told if state), 0)


def section_state(unit: Unit) -> int:
    """Return 1 for a unit of a section for a PC that runs, -1 of one for a PC that does not start, else 0."""
    return _state(unit.heading[-1], _DEAD_SECTION, _ALIVE_SECTION) if unit.heading else 0


@lru_cache(maxsize=1 << 12)
def _ahead(text: str) -> bool:
    return _AHEAD.search(text) is not None


@lru_cache(maxsize=1 << 12)
def _state(text: str, dead: re.Pattern[str], alive: re.Pattern[str]) -> int:
    """Return 1 for a PC that runs, -1 for one that does not start, 0 where neither or both are told."""
    return (alive.search(text) is not None) - (dead.search(text) is not None)
