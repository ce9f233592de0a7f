"""Tokens: what lexical search matches on."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.normalize import normalize
from bot.text.tokens import char_bigrams, synonym, tokenize
from tests.text.strategies import error_values, full_width, kana_prose, mixed_text


def test_particles_auxiliaries_and_symbols_are_dropped() -> None:
    """Content words stay, in dictionary form and lower case."""
    assert tokenize("「Windows」のライセンス認証が外れました。") == ["windows", "ライセンス", "認証", "外れる"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("サーバ", "サーバー"),
        ("ﾌﾟﾘﾝﾀ", "プリンター"),
        ("ウィルス", "ウイルス"),
        ("引越し", "引っ越し"),
        ("ＷＩＮＤＯＷＳ", "windows"),
        ("出来ない", "できない"),
    ],
)
def test_spelling_variants_share_a_token(one: str, other: str) -> None:
    """Variants of one word in width, case, kana and okurigana are one token."""
    assert tokenize(one) == tokenize(other) != []


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("エラー0x80070643が出る", "0x80070643"),
        ("エラー８００７０６４３が出る", "0x80070643"),
        ("KB-5046617を入れた", "kb5046617"),
        ("24H2にした", "24h2"),
        ("ビルド 26100.2314 です", "26100.2314"),
        ("IRQL_NOT_LESS_OR_EQUAL で落ちる", "irql_not_less_or_equal"),
    ],
)
def test_identifiers_stay_whole(text: str, token: str) -> None:
    """An identifier is one token in its canonical form, and none of its parts is a token of its own."""
    tokens = tokenize(text)
    assert tokens.count(token) == 1
    assert not {"80070643", "5046617", "24", "2314", "irql", "less"} & set(tokens)


@given(kana_prose, error_values, kana_prose)
def test_a_code_is_one_token_anywhere(before: str, value: int, after: str) -> None:
    """Between any prose a code gives exactly its token, in whatever width it is written."""
    for spelling in (f"0x{value:08x}", full_width(f"0x{value:08X}")):
        assert tokenize(f"{before}、{spelling}、{after}").count(f"0x{value:08x}") == 1


def test_letters_unknown_to_the_dictionary_are_tokens() -> None:
    """A rare kanji that the dictionary lacks still matches; a row of marks does not become a token."""
    assert tokenize("𠮷、ーーー ★") == ["𠮷"]


def test_words_around_an_event_id_stay_tokens() -> None:
    """An event ID keeps its label and number, for that is how articles print it."""
    assert tokenize("イベントID 41") == ["イベント", "id", "41"]


@given(mixed_text)
def test_any_text_has_tokens_without_symbols(text: str) -> None:
    """Odd characters neither raise nor become tokens; each token is lower case and holds a letter or digit."""
    for token in tokenize(text):
        assert token == token.lower()
        assert any(char.isalnum() for char in token)


@pytest.mark.parametrize("unit", ["あ", "𠮷", "長い文だ。", "行\n", "0x80070643 "])
def test_text_beyond_the_analyser_limit_is_cut_at_sentence_ends(unit: str) -> None:
    """Text far larger than the analyser takes at once is tokenised all the same, and no sentence is lost."""
    count = 60_000 // len(unit)
    tokens = tokenize(unit * count)
    if len(unit) > 1:
        assert len(tokens) == count * len(tokenize(unit))
    else:
        assert sum(map(len, tokens)) > 0


def test_threads_tokenise_side_by_side() -> None:
    """Several threads get the same tokens as one."""
    texts = [f"更新プログラム{number}の後に起動しない" for number in range(200)]
    expected = [tokenize(text) for text in texts]
    results: list[list[list[str]]] = []
    threads = [threading.Thread(target=lambda: results.append([tokenize(text) for text in texts])) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [expected] * 4


def test_bigrams_stay_inside_runs_of_letters() -> None:
    """Pairs never cross a space or a mark; a run of one character gives that character."""
    assert char_bigrams("回復キー、Ａ b11") == ["回復", "復キ", "キー", "a", "b1", "11"]
    assert char_bigrams("、。 ！") == []


@given(st.one_of(mixed_text, kana_prose))
def test_bigrams_come_from_the_folded_text(text: str) -> None:
    """Every bigram is one or two letters or digits that stand side by side in the folded text."""
    folded = normalize(text).lower()
    for bigram in char_bigrams(text):
        assert 1 <= len(bigram) <= 2
        assert bigram in folded


@pytest.mark.parametrize(
    ("one", "other"), [("削除", "消す"), ("アドレス", "住所"), ("リスト", "一覧"), ("文書", "ドキュメント")]
)
def test_synonyms_share_a_name(one: str, other: str) -> None:
    """Words of one meaning go by one name, which no token has."""
    assert synonym(one) == synonym(other)
    assert not {synonym(one)} & {one, other}


@pytest.mark.parametrize("token", ["0x80070643", "kb5046617", "irql_not_less_or_equal", "26100.2314", "", "ほげふが"])
def test_identifiers_and_unknown_words_keep_their_own_name(token: str) -> None:
    """What the dictionary has no synonyms of stays as it is, so that no code is taken for a word."""
    assert synonym(token) == token


def test_words_of_different_meaning_stay_apart() -> None:
    """Neither opposites nor neighbours are one word."""
    assert len({synonym(word) for word in ("有効", "無効", "削除", "追加", "メール", "電話")}) == 6
