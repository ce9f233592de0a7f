"""Write the model as a standard sentence-transformers directory, without importing torch."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import save_file
from tokenizers import Tokenizer

from bot.backends.e5.engine import PASSAGE_PREFIX, QUERY_PREFIX, TOKENIZER_FILE
from bot.backends.e5.packed import PackedModel, Shape
from bot.backends.e5.vocabulary import BOS, EOS, MASK, PAD, SPECIAL, UNK

__all__ = ["standard_name", "write_standard"]

_POOLING = "1_Pooling"
_NORMALIZE = "2_Normalize"
_CASING = {"do_lower_case": False}

# From the packed names to those of a Hugging Face `BertModel`.
_EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
_LAYER = {
    "q.": "attention.self.query.",
    "k.": "attention.self.key.",
    "v.": "attention.self.value.",
    "ao.": "attention.output.dense.",
    "aln.": "attention.output.LayerNorm.",
    "fi.": "intermediate.dense.",
    "fo.": "output.dense.",
    "oln.": "output.LayerNorm.",
}
_KIND = {"w": "weight", "b": "bias"}


def write_standard(model: PackedModel, tokenizer: Tokenizer, directory: Path) -> None:
    """Write the modules, configuration, float32 weights and tokenizer of `model` into the existing `directory`.

    Raises `OSError` when a file cannot be written.
    """
    shape = model.shape
    modules = [("", "Transformer"), (_POOLING, "Pooling"), (_NORMALIZE, "Normalize")]
    documents: dict[str, Any] = {
        "modules.json": [
            {"idx": index, "name": str(index), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for index, (path, kind) in enumerate(modules)
        ],
        "sentence_bert_config.json": {"max_seq_length": shape.positions, **_CASING},
        "config_sentence_transformers.json": {
            "prompts": {"query": QUERY_PREFIX, "document": PASSAGE_PREFIX},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        f"{_POOLING}/config.json": {"word_embedding_dimension": shape.hidden, "pooling_mode_mean_tokens": True},
        "config.json": _bert_config(shape),
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": shape.positions,
            **_special_tokens(),
        },
        "special_tokens_map.json": _special_tokens(),
    }
    (directory / _NORMALIZE).mkdir()
    (directory / _POOLING).mkdir()
    for name, document in documents.items():
        (directory / name).write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
    (directory / TOKENIZER_FILE).write_text(tokenizer.to_str(), encoding="utf-8")
    try:
        save_file(dict(_weights(model)), directory / "model.safetensors", metadata={"format": "pt"})
    except SafetensorError as error:  # a full disk comes as one of these
        raise OSError(str(error)) from error


def _bert_config(shape: Shape) -> dict[str, Any]:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_act": "gelu",
        "hidden_size": shape.hidden,
        "intermediate_size": shape.inner,
        "layer_norm_eps": shape.epsilon,
        "max_position_embeddings": shape.positions,
        "num_attention_heads": shape.heads,
        "num_hidden_layers": shape.layers,
        "pad_token_id": SPECIAL.index(PAD),
        "dtype": "float32",
        "type_vocab_size": shape.types,
        "vocab_size": shape.vocabulary,
    }


def _special_tokens() -> dict[str, str]:
    return {
        "bos_token": BOS,
        "cls_token": BOS,
        "eos_token": EOS,
        "sep_token": EOS,
        "mask_token": MASK,
        "pad_token": PAD,
        "unk_token": UNK,
    }


def _weights(model: PackedModel) -> Iterator[tuple[str, NDArray[np.float32]]]:
    hidden = model.shape.hidden
    for name, blocks in model.matrices.items():
        yield standard_name(name), blocks.floats()
    for name, vector in model.vectors.items():
        yield standard_name(name), vector.reshape(-1, hidden) if name in {"emb.pos", "emb.type"} else vector.copy()
    # Mean pooling never uses BERT's pooler, but the loader reports it as missing when it is not there.
    yield "pooler.dense.weight", np.zeros((hidden, hidden), np.float32)
    yield "pooler.dense.bias", np.zeros(hidden, np.float32)


def standard_name(name: str) -> str:
    """Return what a Hugging Face `BertModel` calls a tensor of the packed model."""
    if name in _EMBEDDINGS:
        return _EMBEDDINGS[name]
    layer, part, kind = name.split(".")
    return f"encoder.layer.{layer.removeprefix('l')}.{_LAYER[part + '.']}{_KIND[kind]}"
