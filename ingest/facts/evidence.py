"""How well founded an article is, as far as it says so: official, tried by its author, reported, or not said."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from bot.types import BlockKind, Evidence
from ingest.facts.said import Place, Said, in_prose

__all__ = ["evidence_of", "stated_evidence"]

_WEIGHT = {Place.TITLE: 2, Place.HEADING: 2, Place.LEAD: 2, Place.BODY: 1}
"""What the lead says of where an article's facts come from counts twice what is said in passing."""
_LEAST = {Evidence.REPORTED: 2, Evidence.TESTED: 1, Evidence.OFFICIAL: 2}
"""What others say, once and in passing, is the source of a statement, not of the article; who tried it says so once."""
_FIRST = (Evidence.TESTED, Evidence.REPORTED, Evidence.OFFICIAL)
"""Where an article says two things equally often: who tried something tells first how common it is, and a report with
an official word on it is still a report."""

_NO_CLAIM = frozenset({BlockKind.CAUTION, BlockKind.TABLE})
"""A warning's source is its own, and a row of a table is a case."""

_STATED = re.compile(r"^\W*(?:根拠|情報の?(?:確度|根拠|出どころ|出所)|確度|エビデンス)\s*[::]\s*(?P<value>.{1,20})")
_LEVELS = (
    (Evidence.OFFICIAL, re.compile(r"^(?:公式|Microsoft|マイクロソフト)")),
    (Evidence.TESTED, re.compile(r"^(?:実機|検証|(?:自分|筆者|当方)で)")),
    (Evidence.REPORTED, re.compile(r"^(?:報告|読者|口コミ|コミュニティ|海外)")),
)

_MAY_CLAIM = re.compile(
    "検証|実機|実測|測定|確認|確かめ|再現|テスト|実験|計測|測定|計っ|測っ|試し|やってみ|ところ|てみ|公式|Microsoft|マイクロソフト|MS|報告|という|との|といった"
    "|掲示板|SNS|Twitter|Reddit|コミュニティ|口コミ|知恵袋|フォーラム|読者|利用者|ユーザー|相談|問い合わせ|話|噂|うわさ|呼びかけ|事例|症例|続出|相次|たら|だら|これで|この方法で|この手順で|この設定で"
)
"""What all of the below hold one of; looking closer at every sentence would take most of the time."""

_PAST = (
    r"(?:し(?:まし)?た(?![らいり])|して(?:い|み|お)(?:ます|まし(?:た|て)|た)(?![らい])|してあります|済み?(?![のな]場合)|でき(?:まし)?た(?![らい])"
    r"|(?:を|も)?(?:行|おこな)(?:いまし|っ)た(?![らい])|を?実施(?:しま)?した)"
)
_TRIES = r"(?:検証|再現(?:テスト|実験)?|実験|計測|測定|動作確認|動作検証|実機確認|実測|比較テスト)"
_TRIED = (
    rf"(?:{_TRIES}{_PAST}"
    r"|(?:試|ため)し(?:ました(?!ら)|た(?=結果|記録|ところ|ので|が|けれ|けど|[。、]|$)|て(?:い|み)(?:ます|まし(?:た|て)|た)(?!い))"
    r"|確かめ(?:ました(?!ら)|た(?=結果|ところ|ので|が|[。、]|$)|て(?:い|み)(?:ます|まし(?:た|て)|た)(?!い))"
    r"|(?:計|測)(?:っ(?:た(?=[。、ら結と])|て(?:い|み)(?:ます|まし(?:た|て)|た))|りました)|やってみ(?:まし)?た(?!い))"
)
_WELL = r"(?:直|治|復旧|復活|回復|解決|改善|成功|戻|消え|なくな|減|起動|動|つなが|認識|表示|通|開|ように(?:な|戻))"
_ENDS_PAST = r"[^。]{0,8}?(?:ました|った|いた|した|えた|れた|きた)(?:[。!)]|$)"
_MACHINE = (
    r"(?:Windows\s?[0-9.]+[^。、]{0,16}?|(?:[0-9]{2}H[12])|PC|パソコン|環境|実機|マシン|ノート|デスクトップ|端末|機|台|バージョン"
    r"|会社|職場|自宅)"
)
_OWN_MACHINE = rf"{_MACHINE}(?:で|にて|でも|では|において|を使って)"
_TESTED = re.compile(
    rf"{_TRIED}"
    rf"|(?<!お){_OWN_MACHINE}[^。]{{0,25}}?(?:確認|テスト){_PAST}"
    rf"|(?:(?:た|だ)(?:ところ|ら|結果)|てみると|(?:これ|この方法|この手順|この設定)で)、?[^。]{{0,40}}?{_WELL}{_ENDS_PAST}"
    rf"|(?:たところ|た結果)、?[^。]{{0,40}}?{_WELL}(?:り|し|され|でき|え|れ)?(?:まし)?(?:た|て(?:い|き)ます)"
    r"|(?:て|で)み(?:まし)?た(?:ところ|ら|結果)、?[^。]{0,50}?(?:でした|だった|ました|った)"
    r"|^\W*(?:検証|実機|測定|計測|テスト)(?:した|に使った)?(?:環境|結果|機種?|条件)(?:は|\W|$)"
    r"|実機検証(?:結果|の(?:結果|記録))|検証(?:結果|記録)(?:です|を|は|の|$)"
)
_SOMEBODY_ELSE = re.compile(
    r"(?:Microsoft|マイクロソフト|MS|メーカー|ベンダー|開発元|各社|友人|知人|読者|お客|利用者|ユーザー|海外|ほかの人|他の人|誰か)(?:社|の方|さん|様)?[^。、]{0,10}?(?:が|は|によ)"
    r"|(?:とのこと|そうです|らしい|ようです|と言われ|といわれ|と聞)"
)
_MICROSOFT = r"(?:Microsoft|マイクロソフト|MS|日本マイクロソフト)社?"
_PUBLISHES = (
    r"(?:公式|公表|発表|公開|案内|認め|説明|告知|アナウンス|明らかに|呼びかけ|注意喚起|警告し|既知の問題|サポート(?:ページ|情報|文書|記事|サイト)"
    r"|ドキュメント|技術情報|技術文書|リリース\s?(?:ノート|ヘルス|正常性)|Learn|回答)"
)
_OFFICIAL = re.compile(
    rf"{_MICROSOFT}(?:の|が|は|も|から|では|によると|によれば|,|、|\s)[^。]{{0,40}}?{_PUBLISHES}"
    rf"|{_MICROSOFT}(?:によると|によれば)"
    r"|公式(?:の)?(?:情報|発表|説明|ドキュメント|サポート|見解|案内|アナウンス|回答|ページ|ブログ)"
    r"(?:によると|によれば|では|に基づ|をもとに|を元に|に(?:よる|書かれ|記載)|の(?:とおり|通り))"
    r"|^公式(?:の)?(?:情報|発表|説明|見解|案内|アナウンス|回答)$"
)
_TOLD = r"(?:報告|声|情報|書き込み|投稿|指摘|口コミ|症例|コメント|相談|問い合わせ|事例|話|噂|うわさ)"
_REPORTED = re.compile(
    r"報告(?:が|も|は)?[^。、]{0,8}?(?:多数|多く|複数|相次|あり|ある|あが|上が|寄せ|いただ|頂|され|出て|続|を(?:いただ|受け|頂|もら))"
    rf"|(?:という|との|といった){_TOLD}"
    r"|(?:声|相談|問い合わせ|情報提供)(?:が|も|を)[^。]{0,16}?(?:あり|ある|あが|上が|受け|寄せ|いただ|頂|続|増え|多)"
    r"|(?:事例|症例|例|ケース|人|方)が(?:続出|相次|増え|多発|後を絶|目立)"
    r"|(?:話題|噂|うわさ|評判)に(?:な|上)"
    r"|(?:掲示板|SNS|X(?:\(旧Twitter\))?|Twitter|Reddit|コミュニティ|口コミ|知恵袋|フォーラム)(?:で|に|上|など|では|を見)"
    r"[^。]{0,30}(?:報告|話題|投稿|書き込み|声|見かけ|相談|情報|出て|広が|騒)"
    r"|(?:読者|利用者|ユーザー|フォロワー)(?:の方|さん|様)?(?:から|より)[^。]{0,25}(?:報告|連絡|情報|コメント|教えて)"
)
_DENIES = re.compile(
    r"(?:検証|確認|再現|テスト|試|確かめ)(?:は|が|も|を)?(?:まだ)?(?:し|でき|取れ|とれ|行っ|おこなっ)?て?(?:い?(?:ません|ない)|おりません|おらず|いず)"
    r"|(?:検証|確認|再現)(?:は|も|が)?(?:できません|しません|できない|できず)"
    r"|未(?:検証|確認)|(?:発表|見解|情報|回答|案内|説明|アナウンス|告知|報告|言及|コメント)(?:は|も|が)"
    r"[^。]{0,10}(?:ありません|ない|出ていません|見当たりません|見つかりません|なく)"
    r"|(?:発表|公表|公開|案内|説明|アナウンス|言及|回答)(?:は|も|を)?(?:して|され)?(?:いません|いない|おらず|おりません)|認めて(?:いません|いない|おらず)"
    r"|公式(?:の[^。]{0,8})?では(?:ありません|なく|ない)|非公式"
)
_ASKS = re.compile(
    r"(?:て|で)(?:み(?:て)?)?(?:ください|下さい|おきましょう|みましょう)|しましょう|お(?:試し|寄せ|知らせ|手元)|募集|場合(?:は|に)|必要が"
    r"|教えてください|いかがでしょう|でしょうか|ですか|(?:試|確かめ|検証|確認)し?たい|(?:試|確か)め?してから"
)


def stated_evidence(lines: Iterable[str]) -> Evidence | None:
    """Return the level that the first folded line such as 「根拠：実機検証」 names, None where there is none."""
    return next((level for line in lines if (level := _stated(line))), None)


def evidence_of(sentences: Sequence[Said], topics: Sequence[str]) -> Evidence:
    """Return the level that an article claims most; a tag that is the level's own name settles it."""
    for level in _FIRST:
        if level.value in topics:
            return level
    claims = Counter[Evidence]()
    for said in sentences:
        claim = _claim(said)
        if claim is not None:
            claims[claim] += _WEIGHT[said.place]
    most = max(claims.values(), default=0)
    enough = (level for level in _FIRST if claims[level] == most >= _LEAST[level])
    return next(enough, Evidence.UNKNOWN)


def _stated(line: str) -> Evidence | None:
    match = _STATED.match(line)
    value = match["value"].strip(" 「【") if match else ""
    return next((level for level, pattern in _LEVELS if pattern.search(value)), None)


def _claim(said: Said) -> Evidence | None:
    """Return where a sentence says that what it tells comes from, None where it does not say."""
    text = said.plain
    if not _MAY_CLAIM.search(text) or not in_prose(said) or said.kind in _NO_CLAIM:
        return None
    if _DENIES.search(text):
        return None
    # Who tells what others say has not tried it, and what Microsoft tried was not tried by the author.
    if _REPORTED.search(text):
        return Evidence.REPORTED
    if _ASKS.search(text):
        return None
    if _OFFICIAL.search(text):
        return Evidence.OFFICIAL
    tried = _TESTED.search(text) and not _SOMEBODY_ELSE.search(text)
    return Evidence.TESTED if tried else None
