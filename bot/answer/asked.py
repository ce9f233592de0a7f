"""What a question asks for, by its words: yes or no, a definition, an amount or date, a place or whom to ask."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from bot.answer.verify.lexicon import opposites, same_as
from bot.text.normalize import normalize
from bot.text.tokens import tokenize

__all__ = ["ASKED_AT", "WEAK", "Asked", "Form", "answer_form", "asked_in"]


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
    deeds: frozenset[str] = frozenset()
    """Of a permission the verbs of all that is to be done, 「挿して戻していい？」, and such as say the same."""


_SENTENCE = re.compile(r"[^。!?\n]+[。!?]*")
_WHETHER = re.compile(
    r"(?:ます|です|ません|でしょう|まし(?:た|ょう)|たん|[るいたうくすつぬむぐぶ])(?:の|ん)?(?:です)?か(?:ね|な|しら)?[。!?]*$|"
    r"(?:る|い|た|ない|の|んだよね|って(?:こと|本当)|もん|もの|わけ|やろ|じゃん)\?+$|(?:ません\?|ですよね|よね|でしょ)\?*$"
)
_OPEN = re.compile(
    r"何|なに|なん(?:で(?!す)|の|(?:です|だ)(?!け|が|よ|って|から|し))|どこ|どれ|どの|どちら|どっち|どう|どんな|いつ(?!も)|いくら|誰|だれ|なぜ|理由|原因|方法|やり方|手順|教えて(?!い|も|しま|大丈夫)"
)
_WHAT = re.compile(
    r"(.+?)(?:とは(?:何|なに|なん|どう)?|って(?:何|なに|なん(?!で)|どういう|どんな)|は(?:何|なん)(?:です|でしょ|の(?:こと|略))|"
    r"(?:の|って)意味|は(?:どういう|どんな)意味|は何をする)"
)
_PERMISSION = re.compile(
    r"[えけげせてねべめれ]ば(?:いい|良い|よい|ええ)|(?:て|で)も?(?:いい|良い|よい|大丈夫|平気|かまわな|構わな|問題な)|た(?:ほう|方)が(?:いい|良い|よい|ええ)|なきゃ|なければ|ないと(?:だめ|ダメ|いけ)|必要(?:です|が|は|な)"
)
_ENGLISH_LEAVE = re.compile(
    r"\b(?:can|could|may|should|shall|must) (?:i|we)\b(?! (?:see|find|do\b|know|tell|get|ask|call|contact))|"
    r"\b(?:is|are) (?:it|this|that) (?:ok|okay|safe|dangerous|all right|alright|fine|allowed)\b|"
    r"(?:ok|okay|safe|allowed)\?$"
)
"""「can i just reset it?」: a question of leave whose predicate no Japanese statement has."""

_DEED = re.compile(
    r"^(?:もう|じゃあ|では|なら|いっそ|いきなり|先に)?(?:初期化|リセット|フォーマット|クリーンインストール|再インストール|"
    r"強制終了|シャットダウン|電源(?:切る|オフ)|再起動)(?:する|しちゃう|しか(?:ない)?(?:の|ん)?(?:か)?)?\?$"
)
"""「初期化？」: a deed alone with a question mark asks for leave, too."""

_WEAK_WORDS = """
為る 有る 居る 成る 出来る 良い 大丈夫 平気 駄目 だめ 貰う 呉れる 頂く 仕舞う こと 事 物 訳 場合 時 必要 問題 本当 言う
思う 考える 因る 置く 見る 行く 来る 無い 可能 意味 よう そう 方 中 ない 構う 筈
"""
WEAK = frozenset(_WEAK_WORDS.split())
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
ASKED_AT = re.compile(
    r"(?:へ|に)(?:問い合わせ|相談|連絡|聞|確か|頼)|窓口|(?:メーカー|購入店|管理者|販売店|サポート)(?:へ|に|です)"
)
_WHERE = re.compile(r"どこ(?:で|に|を|から|です|が|は)|どの(?:画面|場所|ページ|サイト|アカウント|メニュー)")
_ASKS_WHERE = re.compile("どこ")
_PLACE = re.compile(
    r"›|aka\.ms|\.com|アカウント(?:です|$|で)|に(?:あります|書かれ|書いて|書き込まれ|載って|印刷|貼って|表示)|で(?:見られ|分かり)|(?:画面|ページ|サイト|フォルダー|一覧|「[^」]+」)(?:で|に|の中|を(?:開|選|押|クリック|タップ))"
)


_HEARSAY = re.compile(
    r"って[^、。?!]{0,14}?(?:言う|いう|言われ|言って|いわれ|いって|聞い|書いて)[^、。?!]{0,8}?(?:けど|けれど|ので|から|が|て)[、,]?\s*"
)
"""Who said so: 「再起動しろって友達が言うけど、していい？」 asks whether to restart."""

_VERB = re.compile(r"[うくぐすつぬぶむる]$")

_FEW = 5
"""Words that the subject of a definition has at most."""


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


def _asked(sentence: str) -> Asked | None:
    sentence = _HEARSAY.sub(" ", sentence)
    for amount in _AMOUNTS:
        if amount.asked.search(sentence):
            return Asked(Form.AMOUNT, _predicate(sentence), looks=amount.looks)
    if _WHOM.search(sentence):
        return Asked(Form.WHERE, looks=ASKED_AT)
    if _WHERE.search(sentence):
        return Asked(Form.WHERE, _predicate(_ASKS_WHERE.sub(" ", sentence)), looks=_PLACE)
    defined = _WHAT.match(sentence)
    if defined and (subject := tuple(tokenize(defined.group(1)))) and len(subject) <= _FEW:
        return Asked(Form.WHAT, subject=subject)
    if _ENGLISH_LEAVE.search(sentence) or _DEED.search(sentence):
        predicate = _predicate(sentence)
        return Asked(Form.WHETHER, predicate, permission=True, deeds=_deeds(sentence)) if predicate else None
    if _WHETHER.search(sentence) and not _OPEN.search(sentence):
        predicate = _predicate(sentence)
        permission = bool(_PERMISSION.search(sentence))
        deeds = _deeds(sentence) if permission else frozenset[str]()
        before = _before_last(sentence)
        return Asked(Form.WHETHER, predicate, before, permission=permission, deeds=deeds) if predicate else None
    return None


def _deeds(sentence: str) -> frozenset[str]:
    verbs = (word for word in tokenize(sentence) if _VERB.search(word) and word not in WEAK)
    return frozenset(same for verb in verbs for same in same_as(verb)) - WEAK


def _before_last(sentence: str) -> tuple[str, ...]:
    """Return the word in front of the predicate, of which it is asked as a rule; () for none."""
    words = [word for word in tokenize(sentence) if word not in WEAK]
    return tuple(words[-2:-1])


def _predicate(sentence: str) -> frozenset[str]:
    """Return the last word that says something, with those that say the same or the opposite."""
    last = next((word for word in reversed(tokenize(sentence)) if word not in WEAK), "")
    return (same_as(last) | opposites(last)) - WEAK if last else frozenset()
