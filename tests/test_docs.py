"""The documents tell what the code does: every command, every setting, no dead link, the twins agree."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

import pytest

import bot.cli
from bot.settings import PREFIX, Settings
from tests.write_docs import settings_table, with_settings

ROOT = Path(__file__).resolve().parent.parent
ENGLISH = ROOT / "README.md"
JAPANESE = ROOT / "README.ja.md"
_SKIPPED = {"articles", "data", "dist", "build"}
_LINK = re.compile(r"\[[^\]]*\]\(([^()\s]+)\)")
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_COMMAND = re.compile(r"`guide ([a-z]+)[^`]*`")
_FIRST_CELL = re.compile(r"^\| `(guide [^`]*)` \|", re.MULTILINE)


@cache
def _documents() -> tuple[Path, ...]:
    """Return all documents but the articles, which have checks of their own."""
    found: list[Path] = []
    for folder, subfolders, files in os.walk(ROOT):
        subfolders[:] = [name for name in subfolders if not name.startswith(".") and name not in _SKIPPED]
        found += [Path(folder, name) for name in files if name.endswith(".md")]
    return tuple(sorted(found))


def _slug(heading: str) -> str:
    """Return the anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def test_the_table_of_settings_is_the_one_in_the_code() -> None:
    """`python -m tests.write_docs` was run after the last change of a setting."""
    text = ENGLISH.read_text("utf-8")
    assert with_settings(text) == text, "run: python -m tests.write_docs"


def test_the_table_names_every_setting_and_no_place_on_this_machine() -> None:
    """All variables with default and help; a default within the clone is relative."""
    table = settings_table()
    for name, field in Settings.model_fields.items():
        assert f"| `{PREFIX}{name.upper()}` |" in table
        assert str(field.description) in table
    assert str(ROOT) not in table


@pytest.mark.parametrize("text", ["", "<!-- settings -->\n", "<!-- end of settings -->\n"])
def test_a_readme_without_markers_is_an_error(text: str) -> None:
    """The table is never appended to a wrong place."""
    with pytest.raises(ValueError, match="needs the lines"):
        with_settings(text)


@pytest.mark.parametrize("path", [ENGLISH, JAPANESE], ids=lambda path: path.name)
def test_every_command_is_documented(path: Path) -> None:
    """Each command that `guide --help` shows has a row, and no row names one that is not there."""
    commands = {command.name for command in bot.cli.app.registered_commands if not command.hidden}
    assert {row.split()[1] for row in _FIRST_CELL.findall(path.read_text("utf-8"))} == commands


@pytest.mark.parametrize("path", _documents(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_documents_name_only_commands_that_exist(path: Path) -> None:
    """A command that was renamed is renamed in every document."""
    commands = {str(command.name) for command in bot.cli.app.registered_commands}
    assert set(_COMMAND.findall(path.read_text("utf-8"))) <= commands


def test_documented_options_exist() -> None:
    """Every option in the table of commands is one that the command takes."""
    parameters = {
        str(command.name): Path(command.callback.__code__.co_filename).read_text("utf-8")
        + (ROOT / "bot" / "cli" / "common.py").read_text("utf-8")
        for command in bot.cli.app.registered_commands
        if command.callback is not None
    }
    for row in _FIRST_CELL.findall(ENGLISH.read_text("utf-8")):
        command = row.split()[1]
        for option in re.findall(r"(?<!\w)--?[a-z]+(?:-[a-z]+)*", row):
            source = parameters[command]
            assert f'"{option}"' in source or f"{option.lstrip('-')}: Annotated" in source, f"{command} {option}"


def test_both_readmes_name_the_same_commands() -> None:
    """The Japanese twin has the same rows in the same order."""
    rows = [_FIRST_CELL.findall(path.read_text("utf-8")) for path in (ENGLISH, JAPANESE)]
    assert rows[0]
    assert rows[0] == rows[1]


@pytest.mark.parametrize("path", _documents(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_relative_link_leads_somewhere(path: Path) -> None:
    """A link to a file of this repository finds the file, and its heading where it names one."""
    text = _CODE.sub("", path.read_text("utf-8"))
    for link in _LINK.findall(text):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = path.parent / name if name else path
        assert target.exists(), link
        if anchor:
            headings = re.findall(r"^#+ (.*)$", target.read_text("utf-8"), re.MULTILINE)
            assert anchor in {_slug(heading) for heading in headings}, link


def test_files_that_the_documents_speak_of_exist() -> None:
    """A path in back quotes that looks like one of this repository is there."""
    for path in _documents():
        for name in re.findall(r"`((?:bot|ingest|corpus|tests|docs|benchmarks)/[\w./-]+)`", path.read_text("utf-8")):
            assert (ROOT / name).exists(), f"{path.name}: {name}"


def test_make_targets_that_the_documents_speak_of_exist() -> None:
    """`make x` in a document is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for path in _documents():
        assert set(re.findall(r"`make ([a-z]+)`", path.read_text("utf-8"))) <= targets, path.name
