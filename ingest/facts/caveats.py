"""What an article says against relying on it: old, replaced, solved since, no longer possible, unconfirmed.

Only what it says of itself counts: in its title, its lead, a dated note, or a sentence that names the article.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.types import Caveat, CaveatKind
from ingest.facts.said import Place, Said, in_prose

__all__ = ["caveats_of"]

_SELF = r"(?:この|本|当)(?:記事|ページ|エントリー?|投稿|まとめ)"
_HERE = rf"(?:{_SELF}|(?:この|以下の|下記の|本文の|ここに(?:書|あ)[^。]{{0,4}})(?:情報|内容|記述|手順)|(?:この|その)(?:問題|不具合|現象|件|障害|症状|バグ))"
_NAMES_ITSELF = re.compile(rf"{_SELF}|追記|【(?:重要|お知らせ|注意|ご注意|更新|訂正|追記)|^※")
_OLD = re.compile(
    rf"{_HERE}の?(?:情報|内容|記述|手順)?(?:は|が|も)[^。]{{0,20}}?"
    r"(?:古い(?:情報|内容|記事|もの|バージョン)?(?:です|でし|と(?:なって|なり)|に(?:なって|なり)|の(?:ため|で|可能性)|なので|につき|可能性|ので|ため|[。)】!]|$)"
    r"|古く(?:な|て))"
    r"|^\W*(?:※|【|\[)?(?:内容|情報)が古(?:い(?:です|ため|ので|可能性|[。)】!]|$)|く(?:な|て))"
    rf"|{_HERE}(?:は|が)[^。]{{0,20}}?(?:時点の(?:もの|情報|内容)|当時の(?:もの|情報|内容)|過去の(?:もの|情報|内容))(?:です|なので|で(?:あり|、)|と(?:なって|なり)|のため|[。)】!]|$)"
)
_REPLACED = re.compile(
    r"(?:最新|新しい|新|改訂|更新)(?:の|版の)?(?:情報|手順|内容|方法|記事|版|ページ|解説)?(?:は|を|については?)[^。]{0,20}?"
    r"(?:こちら|別の?記事|新しい記事|次の記事|以下の記事|下記|新サイト|リンク先)"
    rf"|{_SELF}(?:は|の内容は|を)[^。]{{0,40}}?(?:に|へ)(?:移転|移動|統合|引っ?越し|移行|まとめ直|書き直|引き継|一本化)"
    r"|(?:に|へ)(?:移転|移動|統合|引っ?越し)(?:し(?:ました|た|ています|ております)|済)"
    r"|(?:こちら|新しい|次の|以下の|別の?)の?(?:新しい)?(?:記事|ページ|サイト|ブログ)[^。]{0,4}(?:に|へ|で)(?:移転|移動|統合|まとめ直|書き直|引き継|全面的に)"
    r"|今後は[^。]{0,16}(?:こちら|新しい(?:記事|ページ|サイト)|新サイト|リンク先)[^。]{0,12}(?:ご覧|参照|お読み|見て|どうぞ)"
    rf"|{_SELF}の(?:改訂版|最新版|新版|更新版|書き直し版)(?:は|が|を)"
    r"|(?:改訂版|最新版の?記事|新版)(?:は|を)[^。]{0,8}(?:こちら|公開)"
)
_FROM = re.compile(r"(?:旧|元の?|以前の|前の)?(?:サイト|ブログ|URL)?から[^。]{0,16}(?:移転|移動|移行|引っ?越)")
_BY_UPDATE = r"(?:(?:更新|アップデート|修正プログラム|パッチ|KB[0-9]+|ビルド|修正版|バージョン[0-9.]*|Microsoft側|マイクロソフト側|サーバー側|メーカー側)[^。]{0,15})"
_SOLVED = re.compile(
    rf"{_HERE}は、?[^。]{{0,20}}?解決済み?(?:です|となって|になって|と(?:なり|して)|[。)】!]|$)"
    rf"|{_HERE}は、?(?:すでに|既に|もう|現在は?|その後|無事)?、?(?:解決|解消|修正)(?:しました|しています|されました|されています|済み?(?:です|[。)】!]|$))"
    rf"|{_HERE}は、?[^。]{{0,30}}?{_BY_UPDATE}[^。]{{0,12}}(?:修正|解消|解決|改善|対処)(?:されました|されています|され、|済み|しました|しています)"
    r"|[【(](?:修正済み?|解消済み?|解決済み?)[^】)]{0,6}[】)]"
)
_ENDED = re.compile(
    r"(?:現在|今(?:は|では|現在|となっては)|いま(?:は|では)|もう|すでに|既に|[0-9]+年(?:[0-9]+月)?(?:現在|時点|以降)|[0-9]H[12]以降|それ以降)[^。]{0,20}?"
    r"(?:方法|手順|やり方|裏ワザ|裏技|手法|抜け道|回避策|手|コマンド|ツール|手口)[^。]{0,10}?"
    r"(?:使えません|使えなく|使えない|使用できません|利用できません|できません|できなく|通用しません|通用しなく|塞が|ふさが|封じ|無効|廃止)"
    r"|(?:この|本|上の|上記の|以下の|下記の|紹介した|記事の|当記事の)(?:方法|手順|やり方|裏ワザ|裏技|手法|抜け道|回避策|コマンド|ツール)(?:は|も|が)、?"
    r"[^。]{0,10}?(?:現在|今は|今では|いまは|いまでは|もう|すでに|既に|[0-9]+年(?:[0-9]+月)?(?:現在|時点|以降))[^。]{0,16}?"
    r"(?:使え(?:ません|なく|ない)|使用できません|利用でき(?:ません|なく)|でき(?:ません|なく)|通用し|塞が|ふさが|封じ|無効|廃止)"
)
_UNCONFIRMED = re.compile(
    r"未確認(?:です|の(?:情報|内容|まま|ため)|ながら|情報|と(?:なって|のこと)|で(?:あり|、)|[。)】!]|$)"
    r"|(?:真偽|原因|詳細|事実|裏付け|再現性)[^。]{0,8}(?:は|が|も)(?:まだ|現時点で(?:は)?|今のところ)?、?(?:確認(?:が)?(?:でき|取れ|とれ|し)ていません|取れていません|不明です)"
    r"|裏(?:付け)?(?:は|が)(?:まだ)?(?:取れ|とれ)ていません"
    r"|確認(?:は|が)(?:まだ)?(?:取れ|とれ)ていません"
)
_CONDITIONAL = re.compile(
    r"場合(?:は|に|も|が)|(?:た|だ)ら、|かもしれ|ことがあ|か(?:どうか)?(?:を|は)|でしょうか|ですか|(?:なる|なった|できなくなる|使えなくなる)可能性|(?:使|で)え?なければ|たいとき"
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
        if kind is CaveatKind.SUPERSEDED and _FROM.search(said.plain):
            continue  # it came here, it did not go
        if kind is not CaveatKind.SUPERSEDED and _CONDITIONAL.search(said.plain):
            continue
        if kind is CaveatKind.ENDED and _IS_NOW.search(match[0]):
            continue
        yield kind
