"""Words and endings by which a text denies, binds or turns what it says: the tables of `denials`."""

from __future__ import annotations

import re

__all__ = [
    "BEING",
    "BOUND",
    "CARRIERS",
    "CONDITIONS",
    "DESPITE",
    "ENDS",
    "EVADING",
    "EXCUSED",
    "FORMAL",
    "HARDLY",
    "IFS",
    "LEADS_ON",
    "LIGHT",
    "LINKS",
    "LISTS",
    "NEGATIONS",
    "NOUN_LINKS",
    "NO_CHAIN",
    "OBLIGED",
    "OPEN",
    "PARTS",
    "PREFIXES",
    "PURPOSES",
    "REASONS",
    "SAYING",
    "STOPPING",
    "TURNS",
    "UNSURE",
    "WAIVED",
]

NEGATIONS = frozenset({"ない", "ず", "無い", "まい"})
EVADING = frozenset(
    {
        "避ける",
        "止める",
        "やめる",
        "辞める",
        "控える",
        "省く",
        "省ける",
        "防ぐ",
        "防止",
        "回避",
        "禁止",
        "禁物",
        "駄目",
        "ng",
        "厳禁",
        "無用",
        "慎む",
        "遠慮",
    }
)
"""Words that deny what they are said of: 切るのは避けます."""
STOPPING = frozenset({"止める", "やめる", "辞める"})
LINKS = frozenset({"は", "を", "も", "が"})
PREFIXES = frozenset({"不", "未", "非", "無"})
CARRIERS = frozenset(
    [
        "為る",
        "言う",
        "有る",
        "居る",
        "成る",
        "出来る",
        "行く",
        "呉れる",
        "頂く",
        "下さる",
        "置く",
        "おく",
        "良い",
        "構う",
        "行う",
        "貰う",
        "仕舞う",
        "掛ける",
        "かける",
        "遣る",
        "実施",
        "御座る",
    ]
)
"""Verbs that carry a denial to the word before them: 入力できません, 電話をかけません, 切ってはいけません."""
BEING = "有る"
NOUN_LINKS = frozenset({"を", "が", "の", "や", "は", "も"})
NO_CHAIN = frozenset({"も", "居る"})
"""What behind て leaves a verb whole: a later denial is not that of 使っているPC."""
LIGHT = frozenset({"掛ける", "かける", "行う", "遣る", "実施", "為る", "すすめる", "勧める", "薦める", "推奨"})
BOUND = frozenset({"必要", "可能", "要る", "使える"})
"""Words of little content whose denial counts all the same."""
OBLIGED = re.compile(r"(?:なけれ|なきゃ|なく(?:て)?は|ねば|ないと).{0,2}(?:なり|なら|いけ|だめ|ダメ|駄目)")
EXCUSED = re.compile(
    r"かもしれ|かね(?=な|ま)|に違いな|に過ぎな|にすぎな|間違いな|思いがけな|問題(?:は|が)?(?:な|あり)|しか[^、。]{0,10}?(?=な|ませ|ず)|少なくとも"
    r"|やむを得|忘れ(?:ず|な)|欠かさ|欠かせ|(?:かか|関)わらず|問わず|限らず|のみならず|(?<!を)(?<!に)(?:迷わ|ためらわ|焦ら|慌て|あわて|急が|無理(?:を)?せ)ず|(?:かま|構)(?:いま|わな)|差し支え|支障|ま(?:も|間も)なく|間もな|まもない"
)
"""Where ない denies nothing."""
OPEN = re.compile(
    r"ない(?:よう(?:に)?(?=、(?!注意|気))|ため(?:に)?(?=、))|なくて(?:も|は)?(?:よ|良|い[いえ]|構|かま|大丈夫|問題|済)|わけでは|とは限|とはかぎ|だけでな|(?:ない|ません)か(?!ぎり|ら|わり|い|た|っ)|言い切れ|めったに[^。]{0,4}(?:な|ありませ)"
)
"""Where ない leaves both open."""
WAIVED = re.compile(r"なくて(?:も|は)?(?:よ|良|い[いえ]|構|かま|大丈夫|問題|済)")
"""Where ない says that something need not be done."""
UNSURE = re.compile(r"とは(?:限|かぎ|言い?切|言え|いえ)|わけでは")
DESPITE = frozenset({"の", "のに"})
ENDS = frozenset({"。", "！", "？"})
PURPOSES = frozenset({"目的", "ため"})
CONDITIONS = frozenset({"と", "ば", "たら", "だら", "場合", "とき", "時", "限り", "かぎり"})
IFS = frozenset({"と", "ば", "たら", "だら"})
SAYING = frozenset(
    {"言う", "為る", "思う", "考える", "報ずる", "報じる", "報告", "報道", "の", "は", "書く", "見る", "伝える"}
)
LEADS_ON = frozenset({"も", "ら", "知れる"})
"""What behind か makes no question of it: かもしれない."""
HARDLY = frozenset({"難い", "にくい", "づらい", "辛い"})
"""Endings of a verb that all but deny it: 戻しにくい."""
LISTS = frozenset({"や", "と", "か", "・"})
REASONS = frozenset({"ため", "で", "から", "、", "なら"})
"""What stands before a word that denies a topic far ahead: 付ける方法は、…があるため避けます."""
PARTS = frozenset({"ため", "場合", "とき", "時"})
"""Nouns that end a part of a sentence, to which what is listed before them belongs."""
FORMAL = frozenset(
    {
        "方法",
        "予定",
        "つもり",
        "意思",
        "こと",
        "操作",
        "手順",
        "の",
        "作業",
        "やり方",
        "手間",
        "心配",
        "おそれ",
        "恐れ",
        "覚え",
        "記憶",
    }
)
TURNS = frozenset({"でも", "なら", "ば", "場合", "、", "とき"})
"""What stands before these is a condition, of which a later denial does not speak."""
