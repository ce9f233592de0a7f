"""Literal words of knowledge files are found as a reader writes them, and never inside another word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from bot.knowledge.words import Word, fold, longest, mentions


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("ライセンス 認証が外れた", "ライセンス認証"),
        ("ﾗｲｾﾝｽ認証", "ライセンス認証"),
        ("Ｗｉｎｄｏｗｓ　７から", "windows7から"),
        ("Microsoft アカウント", "microsoftアカウント"),
        ("My PC won't boot", "won't boot"),
        ("エラー 0xC1900101", "0x"),
        ("win7です", "7です"),
        ("8.1から上げた", "8.1"),
        ("24H2にした", "24h2"),
    ],
)
def test_finds_a_word_in_every_spelling_of_width_case_and_spacing(text: str, word: str) -> None:
    """Width, case and white space between words do not hide a word."""
    assert mentions(text, [word])


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("shopping", "pin"),
        ("spin up", "pin"),
        ("password", "word"),
        ("17から", "7から"),
        ("2.7から", "7から"),
        ("8.1から", "8"),
        ("100です", "10"),
        ("win dows", "windows"),
        ("回復", "回復キー"),
    ],
)
def test_does_not_find_a_word_inside_another(text: str, word: str) -> None:
    """A Latin word or number counts only where it stands alone."""
    assert not mentions(text, [word])


def test_longest_counts_the_most_telling_word() -> None:
    """The length of the longest word found is returned, 0 for none."""
    assert longest("win7からwin10に上げた", ["win10", "win7から"]) == len("win7から")
    assert longest("なにもない", ["pin"]) == 0


@given(st.text(min_size=1, max_size=12).map(fold).filter(str.strip), st.sampled_from(["。", "、", "「", "」"]))
def test_a_folded_word_is_found_in_itself_between_punctuation(word: str, mark: str) -> None:
    """Any folded word, whatever its characters, is found where it stands between punctuation."""
    assert mentions(mark + word + mark, [word])


@pytest.mark.parametrize("word", ["PIN", "ﾋﾟﾝ", "", "  "])
def test_refuses_a_word_that_could_never_match_or_always_would(word: str) -> None:
    """A word that is not folded, or empty, is a mistake in the file."""
    with pytest.raises(ValidationError):
        TypeAdapter(Word).validate_python(word)
