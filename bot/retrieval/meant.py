"""What a message is about: without what it denies, what it orders the guide to say, and what is no trouble in it."""

from __future__ import annotations

import re

from bot.text.tokens import tokenize

__all__ = ["denied_in", "meant", "trouble_in"]

_NOT_THIS = re.compile(
    r"^(?:あっ?[、,\s]*)?(?:すみません|すいません|ごめんなさい|ごめん)?[、,。\s]*"
    r"(?:(?:違|ちが)(?:います|う|うよ)|いや|いえ|いいえ|(?:間違え|まちがえ)(?:ました|た|てました|てた))?[、。\s]*[^、。,.!?！？\s]{1,14}?(?<!だけ)(?<!のみ)(?:じゃなくて?|ではなくて?|でなくて|やなくて|やのうて|じゃのうて|とちゃうて|とちごて|とちゃくて)[、,\s]*"
    r"(?=[^\s、。!?！？])"
)
_NOT_DONE = re.compile(
    r"^[^。!?]{2,40}?(?:(?:買|払|言)って|(?:教え|伝え|入れ|渡し|押し|かけ|開い|触っ|クリックし|入力し)て)"
    r"い?(?:ません|ないです|ない)(?:。|けど|けれど|が)[、\s]*(?:でも|しかし|ただ)?[、\s]*(?=.{10})"
)
"""Says what was not done before it says what was: 「カードは買っていません。でも番号を言ってしまった」."""

_TOLD_TO = re.compile(
    r"[^。!?！？\n]*?[」』\"]\s?(?:と|って)(?:(?:だけ|のみ)(?:答え|回答し|返事し|返し|出力し|言っ|書い)|答え|回答し|返事し)"
    r"(?:て|ろ|なさい)(?:ください|くれ|ほしい|ね)?(?:[。!！\n]+|$)"
    r"|(?:please )?(?:just|only) (?:say|answer|reply|respond|write)(?: with)?:? ?[\"'“「][^\"'”」]*[\"'”」][.!]?",
    re.IGNORECASE,
)
"""Tells the guide which words to answer with: whatever they are about, the trouble is told in the rest."""

_AT_HAND = re.compile(
    r"(?:(?<=[。、!?！？\n])|^)[^。、!?！？\n]{2,30}は(?:もう|ちゃんと|まだ|普通に|ふつうに)?"
    r"(?:あり|ある|持って|もって|覚えて|おぼえて|分か(?:り|る)|わか(?:り|る)|知って|しって|使え(?=ます|る|て)て?|つながって|つながり)"
    r"(?:ます|います|いる|る)?(?:よ|んです|んだ)?(?:(?:から|けど|けれど|が|のに|し)[。、!?！？\n]*|[。、!?！？\n]+|$)"
)
"""Says what is there and works: that is not the trouble, and counts no more than what was said before."""

_TROUBLE = 3
"""Search words that must be left when what is there is left out."""

_LEFT, _CORRECTION = 4, 60
"""Characters that a message must still have, and may have at most, for what it denies to be left out: in a story
「会社のじゃなくて」 tells something of the trouble."""


def meant(question: str) -> str:
    """Return a question without what it is not about, 「SDカードじゃなくてパソコンの中」, and without orders."""
    told = _TOLD_TO.sub("", question).strip()
    question = told if len(told) >= _LEFT else question
    left = _NOT_THIS.sub("", _NOT_DONE.sub("", question.strip()))
    return left if len(left) >= _LEFT and len(question) <= _CORRECTION else question


def trouble_in(question: str) -> str:
    """Return a question without what it says to be there and to work, "" where it says nothing of the kind."""
    left = _AT_HAND.sub("", question).strip()
    return left if left != question and len(tokenize(left)) >= _TROUBLE else ""


def denied_in(question: str) -> str:
    """Return what a message that corrects says it is not about, "" for none."""
    found = _NOT_THIS.match(question.strip()) if len(question) <= _CORRECTION else None
    return found.group() if found else ""
