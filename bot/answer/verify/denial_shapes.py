"""What the morphemes around a word make of it: something done, something evaded, a condition."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answer.verify import denial_words as words
from bot.answer.verify.lexicon import EMPTY_WORDS
from bot.text.tokens import Morpheme

__all__ = [
    "Spans",
    "describes",
    "is_adverb",
    "is_condition",
    "is_despite",
    "is_done",
    "is_evading",
    "is_opinion",
    "is_predicate",
    "is_step",
]


class Spans:
    """Where in a text a ない denies nothing, or leaves open what it stands behind."""

    def __init__(self, text: str) -> None:
        self.unsure = words.UNSURE.search(text) is not None
        self._obliged = [match.span() for match in words.OBLIGED.finditer(text)]
        self._excused = [match.span() for match in words.EXCUSED.finditer(text)]
        self._open = [match.span() for match in words.OPEN.finditer(text)]
        self._waived = [match.span() for match in words.WAIVED.finditer(text)]

    def deny_nothing(self, start: int) -> bool:
        """Tell whether a ない at `start` is one of しなければならない or かもしれない."""
        return _in(self._obliged, start, len("ません")) or _in(self._excused, start, len("りません"))

    def leave_open(self, start: int) -> bool:
        """Tell whether a ない at `start` is one of とは限らない or なくてもよい."""
        return _in(self._open, start, len("りません"))

    def waive(self, start: int) -> bool:
        """Tell whether a ない at `start` says that something need not be done."""
        return _in(self._waived, start, 0)


def _in(spans: Sequence[tuple[int, int]], start: int, behind: int) -> bool:
    return any(begin <= start < end + behind for begin, end in spans)


def is_done(found: Sequence[Morpheme], at: int) -> bool:
    """Tell whether a noun is what a verb of little content does: 修復をかける."""
    if found[at + 1 : at + 2] and found[at + 1].surface == "化":
        at += 1  # 初期化をする
    after = found[at + 1 : at + 3]
    return (len(after) > 1 and after[0].surface in words.LINKS and after[1].normalized in words.LIGHT | {"出来る"}) or (
        bool(after) and found[at].pos[0] in {"名詞", "接尾辞"} and after[0].normalized in {"為る", "出来る"}
    )


def is_evading(found: Sequence[Morpheme], at: int, normal: str) -> bool:
    """Tell whether a word such as 避ける or 止める denies what stands before it."""
    at -= found[at - 1].pos[0] == "接頭辞"  # お控えください
    link = found[at - 1].surface in words.LINKS
    if link and at > 1 and found[at - 2].surface in words.FORMAL - {"の", "こと"}:
        # 写して作業を止める stops the work, not the writing.
        return at > 2 and found[at - 3].pos[0] in {"動詞", "助動詞"}  # noqa: PLR2004  # verb, noun, link
    if normal == "控える":  # also: to write down
        return link and at > 1 and found[at - 2].surface in {"の", "こと"}
    return link


def is_step(found: Sequence[Morpheme], at: int) -> bool:
    """Tell whether a word such as 止める is a step: 連絡して利用を止めてもらう denies no 連絡."""
    thing = found[at - 2] if at > 1 and found[at - 1].surface == "を" else None
    return (
        thing is not None
        and thing.pos[0] == "名詞"
        and thing.normalized in EMPTY_WORDS
        and thing.surface not in words.FORMAL
    )


def is_adverb(found: Sequence[Morpheme], at: int) -> bool:
    """Tell whether 繰り返し says how often something else is done: 繰り返しコピーをする."""
    one = found[at]
    follows = at + 1 < len(found) and found[at + 1].pos[0] in {"名詞", "副詞", "動詞"}
    return one.normalized == "繰り返す" and one.form.startswith("連用形") and follows


def is_opinion(found: Sequence[Morpheme], at: int) -> bool:
    """Tell whether a verb of thinking carries a denial to what is thought: 移せるものと考えない."""
    thinks = found[at].normalized in {"考える", "思う", "信ずる", "信じる"}
    at -= thinks and found[at - 1].surface == "は"
    return thinks and at > 0 and found[at - 1].surface == "と"


def is_condition(found: Sequence[Morpheme], at: int) -> bool:
    """Tell whether a と or 場合 puts the verb before it under a condition: not in あるという, 消えるとされる."""
    following = found[at + 1].normalized if at + 1 < len(found) else ""
    quotes = found[at].surface == "と" and following in words.SAYING
    return at > 0 and found[at - 1].pos[0] in {"動詞", "助動詞", "形容詞"} and not quotes


def is_despite(found: Sequence[Morpheme], at: int) -> bool:
    """Tell whether a の behind a verb begins のに, which sets two clauses against each other."""
    if not at or found[at - 1].pos[0] not in {"動詞", "助動詞", "形容詞"}:
        return False
    behind = [one.surface for one in found[at : at + 3]]
    return found[at].surface == "のに" or (behind[1:2] == ["に"] and behind[2:] not in (["は"], ["も"]))


def describes(found: Sequence[Morpheme], at: int) -> bool:
    """Tell whether a denial describes the noun behind it, and denies nothing further back: 使われていない英字."""
    following = found[at + 1 : at + 2]
    if not following or following[0].pos[0] != "名詞":
        return False
    return following[0].surface not in words.FORMAL | words.PARTS | words.CONDITIONS | {
        "前",
        "まま",
        "限り",
        "ほう",
        "方",
    }


def is_predicate(one: Morpheme, normal: str, *, done: bool) -> bool:
    """Tell whether a morpheme is read as a predicate or what one is said of; `done` is from `is_done`."""
    if normal in words.BOUND:
        return True
    if one.surface in words.FORMAL and not done:
        return False
    if normal in words.LIGHT - {"為る"}:
        return True
    content = one.pos[0] in {"名詞", "動詞", "形容詞", "形状詞"} and one.pos[1] != "数詞"
    empty = normal in EMPTY_WORDS and one.pos != ("動詞", "一般") and not done
    return content and normal not in words.CARRIERS and not empty and bool(re.search(r"[^\W\d_]", normal))
