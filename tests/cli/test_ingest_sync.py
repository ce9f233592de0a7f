"""Keeping up with a source from the command line: looking first, watching, going back."""

from __future__ import annotations

import json
import signal
import threading
import time
from pathlib import Path

import pytest

from bot.cli.ingest_watch import keep_up, seconds
from bot.errors import SourceError, UsageError
from bot.index.generations import Hold, current, generations
from bot.index.manifest import read_manifest
from tests.cli.conftest import Run
from tests.cli.live import GOOD, ids


def test_a_dry_run_tells_and_writes_nothing(cli: Run, index: Path, articles: Path) -> None:
    """What would be added and removed is told; the index is as before, and no index is made where there is none."""
    (articles / "new.md").write_text(GOOD, "utf-8")
    result = cli("ingest", articles, "--dry-run", "--index", index, "--json")
    report = json.loads(result.out)
    assert (report["dry_run"], report["added"], report["unchanged"]) == (True, ["new"], 3)
    assert "new" not in ids(cli, index)
    assert cli("ingest", articles, "--dry-run", "--index", "elsewhere").out.startswith("would be 4 articles")
    assert not Path("elsewhere").exists()


def test_the_bundled_articles_give_way_to_a_blog(
    cli: Run, articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An index of the articles that come with the guide is replaced without being asked about each of them."""
    bundled = tmp_path / "corpus" / "articles"
    bundled.mkdir(parents=True)
    (bundled / "old.md").write_text(GOOD, "utf-8")
    monkeypatch.setattr("ingest.run.load_topics", lambda _corpus: None)
    monkeypatch.setenv("GUIDE_CORPUS", str(tmp_path / "corpus"))
    assert cli("ingest", bundled, "--index", "index").code == 0
    report = json.loads(cli("ingest", articles, "--index", "index", "--json").out)
    assert (report["removed"], report["articles"]) == (["old"], 3)


def test_an_earlier_generation_is_one_command_away(cli: Run, index: Path, articles: Path) -> None:
    """`use` goes back and forth; `list` says which is live; an unknown name is a mistake in the command."""
    (articles / "new.md").write_text(GOOD, "utf-8")
    cli("ingest", articles, "--index", index)
    assert "new" in ids(cli, index)
    assert json.loads(cli("index", "use", "--index", index, "--json").out)["live"] == "000001"
    assert "new" not in ids(cli, index)
    rows = json.loads(cli("index", "list", "--index", index, "--json").out)
    assert [(row["generation"], row["state"]) for row in rows] == [("000001", "live"), ("000002", "previous")]
    assert cli("index", "use", "000002", "--index", index).code == 0
    assert "new" in ids(cli, index)
    unknown = cli("index", "use", "000077", "--index", index)
    assert (unknown.code, "no generation '000077'" in unknown.sentence) == (2, True)
    assert cli("index", "list", "000001", "--index", index).code == 2
    assert cli("index", "list", "--index", "nowhere").code == 1
    assert not Path("nowhere").exists()


def test_a_damaged_generation_is_not_gone_back_to(cli: Run, index: Path, articles: Path) -> None:
    """It is checked first, and what is live stays."""
    (articles / "new.md").write_text(GOOD, "utf-8")
    cli("ingest", articles, "--index", index)
    (index / "generations" / "000001" / "embeddings.npy").write_bytes(b"")
    result = cli("index", "use", "--index", index)
    assert (result.code, "embeddings.npy" in result.sentence) == (1, True)
    assert current(index).name == "000002"


def test_pruning_spares_what_is_open(cli: Run, index: Path, articles: Path) -> None:
    """A generation that a process holds is left until it lets go."""
    hold = Hold(index / "generations" / "000001")
    for number in range(3):
        (articles / "new.md").write_text(f"{GOOD}{number}\n", "utf-8")
        cli("ingest", articles, "--index", index)
    assert generations(index) == ["000001", "000003", "000004"]
    hold.release()
    assert cli("index", "prune", "--index", index).out == "removed 000001\n"


# Watching


@pytest.mark.parametrize(("text", "length"), [("30s", 30), ("15m", 900), ("2h", 7200), ("1d", 86400), ("90", 90)])
def test_intervals(text: str, length: int) -> None:
    """Seconds, minutes, hours, days."""
    assert seconds(text) == length


@pytest.mark.parametrize("text", ["", "0m", "soon", "-5m", "1.5h", "９分"])
def test_what_is_no_interval(text: str) -> None:
    """Anything else is a mistake in the command that says what is expected."""
    with pytest.raises(UsageError, match="expected a time such as"):
        seconds(text)


def test_watching_and_looking_exclude_each_other(cli: Run, articles: Path) -> None:
    """`--dry-run --watch` is used wrongly."""
    result = cli("ingest", articles, "--dry-run", "--watch", "1m", "--index", "index")
    assert (result.code, "give one of them" in result.sentence) == (2, True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_watch_survives_failing_rounds_and_stops_at_a_signal(
    capsys: pytest.CaptureFixture[str], number: signal.Signals
) -> None:
    """Each failure is one sentence; a signal within a round or between two ends the watch without an error."""
    rounds: list[int] = []

    def one() -> None:
        rounds.append(len(rounds))
        if len(rounds) == 2:
            raise SourceError("the site is down")
        if len(rounds) == 3:
            raise ZeroDivisionError
        if len(rounds) == 4:
            signal.raise_signal(number)
            time.sleep(30)

    before = signal.getsignal(number)
    keep_up(one, 0)
    assert len(rounds) == 4
    said = capsys.readouterr().err.splitlines()
    assert said[0].endswith("this round failed: the site is down")
    assert "unexpected ZeroDivisionError" in said[1]
    assert said[2:] == ["stopped; the live index is whole"]
    assert signal.getsignal(number) == before


def test_a_watch_that_cannot_begin_says_so() -> None:
    """A mistake in the command ends the first round for good."""

    def one() -> None:
        raise SourceError("nowhere does not exist")

    with pytest.raises(SourceError):
        keep_up(one, 3600)


def test_a_watch_picks_up_edits_until_it_is_stopped(cli: Run, index: Path, articles: Path) -> None:
    """An article added while it watches is in the index after the next round."""

    def edit() -> None:
        (articles / "new.md").write_text(GOOD, "utf-8")
        until = time.monotonic() + 60
        while read_manifest(current(index)).articles < 4 and time.monotonic() < until:
            time.sleep(0.05)
        signal.raise_signal(signal.SIGTERM)

    editor = threading.Timer(0.5, edit)
    editor.start()
    result = cli("ingest", articles, "--watch", "1s", "--index", index)
    editor.join()
    assert result.code == 0
    assert result.err.splitlines()[-1] == "stopped; the live index is whole"
    assert "new" in ids(cli, index)
