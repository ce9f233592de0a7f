"""The statement that answers a question in the form in which it was asked, if the article has one.

Yes or no: the statement whose own predicate is the asked one, or says the opposite, with its denial and its condition;
"what is": the definition; how much, how long, when: the statement with the amount; where, whom, which: the one with
the place. Nothing is concluded: an article that does not say it has no such statement.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from bot.answer.score import ScoredUnit
from bot.answer.units import Role, Unit
from bot.answer.verify.lexicon import opposites, same_as
from bot.text.normalize import normalize
from bot.text.tokens import tokenize
from bot.types import BlockKind

__all__ = ["Asked", "Form", "answer_form", "asked_in", "direct"]


class Form(StrEnum):
    """What the words of a question ask for."""

    WHETHER = "whether"
    WHAT = "what"
    AMOUNT = "amount"
    WHERE = "where"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for. `subject` are the words of a definition's subject, or the one that yes or no is asked of.

    `predicate` are the words of the asked predicate, or such as say the same or the opposite. `looks` is how a
    statement with the asked amount or place looks.
    """

    form: Form
    predicate: frozenset[str] = frozenset()
    subject: tuple[str, ...] = ()
    looks: re.Pattern[str] | None = None
    permission: bool = False


_SENTENCE = re.compile(r"[^。!?\n]+[。!?]*")
_WHETHER = re.compile(
    r"(?:ます|です|ません|でしょう|まし(?:た|ょう)|たん|[るいたうくすつぬむぐぶ])(?:の|ん)?(?:です)?か(?:ね|な|しら)?[。!?]*$|"
    r"(?:る|い|た|ない|の|って(?:こと|本当))\?+$|(?:ません\?|ですよね|よね)\?*$"
)
_OPEN = re.compile(
    r"何|なに|なん(?:で|の|です|だ)|どこ|どれ|どの|どちら|どっち|どう|どんな|いつ(?!も)|いくら|誰|だれ|なぜ|理由|原因|方法|やり方|手順|教えて"
)
_WHAT = re.compile(
    r"(.+?)(?:とは(?:何|なに|なん|どう)?|って(?:何|なに|なん(?!で)|どういう|どんな)|は(?:何|なん)(?:です|でしょ|の(?:こと|略))|"
    r"(?:の|って)意味|は(?:どういう|どんな)意味|は何をする)"
)
_PERMISSION = re.compile(
    r"(?:て|で)も?(?:いい|良い|よい|大丈夫|平気|かまわな|構わな|問題な)|なきゃ|なければ|ないと(?:だめ|ダメ|いけ)|必要(?:です|が|は|な)"
)
_ALLOWS = re.compile(
    r"ないでください|(?:て|で)も(?:かまいません|構いません|よい|いい)|必要(?:は|が|です|ありません)|要りません|不要"
)
_WEAK_WORDS = """
為る 有る 居る 成る 出来る 良い 大丈夫 平気 駄目 だめ 貰う 呉れる 頂く 仕舞う こと 事 物 訳 場合 時 必要 問題 本当 言う
思う 考える 因る 置く 見る 行く 来る 無い 可能 意味 よう そう 方 中 ない 構う
"""
_WEAK = frozenset(_WEAK_WORDS.split())
"""Words that carry no predicate of their own: 「消えてしまうことはありますか」 asks about 消える."""

_DIGIT = r"[0-9０-９,，.～〜~\-]+\s?"


class _Amount(NamedTuple):
    """Words that ask for an amount, how a statement looks that has it, and words that mean it without asking for it."""

    asked: re.Pattern[str]
    looks: re.Pattern[str]
    meant: re.Pattern[str] | None = None


def _amount_of(asked: str, looks: str, meant: str = "") -> _Amount:
    return _Amount(re.compile(asked), re.compile(looks, re.IGNORECASE), re.compile(meant) if meant else None)


_AMOUNTS: tuple[_Amount, ...] = (
    _amount_of(r"何秒", f"{_DIGIT}秒"),
    _amount_of(r"何分", f"{_DIGIT}(?:分|秒|時間)"),
    _amount_of(r"何桁", f"{_DIGIT}(?:桁|組)"),
    _amount_of(r"何文字", f"{_DIGIT}文字"),
    _amount_of(r"何回|何度(?!も)", f"{_DIGIT}(?:回|度)"),
    _amount_of(r"何台", f"{_DIGIT}台|[一二三]台"),
    _amount_of(r"何(?:gb|ギガ|バイト)|(?:容量|メモリー?|空き|サイズ).*(?:いくら|どれ|どの)", f"{_DIGIT}[gmt]b"),
    _amount_of(r"何日|何時間|何か月|何ヶ月|何週間|何年", f"{_DIGIT}(?:日|時間|か月|週間|年|分)|数時間|一晩"),
    _amount_of(r"いつまで|until when", f"{_DIGIT}[年日月][^。|]*(?:まで|終わ|終了|延ば|延び)"),
    _amount_of(
        r"いつ(?!も)|期限|until when|\bwhen (?:does|did|will)\b",
        f"{_DIGIT}(?:年|月|日|週間|時間|か月|分)|一晩|翌日|以内|まで有効",
        r"間に合",
    ),
    _amount_of(
        r"いくら|料金|費用|値段|how much",
        # An upgrade that was free of charge has no price.
        f"{_DIGIT}(?:円|米ドル|ドル|ポイント)|料金|有料|有償|(?:無料|無償)(?!アップ|で上げ)|費用|値段",
        r"お金|有料|無料|タダ|ただで|金額|円(?:くらい|ぐらい|かか)|\bcost\b|\bfree\b",
    ),
    _amount_of(
        r"ど(?:の|れ)(?:くらい|ぐらい|だけ)|how long",
        f"{_DIGIT}(?:秒|分|時間|日|週間|か月|年|円|回|[gmt]b)|数時間|一晩",
    ),
)
_WHOM = re.compile(
    r"(?:どこ|誰|だれ|どちら)(?:に|へ)(?:\S{0,6})(?:聞|訊|相談|連絡|頼|問い合わせ|電話|言)|どこが窓口|窓口はどこ"
)
_ASKED_AT = re.compile(
    r"(?:へ|に)(?:問い合わせ|相談|連絡|聞|確か|頼)|窓口|(?:メーカー|購入店|管理者|販売店|サポート)(?:へ|に|です)"
)
_WHERE = re.compile(r"どこ(?:で|に|を|から|です|が|は)|どの(?:画面|場所|ページ|サイト|アカウント|メニュー)")
_PLACE = re.compile(
    r"›|aka\.ms|\.com|アカウント(?:です|$|で)|(?:画面|ページ|サイト|フォルダー|一覧|「[^」]+」)(?:で|に|の中|を(?:開|選|押|クリック|タップ))"
)

_TOLD, _TOLD_SEEN = 0.22, 0.5
"""Share of the question's words that the statement has at least, or how surely its author named it: with fewer it has
the predicate by chance."""

_BEST = 0.45
"""Share of the best statement's score that it has at least."""

_PREDICATE, _AT_THE_END, _FORM = 0.5, 0.4, 0.5
"""What it is worth beside the score that a statement has the predicate, ends with it, or has the amount or place."""

_ENDS, _ENDS_SEEN = _PREDICATE + _AT_THE_END, 0.25
"""What ends with the predicate, of the word before it, may be named less surely: 「鍵の画面になった 写真消える？」 has
few words of what answers it."""

_END, _FARTHEST = 3, 6
"""Words that follow the own predicate of a clause at most: surely, and where something is added to it."""

_SAYS = re.compile(r"(?:です|ます|ません|ない|た|る|い)(?:が|ため|ので|から|し|けれど)$|ず$")
"""How a clause ends that says something of its own before another follows."""

_OPEN_END = re.compile(r"(?:かどうか|か否か|何か|どこか)[。]?$")

_LONGEST_SUBJECT = 6
"""Characters that a definition's beginning may have beyond its subject and what stands in brackets."""


def asked_in(question: str) -> Asked | None:
    """Return what a question asks for in so many words, None for a description of trouble or an open question."""
    plain = normalize(question).lower()
    found = [match.group().strip() for match in _SENTENCE.finditer(plain) if match.group().strip()]
    for sentence in reversed(found):
        asked = _asked(sentence)
        if asked is not None:
            return asked
    return None


def answer_form(question: str) -> re.Pattern[str] | None:
    """Return how statements look that have the amount a question asks for or means, or None when it wants none."""
    plain = normalize(question).lower()
    wanted = (one for one in _AMOUNTS if one.asked.search(plain) or (one.meant and one.meant.search(plain)))
    return next((one.looks for one in wanted), None)


def direct(asked: Asked, scored: Sequence[ScoredUnit]) -> Unit | None:
    """Return the statement that answers, from all scored units of an article, or None."""
    best = max((item.score for item in scored), default=0.0)
    ranked = [
        (item.score + gain, -item.unit.order, item.unit)
        for item in scored
        if item.unit.kind not in {BlockKind.STEP, BlockKind.CODE}
        and item.score >= best * _BEST
        and (item.unit.role is not Role.STUCK or (asked.form is Form.WHERE and asked.looks is _ASKED_AT))
        and (gain := _GAINS[asked.form](asked, item.unit)) > 0
        and (
            item.words >= _TOLD
            or item.exact
            or item.seen >= (_ENDS_SEEN if gain >= _ENDS and _concerns(asked, item.unit) else _TOLD_SEEN)
        )
    ]
    return max(ranked)[2] if ranked else None


def _asked(sentence: str) -> Asked | None:
    for amount in _AMOUNTS:
        if amount.asked.search(sentence):
            return Asked(Form.AMOUNT, _predicate(sentence), looks=amount.looks)
    if _WHOM.search(sentence):
        return Asked(Form.WHERE, looks=_ASKED_AT)
    if _WHERE.search(sentence):
        return Asked(Form.WHERE, _predicate(sentence), looks=_PLACE)
    defined = _WHAT.match(sentence)
    if defined and (subject := tuple(tokenize(defined.group(1)))) and len(subject) <= _FEW:
        return Asked(Form.WHAT, subject=subject)
    if _WHETHER.search(sentence) and not _OPEN.search(sentence):
        predicate = _predicate(sentence)
        permission = bool(_PERMISSION.search(sentence))
        return Asked(Form.WHETHER, predicate, _before_last(sentence), permission=permission) if predicate else None
    return None


_FEW = 5
"""Words that the subject of a definition has at most."""


def _before_last(sentence: str) -> tuple[str, ...]:
    """Return the word in front of the predicate, of which it is asked as a rule; () for none."""
    words = [word for word in tokenize(sentence) if word not in _WEAK]
    return tuple(words[-2:-1])


def _concerns(asked: Asked, unit: Unit) -> bool:
    """Tell whether a statement speaks of what yes or no is asked of."""
    return asked.form is Form.WHETHER and bool(asked.subject) and unit.words.issuperset(asked.subject)


def _predicate(sentence: str) -> frozenset[str]:
    """Return the last word that says something, with those that say the same or the opposite."""
    last = next((word for word in reversed(tokenize(sentence)) if word not in _WEAK), "")
    return (same_as(last) | opposites(last)) - _WEAK if last else frozenset()


def _whether(asked: Asked, unit: Unit) -> float:
    instructs = unit.text.rstrip("。").endswith("ください") or unit.role is Role.DONT
    # A list of what to look at (「BIOSを更新したかどうか」) says neither yes nor no.
    if (instructs and not asked.permission) or _OPEN_END.search(unit.text):
        return 0.0
    left = min((_left(tokenize(clause), asked.predicate) for clause in _said(unit.text)), default=_FARTHEST + 1)
    if left > _FARTHEST:
        return 0.0
    gain = _PREDICATE + (_AT_THE_END if left <= _END else 0.0)
    return gain + (_FORM if asked.permission and _ALLOWS.search(unit.text) else 0.0)


def _said(text: str) -> Iterator[str]:
    """Yield what a statement says: all of it, and clauses in it that say something of their own."""
    yield text
    yield from (clause for clause in text.split("、") if _SAYS.search(clause))


def _left(words: Sequence[str], predicate: frozenset[str]) -> int:
    """Return how many words that say something follow the predicate, more than any limit where it is not there."""
    places = [at for at, word in enumerate(words) if word in predicate]
    return sum(word not in _WEAK for word in words[places[-1] + 1 :]) if places else _FARTHEST + 1


def _what(asked: Asked, unit: Unit) -> float:
    text = unit.text
    subject = list(asked.subject)
    if unit.kind is BlockKind.TABLE:
        return _PREDICATE if tokenize(text.split(" | ")[0])[: len(subject)] == subject else 0.0
    begins = _BEGINNING.match(text)
    if begins and _names(subject, begins.group(1)):
        listed = unit.role is Role.TERM or begins.group(2) not in {"は", "は、"}
        return _PREDICATE + (_AT_THE_END if listed else 0.0) + (_FORM if _IS.search(text) else 0.0)
    ends = _CALLED.search(text)
    return _PREDICATE if ends and _names(subject, ends.group(1)) else 0.0


_BEGINNING = re.compile(r"^[「『]?([^、。「」『』]{1,40}?)[」』]?(とは[、,]?|は[、,]?(?!じめ)|[：:])")
_IS = re.compile(r"(?:です|といいます|とは)(?:。|$)")
_CALLED = re.compile(
    r"(?:を|が)[、「『\s]*([^「」『』。、]{1,30}?)[」』]?(?:（[^）]*）)?(?:と(?:いい|呼び|言い)ます|です)。?$"
)


_BRACKETED = re.compile(r"（[^）]*）|\([^)]*\)")


def _names(subject: Sequence[str], text: str) -> bool:
    """Tell whether a text is the subject and little else."""
    words = tokenize(_BRACKETED.sub("", text))
    extra = sum(len(word) for word in words if word not in subject)
    return (
        all(word in words for word in subject) and extra <= _LONGEST_SUBJECT and words[: len(subject)] == list(subject)
    )


def _amount(asked: Asked, unit: Unit) -> float:
    if asked.looks is None or not asked.looks.search(normalize(unit.text)):
        return 0.0
    return _FORM + (_PREDICATE if unit.words & asked.predicate else 0.0)


_GAINS: dict[Form, Callable[[Asked, Unit], float]] = {
    Form.WHETHER: _whether,
    Form.WHAT: _what,
    Form.AMOUNT: _amount,
    Form.WHERE: _amount,
}
