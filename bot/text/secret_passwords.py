"""Find passwords, PINs and one-time codes in normalised text, where they are stated as such.

"パスワードはabc123です" states one; "パスワードは8文字以上" and "PINは0x80090016のエラー" do not: what follows decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.text.secret_kinds import Secret, SecretKind

__all__ = ["find_passwords"]

_CODE_LABEL = (
    r"(?:(?<![0-9A-Za-z])(?<![0-9A-Za-z][-_./])(?i:pin)(?![A-Za-z])\s?(?:コード|番号|(?i:code|number))?|ピンコード|暗証(?:番号|コード)|パスコード"
    r"|(?:認証|確認|ワンタイム|セキュリティ|リセット)\s?コード|(?<![A-Za-z])(?i:passcode|otp)(?![A-Za-z]))"
)
_WORD_LABEL = (
    r"(?:パス(?:ワード|フレーズ)|合言葉|(?:セキュリティ|暗号化?)\s?キー"
    r"|(?<![0-9A-Za-z])(?<![0-9A-Za-z][-_./])(?i:pass(?:word|phrase|wd)?|pwd|pw)(?![A-Za-z]))"
)
_LABEL = rf"(?:(?P<code>{_CODE_LABEL})|{_WORD_LABEL})(?:\s?\([^()\n]{{0,12}}\))?[*`\"']{{0,3}}"
_OPENING = "「『\"'`("
_STATED = re.compile(
    rf"{_LABEL}(?P<link>\s{{0,2}}(?:は|が|を|も|って)?\s{{0,2}}(?:[:=→]|->)\s{{0,3}}|\s?(?:は|が|を|も|って)\??\s{{0,2}}"
    rf"|\s{{1,3}}(?i:is|was)\s{{1,3}}|[ \t]{{0,2}})(?:(?P<quote>[{_OPENING}])\n?)?(?P<value>[!-~]{{1,64}})"
)
_REVERSED = re.compile(rf"(?<![!-~])(?P<value>[!-~]{{4,64}})[」』]?\s?(?:が|という)\s?(?:{_CODE_LABEL}|{_WORD_LABEL})")
_MORE = re.compile(r"[」』\"']?\s?(?:から|→|->|または|と|か|や|、|に)\s?[「『\"']?(?P<value>[!-~]{1,64})")
_IN_URL = re.compile(r"://[^\s/:@]{1,64}:(?P<value>[^\s/@]{1,128})@")
_NET_USER = re.compile(r"(?i:\bnet(?:\.exe)?\s{1,3}user\s{1,3}[^\s/]{1,40}\s{1,3})(?P<value>[^\s/*][!-~]{0,63})")

_CLOSING = {"「": "」", "『": "』", "(": ")"}
_TRAILING = ".,;:)]}>'\"`"
_COUNTED = re.compile(
    r"[ \t]?(?:文字|桁|回|個|つ|ヶ|か月|カ月|[分日月年秒歳円件人台本枚度%]|時間|種類|番目|以[上下内]|通り|世代|段階"
    r"|パターン|bytes?|-)"
)
_ERROR_AFTER = re.compile(r"\s?(?:の|という|で|と)?\s?エラー")
_SENTENCE_END = re.compile(
    r"\s?(?:です|でした|だ(?!け)|だった|なん|に(?:変|し|設)|と(?:い|入|打|し)|[。」』,、!]|$)", re.MULTILINE
)
# Names that readers put right after the word for a password, and what a form or message says there.
_PUBLIC = re.compile(
    r"(?i:0x[0-9a-f]+|(?=[0-9]*[a-f])(?:80|c0)[0-9a-f]{6}|kb-?[0-9]{5,7}|[0-9]{2}h[12]|(?-i:[A-Z]+(?:_[A-Z0-9]+)+)|https?:.*|[a-z]:\\.*"
    r"|(?:windows|win|office|microsoft|excel|word|outlook|wpa|wep|ipv|sha-?|aes-?|md|utf-?|usb|wi-?fi|bluetooth|ps|web|id)"
    r"[-0-9.]*(?:-?(?:bit|personal|psk|pro|home))?)"
)
_WORDS = re.compile(
    r"(?i:required|optional|incorrect|invalid|expired|wrong|none|null|true|false|yes|no|ok|ng|error|reset|changed?|unknown"
    r"|not|the|a|an|and|or|hello|google|apple|icloud|amazon|pin|bios|uefi|bitlocker|local|net|set|new|old|n/a|protected"
    r"|manager|hint|less|free|policy|login|user|id|email|account)"
)
_PLACEHOLDER = re.compile(r"[*•.?_#-]+|x{3,}|\\?<.*|\[.*|%.*%|\{.*|\$[A-Za-z{(].*", re.IGNORECASE)
_QUOTED_LIMIT = 65  # characters in which a quotation has to end
_COLONS = (":", "=", "→", "->")
_PARTICLES = ("は", "が", "を", "も", "って")
_MIN_BARE_DIGITS = 6
_MIN_BARE = 4  # characters that a password right after its label has at least
_CODE_LENGTH = range(4, 13)  # digits of PINs and one-time codes


def find_passwords(text: str) -> Iterator[Secret]:
    """Yield what is stated as a password, PIN or one-time code in normalised `text`."""
    for match in _STATED.finditer(text):
        if (end := _stated_end(text, match)) is not None:
            yield _secret(match.start("value"), end)
            yield from _find_more(text, end)
    for match in _REVERSED.finditer(text):
        value = match["value"].lstrip(_OPENING)
        if _is_mixed(value) and not _PUBLIC.fullmatch(value):
            yield _secret(match.end("value") - len(value), match.end("value"))
    for pattern in (_IN_URL, _NET_USER):
        for match in pattern.finditer(text):
            if not _is_no_value(match["value"]):
                yield _secret(*match.span("value"))


def _find_more(text: str, end: int) -> Iterator[Secret]:
    """Yield what follows a stated value as another one: "1234から5678に変えた"."""
    while following := _MORE.match(text, end):
        value = following["value"].rstrip(_TRAILING)
        end = following.start("value") + len(value)
        if not (_is_mixed(value) or (value.isdigit() and len(value) in _CODE_LENGTH)) or _is_no_value(value):
            return
        if _COUNTED.match(text, end):
            return
        yield _secret(following.start("value"), end)


def _stated_end(text: str, match: re.Match[str]) -> int | None:
    """Return where the stated value ends, or None where none is stated."""
    start, quote, is_code = match.start("value"), match["quote"] or "", match["code"] is not None
    closing = _CLOSING.get(quote, quote)
    if quote and (end := text.find(closing, start, start + _QUOTED_LIMIT)) > start:
        value = text[start:end]
        plain_words = not re.search("[0-9]", value) and (is_code or quote == "(")
        return None if not value.isascii() or "\n" in value or plain_words or _is_no_value(value) else end
    value = match["value"].rstrip(_TRAILING)
    end = start + len(value)
    if not value or _is_no_value(value) or _ERROR_AFTER.match(text, end):
        return None
    if value.isdigit() and _COUNTED.match(text, end):
        return None
    link = match["link"].strip(" \t\n?")
    if value.isdigit():
        stated = link.endswith(_COLONS) or (
            len(value) in _CODE_LENGTH and (link != "" or is_code or len(value) >= _MIN_BARE_DIGITS)
        )
    elif re.search("[0-9]", value):
        stated = link != "" or (len(value) >= _MIN_BARE and value[0] not in "-/.,)_" and "|" not in value)
    else:
        # Words alone: what a form shows after a colon, or a sentence that ends with them.
        ends = link.endswith(_COLONS) or (link in _PARTICLES and _SENTENCE_END.match(text, end) is not None)
        stated = ends and not is_code and "\n" not in match["link"]
    return end if stated else None


def _is_no_value(value: str) -> bool:
    return any(pattern.fullmatch(value) for pattern in (_PUBLIC, _WORDS, _PLACEHOLDER))


def _is_mixed(value: str) -> bool:
    return re.search("[0-9]", value) is not None and re.search("[^0-9]", value) is not None


def _secret(start: int, end: int) -> Secret:
    return Secret(SecretKind.PASSWORD, ((start, end),))
