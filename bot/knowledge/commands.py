"""What a command risks, needs and does, and what to do before it, from `commands.yaml`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from bot.knowledge.words import fold
from bot.knowledge.yaml_file import load_yaml

__all__ = ["Command", "CommandRisk", "Commands", "Needs", "load_commands"]

_HOSTS = frozenset({"cscript", "wscript"})
"""Programs that only run the script named after them."""

_EXTENSION = re.compile(r"\.(?:exe|com|cmd|bat|vbs|msc)$")
_DRIVE = re.compile(r"[a-z]:\\?|<ドライブ>")
_SWITCH = re.compile(r"[/-].+")
_SEPARATOR = re.compile(r"[|;\n]|&+")
_GENERAL_GATE = "何をするコマンドかを確かめ、大事なファイルを外に写してから実行してください。"


class CommandRisk(StrEnum):
    """What a command can do to the PC, mildest first."""

    READ_ONLY = "read-only"
    CHANGES = "changes-settings"
    DESTROYS = "can-destroy-data"


class Needs(StrEnum):
    """The rights that a command runs with."""

    NONE = "none"
    ADMINISTRATOR = "administrator"


class Command(BaseModel):
    """One command: `gate` is what to do first (Japanese, "" for read-only), `says` what it does (one sentence)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    command: str = Field(min_length=2)
    risk: CommandRisk
    needs: Needs
    says: str = Field(min_length=1)
    gate: str

    @field_validator("command")
    @classmethod
    def _whole_placeholders(cls, command: str) -> str:
        if re.search(r"<[^>]*\s", command):
            raise ValueError("a placeholder stands for one argument: write <…> without white space")
        return command

    @field_validator("gate")
    @classmethod
    def _gated(cls, gate: str, info: ValidationInfo) -> str:
        risk = info.data.get("risk")
        if risk is CommandRisk.READ_ONLY and gate:
            raise ValueError('a read-only command has the gate ""')
        if risk in {CommandRisk.CHANGES, CommandRisk.DESTROYS} and not gate:
            raise ValueError("say what to do before this command: it is not read-only")
        return gate


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    commands: tuple[Command, ...] = Field(min_length=1)

    @field_validator("commands")
    @classmethod
    def _distinct(cls, commands: tuple[Command, ...]) -> tuple[Command, ...]:
        seen: set[str] = set()
        for row in commands:
            key = " ".join(_tokens(row.command))
            if key in seen:
                raise ValueError(f"the command {row.command} is listed twice")
            seen.add(key)
        return commands


@dataclass(frozen=True, slots=True)
class Commands:
    """The table, in the order of the file."""

    rows: tuple[Command, ...]

    def known(self, text: str) -> Command | None:
        """Return the row of a command as typed, or None.

        Case, white space, file extension and the order of switches do not matter. Any drive letter stands for any
        other, and a placeholder (「<ドライブ>」, or Japanese in place of an argument) for any one argument.
        """
        asked = _tokens(text)
        exact = next((row for row in self.rows if _tokens(row.command) == asked), None)
        return exact or next((row for row in self.rows if _same_shape(_tokens(row.command), asked)), None)

    def find(self, text: str) -> Command | None:
        """Return what is known of a command line, at its riskiest, or None when nothing is.

        A command without a row of its own is judged by the rows of its program and carries the text as typed; `says` is
        "" where none of them speaks for it. Of several commands in a line the riskiest one counts.
        """
        parts = [part for part in _SEPARATOR.split(text) if part.strip()]
        found = [self.known(part) or self._judged(part) for part in parts]
        known = [row for row in found if row is not None]
        if not known:
            return None
        worst = max(known, key=_severity)
        # Next to a command that nobody knows, "only looks" would be a promise.
        return None if len(known) < len(found) and worst.risk is CommandRisk.READ_ONLY else worst

    def _judged(self, text: str) -> Command | None:
        asked = _tokens(text)
        beginnings = [row for row in self.rows if _begins(_tokens(row.command), asked)]
        general = max(beginnings, key=lambda row: len(_tokens(row.command)), default=None)
        start = _tokens(general.command) if general else asked[:1]
        family = [row for row in self.rows if _begins(start, _tokens(row.command))]
        if not family:
            return None
        worst = max(family, key=_severity)
        if general is not None and general.risk is worst.risk:
            return general.model_copy(update={"command": text.strip()})
        gate = "" if worst.risk is CommandRisk.READ_ONLY else _GENERAL_GATE
        return worst.model_copy(update={"command": text.strip(), "says": "", "gate": gate})


def load_commands(path: Path) -> Commands:
    """Load `commands.yaml`. Raises `CorpusError` naming file, line and remedy."""
    return Commands(load_yaml(path, _File).commands)


def _severity(row: Command) -> tuple[int, bool]:
    return list(CommandRisk).index(row.risk), row.needs is Needs.ADMINISTRATOR


def _tokens(text: str) -> list[str]:
    """Return program and arguments, lower-case; a script host and the folder of the program are left out."""
    tokens = fold(text).split()
    if len(tokens) > 1 and _program(tokens[0]) in _HOSTS and not _SWITCH.fullmatch(tokens[1]):
        tokens = tokens[1:]
    return [_program(token) for token in tokens[:1]] + tokens[1:]


def _program(token: str) -> str:
    return _EXTENSION.sub("", re.split(r"[\\/]", token)[-1])


def _begins(start: Sequence[str], tokens: Sequence[str]) -> bool:
    # A word in Japanese stands for any argument, and never for a program: a line of a log is no command.
    return 0 < len(start) <= len(tokens) and start[0] == tokens[0] and all(map(_same_token, start, tokens))


def _same_shape(row: Sequence[str], asked: Sequence[str]) -> bool:
    if not asked or len(row) != len(asked) or row[0] != asked[0]:
        return False
    row_switches, row_arguments = _parted(row[1:])
    asked_switches, asked_arguments = _parted(asked[1:])
    return (
        len(row_switches) == len(asked_switches)
        and all(map(_same_token, sorted(row_switches), sorted(asked_switches)))
        and all(map(_same_token, row_arguments, asked_arguments))
    )


def _parted(tokens: Sequence[str]) -> tuple[list[str], list[str]]:
    switches = [token for token in tokens if _SWITCH.fullmatch(token)]
    return switches, [token for token in tokens if not _SWITCH.fullmatch(token)]


def _same_token(mine: str, theirs: str) -> bool:
    if mine == theirs or (_DRIVE.fullmatch(mine) and _DRIVE.fullmatch(theirs)):
        return True
    if not mine.isascii() and "<" not in mine:
        return True
    start, bracket, _ = mine.partition("<")
    return bool(bracket) and len(theirs) > len(start) and theirs.startswith(start)
