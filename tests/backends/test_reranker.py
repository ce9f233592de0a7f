"""Rerankers: what each promises, asked of the fake and of a real cross-encoder; and what a wrong name says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.backends.e5 import prepare
from bot.backends.embedder import model_cache
from bot.backends.reranker import Reranker, open_reranker
from bot.errors import ModelError
from bot.settings import Settings
from tests.fakes import OverlapReranker

PASSAGES = ["電源ボタンを長押しします。", "プリンターの紙を取り除きます。", "", "🖥️\x00", "回復キーを入力します。" * 400]


def write_cross_encoder(directory: Path, labels: int = 1) -> Path:
    """Write a cross-encoder of random weights, with the tokenizer of the default model."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    tokenizer = AutoTokenizer.from_pretrained(str(prepare(model_cache(Settings()))[0]), local_files_only=True)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=512,
        type_vocab_size=2,
        num_labels=labels,
        pad_token_id=tokenizer.pad_token_id,
    )
    with torch.random.fork_rng():
        torch.manual_seed(0)
        BertForSequenceClassification(config).save_pretrained(directory)
    tokenizer.save_pretrained(directory)
    return directory


@pytest.fixture(scope="session")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory, real: object) -> Reranker:
    """Return a real cross-encoder, tiny and of random weights."""
    found = open_reranker(Settings(reranker=str(write_cross_encoder(tmp_path_factory.mktemp("cross") / "tiny"))))
    assert found is not None
    return found


@pytest.fixture(params=["fake", "cross_encoder"])
def reranker(request: pytest.FixtureRequest) -> Reranker:
    """Return each reranker in turn."""
    return OverlapReranker() if request.param == "fake" else request.getfixturevalue(request.param)


def test_fulfils_the_protocol(reranker):
    """It is a `Reranker` whose name is no place on this machine."""
    assert isinstance(reranker, Reranker)
    assert reranker.name
    assert "/" not in reranker.name


def test_scores_each_passage(reranker):
    """Any passage, also an empty, odd or very long one, gets one finite score, the same whenever it is asked."""
    scores = reranker.score("起動しない", PASSAGES, 60.0)
    assert scores.shape == (len(PASSAGES),)
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()
    np.testing.assert_allclose(reranker.score("起動しない", PASSAGES, 60.0), scores, atol=1e-5)


def test_scores_depend_on_both_texts(reranker):
    """Another passage and another question give another score."""
    first, second = reranker.score("電源が入らない", PASSAGES[:2], 60.0)
    assert first != second
    assert reranker.score("紙が詰まった", PASSAGES[:1], 60.0)[0] != first


@pytest.mark.parametrize(("passages", "seconds"), [([], 60.0), (PASSAGES, 0.0)])
def test_nothing_to_read_or_no_time_gives_no_score(reranker, passages, seconds):
    """No passages, or no time at all, give an empty array."""
    assert reranker.score("起動しない", passages, seconds).shape == (0,)


def test_none_is_set_by_default():
    """The product as it comes has no reranker."""
    assert open_reranker(Settings()) is None


@pytest.mark.parametrize("model", ["no-such/model", "./no/such/directory", "no such model!"])
def test_an_unknown_model_is_one_clear_sentence(model):
    """A model that is not on this machine is a `ModelError` naming it, found out without asking the network."""
    with pytest.raises(ModelError, match="GUIDE_RERANKER") as caught:
        open_reranker(Settings(reranker=model))
    assert repr(model) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_directory_that_is_no_cross_encoder_is_refused(tmp_path, real):
    """An empty directory, a broken one, and a classifier with three classes are `ModelError`s too."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "config.json").write_text("[]")
    for name in ("empty", "broken"):
        with pytest.raises(ModelError, match="could not be loaded"):
            open_reranker(Settings(reranker=str(tmp_path / name)))
    with pytest.raises(ModelError, match="3 scores"):
        open_reranker(Settings(reranker=str(write_cross_encoder(tmp_path / "three", labels=3))))
