"""What the reader has said of the situation: circumstances that hold, and what was done, is missing or unwanted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from bot.answer.deeds import done_in
from bot.answer.moves import elsewhere
from bot.knowledge.circumstances import Circumstance, Circumstances, plain
from bot.text.tokens import tokenize

__all__ = ["Reader", "Reason", "Told", "reader_of"]

_REACH = 24
"""Characters before 「がない」 or 「やりました」 in which stands what they are said of."""

_KEPT = 1 << 12
"""Names of buttons and places whose words are kept: some ten of each article are named in its steps."""

_END = re.compile(r"[。!?\n]")

_MOST = 0.6
"""Share of a name's words that name it: readers say 「忘れた場合っていうの」 of 「PIN を忘れた場合」."""


class Reason(StrEnum):
    """Why a step is not to be named."""

    UNWANTED = "unwanted"
    MISSING = "missing"
    TRIED = "tried"


_SHORT, _LONG = 3, 6
"""Characters of a name from which it is meant, and where nothing says that it is one: 「アカウントがない」 does not."""

_OBJECT = re.compile(r"って(?:いう|ゆう)|という|の?(?:ボタン|メニュー|項目|タブ|画面|欄|スイッチ)")

_CORRECTS = re.compile(r"(?:じゃ|では|や)な(?:くて?|い)")
"""Corrects what was said: 「…じゃなくてローカルアカウントやった」 tells what it was, not what was done."""

_BETWEEN, _JOINS = 4, ("と", "や", "も", "、")
"""Characters that may stand between a name and what is said of it, and what joins it to the next name."""

_COMPOUND = re.compile(r"[一-鿿ァ-ヺ]")
"""Goes on with a word that makes another thing of it: 「BitLocker中断のボタンが無い」 does not miss BitLocker."""

_SAID: tuple[tuple[Reason, re.Pattern[str]], ...] = (
    (
        Reason.UNWANTED,
        re.compile(
            r"(?:こわ|怖|恐|不安)[^。、]{0,8}(?:し|やり|いじり|触り|さわり)?たくない|(?:し|やり|いじり|触り|さわり|使い)たくな(?:い|く)|"
            r"(?:は|とか|なんて)(?:無理|むり|いや|嫌|できない|出来ない|できません|むずかし|難し)|don'?t want to"
        ),
    ),
    (
        Reason.MISSING,
        re.compile(
            r"(?:って(?:いう|ゆう)?の?|という(?:の|ボタン|項目)?|の?(?:ボタン|メニュー|項目|タブ|画面|欄|スイッチ|表示|文字))?(?:自体)?"
            r"(?:(?:が|は|も|なんて|(?<=[ァ-ヶー」a-z0-9])って)(?:ない|無い|なかった|ありません)|"
            r"(?:が|は|も|なんて|って)?(?:[見み][当あ]た(?:ら|りませ)|[見み]つか(?:ら|りませ)|出てこ|出てき(?:ませ|てな)|でてこ|表示され(?:な|ませ))|"
            r"(?:が|は|も)(?:出ない|出ません|でない|でません))|"
            r"isn'?t there|can'?t find|is missing|don'?t see"
        ),
    ),
    (
        Reason.TRIED,
        re.compile(
            r"(?:は|も|を|なら|だけ|って)?(?:もう|すでに|既に|さっき|全部|ぜんぶ|一応|何度も|何回も|[0-9二三四五]+(?:回|度)(?:も|ほど|は|くらい)?)*"
            r"(?:試し(?:た|まし|ても|てる|て(?:い)?ます|済)|ためし(?:た|まし|て)|やった|やりました|やってみ|やってる|やっても|(?<=[をはも])しました|(?<=[をはも])した(?:けど|が|のに|し|$)|してもだめ|(?<=[はも])見ました|(?<=[はも])見た(?:けど|が)|押しました|押した|済み|終わり)|"
            r"already (?:tried|did)|i tried"
        ),
    ),
)


@lru_cache(maxsize=_KEPT)
def _words(text: str) -> frozenset[str]:
    return frozenset(tokenize(text))


@dataclass(frozen=True, slots=True)
class Told:
    """That something was tried, is missing or unwanted; `about` are the words just before that, `new` if said now."""

    reason: Reason
    about: str
    new: bool
    named: bool = False
    """Whether it is said of a button, a menu or the like."""

    def names(self, name: str) -> bool:
        """Tell whether it is said of what Windows calls `name`."""
        spelled = plain(name)
        if len(spelled) < (_SHORT if self.named else _LONG):
            return False
        if (at := self.about.rfind(spelled)) >= 0:
            rest = self.about[at + len(spelled) :]
            return (len(rest) <= _BETWEEN and not _COMPOUND.match(rest)) or rest.startswith(_JOINS)
        words, about = _words(name), _words(self.about)
        last = tokenize(name)[-1:]
        return len(words) > 1 and about.issuperset(last) and len(words & about) / len(words) >= _MOST


@dataclass(frozen=True, slots=True)
class Reader:
    """What is known of the reader: `facts` hold.

    `now` are those that this message tells or asks about, `new` those that it tells first. `deeds` names common
    remedies that are done.
    """

    facts: tuple[Circumstance, ...] = ()
    now: frozenset[str] = frozenset()
    new: frozenset[str] = frozenset()
    told: tuple[Told, ...] = ()
    deeds: frozenset[str] = frozenset()

    def about(self, topics: Sequence[str]) -> tuple[Circumstance, ...]:
        """Return the circumstances that bear on an article with these topics."""
        return tuple(fact for fact in self.facts if fact.concerns(topics))

    @property
    def grave(self) -> bool:
        """Tell whether something must be said with every answer."""
        return any(fact.always for fact in self.facts)

    @property
    def tells(self) -> bool:
        """Tell whether this message tells something of the situation."""
        return bool(self.now) or any(told.new for told in self.told)


def reader_of(messages: Sequence[str], facts: Sequence[str], circumstances: Circumstances) -> Reader:
    """Return what the reader's `messages` say, the last being this one; `facts` held before all that are known."""
    held = tuple(facts)
    before = held
    told: list[Told] = []
    deeds: frozenset[str] = frozenset()
    for at, message in enumerate(messages, 1):
        begins = at == 1 or elsewhere(message)
        if elsewhere(message):
            held, told, deeds = circumstances.lasting(held), [], frozenset()
        before = held
        held = circumstances.after(held, message)
        deeds |= done_in(plain(message))
        heard = _told(plain(message), new=at == len(messages))
        # What is missing at the beginning is the trouble itself, unless it is a button.
        told += [one for one in heard if not begins or one.reason is not Reason.MISSING or one.named]
    known, new = circumstances.named(held), frozenset(held) - frozenset(before)
    said = {fact.id for fact in known if messages and fact.asked(plain(messages[-1]))}
    return Reader(known, new | said, new, tuple(told), deeds)


def _told(message: str, *, new: bool) -> list[Told]:
    found: list[Told] = []
    for sentence in _END.split(message):
        for reason, said in _SAID:
            match = said.search(sentence)
            if match is not None and not (reason is Reason.TRIED and _CORRECTS.search(sentence[: match.start()])):
                about = sentence[max(0, match.start() - _REACH) : match.start()]
                named = reason is not Reason.MISSING or bool(_OBJECT.match(match.group()))
                found.append(Told(reason, about, new, named))
                break
    return found
