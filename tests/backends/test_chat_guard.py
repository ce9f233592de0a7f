"""The breaker, the day's caps and the one retry around a chat model."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path

import pytest

from bot.backends.chat_guard import Breaker, GuardedChat
from bot.backends.chat_meter import Meter
from bot.backends.chat_model import Allowance, Message
from bot.errors import ChatError, ChatFailure
from tests.fakes import FakeChat

ASKED = [Message("user", "更新が終わらない")]


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Return the seconds."""
        return self.now


def _guarded(
    tmp_path: Path, chat: FakeChat, breaker: Breaker | None = None, calls: int = 100, tokens: int = 0
) -> GuardedChat:
    return GuardedChat(chat, breaker or Breaker(), Meter(tmp_path / "m.sqlite", calls=calls, tokens=tokens), pause=0.01)


def _failing(kind: ChatFailure) -> FakeChat:
    return FakeChat(lambda _prompt: ChatError(kind, "scripted"))


def _ask(model: GuardedChat) -> ChatFailure | str:
    try:
        return "".join(model.stream(ASKED, Allowance(5)))
    except ChatError as error:
        return error.failure


@pytest.mark.parametrize(
    ("kind", "calls"),
    [
        (ChatFailure.REFUSED, 2),
        (ChatFailure.LIMITED, 2),
        (ChatFailure.FAILED, 2),
        (ChatFailure.GARBAGE, 2),
        (ChatFailure.UNAUTHORISED, 1),
        (ChatFailure.SILENT, 1),
        (ChatFailure.ENDLESS, 1),
    ],
)
def test_at_most_one_retry_and_only_where_it_may_help(tmp_path: Path, kind: ChatFailure, calls: int) -> None:
    """A question costs two upstream calls at most, and the failure that remains is told."""
    chat = _failing(kind)
    assert _ask(_guarded(tmp_path, chat)) is kind
    assert len(chat.asked) == calls


def test_the_second_call_may_succeed(tmp_path: Path) -> None:
    """What fails once is asked once more."""
    replies: list[str | ChatError] = [ChatError(ChatFailure.FAILED, "scripted"), "はい"]
    assert _ask(_guarded(tmp_path, FakeChat(lambda _prompt: replies.pop(0)))) == "はい"


def test_nothing_is_asked_again_after_the_first_word(tmp_path: Path) -> None:
    """A reply that breaks off is not begun anew: its words were shown."""

    class Breaking(FakeChat):
        def stream(self, messages, allowance):
            yield from super().stream(messages, allowance)
            raise ChatError(ChatFailure.FAILED, "scripted")

    chat = Breaking(lambda _prompt: "はい")
    assert _ask(_guarded(tmp_path, chat)) is ChatFailure.FAILED
    assert len(chat.asked) == 1


def test_the_breaker_opens_after_five_and_tests_after_thirty_seconds(tmp_path: Path) -> None:
    """An open breaker asks nobody; one call tests it; a failed test opens it again, a good one closes it."""
    clock = Clock()
    says: list[str | ChatError] = [ChatError(ChatFailure.SILENT, "scripted")]
    chat = FakeChat(lambda _prompt: says[0])
    model = _guarded(tmp_path, chat, Breaker(clock=clock))
    assert [_ask(model) for _ in range(7)] == [ChatFailure.SILENT] * 5 + [ChatFailure.OPEN] * 2
    assert len(chat.asked) == 5
    clock.now = 29.9
    assert _ask(model) is ChatFailure.OPEN
    clock.now = 30.0
    assert _ask(model) is ChatFailure.SILENT
    assert _ask(model) is ChatFailure.OPEN
    clock.now = 60.0
    says[0] = "はい"
    assert [_ask(model), _ask(model)] == ["はい", "はい"]


def test_a_half_open_breaker_lets_one_caller_through() -> None:
    """While one tests, the others are turned away; a test that nobody waited for is made again."""
    clock = Clock()
    breaker = Breaker(failures=1, clock=clock)
    breaker.enter()
    breaker.failed()
    clock.now = 31
    passed: list[bool] = []
    threads = [threading.Thread(target=lambda: passed.append(breaker.enter())) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert passed.count(True) == 1
    breaker.left()
    assert breaker.enter()


def test_what_is_not_the_models_fault_does_not_open_the_breaker(tmp_path: Path) -> None:
    """Readers who leave and caps say nothing about the model."""
    chat = _failing(ChatFailure.STOPPED)
    model = _guarded(tmp_path, chat)
    assert [_ask(model) for _ in range(8)] == [ChatFailure.STOPPED] * 8
    assert len(chat.asked) == 8


def test_the_days_calls_are_a_hard_cap(tmp_path: Path) -> None:
    """Not one call more, not from another process either, until the next day."""
    chat = FakeChat(lambda _prompt: "はい")
    assert [_ask(_guarded(tmp_path, chat, calls=3)) for _ in range(5)] == ["はい"] * 3 + [ChatFailure.CAPPED] * 2
    assert len(chat.asked) == 3
    tomorrow = Meter(tmp_path / "m.sqlite", calls=3, tokens=0, today=lambda: date(2099, 1, 1))
    assert tomorrow.reserve(1)


def test_the_cap_holds_among_threads(tmp_path: Path) -> None:
    """Twenty callers at once get exactly as many calls as there are."""
    meter = Meter(tmp_path / "m.sqlite", calls=7, tokens=0)
    granted: list[bool] = []
    threads = [threading.Thread(target=lambda: granted.append(meter.reserve(10))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert granted.count(True) == 7


def test_tokens_are_reserved_before_and_settled_after(tmp_path: Path) -> None:
    """A call that could pass the cap is not made; what it did not take is given back."""
    meter = Meter(tmp_path / "m.sqlite", calls=0, tokens=2000)
    assert meter.reserve(1800)
    assert not meter.reserve(300)
    meter.settle(1800, 100)
    assert meter.spent() == (1, 100)
    assert meter.reserve(300)


def test_a_meter_that_cannot_write_allows_nothing(tmp_path: Path) -> None:
    """A cap that is not kept would be none."""
    (tmp_path / "file").write_text("x")
    assert not Meter(tmp_path / "file" / "m.sqlite", calls=5, tokens=0).reserve(1)
    assert Meter(tmp_path / "file" / "m.sqlite", calls=0, tokens=0).reserve(1)


def test_what_a_call_took_is_counted(tmp_path: Path) -> None:
    """Without the model's own count, letters are counted."""
    model = _guarded(tmp_path, FakeChat(lambda _prompt: "はい"), calls=5)
    _ask(model)
    assert Meter(tmp_path / "m.sqlite", calls=5, tokens=0).spent() == (1, len("更新が終わらない") + 2)
