"""Thanks, greetings, the wish for a language or the fear for a secret typed here get a fitting word, unsearched."""

from __future__ import annotations

import re

from bot.answer.frame import frame_of
from bot.text.normalize import normalize
from bot.types import Language

__all__ = ["small_talk"]

_LONGEST = 80
"""A longer message says something besides thanks."""

_FILLER = re.compile(r"[\s。、.,!！?？~〜ー…wｗ笑:;)(]+")
_THANKS = re.compile(
    r"ありがと(?:う)?(?:ございます|ございました|です)?|サンキュ|おおきに|有難う|世話になりました|世話になった|"
    r"感謝(?:です|します|しています)?|助かりました|助かった|thankyou|thanks|thx|somuch|alot"
)
_SOLVED = re.compile(
    r"(?:無事)?(?:直|治|なお)(?:りました|った)|解決(?:しました|した|です)|(?:無事)?でき(?:ました|た)|いけました|いけた|解決|fixed|itworks|solved"
)
_DONE = re.compile(
    r"(?:音|紙|画面|映像|文字|キ|鍵)?が?(?:(?:出|で)(?:ました|た)|(?:見つか|みつか|つなが|繋が|戻|もど|入|はい)(?:りました|った)|"
    r"(?:消え|きえ|動き|うごき|入れ|はいれ)(?:ました|た)|動いた|うごいた)"
)
"""Long vowel marks are gone by then. Alone, 「出た」 or 「消えた」 may as well be the trouble; beside thanks it is its
end."""

_PLANS = re.compile(
    r"(?:(?!な[いか]|ませ|だめ|ダメ|けど|でも|のに|初期化|リセット|削除|消|クリア|復元|入れ|買|(?<!触らず)切|エラ)[^?]){0,40}?"
    r"(?:(?:(?:やっ|試し|ためし|聞い|訊い|相談し|連絡し|探し|電話し|見|待っ|頼ん|連れてっ|持ってっ)[てで]|触らずに?|さわらずに?|そのままに(?:して)?)"
    r"(?:み(?:ます|る|ようと思います)|おきます|おく|もら(?:います|う)|(?:い|行)きます)|"
    r"(?:やり|試し|聞き|頼み|待ち|相談し|電話し|連絡し|探し)ます)[わねよ]*"
)
"""Beside thanks, what is left says what the reader will do: 「ありがとう、閉店後にやってみます」."""

_HELLO = re.compile(
    r"こんにち[はわ]|こんばん[はわ]|おはよう(?:ございます)?|はじめまして|初めまして|もしもし|よろしく(?:お願いします|おねがいします)?|hello|hi|hey"
)
_NOT_LETTERS = re.compile(r"[^\w']+")
_IN_LANGUAGE = re.compile(
    r"^(?:please|pls|canyou|couldyou|sorry|but|i|me)*"
    r"(?:(?:answer|reply|respond|write|speak|talk|explain)(?:tome|that|this|it|back)*inenglish|"
    r"inenglish|englishonly|(?:can'?t|cannot|don'?t|donot)(?:read|speak|understand)(?:any)?japanese)"
    r"(?:please|pls|thanks|thankyou|i|can'?t|cannot|don'?t|donot|read|speak|understand|japanese)*$|"
    r"^日本語で(?:答え|おしえ|教え|お願い|書い|話し)\w{0,12}$"
)
"""Wants another language of the answers, and nothing else. Only letters are left by then."""

_TYPED_A_SECRET = re.compile(
    r"(?:(?:さっき|今の|いまの|上に|間違えて)[^。!?]{0,14}?(?:キー|パスワード|暗証番号|番号|鍵|アドレス)[^。!?]{0,6}?(?:貼っ|はっ|書い|載せ)|"
    r"(?:ここ|このチャット|この欄)(?:に|へ)[^。!?]{0,14}?(?:キー|パスワード|暗証番号|番号|鍵|アドレス)[^。!?]{0,6}?(?:貼っ|はっ|送っ|書い|打っ|入れ|入力し))"
    r"[^。!?]{0,10}?(?:まず|大丈夫|平気|危な|危険|消せ|消して|見られ|漏れ|やば)[^。]{0,12}$|"
    r"i (?:just )?(?:pasted|typed|posted|sent|entered)[^.]{0,20}(?:key|password)[^.]{0,8}here\b"
)
"""Fears for a secret that was typed into the conversation itself, not told to somebody."""

_AROUND = re.compile(
    r"どうも|本当に|ほんとうに|ほんとに|大変|たいへん|とても|すごく|いろいろ|色々|親切に|丁寧に|教えてくれて|教えていただき|わかりました|分かりました|"
    r"了解(?:です|しました)?|なるほど|はい|おかげさまで|おかげで|お疲れ様です|さん|ほんまに?|めっちゃ|まじで|ほな|お|わ|で|な|ね|よ"
)

_AROUND_THANKS = re.compile(
    r"どうも|本当に|ほんとうに|ほんとに|とても|すごく|いろいろ|色々|わかりました|分かりました|了解(?:です|しました)?|なるほど|はい|じゃあ|では|ほな"
)
_HEARD = re.compile(r"(?:はい)?(?:わかりました|分かりました|了解|なるほど)")


def small_talk(question: str, language: Language = Language.JA) -> str | None:
    """Return a fitting reply when a message is nothing but a greeting, thanks or the wish for a language, or None."""
    plain = _FILLER.sub("", normalize(question).lower())
    if not plain or len(plain) > _LONGEST:
        return None
    if _IN_LANGUAGE.search(_NOT_LETTERS.sub("", normalize(question).lower())):
        return frame_of(language).courtesy.language
    if _TYPED_A_SECRET.search(normalize(question).lower().strip()):
        return frame_of(language).courtesy.masked
    thanked = bool(_THANKS.search(plain) or _HEARD.match(plain)) and "?" not in normalize(question)
    if thanked and _PLANS.fullmatch(_AROUND_THANKS.sub("", _THANKS.sub("", plain))):
        return frame_of(language).courtesy.thanks
    left = plain
    for pattern in (_SOLVED, _THANKS, _HELLO, _AROUND):
        left = pattern.sub("", left)
    done = bool(_THANKS.search(plain)) and not _DONE.sub("", left) and bool(left)
    if left and not done:
        return None
    said = frame_of(language).courtesy
    if done:
        return said.solved
    replies = ((_SOLVED, said.solved), (_THANKS, said.thanks), (_HELLO, said.hello))
    return next((reply for pattern, reply in replies if pattern.search(plain)), None)
