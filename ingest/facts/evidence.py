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
"""What others say, once and in passing, is the source of a statement and not of the article; who tried it says so once."""
_WEAKEST_FIRST = (Evidence.REPORTED, Evidence.TESTED, Evidence.OFFICIAL)
"""Where an article says two things equally often, the smaller claim is made."""

_STATED = re.compile(r"^\W*(?:根拠|情報の?(?:確度|根拠|出どころ|出所)|確度|エビデンス)\s*[::]\s*(?P<value>.{1,20})")
_LEVELS = (
    (Evidence.OFFICIAL, re.compile(r"^(?:公式|Microsoft|マイクロソフト)")),
    (Evidence.TESTED, re.compile(r"^(?:実機|検証|(?:自分|筆者|当方)で)")),
    (Evidence.REPORTED, re.compile(r"^(?:報告|読者|口コミ|コミュニティ|海外)")),
)

_OWN = r"(?:自分|手元|手持ち|当方|筆者|わたし|私|僕|うち|自宅|弊社|当社|当サイト|当ブログ|我が家)"
_PC = r"(?:PC|パソコン|環境|実機|マシン|ノートパソコン|ノートPC|ノート|端末|機|会社)"
_TRIED = r"(?:検証|確認|再現|テスト|動作確認|実験)"
_DID = r"(?:しました|した(?:結果|ところ|環境|内容|記録|機種|うえ|上で|手順|方法)|した(?=[。、)」]|$)|してみ(?:まし)?た|済み?|できました|できた|(?:を|も)(?:行|おこな)(?:いまし|っ)た)"
_TESTED = re.compile(
    rf"実機(?:で|にて|による)の?{_TRIED}(?:{_DID}|を実施)"
    rf"|実際に[^。]{{0,25}}?(?:{_TRIED}{_DID}|試し(?:ました|た|てみ(?:まし)?た)|やってみ(?:まし)?た)"
    rf"|(?<!お){_OWN}の?[^。、]{{0,12}}{_PC}(?:[^。]{{0,6}}[0-9]+台)?(?:で|にて|でも|では|において)[^。]{{0,25}}?{_TRIED}{_DID}"
    rf"|検証(?:しました|してみました|済み(?:です|の)|結果(?:です|を|は))"
    r"|(?:試した|試してみた|やってみた)(?:結果|ところ|ら)[^。]{0,30}(?:直|治|解決|成功|でき|復旧|改善|戻|変わ)"
    r"|^(?:検証|実機)(?:した)?(?:環境|結果|機種?)(?:\W|$)"
    r"|実機検証(?:しました|済み|結果|の)"
)
_MICROSOFT = r"(?:Microsoft|マイクロソフト|MS|日本マイクロソフト)社?"
_PUBLISHES = (
    r"(?:公式|公表|発表|公開|案内|認め|説明|告知|アナウンス|明らかに|既知の問題|サポート(?:ページ|情報|文書|記事|サイト)"
    r"|ドキュメント|技術情報|技術文書|リリース\s?(?:ノート|ヘルス)|Learn|回答)"
)
_OFFICIAL = re.compile(
    rf"{_MICROSOFT}(?:の|が|は|も|から|では|によると|によれば|,|、|\s)[^。]{{0,40}}?{_PUBLISHES}"
    rf"|{_MICROSOFT}(?:によると|によれば)"
    rf"|公式(?:の)?(?:情報|発表|説明|ドキュメント|サポート|見解|案内|アナウンス|回答|ページ|ブログ)(?:によると|によれば|では|に基づ|をもとに|を元に|に(?:よる|書かれ|記載)|の(?:とおり|通り))"
    r"|^公式(?:の)?(?:情報|発表|説明|見解|案内|アナウンス|回答)$"
)
_REPORTED = re.compile(
    r"報告(?:が|も|は)?(?:多数|多く|複数|相次|あり|ある|あが|上が|寄せ|いただ|頂|され|出て|を(?:いただ|受け|頂|もら))"
    r"|(?:という|との|といった)(?:報告|声|情報|書き込み|投稿|指摘|口コミ|症例|コメント)"
    r"|(?:掲示板|SNS|X(?:\(旧Twitter\))?|Twitter|Reddit|コミュニティ|口コミ|知恵袋|フォーラム)(?:で|に|上|など|では|を見)[^。]{0,30}(?:報告|話題|投稿|書き込み|声|見かけ|相談|情報|出て)"
    r"|(?:読者|利用者|ユーザー|フォロワー)(?:の方|さん|様)?(?:から|より)[^。]{0,25}(?:報告|連絡|情報|コメント|教えて)"
)
_MAY_CLAIM = re.compile(
    "検証|実機|確認|再現|テスト|実験|試し|やってみ|公式|Microsoft|マイクロソフト|MS|報告|という|との|といった|掲示板|SNS|Twitter|Reddit"
    "|コミュニティ|口コミ|知恵袋|フォーラム|から|より"
)
"""What all of the above hold one of."""
_DENIES = re.compile(
    r"(?:検証|確認|再現|テスト|試)(?:は|が|も|を)?(?:まだ)?(?:し|でき|取れ|とれ|行っ|おこなっ)?て?(?:い?(?:ません|ない)|おりません|おらず|いず)"
    r"|(?:検証|確認|再現)(?:は|も|が)?(?:できません|しません|できない|できず)"
    r"|未(?:検証|確認)|(?:発表|見解|情報|回答|案内|説明|アナウンス|告知|報告|言及|コメント)(?:は|も|が)[^。]{0,10}(?:ありません|ない|出ていません|見当たりません|見つかりません|なく)"
    r"|公式(?:の[^。]{0,8})?では(?:ありません|なく|ない)|非公式"
)
_ASKS = re.compile(
    r"(?:て|で)(?:み(?:て)?)?(?:ください|下さい|おきましょう|みましょう)|しましょう|お(?:試し|寄せ|知らせ)|募集|場合(?:は|に)|必要が|教えてください|いかがでしょう|でしょうか|ですか"
)


def stated_evidence(lines: Iterable[str]) -> Evidence | None:
    """Return the level that the first folded line such as 「根拠：実機検証」 names, None where there is none."""
    return next((level for line in lines if (level := _stated(line))), None)


def _stated(line: str) -> Evidence | None:
    match = _STATED.match(line)
    value = match["value"].strip(" 「【") if match else ""
    return next((level for level, pattern in _LEVELS if pattern.search(value)), None)


def evidence_of(sentences: Sequence[Said], topics: Sequence[str]) -> Evidence:
    """Return the level that an article claims most; a tag that is the level's own name settles it."""
    for level in _WEAKEST_FIRST:
        if level.value in topics:
            return level
    claims = Counter[Evidence]()
    for said in sentences:
        if not _MAY_CLAIM.search(said.plain):
            continue
        if (
            not in_prose(said)
            or said.kind is BlockKind.CAUTION
            or _DENIES.search(said.plain)
            or _ASKS.search(said.plain)
        ):
            continue
        # Who tells what others say has not tried it, and what Microsoft tried was not tried by the author.
        if _REPORTED.search(said.plain):
            claims[Evidence.REPORTED] += _WEIGHT[said.place]
        elif _OFFICIAL.search(said.plain):
            claims[Evidence.OFFICIAL] += _WEIGHT[said.place]
        elif _TESTED.search(said.plain):
            claims[Evidence.TESTED] += _WEIGHT[said.place]
    most = max(claims.values(), default=0)
    enough = (level for level in _WEAKEST_FIRST if claims[level] == most >= _LEAST[level])
    return next(enough, Evidence.UNKNOWN)
