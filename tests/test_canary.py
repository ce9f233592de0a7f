"""Secrets put into a conversation leave no trace: no answer, request to the model, log line, error or file has them."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from numpy.typing import NDArray
from pydantic import TypeAdapter
from starlette.testclient import TestClient

from bot.answer.guide import Guide
from bot.index import open_index
from bot.settings import Settings
from bot.text.secret_kinds import SecretKind
from bot.types import Answer, Turn
from bot.web.conversation import Said, converse
from bot.web.house import open_house
from bot.web.logs import set_up_log
from ingest.build import build
from ingest.sources import read
from tests.cli.conftest import ARTICLES
from tests.fakes import HashEmbedder
from tests.web.conftest import application

STREAM = {"Accept": "text/event-stream"}

# What a reader writes, cut where "|" stands when it comes in two messages; the canary is what must not be seen of it.
CANARIES: dict[SecretKind, tuple[str, tuple[str, ...]]] = {
    SecretKind.PRODUCT_KEY: ("キーは VK7JG-NPH|TM-C97JM-9MPGT-3V66T です", ("VK7JG", "C97JM", "9MPGT", "3V66T")),
    SecretKind.RECOVERY_KEY: (
        "回復キー 110011-220|022-330033-440044-550055-660066-000121-004543 を入れた",
        ("110011", "330033", "440044", "550055", "004543"),
    ),
    SecretKind.INSTALLATION_ID: (
        "インストールIDは 7130254-8846391-|5027418-3396052-1184723-9065318-2749106-4418835-6620917",
        ("7130254", "8846391", "5027418", "6620917"),
    ),
    SecretKind.CONFIRMATION_ID: (
        "確認IDは 713025-488463-915027-41|8339-605211-847239-065318-274910",
        ("713025", "488463", "605211", "274910"),
    ),
    SecretKind.EMAIL: ("連絡先は kanariya.taro@doc|omo.ne.jp です", ("kanariya", "omo.ne.jp")),
    SecretKind.PHONE: ("電話は 090-3847|-5561 です", ("3847", "5561")),
    SecretKind.PASSWORD: ("パスワードは|Kanariya77x です", ("Kanariya77x",)),
    SecretKind.USER_NAME: ("C:\\Users\\|kanariya\\Desktop が消えた", ("kanariya",)),
    SecretKind.CARD: ("カード 4990-6958-|4830-4011 で払った", ("4990", "6958", "4830", "4011")),
    SecretKind.MY_NUMBER: ("マイナンバーは|4407-3561-9028 です", ("4407", "3561", "9028")),
}
QUESTION = "プリンターで印刷できない。"
KINDS = pytest.mark.parametrize("kind", list(SecretKind))


class Spy(HashEmbedder):
    """Embed and remember every text."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit vectors."""
        self.texts += texts
        return super().embed_queries(texts)


class SpyOver:
    """The real model, every text that it is given remembered."""

    def __init__(self, model: Any) -> None:
        self.name, self.dimension = model.name, model.dimension
        self._model = model
        self.texts: list[str] = []

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the model's vectors."""
        self.texts += texts
        vectors: NDArray[np.float32] = self._model.embed_queries(texts)
        return vectors


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory with an index of three small articles."""
    folder = tmp_path_factory.mktemp("canary")
    (folder / "articles").mkdir()
    for name, text in ARTICLES.items():
        (folder / "articles" / name).write_text(text, "utf-8")
    build(read(str(folder / "articles")), index=folder / "index", embedder=HashEmbedder(), sources=["few"])
    # Chroma writes out memory that it never filled, in which this process, unlike a builder, holds the canaries
    # themselves. What has not changed since cannot hold what was said since.
    _BUILT.update((path, path.read_bytes()) for path in folder.rglob("*") if path.is_file())
    return folder


_BUILT: dict[Path, bytes] = {}
"""What the files of the index held before anything was said."""


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Log as the server does when it is asked for everything."""
    loggers = [logging.getLogger(name) for name in ("", "app", "bot", "ingest")]
    levels = [one.level for one in loggers]
    set_up_log("debug")
    yield caplog
    for one, level in zip(loggers, levels, strict=True):
        one.setLevel(level)


@pytest.fixture
def spied(place: Path, knowledge: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Guide, Spy]]:
    """Return a guide over the articles and the spy that embeds for it, in the articles' directory."""
    monkeypatch.chdir(place)
    spy = Spy()
    index = open_index(place / "index", spy.name, spy.dimension)
    yield Guide(index, spy, knowledge), spy
    index.close()


@pytest.fixture(autouse=True)
def references_without_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw references of letters: four of a random one's digits may be a canary's by chance."""
    monkeypatch.setattr("bot.web.observe.uuid.uuid4", lambda: UUID("abcdef" * 5 + "ab"))


def _conversations(kind: SecretKind) -> Iterator[list[str]]:
    """Yield the reader's messages: the secret in the question, before it, and in two messages."""
    text = CANARIES[kind][0]
    whole, halves = text.replace("|", ""), text.split("|")
    yield [QUESTION + whole]
    yield [whole, QUESTION + "それでもだめでした。人に相談したい"]
    yield [QUESTION + halves[0], halves[1]]
    yield [*halves, QUESTION]


def _history(messages: Sequence[str]) -> list[Turn]:
    """Return earlier messages, each with an answer, long enough to stand far between two halves."""
    return [turn for text in messages for turn in (Turn("user", text), Turn("assistant", "電源を切ります。[1]" * 20))]


def _assert_gone(kind: SecretKind, *where: object) -> None:
    for text in map(str, where):
        for piece in CANARIES[kind][1]:
            assert piece not in text, (kind, piece, text)


def _assert_not_on_disk(kind: SecretKind, folder: Path, longer_than: int = 4) -> None:
    pieces = [piece.encode() for piece in CANARIES[kind][1]]
    for path in folder.rglob("*"):
        if path.is_file() and path.read_bytes() != _BUILT.get(path):
            found = [piece for piece in pieces if len(piece) > longer_than and piece in path.read_bytes()]
            assert not found, (path, found)


@KINDS
def test_the_guide_keeps_nothing(
    spied: tuple[Guide, Spy], place: Path, logged: pytest.LogCaptureFixture, kind: SecretKind
) -> None:
    """Neither its answer, nor the model's input, nor what search is given, nor a log line, nor a file has it."""
    guide, spy = spied
    for messages in _conversations(kind):
        answer = guide.ask(messages[-1], _history(messages[:-1]))
        assert kind.value in answer.redacted
        _assert_gone(kind, answer)
    guide.search(CANARIES[kind][0].replace("|", ""))
    assert spy.texts
    _assert_gone(kind, *spy.texts, *(record.getMessage() for record in logged.records))
    _assert_not_on_disk(kind, place)


def test_the_real_model_is_given_nothing(
    bundled_index_path: Path, taught: Any, knowledge: Any, logged: pytest.LogCaptureFixture
) -> None:
    """With the default model and the bundled articles no canary reaches the model, the answer or the log."""
    spy = SpyOver(taught)
    index = open_index(bundled_index_path, spy.name, spy.dimension)
    guide = Guide(index, spy, knowledge)
    for kind in SecretKind:
        for messages in _conversations(kind):
            _assert_gone(kind, guide.ask(messages[-1], _history(messages[:-1])))
        _assert_gone(kind, *spy.texts, *(record.getMessage() for record in logged.records))
        _assert_not_on_disk(kind, bundled_index_path, 6)  # six digits stand in some digest by chance
    assert len(spy.texts) > len(SecretKind)
    index.close()


@KINDS
def test_the_api_keeps_nothing(
    spied: tuple[Guide, Spy], place: Path, logged: pytest.LogCaptureFixture, kind: SecretKind
) -> None:
    """Whole or as events, in a search, or in a request that is refused: no reply and no log line has it."""
    guide, _ = spied
    with TestClient(application(guide), raise_server_exceptions=False) as client:
        for messages in _conversations(kind):
            history = [{"role": turn.role, "text": turn.text} for turn in _history(messages[:-1])]
            body = {"question": messages[-1], "history": history}
            for headers in ({}, STREAM):
                response = client.post("/api/chat", json=body, headers=headers)
                assert response.status_code == 200
                _assert_gone(kind, response.text)
            for wrong in (
                {"question": (messages[-1] * 2000)[:50_000]},
                {"question": messages},
                {"question": "", "history": history},
                {**body, messages[-1]: messages[-1]},
                {**body, "history": messages},
            ):
                response = client.post("/api/chat", json=wrong)
                assert response.status_code >= 400
                _assert_gone(kind, response.text)
            _assert_gone(kind, client.post("/api/chat", content="{" + messages[-1]).text)
            _assert_gone(kind, client.get("/api/search", params={"q": messages[-1]}).text)
    # A request may come without what an earlier one began, so that only whole secrets can be told here.
    _assert_gone(
        kind, *(record.getMessage() for record in logged.records if record.name.split(".")[0] in {"bot", "app"})
    )
    _assert_not_on_disk(kind, place)


@KINDS
def test_the_chat_page_shows_nothing(spied: tuple[Guide, Spy], kind: SecretKind) -> None:
    """The question is masked from the first view on, and its first half once the second is there."""
    guide, spy = spied
    for messages in _conversations(kind):
        said: tuple[Said, ...] = ()
        state = ""
        for number, message in enumerate(messages, 1):
            views = list(converse(guide, open_house(Settings()), message, said, state))
            said, state = views[-1].said, views[-1].state
            if number == len(messages):  # a first half alone tells nothing yet
                for view in views:
                    _assert_gone(kind, view.transcript, view.sources, view.state, view.box)
                _assert_gone(kind, *said)
    assert spy.texts


@KINDS
def test_the_command_keeps_nothing(
    place: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    kind: SecretKind,
    knowledge: Any,
) -> None:
    """`guide ask`, for one question or a file of conversations, prints and writes nothing of it."""
    spy = Spy()
    monkeypatch.setattr("bot.answer.assemble.open_embedder", lambda _settings: spy)
    monkeypatch.setattr("bot.answer.assemble.load_knowledge", lambda _path: knowledge)
    monkeypatch.chdir(tmp_path)
    run = _command(monkeypatch)
    conversations = list(_conversations(kind))
    run("ask", conversations[0][0], "--index", str(place / "index"))
    rows = [json.dumps({"id": number, "turns": turns}) for number, turns in enumerate(conversations)]
    Path("in.jsonl").write_text("\n".join(rows), "utf-8")
    run("ask", "--questions", "in.jsonl", "--out", "out.jsonl", "--index", str(place / "index"))
    Path("in.jsonl").unlink()
    shown = capsys.readouterr()
    _assert_gone(kind, shown.out, shown.err, Path("out.jsonl").read_text("utf-8"))
    answers = [json.loads(line)["answer"] for line in Path("out.jsonl").read_text("utf-8").splitlines()]
    assert len(answers) == len(conversations)
    assert all(kind.value in TypeAdapter(Answer).validate_python(answer).redacted for answer in answers)
    assert spy.texts
    _assert_not_on_disk(kind, tmp_path)
    _assert_not_on_disk(kind, place)


def _command(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    from bot.cli import main

    def run(*arguments: str) -> None:
        monkeypatch.setattr("sys.argv", ["guide", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 0

    return run
