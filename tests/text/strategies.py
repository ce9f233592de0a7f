"""Hypothesis strategies for Japanese prose and for the numbers that readers type."""

from __future__ import annotations

import string

from hypothesis import strategies as st

__all__ = [
    "KEY_ALPHABET",
    "SEPARATORS",
    "WIDE",
    "error_values",
    "full_width",
    "groups",
    "kana_prose",
    "mixed_text",
    "product_keys",
    "recovery_keys",
    "written",
]

KEY_ALPHABET = "BCDFGHJKMNPQRTVWXY2346789"
WIDE = {ord(char): ord(char) + 0xFEE0 for char in string.ascii_letters + string.digits + "@-"}
SEPARATORS = ["-", " ", "　", "－", "ー", "‐", "−", "–", "—", "\n", "\r\n", " - ", "-\n", "\t", "―", ""]

_KANA_AND_KANJI = (
    "あいうえおかきくけこさしすせそなにのはまみもやよらりるれをん"
    "アイウエオカキクコサシスセタテトナニハマラリルレロンー"
    "更新再起動画面表示認証記事青白黒一二三"
)

kana_prose = st.text(alphabet=_KANA_AND_KANJI + "、。「」 \n", max_size=60)
"""Prose without a digit or a Latin letter."""

mixed_text = st.text(
    alphabet=st.one_of(
        st.characters(codec="utf-8"),
        st.sampled_from(
            "ーー-−‐－0123456789KBkbHh.x\\/:@あか゛゜ｶﾞ\u3099\u309a\u0301\u200b\u200d\u2060①㈱㎏½ﷺ\ufe0f\r\n\t "
        ),
    ),
    max_size=60,
)
"""Anything at all, rich in what folding changes."""

error_values = st.one_of(
    st.integers(0x8000_0000, 0x8FFF_FFFF), st.integers(0xC000_0000, 0xCFFF_FFFF), st.integers(0x8007_0000, 0x8007_FFFF)
)
"""Codes with the severity bit, as Windows shows them."""


def full_width(text: str) -> str:
    """Return `text` in full-width characters."""
    return text.translate(WIDE)


def groups(alphabet: str, length: int, count: int) -> st.SearchStrategy[list[str]]:
    """Draw `count` groups of `length` characters."""
    return st.lists(st.text(alphabet=alphabet, min_size=length, max_size=length), min_size=count, max_size=count)


product_keys = groups(KEY_ALPHABET, 5, 5).filter(lambda key: not "".join(key).isdigit() and not "".join(key).isalpha())
"""Five groups that mix letters and digits, as practically every key does."""

recovery_keys = st.lists(st.integers(0, 65535), min_size=8, max_size=8, unique=True).map(
    lambda values: [f"{value * 11:06d}" for value in values]
)


@st.composite
def written(draw: st.DrawFn, parts: st.SearchStrategy[list[str]], separators: list[str] | None = None) -> str:
    """Draw one spelling of a grouped number: any separator, letter case and width."""
    spelling = draw(st.sampled_from(separators or SEPARATORS)).join(draw(parts))
    spelling = draw(st.sampled_from([spelling, spelling.lower()]))
    return draw(st.sampled_from([spelling, full_width(spelling)]))
