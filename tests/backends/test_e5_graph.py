"""The ONNX graph must compute what BERT computes."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from onnx import TensorProto, helper
from onnxruntime import InferenceSession

from bot.backends.e5 import graph
from bot.backends.e5.engine import INPUT, OUTPUT, Engine, open_session, physical_cores
from bot.backends.e5.graph import write_graph
from bot.backends.e5.packed import read
from tests.backends.tiny_e5 import PIECES, POSITIONS, reference, write_packed


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """Return the tiny model."""
    path = tmp_path_factory.mktemp("packed") / "tiny.bin"
    write_packed(path)
    return read(path)


def run(model, directory, engine, texts, outliers=None):
    """Write the graph and return its vectors for lists of ids."""
    directory.mkdir()
    write_graph(model, engine, directory, outliers)
    session = open_session(directory)
    return [session.run([OUTPUT], {INPUT: np.array([ids], np.int64)})[0][0] for ids in texts]


def texts():
    """Return ids of texts of all lengths, the shortest and the longest included."""
    random = np.random.default_rng(1)
    return [[0, *random.integers(4, len(PIECES), length), 2] for length in (0, 1, 7, 20, POSITIONS - 2)]


def test_float_engine_is_the_reference(model, tmp_path):
    """In float32 the fused graph agrees with plain numpy to rounding."""
    for ids, vector in zip(texts(), run(model, tmp_path / "f", Engine.FLOAT, texts()), strict=True):
        np.testing.assert_allclose(vector, reference(model, ids), atol=1e-5)


def test_eight_bits_stay_close(model, tmp_path):
    """In 8 bits the direction of every vector stays."""
    for ids, vector in zip(texts(), run(model, tmp_path / "i", Engine.INT8, texts()), strict=True):
        assert vector @ reference(model, ids) > 0.99


def test_an_outlier_computed_aside_spares_the_others(model, tmp_path):
    """One enormous neuron ruins eight bits; named as an outlier, it no longer does."""
    vectors = dict(model.vectors)
    vectors["l0.fi.b"] = vectors["l0.fi.b"].copy()
    vectors["l0.fi.b"][5] = 4000.0
    # Its output weights are small, so that it matters through the others' lost precision alone.
    matrices = dict(model.matrices)
    out = matrices["l0.fo.w"]
    nibbles, scales = out.nibbles.copy(), out.scales.copy()
    nibbles[:, :32], scales[:, 0] = 8, 0.001
    nibbles[::2, 5] = 9
    matrices["l0.fo.w"] = dataclasses.replace(out, nibbles=nibbles, scales=scales)
    skewed = dataclasses.replace(model, vectors=vectors, matrices=matrices)
    exact = [reference(skewed, ids) for ids in texts()]
    worst = {
        name: min(
            a @ b for a, b in zip(exact, run(skewed, tmp_path / name, Engine.INT8, texts(), outliers), strict=True)
        )
        for name, outliers in {"within": None, "aside": {0: 5}}.items()
    }
    assert worst["aside"] > 0.99
    assert 1 - worst["aside"] < (1 - worst["within"]) / 4


def test_a_large_value_that_meets_small_weights_spares_the_others():
    """One of the values is enormous and its weights are tiny: with its reach known, the others keep their steps."""
    random = np.random.default_rng(2)
    values, weights = random.normal(size=(8, 32)).astype(np.float32), random.normal(size=(16, 32)).astype(np.float32)
    values[:, 5] *= 500.0
    weights[:, 5] /= 500.0
    reach = np.ones(32, np.float32)
    reach[5] = 500.0
    errors = [
        np.abs(_multiplied(values, weights, known) - values @ weights.T).max() for known in (reach, np.ones_like(reach))
    ]
    assert errors[0] < errors[1] / 10


def _multiplied(values, weights, reach):
    made = graph._Graph(Engine.INT8)
    made.multiply("x", weights, "y", reach)
    inputs, outputs = (helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in ("x", "y"))
    proto = helper.make_model(
        helper.make_graph(made.nodes, "one", [inputs], [outputs], made.constants),
        opset_imports=[helper.make_opsetid(domain, version) for domain, version in graph._OPSETS],
        ir_version=graph._IR_VERSION,
    )
    return InferenceSession(proto.SerializeToString(), providers=["CPUExecutionProvider"]).run(["y"], {"x": values})[0]


def test_cores_are_counted():
    """There is always at least one core to compute with."""
    assert physical_cores() >= 1
