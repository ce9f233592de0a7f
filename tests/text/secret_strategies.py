"""Hypothesis strategies for secrets of every kind in the spellings of readers, and for what is public."""

from __future__ import annotations

import string
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from hypothesis import strategies as st

from bot.text.secret_kinds import SecretKind
from tests.text.strategies import SEPARATORS, error_values, full_width, product_keys, recovery_keys

__all__ = ["Told", "public_values", "told"]


@dataclass(frozen=True, slots=True)
class Told:
    """A secret in a sentence: `lead`, the secret as it is spelt, `tail`; and where it may be cut into two messages."""

    lead: str
    secret: str
    tail: str
    cuts: tuple[int, ...]
    """Places inside `secret`; 0 where lead and secret make two messages."""

    @property
    def text(self) -> str:
        """Return the sentence."""
        return self.lead + self.secret + self.tail

    def halves(self, choice: int) -> list[str]:
        """Return the sentence as two messages."""
        cut = self.cuts[choice % len(self.cuts)]
        return [self.lead + self.secret[:cut], self.secret[cut:] + self.tail]


_DIGITS = "0123456789"
_FEW_DIGITS = 3  # different ones: hardly more than a row of zeros
# Every separator of the list but those that only keys bear: two in a row, or none but a line break.
_GAPS = ["-", " ", "　", "－", "ー", "‐", "−", "–", "—", "-\n", " - ", ""]
_LEADS = ["", "これです→", "番号は", "「", "(", "2024/12/06 ", "使いました。", "①", "前に書いたとおり"]
_TAILS = [
    "",
    "です",
    "」と出た",
    ")",
    "。よろしく",
    "、エラー0x80070643",
    " ",
    "\n以上",
    "を入れても進まない",
    "って何ですか",
]
_NAMES = ["taro", "yamada.taro", "Hanako S", "user-pc2", "山田 太郎", "花子", "田中", "k.sato_01", "ASUS X", "サトウ"]
_DOMAINS = ["gmail.com", "docomo.ne.jp", "yahoo.co.jp", "icloud.com", "outlook.jp", "ezweb.ne.jp", "foo-bar.co.jp"]
_AREA_CODES = [
    ("03", 4),
    ("06", 4),
    ("045", 3),
    ("052", 3),
    ("0742", 2),
    ("0466", 2),
    ("090", 4),
    ("080", 4),
    ("070", 4),
]
_PASSWORD_LABELS = [
    "パスワード",
    "パスワード ",
    "ﾊﾟｽﾜｰﾄﾞ",
    "password",
    "PW",
    "pwd",
    "Wi-Fiのパスワード",
    "パスフレーズ",
    "合言葉",
]
_PIN_LABELS = ["PIN", "ＰＩＮ", "PINコード", "暗証番号", "パスコード", "認証コード", "ワンタイムコード"]
_LINKS = ["は", "は「", ": ", "：", "=", "が", "は\n", "は ", "を "]


def told(kind: SecretKind) -> st.SearchStrategy[Told]:
    """Draw a secret of a kind in one of its spellings, in a sentence that need not say what it is."""
    return _TOLD[kind]()


def public_values() -> st.SearchStrategy[str]:
    """Draw what anybody may read: error codes, KBs, builds, GUIDs, numbers printed for everybody."""
    hexadecimal = "0123456789ABCDEF"
    return st.one_of(
        error_values.map(lambda value: f"0x{value:08X}"),
        error_values.map(lambda value: f"0x{value:08x}"),
        st.integers(2_000_000, 5_999_999).map(lambda number: f"KB{number}"),
        st.tuples(st.integers(10_240, 28_999), st.integers(1, 9_999)).map(lambda build: f"{build[0]}.{build[1]}"),
        st.tuples(*(st.text(hexadecimal, min_size=size, max_size=size) for size in (8, 4, 4, 4, 12))).map("-".join),
        st.tuples(*(st.text(hexadecimal.lower(), min_size=size, max_size=size) for size in (8, 4, 4, 4, 12))).map(
            lambda parts: "{" + "-".join(parts) + "}"
        ),
        st.tuples(st.sampled_from(["0120", "0800", "0570"]), *(st.text(_DIGITS, min_size=3, max_size=3),) * 2).map(
            "-".join
        ),
        st.sampled_from(["110", "119", "188", "#9110", "24H2", "25H2", "0120-54-2244"]),
    )


def _numbers(length: int, count: int) -> st.SearchStrategy[list[str]]:
    """Draw `count` groups of `length` digits, as one number: far sooner than digit by digit."""
    size = length * count
    numbers = st.integers(10 ** (size - 1), 10**size - 1).map(str).filter(lambda number: len(set(number)) > _FEW_DIGITS)
    return numbers.map(lambda number: [number[at : at + length] for at in range(0, size, length)])


@st.composite
def _told_groups(draw: st.DrawFn, parts: st.SearchStrategy[list[str]]) -> Told:
    """Tell groups joined by one separator, or by several kinds of hyphen; cut anywhere but at the very edge."""
    drawn = draw(parts)
    gaps = draw(
        st.one_of(
            st.sampled_from(SEPARATORS).map(lambda gap: [gap] * (len(drawn) - 1)),
            st.permutations("-－ー‐−–-－").map(lambda gaps: list(gaps)[: len(drawn) - 1]),
        )
    )
    spelling = "".join(part + gap for part, gap in zip(drawn, [*gaps, ""], strict=True))
    return _in_sentence(draw, spelling, cuts=tuple(range(1, len(spelling))))


def _in_sentence(
    draw: st.DrawFn, spelling: str, cuts: tuple[int, ...], leads: list[str] = _LEADS, tails: list[str] = _TAILS
) -> Told:
    spelling = draw(st.sampled_from([spelling, spelling.lower()]))
    spelling = draw(st.sampled_from([spelling, spelling, full_width(spelling)]))
    return Told(draw(st.sampled_from(leads)), spelling, draw(st.sampled_from(tails)), cuts)


@st.composite
def _told_phone(draw: st.DrawFn) -> Told:
    area, middle = draw(st.sampled_from(_AREA_CODES))
    first = draw(st.sampled_from("23456789")) + draw(st.text(_DIGITS, min_size=middle - 1, max_size=middle - 1))
    last = draw(st.text(_DIGITS, min_size=4, max_size=4))
    gap = draw(st.sampled_from([*_GAPS, "("]))
    spelling = f"{area}({first}){last}" if gap == "(" else gap.join((area, first, last))
    if draw(st.booleans()) and gap not in {"", "("}:
        spelling = "+81" + gap + spelling[1:]
    return _in_sentence(draw, spelling, tuple(range(1, len(spelling))))


@st.composite
def _told_address(draw: st.DrawFn) -> Told:
    letters = "abcdefghijkmnopqrstuvwxyz"
    name = draw(st.sampled_from(letters)) + draw(st.text(letters + _DIGITS, min_size=3, max_size=10))
    more = draw(st.sampled_from(["", ".", "_", "-", "+"]))
    name += more + draw(st.text(letters + _DIGITS, min_size=2, max_size=4)) if more else ""
    at = draw(st.sampled_from(["@", "@", "＠", " @ ", "[at]", " (at) ", "アットマーク"]))
    domain = draw(st.sampled_from(_DOMAINS if at in {"@", "＠"} else _DOMAINS[:1]))
    cuts = (len(name), *range(len(name + at), len(name + at + domain)))
    return _in_sentence(draw, name + at + domain, cuts, tails=[tail for tail in _TAILS if tail != " "])


@st.composite
def _told_folder(draw: st.DrawFn) -> Told:
    slash = draw(st.sampled_from(["\\", "/", "¥", "￥", "＼"]))
    root = (
        draw(st.sampled_from(["C:", "D:", "Ｃ："]))
        + slash
        + draw(st.sampled_from(["Users", "users", "ユーザー"]))
        + slash
    )
    name = draw(st.sampled_from(_NAMES)) + draw(st.sampled_from(["", "2", "x7"]))
    tail = slash + draw(st.sampled_from(["Desktop", "Documents\\a.txt", "AppData", "デスクトップ"]))
    return _in_sentence(draw, name, (0,), leads=[lead + root for lead in _LEADS], tails=[tail + "です", tail])


@st.composite
def _told_card(draw: st.DrawFn) -> Told:
    start = draw(st.sampled_from(["4", "51", "55", "22", "35", "37"]))
    size = 15 if start == "37" else 16
    digits = start + draw(st.text(_DIGITS, min_size=size - 1 - len(start), max_size=size - 1 - len(start)))
    # Luhn's check digit: every second one from the right doubled, the sum of all digits a multiple of ten.
    total = sum(sum(divmod(int(d) * (2 - at % 2), 10)) for at, d in enumerate(reversed(digits)))
    digits += str(-total % 10)
    ends = (0, 4, 10, 15) if size == 15 else (0, 4, 8, 12, 16)
    gap = draw(st.sampled_from([*_GAPS, "\n"]))
    spelling = gap.join(digits[begin:end] for begin, end in pairwise(ends))
    # Numbers one below the other are a card's only where the text says so.
    leads = ["カードは", "クレジットカード番号：\n", "VISA "] if gap == "\n" else _LEADS
    return _in_sentence(draw, spelling, tuple(range(1, len(spelling))), leads=leads)


@st.composite
def _told_my_number(draw: st.DrawFn) -> Told:
    parts = draw(_numbers(4, 3))
    label = draw(st.sampled_from(["マイナンバー", "個人番号", "my number", "ﾏｲﾅﾝﾊﾞｰ"]))
    link = draw(st.sampled_from(["は", "：", " ", "は\n", "が", "の番号は"]))
    spelling = draw(st.sampled_from([*_GAPS, "\n"])).join(parts)
    return _in_sentence(draw, spelling, tuple(range(len(spelling))), leads=[label + link])


@st.composite
def _told_password(draw: st.DrawFn) -> Told:
    if draw(st.booleans()):
        label, value = draw(st.sampled_from(_PIN_LABELS)), draw(st.text(_DIGITS, min_size=4, max_size=8))
    else:
        label = draw(st.sampled_from(_PASSWORD_LABELS))
        letters = string.ascii_letters
        value = draw(st.sampled_from(letters)) + draw(st.text(letters + _DIGITS + "!#$%&@_", min_size=3, max_size=12))
        value += draw(st.sampled_from(_DIGITS)) + draw(st.sampled_from(letters + _DIGITS))
    link = draw(st.sampled_from(_LINKS))
    tails = (
        ["」です", "」で入れない"] if link == "は「" else ["です", "", "\n以上", "。", "、だめ", "で入れない", " です"]
    )
    lead = draw(st.sampled_from(["", "ちなみに", "家の"]))
    # No .lower(): a password has its own case.
    value = draw(st.sampled_from([value, value, full_width(value)]))
    return Told(lead + label + link, value, draw(st.sampled_from(tails)), (0,))


_TOLD: dict[SecretKind, Callable[[], st.SearchStrategy[Told]]] = {
    SecretKind.PRODUCT_KEY: lambda: _told_groups(product_keys),
    SecretKind.RECOVERY_KEY: lambda: _told_groups(recovery_keys),
    SecretKind.INSTALLATION_ID: lambda: _told_groups(st.one_of(_numbers(7, 9), _numbers(6, 9))),
    SecretKind.CONFIRMATION_ID: lambda: _told_groups(_numbers(6, 8)),
    SecretKind.EMAIL: _told_address,
    SecretKind.PHONE: _told_phone,
    SecretKind.PASSWORD: _told_password,
    SecretKind.USER_NAME: _told_folder,
    SecretKind.CARD: _told_card,
    SecretKind.MY_NUMBER: _told_my_number,
}
