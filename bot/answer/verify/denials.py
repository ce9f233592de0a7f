"""Read which words of a text are predicates, what they are said of, and how far a denial reaches.

A denial reaches back to the predicate before it and to what that predicate is said of, not further: in
「外しても起動しない」 the removing is not denied.
"""

from __future__ import annotations

from dataclasses import replace

from bot.answer.verify import denial_words as words
from bot.answer.verify.denial_scope import Scope
from bot.answer.verify.denial_shapes import (
    describes,
    is_adverb,
    is_condition,
    is_despite,
    is_done,
    is_evading,
    is_predicate,
    is_step,
)
from bot.answer.verify.predicate import Predicate

__all__ = ["Predicate", "Reader"]


class Reader(Scope):
    """Reads the morphemes of one text once."""

    def read(self) -> tuple[Predicate, ...]:
        """Return the predicates and the words that they are said of, in reading order."""
        position = 0
        for at, one in enumerate(self._found):
            start, position = position, position + len(one.surface)
            normal = one.normalized.lower()
            if one.pos[0] == "接頭辞" and one.surface in words.PREFIXES:
                self._prefix = True
                continue
            if not (self._denies(at, normal, start) or self._binds(at) or self._says(at, normal, start)):
                self._turns(at)
            self._prefix = False
        if self._spans.unsure or (self._but and any(one.denied for one in self._read[1:])):
            self._set(list(range(len(self._read))), "open")
        return tuple(self._read)

    def _denies(self, at: int, normal: str, start: int) -> bool:
        """Take a morpheme that denies what stands before it."""
        one = self._found[at]
        if normal in words.NEGATIONS and one.pos[0] in {"助動詞", "形容詞"}:
            contrasted = normal == "無い" and [one.surface for one in self._found[max(0, at - 2) : at]] == ["で", "は"]
            if contrasted and self._scope:
                last = self._scope[-1]
                self._read[last] = replace(self._read[last], head=True)  # 再起動ではなく
            if at and self._found[at - 1].normalized == "たい":
                self._set(self._scope, "open")  # 失いたくないデータ
                return True
            adnominal = describes(self._found, at)
            if self._deny(start, adnominal=adnominal, plain=one.surface == "ない") and normal == "無い":
                self._read.append(Predicate(words.BEING, denied=True, head=True, start=start))
        elif one.surface == "なし" and self._spoken_of:
            self._set(self._spoken_of, "denied")  # 追加料金なしで
        elif normal in words.EVADING and self._evades(at, normal, start):
            pass
        elif normal == "以外" and self._scope:
            self._set(self._scope[-1:], "denied")
            self._but = True
        elif normal in words.HARDLY and one.pos[0] == "接尾辞":
            if self._found[at - 1].normalized in words.SAYING:
                self._set(self._scope, "open")  # 考えにくい
            else:
                self._deny(start)
        else:
            return False
        return True

    def _evades(self, at: int, normal: str, start: int) -> bool:
        """Take a word such as 避ける or 止める, which denies what stands before it."""
        if normal in words.STOPPING and is_step(self._found, at):
            self._add(at, normal, start)
            return True
        if at and self._scope and is_evading(self._found, at, normal):
            # 取引を止める ends it, サービスを止める is a step.
            stopped = normal in words.STOPPING and not self._read[self._scope[-1]].head
            self._set(self._scope + self._listed, "open" if stopped else "denied")
            self._set([index for index in self._unless if index not in self._scope], "open")
            self._unless = []
            self._listed = []
            if stopped:
                self._add(at, normal, start)
            return True
        if self._topic and at and self._found[at - 1].surface in words.REASONS:
            self._set(self._topic, "denied")
            self._topic = []
            return True
        return False

    def _binds(self, at: int) -> bool:
        """Take a morpheme that tells how the predicate before it is meant: one of several, a purpose, 直す前に."""
        one = self._found[at]
        if one.surface in {"たり", "だり"} or (one.surface == "や" and self._bridged):
            self._listed += self._scope
        elif one.surface == "何":
            self._scope = []
        elif one.surface in words.PURPOSES and self._follows_verb(at):
            self._set(self._scope[-1:], "open")
        elif one.surface == "まで" and self._scope and self._found[at - 1].pos[0] in {"動詞", "助動詞"}:
            self._set(self._scope[-1:], "open", "before")
        elif one.surface == "か" and at and self._found[at - 1].pos[0] in {"動詞", "助動詞", "形容詞"}:
            if self._found[at + 1 : at + 2] and self._found[at + 1].normalized not in words.LEADS_ON:
                self._set(self._scope, "asked")
            return False
        elif one.surface in {"まま", "うち"} and self._scope and any(self._read[one].denied for one in self._scope):
            self._unless = list(self._scope)
        elif one.surface in {"前", "まえ"} and self._scope and one.pos[0] in {"名詞", "接尾辞"}:
            self._set(self._scope, "open", "before")
        else:
            return False
        return True

    def _says(self, at: int, normal: str, start: int) -> bool:
        """Take a morpheme that is a predicate, or what one is said of."""
        one = self._found[at]
        if one.surface == "やり" and self._found[at + 1 : at + 2] and self._found[at + 1].surface == "方":
            self._bridged = self._follows_verb(at)
            return True
        if is_adverb(self._found, at):
            return True
        if normal == words.BEING:
            self._read.append(Predicate(words.BEING, denied=False, head=True, start=start))
            return True
        done = is_done(self._found, at) and not (one.surface in words.FORMAL and self._follows_verb(at))
        if not is_predicate(one, normal, done=done):
            return False
        self._add(at, normal, start)
        return True

    def _turns(self, at: int) -> None:
        """Take a morpheme behind which something else is spoken of."""
        one = self._found[at]
        if one.surface == "も" and at and self._found[at - 1].surface in {"て", "で"}:
            self._set([index for index in self._scope if self._read[index].head], "though")
        if one.surface in words.ENDS:
            self._spoken_of, self._scope, self._listed, self._chained = [], [], [], []
            self._bridged = False
        elif one.surface in words.DESPITE and is_despite(self._found, at):
            self._spoken_of, self._scope = [], []  # 急いでいるのにつながらない
        elif one.surface in words.FORMAL:
            self._bridged = self._follows_verb(at)
        elif (
            one.surface in words.CONDITIONS
            and one.pos[0] in {"助詞", "助動詞", "名詞"}
            and is_condition(self._found, at)
        ):
            self._set([*self._scope, *self._listed] if one.surface in words.IFS else self._scope[-1:], "condition")
            self._spoken_of, self._scope = [], []
        elif one.surface in words.TURNS or (one.surface == "は" and self._found[at - 1].surface in {"で", "に"}):
            self._spoken_of = []
            if one.surface == "、" and at:
                before = self._found[max(0, at - 2) : at]
                if before[-1].surface == "は" and before[0].surface in words.FORMAL:
                    self._topic = list(self._scope)
                else:
                    self._scope = []
                if (
                    before[-1].pos[0] == "助動詞"
                    or before[-1].pos[1] == "接続助詞"
                    or before[-1].surface in words.PARTS
                ):
                    self._listed = []

    def _deny(self, start: int, *, adnominal: bool = False, plain: bool = False) -> bool:
        if self._spans.deny_nothing(start):
            return False
        if self._spans.leave_open(start):
            self._set(self._scope, "open")
            if self._spans.waive(start):
                self._set(self._scope[-1:], "needless")
                self._set(self._chained, "open", "needless")  # 急いで消さなくてよい
            return False
        repeated = bool(self._read) and self._read[-1].normal == "繰り返す"
        if repeated:
            self._set(self._carried, "open")  # 切るのは、繰り返さない
        if adnominal or repeated:
            self._scope = [index for index in self._scope if index not in self._carried]
        self._set(self._scope + self._listed, "denied")
        if adnominal and plain and not self._needed:
            self._set(self._scope, "describes")
        self._set([index for index in self._unless if index not in self._scope], "open")
        self._unless = []
        self._set(self._needed, "open", "needless")
        self._needed = []
        self._set([index for index in self._chained if index not in self._scope], "open")
        self._listed, self._chained = [], []
        return True
