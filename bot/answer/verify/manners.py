"""What no passage could support: markup that fetches or hides, obeyed instructions, promises, chatter."""

from __future__ import annotations

import re
import unicodedata

from bot.answer.verify.verdict import Reason

__all__ = ["is_label", "misbehaviour", "unsafe_markup"]

_MARKUP = (
    re.compile(r"!\["),  # an image, whole or broken
    re.compile(r"\]\s?[(（]"),  # a link
    re.compile(r"\]\s?\[[^\]0-9]"),  # a link by reference
    re.compile(r"^\s*\[[^\]]*\]\s?:", re.MULTILINE),  # … and where it leads
    re.compile(r"<\s*/?\s*[A-Za-z!?]"),  # HTML, and addresses in angle brackets
    re.compile(r"&(?:#[0-9xX]|[A-Za-z]{2,8};)"),  # a character that HTML would turn into another
    re.compile(r"(?i)\b(?:javascript|data|vbscript|file|ftp|mailto|tel|blob)\s?:(?!\s)"),
)
_SEEN_CONTROLS = "\n\t"
_ADDRESS = re.compile(
    r"(?i)(?:https?|hxxps?)\s?:?\s?//\S*|(?<![\w@.-])www\.[^\s、。「」（）]+"
    r"|(?<![\w.-])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|net|org|jp|io|info|biz|xyz|me|ms|app|dev|site|online|top|ru|cn|co)(?:/[!-~]*)?(?![a-z0-9-])"
)

_MANNERS: tuple[tuple[Reason, re.Pattern[str]], ...] = (
    (
        Reason.INJECTION,
        re.compile(
            r"(?i)以前の指示|(?:これ|上記|先ほど|前)まで?の(?:指示|命令|ルール|制約)|システム\s?プロンプト|system\s?prompt"
            r"|(?<![A-Za-z])(?:system|assistant|user|developer)\s?[:：]|<\|?|\|>|\[/?INST|ignore (?:all|previous)"
            r"|(?:指示|命令|ルール|制約|プロンプト)(?:に従|を無視|は次|は以下|を忘れ|を開示|を解除|では)|(?:指示|命令)(?:どおり|通り)"
            r"|開発者モード|脱獄|jailbreak|DAN\s?モード|制限(?:を|が|は)(?:解除|なし|無)|フィルター(?:を|は)(?:解除|無効)"
            r"|私(?:は|に与えられた).{0,12}(?:AI|言語モデル|アシスタント|チャットボット)|言語モデル|大規模言語|アシスタントとして"
            r"|(?:パッセージ|passages?|与えられた(?:資料|文書|情報)|提供された(?:資料|文書|情報|パッセージ)|コンテキスト)(?:に|の|を|だけ|以外|番号)"
            r"|出典番号|引用番号|番号付きの?(?:資料|文書|パッセージ)|API\s?キー|(?:役|ロール)(?:を演じ|プレイ)|になりきって|海賊|ハッキングされ"
        ),
    ),
    (
        Reason.IMPERSONATION,
        re.compile(
            r"(?:私|わたし|僕|当方|弊社|当社|こちら|わたくし)(?:ども)?(?:は|も|の|が|から|で|にて)"
            r"|(?:担当者|スタッフ|オペレーター|技術者|専門家|サポート(?:担当|チーム|スタッフ)?|係)(?:が|から|より|の者が).{0,16}"
            r"(?:連絡|電話|折り返|伺|対応|訪問|お待ち).{0,6}(?:します|いたします|致します|差し上げ|さしあげ|ます。?$)"
            r"|折り返し(?:お|ご)?(?:電話|連絡)|(?:ご|お)連絡(?:いた|を?差し|を?さし)|遠隔(?:操作)?で(?:直|修理|対応|確認)(?:します|いたします)"
            r"|人間(?:です|の(?:担当|オペレーター|スタッフ))|(?:手配|予約|発送|返金|受け付け)(?:しました|いたしました|いたします|しておきます)"
        ),
    ),
    (
        Reason.PROMISE,
        re.compile(
            r"(?:必ず|絶対に?|確実に|間違いなく|100\s?[%％]|１００％|すぐに|完全に)[^。]{0,24}"
            r"(?:直り|直る|治り|治る|解決(?:し|でき|する)|復旧(?:し|でき|する)|修復(?:でき|され)|成功(?:し|する)|元に戻(?:り|る|せ)|取り戻せ|復元でき|動くように)"
            r"|(?:これ|この(?:方法|手順|操作|設定))(?:だけ)?で[^。]{0,12}(?:直り|治り|解決(?:し|でき)|復旧(?:し|でき))(?:ます)"
            r"|保証(?:します|いたします|できます)|(?:(?<!ので)(?<!ので、)(?<!ご)|(?<!ので)(?<!ので、)ご)安心(?:ください|して)|心配(?:は|する必要は)?(?:ありません|いりません|要りません|ない|無用|ご無用)"
        ),
    ),
    (
        Reason.CHATTER,
        re.compile(
            r"[?？]\s*$|(?:ます|です|でしょう|ました|ません|ましょう)か。?\s*$"
            r"|^(?:こんにちは|こんばんは|はじめまして|お世話に|ご質問|お問い合わせ(?:ありがとう|いただき)|承知|かしこまり|了解|もちろん|はい[、。]|いいえ[、。])"
            r"|(?:ありがとう|お困り(?:です|のこと|でし)|お役に立|お手伝い|お気軽に|申し訳(?:あり|ござい)|ご不便|ご了承|幸いです|お大事に|頑張って|がんばって|お聞かせください|(?:(?<!に)|(?<=私に)|(?<=らに))お(?:知らせ|尋ね)ください|お答えし|ご案内し(?:ます|ました)|ご説明し|説明しました|まとめると次|(?<![0-9A-Za-z０-９])以上(?:です|が)|参考になれば)"
        ),
    ),
)
_DENIED = re.compile(r"(?:とは限り|とは限ら|わけでは|保証は?(?:あり|でき)ま|保証されま|とは言え|とはいえ|とは言い)")

_HEADING = re.compile(r"\s*#{1,6}[ \t　]")
_TABLE_HEAD = re.compile(r"\s*\|[^\n]*\n\s*\|?(?:[ \t]*:?-{2,}:?[ \t]*\|)+[-: \t]*")


def unsafe_markup(unit: str, texts: list[str]) -> str:
    """Return the markup, hidden character or foreign address that must not reach a page, "" when there is none.

    Addresses are allowed where one of the cited `texts` prints them letter for letter.
    """
    for letter in unit:
        if letter not in _SEEN_CONTROLS and unicodedata.category(letter) in {"Cc", "Cf", "Co", "Cn", "Cs"}:
            return f"U+{ord(letter):04X}"
    if unit.count("```") % 2 or unit.count("~~~") % 2:
        return "```"
    for pattern in _MARKUP:
        found = pattern.search(unit)
        if found and not (found.group().lstrip().startswith("<") and _in_code(unit, found.start())):
            return found.group().strip()
    for match in _ADDRESS.finditer(unit):
        address = match.group().rstrip(".,;:)]）」』。、`*")
        if not any(_prints(text, address) for text in texts):
            return address
    return ""


def misbehaviour(claim: str, texts: list[str]) -> tuple[Reason, str] | None:
    """Return why a claim, without markup and citations, is none of a passage; what a passage itself says is allowed."""
    for reason, pattern in _MANNERS:
        for found in pattern.finditer(claim):
            said = found.group()
            if any(said in text for text in texts) and reason is not Reason.CHATTER:
                continue
            if reason is Reason.PROMISE and _DENIED.search(claim, found.start()):
                continue
            return reason, said.strip()[:40]
    return None


def is_label(unit: str) -> bool:
    """Tell whether a unit is a heading or the head of a table, which needs no citation."""
    return bool(_HEADING.match(unit) or _TABLE_HEAD.fullmatch(unit))


def _prints(text: str, address: str) -> bool:
    at = text.find(address)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(address) : at + len(address) + 1]
        if not _in_address(before) and not (_in_address(after) and after not in ".,:"):
            return True
        at = text.find(address, at + 1)
    return False


def _in_address(letter: str) -> bool:
    return letter.isascii() and (letter.isalnum() or letter in "/.-_~%?=&#@:")


def _in_code(unit: str, at: int) -> bool:
    return unit.count("`", 0, at) % 2 == 1 or unit.count("```", 0, at) % 2 == 1
