"""Words that say the same, words that say the opposite, and words that say nothing of their own.

Written from what writers of Japanese help pages exchange for each other; each word as Sudachi normalises it.
"""

from __future__ import annotations

from functools import cache

from bot.text.tokens import morphemes

__all__ = ["EMPTY_WORDS", "opposites", "same_as"]

_SAME = """
PC パソコン コンピューター コンピュータ 本体 端末 マシン
スマホ スマートフォン 携帯 携帯電話
ネット インターネット
押す クリック タップ 選ぶ 選択 指定
出る 表示 現れる 出す 示す 映る 見える 表れる
確かめる 確認 見る チェック 調べる 見直す 点検 照合 照らし合わせる
探す 調べる 検索 見付ける 見付かる
削除 消す 消去 消える 失う 無くなる 失われる
控える 書き留める メモ 記録 書く 書き写す 写す 残す メモする
撮る 撮影 写真
直る 解決 治る 解消 改善 復旧
直す 修復 修理 訂正
繋ぐ 接続 繋がる 差す 差し込む 挿す
外す 取り外す 抜く 外れる 取る
打つ 入力 打ち込む 入れる 記入
起動 立ち上がる 立ち上げる 動く 始動
終わる 完了 終了 済む 済ます 終える
始まる 開始 始める スタート
止まる 停止 止める 固まる フリーズ
動く 動作 作動 働く 機能 稼働
やり直す 再試行 試す 試みる 繰り返す
バックアップ 控え 写し コピー 複製 退避
手順 方法 やり方 操作 手続き
問い合わせる 相談 連絡 尋ねる 聞く 問い合わせ 合わせる 電話
連絡 知らせる 伝える 通知 案内 告げる 申し出る
使う 利用 使用 用いる 使える
準備 用意 揃える
無料 無償 ただ
費用 料金 代金 有料 金 お金
必要 要る 求める
変更 変える 変わる 切り替える 切り替わる 置き換える 換える 替える 交換
購入 買う 入手
窓口 サポート 相談先 問い合わせ先 連絡先
原因 理由 訳 為
更新 アップデート 新しい
戻す 戻る 復元 復旧 元
最初 初め 先 先ず 始め 初回
別 他 ほか 違う 異なる 別々
同じ 一致 合う 同一 等しい
難しい 困難
壊れる 破損 損傷 損なう 壊す 故障 傷む
危険 危ない
古い 旧 昔
送る 送信
渡す 教える 伝える 知らせる 送る 明かす
移す 移行 移動 写す 移る
続く 続ける 継続
待つ 待機 様子
設定 セットアップ 構成
初期化 リセット
持つ 所有 所持 備える 搭載
主 持ち主 所有者
従う 沿う
得る 受け取る 取得 貰う 入手
作る 作成 作り直す
時刻 時間 日時
数字 番号 桁
場所 所 箇所 位置
記事 ページ
企業 会社 職場 勤め先
家族 身内
見込み 可能性 恐れ
有効 オン
無効 オフ
点灯 光る 点滅
長い 長時間
早い 速い 速やか 直ぐ
多い 大半 殆ど
支払う 払う
落とす 切る 切れる オフ シャットダウン
入る 含む 含まれる 有る 収まる
押さえる 長押し 押し続ける
進む 進行 進捗
増える 増加 増やす
減る 減少 減らす
遅い 重い
後 後回し
閉じる 閉める
サインイン ログイン
サインアウト ログアウト
アプリ アプリケーション ソフト ソフトウェア プログラム
パスワード 暗証
メーカー 製造元 製造会社
担当者 担当
証明 証拠
空き 空く 容量
足りない 不足 足りる
付く 付ける 付属 添付
呼ぶ 称する
読む 読み込む
載る 掲載 載せる 挙げる
受け付ける 受付
行う 実行 実施 進める 遣る
印 マーク アイコン
注意 気を付ける
対象 該当
範囲 内
考える 検討 判断
減らす 抑える
拒む 拒否 断る
分かる 判明 知る 判る 把握
無視 放置
"""

_OPPOSITE = """
有効 無効
オン オフ
削除 保存
削除 追加
成功 失敗
可能 不可能
可能 不可
必要 不要
増える 減る
増やす 減らす
開く 閉じる
開ける 閉める
始める 終わる
開始 終了
接続 切断
繋ぐ 外す
繋ぐ 抜く
差す 抜く
差し込む 抜く
入れる 切る
入れる 出す
前 後
以前 以降
先 後
以上 以下
以上 未満
以下 超える
未満 超える
最初 最後
右 左
上 下
内蔵 外付け
安全 危険
早い 遅い
速い 遅い
高い 低い
古い 新しい
最新 最古
同じ 違う
同じ 別
有料 無料
有料 無償
許可 禁止
許可 拒否
公式 非公式
オンライン オフライン
個人 法人
送信 受信
インストール アンインストール
サインイン サインアウト
有る 無い
表示 非表示
起動 シャットダウン
起動 終了
再起動 シャットダウン
対応 非対応
消える 残る
消える 表示
直る 壊れる
修復 破損
手動 自動
既定 任意
電話 メール
短い 長い
大きい 小さい
多い 少ない
上がる 下がる
上げる 下げる
左側 右側
戻る 進む
暗号化 復号
標準 管理者
速い 遅い
使う 止める
書き込む 読み込む
貸す 借りる
付く 外れる
付ける 外す
正常 異常
"""

_EMPTY = """
為る 有る 居る 成る 下さる 頂く 置く 仕舞う 来る 行く 呉れる 貰う 得る 出来る 御座る 因る 対する 関する
就く 於く 従う 言う 思う 御覧 こと 物 為 時 場合 所 方 訳 積もり まま 内 際 其れ 此れ 其の 此の 何
何れ 様 風 点 程 位 中 間 さん ら 達 等 など 折 考える 意味 よう おく 知れる やめる 避ける たつ うち 又
及び 或いは 更に 尚 但し 然し 其処 此処 其処で 従って 其の為 即ち 例えば 特に 実際 一旦 一度 もう 未だ
既に 先ず 次 以下 下記 状態 内容 情報 部分 上 側 方法 手順 項目 操作 対応 作業 可能 良い 必要 可能性
恐れ 構う 通り 行う 進める 実施 実行 試す 済む 続く 続ける 通常 他 今 現在 順 順番 順に 自分 人 全体
様子 後 前 度 回 個 分 月 年 日 秒 時間 的 化 用 者 性 版 先
"""


@cache
def same_as(word: str) -> frozenset[str]:
    """Return the words that may stand for a word, itself among them."""
    return frozenset({word}).union(*(group for group in _groups(_SAME) if word in group))


@cache
def opposites(word: str) -> frozenset[str]:
    """Return the words that say the opposite of a word."""
    found: set[str] = set()
    for group in _groups(_OPPOSITE):
        if word in group:
            found |= group - {word}
    return frozenset(found)


@cache
def _groups(table: str) -> tuple[frozenset[str], ...]:
    return tuple(
        frozenset(form for word in line.split() for form in (word.lower(), _normal(word)))
        for line in table.split("\n")
        if line.strip()
    )


def _normal(word: str) -> str:
    found = morphemes(word)
    return found[0].normalized.lower() if len(found) == 1 else word.lower()


@cache
def _empty() -> frozenset[str]:
    return frozenset().union(*_groups(_EMPTY))


class _Empty:
    """The words that are not counted, read when first asked: the dictionary takes a moment to load."""

    def __contains__(self, word: object) -> bool:
        return word in _empty()


EMPTY_WORDS = _Empty()
"""Words whose presence or absence says nothing: supporting verbs, formal nouns, connectives, and what help texts say
of everything (手順, 操作). Direction, condition and hedge are looked at apart from them."""
