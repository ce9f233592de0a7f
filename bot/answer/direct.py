"""The statement that answers a question in the form in which it was asked, if the article has one.

Yes or no: the statement whose own predicate is the asked one, or says the opposite, with its denial and its condition;
"what is": the definition; how much, how long, when: the statement with the amount; where, whom, which: the one with
the place. Nothing is concluded: an article that does not say it has no such statement.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from bot.answer.asked import ASKED_AT, WEAK, Asked, Form
from bot.answer.score import ScoredUnit
from bot.answer.units import Role, Unit, sentences
from bot.text.normalize import normalize
from bot.text.tokens import tokenize
from bot.types import BlockKind

__all__ = ["DEFINES", "defines", "direct", "forbids", "stands_out"]


_ALLOWS = re.compile(
    r"ないでください|(?:て|で)も(?:かまいません|構いません|よい|いい)|必要(?:は|が|です|ありません)|要りません|不要"
)

_TOLD, _TOLD_SEEN = 0.22, 0.5
"""Share of the question's words that the statement has at least, or how surely its author named it: with fewer it has
the predicate by chance."""

_BEST = 0.45
"""Share of the best statement's score that it has at least."""

_PREDICATE, _AT_THE_END, _FORM = 0.5, 0.4, 0.5
"""What it is worth beside the score that a statement has the predicate, ends with it, or has the amount or place."""

DEFINES = _PREDICATE + _FORM
"""From which a statement is a definition whatever else it has of the question."""

_ENDS, _ENDS_SEEN = _PREDICATE + _AT_THE_END, 0.12
"""What ends with the predicate, of the word before it, may be named less surely: 「鍵の画面になった 写真消える？」 has
few words of what answers it, named at .20. Of 600 left-out messages no answer differs from .12 to .25."""

_FILES = frozenset({"写真", "書類", "ファイル", "データ"})
_KEPT_THINGS = """
画像 動画 文書 中身 音楽 住所 録 年賀 メール 思い出 アルバム フォルダー 資料 原稿 卒論 論文 帳簿 ワード エクセル
"""
_KEPT = _FILES | frozenset(_KEPT_THINGS.split())
"""What articles call all that is on a PC, and what readers fear for."""

_BAN_SEEN = 0.3
"""The same for what forbids a deed of which the reader asks whether it is allowed: a ban comes first. And for what
fits best of all."""

_FAR = 1.5
"""How many times the score of the next a statement has that stands out. With it 1 and not 3 of 85 new questions
are asked back needlessly, and still all 20 test questions that must be; other values were not tried."""

_BAN_SURELY, _AS_GOOD = 0.7, 0.8
"""How surely a ban in other words is named, and the share of the best score it has, for it to come before all else."""

_DOING = frozenset({"選ぶ", "押す", "実行", "行う", "試す", "使う", "進む", "進める", "続ける", "始める", "繰り返す"})
"""Words that only say that something is done: 「TPMのクリアを選ばないでください」 answers 「クリアしていい」."""

_END, _FARTHEST = 3, 6
"""Words that follow the own predicate of a clause at most: surely, and where something is added to it."""

_SAYS = re.compile(r"(?:です|ます|ません|ない|た|る|い)(?:が|ため|ので|から|し|けれど)$|ず$")
"""How a clause ends that says something of its own before another follows."""

_OPEN_END = re.compile(r"(?:かどうか|か否か|何か|どこか)[。]?$")

_LONGEST_SUBJECT = 6
"""Characters that a definition's beginning may have beyond its subject and what stands in brackets."""


def direct(asked: Asked, scored: Sequence[ScoredUnit]) -> Unit | None:
    """Return the statement that answers, from all scored units of an article, or None."""
    best = max((item.score for item in scored), default=0.0)
    ranked = [
        (item.score + gain, -item.unit.order, item.unit)
        for item in scored
        if item.unit.kind not in {BlockKind.STEP, BlockKind.CODE}
        and item.score >= best * _BEST
        and (item.unit.role is not Role.STUCK or _tells_when_to_stop(asked, item, best))
        and (gain := _GAINS[asked.form](asked, item.unit)) > 0
        and (
            item.words >= _TOLD
            or item.exact
            or item.seen >= (_ENDS_SEEN if gain >= _ENDS and _concerns(asked, item.unit) else _TOLD_SEEN)
            or (item.seen >= _BAN_SEEN and (item.score >= best or _bans(asked, item.unit)))
        )
    ]
    return max(ranked)[2] if ranked else None


def forbids(asked: Asked, scored: Sequence[ScoredUnit]) -> Unit | None:
    """Return what surely must not be done where the reader asks whether it may, in whatever words it is forbidden."""
    best = max((item.score for item in scored), default=0.0)
    bans = [item for item in scored if item.unit.role is Role.DONT and item.score >= best * _AS_GOOD]
    ban = max(bans, key=lambda item: item.score, default=None)
    if ban is None or not asked.permission:
        return None
    return ban.unit if ban.seen >= _BAN_SURELY or (ban.score >= best and ban.seen >= _BAN_SEEN) else None


def stands_out(scored: Sequence[ScoredUnit]) -> bool:
    """Tell whether one statement, which is no step, fits far better than all others: it is what was asked about."""
    ranked = sorted(scored, key=lambda item: -item.score)
    if not ranked or ranked[0].unit.kind in {BlockKind.STEP, BlockKind.CODE} or ranked[0].words < _TOLD:
        return False
    return all(item.score * _FAR <= ranked[0].score for item in ranked[1:2])


def _tells_when_to_stop(asked: Asked, item: ScoredUnit, best: float) -> bool:
    """Tell whether it is asked whom to ask, or after how much: 「何回失敗したら相談」."""
    if asked.looks is ASKED_AT:
        return asked.form is Form.WHERE
    return asked.form is Form.AMOUNT and item.score >= best


def _concerns(asked: Asked, unit: Unit) -> bool:
    """Tell whether a statement speaks of what yes or no is asked of; all that people keep on a PC is one thing here."""
    if asked.form is not Form.WHETHER or not asked.subject:
        return False
    return unit.words.issuperset(asked.subject) or (not _KEPT.isdisjoint(asked.subject) and bool(_FILES & unit.words))


def _bans(asked: Asked, unit: Unit) -> bool:
    """Tell whether a statement forbids something of what the reader asks to be allowed."""
    return asked.permission and unit.role is Role.DONT and _ends_with(unit, asked.deeds, WEAK) <= _END


def _whether(asked: Asked, unit: Unit) -> float:
    instructs = unit.text.rstrip("。").endswith("ください") or unit.role is Role.DONT
    # A list of what to look at (「BIOSを更新したかどうか」) says neither yes nor no.
    if (instructs and not asked.permission) or _OPEN_END.search(unit.text):
        return 0.0
    weak = WEAK | _DOING if asked.permission else WEAK
    forbids = _bans(asked, unit)
    left = _ends_with(unit, asked.predicate | asked.deeds if forbids else asked.predicate, weak)
    if left > _FARTHEST:
        return 0.0
    gain = _PREDICATE + (_AT_THE_END if left <= _END else 0.0)
    return gain + (_FORM if asked.permission and _ALLOWS.search(unit.text) else 0.0)


def _ends_with(unit: Unit, predicate: frozenset[str], weak: frozenset[str]) -> int:
    """Return how many words that say something follow the predicate in the clause of a statement that ends nearest."""
    return min(_left(tokenize(clause), predicate, weak) for clause in _said(unit.text))


def _said(text: str) -> Iterator[str]:
    """Yield what a statement says: all of it, its sentences, and clauses that say something of their own."""
    yield text
    for sentence in sentences(text):
        yield sentence
        yield from (clause for clause in sentence.split("、") if _SAYS.search(clause))


def _left(words: Sequence[str], predicate: frozenset[str], weak: frozenset[str]) -> int:
    """Return how many words that say something follow the predicate, more than any limit where it is not there."""
    places = [at for at, word in enumerate(words) if word in predicate]
    return sum(word not in weak for word in words[places[-1] + 1 :]) if places else _FARTHEST + 1


def defines(asked: Asked, unit: Unit, beyond: int = _LONGEST_SUBJECT) -> float:
    """Return how surely a statement says what the subject of `asked` is, 0 for one that does not; `DEFINES` is sure.

    What it begins with may have so many characters `beyond` the subject.
    """
    text = unit.text
    subject = list(asked.subject)
    if unit.kind is BlockKind.TABLE:
        return _PREDICATE if tokenize(text.split(" | ")[0])[: len(subject)] == subject else 0.0
    begins = _BEGINNING.match(text)
    if begins and _names(subject, begins.group(1), beyond):
        listed = unit.role is Role.TERM or begins.group(2) not in {"は", "は、"}
        return _PREDICATE + (_AT_THE_END if listed else 0.0) + (_FORM if _IS.search(text) else 0.0)
    ends = _CALLED.search(text)
    return _PREDICATE if ends and _names(subject, ends.group(1), beyond) else 0.0


_BEGINNING = re.compile(r"^[「『]?([^、。「」『』]{1,40}?)[」』]?(とは[、,]?|は[、,]?(?!じめ)|[：:])")
_IS = re.compile(r"(?:です|といいます|とは)(?:。|$)")
_CALLED = re.compile(
    r"(?:を|が)[、「『\s]*([^「」『』。、]{1,30}?)[」』]?(?:（[^）]*）)?(?:と(?:いい|呼び|言い)ます|です)。?$"
)


_BRACKETED = re.compile(r"（[^）]*）|\([^)]*\)")
_OF_ANOTHER = re.compile(r"の(?!.*(?:意味|しくみ|仕組み|役割|役目)$)")
"""Belongs to the subject and is another thing: 「OneDriveのごみ箱から戻せるのは」 does not say what OneDrive is."""


def _names(subject: Sequence[str], text: str, beyond: int) -> bool:
    """Tell whether a text is the subject and at most so many characters `beyond` it."""
    text = _BRACKETED.sub("", text)
    words = tokenize(text)
    extra = sum(len(word) for word in words if word not in subject)
    if extra and _OF_ANOTHER.search(text):
        return False
    return all(word in words for word in subject) and extra <= beyond and words[: len(subject)] == list(subject)


def _amount(asked: Asked, unit: Unit) -> float:
    if asked.looks is None or not asked.looks.search(normalize(unit.text)):
        return 0.0
    return _FORM + (_PREDICATE if unit.words & asked.predicate else 0.0)


_GAINS: dict[Form, Callable[[Asked, Unit], float]] = {
    Form.WHETHER: _whether,
    Form.WHAT: defines,
    Form.AMOUNT: _amount,
    Form.WHERE: _amount,
}
