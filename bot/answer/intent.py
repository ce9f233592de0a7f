"""What kind of answer a question wants: steps, an outcome, a reason, a meaning, a phone number, a date."""

from __future__ import annotations

import re
from enum import StrEnum

from bot.text.normalize import normalize

__all__ = ["Intent", "intent_of"]


class Intent(StrEnum):
    """The shape of the answer that is wanted."""

    HOW = "how"
    OUTCOME = "outcome"
    WHY = "why"
    MEANING = "meaning"
    PHONE = "phone"
    WHEN = "when"
    DONT = "dont"
    FACT = "fact"


_PATTERNS: tuple[tuple[Intent, re.Pattern[str]], ...] = (
    # The order decides where several match: 「電話番号はどうすればわかりますか」 wants the number.
    (
        Intent.PHONE,
        re.compile(
            r"電話番号(?:(?:は|って)(?=[?？。、]|$|どこ|何|なに|なん|いく|わか|分か)|を教|を知りた|が知りた|が分か?ら|がわから|どこ|何番|[?？]|$)|"
            r"番号は何番|何番に(?:電話|かけ)|連絡先|電話先|電話はどこ|どこに電話|フリーダイヤル|"
            r"(?:what(?:'s| is)|where(?:'s| is)|need|give me|find|looking for|have|get) (?:\w+(?:'s)? ){0,4}"
            r"phone number|^[\w' ]{0,40}phone number[?.!]?$|phone number (?:for|of)\b|"
            r"(?:which|what) number.{0,20}\bcall|number to call"
        ),
    ),
    (
        Intent.DONT,
        re.compile(
            r"(?:やっては|しては|やっちゃ|しちゃ|(?:何|なに)[をは]?(?:し|やっ)たら)(?:いけ|だめ|ダメ|まず)|避けるべき|ng行為|注意点|気をつけ|"
            r"what (?:should|must) i (?:not|never)|what (?:not to do|shouldn't i|to avoid)|should i avoid"
        ),
    ),
    (
        Intent.WHEN,
        re.compile(
            r"いつまで|いつから|いつ(?:です|終)|期限|何日(?:まで|以内|間)|何年|サポート(?:終了|期間|切れ)(?:日|は|っていつ)|"
            r"until when|since when|\bwhen (?:does|did|will|is)\b.*\b(?:end|ends|expire|over)\b|deadline"
        ),
    ),
    (
        Intent.HOW,
        re.compile(
            r"どうすれば|どうしたら|どうやっ|どのように|方法|やり方|手順|直し方|治し方|直す|治す|直りません|対処|対策|教えて|助けて|したいです?|たい[。.!！?？]?$|するには|探し方|どこで|どこに|どこから|どこを|"
            r"\bhow (?:do|can|to|should)\b|what (?:do|should|can) i do|\bwhere (?:do|can|is|are|should)\b"
        ),
    ),
    (Intent.WHY, re.compile(r"なぜ|なんで|何で|どうして|原因|理由|\bwhy\b|what causes|reason for")),
    (
        Intent.MEANING,
        re.compile(
            r"とは[?？。]?$|とは何|って(?:何|なに|なん)|ってどういう|の意味|何のこと|何ですか[?？]?$|何でしょうか[?？]?$|違いは|の違い|"
            r"what does .* mean|what (?:is|are) (?:a |an |the )?[\w /-]+\?|meaning of|difference between"
        ),
    ),
    (
        Intent.OUTCOME,
        re.compile(
            r"どうなり|どうなる|どうなっちゃ|大丈夫|消え(?:る|ます|ちゃ|ません)|使え(?:ますか|る[?？]|なくなり)|できますか|できる[?？]|"
            r"でしょうか|ますか[?？。]?$|ですか[?？。]?$|可能|いいですか|いいの|必要です?か|のか[?？]?$|失効|有効です?か|ますか"
        ),
    ),
)


def intent_of(question: str) -> Intent:
    """Return what a question wants; a bare description of trouble wants steps."""
    plain = normalize(question).lower()
    for intent, pattern in _PATTERNS:
        if pattern.search(plain):
            return intent
    return Intent.HOW
