"""What every judge promises, asked of the fake and of the real library over a server on loopback."""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.backends.judge import FAILURES, Judge, JudgeScores, open_judge
from bot.errors import SettingError, UsageError
from bot.settings import Settings, describe
from tests.backends.chat_server import ChatServer, chat_server, completion, verdicts
from tests.fakes import FakeJudge

INSTALLED = importlib.util.find_spec("deepeval") is not None
needs_library = pytest.mark.skipif(not INSTALLED, reason="deepeval (requirements-judge.txt) is not installed")

QUESTION = "更新が {終わらない} のですが 100%"
ANSWER = "2～3時間待ちます。[1]"
PASSAGES = ["2～3時間待ちます。電源を切るとデータが壊れる可能性があります。"]
KEY = "sk-本物-123"

Serve = Callable[[Callable[[str], tuple[int, str]]], ChatServer]
Open = Callable[..., Judge]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Return a function that starts a chat server with a script."""
    with ExitStack() as stack:
        yield lambda reply: stack.enter_context(chat_server(reply))


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Open:
    """Return a function that opens the real judge on a server, leaving environment and directory as they were."""
    if not INSTALLED:
        pytest.skip("deepeval (requirements-judge.txt) is not installed")
    monkeypatch.chdir(tmp_path)
    from bot.backends.deepeval_judge import SWITCHES, open_deepeval_judge

    for name, value in SWITCHES.items():
        monkeypatch.setenv(name, value)
    return lambda server, timeout=5.0: open_deepeval_judge("judge-1", server.url, KEY, timeout)


@pytest.fixture(params=["fake", "deepeval"])
def judge(request: pytest.FixtureRequest, serve: Serve) -> Callable[..., Judge]:
    """Return a function that opens a judge which says these verdicts, or fails in this way."""

    def opened(*words: str, failure: str = "") -> Judge:
        if request.param == "fake":
            share = words.count("yes") / len(words) if words else None
            return FakeJudge(JudgeScores(None, None, (failure,) * 2) if failure else JudgeScores(share, share))
        open_it = request.getfixturevalue("library")
        scripts: dict[str, tuple[int, str]] = {
            "timeout": (0, ""),
            "refused": (500, completion("内部エラー")),
            "garbage": (200, completion("よくわかりません")),
        }
        script = (lambda _prompt: scripts[failure]) if failure else verdicts(*words)
        return open_it(serve(script), 0.3 if failure == "timeout" else 5.0)

    return opened


def test_it_fulfils_the_protocol(judge: Callable[..., Judge]) -> None:
    """It is a `Judge` that names its model."""
    assert isinstance(judge("yes"), Judge)
    assert judge("yes").name == "judge-1"


@pytest.mark.parametrize(("words", "share"), [(("yes", "yes"), 1.0), (("yes", "no"), 0.5), (("no",), 0.0)])
def test_scores_are_shares(judge: Callable[..., Judge], words: tuple[str, ...], share: float) -> None:
    """Each score is the share of what was found good."""
    assert judge(*words).score(QUESTION, ANSWER, PASSAGES) == JudgeScores(share, share)


@pytest.mark.parametrize("failure", FAILURES)
def test_failures_are_told_and_not_raised(judge: Callable[..., Judge], failure: str) -> None:
    """Silence, an error of the server, and words that are no verdict give no score and say why."""
    assert judge(failure=failure).score(QUESTION, ANSWER, PASSAGES) == JudgeScores(None, None, (failure, failure))


@needs_library
def test_the_model_is_asked_in_japanese_once_a_step(library: Open, serve: Serve) -> None:
    """Five requests, each with our own prompt, the texts as they are, the model's name and the key."""
    server = serve(verdicts("yes", fence=True))
    assert library(server).score(QUESTION, ANSWER, PASSAGES) == JudgeScores(1.0, 1.0)
    assert len(server.seen) == 5
    assert {path for path, _, _ in server.seen} == {"/v1/chat/completions"}
    assert {(key or "").encode("latin-1").decode() for _, key, _ in server.seen} == {f"Bearer {KEY}"}
    assert all("JSONだけを返してください" in prompt for prompt in server.prompts)
    truths, claims, _, statements, relevant = server.prompts
    assert PASSAGES[0] in truths
    assert ANSWER in claims
    assert ANSWER in statements
    assert QUESTION in relevant
    assert not any("You " in prompt or "JSON format" in prompt for prompt in server.prompts)


@needs_library
def test_unmentioned_claims_count_against_faithfulness_alone(library: Open, serve: Serve) -> None:
    """What the passages leave open is not supported; a statement that may serve is relevant."""
    scores = library(serve(verdicts("yes", "borderline"))).score(QUESTION, ANSWER, PASSAGES)
    assert scores == JudgeScores(0.5, 1.0)


@needs_library
@pytest.mark.parametrize(
    "reply",
    [
        (200, "no JSON"),
        (200, "[]"),
        (200, '{"choices": []}'),
        (200, completion(None)),
        (200, completion("")),
        (200, completion('{"verdicts": "yes"}')),
        (200, completion("}{")),
        (200, completion('{"truths": [1], "claims": {}, "statements": null}')),
        (200, completion('{"truths": [], "claims": [], "statements": [], "verdicts": []}')),
        (200, completion('{"truths": ["a"], "claims": ["a"], "statements": ["a"], "verdicts": []}')),
        (200, completion('{"truths": ["a"], "claims": ["a"], "statements": ["a"], "verdicts": [{"verdict": "?"}]}')),
    ],
)
def test_garbage_of_any_shape_is_no_score(library: Open, serve: Serve, reply: tuple[int, str]) -> None:
    """Nothing found, or not a verdict for each claim, is no perfect score, as the library would have it."""
    scores = library(serve(lambda _prompt: reply)).score(QUESTION, ANSWER, PASSAGES)
    assert scores == JudgeScores(None, None, ("garbage", "garbage"))


@needs_library
def test_odd_texts_do_not_stop_it(library: Open, serve: Serve) -> None:
    """An empty question or answer, no passage, and what the library takes for a picture are judged or told."""
    opened = library(serve(verdicts("yes")))
    for texts in (
        ("", ANSWER, PASSAGES),
        (QUESTION, "", PASSAGES),
        (QUESTION, ANSWER, []),
        ("[DEEPEVAL:IMAGE:x]",) * 3,
    ):
        scores = opened.score(*texts)
        assert (scores.faithfulness is None) + (scores.relevance is None) == len(scores.failures)


@needs_library
def test_nobody_there_and_no_redirect_is_refused(library: Open, serve: Serve) -> None:
    """A port where nothing listens, and a server that sends elsewhere, are told alike; nothing is asked twice."""
    server = serve(lambda _prompt: (307, ""))
    assert library(server).score(QUESTION, ANSWER, PASSAGES).failures == ("refused", "refused")
    assert len(server.seen) == 2
    closed = ChatServer(verdicts("yes"))
    closed.url = "http://127.0.0.1:9/v1"
    assert library(closed).score(QUESTION, ANSWER, PASSAGES).failures == ("refused", "refused")


@needs_library
def test_nothing_is_sent_elsewhere_logged_or_left_behind(
    library: Open, serve: Serve, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    """Usage figures are off, the key is in no log line, and no file is written (any other address fails the test)."""
    from deepeval.telemetry import telemetry_opt_out  # noqa: TID251  # the wall is for our code

    caplog.set_level(logging.DEBUG)
    library(serve(verdicts("yes"))).score(QUESTION, ANSWER, PASSAGES)
    assert telemetry_opt_out()
    assert KEY not in caplog.text
    assert list(tmp_path.iterdir()) == []


def test_without_a_model_or_an_address_it_is_one_sentence() -> None:
    """What to set is said, whether or not the library is there."""
    for settings in (Settings(), Settings(judge_model="m"), Settings(judge_url="http://h/v1")):
        with pytest.raises(UsageError, match="set GUIDE_JUDGE_MODEL to its name and GUIDE_JUDGE_URL"):
            open_judge(settings)


@pytest.mark.skipif(INSTALLED, reason="deepeval (requirements-judge.txt) is installed")
def test_without_the_library_it_is_one_sentence() -> None:
    """The command that installs it is said."""
    with pytest.raises(UsageError, match=r"pip install --no-deps -r requirements-judge\.txt") as caught:
        open_judge(Settings(judge_model="m", judge_url="http://h/v1"))
    assert caught.value.exit_code == 2


@needs_library
def test_the_settings_name_model_address_and_key(library: Open, serve: Serve) -> None:
    """What is configured is what is asked; an address that cannot be one is named."""
    server = serve(verdicts("yes"))
    opened = open_judge(Settings(judge_model="m", judge_url=server.url, judge_key=SecretStr("k")))
    opened.score(QUESTION, ANSWER, PASSAGES)
    assert {(key, body["model"]) for _, key, body in server.seen} == {("Bearer k", "m")}
    with pytest.raises(SettingError, match="GUIDE_JUDGE_URL is 'http://h:x/v1'"):
        open_judge(Settings(judge_model="m", judge_url="http://h:x/v1"))


def test_the_key_is_masked() -> None:
    """`guide doctor` lists the setting without its value."""
    shown: dict[str, Any] = {row.name: row.value for row in describe(Settings(judge_key=SecretStr(KEY)), {}, Path("-"))}
    assert shown["GUIDE_JUDGE_KEY"] == "**********"
