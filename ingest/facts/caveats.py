"""What an article says against relying on it: old, replaced, solved since, no longer possible, unconfirmed.

Only what it says of itself counts: in its title, its lead, a dated note, or a sentence that names the article.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.types import Caveat, CaveatKind
from ingest.facts.said import Place, Said, in_prose

__all__ = ["caveats_of"]

_SELF = r"(?:この|本|当)(?:記事|ページ|エントリー?|投稿|まとめ|解説)"
_PROBLEM = r"(?:この|その|本|当該?の?)(?:問題|不具合|現象|件|障害|症状|バグ|エラー|トラブル)"
_CONTENT = r"(?:この|以下の|下記の|本文の|掲載)(?:情報|内容|記述|手順)"
_HERE = rf"(?:{_SELF}|{_CONTENT}|{_PROBLEM})"
_METHOD = r"(?:方法|手順|やり方|裏ワザ|裏技|手法|抜け道|回避策|手段|手|コマンド|ツール|手口|設定|機能|サービス|キャンペーン|手続き)"
_THIS_METHOD = rf"(?:この|本|上の|上記の|以下の|下記の|紹介した|紹介している|ここで紹介する|記事の|当記事の){_METHOD}"
_NAMES_ITSELF = re.compile(rf"{_SELF}|{_PROBLEM}|追記|【(?:重要|お知らせ|注意|ご注意|更新|訂正|追記)|^※")
_OLD = re.compile(
    rf"(?:{_SELF}|{_CONTENT})の?(?:情報|内容|記述|手順|画面)?(?:は|が|も)[^。]{{0,20}}?"
    r"(?:古い(?:情報|内容|記事|もの|バージョン)?"
    r"(?:です|でし|と(?:なって|なり)|に(?:なって|なり)|の(?:ため|で|可能性)|なので|につき|可能性|ので|ため|[。)】!]|$)"
    r"|古く(?:な|て))"
    r"|^\W*(?:内容|情報)が(?:少し|かなり|だいぶ)?古(?:い(?:です|ため|ので|可能性|[。)】!]|$)|く(?:な|て))"
    rf"|(?:{_SELF}|{_CONTENT})(?:は|が)[^。]{{0,20}}?(?:(?:時点|当時|過去|以前)の(?:もの|情報|内容))"
    r"(?:です|なので|で(?:あり|、)|と(?:なって|なり)|のため|[。)】!]|$)"
)
_NEW = r"(?:最新|新しい|新版|改訂|更新版|書き直した|[0-9]{4}年版)"
_REPLACED = re.compile(
    r"(?:最新|新しい|新|改訂|更新)(?:の|版の)?(?:情報|手順|内容|方法|記事|版|ページ|解説)?(?:は|を|については?)[^。]{0,20}?"
    r"(?:こちら|別の?記事|新しい記事|次の記事|以下の記事|下記|新サイト|リンク先)"
    rf"|{_NEW}[^。、]{{0,12}}?(?:記事|ページ|版|解説)(?:を|へ|に)[^。]{{0,8}}?(?:ご覧|見て|参照|お読み|読んで|移って|お進み|ご確認|移動)"
    rf"|{_NEW}(?:の)?(?:記事|版|解説|ページ)を(?:別に|新たに|改めて)?(?:書き|公開し|作り|用意し|出し|作成し)まし"
    rf"|{_SELF}(?:は|の内容は|を)[^。]{{0,40}}?(?:に|へ)(?:移転|移動|統合|引っ?越し|移行|まとめ直|書き直|引き継|一本化)"
    r"|(?:記事|ページ|サイト|ブログ|URL|アドレス)[^。]{0,12}?(?:に|へ)(?:移転|移動|統合|引っ?越し)(?:し(?:ました|た|ています|ております)|済)"
    r"|(?:こちら|新しい|次の|以下の|別の?)の?(?:新しい)?(?:記事|ページ|サイト|ブログ)[^。]{0,4}(?:に|へ|で)"
    r"(?:移転|移動|統合|まとめ直|書き直|引き継|全面的に)"
    r"|今後は[^。]{0,16}(?:こちら|新しい(?:記事|ページ|サイト)|新サイト|リンク先)[^。]{0,12}(?:ご覧|参照|お読み|見て|どうぞ)"
    rf"|{_SELF}の(?:改訂版|最新版|新版|更新版|書き直し版)(?:は|が|を)"
    r"|(?:改訂版|最新版の?記事|新版)(?:は|を)[^。]{0,8}(?:こちら|公開)"
)
_FROM = re.compile(r"(?:旧|元の?|以前の|前の)?(?:サイト|ブログ|URL)?から[^。]{0,16}(?:移転|移動|移行|引っ?越)")
_OTHERS_PAGE = re.compile(r"公式|メーカー|Microsoft|マイクロソフト|各社|提供元|配布元")
"""Where readers are sent for what is newest anyway: nothing is said of the article."""
_BY_UPDATE = (
    r"(?:(?:更新|アップデート|修正プログラム|パッチ|KB[0-9]+|ビルド|修正版|バージョン[0-9.]*"
    r"|(?:Microsoft|マイクロソフト|サーバー|メーカー|開発元)側?)[^。]{0,15})"
)
_SOLVED = re.compile(
    rf"{_HERE}は、?[^。]{{0,20}}?解決済み?(?:です|となって|になって|と(?:なり|して)|[。)】!]|$)"
    rf"|{_HERE}は、?(?:すでに|既に|もう|現在は?|その後|無事)?、?(?:解決|解消|修正)"
    r"(?:しました|しています|されました|されています|済み?(?:です|[。)】!]|$))"
    rf"|{_HERE}は、?[^。]{{0,30}}?{_BY_UPDATE}[^。]{{0,12}}(?:修正|解消|解決|改善|対処|対応)"
    r"(?:されました|されています|され、|済み|しました|しています)"
    r"|[【(](?:修正済み?|解消済み?|解決済み?)[^】)]{0,6}[】)]"
)
_NOW = (
    r"(?:現在|今(?:は|では|現在|となっては)|いま(?:は|では)|もう|すでに|既に|[0-9]+年(?:[0-9]+月)?(?:現在|時点|以降|から)"
    r"|[0-9]H[12](?:以降|から)|それ以降)"
)
_IMPOSSIBLE = (
    r"(?:使え(?:ません|なく|ない|ず)|使用でき(?:ません|なく)|利用でき(?:ません|なく|ない)|でき(?:ません|なく|ない)|通用し(?:ません|なく|ない)"
    r"|機能し(?:ません|なく)|効(?:きません|かなく)|動(?:きません|かなく)|塞が|ふさが|封じ|無効|廃止|終了して|提供されて(?:いません|おらず))"
)
_GONE = (
    r"(?:使えなくなり|できなくなり|無効(?:に(?:なり|され)|化され)|廃止され|塞がれ|ふさがれ|封じられ|削除され|対策され|打ち切られ|通用しなくなり)"
    r"(?:まし)?(?:た|て(?:い|お)(?:ます|ります))"
)
_ENDED = re.compile(
    rf"{_NOW}[^。]{{0,20}}?{_METHOD}[^。]{{0,10}}?{_IMPOSSIBLE}"
    rf"|{_THIS_METHOD}(?:自体)?(?:は|も|が)、?[^。]{{0,14}}?{_NOW}[^。]{{0,16}}?{_IMPOSSIBLE}"
    rf"|{_THIS_METHOD}(?:自体)?(?:は|も|が)、?[^。]{{0,24}}?{_GONE}"
)
_UNCONFIRMED = re.compile(
    r"未確認(?:です|の(?:情報|内容|まま|ため)|ながら|情報|と(?:なって|のこと)|で(?:あり|、)|[。)】!]|$)"
    r"|(?:真偽|原因|詳細|事実|裏付け|再現性)[^。]{0,8}(?:は|が|も)(?:まだ|現時点で(?:は)?|今のところ)?、?"
    r"(?:確認(?:が)?(?:でき|取れ|とれ|し)ていません|取れていません|不明です|(?:分|わ)かっていません)"
    r"|裏(?:付け)?(?:は|が)(?:まだ)?(?:取れ|とれ)て(?:いません|おらず|いない)"
    r"|確認(?:は|が)(?:まだ)?(?:取れ|とれ)て(?:いません|おらず|いない)"
)
_CONDITIONAL = re.compile(
    r"場合(?:は|に|も|が)|(?:た|だ)ら、|かもしれ|ことがあ|か(?:どうか)?(?:を|は)|でしょうか|ですか|たいとき|か[?。]*$"
    r"|(?:なる|なった|できなくなる|使えなくなる)可能性|(?:使|で)え?なければ"
)
_IS_NOW = re.compile(r"(?:使え|でき)(?:ます|るよう)")

_KINDS: tuple[tuple[CaveatKind, re.Pattern[str]], ...] = (
    (CaveatKind.OUTDATED, _OLD),
    (CaveatKind.SUPERSEDED, _REPLACED),
    (CaveatKind.RESOLVED, _SOLVED),
    (CaveatKind.ENDED, _ENDED),
    (CaveatKind.UNCONFIRMED, _UNCONFIRMED),
)


def caveats_of(sentences: Sequence[Said]) -> tuple[Caveat, ...]:
    """Return what an article says against relying on it, one of a kind, in the order of the kinds."""
    found = dict[CaveatKind, Caveat]()
    for said in sentences:
        for kind in _kinds(said):
            found.setdefault(kind, Caveat(kind, said.text))
    return tuple(found[kind] for kind, _ in _KINDS if kind in found)


def _kinds(said: Said) -> Iterator[CaveatKind]:
    about_itself = said.place is not Place.BODY or _NAMES_ITSELF.search(said.plain)
    if not about_itself or not in_prose(said):
        return
    for kind, pattern in _KINDS:
        match = pattern.search(said.plain)
        if match is None:
            continue
        if kind is CaveatKind.SUPERSEDED and (_FROM.search(said.plain) or _OTHERS_PAGE.search(said.plain)):
            continue  # it came here and did not go, or what is newest is always elsewhere
        if kind is not CaveatKind.SUPERSEDED and _CONDITIONAL.search(said.plain):
            continue
        if kind is CaveatKind.ENDED and _IS_NOW.search(match[0]):
            continue
        yield kind
