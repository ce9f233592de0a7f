"""What a message says of needing somebody: the wish for a person, steps in vain, or the mere wish to know."""

from __future__ import annotations

import re

from bot.knowledge.circumstances import plain
from bot.text.normalize import normalize

__all__ = ["asks_to_know", "asks_what_to_say", "counts_tries", "times_failed", "wants_human", "without_attached"]

_WANTS_HUMAN = re.compile(
    r"電話(?:したい|窓口|(?:を?(?:する|かける))?(?:しかない|しか[?？]|しかないの)|した(?:ほう|方)が|(?:すれば|したら)(?:いけ|いい|良い|よい|なんとか|何とか|対応|教え))|何番に(?:かけ|掛け|電話)|"
    r"(?:窓口|サポート)の(?:電話)?番号|電話番号(?:[?？。]|$|を(?:教|知|調)|が(?:知|分か|わか)|は(?:[?？]|どこ|何|なん|どれ|いく))|"
    r"問い合わせ(?:たい|先|る)|問合せ|誰に|だれに|"
    r"(?:(?:書い|作っ|かい|つくっ)た(?:人|方|かた|ひと|本人)|作者|著者|筆者|ブログ主)(?:さん|の方)?に(?:直接)?"
    r"(?:知らせ|しらせ|伝え|つたえ|教え|報告し|連絡し|質問し|お礼を言い|聞き|言い)(?:たい|て(?:おき|あげ)たい)|"
    r"どこ(?:に|へ)(?:苦情|通報|つうほう|頼|聞|言|相談|連絡|電話|問い?合わ?せ|出[さしすせ]|届け|かけ|掛け|持って|持ち込|いえ|いう|きけ|たのめ|たのん|そうだん)|"
    r"どこで(?:聞け|きけ|きい|相談|直して|なおして|修理|見て(?:くれ|もら)|みて(?:くれ|もら)|やって(?:くれ|もら))|相談(?:したい|先|でき|に乗)|"
    r"人(?:間)?(?:と|に)(?:直接)?(?:話|聞(?:きたい|け|こう|くしか|いた(?:ほう|方))|つな|繋|代わ)|聞ける(?:ところ|とこ|人|相手)|"
    r"見てもら(?:える|えば|いたい|えま)|みてもら(?:える|いたい)|"
    r"オペレータ|有人|サポートに(?:つな|繋|連絡)|修理に出(?:せ|そう|したい|した(?:ほう|方)|してい|す(?:しか|べき|なら))|"
    r"(?:誰|だれ)か(?:に|へ)(?:頼|たの|任せ|まかせ|聞|見て|相談|やって)|(?:誰|だれ)か(?:来|きて|助|たすけ|直し|なおし|見て)|"
    r"(?:頼み|たのみ)(?:たい|ます)|業者|メーカーに(?:言|聞|電話|連絡|出)|頼めば|頼んだら|頼むなら|頼める|たのめる|"
    r"(?:来て|きて)(?:直し|なおし|もらい|もらえ|くれる|ほしい|欲しい)|(?:直し|なおし)て(?:くれる|もらえる|もらいたい)|"
    r"(?:直せる|なおせる)(?:店|お店|とこ|ところ|人)|プロに(?:頼|たの|見て|任せ)|"
    r"whom? (?:should|do|can|could) i (?:call|contact|ask|talk)|talk to (?:a|some)|phone number|call someone|"
    r"contact (?:support|microsoft)|customer (?:service|support)|a (?:real )?(?:person|human)\b|"
    r"(?:any|some|no) ?(?:one|body) (?:else )?(?:(?:that )?(?:i|we) can |to )(?:call|ask|phone|talk|contact)|"
    r"(?:need|want) (?:someone|somebody) to (?:fix|look|help)"
)
_COST, _WHOM = re.compile(r"いくら|料金|費用|値段|how much"), re.compile(r"どこ|誰|だれ|番号|窓口|whom?\b|number")
"""「業者に頼むといくら」 asks for the price, 「相談料はいくら、どこに聞けば」 for both."""

_AGAIN = re.compile(
    r"(?:[2-9]|10|二|三|四|五|何)(?:回|度)(?:目|も|やっ|試|ため|繰|くり|失敗|続|とも|[。、!！\n]|$)|"
    r"\b(?:twice|[2-9] times|again and again)\b"
)
"""A reader who counts says that trying once more is no help."""

_ATTACHED = re.compile(
    r"[^。、!！?？\n]*(?:つながっ|繋がっ|つない|繋い|接続し|接続され|[挿刺差さ]し|[挿刺差]さっ)[てで](?:い?(?:ます|る)|あ(?:る|ります))(?=[。、!！\n]|$)"
)
"""What hangs on the PC: it is told besides, and the trouble is another thing's."""

_FAILED = re.compile(
    r"(?:試し|やっ|かけ|入れ直し|替え|押し|し)(?:た|てみた|ました|てみました)(?:けど|のに|が|けれど|んだけど|んですが)|"
    r"(?:し|やっ|替え|直し)ても|ても(?:だめ|ダメ|駄目|直|変わ|無理|出|でき|同じ|おなじ)|失敗|(?:だめ|ダメ|駄目|アカン|あかん)|"
    r"(?:直ら|なおら|変わら|かわら|戻ら|効か|通ら)(?:な|ん|へん|ず)|(?:直り|なおり|変わり|かわり|戻り|効き|通り)ません|弾かれ|はじかれ|はねられ|"
    r"(?:ぜんぶ|全部)(?:やっ|試)|どれも|お手上げ|"
    r"毎回|毎日|毎朝|(?:起動の|つける|入れる)たび|くり返|繰り返|続け|つづけ|\b(?:still|failed|again|tried|every time)\b"
)
"""A reader who did something already, in vain, or sees it come back."""

_FAILED_MOST = 2
"""Different words of that kind which count."""

_TO_KNOW = re.compile(
    r"(?:方法|やり方|仕方|手順)(?:を|は|が|って|も|だけ)?(?:[?？。]|$|教|おしえ|知|ある|あり|何|なに|どう)|"
    r"[いきぎしちにびみりけげせてねべめれえ](?:方|かた)(?:を|は|が|って|も|だけ)?(?:[?？。、]|$|教|おしえ|知|ある|あり|わか|分か|何|なに|どう)|"
    r"とは(?:[?？]|$|何|なん|どう)|って(?:何|なに|なん|どういう|どんな)(?:[?？]|$|です|だ|の|こ|もの)|"
    r"(?:違い|ちがい)(?:は|って|を|が|[?？。]|$)|の意味|(?:見|知り|調べ|確かめ|確認し|把握し)たい|たいだけ|"
    r"どこで(?:見|確|分か|わか)|どうやって(?:見|確)|どこに(?:入れ|打|入力|保存)|どこ(?:を|から)(?:見|開|押|調|入)|場所(?:は|を見)|見分け|"
    r"\bhow (?:do|to|can) (?:i|we)?\b|what(?:'s| is| does)\b"
)
"""The wish to know how or what. Of 1,920 situations that call for somebody .02 have it, of 981 messages near them that
call for nobody .19."""

_BEFOREHAND = re.compile(
    r"(?:[うくぐすつぬぶむる]|修理|交換|購入|更新|初期化|問い合わせ)(?:まえ|前)(?:に|の|は|で|から|[?？。、]|$)|これから|"
    r"(?:予定|つもり)(?:です|だ|は|で|。|$)|(?:よう|おう|こう|もう)(?:と|か(?:な|と))思|(?:準備|用意)(?:する|したい|は|もの)|予防|前もって|"
    r"\bbefore (?:i|we|you)\b|going to|planning to"
)
"""Nothing has gone wrong yet: .005 and .04 of the same."""

_FIRST = re.compile(
    r"(?:一|1|いっ)(?:回|度|かい|ど)(?:目|だけ|出)|(?:初めて|はじめて)(?:です|出|。|$)|まだ(?:何|なに)も(?:し|試|やっ)|"
    r"まだ(?:試|やっ|して)(?:な|ま)|\bonce$|first time|haven'?t (?:tried|done)"
)
"""Nothing has been tried yet, or it happened once: .002 and .05."""

_NOT_YET = re.compile(
    r"(?:頼む|たのむ|出す|聞く|(?:問い合わせ|電話|相談|依頼)(?:す?る)?)(?:ほど|程|まえ|前)(?!に(?:どこ|誰|だれ))|(?:電話|問い合わせ|相談)(?:しなくて|しないで|せずに)"
)
"""A person is named and not wished for: 「業者に頼む前に」, 「電話しないで」."""


_WHAT_TO_SAY = re.compile(
    r"(?:何|なん|なに|どう|どんなこと)(?:て|って|と|を|から)?(?:言|いえ|いい|伝え|話|はなせ|説明)(?:え|う|せ|す|った|って(?:電話|連絡|聞|相談)|した(?:ら|ほう|方))"
    r"|what (?:do|should|shall) i (?:say|tell)"
)


def asks_what_to_say(question: str) -> bool:
    """Tell whether the reader asks what to tell whoever is called: 「電話したら何て言えばいいの」."""
    return bool(_WHAT_TO_SAY.search(plain(question)))


def wants_human(question: str) -> bool:
    """Tell whether the reader asks for a person or a contact: not, what one costs."""
    if asks_what_to_say(question):
        return True
    said = plain(question)
    if not _WANTS_HUMAN.search(said):
        return False
    return bool(_WHOM.search(said)) or not (_COST.search(said) or _NOT_YET.search(said))


def counts_tries(said: str) -> bool:
    """Tell whether a reader who tells of more than one try says that one more is no help."""
    return bool(_AGAIN.search(normalize(said)))


def times_failed(said: str) -> int:
    """Return how many different words, two at most, tell of something done in vain."""
    return min(_FAILED_MOST, len({*_FAILED.findall(normalize(said))}))


def asks_to_know(question: str, said: str) -> bool:
    """Tell whether a `question` only asks how or what, and nothing in all that was `said` tells of steps in vain."""
    asked = plain(question)
    if _FIRST.search(asked):
        return True
    return bool(_TO_KNOW.search(asked) or _BEFOREHAND.search(asked)) and not times_failed(said)


def without_attached(said: str) -> str:
    """Return what the reader said without the clauses that only tell what is plugged in."""
    return _ATTACHED.sub("", said)
