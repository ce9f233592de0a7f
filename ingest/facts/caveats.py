"""What an article says against relying on it: old, replaced, solved since, no longer possible, unconfirmed.

Only what it says of itself counts: in its title, headings or lead, in a dated note, or where it names itself. A
sentence says such a thing where it holds all the cues of one way of saying it, in any order, and none that turns it
into something else: a condition, a question, somebody else's page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.types import Caveat, CaveatKind
from ingest.facts.said import Place, Said, in_prose

__all__ = ["caveats_of"]

_ITSELF = r"(?:この|本|当)(?:記事|ページ|エントリー?|投稿|まとめ|解説)"
_ABOUT_ITSELF = re.compile(
    rf"{_ITSELF}|追記|【(?:重要|お知らせ|注意|ご注意|更新|訂正|追記)|^※|^\W*\(?以下は"
    r"|^\W*(?:この|その|本|当該?の?)(?:問題|不具合|現象|件|障害|バグ)(?:は|について)"
)
"""What a sentence below the lead must hold to be about the article."""

_PAGE = r"(?:記事|ページ|版|ガイド|解説|まとめ|サイト|ブログ)"
_PROBLEM = r"(?:問題|不具合|現象|症状|障害|件|バグ|エラー|トラブル)"
_METHOD = (
    r"(?:方法|手順|やり方|裏ワザ|裏技|手法|抜け道|回避策|コマンド|手口|ツール|(?:無償|無料)アップグレード|キャンペーン)"
)
_IF = (
    r"場合|(?:た|だ)ら(?:、|$)|かもしれ|ことがあ|(?:でしょう|です|ました|ます)か(?:[?。、]|$)|かどうか|とき(?:は|に)|たいとき"
    r"|可能性があ"
)


@dataclass(frozen=True, slots=True)
class _Way:
    """One way of saying something: all of `cues` in a sentence, the rarest first, and nothing of `never`."""

    kind: CaveatKind
    cues: tuple[re.Pattern[str], ...]
    never: re.Pattern[str]

    def says(self, text: str) -> bool:
        return all(cue.search(text) for cue in self.cues) and not self.never.search(text)


def _way(kind: CaveatKind, *cues: str, never: str = _IF) -> _Way:
    return _Way(kind, tuple(map(re.compile, cues)), re.compile(never))


_OLD_NEVER = r"場合|方(?:に|へ|は)|向け|混じ|混ざ|多い|ネット|検索|ほかの|他の|誤解|惑わ"
_NEW_NEVER = (
    # Where readers are sent for what is newest anyway, or for more of the same: nothing is said of the article.
    r"公式|メーカー|Microsoft|マイクロソフト|各社|提供元|配布元|あわせて|合わせて|併せて|も(?:ご覧|どうぞ|参考|お読み)|関連|予定|通知|購読"
    r"|最新の?記事|新着|場合|から[^。]{0,16}(?:移転|移動|移行|引っ?越)"
)
_FIX_NEVER = (
    # What the author's own doing solved is not solved for everybody, and what only seems solved may not be.
    rf"{_IF}|ようです|らしい|そうです|とのこと|たところ|ことで|(?:アンインストール|削除|入れ直|戻)(?:し|す)|見込み|予定"
)
_WAYS = (
    _way(
        CaveatKind.OUTDATED,
        r"古い(?:情報|内容|記事|もの|まま|です|ので|ため|可能性|[。)】!]|$)|古く(?:な|て)|過去の(?:記事|情報|内容|もの|話|記録)|昔の(?:記事|情報|話)"
        r"|(?:当時|時点|以前)の(?:もの|情報|内容|記録|記事)(?:です|なので|で(?:あり|、)|と(?:なって|なり)|のため|[。)】!]|$)",
        r"記事|ページ|内容|情報|記述|手順|画面|エントリー|投稿|記録|話",
        rf"{_ITSELF}|(?:この|以下の|以下は|下記の|掲載の?)(?:情報|内容|記述|手順)?|^\W*(?:ご?注意|お知らせ|内容が|情報が|古い|昔の|過去の)|※|に書いた|に書かれた|追記",
        never=_OLD_NEVER,
    ),
    _way(
        CaveatKind.SUPERSEDED,
        r"最新|新しい|新版|改訂|改稿|更新版|書き直|リニューアル|年版|まとめ直|後継|完全版|決定版",
        rf"{_PAGE}|ほう|情報|手順",
        r"(?:こちら|別の?記事|下記|以下|リンク先|新しい(?:記事|ページ|サイト))(?:に|へ|で|を|です|から|の(?:記事|ページ)|[。::]|$)"
        r"|(?:を|へ|に)[^。]{0,8}?(?:ご覧|見て|参照|お読み|読んで|移って|お進み|ご確認)"
        rf"|{_PAGE}(?:が|も)?あります|(?:版|記事|解説|ガイド)を(?:別に|新たに|改めて)?(?:書|公開|作|用意|出)(?:き|し|り)?まし",
        never=_NEW_NEVER,
    ),
    _way(
        CaveatKind.SUPERSEDED,
        rf"(?:{_PAGE}|URL|アドレス|内容|」)",
        r"(?:に|へ)(?:移転|移動|統合|引っ?越し|まとめ直|書き直|引き継|一本化)(?:し|され|済|を)",
        r"記事|ページ|サイト|ブログ|URL",
        never=_NEW_NEVER,
    ),
    _way(
        CaveatKind.SUPERSEDED,
        rf"{_ITSELF}|続き|^\W*(?:お知らせ|移転|移動)",
        rf"(?:別|新|次の?|こちらの)(?:の)?{_PAGE}[^。]{{0,6}}(?:に|へ|で)[^。]{{0,6}}(?:移|分け|まとめ|書|続|引き継)|代わりに[^。]{{0,20}}{_PAGE}",
        never=_NEW_NEVER,
    ),
    _way(
        CaveatKind.SUPERSEDED,
        r"今後は|今は|これからは",
        rf"(?:こちら|新しい{_PAGE}|新サイト|リンク先)[^。]{{0,12}}(?:ご覧|参照|お読み|見て|どうぞ)",
        never=_NEW_NEVER,
    ),
    _way(
        CaveatKind.RESOLVED,
        r"(?:修正|解消|解決|改善|対応)(?:され(?:まし|てい|、)|済|しました|しています)|直(?:りました|って(?:い|お))",
        r"更新|アップデート|修正プログラム|パッチ|KB[0-9]|ビルド|サーバー|Microsoft|マイクロソフト|開発元|配信",
        rf"{_PROBLEM}|{_ITSELF}",
        never=_FIX_NEVER,
    ),
    _way(
        CaveatKind.RESOLVED,
        rf"(?:この|その|本|当該?の?){_PROBLEM}|{_ITSELF}|この情報",
        r"は、?(?:すでに|既に|もう|現在は?|その後|無事)?、?"
        r"(?:解決|解消|修正)(?:しました|しています|されました|されています|済み?(?:です|の|と|[。)】!]|$))",
        never=_FIX_NEVER,
    ),
    _way(
        CaveatKind.RESOLVED,
        rf"^\W*(?:この|その|本|当該?の?){_PROBLEM}",
        r"修正プログラム|パッチ|修正版|KB[0-9]|修正アップデート|対策版",
        r"(?:出て(?:い|お)|公開(?:され|済)|配信(?:され|済|が始ま)|リリースされ|提供され|出ました)",
        never=_FIX_NEVER,
    ),
    _way(
        CaveatKind.RESOLVED,
        r"(?:回避策|対処|対策|手順|作業|操作)(?:は|も)",
        r"もう|すでに|既に|現在|修正(?:後|済)|(?:更新|適用)(?:後|済)",
        r"必要(?:は)?(?:ありません|ない)|不要です|いりません|要りません",
    ),
    _way(CaveatKind.RESOLVED, r"[【(](?:修正済み?|解消済み?|解決済み?)[^】)]{0,6}[】)]"),
    _way(
        CaveatKind.ENDED,
        r"(?:使え|通用し|機能し|利用でき|使用でき|効か|動か|動き|効き)(?:ません|なく|ない)|無効(?:化され|になり|になっ|にされ)|廃止(?:され|となり|になり)"
        r"|塞(?:が|い)|ふさが|封じ|(?:抜け道|道|穴)を[^。]{0,6}閉じ|(?:提供|受付|配布|公開|配信|キャンペーン)(?:は|が|を)[^。]{0,6}終了|打ち切|対策され",
        _METHOD,
        r"現在|今(?:は|では|や|、|となっては)|いま(?:は|では)|もう|すでに|既に|以降|から(?:は|、|使え)|追記|ました|なっています|なりました|[0-9]年",
        never=rf"{_IF}|(?:使え|でき)(?:ます|るよう)|まだ|(?:Home|Pro|エディション|版|機種)では",
    ),
    _way(
        CaveatKind.ENDED,
        r"(?:今|いま)(?:から|さら)[^。]{0,10}(?:やって|試して|申し込んで|実行して)も[^。]{0,20}(?:ません|ない)",
    ),
    _way(
        CaveatKind.ENDED,
        rf"{_ITSELF}に(?:書|あ|載|まと)|(?:この|以下の|下記の|上の)(?:操作|手順|方法|やり方|内容)",
        r"もう|すでに|既に|現在|今(?:は|では|となっては)|いまは",
        r"(?:でき|使え|行え|試せ|選べ|機会は?)[^。]{0,6}(?:ません|ない|なくな)|無理(?:です|に)|意味が(?:ありません|ない)|過去の(?:もの|話)",
        never=rf"{_IF}|(?:使え|でき)(?:ます|るよう)|まだ|(?:Home|Pro|エディション|版|機種)では",
    ),
    _way(
        CaveatKind.UNCONFIRMED,
        r"未確認(?:です|の(?:情報|内容|まま|ため)|ながら|情報|と|で(?:あり|、)|[。)】!]|$)|不明(?:です|ですが|[。)】]|$)"
        r"|(?:(?:わか|分か)って|判明して|確認(?:されて|できて|が取れて|がとれて|は取れて)|はっきりして|断定できて?|取れて|特定(?:されて|できて))"
        r"(?:い)?(?:ません|ない|おらず)|確証(?:は|が|も)(?:あり(?:ません)|ない|持て|得られ)|定かでは|推測の域|憶測"
        r"|はっきりした(?:こと|原因|理由)は[^。]{0,16}(?:ません|ない)",
        r"原因|理由|なぜ|真偽|真相|詳細|事実|本当|噂|うわさ|因果|関係|関連|情報|再現|裏|未確認|確認(?:は|が)|確証|はっきりした|推測|憶測|効果|効く",
        never=r"場合|デバイス|(?:た|だ)ら(?:、|$)|とき|うち(?:に|は)|(?<!の)方は|しなければ|原因を(?:確認|特定)|でしょうか",
    ),
)


def caveats_of(sentences: Sequence[Said]) -> tuple[Caveat, ...]:
    """Return what an article says against relying on it, one of a kind, in the order of the kinds."""
    found = dict[CaveatKind, Caveat]()
    for said in sentences:
        for kind in _kinds(said):
            found.setdefault(kind, Caveat(kind, said.text))
    return tuple(found[kind] for kind in CaveatKind if kind in found)


def _kinds(said: Said) -> Iterator[CaveatKind]:
    about_itself = said.place is not Place.BODY or _ABOUT_ITSELF.search(said.plain)
    if about_itself and in_prose(said):
        text = f"この記事 {said.plain}" if said.place is Place.TITLE else said.plain
        yield from (way.kind for way in _WAYS if way.says(text))
