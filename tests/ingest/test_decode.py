"""Bytes to text: encodings told apart, everything else refused with its reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sources.decode import UnreadableTextError, decode, sanitize

SHORT = ["更新", "認証が外れた", "設定を開く", "KB5034441の適用", "カタカナ", "Windows 11で認証エラーが出る場合の対処"]
LONG = (
    "大型アップデートのあとでライセンス認証が外れることがあります。まず設定を開き、状態とエラーコードを控えてください。\n"
    * 5
)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp932", "euc_jp", "iso2022_jp"]
)
@pytest.mark.parametrize("text", [*SHORT, LONG])
def test_japanese_encodings(text: str, encoding: str) -> None:
    """Short and long Japanese texts are read in every encoding that a Japanese blog's files come in."""
    data = text.encode(encoding)
    if encoding in {"utf-16-le", "utf-16-be"} and b"\0" not in data:
        pytest.skip("without a byte order mark nothing tells this from another encoding")
    assert decode(data) == text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0", "image"),
        (b"PK\x03\x04\x14\0", "ZIP"),
        (bytes(range(256)) * 8, "binary"),
        ("컴퓨터를 다시 시작하면 인증이 풀리는 경우가 있습니다".encode("euc_kr"), "unknown encoding"),
        ("更新之后激活状态丢失,请检查产品密钥是否仍然有效".encode("gbk"), "unknown encoding"),
        ("Après la mise à jour".encode("latin-1"), "unknown encoding"),
        ("一行目です。\n二行目".encode() + b"\xff\xfe\xe3" + "です。".encode(), "line 2"),
        (b"\xff\xfe\x00\xd8", "damaged"),
    ],
)
def test_refused(data: bytes, words: str) -> None:
    """Binary files, foreign encodings and damaged text are refused, never guessed at."""
    with pytest.raises(UnreadableTextError, match=words):
        decode(data)


def test_sanitize() -> None:
    """Line ends become line feeds; what is invisible and harmful goes."""
    assert sanitize("a\r\nb\rc\u2028d\x00\x1be\u200bf\ufeff") == "a\nb\nc\ndef"
    assert sanitize("\ud800").encode() == "\ufffd".encode()


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Any bytes give either clean text or the one error."""
    try:
        text = decode(data)
    except UnreadableTextError:
        return
    assert sanitize(text) == text
    text.encode()


@given(st.text())
def test_utf8_is_kept(text: str) -> None:
    """A UTF-8 text comes back as it was, but for what sanitising takes out."""
    data = text.encode("utf-8", "replace")
    if b"\0" in data or b"\x1b" in data or data.startswith((b"%PDF-", b"PK\x03\x04", b"GIF8", b"\xff")):
        return
    assert decode(data) == sanitize(data.decode())
