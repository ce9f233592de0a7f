r"""Find symbolic error names such as IRQL_NOT_LESS_OR_EQUAL in normalised text.

Upper-case words joined by underscores are a name wherever they stand, also escaped (IRQL\_NOT) or broken after an
underscore (IRQL_ NOT). The blue screen prints the words with spaces, and readers retype it in lower case: those
spellings count only after 停止コード and the like, or where the words can hardly be anything else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["find_stop_names"]

_UNDERSCORE = r"\\?_"
_JOINED = re.compile(
    rf"(?<![0-9A-Za-z_%$])[A-Z][A-Z0-9]*+(?>{_UNDERSCORE} ?[A-Z0-9]++){{0,15}}+(?:{_UNDERSCORE})?(?![0-9A-Za-z_])"
)
_RETYPED = re.compile(
    rf"(?<![0-9A-Za-z_%$\\/.-])[A-Za-z][A-Za-z0-9]*+(?>{_UNDERSCORE}[A-Za-z0-9]++)++(?![0-9A-Za-z_\\/.-])"
)
_WORDS = r"(?P<name>[A-Za-z][A-Za-z0-9]*+(?> [A-Za-z][A-Za-z0-9]*+){1,8}+)(?![0-9A-Za-z_])"
_AFTER_LABEL = re.compile(
    rf"(?:(?i:stop\s?code)|(?:停止|ストップ|STOP)\s?(?:コード|エラー)|バグ\s?チェック)[\s:=「『(\[\"'はがで]{{1,6}}{_WORDS}"
)
_SPACED = re.compile(rf"(?<![0-9A-Za-z_] )(?<![0-9A-Za-z_]){_WORDS}(?! [0-9A-Za-z])")
_BLUE_SCREEN = re.compile(
    r"ブルー\s?(?:スクリーン|バック)|ブルスク|青い?画面|停止\s?(?:コード|エラー)|ストップ\s?(?:コード|エラー)|バグ\s?チェック"
    r"|(?i:bsod|blue\s?screen|stop\s?(?:code|コード|エラー|error)|bug\s?check)"
)

# Words that open or fill stop names and hardly anything else.
_TELLING = re.compile("IRQL|KMODE|NONPAGED|WHEA|DPC|TDR|PFN|BUGCHECK|BUGCODE|UNMOUNTABLE|INACCESSIBLE|UNCORRECTABLE")
# Words that stop names begin and end with, as other technical English does: a pair tells in three words or more.
_OPENER = re.compile(
    "APC|ATTEMPTED|BAD|CRITICAL|DRIVER|KERNEL|MACHINE|MEMORY|NTFS|PAGE|REGISTRY|SYSTEM|THREAD|UNEXPECTED|VIDEO"
)
_CLOSER = re.compile(
    "AREA|CALLER|CORRUPTION|DETECTED|DEVICE|DIED|EQUAL|ERROR|EXCEPTION|FAILED|FAILURE|FAULT|HANDLED|HEADER|INTERNAL"
    "|MANAGEMENT|MISMATCH|OVERRUN|SYSTEM|TERMINATED|TIMEOUT|TRAP|VIOLATION|VOLUME"
)
_NOT_NAMES = re.compile(r"(?:HKEY|HKLM|HKCU|REG|IMG|DSC|DSCN)_|.*(?:^|_)[0-9]{2}H[12](?:_|$)")
_FILE_SUFFIX = re.compile(r"\.[A-Za-z][A-Za-z0-9]{1,4}(?![0-9A-Za-z])")
_MIN_LENGTH = 5  # with the underscores: IRQL_ is the shortest in use
_MIN_WORDS = 2
_MIN_TELLING_PAIR = 3
_MIN_SHOUTED = 12  # of words in capitals beside the mention of a blue screen; shorter ones are product names


def find_stop_names(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, NAME_WITH_UNDERSCORES) for each name in normalised `text`; spans may overlap."""
    for pattern in (_JOINED, _RETYPED):
        for match in pattern.finditer(text):
            name = _canonical(match.group())
            upper = match.group().isupper()
            if (
                "_" in name
                and _is_name(name)
                and (upper or _is_telling(name))
                and not _FILE_SUFFIX.match(text, match.end())
            ):
                yield match.start(), match.end(), name
    for match in _AFTER_LABEL.finditer(text):
        if _is_one_case(match["name"]):
            yield match.start("name"), match.end("name"), _canonical(match["name"])
    blue_screen = _BLUE_SCREEN.search(text) is not None
    for match in _SPACED.finditer(text):
        name = _canonical(match["name"])
        on_screen = blue_screen and (_is_plausible(name) or (match["name"].isupper() and len(name) >= _MIN_SHOUTED))
        if _is_one_case(match["name"]) and (_is_telling(name) or on_screen):
            yield match.start("name"), match.end("name"), name


def _canonical(spelling: str) -> str:
    return re.sub(r"[\\_ ]+", "_", spelling).upper()


def _is_one_case(spelling: str) -> bool:
    return spelling.isupper() or spelling.islower()


def _is_name(name: str) -> bool:
    lettered = sum(re.search("[A-Z]", word) is not None for word in name.split("_"))
    enough = lettered >= _MIN_WORDS or (lettered == 1 and name.endswith("_"))
    return enough and len(name) >= _MIN_LENGTH and not _NOT_NAMES.match(name)


def _is_telling(name: str) -> bool:
    words = name.split("_")
    return bool(_TELLING.fullmatch(words[0])) or (len(words) >= _MIN_TELLING_PAIR and _is_plausible(name))


def _is_plausible(name: str) -> bool:
    words = name.split("_")
    if _TELLING.fullmatch(words[0]):
        return True
    return bool(_CLOSER.fullmatch(words[-1])) and any(_OPENER.fullmatch(w) or _TELLING.fullmatch(w) for w in words)
