"""How sure a statement is, whether it permits, demands or restricts, and under which condition it holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest

__all__ = [
    "asks",
    "conditional",
    "conditions",
    "demands",
    "demands_not",
    "enables",
    "hedge_kinds",
    "kept",
    "overstatement",
    "permits",
    "restricts",
    "waives",
]

_HEDGES: dict[str, re.Pattern[str]] = {
    "possible": re.compile(
        r"可能性|場合[がも]あ(?!りませ)|(?:場合|例|ケース|人)[がは]増え|こと[がも]あ(?!りませ|るか(?!も))|ことがよくあ|おそれ(?=が|も|の|は)|恐れ(?=が|も|の|は)|保証(?:が|は|も)?(?:あり|な|され|でき)|かもしれ|考えられ|でしょう|疑い(?!ま|た)|疑われ"
        r"|見込み|見込め|望み[がはも]|余地[がはも]|期待でき|思われ|ありえ|あり得|ときもあ|例[がも]あ|ケース[がも]?(?:よく)?あ|おそらく|恐らく|たぶん|多分|もしかし|うる(?:。|た)|推測|推定"
    ),
    "tendency": re.compile(r"しやす|すいです|にく[いく]|づら[いく]|傾向"),
    "open": re.compile(r"とは限|とはかぎ|わけでは|言い?切れ|断言でき|一概|とは言え|とはいえません"),
    "whether": re.compile(r"か(?:どうか|否か)?は(?:、|[^いな])"),
    "reported": re.compile(
        r"とされ|といわれ|と言われ|とのこと|ようです|ようだ|らしい|報告|報道|報じ|案内され|案内し(?:て(?!いな|いま?せん)|まし)|挙げられ|伝えられ|と説明|によると|によれば"
        r"|知らせ(?:まし|てい)|そうです(?=。|$)|とみられ|と見られ|公表|発表|と書かれてい|と述べ|と紹介"
    ),
    "some": re.compile(r"(?:もの|機種|PC|製品|種類|更新|版)[がも]あ(?!れ|った)|人[がも]い"),
    "depending": re.compile(r"によっては|場合によ|次第で|しだいで"),
    "time": re.compile(r"時点|現在(?!の|使)|当時"),
    "dated": re.compile(r"[0-9０-９]{4}年(?:[0-9０-９]{1,2}月)?(?:[0-9０-９]{1,2}日)?(?:の|に|から|まで|、)"),
    "usual": re.compile(
        r"一般に|一般的|通常|ふつう|普通(?:は|(?=[^にの通な]))|多く(?!て|なっ|し|使|消費|占め)|大半|めったに|滅多に|たいてい|大抵|ほとんど|(?:^|[、はも])まれ|稀|主に|おもに|主な|なるべく"
        r"|(?:^|[、。])(?:できれば|(?:可能|でき)(?:なら|であれば|るなら))|基本的|ことが多い|場合が多い|(?:ときに|のに|人が|PCが|例が)多い|多い(?:コード|もの|例|原因)|概ね"
    ),
    # 「10秒ほど」 may be told as 10秒: whoever does as long loses nothing.
    "approximate": re.compile(r"目安"),
}
_STANDS_FOR = {
    "tendency": ("tendency", "possible", "usual", "open", "reported", "depending"),
    # Whoever keeps one of these has said that it is not certain.
    "possible": ("possible", "reported", "usual", "open", "depending"),
    "open": ("open", "possible", "reported", "usual"),
    "whether": ("whether", "open", "possible", "depending", "reported"),
    "some": ("some", "possible", "open", "depending", "usual"),
    "depending": ("depending", "possible", "usual", "open"),
    "reported": ("reported", "possible"),
    "time": ("time", "dated", "reported"),
    "dated": ("dated", "time", "reported"),
    "usual": ("usual", "possible", "open", "tendency"),
    "approximate": ("approximate", "possible", "usual"),
}

_ALSO_KEPT = {
    "time": re.compile(r"(?:いま|今)(?:は|の|も|まで|のところ)|現状"),
    "open": re.compile(r"まだ[^、。]{0,12}(?:ない|いません)|とも限"),
    "whether": re.compile(r"か(?:どうか|否か|を|が|、|確|調|見|聞|試|も|分|わ)|によ(?:り|る|っ)|次第"),
    "dated": re.compile(r"[0-9０-９]{4}年"),
    "some": re.compile(r"一部(?:の|で|に)|なか(?:に)?は|中には|によっては"),
    "depending": re.compile(r"によ(?:って|り)[^、。]{0,6}(?:異|違|変)|ごとに|次第|左右"),
    "approximate": re.compile(
        r"だいたい|おおむね|[～〜]|おおよそ|およそ|ほど|程度|(?<=[0-9０-９年月日時分秒％%円つ個回台])前後|くらい|ぐらい"
        r"|約(?=[0-9０-９])|ごろ|頃"
    ),
    "possible": re.compile(r"の(?:一つ|1つ|ひとつ)|かね(?:ない|ませ)|危険性|リスク[がも]|懸念|心配[がも]あ(?!りませ)"),
    "reported": re.compile(r"(?:との|という)(?:情報|声|話|指摘)|明らかにし"),
    "usual": re.compile(
        r"おおむね|珍し|が多い|しばしば|たびたび|よくあ|大多数|だいたい|主として|中心|(?:問題|異常)(?:は|で(?:は)?)?(?:あり|な)"
    ),
}
"""How else a claim leaves open whether something is so, or names a date."""

_CERTAIN = (
    # What a claim may not add; and what else in the evidence says as much.
    (
        r"必ず(?!しも)|絶対|確実|間違いな(?!い?か)|確か(?:に|な)|完全|完璧|100\s?[%％]|保証|例外な|疑いな|明らか|(?:こと|の)[がは](?:確定|断定)|決まっています",
        r"かならず|決して|きっと",
    ),
    (
        r"すべて|全て|全部|全機種|全員|いっさい|一切|あらゆる|どんな.{1,8}でも|どの.{1,8}でも|誰でも|だれでも|何でも|どれでも|いずれも|まったく|全く|一律|永久"
        r"|無制限|無条件|二度と(?![^。]*(?:なくな|おそれ|恐れ|可能性))|何度でも|いつでも|(?<![正通異非])常に|いつも(?![とどの])|誰にでも|だれにでも",
        r"どちらも|どれも|両方|いずれ|一度も|みな|皆|さえ|も[^、。も]{1,12}も|誰|だれ|どの|かかわらず|関わらず|問わず|よらず|そのもの|丸ごと|毎回|ずっと|(?:もの|こと)は(?:ない|ありません)",
    ),
    (
        r"(?<!理由)(?<!できる)(?<!いた)だけ(?!で(?:は)?な)(?!では[^、。]*(?:ない|ません|ず))(?!でも[^、。]*(?:おそれ|恐れ|こと))|のみ(?!なら)|(?<!た)しか(?![しも])|唯一|(?<!とは)(?<!な)(?<!る)限[らり]|(?<!とは)(?<!な)(?<!る)かぎり|限っ|はじめて|初めて",
        r"だけで|きり|専用|専ら|以外|ほかに|他に|単独|単体|まで(?:に|は|、)",
    ),
    (r"最も|もっとも|いちばん|一番|最適|最善|最良|最速", r"最大|何より|最悪"),
    (
        r"(?:(?<![てで])すぐ(?!あと|後|隣|近|下|上|横|前)(?:に)?|ただちに|直ちに|即座|至急|今すぐ)(?![^、。]{0,14}(?:ない|なく|ません|せず|ずに))",
        r"急い|急ぎ|急ぐ|早め|速やか|いきなり|あわて|慌て",
    ),
)
_NOT_SO = r"(?![^、。]{0,12}(?:とは限|とはかぎ|とは言|とはい[えい]|わけでは|ものでは(?:な|あり)))"
"""What may not follow: 「必ず戻るとは限りません」 does not say 必ず."""
_DEMANDS = re.compile(
    r"なければ?な|なければいけ|なくてはな|なくてはいけ|ないといけ|必要があ|(?<!注意が)必要です|必須|べき(?:です|だ|で)|義務|ねばな|ざるを得|求められ(?:ます|る。|てい)"
)
_NARROWS = re.compile(
    r"(?:だけ|のみ)(?:なら|であれば|だったら|でしたら|の(?:場合|とき)(?!は[^、]*ない))"
    r"|(?:だけ|のみ|しか)(?:出|で|表示|見|な|あ|経|た)[^、。]{0,10}(?:場合|とき|なら|たら|れば|のに)"
    r"|(?<=[るた])だけで(?=[^はも])[^。]*(?:おそれ|恐れ|可能性|こと)[がも]あ"
)
_ONLY_THEN = re.compile(r"(?:場合|とき)に?(?:限[らりっる]|だけ|のみ)$")
_ORDERED = re.compile(
    r"必ず(?:控え|確認|確かめ|保存|メモ|書き留め|相談|読|バックアップ|写|用意|試)[^、。]*ます。?\s*$|(?:て|で)?(?:ください|おき?ましょう|おきます|ましょう)。?\s*$"
)
_NOT_DEMANDED = re.compile(
    r"(?:なければならな|なくてはならな|必須|必要な?)[^、。]{0,3}(?:もの|わけ|こと)?では(?:な|あり)"
)
_ASKS = re.compile(
    r"なければ|なくては|必要|ください|必須|べき|義務|必ず|ねば|求め|ましょう|先に|かならず|条件|要り|要る|要します|(?:(?<!あ)(?<!な)り|[きぎしちにびみいべけせてねめれえげじ])ます(?:。|$)"
)
_PERMITS = re.compile(
    r"ても(?:よ|良|い|構|かま|問題|大丈夫|差し支|支障|平気|安全|かまい)|て(?:よ|良|い)い(?:です|場合|なら|か|。|$)|て(?:構|かま)(?:いま|わな)|支障(?:は|が)?(?:あり|な)"
    r"|問題(?:は|が)?(?:ありません|ない)|(?<![けせてねべめれえげ]ば)大丈夫|差し支え|て(?:よ|良|い)い(?=[一-鿿ァ-ヶ])|必要(?:は|が)(?:ありません|ない|なく)|不要|要らな|いらな|要りません|いりません|任意|自由に"
)
_ENABLES = re.compile(r"[えけげせてねべめれ]ます(?:。|$|が)|でき(?:ます|る)")
"""What one can do is permitted: 「使えます」."""
_WAIVES = re.compile(r"(?<!少)[無な]くても|(?<!つ)ない[^、。]{0,8}でも")
"""What something holds without."""
_RESTRICTS = re.compile(
    r"(?:[^っる]|^)(?:だけ|のみ)(?!で(?:は|も)?[^。]*(?:な|ませ|ず))|しか(?=[^し])|に限|以外(?=に|は|で|の)|(?<!取り)(?<!取)除[いくけき]"
)
_RESTRICTED = re.compile(
    r"だけ|のみ|しか(?=[^し])|(?:^|[^いまた])ただ(?![しちい])|単に|(?<![期制権上下無年])限|以外|除[いくけき]|単体|単独|専用|専ら|きり|唯一|もう一度|のは[^。]{1,60}です"
)
"""What may say so in a claim: 「使えるのは10日ほどです」 for 「10日ほどだけ使えます」."""

_CONDITION = re.compile(
    r"(?P<what>[^、。「」]*(?:「[^」]*」[^、。「」]*)*?)(?P<marker>場合(?:は|に|には|で|、|だけ)|(?:とき|(?<=[るたいのだ])時|(?<=[るたの])際)(?:は|に|には|、|だけ)|(?<=[いるたなう])なら(?:ば)?"
    r"|(?<=[ぁ-んァ-ヶー一-鿿A-Za-z0-9」])なら(?:ば|、)?(?!な|び|ず)|たら、?|だら、?|(?<=[けせてねべめれえげ])ば、|うちに|うちは|限り|かぎり|以外(?:は|の)"
    r"|(?:PC|人|もの|とき)だけ、|PCでは、?|PCは、|パソコンでは、?|人は、|[ァ-ヶー一-鿿]版(?:では|は)|(?<=[うくすつぬむるぐぶい])(?<!による)(?<!という)と、|ないと、|のに、|まで(?:は)?、|なければ、?)"
)
_CONDITIONAL = re.compile(
    r"場合|とき|際(?=は|に|、)|[うくすつぬむるぐぶいたなとでけみ]なら|(?<=[一-鿿ァ-ヶー])なら(?!な|び|ず)|たら|だら|[けせてねべめれえげ]ば|のに(?=は|、)"
    r"|[うくすつぬむるぐぶい]と(?=、|[一-鿿ァ-ヶ])|ても|でも|限り|かぎり|うち|(?:後|あと)(?:に|で|は|、)|まで|次第|必要に応じ|際|では"
)
_LISTED = re.compile(r"(?:[^、。]*(?:や|か|または|(?<![てで])も|[るうくすつぬむぶぐたい])、)+$")
"""What a condition lists before its last part: 異音や、固まる様子があれば; 止まる、続くときは."""
_OR = re.compile(r"または|あるいは|もしくは")
_EITHER = re.compile(r"[^。]*、$")
"""What stands before 「または…なら」, either of which will do."""
_HOLDS_ALWAYS = re.compile(
    r"^(?:(?:当てはまる|該当(?:する)?)|それでも|もし|それ|また|次に|ほかに|そのとき|この(?:場合|とき)|その(?:場合|とき))?$"
)


def hedge_kinds(text: str) -> frozenset[str]:
    """Return in which ways a text is careful, as the names of `_HEDGES`."""
    return frozenset(kind for kind, pattern in _HEDGES.items() if pattern.search(text))


def kept(kind: str, claim: str) -> bool:
    """Tell whether a claim keeps one way of being careful."""
    also = _ALSO_KEPT.get(kind)
    if also and also.search(claim):
        return True
    return not hedge_kinds(claim).isdisjoint(_STANDS_FOR[kind])


def overstatement(claim: str, evidence: str) -> str:
    """Return the word of certainty, totality or exclusiveness that a claim adds, "" if there is none."""
    for added, as_much in _CERTAIN:
        found = re.search(f"(?:{added}){_NOT_SO}", claim)
        if found and found.group() in {"必ず", "かならず"} and _ORDERED.search(claim) and asks(evidence):
            continue  # 必ず控えてください, where 控えてください is asked
        if found and _ONLY_THEN.search(claim[: found.end()]) and conditional(evidence):
            continue  # 確認してよい場合に限り, where 確認してよい場合は is written
        if found and _NARROWS.match(claim, found.start()):
            continue  # 遅いだけなら says less, not more
        if found and not re.search(f"(?:{added}|{as_much}){_NOT_SO}", evidence):
            return found.group()
    return ""


def demands(text: str) -> str:
    """Return the words with which a text says that something must be done, "" if it does not."""
    found = _DEMANDS.search(_NOT_DEMANDED.sub("", text))
    return found.group() if found else ""


def demands_not(text: str) -> bool:
    """Tell whether a text says that something need not be done: 必須ではない."""
    return _NOT_DEMANDED.search(text) is not None


def asks(text: str) -> bool:
    """Tell whether a text asks for something to be done, in any way that may be called a demand."""
    return _ASKS.search(text) is not None


def permits(text: str) -> str:
    """Return the words with which a text allows something or calls it unnecessary, "" if it does not."""
    found = _PERMITS.search(text)
    return found.group() if found else ""


def enables(text: str) -> bool:
    """Tell whether a text says that something can be done."""
    return _ENABLES.search(text) is not None


def waives(text: str) -> str:
    """Return the words with which a text says that it holds without something, "" if it does not."""
    found = _WAIVES.search(text)
    return found.group() if found else ""


def restricts(text: str) -> str:
    """Return the words with which a text restricts what it says (だけ, のみ, しか), "" if it does not."""
    found = _RESTRICTS.search(text)
    return found.group() if found else ""


def restricted(text: str) -> bool:
    """Tell whether a claim restricts what it says, in any words that do."""
    return _RESTRICTED.search(text) is not None


def conditional(text: str) -> bool:
    """Tell whether a text puts something under any condition."""
    return _CONDITIONAL.search(text) is not None


def conditions(text: str) -> Iterator[tuple[str, str]]:
    """Yield each condition of a statement with what holds under it: (condition, rest)."""
    all_found = list(_CONDITION.finditer(text))
    for found, following in zip_longest(all_found, all_found[1:]):
        what = found["what"].strip()
        if not _HOLDS_ALWAYS.match(what):
            # 会社のPCならIT担当者、自分のPCならメーカー: each holds to the next.
            own = text[found.end() : following.start() if following else len(text)]
            listed = (_EITHER if _OR.match(what) else _LISTED).search(text[: found.start()])
            what = (listed.group() if listed else "") + what
            yield what + found["marker"], own if re.search(r"\w{2,}、$", own.strip()) else text[found.end() :]
