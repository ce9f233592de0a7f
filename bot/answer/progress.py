"""What follows a step that a reader says is done, in the words of that step: 「国を選んだあとどうするの」."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import NamedTuple

from bot.answer.deeds import from_step
from bot.answer.frame import Label
from bot.answer.parts import Part
from bot.answer.score import ScoredUnit
from bot.answer.units import Role, Unit
from bot.knowledge.circumstances import plain
from bot.text.normalize import normalize
from bot.text.tokens import tokenize
from bot.types import BlockKind

__all__ = ["asks_what_next", "rest_after"]

_NEXT = re.compile(
    r"(?:次|つぎ|あと|後|それから|そのあと|そのさき)(?:は|に|って|、)*(?:[?。!]|$|どう|何|なに|どれ|どこ)|"
    r"(?:次|つぎ)(?:は|に)|どう(?:する|すれば|したら)|(?:何|なに)を?(?:する|すれば|したら|押)|"
    r"what (?:next|now)|\bnext\b"
)
"""Asks for what comes after something."""

_SPACE = re.compile(r"\s+")
_BREAKS = re.compile(r"[。、!?\n]+|(?<=[ただ])(?:あと|後|から|けど|けれど|ので|んですが|のですが|んだけど)")
_DONE = re.compile(r"(?:た|だ|済み?|完了|終わり|おわり|ok|done)$")
_NOT_DONE = re.compile(r"(?:な(?:い|かった)|ません(?:でした)?|たい|だめだ|駄目だ|嫌だ|なんだ|のだ|そうだ|まだ)$")

_MERELY = re.compile(
    r"(?:やっ|し|済ん|終わっ|終え|でき)[ただ]$|(?:やり|終わり|済み|でき)ました$|(?:済み?|完了|終わり|おわり|ok|done)$"
)
"""Ends in a verb that only says that something is done, or in none."""

_SAYS_DONE = frozenset(
    {
        "為る",
        "遣る",
        "やる",
        "出来る",
        "終わる",
        "終える",
        "済む",
        "済み",
        "完了",
        "ok",
        "もう",
        "全部",
        "一応",
        "とりあえず",
        "今",
    }
)
"""Words that only say that something is done."""

_APPEARS = frozenset({"出る", "表示", "開く", "開ける", "見える", "現れる", "来る", "届く", "映る"})
"""Verbs of what a step brings up: 「タスク マネージャーは出た」 says that the step which calls it is done."""

_SHARE = 0.6
"""Share of a clause's words that a step must have for the clause to say that it is done."""

_HALF = 0.5
"""The same for the first step of another list, which need not say 「青い画面」 again."""

_ONCE_THERE = re.compile(r"(?:出|表示され|見え|届い|開い|映っ)(?:たら|てから)")

_STEPS = frozenset({BlockKind.STEP, BlockKind.CODE, BlockKind.CAUTION})


def asks_what_next(message: str) -> bool:
    """Tell whether a message asks for what comes after something."""
    return bool(_NEXT.search(plain(message)))


def rest_after(message: str, scored: Sequence[ScoredUnit], said: Collection[int], steps: str) -> Part | None:
    """Return what follows the step that a message says is done, among the lists that were shown; None for none.

    A part without units tells that it was the last of its list. `said` are the orders of what was shown, `steps` the
    heading of the list shown last, which is looked at first.
    """
    lists: dict[tuple[str, ...], list[Unit]] = {}
    for item in scored:
        if item.unit.kind in _STEPS and item.unit.role not in {Role.STUCK, Role.DONT}:
            lists.setdefault(item.unit.heading, []).append(item.unit)
    # After a question back no list was shown: then all are those that the reader may have at hand.
    shown = {heading: listed for heading, listed in lists.items() if any(_is_shown(unit, said) for unit in listed)}
    shown = shown or lists
    deeds = list(_done(message))
    onward = asks_what_next(message)  # 「エラーが出ました」 alone tells of trouble
    for heading in sorted(shown, key=lambda heading: not heading or heading[-1] != steps):
        listed = shown[heading]
        todo = [unit for unit in listed if unit.kind is BlockKind.STEP]
        words = [_words(step, listed) for step in todo]
        places = (_place(deed, todo, words, appeared=onward) for deed in deeds)
        done = max((at for at in places if at is not None), default=None)
        if done is not None:
            rest = from_step(listed, todo[done + 1].order) if done + 1 < len(todo) else ()
            arrived = done + 2 == len(todo) and _ONCE_THERE.search(todo[-1].text)  # that only says where one has come
            if arrived or done + 1 == len(todo):
                onto = _begins_there(lists, heading, deeds)
                return onto or Part(_label(heading), rest)
            return Part(_label(heading), rest)
    return None


def _begins_there(
    lists: Mapping[tuple[str, ...], Sequence[Unit]], after: tuple[str, ...], deeds: Sequence[_Deed]
) -> Part | None:
    """Return the next list that begins with what has come up at the end of the one before it."""
    headings = list(lists)
    for heading in headings[headings.index(after) + 1 :]:
        first = next((unit for unit in lists[heading] if unit.kind is BlockKind.STEP), None)
        if first is not None and any(
            deed.verb in _APPEARS and len(deed.words) > 1 and _share(deed.words[:-1], first.words) >= _HALF
            for deed in deeds
        ):
            return Part(_label(heading), tuple(lists[heading]))
    return None


def _label(heading: tuple[str, ...]) -> Label | str:
    return heading[-1] if len(heading) > 1 else Label.STEPS


def _is_shown(unit: Unit, said: Collection[int]) -> bool:
    return unit.kind is BlockKind.STEP and unit.order in said


def _words(step: Unit, listed: Sequence[Unit]) -> frozenset[str]:
    """Return the words of a step and of the commands under it."""
    after = listed[listed.index(step) + 1 :]
    codes = takewhile(lambda unit: unit.kind is not BlockKind.STEP, after)
    return step.words.union(*(unit.words for unit in codes if unit.kind is BlockKind.CODE))


class _Deed(NamedTuple):
    """What a clause says is done: its words, and its verb, "" where that only says that it is done."""

    words: tuple[str, ...]
    verb: str


def _done(message: str) -> Iterator[_Deed]:
    """Yield what a message says is done, clause by clause, less the words that say only this."""
    for piece in _SPACE.split(normalize(message)):
        for clause in _BREAKS.split(plain(piece)):
            text = re.sub(r"(?:です|よ|ね|わ|で|けど|が)+$", "", clause.strip())
            if not _DONE.search(text) or _NOT_DONE.search(text):
                continue
            words = tuple(word for word in tokenize(text) if word not in _SAYS_DONE)
            if words:
                yield _Deed(words, "" if _MERELY.search(text) else words[-1])


def _place(deed: _Deed, steps: Sequence[Unit], words: Sequence[frozenset[str]], *, appeared: bool) -> int | None:
    """Return which of the steps asks for what is done, by its verb and most of its `words`; or None.

    Where what `appeared` counts, it is there after the first step with its name, or before the one that says what to
    do once it is.
    """
    if deed.verb in _APPEARS and len(deed.words) > 1 and appeared:
        name = deed.words[:-1]
        first = next((at for at, known in enumerate(words) if _share(name, known) >= _SHARE), None)
        waits = first is not None and bool(_ONCE_THERE.search(steps[first].text))
        return None if first is None else first - 1 if waits else first
    shares = [
        (_share(deed.words, known), -at)
        for at, (step, known) in enumerate(zip(steps, words, strict=True))
        if not deed.verb or deed.verb in _asked(step)
    ]
    best = max(shares, default=(0.0, 0))
    return -best[1] if best[0] >= _SHARE else None


def _share(words: Sequence[str], known: frozenset[str]) -> float:
    return sum(word in known for word in words) / len(words)


def _asked(step: Unit) -> frozenset[str]:
    """Return the last words of what a step tells to do, clause by clause."""
    return frozenset(word for clause in re.split(r"[、。]", step.text) for word in tokenize(clause)[-2:])
