"""What all commands have in common: help, exit codes, where output goes, interruption, a reader that goes away."""

from __future__ import annotations

import fcntl
import io
import json
import runpy
import signal
from pathlib import Path
from types import SimpleNamespace

import pytest
import typer

import bot.cli
from tests.cli.conftest import ROOT, Run, spawn

COMMANDS = sorted(command.name or "" for command in bot.cli.app.registered_commands if not command.hidden)


def test_the_commands_are_those_of_the_contract() -> None:
    """Other programs call these names."""
    assert COMMANDS == ["ask", "doctor", "eval", "index", "ingest", "redact", "search", "serve", "tune", "unanswered"]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_an_example_of_the_command(cli: Run, command: str) -> None:
    """`--help` goes to stdout, succeeds, and ends in a command one can type."""
    result = cli(command, "--help")
    assert (result.code, result.err) == (0, "")
    assert f"\n  Example: guide {command}" in result.out


def test_the_help_of_the_whole_names_every_command(cli: Run) -> None:
    """`guide --help` lists all commands and shows an example."""
    result = cli("--help")
    assert result.code == 0
    assert all(f"\n  {command} " in result.out for command in COMMANDS)
    assert "Example: guide " in result.out


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("bogus",),
        ("ask", "--bogus", "x"),
        ("ask", "x", "y"),
        ("search", "x", "-k", "0"),
        ("search", "x", "-k", "many"),
        ("ingest",),
        ("serve", "--port", "70000"),
        ("redact", "file.txt"),
        ("ask",),
        ("ask", "x", "--out", "a.jsonl"),
        ("ask", "--questions", "q.jsonl"),
        ("ask", "x", "--questions", "q.jsonl", "--out", "a.jsonl"),
        ("search",),
        ("search", "x", "--run", "out.trec"),
        ("search", "--queries", "q.jsonl"),
        ("search", "x", "--queries", "q.jsonl", "--run", "out.trec"),
    ],
    ids=lambda arguments: " ".join(arguments) or "nothing",
)
def test_wrong_use_exits_2_and_leaves_stdout_alone(cli: Run, arguments: tuple[str, ...]) -> None:
    """An unknown command or option, a missing or contradictory argument: told on stderr, exit 2."""
    result = cli(*arguments)
    assert result.code == 2
    assert result.out == ""
    assert result.err.strip()


def test_wrong_use_of_a_real_process() -> None:
    """The same holds for the installed command, which has no test around it."""
    process = spawn("bogus")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert out == b""
    assert b"No such command 'bogus'" in err
    assert b"Traceback" not in err


def test_python_app_py_is_guide_serve(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """`python app.py` takes the options of `guide serve`."""
    monkeypatch.setattr("sys.argv", ["app.py", "--help"])
    with pytest.raises(SystemExit) as caught:
        runpy.run_path(str(ROOT / "app.py"), run_name="__main__")
    assert caught.value.code == 0
    assert " serve [OPTIONS]" in capsys.readouterr().out


def test_interruption_says_that_nothing_is_lost() -> None:
    """Ctrl-C ends a command with one sentence and exit 1."""
    code = (
        "import signal, sys, time, bot.cli, bot.cli.redact\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a test run in the background ignores it
        "bot.cli.redact.redact = lambda text: (print('ready', file=sys.stderr, flush=True), time.sleep(60))\n"
        "bot.cli.main()"
    )
    with spawn("redact", code=code) as process:
        assert process.stderr.readline() == b"ready\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert out == b""
    assert err.decode() == "guide: interrupted; nothing that was stored is lost\n"


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    """`guide redact | head -1` ends quietly."""
    (tmp_path / "long.txt").write_text("起動しません。\n" * 100_000, "utf-8")
    with (tmp_path / "long.txt").open("rb") as text, spawn("redact", stdin=text) as process:
        assert process.stdout.readline().decode() == "起動しません。\n"
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 1


def test_a_search_whose_reader_goes_away_ends_quietly(bundled_index_path: Path) -> None:
    """`guide search … | head -1` with the real model and index prints no traceback."""
    with spawn("search", "起動しない", "-k", "300", "--index", bundled_index_path) as process:
        # A small pipe: in one of the usual size all hits may wait, and the command ends before the reader goes away.
        fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, 4096)
        assert process.stdout.readline().startswith(b" 1. ")
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_output_that_cannot_be_written_is_one_sentence() -> None:
    """A full disk behind stdout is told, not traced."""
    with Path("/dev/full").open("wb") as full:
        process = spawn("--help", stdout=full)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert err.decode() == "guide: No space left on device; check disk space and rights, then try again\n"


def test_json_stays_valid_where_stdout_is_not_utf8(same_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Machine output survives a terminal that knows no Japanese, here as ASCII escapes."""
    code = (
        "import bot.backends.embedder as room; from tests.fakes import HashEmbedder; from bot.cli import main\n"
        "room.open_embedder = lambda settings: HashEmbedder()\n"
        "main()"
    )
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    process = spawn("search", "印刷できない", "-k", "1", "--json", "--index", same_index, code=code)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")
    assert out.isascii()
    assert "印刷キュー" in json.loads(out)[0]["text"]


def test_an_error_outside_our_tree_is_a_bug_and_stays_visible(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what a user can cause becomes a sentence; a programming error is not swallowed."""

    def broken(_text: str) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr("bot.cli.redact.redact", broken)
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO()))
    with pytest.raises(ZeroDivisionError):
        cli("redact")


def test_every_command_is_a_plain_function() -> None:
    """The application is built from one module a command, each with its example."""
    for command in bot.cli.app.registered_commands:
        assert command.callback is not None
        assert command.epilog
        assert str(command.epilog).startswith(f"Example: guide {command.name}")
    assert isinstance(bot.cli.app, typer.Typer)
