"""The server: its port, its log, its start and its end."""

from __future__ import annotations

import http.client
import json
import logging
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI

import app
from bot.errors import GuideError, NoIndexError, PortError
from bot.settings import Settings
from bot.web import server
from bot.web.logs import set_up_log
from tests.conftest import ROOT
from tests.web.conftest import application
from tests.web.prepared import PreparedGuide
from tests.web.serving import running


@pytest.fixture
def quiet_log() -> Iterator[None]:
    """Give the loggers back as they were."""
    names = ("", "app", "bot", "ingest")
    levels = {name: logging.getLogger(name).level for name in names}
    yield
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_port_in_use_is_one_sentence(host: str) -> None:
    """It names host, port, reason and what to do, and the error ends the command with 1."""
    with server.listen(host, 0) as first:
        first.listen()
        port = first.getsockname()[1]
        with pytest.raises(PortError) as caught:
            server.listen(host, port)
    message = str(caught.value)
    assert message.startswith(f"{host} port {port} cannot be used (Address already in use); ")
    assert message.endswith("stop what uses it or choose another with --port")
    assert caught.value.exit_code == 1


def test_a_host_that_is_not_here_is_one_sentence() -> None:
    """An address of another machine cannot be listened on."""
    with pytest.raises(PortError, match=r"192\.0\.2\.1 port 0 cannot be used"):
        server.listen("192.0.2.1", 0)


def test_serve_says_that_the_port_is_in_use_before_loading_anything(
    monkeypatch: pytest.MonkeyPatch, quiet_log: None
) -> None:
    """Nobody waits for a model to learn that the port is taken."""
    monkeypatch.setattr(app, "create_app", lambda settings: pytest.fail("the application was loaded"))
    with server.listen("127.0.0.1", 0) as first:
        first.listen()
        with pytest.raises(PortError):
            app.serve(Settings(host="127.0.0.1", port=first.getsockname()[1]))


def test_serve_gives_the_port_back_when_there_is_no_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quiet_log: None
) -> None:
    """A failed start leaves nothing behind."""
    monkeypatch.setattr("bot.answer.assemble.open_embedder", lambda settings: SimpleNamespace(name="none", dimension=1))
    with server.listen("127.0.0.1", 0) as probe:
        port = probe.getsockname()[1]
    with pytest.raises(NoIndexError):
        app.serve(Settings(index=tmp_path / "none", host="127.0.0.1", port=port))
    server.listen("127.0.0.1", port).close()


def test_serve_answers_until_it_is_told_to_stop(
    monkeypatch: pytest.MonkeyPatch, prepared: PreparedGuide, quiet_log: None, caplog: pytest.LogCaptureFixture
) -> None:
    """It says where it answers, answers there, and comes back when it is interrupted."""
    made: list[Any] = []
    real = server.server

    def remember(api: FastAPI) -> Any:
        made.append(real(api))
        return made[-1]

    monkeypatch.setattr(server, "server", remember)
    monkeypatch.setattr(app, "create_app", lambda settings: application(prepared))
    with server.listen("127.0.0.1", 0) as probe:
        port = probe.getsockname()[1]
    thread = threading.Thread(target=app.serve, args=(Settings(host="127.0.0.1", port=port),))
    thread.start()
    while thread.is_alive() and not (made and made[0].started):
        time.sleep(0.02)
    assert _get(port, "/healthz") == (200, b'{"status":"ok"}')
    made[0].should_exit = True
    thread.join(timeout=20)
    assert not thread.is_alive()
    assert f"answering at http://localhost:{port}" in caplog.text


def test_a_server_that_cannot_start_says_so() -> None:
    """A failing start-up does not look like a clean end."""
    api = FastAPI(lifespan=_broken)
    with server.listen("127.0.0.1", 0) as listener, pytest.raises(GuideError, match="could not start"):
        server.run(api, listener)


def test_no_request_is_logged(
    prepared: PreparedGuide, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], quiet_log: None
) -> None:
    """The address of a search holds the question: neither the log nor the output has it, at the most detailed level."""
    set_up_log("debug")
    prepared.hits = ()
    with server.listen("127.0.0.1", 0) as listener, running(application(prepared), listener) as port:
        assert _get(port, "/api/search?q=himitsu-no-shitsumon")[0] == 200
        assert _get(port, "/nope/himitsu-no-shitsumon")[0] == 404
    output = capfd.readouterr()
    assert "himitsu" not in caplog.text + output.out + output.err


def test_only_our_own_messages_are_detailed(quiet_log: None) -> None:
    """Libraries quote what they handle in their debug messages."""
    set_up_log("debug")
    assert logging.getLogger("bot.web").isEnabledFor(logging.DEBUG)
    assert not logging.getLogger("python_multipart").isEnabledFor(logging.DEBUG)
    set_up_log("error")
    assert not logging.getLogger("bot.web").isEnabledFor(logging.WARNING)
    assert not logging.getLogger("chromadb").isEnabledFor(logging.WARNING)


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_answers_under_way_are_finished(sign: signal.Signals) -> None:
    """A real process told to stop: both readers get all of their answers, new ones none, and it ends well and soon."""
    with server.listen("127.0.0.1", 0) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "tests.web.slow_server", str(port)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with suppress(OSError):
                if _get(port, "/healthz")[0] == 200:
                    break
            time.sleep(0.1)
        with ThreadPoolExecutor(2) as readers:
            streamed = readers.submit(_post, port, {"Accept": "text/event-stream"})
            whole = readers.submit(_post, port, {})
            time.sleep(0.5)
            process.send_signal(sign)
            time.sleep(0.2)
            with pytest.raises(OSError, match="refused"):
                _get(port, "/healthz")
            assert "event: answer" in streamed.result()
            assert json.loads(whole.result())["text"] == "おわり。"
        _, log = process.communicate(timeout=20)
        assert process.returncode == 0
        assert "Traceback" not in log
        assert [json.loads(line)["status"] for line in log.splitlines() if "/api/chat" in line] == [200, 200]


def _post(port: int, headers: dict[str, str]) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        body = json.dumps({"question": "問い"})
        connection.request("POST", "/api/chat", body, {"Content-Type": "application/json", **headers})
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def _get(port: int, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def _broken(api: FastAPI) -> Any:
    class _Lifespan:
        async def __aenter__(self) -> None:
            raise RuntimeError("no start")

        async def __aexit__(self, *_: object) -> None:
            return None

    return _Lifespan()
