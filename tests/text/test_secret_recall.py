"""How many secrets of each kind go, counted over a thousand spellings of each; and that public values stay."""

from __future__ import annotations

import re

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bot.text.normalize import normalize
from bot.text.secret_kinds import SecretKind
from bot.text.secrets import redact, redact_conversation
from tests.text.secret_strategies import Told, public_values, told
from tests.text.strategies import kana_prose

_EXAMPLES = 1000
_RECALL = 0.995
_SHOWN = 5
_TELLING = 4
"""Characters of a secret in a row that tell something of it: a group, half a phone number."""

_counted = settings(
    max_examples=_EXAMPLES, derandomize=True, database=None, deadline=None, phases=[Phase.generate], print_blob=False
)


def _leaks(told_secret: Told, texts: list[str]) -> bool:
    """Tell whether anything of the secret stands in masked texts: four of its characters in a row, folded."""
    secret = _bare(told_secret.secret)
    size = min(_TELLING, len(secret))
    around = _bare(told_secret.lead) + "\0" + _bare(told_secret.tail)
    shown = "\0".join(map(_bare, texts))
    pieces = {secret[at : at + size] for at in range(len(secret) - size + 1)}
    return any(piece in shown and piece not in around for piece in pieces)


def _bare(text: str) -> str:
    return re.sub(r"[\W_]|ー", "", normalize(text))


@pytest.mark.parametrize("kind", list(SecretKind))
def test_recall_of_each_kind(kind: SecretKind) -> None:
    """Of a thousand spellings of a kind at most five show four characters of the secret in a row.

    So in one message, and likewise where it is cut inside or right before the secret and sent as two.
    """
    count = 0
    shown: list[str] = []
    shown_cut: list[list[str]] = []

    # The same examples on every run, and none is made smaller: all are counted.
    @_counted
    @given(told(kind), st.integers(0, 199))
    def look(example: Told, cut: int) -> None:
        nonlocal count
        count += 1
        if _leaks(example, [redact(example.text).text]):
            shown.append(example.text)
        halves = example.halves(cut)
        if _leaks(example, redact_conversation(halves)[0]):
            shown_cut.append(halves)

    look()
    assert count >= _EXAMPLES
    assert 1 - len(shown) / count >= _RECALL, shown[:_SHOWN]
    assert 1 - len(shown_cut) / count >= _RECALL, shown_cut[:_SHOWN]


@_counted
@given(kana_prose, public_values(), st.sampled_from(["", " ", "「", "エラー", "→"]), public_values(), kana_prose)
def test_public_values_stay(before: str, value: str, between: str, other: str, after: str) -> None:
    """Codes, KBs, builds, GUIDs and public numbers come back as they were, in one message or in two."""
    first, second = f"{before}{value}", f"{between or '、'}{other}{after}"
    assert redact(first + second).text == first + second
    assert redact_conversation([first, second]) == ([first, second], {})
