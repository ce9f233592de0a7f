"""Cutting the vocabulary must not change how a Japanese or English text is read."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.backends.e5 import packed_file
from bot.backends.e5.packed import read
from bot.backends.e5.vocabulary import SPECIAL, choose, make_tokenizer
from tests.backends.tiny_e5 import PIECES

SHARED = Path(__file__).resolve().parents[2].parent / "shared"

KEPT = "ab 1。、あい認証カー！é～①→😀"
FOREIGN = "пр한국ท"


def tokenizers(pieces, scores):
    """Return the tokenizer of all pieces and of the kept ones."""
    kept = choose(pieces, scores)
    return make_tokenizer(pieces, scores), make_tokenizer([pieces[index] for index in kept], scores[kept])


def read_with(tokenizer, text):
    """Return the pieces that the text is cut into; an unknown character is `<unk>`, whatever it was."""
    return [tokenizer.id_to_token(index) for index in tokenizer.encode(text).ids]


@st.composite
def vocabularies(draw):
    """Pieces over both alphabets, each with a score; the special ones in their places."""
    inner = st.text(alphabet=KEPT.replace(" ", "▁") + FOREIGN, min_size=1, max_size=4)
    pieces = draw(st.lists(inner, unique=True, min_size=1, max_size=40))
    scores = draw(st.lists(st.floats(-20, -1, width=32), min_size=len(pieces), max_size=len(pieces)))
    return [*SPECIAL[:4], *pieces, SPECIAL[4]], np.array([0, 0, 0, 0, *scores, 0], np.float32)


@given(vocabularies(), st.text(alphabet=KEPT, max_size=40))
@settings(max_examples=200, deadline=None)
def test_kept_text_is_read_the_same(vocabulary, text):
    """Whatever the vocabulary and its scores, a text of kept characters is cut into the same pieces as before."""
    full, cut = tokenizers(*vocabulary)
    assert read_with(cut, text) == read_with(full, text)


def test_foreign_words_go_and_foreign_letters_stay():
    """Foreign text is spelled out letter by letter instead of becoming unknown."""
    full, cut = tokenizers(PIECES, np.linspace(-1, -9, len(PIECES), dtype=np.float32))
    assert "привет" in read_with(full, "привет")
    assert read_with(cut, "привет") == ["<s>", "▁", *"привет", "</s>"]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("認証", ["▁", "認証"]),
        ("ＡＢＣ１", ["▁", "<unk>", "1"]),
        ("  a \u3000\n b ", ["▁", "a", "▁", "b"]),
        ("～~", ["▁", "～", "<unk>"]),
        ("か\u3099", ["▁", "が"]),
        ("", []),
    ],
)
def test_text_is_normalised_first(text, tokens):
    """NFKC, single spaces, none at the ends; the full-width tilde alone stays full width; unknowns in a row are one."""
    tokenizer = make_tokenizer(PIECES, np.full(len(PIECES), -2, np.float32))
    assert read_with(tokenizer, text) == ["<s>", *tokens, "</s>"]


@pytest.mark.shared
@pytest.mark.usefixtures("real")
def test_real_texts_are_read_the_same():
    """Thousands of real questions give equal tokens with the whole and with the cut vocabulary."""
    folder = SHARED / "data" / "retrieval"
    if not folder.is_dir():
        pytest.skip("the shared material is not beside this clone")
    names = ["m365-title2body/queries", "jsquad/queries", "support-en-id/queries.kb"]
    lines = [line for name in names for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    texts = [json.loads(line)["text"] for line in lines]
    model = read(packed_file())
    full, cut = tokenizers(model.pieces, model.scores)
    differing = [text for text in texts if read_with(cut, text) != read_with(full, text)]
    assert len(texts) > 4000
    assert all(any(_is_foreign(character) for character in text) for text in differing)
    assert len(differing) < len(texts) / 500


def _is_foreign(character):
    name = unicodedata.name(unicodedata.normalize("NFKC", character)[0], "")
    scripts = ("CJK", "HIRAGANA", "KATAKANA", "FULLWIDTH", "DIGIT")
    return ord(character) > 0xFF and unicodedata.category(character)[0] in "LM" and not name.startswith(scripts)
