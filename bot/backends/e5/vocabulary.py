"""Choose the part of the vocabulary that Japanese and English text can use, and make the tokenizer of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

__all__ = ["BOS", "EOS", "MASK", "PAD", "SPECIAL", "UNK", "choose", "make_tokenizer"]

BOS, PAD, EOS, UNK, MASK = SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
_FIRST_ORDINARY = 4
"""Ids 0–3 are <s>, <pad>, </s> and <unk>; the last piece is <mask>."""

_SPACE = "▁"

# What a kept piece may consist of, as a character class.
_READABLE = re.compile(
    "["
    "\u2581"  # the mark that stands for a space
    "\u0020-\u007e\u00a0-\u00ff"  # ASCII, Latin-1
    "\u2010-\u27bf"  # punctuation, arrows, mathematics, enclosed and other symbols, dingbats
    "\u2e80-\u2fdf"  # radicals
    "\u3000-\u30ff\u31f0-\u33ff"  # CJK punctuation, kana, enclosed and squared letters
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
    "\ufe30-\ufe4f\uff00-\uffef"  # vertical, full-width and half-width forms
    "\U0001f000-\U0001faff"  # emoji
    "]+"
)

_WAVE = "\uff5e"
# A code point that no text contains: it carries the full-width tilde past NFKC, which would make it an ASCII one. The
# original normaliser leaves it alone, and Japanese pieces contain it.
_WAVE_ASIDE = "\ufdd0"


def choose(pieces: Sequence[str], scores: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the ids to keep, ascending.

    A piece that holds a foreign character can never be part of a text without such characters, so that dropping it
    leaves the segmentation of every other text as it was. Single foreign characters stay: they spell out what else
    would be unknown. So does the piece of the lowest score, because the cost of an unknown character comes from it.
    """
    last = len(pieces) - 1
    lowest = int(np.argmin(scores))
    kept = [
        index
        for index, piece in enumerate(pieces)
        if index < _FIRST_ORDINARY
        or index in {last, lowest}
        or len(piece.lstrip(_SPACE)) <= 1
        or _READABLE.fullmatch(piece)
    ]
    return np.asarray(kept, dtype=np.int64)


def make_tokenizer(pieces: Sequence[str], scores: NDArray[np.float32]) -> Tokenizer:
    """Return the XLM-RoBERTa tokenizer over these pieces: NFKC, one space for many, unigram, `<s> … </s>`.

    White space at the ends of a text yields no token; it says nothing, and two engines must agree about it.
    """
    vocabulary = [(piece, float(score)) for piece, score in zip(pieces, scores, strict=True)]
    unigram = Tokenizer(models.Unigram(vocabulary, unk_id=pieces.index(UNK), byte_fallback=False))
    unigram.normalizer = normalizers.Sequence(
        [
            normalizers.Nmt(),
            normalizers.Replace(_WAVE, _WAVE_ASIDE),
            normalizers.NFKC(),
            normalizers.Replace(_WAVE_ASIDE, _WAVE),
            normalizers.Strip(),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    unigram.pre_tokenizer = pre_tokenizers.Metaspace(replacement=_SPACE, prepend_scheme="always")
    unigram.post_processor = processors.TemplateProcessing(
        single=f"{BOS} $A {EOS}",
        pair=f"{BOS} $A {EOS} {EOS} $B {EOS}",
        special_tokens=[(BOS, pieces.index(BOS)), (EOS, pieces.index(EOS))],
    )
    unigram.add_special_tokens([*SPECIAL])
    return unigram
