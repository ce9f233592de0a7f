"""YAML files load into models, and every mistake names its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from bot.errors import CorpusError
from bot.knowledge.yaml_file import line_at, load_yaml


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    day: date
    codes: tuple[str, ...] = ()


def _load(tmp_path: Path, text: str) -> _Model:
    path = tmp_path / "file.yaml"
    path.write_text(text, "utf-8")
    return load_yaml(path, _Model)


def test_text_stays_what_the_author_typed(tmp_path: Path) -> None:
    """Hexadecimal codes, yes and numbers are text unless the model wants them otherwise."""
    loaded = _load(tmp_path, "name: yes\nday: 2026-11-22\ncodes: [0xC004F213, 7, 24H2]\n")
    assert loaded == _Model(name="yes", day=date(2026, 11, 22), codes=("0xC004F213", "7", "24H2"))


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("name: a\nday: 2026-02-30\n", 2, "day"),
        ("name: a\nday: 2026-11-22\nnmae: b\n", 3, "nmae"),
        ("name: a\n", 1, "day"),
        ("name: a\nday: 2026-11-22\ncodes:\n  - a\n  - [b]\n", 5, "codes.1"),
        ("name: a\nday: 2026-11-22\nname: b\n", 3, "twice"),
        ("name: a\n  day: 2026-11-22\n", 2, "mapping"),
        ("- a\n", 1, "the file"),
        ("", 1, "the file"),
        ("? [a]\n: b\n", 1, "correct"),
    ],
)
def test_a_mistake_names_its_line(tmp_path: Path, text: str, line: int, word: str) -> None:
    """The message begins with file and line, says what is wrong and ends with what to do."""
    with pytest.raises(CorpusError) as caught:
        _load(tmp_path, text)
    message = str(caught.value)
    assert message.startswith(f"{tmp_path / 'file.yaml'}:{line}: ")
    assert word in message
    assert "; " in message


def test_a_missing_or_wrongly_encoded_file_is_one_sentence(tmp_path: Path) -> None:
    """A file that is not there or is not UTF-8 is a corpus error, not a crash."""
    path = tmp_path / "none.yaml"
    with pytest.raises(CorpusError, match="cannot be read"):
        load_yaml(path, _Model)
    path.write_bytes("name: 認証".encode("shift_jis"))
    with pytest.raises(CorpusError, match="cannot be read"):
        load_yaml(path, _Model)


def test_a_recursive_alias_does_not_hang(tmp_path: Path) -> None:
    """A node that holds itself is a mistake like any other."""
    with pytest.raises(CorpusError):
        _load(tmp_path, "name: &a [*a]\nday: 2026-11-22\n")


def test_line_at_follows_keys_and_positions(tmp_path: Path) -> None:
    """The line of a value is found by its place, the nearest one above when it is not there."""
    path = tmp_path / "file.yaml"
    path.write_text("a:\n  - b: 1\n    c: 2\n  - b: 3\n", "utf-8")
    assert line_at(path, ("a", 1, "b")) == 4
    assert line_at(path, ("a", 0, "c")) == 3
    assert line_at(path, ("a", 0, "none")) == 2
