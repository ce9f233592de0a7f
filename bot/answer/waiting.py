"""How long a reader has waited, and where the list in hand goes on from there."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.answer.deeds import from_step
from bot.answer.parts import Part
from bot.answer.talk import is_question
from bot.text.normalize import normalize
from bot.text.tokens import tokenize
from bot.types import BlockKind

__all__ = ["after_waiting", "hours_waited", "stays_so"]

_MINUTE, _DAY, _NIGHT = 1 / 60, 24.0, 8.0
"""In hours; a night is from bedtime to the morning."""

_UNITS = {"分": _MINUTE, "時間": 1.0, "日": _DAY}
_NUMBERS = {"半": 0.5, "一": 1.0, "数": 2.0, "二": 2.0, "三": 3.0, "四": 4.0, "五": 5.0, "六": 6.0}
""" 「数時間」 may be two."""

_SPAN = r"(?<![0-9.])([0-9]+(?:\.[0-9]+)?|[半一数二三四五六])(分|時間|日)"
_PASSED = (
    r"[^。、]{0,6}(?:待っ(?:た(?!ら)|て(?!い?れば))|待ちました|放置し(?:た(?!ら)|て|まし)|放っ|"
    r"[た経立]っ(?:た(?!ら)|て)|[た経立]ちました|過ぎ(?:た(?!ら)|ました|て)|経過し)"
)
_WAITED = re.compile(rf"(?:{_SPAN}|(一晩|朝まで)){_PASSED}")
_ASKED = re.compile(rf"{_SPAN}|([0-9]+)[~〜-][0-9]+(分|時間|日)")
_STAYS = re.compile(
    r"(?:動|進|変わ)(?:か|き|ま|み|ら|り)(?:な|ませ|ず|ん|へん)|(?:変化|動き)(?:は|が|も)?(?:な|あり?ませ)|まま(?!で?いい)"
)
_ONLY = 1
"""Search words that a message may have beside its hours and still say nothing else."""

_WAITS = re.compile(r"待ち|待つ")


def hours_waited(message: str) -> float | None:
    """Return how many hours a message says have passed, 「5時間たちました」, None where it says of none."""
    found = _WAITED.search(normalize(message))
    if found is None:
        return None
    return _NIGHT if found.group(3) else _hours(found.group(1), found.group(2))


def stays_so(message: str) -> bool:
    """Tell whether a message says that hours have passed, and no more or that nothing has changed: no new trouble."""
    said = normalize(message)
    waited = _WAITED.search(said)
    if waited is None or is_question(message):
        return False
    left = tokenize(said[: waited.start()] + said[waited.end() :])
    return bool(_STAYS.search(said)) or len(left) <= _ONLY


def after_waiting(message: str, shown: Part | None) -> Part | None:
    """Return what is left of the list `shown` after the hours of a message: with its waiting, unless that is over.

    None where no hours are told, no step waits for a time that it names, or nothing comes after. Two are enough of
    「2~3時間」.
    """
    hours = hours_waited(message)
    if shown is None or hours is None:
        return None
    steps = [unit for unit in shown.units if unit.kind is BlockKind.STEP]
    for place, step in enumerate(steps):
        asked = _ASKED.search(normalize(step.text)) if _WAITS.search(step.text) else None
        if asked is not None:
            over = hours >= _hours(asked.group(1) or asked.group(3), asked.group(2) or asked.group(4))
            left = steps[place + over :]
            return replace(shown, units=from_step(shown.units, left[0].order)) if left else None
    return None


def _hours(number: str, unit: str) -> float:
    return (_NUMBERS[number] if number in _NUMBERS else float(number)) * _UNITS[unit]
