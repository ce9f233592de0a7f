"""Reading the packed weights."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from bot.backends.e5.packed import Blocks, read
from bot.errors import ModelError
from tests.backends.tiny_e5 import HIDDEN, PIECES, POSITIONS, write_packed


def test_reads_what_was_written(tmp_path):
    """Sizes, pieces, scores and tensors come back with their shapes."""
    write_packed(tmp_path / "m.bin")
    model = read(tmp_path / "m.bin")
    assert (model.shape.hidden, model.shape.positions, model.shape.vocabulary) == (HIDDEN, POSITIONS, len(PIECES))
    assert model.shape.epsilon == 1e-12
    assert list(model.pieces) == PIECES
    assert len(model.scores) == len(PIECES)
    assert model.matrices["emb.word"].floats().shape == (len(PIECES), HIDDEN)
    assert model.matrices["l1.fo.w"].floats().shape == (HIDDEN, 128)


def test_nibbles_are_low_then_high(tmp_path):
    """Byte j of a block holds weight j in its low and weight j + 16 in its high nibble, eight being zero."""
    write_packed(tmp_path / "m.bin")
    data = bytearray((tmp_path / "m.bin").read_bytes())
    at = data.index(b"emb.word") + len("emb.word")
    (offset,) = struct.unpack_from("<Q", data, at + 5)
    data[offset : offset + 18] = np.float16(0.5).tobytes() + bytes([0x9A]) + bytes([0x88] * 15)
    (tmp_path / "m.bin").write_bytes(data)
    row = read(tmp_path / "m.bin").matrices["emb.word"].floats()[0, :32]
    assert row[0] == (0xA - 8) * 0.5
    assert row[16] == (0x9 - 8) * 0.5
    assert not row[[*range(1, 16), *range(17, 32)]].any()


def test_pieces_can_be_cut_down(tmp_path):
    """Keeping some ids renumbers pieces, scores and word rows alike and touches nothing else."""
    write_packed(tmp_path / "m.bin")
    model = read(tmp_path / "m.bin")
    cut = model.with_pieces(np.array([0, 1, 2, 3, 7, 20]))
    assert cut.pieces == tuple(PIECES[index] for index in (0, 1, 2, 3, 7, 20))
    assert cut.shape.vocabulary == 6
    np.testing.assert_array_equal(
        cut.matrices["emb.word"].floats(), model.matrices["emb.word"].floats()[[0, 1, 2, 3, 7, 20]]
    )
    assert cut.matrices["l0.q.w"] is model.matrices["l0.q.w"]


def test_blocks_scale_by_thirty_two():
    """Each run of 32 weights has its own scale."""
    blocks = Blocks(np.full((1, 64), 9, np.uint8), np.array([[1.0, 3.0]], np.float16))
    assert blocks.floats().tolist() == [[1.0] * 32 + [3.0] * 32]


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda data: b"GGUF" + data[4:], "starts with"),
        (lambda data: data[:44], "not a packed"),
        (lambda data: data[: len(data) // 3], "not a packed"),
        (lambda data: data[:40] + struct.pack("<i", 64) + data[44:], "64 weights"),
        (lambda data: data.replace(b"emb.word\x01", b"emb.word\x07"), "unknown type 7"),
        (lambda _data: b"", "starts with"),
    ],
)
def test_another_file_is_refused_in_one_sentence(tmp_path, damage, words):
    """A file of another format, cut short or with unknown parts is a `ModelError` that says so."""
    write_packed(tmp_path / "m.bin")
    (tmp_path / "m.bin").write_bytes(damage((tmp_path / "m.bin").read_bytes()))
    with pytest.raises(ModelError, match=words):
        read(tmp_path / "m.bin")


def test_a_missing_file_is_refused(tmp_path):
    """A file that is not there is a `ModelError` too."""
    with pytest.raises(ModelError, match="cannot be read"):
        read(tmp_path / "none.bin")
