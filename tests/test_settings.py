"""Settings: one table, the environment over `.env` over the default, bad values named, secrets masked."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, SecretStr, ValidationError

import bot.settings
from bot.errors import SettingError
from bot.settings import PREFIX, Settings, describe, load

ROOT = Path(__file__).resolve().parent.parent
NONE = Path("there is no such file")


def test_defaults_need_nothing() -> None:
    """With no environment and no file, every setting has its default."""
    assert load({}, NONE) == Settings()
    assert {row.source for row in describe(Settings(), {}, NONE)} == {"default"}


def test_the_environment_comes_before_the_file_and_the_file_before_the_default(tmp_path: Path) -> None:
    """Each value is taken from the nearest source, and `describe` tells which."""
    file = tmp_path / ".env"
    file.write_text("# a comment\nGUIDE_PORT=8001\nexport GUIDE_HOST='192.0.2.1'\n", "utf-8")
    environ = {"GUIDE_PORT": "8002", "GUIDE_LOG_LEVEL": "debug", "PATH": "/bin"}
    settings = load(environ, file)
    assert (settings.port, settings.host, settings.log_level) == (8002, "192.0.2.1", "debug")
    sources = {row.name: row.source for row in describe(settings, environ, file)}
    assert sources["GUIDE_PORT"] == sources["GUIDE_LOG_LEVEL"] == "environment"
    assert sources["GUIDE_HOST"] == ".env"
    assert sources["GUIDE_INDEX"] == "default"


def test_the_process_and_the_file_here_are_read_unless_told_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without arguments, `load` reads the process's environment and `.env` in the working directory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("GUIDE_QUESTION_LIMIT=500\n", "utf-8")
    monkeypatch.setenv("GUIDE_PORT", "8003")
    settings = load()
    assert (settings.question_limit, settings.port) == (500, 8003)


def test_an_empty_value_is_no_value(tmp_path: Path) -> None:
    """`GUIDE_PORT=` means the default, as a line left empty in a template does."""
    file = tmp_path / ".env"
    file.write_text("GUIDE_PORT=\nGUIDE_HOST\n", "utf-8")
    assert load({"GUIDE_CACHE": ""}, file) == Settings()


def test_values_become_what_they_mean() -> None:
    """Paths, numbers and switches are converted."""
    settings = load({"GUIDE_INDEX": "/srv/索引　1", "GUIDE_OFFLINE": "false", "GUIDE_EMBEDDING_THREADS": "2"}, NONE)
    assert (settings.index, settings.offline, settings.embedding_threads) == (Path("/srv/索引　1"), False, 2)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GUIDE_PORT", "eighty"),
        ("GUIDE_PORT", "0"),
        ("GUIDE_PORT", "65536"),
        ("GUIDE_PORT", "1" * 5000),
        ("GUIDE_OFFLINE", "perhaps"),
        ("GUIDE_LOG_LEVEL", "loud"),
        ("GUIDE_QUESTION_LIMIT", "10"),
        ("GUIDE_EMBEDDING_THREADS", "-1"),
        ("GUIDE_CHROMA_URL", "localhost:8000"),
        ("GUIDE_CHROMA_URL", "http://host/some/path"),
    ],
)
@pytest.mark.parametrize("source", ["environment", ".env"])
def test_a_bad_value_names_variable_value_source_and_meaning(
    tmp_path: Path, name: str, value: str, source: str
) -> None:
    """One sentence: the variable, what it holds, where from, what is wrong, and what it is for."""
    file = tmp_path / ".env"
    file.write_text(f"{name}={value}\n" if source == ".env" else "", "utf-8")
    with pytest.raises(SettingError) as caught:
        load({name: value} if source == "environment" else {}, file)
    said = str(caught.value)
    assert said.startswith(f"{name} is '{value[:90]}")
    assert f"(from {source})" in said
    assert str(Settings.model_fields[name.removeprefix(PREFIX).lower()].description) in said
    assert len(said) < 400
    assert "\n" not in said
    assert caught.value.exit_code == 2


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A `.env` in another encoding, or one without the right to read it, is one sentence."""
    file = tmp_path / ".env"
    file.write_bytes("# 設定\nGUIDE_PORT=1\n".encode("cp932"))
    with pytest.raises(SettingError, match=r"\.env is not UTF-8 \(byte 2\)"):
        load({}, file)

    def refuse(_path: Path) -> dict[str, str]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("bot.settings.dotenv_values", refuse)
    with pytest.raises(SettingError, match=r"\.env cannot be read \(Permission denied\)"):
        load({}, file)


@pytest.mark.parametrize("value", ["caf\udce9", "a\x00b", "a\nb"])
def test_a_value_that_is_no_text_is_named(value: str) -> None:
    """Bytes that are not UTF-8 and control characters are refused here, before a path is made of them."""
    with pytest.raises(SettingError, match=r"GUIDE_INDEX \(from environment\)"):
        load({"GUIDE_INDEX": value}, NONE)


@given(
    values=st.dictionaries(
        st.sampled_from([PREFIX + name.upper() for name in Settings.model_fields]), st.text(max_size=12), max_size=4
    )
)
def test_any_environment_loads_or_is_refused_by_name(values: dict[str, str]) -> None:
    """Whatever the variables hold, the result is settings or an error that names one of them."""
    try:
        settings = load(values, NONE)
    except SettingError as error:
        assert any(str(error).startswith(name) for name in values)  # noqa: PT017  # either outcome is right
    else:
        assert [row.name for row in describe(settings, values, NONE)] == [
            PREFIX + name.upper() for name in Settings.model_fields
        ]


def test_other_variables_are_left_alone() -> None:
    """What is not in the table, or not of our prefix, does not disturb."""
    assert load({"GUIDE_UNKNOWN": "1", "PORT": "80", "guide_port": "81"}, NONE) == Settings()


def test_settings_do_not_change() -> None:
    """They are shared by threads; a misspelt name in the code is an error, not a silent extra."""
    with pytest.raises(ValidationError):
        Settings().port = 1  # type: ignore[misc]
    with pytest.raises(ValidationError):
        Settings(prot=1)  # type: ignore[call-arg]


class _WithSecret(Settings):
    token: SecretStr | None = Field(None, min_length=8, description="A key for something outside.")


def test_a_secret_masks_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the list of settings nor an error nor a log line shows a secret's value."""
    monkeypatch.setattr(bot.settings, "Settings", _WithSecret)
    environ = {"GUIDE_TOKEN": "correct horse battery"}
    settings = load(environ, NONE)
    [row] = [row for row in describe(settings, environ, NONE) if row.name == "GUIDE_TOKEN"]
    assert (row.value, row.source) == ("**********", "environment")
    assert "horse" not in repr(settings)
    with pytest.raises(SettingError, match=r"GUIDE_TOKEN is \*\*\*") as caught:
        load({"GUIDE_TOKEN": "horse"}, NONE)
    assert "horse" not in str(caught.value)


def test_every_setting_has_help_and_a_use() -> None:
    """A setting that says nothing, or that nothing reads, does not stay in the table."""
    code = "".join(
        path.read_text("utf-8")
        for folder in ("bot", "ingest")
        for path in (ROOT / folder).rglob("*.py")
        if path.name != "settings.py"
    ) + (ROOT / "app.py").read_text("utf-8")
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name
        assert f"settings.{name}" in code, name
