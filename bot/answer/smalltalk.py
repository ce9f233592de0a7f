"""Thanks and greetings get a fitting word, and nothing is searched for them."""

from __future__ import annotations

import re

from bot.text.normalize import normalize

__all__ = ["small_talk"]

_LONGEST = 80
"""A longer message says something besides thanks."""

_FILLER = re.compile(r"[\s。、.,!！?？~〜ー…wｗ笑:;)(]+")
_THANKS = re.compile(
    r"ありがと(?:う)?(?:ございます|ございました|です)?|サンキュ|感謝(?:です|します|しています)?|助かりました|助かった|thankyou|thanks|thx|somuch|alot"
)
_SOLVED = re.compile(
    r"(?:無事)?(?:直|治|なお)(?:りました|った)|解決(?:しました|した|です)|(?:無事)?でき(?:ました|た)|いけました|いけた|解決|fixed|itworks|solved"
)
_HELLO = re.compile(
    r"こんにち[はわ]|こんばん[はわ]|おはよう(?:ございます)?|はじめまして|初めまして|もしもし|よろしく(?:お願いします|おねがいします)?|hello|hi|hey"
)
_AROUND = re.compile(
    r"どうも|本当に|ほんとうに|ほんとに|大変|たいへん|とても|すごく|いろいろ|色々|親切に|丁寧に|教えてくれて|教えていただき|わかりました|分かりました|"
    r"了解(?:です|しました)?|なるほど|はい|おかげさまで|おかげで|お疲れ様です|ね|よ"
)
_REPLIES = (
    (_SOLVED, "直ったようで何よりです。同じことが起きたときのために、今日したことと日付を控えておくと役に立ちます。"),
    (
        _THANKS,
        "お役に立てたなら何よりです。設定を変えたときは、変えた日と内容を控えておくと、次に困ったとき役に立ちます。",
    ),
    (
        _HELLO,
        "こんにちは。Windowsで困っていることを、画面に出ている文章やコードとあわせて書いてください。記事から調べてお答えします。",
    ),
)


def small_talk(question: str) -> str | None:
    """Return a fitting reply when the message is nothing but a greeting or thanks, else None."""
    plain = _FILLER.sub("", normalize(question).lower())
    if not plain or len(plain) > _LONGEST:
        return None
    left = plain
    for pattern in (_SOLVED, _THANKS, _HELLO, _AROUND):
        left = pattern.sub("", left)
    if left:
        return None
    return next((reply for pattern, reply in _REPLIES if pattern.search(plain)), None)
