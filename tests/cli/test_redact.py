"""`guide redact`: secrets masked, every other byte as it was."""

from __future__ import annotations

import io
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.conftest import Run, spawn

KEY = "VK7JG-NPHTM-C97JM-9MPGT-3V66T"


def _redact(data: bytes, monkeypatch: pytest.MonkeyPatch) -> bytes:
    from bot.cli import redact

    out = io.BytesIO()
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    monkeypatch.setattr("sys.stdout", SimpleNamespace(buffer=out))
    redact.run()
    monkeypatch.undo()
    return out.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "起動しません",
        "起動しません\r\n0x80070643 が出ます\r\n",
        "行末なし\rマックの行末\n混ざる\r\n最後に改行なし",
        "\ufeff印のある文\n",
        "全角　空白と\tタブ  、末尾の空白  \n\n\n",
        "NFD の か\u3099 と 合字 ㍿ と ＫＢ５０４６６１７ はそのまま",
        "\x00\x0c\x1b[31m制御文字",
        "0x80070643 KB5046617 22631.4460 は秘密ではない",
        "😀👨‍👩‍👧",
    ],
)
def test_text_without_secrets_is_byte_identical(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Line ends, a byte order mark, odd white space, a missing final newline: nothing is tidied."""
    data = text.encode()
    assert _redact(data, monkeypatch) == data


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(lines=st.lists(st.sampled_from(["起動しない", "0x80070643", " \t", "a", "、。", "KB5046617"]), max_size=6))
def test_line_ends_survive_in_any_mixture(lines: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Text that holds no secret comes back as it went in, whatever its line ends."""
    for end in ("\n", "\r\n", "\r"):
        data = end.join(lines).encode()
        assert _redact(data, monkeypatch) == data


@pytest.mark.parametrize(
    ("before", "after"), [("キーは ", "\r\n次の行"), ("", ""), ("\ufeff", " です\n"), ("a\n", "\n\n")]
)
def test_only_the_secret_changes(before: str, after: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What surrounds a product key is untouched; of the key nothing is left."""
    found = _redact(f"{before}{KEY}{after}".encode(), monkeypatch).decode()
    assert found.startswith(before)
    assert found.endswith(after)
    masked = found[len(before) : len(found) - len(after)]
    assert not any(group in masked for group in KEY.split("-"))
    assert "プロダクトキー" in masked


def test_a_real_process_copies_bytes() -> None:
    """The command reads stdin to its end and writes nothing but the text."""
    process = spawn("redact", stdin=-1)
    out, err = process.communicate(f"1行目\r\n{KEY}\r\n改行なし".encode(), timeout=60)
    assert (process.returncode, err) == (0, b"")
    assert out.startswith("1行目\r\n".encode())
    assert out.endswith("\r\n改行なし".encode())
    assert b"NPHTM" not in out


def test_input_that_is_not_utf8_is_refused_whole(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes that cannot be read could hide a secret: one sentence with the place, exit 2, nothing on stdout."""
    data = "秘密: ".encode() + "パスワード".encode("cp932")
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    result = cli("redact")
    assert result.code == 2
    assert result.sentence == "guide: standard input is not UTF-8 (byte 8); convert it first"
