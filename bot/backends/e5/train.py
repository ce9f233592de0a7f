"""Train the upper half of the default model on questions and their passages. Importing this module loads torch.

The lower half stays as it is and runs once a text in the fast engine; only what it returns goes through torch, so that
an epoch costs a third of one over the whole model. Loss: InfoNCE in both directions over the batch (van den Oord et
al. 2018, arXiv:1807.03748), the batches made of neighbours, which are the hard negatives of each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch.nn import functional
from transformers import BertModel

from bot.backends.e5 import prepare
from bot.backends.e5.engine import (
    GRAPH_FILE,
    INPUT,
    PASSAGE_PREFIX,
    QUERY_PREFIX,
    TOKENIZER_FILE,
    physical_cores,
)
from bot.backends.e5.standard import standard_name
from bot.backends.local_model import load_quietly

__all__ = ["BATCH", "EPOCHS", "Pair", "Trainer"]

_TENSORS = [f"{part}.{kind}" for part in ("q", "k", "v", "ao", "aln", "fi", "fo", "oln") for kind in "wb"]
"""Of one layer, as `PackedModel` names them."""

_TOKENS = 128
"""Of a passage in training: its first 200 characters tell what it is about, and half the tokens take half the time."""

BATCH = 32
EPOCHS = 3
_RATE = 1e-4
_WARM = 0.1
"""Share of the steps in which the rate rises; after that it falls to nothing."""
_TEMPERATURE = 0.02
_SEED = 0


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and a passage that answers it, or a question that is `alike` in the passage's place.

    Two pairs of one `group` never meet in a batch.
    """

    question: str
    passage: str
    group: int
    alike: bool = False


class Trainer:
    """Holds what the lower half makes of the texts of `pairs`, so that several folds share it.

    `vectors` (pairs, dimension) are those of the passages, or of the questions, in the untrained model: they tell which
    are neighbours.
    """

    def __init__(self, pairs: Sequence[Pair], vectors: NDArray[np.float32], cache: Path, *, threads: int = 0) -> None:
        self.pairs = list(pairs)
        self._near = vectors
        self._directory, _ = prepare(cache, thorough=True)
        self._threads = threads or physical_cores()
        lower = _Lower(self._directory)
        texts = [(QUERY_PREFIX + pair.question, _prefixed(pair)) for pair in self.pairs]
        each = list(dict.fromkeys(text for both in texts for text in both))
        with ThreadPoolExecutor(self._threads) as pool:
            state_of = dict(zip(each, pool.map(lower.run, each), strict=True))
        self._questions = [state_of[question] for question, _ in texts]
        self._passages = [state_of[passage] for _, passage in texts]
        self._groups = np.array([pair.group for pair in self.pairs], np.int64)

    def fit(
        self,
        rows: Sequence[int],
        epochs: int = EPOCHS,
        progress: Callable[[int, int], None] | None = None,
        *,
        trainings: int = 1,
    ) -> dict[str, NDArray[np.float32]]:
        """Train on the pairs at `rows` and return the tensors by their names in `PackedModel`.

        Of several `trainings`, which differ in the order of their batches, the average is returned: it finds more than
        any of them (Wortsman et al. 2022, arXiv:2203.05482). `progress` is told how many steps are done and how many
        there are.
        """
        torch.set_num_threads(self._threads)
        total: dict[str, NDArray[np.float32]] = {}
        for training in range(trainings):

            def tell(done: int, steps: int, before: int = training) -> None:
                if progress is not None:
                    progress(before * steps + done, trainings * steps)

            for name, tensor in self._train(rows, epochs, _SEED + training, tell).items():
                total[name] = total[name] + tensor if name in total else tensor
        return {name: tensor / np.float32(trainings) for name, tensor in total.items()}

    def _train(
        self, rows: Sequence[int], epochs: int, seed: int, tell: Callable[[int, int], None]
    ) -> dict[str, NDArray[np.float32]]:
        model = _load(self._directory)  # in evaluation mode, hence without dropout
        half = model.config.num_hidden_layers // 2
        layers = model.encoder.layer[half:]
        optimizer = torch.optim.AdamW(layers.parameters(), lr=_RATE)
        order = np.random.default_rng(seed)
        batches = [batch for _ in range(epochs) for batch in self._batches(np.asarray(rows), order)]
        for step, batch in enumerate(batches):
            done = step / len(batches)
            for group in optimizer.param_groups:
                group["lr"] = _RATE * min((done + 1 / len(batches)) / _WARM, 1.0 - done)
            loss = self._loss(layers, batch)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            tell(step + 1, len(batches))
        state = model.state_dict()
        names = [f"l{layer}.{tensor}" for layer in range(half, model.config.num_hidden_layers) for tensor in _TENSORS]
        return {name: state[standard_name(name)].detach().float().numpy() for name in names}

    def _batches(self, rows: NDArray[np.int64], order: np.random.Generator) -> list[NDArray[np.int64]]:
        """Cut the rows into batches of neighbours: what is near another's passage is hard to tell from it.

        A batch holds one pair of a group at most, since the others could be no negatives; what is left of one group
        alone is left out.
        """
        left = order.permutation(rows)
        batches = []
        while len(left) > 1:
            near = np.argsort(-(self._near[left] @ self._near[left[0]]), kind="stable")
            _, first = np.unique(self._groups[left[near]], return_index=True)
            if len(first) == 1:
                break
            chosen = near[np.sort(first)[:BATCH]]
            batches.append(left[chosen])
            left = np.delete(left, chosen)
        return [batches[index] for index in order.permutation(len(batches))]

    def _loss(self, layers: torch.nn.ModuleList, batch: NDArray[np.int64]) -> torch.Tensor:
        questions = _encode(layers, [self._questions[row] for row in batch])
        passages = _encode(layers, [self._passages[row] for row in batch])
        logits = questions @ passages.T / _TEMPERATURE
        target = torch.arange(len(batch))
        return (functional.cross_entropy(logits, target) + functional.cross_entropy(logits.T, target)) / 2


def _prefixed(pair: Pair) -> str:
    return (QUERY_PREFIX if pair.alike else PASSAGE_PREFIX) + pair.passage


class _Lower:
    """The engine's graph, cut off after its lower half."""

    def __init__(self, directory: Path) -> None:
        graph = onnx.load(str(directory / GRAPH_FILE), load_external_data=False)
        layers = {name for node in graph.graph.node for name in node.output if name.endswith(".out")}
        self._output = f"l{len(layers) // 2 - 1}.out"
        del graph.graph.output[:]
        graph.graph.output.append(onnx.helper.make_tensor_value_info(self._output, onnx.TensorProto.FLOAT, None))
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.add_session_config_entry("session.model_external_initializers_file_folder_path", str(directory))
        self._session = ort.InferenceSession(graph.SerializeToString(), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(directory / TOKENIZER_FILE))
        self._tokenizer.enable_truncation(_TOKENS)

    def run(self, text: str) -> NDArray[np.float16]:
        """Return what the lower half makes of a text: (tokens, hidden)."""
        ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        states: NDArray[np.float32] = self._session.run([self._output], {INPUT: ids})[0]
        halves: NDArray[np.float16] = states[0].astype(np.float16)
        return halves


def _load(directory: Path) -> BertModel:
    load_quietly()
    model: BertModel = BertModel.from_pretrained(str(directory), local_files_only=True, attn_implementation="sdpa")
    return model


def _encode(layers: torch.nn.ModuleList, states: Sequence[NDArray[np.float16]]) -> torch.Tensor:
    """Return (n, hidden) unit vectors of texts whose lower half is done."""
    longest = max(len(state) for state in states)
    values = torch.zeros(len(states), longest, states[0].shape[1])
    mask = torch.zeros(len(states), longest, dtype=torch.bool)
    for row, state in enumerate(states):
        values[row, : len(state)] = torch.from_numpy(state.astype(np.float32))
        mask[row, : len(state)] = True
    seen = mask[:, None, None, :].expand(-1, 1, longest, longest)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        for layer in layers:
            values = layer(values, seen)
    shown = mask[:, :, None].float()
    return functional.normalize((values.float() * shown).sum(1) / shown.sum(1), dim=1)
