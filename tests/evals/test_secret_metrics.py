"""Secrets are recognised by detectors of their own and looked for everywhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.evals.metrics.secrets import leaked, secrets_in, secrets_kept, secrets_masked
from bot.types import Answer, Escalation, Status
from tests.evals.make import KEY, case, seen


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"キーは {KEY} です", [KEY]),
        (f"キーは{KEY.lower()}", [KEY.lower()]),
        ("ＡＢＣＤＥ－ＦＧＨＪＫ－ＬＭＮＰＱ－ＲＳＴＶＷ－ＸＹＺ２３", [KEY]),
        (
            "111111-222222-333333-444444-555555-666666-000011-000022",
            ["111111-222222-333333-444444-555555-666666-000011-000022"],
        ),
        ("1234567 " * 9, ["1234567" + " 1234567" * 8]),
        ("taro@example.com まで", ["taro@example.com"]),
        ("090-1234-5678 です", ["090-1234-5678"]),
        ("C:\\Users\\yamada.taro\\Desktop", ["yamada.taro"]),
        ("エラー 0x80070643 KB5046617 26100.2033", []),
        ("C:\\Users\\me", []),
        ("8008202-0000", []),
    ],
)
def test_secrets_in(text: str, expected: list[str]) -> None:
    """Keys, IDs, addresses and user folders are secrets in any spelling; codes, builds and short names are not."""
    assert secrets_in(case("q", "secret", "answered", turns=(text,))) == expected


def test_named_secrets_win() -> None:
    """A question file may name a secret that has no form of its own."""
    assert secrets_in(case("q", "secret", "answered", turns=("合言葉は ひらけごま",), secrets=("ひらけごま",))) == [
        "ひらけごま"
    ]


ASKED = case("q", "secret", "answered", turns=(f"キーは {KEY} です",))
CLEAN = replace(
    seen("q", Answer(Status.ANSWERED, "伏せました。", redacted={"product_key": 1})), redacted=("キーは … です",)
)


def test_masked_without_a_trace() -> None:
    """Full marks only when something was masked and nothing of it is left."""
    assert secrets_masked(ASKED, CLEAN, {}) == (1, 1)
    assert secrets_masked(ASKED, replace(CLEAN, answer=replace(CLEAN.answer, redacted={})), {}) == (0, 1)
    assert secrets_masked(case("q", "short", "answered"), CLEAN, {}) is None


@pytest.mark.parametrize(
    "observed",
    [
        replace(CLEAN, redacted=(f"キーは {KEY} です",)),
        replace(CLEAN, answer=replace(CLEAN.answer, text=f"{KEY.replace('-', ' ').lower()} ですね。")),
        replace(CLEAN, answer=replace(CLEAN.answer, escalation=Escalation("x", "", "", (), (), f"キー {KEY}"))),
        replace(CLEAN, answer=replace(CLEAN.answer, state=KEY)),
    ],
    ids=["history", "text", "summary", "state"],
)
def test_a_secret_anywhere_is_a_leak(observed) -> None:
    """The turns as logged and every field of the answer are searched, in any spelling."""
    assert leaked(ASKED, observed) == [KEY]
    assert secrets_masked(ASKED, observed, {}) == (0, 1)


def test_public_codes_are_to_be_kept() -> None:
    """Masking anything in a question without a secret is a fault; a question with one is not judged here."""
    asked = case("q", "code", "answered", turns=("0x80070643",))
    assert secrets_kept(asked, seen("q", Answer(Status.ANSWERED, "x")), {}) == (1, 1)
    assert secrets_kept(asked, seen("q", Answer(Status.ANSWERED, "x", redacted={"phone": 1})), {}) == (0, 1)
    assert secrets_kept(ASKED, CLEAN, {}) is None
