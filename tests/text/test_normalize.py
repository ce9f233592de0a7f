"""Folding: what it unifies, that it is stable, and that every character finds its way back."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.normalize import normalize, normalize_with_offsets
from tests.text.strategies import full_width, kana_prose, mixed_text


@given(mixed_text)
def test_folding_twice_changes_nothing(text: str) -> None:
    """What has been folded is left alone by a second folding."""
    assert normalize(normalize(text)) == normalize(text)


def test_every_character_folds_stably_beside_any_neighbour() -> None:
    """No single character, between a letter and a digit or after kana, folds into something that folds further."""
    for code in (*range(0x3400), *range(0xD7B0, 0xD800), *range(0xF900, 0x11000), 0x1D400, 0x1F100, 0xE0001):
        for text in (f"x{chr(code)}5", f"か{chr(code)}"):
            once = normalize(text)
            assert normalize(once) == once, hex(code)


@given(mixed_text)
def test_offsets_point_back_into_the_original(text: str) -> None:
    """Each folded character has a range of the original, inside the text, and the ranges are in order."""
    folded = normalize_with_offsets(text)
    assert folded.text == normalize(text)
    assert len(folded.starts) == len(folded.ends) == len(folded.text)
    assert all(0 <= start < end <= len(text) for start, end in zip(folded.starts, folded.ends, strict=True))
    assert list(folded.starts) == sorted(folded.starts)
    assert list(folded.ends) == sorted(folded.ends)


@given(kana_prose, st.sampled_from(["0x80070643", "KB5046617", "24H2"]), kana_prose)
def test_a_span_of_folded_text_maps_to_the_characters_it_came_from(before: str, word: str, after: str) -> None:
    """The place of a word found in folded text is the place of its full-width original."""
    original = before + full_width(word) + after
    folded = normalize_with_offsets(original)
    at = folded.text.index(word)
    start, end = folded.original_span(at, at + len(word))
    assert original[start:end] == full_width(word)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("０ｘ８００７０６４３", "0x80070643"),
        ("ｻｰﾊﾞｰとﾌﾟﾘﾝﾀ", "サーバーとプリンタ"),
        ("か\u3099\u200bき", "がき"),
        ("KB\u200b504\u00ad6617\u202e", "KB5046617"),
        ("葛\U000e0100飾", "葛飾"),
        ("0xC1900101–0x20017", "0xC1900101-0x20017"),
        ("KB－5046617", "KB-5046617"),
        ("A1ーB2", "A1-B2"),
        ("サーバー1台", "サーバー1台"),
        ("エラー−2147023293", "エラー-2147023293"),
        ("コード: ー2147023293", "コード: -2147023293"),
        ("エラー2147", "エラー2147"),
        ("①KB5046617", " 1 KB5046617"),
        ("a\u2028b\x0bc\x00d", "a\nb\ncd"),
        ("行1\r\n行2\t列", "行1\r\n行2\t列"),
        ("", ""),
    ],
)
def test_what_is_unified_and_what_is_kept(text: str, folded: str) -> None:
    """Width, marks, invisible characters and dashes inside identifiers are unified; vowels and line ends stay."""
    assert normalize(text) == folded


@given(kana_prose)
def test_plain_japanese_is_left_as_it_is(text: str) -> None:
    """Prose in ordinary characters comes back unchanged, with the identity as its offsets."""
    folded = normalize_with_offsets(text)
    assert folded.text == text
    assert list(folded.starts) == list(range(len(text)))
    assert list(folded.ends) == list(range(1, len(text) + 1))


@given(st.text(alphabet=st.characters(categories=["Lo", "Nd", "Lu", "Ll"], max_codepoint=0xFFFF), max_size=40))
def test_letters_fold_as_nfkc_does(text: str) -> None:
    """For letters and digits folding is Unicode's NFKC."""
    expected = unicodedata.normalize("NFKC", text)
    assert normalize(text) == "".join(char for char in expected if char not in "\u115f\u1160\u3164\u17b4\u17b5")


def test_piles_of_marks_are_cut_and_cost_linear_time() -> None:
    """A hundred thousand unordered marks on one letter fold to a bounded pile; sorting them all would take minutes."""
    folded = normalize_with_offsets("a" + "\u0301\u0323" * 50_000 + "b")
    assert len(folded.text) < 40
    assert folded.text.endswith("b")
    assert folded.original_span(0, 1) == (0, 100_001)
