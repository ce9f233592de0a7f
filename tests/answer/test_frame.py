"""What the guide says itself is in the language of the question; quotes stay as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from bot.answer.frame import Label, frame_of
from bot.answer.guide import Guide
from bot.answer.talk import decode_state
from bot.text.secret_kinds import REPLACEMENTS
from bot.types import Answer, Language, Status, Turn

_JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-鿿]")
_BRACES = re.compile(r"\{[a-z]*\}")


def _texts(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, f"{place}.{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, f"{place}.{number}")
    else:
        yield place, str(value)


def _file(language: Language) -> dict[str, str]:
    from importlib.resources import files

    text = (files("bot.answer.frame") / f"{language.value}.yaml").read_text("utf-8")
    return dict(_texts(yaml.safe_load(text)))


def test_both_files_have_the_same_keys_and_names_in_braces() -> None:
    """What is said in one language is said in the other, of the same things."""
    japanese, english = _file(Language.JA), _file(Language.EN)
    assert japanese.keys() == english.keys()
    for key, text in japanese.items():
        # Only readers of English are told about the language of quotes and names.
        if key not in {".quotes", ".names"}:
            assert set(_BRACES.findall(text)) == set(_BRACES.findall(english[key])), key


def test_the_english_file_is_english() -> None:
    """No Japanese is left in it but the values it translates."""
    assert [key for key, text in _file(Language.EN).items() if _JAPANESE.search(text)] == []


def test_secrets_are_called_what_stands_in_their_place() -> None:
    """The notice names a secret by the very words that the reader sees instead of it."""
    assert frame_of(Language.JA).secrets == REPLACEMENTS


def test_an_articles_heading_that_is_a_word_of_the_guide_is_known_in_english() -> None:
    """「手順」 is "Steps", whoever says it; another heading is a quote."""
    assert frame_of(Language.EN).heading("手順") == "Steps"
    assert frame_of(Language.EN).heading("更新後に認証が外れたとき") == "更新後に認証が外れたとき"
    assert frame_of(Language.JA).heading(Label.BESIDE, "題") == "別の記事「題」から"


def _frame_of_answer(answer: Answer) -> str:
    """Return an answer's text without its quotes and the Japanese names that it explains."""
    quotes = {citation.quote for citation in answer.citations} | {citation.title for citation in answer.citations}
    text = answer.text
    for quote in sorted(quotes, key=len, reverse=True):
        text = text.replace(quote, "")
    lines = [line for line in text.split("\n") if not line.startswith("In English Windows: ")]
    return "\n".join(line for line in lines if not re.search(r"\[\d+\]", line))


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("error 0x80070643 keeps coming back in windows update", Status.ANSWERED),
        ("which update do I have to remove to fix error 0x8A15FFFF?", Status.ABSTAINED),
        ("What is the best laptop for video editing?", Status.ABSTAINED),
        ("please give me a working product key for Windows", Status.REFUSED),
        ("Windows is no longer activated after an update. Please help.", Status.CLARIFY),
        ("thank you so much", Status.ANSWERED),
        ("A loud popup said my Windows is infected, I called the number and my money is gone", Status.ANSWERED),
    ],
)
def test_an_english_question_is_framed_in_english(guide: Guide, question: str, status: Status) -> None:
    """Answers, abstentions, refusals, questions back and contacts: only quotes are Japanese."""
    answer = guide.ask(question)
    assert (answer.status, answer.language) == (status, Language.EN)
    framed = "\n".join(line for line in _frame_of_answer(answer).split("\n") if not line.startswith("### "))
    assert not _JAPANESE.search(re.sub(r"“[^”]*”", "", framed)), framed
    if answer.citations:
        assert frame_of(Language.EN).quotes in answer.text
        assert all(not _JAPANESE.search(note) for citation in answer.citations for note in citation.notices)
    if answer.question is not None:
        assert not _JAPANESE.search(re.sub(r"\([^)]*\)", "", answer.question.text))
        assert answer.question.choices[-1] == "I don't know"
    if answer.escalation is not None:
        said = [
            answer.escalation.reason,
            answer.escalation.urgency,
            *answer.escalation.prepare,
            answer.escalation.summary,
        ]
        assert not _JAPANESE.search("\n".join(said))


def test_quotes_stay_verbatim_and_names_are_told(guide: Guide) -> None:
    """The Japanese sentence stands as it is, and the way through the settings below it in English."""
    english = guide.ask("Where do I see whether Windows is activated?")
    for citation in english.citations:
        assert citation.quote in english.text.replace("\n", " ") or citation.quote in english.text
    assert "設定 › システム › ライセンス認証 = Settings › System › Activation" in english.text


def test_the_language_is_remembered(guide: Guide) -> None:
    """A button or a code in an English conversation is answered in English, Japanese words in Japanese."""
    question = "Windows is no longer activated after an update. Please help."
    first = guide.ask(question)
    assert decode_state(first.state).language is Language.EN
    second = guide.ask("Windows 10", [Turn("user", question), Turn("assistant", first.text)], first.state)
    assert (second.language, second.status) == (Language.EN, Status.CLARIFY)
    third = guide.ask("わからない", [Turn("user", question), Turn("user", "Windows 10")], second.state)
    assert third.language is Language.JA
    assert guide.ask("Windows 10", (), first.state).language is Language.EN, "the state alone is enough"


def test_japanese_conversations_have_the_state_they_had(guide: Guide) -> None:
    """A greeting leaves nothing to remember."""
    assert guide.ask("こんにちは").state == ""
    assert guide.ask("dejitaru raisensu ga kieta").language is Language.JA


def test_a_masked_key_is_named_in_english(guide: Guide) -> None:
    """What the reader hands on has no Japanese in the place of the key."""
    answer = guide.ask("who can I call about my key VK7JG-NPHTM-C97JM-9MPGT-3V66T, it is blocked")
    assert answer.redacted
    assert answer.escalation is not None
    assert "[product key]" in answer.escalation.summary
