"""Find personal data in normalised text: mail addresses, user folders, card and citizen numbers.

What belongs to nobody is left alone: addresses of documentation companies, vendors and machines, and the folders that
every Windows has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.text.secret_kinds import Secret, SecretKind

__all__ = ["find_personal"]

_ADDRESS_TAIL = re.compile(
    r"(?P<at>@|\s@\s?|@\s|\s?[\[({<](?i:at|アットマーク|アット|@)[\])}>]\s?|アットマーク)"
    r"(?P<domain>[0-9A-Za-z](?:[0-9A-Za-z-]{0,62}\.){1,30}(?P<top>[A-Za-z]{2,24}|(?i:xn)--[0-9A-Za-z-]{2,58}))"
    r"(?![0-9A-Za-z])"
)
# Read backwards from the @: any character that mail allows, then those that do not also end a URL's or command's part.
_LOCAL_REVERSED = re.compile(r"[0-9A-Za-z_.!#$%&'*+/=?^`{|}~-][0-9A-Za-z_.!$%'*+^~-]{0,63}")
_COMMON_TOP = re.compile(r"(?i:com|net|org|info|biz|edu|jp|me|io)")
_FILE_SUFFIX = re.compile(r"(?i:png|jpe?g|gif|webp|svg|bmp|ico|css|js|json|txt|log|dll|exe|sys)")
# Reserved by RFC 2606 and 6761.
_RESERVED_TOP = re.compile(r"test|invalid|localhost|local|internal|tld")
# Placeholders, and the companies that product documentation is written with.
_EXAMPLE_LABEL = re.compile(
    r"(?:your|my|vanity)*(?:domain|company)|x{3,}|contoso|fabrikam|northwindtraders|adatum|tailspintoys"
    r"|wingtiptoys|litware(?:inc)?|treyresearch|proseware|four?thcoffee|adventure-works|wideworldimporters"
    r"|woodgrovebank|alpineskihouse|margiestravel|relecloud|cohowinery|cohovineyard|lucernepublishing"
    r"|blueyonderairlines|humongousinsurance|graphicdesigninstitute"
)
_VENDOR_DOMAIN = re.compile(r"(?:.*\.)?(?:microsoft|windows|office|office365|onedrive|xbox|windowsupdate)\.com")
_FREE_MAIL = re.compile(
    r"(?:.*\.)?(?:gmail|googlemail|yahoo|ymail|outlook|hotmail|live|msn|icloud|me|mac|aol|docomo|ezweb|au|softbank"
    r"|vodafone|ymobile|nifty|biglobe|so-net|ocn|proton|protonmail|gmx)\.(?:co\.jp|ne\.jp|com|jp|net|ch|me)"
)
_NOBODY = re.compile(
    r"(?:no|do-?not)-?_?reply|notifications?|mailer-daemon|postmaster|hostmaster|webmaster|abuse|mailserv|listserv"
    r"|majordomo|support|help-?desk|help|feedback|user(?:[_.-]?name|[0-9]{1,2})?|someone|email|alias"
)

_CARD_SHAPE = (
    r"[2-6][0-9]{{3}}(?:{gap}[0-9]{{4}}{gap}[0-9]{{4}}{gap}[0-9]{{4}}|{gap}[0-9]{{6}}{gap}[0-9]{{4,5}})"
    r"(?![0-9A-Za-z])(?![-.][0-9])"
)
# Four numbers one below the other are more often a list: a line may break beside a hyphen, else the text says "card".
_CARD = re.compile(r"(?<![0-9A-Za-z])(?<![0-9][-.])" + _CARD_SHAPE.format(gap=r"(?:\s?-\s?|[ \t]?)"))
_LABELLED_CARD = re.compile(
    r"(?:カード|クレカ|クレジット|(?i:card|visa|master|jcb|amex))[^0-9]{0,20}(?P<card>"
    + _CARD_SHAPE.format(gap=r"[\s-]{0,3}")
    + ")"
)
_CARD_ISSUER = re.compile(r"4|5[1-5]|2[2-7]|3[4-9]|30|6")
_MY_NUMBER = re.compile(
    r"(?:マイナンバー|個人番号|(?i:my\s?number))[^0-9]{0,12}(?P<number>[0-9]{4}[\s-]{0,3}[0-9]{4}[\s-]{0,3}[0-9]{4})(?![0-9])"
)

_SLASH = r"[\\/¥]{1,2}"
_FOLDER = re.compile(
    rf"(?:(?<![0-9A-Za-z])[A-Za-z]:{_SLASH}(?i:users|ユーザー?|documents and settings){_SLASH}"
    rf"|[\\¥](?i:users|ユーザー?|home){_SLASH}|(?:(?<![0-9A-Za-z_.:/-])|file://|/[a-z])/(?:Users|home)/)"
    r"(?P<name>[^\\/¥:*?\"<>|\r\n\t]{1,64})(?P<closed>[\\/¥])?"
)
_FOLDER_ASCII = re.compile(r"[0-9A-Za-z._~$-]*[0-9A-Za-z~$_-](?: [A-Z][a-z]+(?![0-9A-Za-z]))?")
_FOLDER_OTHER = re.compile(
    r"[0-9A-Za-z々ぁ-ゖァ-ヺー一-鿿]+?(?=[のにをはがでとへも]|から|まで|フォルダ|配下|以下|内|[^0-9A-Za-z々ぁ-ゖァ-ヺー一-鿿]|$)"
)
_PROSE = re.compile(r"[、。「」『』()]|^\s|\s$")
_EVERYONES_FOLDER = re.compile(
    r"(?i:public|default(?: user|user[0-9]*)?|all users|administrator|admini~[0-9]|guest|wdagutilityaccount|user"
    r"|(?:your ?)?(?:user[ _-]?)?name|x{2,}|パブリック|ユーザー?名?)|[%$\[({［○●◯〇△*~].*"
)


def find_personal(text: str) -> Iterator[Secret]:
    """Yield personal data in normalised `text`; spans of different kinds may overlap."""
    for pattern, group in ((_CARD, 0), (_LABELLED_CARD, "card")):
        for match in pattern.finditer(text):
            digits = re.sub("[^0-9]", "", match[group])
            if _CARD_ISSUER.match(digits) and _passes_luhn(digits):
                yield Secret(SecretKind.CARD, (match.span(group),))
    for match in _MY_NUMBER.finditer(text):
        yield Secret(SecretKind.MY_NUMBER, (match.span("number"),))
    yield from _find_addresses(text)
    yield from _find_folders(text)


def _find_addresses(text: str) -> Iterator[Secret]:
    for match in _ADDRESS_TAIL.finditer(text):
        local = _LOCAL_REVERSED.match(text[max(0, match.start() - 64) : match.start()][::-1])
        if local is None or _FILE_SUFFIX.fullmatch(match["top"]):
            continue
        if match["at"] != "@" and not _COMMON_TOP.fullmatch(match["top"]):
            continue
        name = local.group()[::-1]
        name = name.lstrip("!#$%&'*+/=?^`{|}~.-") or name
        if not _is_public_address(name.lower(), match["domain"].lower()):
            yield Secret(SecretKind.EMAIL, ((match.start() - len(name), match.end()),))


def _is_public_address(local: str, domain: str) -> bool:
    *labels, top = domain.split(".")
    if _RESERVED_TOP.fullmatch(top) or any(map(_EXAMPLE_LABEL.fullmatch, labels)):
        return True
    if _VENDOR_DOMAIN.fullmatch(domain):
        return True
    return _NOBODY.fullmatch(local) is not None and not _FREE_MAIL.fullmatch(domain)


def _find_folders(text: str) -> Iterator[Secret]:
    for match in _FOLDER.finditer(text):
        name = match["name"]
        if match["closed"] is None or _PROSE.search(name):
            shorter = (_FOLDER_ASCII if name[0].isascii() else _FOLDER_OTHER).match(name)
            name = shorter.group() if shorter else ""
        if name and not _EVERYONES_FOLDER.fullmatch(match["name"]) and not _EVERYONES_FOLDER.fullmatch(name):
            start = match.start("name")
            yield Secret(SecretKind.USER_NAME, ((start, start + len(name)),))


def _passes_luhn(digits: str) -> bool:
    doubled = [int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(digits))]
    return sum(value - 9 * (value > 9) for value in doubled) % 10 == 0  # noqa: PLR2004  # the algorithm's own numbers
