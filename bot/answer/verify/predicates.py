"""What a clause says to be so and what it denies, each with the words that are spoken of.

A denial reaches back to the predicate before it and to what that predicate is said of, not further: in
「外しても起動しない」 the removing is not denied.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.answer.verify.lexicon import EMPTY_WORDS, complements, groups_of, same_as
from bot.answer.verify.reading import Clause, Statement
from bot.text.tokens import Morpheme, morphemes

__all__ = ["Predicate", "agrees", "by_clause", "denies", "predicates"]

_NEGATIONS = frozenset({"ない", "ず", "無い", "まい"})
_EVADING = frozenset(
    {"避ける", "止める", "やめる", "辞める", "控える", "省く", "省ける", "防ぐ", "防止", "回避", "禁止", "禁物", "駄目", "ng", "厳禁", "無用", "慎む", "遠慮"}
)
"""Words that deny what they are said of: 切るのは避けます."""
_STOPPING = frozenset({"止める", "やめる", "辞める"})
_LINKS = frozenset({"は", "を", "も", "が"})
_PREFIXES = frozenset({"不", "未", "非", "無"})
_CARRIERS = frozenset(
    [
        "為る",
        "有る",
        "居る",
        "成る",
        "出来る",
        "行く",
        "呉れる",
        "頂く",
        "下さる",
        "置く",
        "おく",
        "良い",
        "構う",
        "行う",
        "貰う",
        "仕舞う",
        "掛ける",
        "かける",
        "遣る",
        "実施",
        "御座る",
    ]
)
"""Verbs that carry a denial to the word before them: 入力できません, 電話をかけません, 切ってはいけません."""
_QUOTED = re.compile(r"「[^」]*」")
_BEING = "有る"
_FOUND = frozenset({_BEING, "見付かる", "見当たる", "存在", "持つ"})
"""What is not found is not there."""
_NOUN_LINKS = frozenset({"を", "が", "の", "や", "は", "も"})
_LIGHT = frozenset({"掛ける", "かける", "行う", "遣る", "実施", "為る"})
_BOUND = frozenset({"必要", "可能", "要る", "使える"})
"""Words of little content whose denial counts all the same."""
_OBLIGED = re.compile(r"(?:なけれ|なきゃ|なく(?:て)?は|ねば|ないと).{0,2}(?:なり|なら|いけ|だめ|ダメ|駄目)")
_EXCUSED = re.compile(
    r"かもしれ|に違いな|に過ぎな|にすぎな|間違いな|思いがけな|問題(?:は|が)?(?:な|あり)|しか|少なくとも"
    r"|やむを得|(?:かま|構)(?:いま|わな)|差し支え|支障|まもなく"
)
"""Where ない denies nothing."""
_OPEN = re.compile(r"わけでは|とは限|とはかぎ|だけでな|ないか(?=を|。|、|$|確|見)|言い切れ|めったに[^。]{0,4}な")
"""Where ない leaves both open."""
_UNSURE = re.compile(r"とは(?:限|かぎ|言い?切|言え|いえ)|わけでは")
_ENDS = frozenset({"。", "！", "？"})
_PURPOSES = frozenset({"目的", "ため"})
_CONDITIONS = frozenset({"と", "ば", "たら", "だら", "場合", "とき", "時", "限り", "かぎり"})
_IFS = frozenset({"と", "ば", "たら", "だら"})
_SAYING = frozenset({"言う", "為る", "思う", "考える", "報ずる", "報じる", "報告", "報道", "の", "は", "書く", "見る", "伝える"})
_FORMAL = frozenset({"方法", "こと", "操作", "手順", "の", "作業", "やり方", "手間"})
_TURNS = frozenset({"でも", "なら", "ば", "場合", "、", "とき"})
"""What stands before these is a condition, of which a later denial does not speak."""


@dataclass(frozen=True, slots=True)
class Predicate:
    """One word that is said to be so, or `denied`. `head` is false for what it is said of; `open` ones are both.

    What stands `before` something (直す前に) is said neither way; of a `needless` one it is said that it need not be.

    `start` is where it stands in the text that was read.
    """

    normal: str
    denied: bool
    head: bool
    open: bool = False
    before: bool = False
    condition: bool = False
    needless: bool = False
    start: int = 0


@lru_cache(maxsize=4096)
def predicates(text: str) -> tuple[Predicate, ...]:
    """Return the predicates of a clause and the words that they are said of, in reading order."""
    # What stands in 「…」 is named, not said.
    return _Reader(morphemes(_QUOTED.sub(lambda match: "＿" * len(match.group()), text), whole_verbs=True)).read()


def denies(text: str) -> bool:
    """Tell whether a text denies anything."""
    return any(one.denied for one in predicates(text))


def by_clause(statement: Statement) -> list[tuple[Clause, tuple[Predicate, ...]]]:
    """Return the clauses of a statement, each with its predicates; a denial may stand in a later clause (〜たり)."""
    if statement.row:
        return [(clause, predicates(clause.text)) for clause in statement.clauses]
    found = predicates("".join(clause.text for clause in statement.clauses))
    pairs = []
    end = 0
    for clause in statement.clauses:
        start, end = end, end + len(clause.text)
        pairs.append((clause, tuple(one for one in found if start <= one.start < end)))
    return pairs


def agrees(one: Predicate, other: Predicate) -> bool | None:
    """Tell whether a claim's predicate says the same as another, None when they speak of different things.

    「消すと直せなくなります」 does not say to do what 「消さないでください」 forbids.
    """
    if one.condition and other.denied and not other.condition:
        return None
    if other.needless and one.normal == other.normal and one.head:
        return one.needless or one.denied or one.open or one.condition
    if other.normal == _BEING and one.normal not in _FOUND:
        return None
    if other.normal in same_as(one.normal) or not groups_of(one.normal).isdisjoint(groups_of(other.normal)):
        return one.open or other.open or one.denied is other.denied
    if other.normal in complements(one.normal):
        return one.open or other.open or one.denied is not other.denied
    return None


class _Reader:
    def __init__(self, found: list[Morpheme]) -> None:
        self._found = found
        self._read: list[Predicate] = []
        self._spoken_of: list[int] = []
        """Words since the last predicate."""
        self._scope: list[int] = []
        """What a denial that comes next denies: the last predicate and what it is said of."""
        self._chained: list[int] = []
        """Predicates with て: whether a later denial is theirs as well is open."""
        self._listed: list[int] = []
        """Predicates with たり, which the last of them decides on."""
        text = "".join(one.surface for one in found)
        self._prefix = False
        """Whether 不, 未, 非 or 無 stands right before."""
        self._needed: list[int] = []
        """A predicate of which 必要 is said: 急ぐ必要はない leaves open whether it is done."""
        self._bridged = False
        """Whether a formal noun (方法, こと) stands behind the last predicate."""
        self._but = False
        """Whether 以外 was read: 登録したPC以外には届かない says where it does."""
        self._unsure = _UNSURE.search(text) is not None
        self._obliged = [match.span() for match in _OBLIGED.finditer(text)]
        self._left_open = [match.span() for match in _OPEN.finditer(text)]
        self._excused = [match.span() for match in _EXCUSED.finditer(text)]

    def read(self) -> tuple[Predicate, ...]:
        position = 0
        for at, one in enumerate(self._found):
            start, position = position, position + len(one.surface)
            normal = one.normalized.lower()
            if one.pos[0] == "接頭辞" and one.surface in _PREFIXES:
                self._prefix = True
                continue
            if not (self._denies(at, normal, start) or self._binds(at) or self._says(at, normal, start)):
                self._turns(at)
            self._prefix = False
        if self._unsure or (self._but and any(one.denied for one in self._read[1:])):
            self._set(list(range(len(self._read))), opened=True)
        return tuple(self._read)

    def _denies(self, at: int, normal: str, start: int) -> bool:
        """Take a morpheme that denies what stands before it."""
        one = self._found[at]
        if normal in _NEGATIONS and one.pos[0] in {"助動詞", "形容詞"}:
            if self._deny(start) and normal == "無い":
                self._read.append(Predicate(_BEING, denied=True, head=True, start=start))
        elif normal in _EVADING and at and self._scope and self._is_evading(at, normal):
            # 取引を止める ends it, サービスを止める is a step.
            stopped = normal in _STOPPING and not self._read[self._scope[-1]].head
            self._set(self._scope + self._listed, denied=not stopped, opened=stopped)
            self._listed = []
            if stopped:
                self._add(at, normal, start)
        elif normal == "以外" and self._scope:
            self._set(self._scope[-1:], denied=True)
            self._but = True
        else:
            return False
        return True

    def _binds(self, at: int) -> bool:
        """Take a morpheme that tells how the predicate before it is meant: one of several, a purpose, 直す前に."""
        one = self._found[at]
        if one.surface in {"たり", "だり"} or (one.surface == "や" and self._bridged):
            self._listed += self._scope
        elif one.surface == "何":
            self._scope = []
        elif one.surface in _PURPOSES and self._follows_verb(at):
            self._set(self._scope[-1:], opened=True)
        elif one.surface in {"前", "まえ"} and self._scope and one.pos[0] in {"名詞", "接尾辞"}:
            self._set(self._scope, opened=True, before=True)
        else:
            return False
        return True

    def _says(self, at: int, normal: str, start: int) -> bool:
        """Take a morpheme that is a predicate, or what one is said of."""
        one = self._found[at]
        if normal == _BEING:
            self._read.append(Predicate(_BEING, denied=False, head=True, start=start))
            return True
        done = self._is_done(at) and not (one.surface in _FORMAL and self._follows_verb(at))
        if not self._counts(one, normal, done=done):
            return False
        self._add(at, normal, start)
        return True

    def _turns(self, at: int) -> None:
        """Take a morpheme behind which something else is spoken of."""
        one = self._found[at]
        if one.surface in _ENDS:
            self._spoken_of, self._scope, self._listed, self._chained = [], [], [], []
            self._bridged = False
        elif one.surface in _FORMAL:
            self._bridged = self._follows_verb(at)
        elif one.surface in _CONDITIONS and one.pos[0] in {"助詞", "助動詞", "名詞"} and self._is_condition(at):
            self._set([*self._scope, *self._listed] if one.surface in _IFS else self._scope[-1:], condition=True)
            self._spoken_of = []
        elif one.surface in _TURNS or (one.surface == "は" and self._found[at - 1].surface in {"で", "に"}):
            self._spoken_of = []
            if one.surface == "、":
                self._scope = []
                if self._found[at - 1].surface not in {"たり", "だり"}:
                    self._listed = []

    def _counts(self, one: Morpheme, normal: str, *, done: bool) -> bool:
        if normal in _BOUND:
            return True
        if one.surface in _FORMAL and not done:
            return False
        if normal in _LIGHT - {"為る"}:
            return True
        content = one.pos[0] in {"名詞", "動詞", "形容詞", "形状詞"} and one.pos[1] != "数詞"
        empty = normal in EMPTY_WORDS and one.pos != ("動詞", "一般") and not done
        return content and normal not in _CARRIERS and not empty and bool(re.search(r"[^\W\d_]", normal))

    def _add(self, at: int, normal: str, start: int) -> None:
        following = self._found[at + 1].normalized if at + 1 < len(self._found) else ""
        one = self._found[at]
        head = one.pos[0] not in {"名詞", "接尾辞"} or following in {"為る", "出来る"} or self._is_done(at)
        if one.pos[0] == "動詞" and one.form.startswith("連用形") and following in _NOUN_LINKS | {"方"}:
            head = False  # 入れ直しを, 進み方
        tail = head and one.pos == ("動詞", "非自立可能") and self._found[at - 1].pos[0] == "動詞" if at else False
        if tail:
            return  # 使い続けない denies the using
        needed = list(self._scope) if normal in _BOUND and self._follows_verb(at) else []
        self._read.append(Predicate(normal, self._prefix, head, start=start))
        index = len(self._read) - 1
        if head:
            # …する方法は使わないでください: the doing is denied as well.
            carried = normal in _LIGHT or (self._bridged and not self._spoken_of)
            before = self._scope if carried else []
            self._bridged = False
            self._scope = [*before, *self._spoken_of, index]
            self._spoken_of = []
            if following == "て" and self._found[at + 2 : at + 3] and self._found[at + 2].surface != "も":
                self._chained.append(index)
        else:
            self._spoken_of.append(index)
            self._scope = self._spoken_of
            self._needed = needed

    def _is_condition(self, at: int) -> bool:
        """Tell whether a と or 場合 puts the verb before it under a condition: not in あるという, 消えるとされる."""
        following = self._found[at + 1].normalized if at + 1 < len(self._found) else ""
        quotes = self._found[at].surface == "と" and following in _SAYING
        return at > 0 and self._found[at - 1].pos[0] in {"動詞", "助動詞", "形容詞"} and not quotes

    def _follows_verb(self, at: int) -> bool:
        """Tell whether a noun is described by the verb before it: 写す方法, 写した方法."""
        return at > 0 and bool(self._scope) and self._found[at - 1].pos[0] in {"動詞", "助動詞"}

    def _is_done(self, at: int) -> bool:
        """Tell whether a noun is what a verb of little content does: 修復をかける."""
        if self._found[at + 1 : at + 2] and self._found[at + 1].surface == "化":
            at += 1  # 初期化をする
        after = self._found[at + 1 : at + 3]
        return (len(after) > 1 and after[0].surface in _LINKS and after[1].normalized in _LIGHT) or (
            bool(after) and self._found[at].pos[0] in {"名詞", "接尾辞"} and after[0].normalized in {"為る", "出来る"}
        )

    def _deny(self, start: int) -> bool:
        if any(begin <= start < end + len("ません") for begin, end in self._obliged):
            return False
        if any(begin <= start < end + len("りません") for begin, end in self._excused):
            return False
        if any(begin <= start < end + len("りません") for begin, end in self._left_open):
            self._set(self._scope, opened=True)
            return False
        self._set(self._scope + self._listed, denied=True)
        self._set(self._needed, opened=True, needless=True)
        self._needed = []
        self._set([index for index in self._chained if index not in self._scope], opened=True)
        self._listed, self._chained = [], []
        return True

    def _is_evading(self, at: int, normal: str) -> bool:
        at -= self._found[at - 1].pos[0] == "接頭辞"  # お控えください
        link = self._found[at - 1].surface in _LINKS
        if normal == "控える":  # also: to write down
            return link and at > 1 and self._found[at - 2].surface in {"の", "こと"}
        return link

    def _set(
        self,
        indices: list[int],
        *,
        denied: bool = False,
        opened: bool = False,
        before: bool = False,
        condition: bool = False,
        needless: bool = False,
    ) -> None:
        for index in indices:
            one = self._read[index]
            self._read[index] = replace(
                one,
                denied=one.denied or denied,
                open=one.open or opened,
                before=one.before or before,
                condition=one.condition or condition,
                needless=one.needless or needless,
            )
