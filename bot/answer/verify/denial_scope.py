"""What has been read of a text so far: its predicates, and which of them a denial that comes next denies."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.answer.verify import denial_words as words
from bot.answer.verify.denial_shapes import Spans, is_done, is_opinion
from bot.answer.verify.predicate import Mark, Predicate
from bot.text.tokens import Morpheme

__all__ = ["Scope"]


class Scope:
    """The predicates of one text, and which of them are still spoken of."""

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
        self._after: dict[int, list[Morpheme]] = {}
        """The two morphemes behind each word read."""
        self._carried: list[int] = []
        """What 割り当てるのは carries to the predicate behind it."""
        self._unless: list[int] = []
        """見ないまま: what a later denial demands."""
        self._topic: list[int] = []
        """What 売ることは、 puts before all else: a denial is still to come."""
        self._but = False
        """Whether 以外 was read: 登録したPC以外には届かない says where it does."""
        self._spans = Spans(text)

    def _add(self, at: int, normal: str, start: int) -> None:
        following = self._found[at + 1].normalized if at + 1 < len(self._found) else ""
        one = self._found[at]
        head = one.pos[0] not in {"名詞", "接尾辞"} or following in {"為る", "出来る"} or is_done(self._found, at)
        if one.pos[0] == "動詞" and one.form.startswith("連用形") and following in words.NOUN_LINKS | {"方"}:
            head = False  # 入れ直しを, 進み方
        tail = head and one.pos == ("動詞", "非自立可能") and self._found[at - 1].pos[0] == "動詞" if at else False
        if tail:
            return  # 使い続けない denies the using
        if head and is_done(self._found, at):
            self._lead_listed(at)
        needed = list(self._scope) if normal in words.BOUND and self._follows_verb(at) else []
        during = not head and self._found[at + 1 : at + 2] and self._found[at + 1].surface == "中"  # 更新中
        thing = not head and not one.verbal and self._found[at + 1 : at + 2] and self._found[at + 1].surface == "を"
        behind = "".join(other.surface for other in self._found[at + 1 : at + 4])
        tried = one.form.startswith("意志推量形") and behind == "として"  # 消そうとして
        self._read.append(Predicate(normal, self._prefix, head, bool(during) or tried, start=start, thing=bool(thing)))
        index = len(self._read) - 1
        self._after[index] = self._found[at + 1 : at + 3]
        if head:
            # …する方法は使わないでください: the doing is denied as well.
            carried = normal in words.LIGHT or is_opinion(self._found, at) or (self._bridged and not self._spoken_of)
            before = self._scope if carried else []
            self._bridged = False
            self._carried = [] if normal in words.LIGHT else list(before)
            self._scope = [*before, *self._spoken_of, index]
            self._spoken_of = []
            if (
                (following == "て" or (following == "で" and one.pos[0] == "動詞"))
                and self._found[at + 2 : at + 3]
                and self._found[at + 2].normalized not in words.NO_CHAIN
            ):
                self._chained.append(index)
        else:
            self._spoken_of.append(index)
            self._scope = self._spoken_of
            self._needed = needed

    def _lead_listed(self, at: int) -> None:
        """Let 「更新や初期化をする」 say of both that they are done."""
        for index in self._spoken_of:
            if any(one.surface in words.LISTS for one in self._after.get(index, ())):
                self._read[index] = replace(self._read[index], head=True)

    def _follows_verb(self, at: int) -> bool:
        """Tell whether a noun is described by the verb before it: 写す方法, 写した方法."""
        return at > 0 and bool(self._scope) and self._found[at - 1].pos[0] in {"動詞", "助動詞"}

    def _set(self, indices: list[int], *marks: Mark) -> None:
        changes: dict[str, Any] = dict.fromkeys(marks, True)
        for index in indices:
            self._read[index] = replace(self._read[index], **changes)
