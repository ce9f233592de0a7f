"""Whether a later message asks for steps, and for which."""

from __future__ import annotations

import re

from bot.text.normalize import normalize

__all__ = ["asks_how", "asks_what_to_press", "points_back"]

_HOW = re.compile(r"どうや(?:って|る|ん)|どうすれば|どうしたら|やり方|方法は|手順は|直し方|how (?:do|can|to)")

_OF_THAT = re.compile(r"(?:それ|その|これ|この|そこ)(?!でも|なら|じゃ)|(?:how (?:do|can) i )?(?:that|it)\b")

_WHAT_TO_DO = re.compile(
    r"(?:^|[。!、\s])(?:じゃあ|ほな|で|では|とりあえず|まず(?:は)?|今|いま|これから|私は)*(?:何|なに|どれ|どこ)(?:を|から)?"
    r"(?:押せ|押し|選べ|選ん|触れ|触っ|さわれ|開け|開い|クリックすれ|クリックし|タップすれ|タップし)(?:ば|たら|だら)"
    r"(?:いい|よい|ええ)?(?:です|の|ん|でしょう)*(?:か|かな|ねん)?[?。]*$"
)


def asks_how(message: str) -> bool:
    """Tell whether a message asks for steps, whatever for."""
    return bool(_HOW.search(_plain(message)))


def asks_what_to_press(message: str) -> bool:
    """Tell whether a message asks for what to press, whatever it is about: the steps are wanted."""
    return bool(_WHAT_TO_DO.search(_plain(message)))


def points_back(message: str) -> bool:
    """Tell whether a message points back to what was shown: 「それってどうやるの」."""
    return bool(_OF_THAT.match(_plain(message)))


def _plain(message: str) -> str:
    return normalize(message).strip().lower()
