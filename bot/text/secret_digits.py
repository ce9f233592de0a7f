"""Find long numbers in groups in normalised text: BitLocker recovery keys, installation IDs, confirmation IDs.

A recovery key is 48 digits in eight groups of six, each divisible by 11 and below 720,896. A confirmation ID has the
same shape without the arithmetic, an installation ID 54 or 63 digits in seven to nine groups. Hardly anything else a
reader writes looks like that, so the shape is masked with or without the arithmetic: a key with one digit mistyped
still opens the drive to whoever tries the neighbouring ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise

from bot.text.secret_kinds import Secret, SecretKind

__all__ = ["find_digit_keys"]

_KEY_DIGITS = 48
_KEY_GROUPS = 8
_SIX, _SEVEN = 6, 7
_DIVISOR = 11
_GROUP_LIMIT = 720_896  # 2**16 * 11
_MANY_VALID = 4  # of eight groups: one in eleven is divisible by chance
_INSTALLATION_DIGITS = (54, 63)
_ID_GROUPS = range(7, 10)
_ID_GROUP_DIGITS = range(5, 8)
_UNBROKEN_DIGITS = range(45, 66)  # written without any separator, a few digits missed or doubled
_HEX_LETTERS = frozenset("ABCDEFabcdef")
_FEW_DIGITS = 2  # different ones in a row of zeros that pads a certificate or a mask
_PARTIAL_VALID = 3  # groups of six that all pass the arithmetic: one in some thousands by chance
_PARTIAL_NAMED = 2  # the same with the word for it near

_RECOVERY_WORDS = re.compile(r"回復\s?(?:キー|パスワード)|(?i:recovery|bitlocker|ビットロッカー)|48\s?桁")
_INSTALLATION_WORDS = re.compile(
    r"インストール\s?(?:用\s?)?(?:ID|番号|グループ)|(?i:installation\s?id|(?<![a-z])iid(?![a-z]))"
)
_CONFIRMATION_WORDS = re.compile(r"確認\s?(?:用\s?)?(?:ID|番号|コード)|(?i:confirmation\s?id|(?<![a-z])cid(?![a-z]))")

_PUNCTUATION = r"[^0-9A-Za-z\u3041-\u30fa\u3400-\u4dff\u4e01-\u9fff]"
# Between two groups: punctuation and space, perhaps with the letter that labels the box on the activation page.
_GAP = rf"(?:{_PUNCTUATION}{{1,6}}(?:[A-Ia-i]{_PUNCTUATION}{{0,3}})?|\s?(?:ハイフン|マイナス|の)\s?)"
_STRICT_RUN = re.compile(rf"(?<![0-9])(?<![0-9][xX])[0-9]++(?:{_GAP}[0-9]++)*+")
# Once the text has said what it is about, a few words may stand between: グループ1は123456、グループ2は…
_LOOSE_RUN = re.compile(r"[0-9]++(?:[^0-9A-Za-z|/\\<>]{1,8}[0-9]++)*+")
_DIGITS = re.compile("[0-9]+")
_DASH = re.compile("[-‐‑‒–—―−ー]")
_LISTING = re.compile("[,、.:/;|]")  # separators of lists, tables, times and versions rather than of one number
_FRAGMENT_REACH = 80  # characters of prose between two parts of one key
_MAX_PARTS = 4

_Group = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Words:
    """Which of these numbers the text speaks of."""

    recovery: bool
    installation: bool
    confirmation: bool

    @property
    def any(self) -> bool:
        return self.recovery or self.installation or self.confirmation


def find_digit_keys(text: str) -> Iterator[Secret]:
    """Yield the long grouped numbers in normalised `text`; spans found in several ways overlap."""
    words = _Words(
        *(bool(pattern.search(text)) for pattern in (_RECOVERY_WORDS, _INSTALLATION_WORDS, _CONFIRMATION_WORDS))
    )
    stretches: list[list[_Group]] = []
    for match in _STRICT_RUN.finditer(text):
        if match.end() - match.start() < _ID_GROUP_DIGITS.start:
            continue
        groups = [found.span() for found in _DIGITS.finditer(text, match.start(), match.end())]
        valid = list(_find_valid(text, groups)) if match.end() - match.start() >= _KEY_DIGITS else []
        yield from valid
        yield from _find_unbroken(text, groups, words)
        stretches.extend(part for part in _stretches(_without_labels(groups)) if not _overlaps(part, valid))
    for stretch in stretches:
        yield from _judge_stretch(text, stretch, words)
    yield from _find_fragments(text, stretches, words)
    if words.any:
        for match in _LOOSE_RUN.finditer(text):
            groups = [found.span() for found in _DIGITS.finditer(text, match.start(), match.end())]
            for stretch in _stretches(_without_labels(groups)):
                if len(stretch) in _ID_GROUPS:
                    yield Secret(_kind(text, stretch, words), tuple(stretch))


def _find_valid(text: str, groups: list[_Group]) -> Iterator[Secret]:
    """Yield runs of neighbouring groups that join into a true recovery key, however it is grouped."""
    unlabelled = _without_labels(groups)
    for candidate in (groups, unlabelled) if len(unlabelled) < len(groups) else (groups,):
        joined = "".join(text[start:end] for start, end in candidate)
        totals = [0, *accumulate(end - start for start, end in candidate)]
        places = {total: at for at, total in enumerate(totals)}
        reached = 0
        for first in range(len(candidate)):
            total = totals[first]
            last = places.get(total + _KEY_DIGITS)
            if first >= reached and last is not None and _is_recovery_key(joined[total : total + _KEY_DIGITS]):
                yield Secret(SecretKind.RECOVERY_KEY, ((candidate[first][0], candidate[last - 1][1]),))
                reached = last


def _find_unbroken(text: str, groups: list[_Group], words: _Words) -> Iterator[Secret]:
    for start, end in groups:
        in_hex = text[start - 1 : start] in _HEX_LETTERS or text[end : end + 1] in _HEX_LETTERS
        if end - start in _UNBROKEN_DIGITS and not in_hex and len(set(text[start:end])) > _FEW_DIGITS:
            yield _whole(text, [(start, end)], words)


def _judge_stretch(text: str, stretch: list[_Group], words: _Words) -> Iterator[Secret]:
    """Yield a stretch of groups of five to seven digits where its count, or the words around it, tell what it is."""
    sizes = {end - start for start, end in stretch}
    gaps = [text[before[1] : after[0]] for before, after in pairwise(stretch)]
    valid = sum(_is_valid(text[start:end]) for start, end in stretch)
    listing = any(_LISTING.search(gap) for gap in gaps)
    hyphenated = all(_DASH.search(gap) for gap in gaps)
    count = len(stretch)
    if sizes == {_SIX} and count % _KEY_GROUPS == 0:
        if not listing or words.any or valid >= _MANY_VALID * (count // _KEY_GROUPS):
            for first in range(0, count, _KEY_GROUPS):
                yield _whole(text, stretch[first : first + _KEY_GROUPS], words)
        return
    regular = len(sizes) == 1 or hyphenated
    is_id = count in _ID_GROUPS and (regular or words.any) and (not listing or (regular and words.any))
    is_part = sizes == {_SIX} and valid == count >= _PARTIAL_VALID and not listing
    is_named_part = words.any and hyphenated and count >= _PARTIAL_NAMED and sizes in ({_SIX}, {_SEVEN})
    if is_id or is_part or is_named_part:
        yield _whole(text, stretch, words)


def _find_fragments(text: str, stretches: list[list[_Group]], words: _Words) -> Iterator[Secret]:
    """Yield keys given in two to four parts with words between them."""
    for first in range(len(stretches)):
        parts: list[list[_Group]] = []
        for stretch in stretches[first : first + _MAX_PARTS]:
            if parts and stretch[0][0] - parts[-1][-1][1] > _FRAGMENT_REACH:
                break
            parts.append(stretch)
            groups = [group for part in parts for group in part[: _MAX_PARTS * max(_ID_GROUPS)]]
            digits = "".join(text[start:end] for start, end in groups)
            if len(digits) > max(_INSTALLATION_DIGITS):
                break
            if len(parts) == 1 or len(digits) not in (_KEY_DIGITS, *_INSTALLATION_DIGITS):
                continue
            if words.any or _count_valid(digits) >= _MANY_VALID or min(map(len, parts)) > 1:
                yield Secret(_kind(text, groups, words), tuple((part[0][0], part[-1][1]) for part in parts))


def _whole(text: str, stretch: list[_Group], words: _Words) -> Secret:
    return Secret(_kind(text, stretch, words), ((stretch[0][0], stretch[-1][1]),))


def _overlaps(stretch: list[_Group], secrets: list[Secret]) -> bool:
    return any(start < stretch[-1][1] and stretch[0][0] < end for secret in secrets for start, end in secret.spans)


def _stretches(groups: list[_Group]) -> list[list[_Group]]:
    """Cut at every group that is not five to seven digits long."""
    stretches: list[list[_Group]] = [[]]
    for group in groups:
        if group[1] - group[0] in _ID_GROUP_DIGITS:
            stretches[-1].append(group)
        elif stretches[-1]:
            stretches.append([])
    return [stretch for stretch in stretches if stretch]


def _without_labels(groups: list[_Group]) -> list[_Group]:
    """Leave out single digits: they number the boxes that the groups are printed in."""
    return [(start, end) for start, end in groups if end - start > 1]


def _kind(text: str, groups: list[_Group], words: _Words) -> SecretKind:
    digits = "".join(text[start:end] for start, end in groups)
    if len(digits) <= _KEY_DIGITS and _count_valid(digits) * _SIX * 2 >= len(digits):
        return SecretKind.RECOVERY_KEY
    if len(digits) > _KEY_DIGITS or (words.installation and not words.confirmation):
        return SecretKind.INSTALLATION_ID
    if words.recovery and not words.confirmation:
        return SecretKind.RECOVERY_KEY
    return SecretKind.CONFIRMATION_ID


def _is_recovery_key(digits: str) -> bool:
    # The first group alone rejects ten in eleven; a row of one digit passes the arithmetic but is no key.
    return _is_valid(digits[:_SIX]) and len(set(digits)) > 1 and _count_valid(digits) == _KEY_GROUPS


def _count_valid(digits: str) -> int:
    """Count the groups of six, cut from the front, that pass a recovery key's arithmetic."""
    return sum(_is_valid(digits[at : at + _SIX]) for at in range(0, len(digits), _SIX))


def _is_valid(group: str) -> bool:
    return len(group) == _SIX and int(group) < _GROUP_LIMIT and int(group) % _DIVISOR == 0
