"""What a command risks is known for the command as typed, and never understated."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import CorpusError
from bot.knowledge import Knowledge
from bot.knowledge.commands import Command, CommandRisk, Commands, Needs, load_commands


def _row(command: str, risk: str = "read-only", gate: str = "") -> dict[str, str]:
    return {"command": command, "risk": risk, "needs": "none", "says": "調べます。", "gate": gate}


def _table(*rows: dict[str, str]) -> Commands:
    return Commands(tuple(Command.model_validate(row) for row in rows))


_TABLE = _table(
    _row("chkdsk C:"),
    _row("chkdsk C: /f", "can-destroy-data", "先に写します。"),
    _row("ipconfig"),
    _row("net stop wuauserv", "changes-settings", "更新中でないこと。"),
    _row("slmgr.vbs /dli"),
    _row("slmgr.vbs /atp 確認ID", "changes-settings", "番号を確かめます。"),
    _row("wusa /uninstall /kb:<番号>", "changes-settings", "番号を確かめます。"),
    _row("format", "can-destroy-data", "控えを作ります。"),
    _row("ping <相手>"),
)


@pytest.mark.parametrize(
    ("typed", "row"),
    [
        ("chkdsk C:", "chkdsk C:"),
        ("CHKDSK.exe  d: /F", "chkdsk C: /f"),
        ("chkdsk /f e:", "chkdsk C: /f"),
        ("ｉｐｃｏｎｆｉｇ", "ipconfig"),
        ("cscript //nologo", None),
        (r"cscript C:\Windows\System32\slmgr.vbs /dli", "slmgr.vbs /dli"),
        ("slmgr /atp 123456", "slmgr.vbs /atp 確認ID"),
        ("wusa /kb:5030211 /uninstall", "wusa /uninstall /kb:<番号>"),
        ("ping example.com", "ping <相手>"),
        ("net stop bits", None),
        ("ipconfig /release", None),
        ("chkdsk C: /x", None),
        ("", None),
        ("whatever", None),
    ],
)
def test_known_finds_the_row_of_a_command_as_typed(typed: str, row: str | None) -> None:
    """Case, width, order of switches, drive and placeholders do not matter; anything else does."""
    found = _TABLE.known(typed)
    assert (found.command if found else None) == row


@pytest.mark.parametrize(
    ("typed", "risk", "says"),
    [
        ("chkdsk C: /x", CommandRisk.DESTROYS, ""),
        ("chkdsk", CommandRisk.DESTROYS, ""),
        ("net stop bits", CommandRisk.CHANGES, ""),
        ("format e: /q", CommandRisk.DESTROYS, "調べます。"),
        ("ipconfig & format e:", CommandRisk.DESTROYS, "調べます。"),
        ("ipconfig | ping a", CommandRisk.READ_ONLY, "調べます。"),
    ],
)
def test_find_judges_an_unlisted_command_by_the_worst_of_its_program(typed: str, risk: CommandRisk, says: str) -> None:
    """A command without a row gets the risk of its program's riskiest row, and no description that is not its own."""
    found = _TABLE.find(typed)
    assert found is not None
    assert (found.risk, found.says) == (risk, says)
    assert bool(found.gate) == (risk is not CommandRisk.READ_ONLY)


@pytest.mark.parametrize("typed", ["", "unheard-of /f", "ipconfig | unheard-of"])
def test_find_says_nothing_of_what_it_does_not_know(typed: str) -> None:
    """An unknown program, alone or beside a harmless one, is not called harmless."""
    assert _TABLE.find(typed) is None


@given(st.text(max_size=40))
def test_find_never_fails_and_never_understates(arguments: str) -> None:
    """Whatever follows a destructive program's name, the command is never called read-only."""
    found = _TABLE.find(f"format {arguments}")
    assert found is None or found.risk is CommandRisk.DESTROYS


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (_row("ipconfig", "harmless"), "risk"),
        (_row("format", "can-destroy-data"), "gate"),
        (_row("ipconfig", "read-only", "控えます。"), "gate"),
        ({**_row("ipconfig"), "need": "none"}, "need"),
        (_row("ping <a b>"), "placeholder"),
    ],
)
def test_a_mistake_names_its_line(tmp_path: Path, row: dict[str, str], word: str) -> None:
    """A wrong value, a missing or needless gate, an unknown key and a broken placeholder are refused."""
    path = tmp_path / "commands.yaml"
    path.write_text(yaml.safe_dump({"commands": [_row("ping"), row]}, allow_unicode=True, sort_keys=False), "utf-8")
    with pytest.raises(CorpusError, match=word) as caught:
        load_commands(path)
    assert int(str(caught.value).removeprefix(f"{path}:").split(":")[0]) >= 7


def test_a_command_is_listed_once(tmp_path: Path) -> None:
    """Two rows of one command could contradict each other."""
    path = tmp_path / "commands.yaml"
    path.write_text(yaml.safe_dump({"commands": [_row("ping"), _row("PING.exe")]}), "utf-8")
    with pytest.raises(CorpusError, match="listed twice"):
        load_commands(path)


def test_bundled_rows_say_one_sentence_each(knowledge: Knowledge) -> None:
    """What a command does fits under it on a phone."""
    assert all(row.says.endswith("。") and row.says.count("。") == 1 for row in knowledge.commands.rows)


@pytest.mark.parametrize(
    ("typed", "risk", "needs"),
    [
        ("chkdsk D: /f /r", CommandRisk.DESTROYS, Needs.ADMINISTRATOR),
        ("diskpart", CommandRisk.DESTROYS, Needs.ADMINISTRATOR),
        ("sfc /scannow", CommandRisk.CHANGES, Needs.ADMINISTRATOR),
        ("manage-bde -status", CommandRisk.READ_ONLY, Needs.ADMINISTRATOR),
        ("ipconfig /all", CommandRisk.READ_ONLY, Needs.NONE),
        ("robocopy a b /MIR", CommandRisk.DESTROYS, Needs.NONE),
        ("Get-AppxPackage | Remove-AppxPackage", CommandRisk.DESTROYS, Needs.NONE),
    ],
)
def test_bundled_table_knows_common_commands(knowledge: Knowledge, typed: str, risk: CommandRisk, needs: Needs) -> None:
    """Commands that readers meet anywhere carry the right risk and rights."""
    found = knowledge.commands.find(typed)
    assert found is not None
    assert (found.risk, found.needs) == (risk, needs)
