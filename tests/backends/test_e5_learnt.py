"""What the default model was taught: kept in small factors, added at the build, and part of the model's name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bot.backends import e5
from bot.backends.e5.build import read_model
from bot.backends.e5.learnt import read_learnt, write_learnt
from bot.errors import DiskError, ModelError
from bot.evals.cases import load_cases
from ingest.build import indexed_text
from tests.backends.tiny_e5 import HIDDEN, write_packed


@pytest.fixture
def tiny(tmp_path):
    """Return a tiny model's file and weights."""
    return tmp_path / "tiny.bin", write_packed(tmp_path / "tiny.bin")


def trained(model, rank):
    """Return two tensors of the model, the matrix changed by something of that rank."""
    random = np.random.default_rng(3)
    change = random.normal(0, 0.1, (HIDDEN, rank)) @ random.normal(0, 0.1, (rank, HIDDEN))
    return {
        "l1.q.w": (model.matrix("l1.q.w") + change).astype(np.float32),
        "l1.q.b": model.vectors["l1.q.b"] + np.float32(0.05),
    }


def test_a_change_of_low_rank_comes_back_whole(tiny, tmp_path):
    """What has no more than `rank` directions is kept to half precision; of more, the strongest are kept."""
    model = read_model(*tiny)
    for rank, within in ((4, 1e-3), (16, 0.2)):
        tensors = trained(model, rank)
        write_learnt(tmp_path / "learnt", model, tensors, 4)
        found = read_learnt(tmp_path / "learnt", model)
        assert found.keys() == tensors.keys()
        np.testing.assert_allclose(found["l1.q.b"], tensors["l1.q.b"], atol=1e-3)
        change = tensors["l1.q.w"] - model.matrix("l1.q.w")
        assert np.abs(found["l1.q.w"] - tensors["l1.q.w"]).max() < within
        assert np.linalg.norm(found["l1.q.w"] - tensors["l1.q.w"]) < np.linalg.norm(change)


def test_a_build_adds_what_was_learnt(tiny, tmp_path, monkeypatch):
    """The served model has the taught tensors, another directory and another name; the untaught one is still there."""
    packed, weights = tiny
    model = read_model(packed, weights)
    write_learnt(tmp_path / "learnt", model, trained(model, 4), 4)
    taught = replace(weights, learnt=tmp_path / "learnt")
    assert read_model(packed, taught).matrix("l1.q.w") == pytest.approx(trained(model, 4)["l1.q.w"], abs=1e-3)
    monkeypatch.setattr(e5, "packed_file", lambda: packed)
    served, untaught = (e5.open_e5(tmp_path / "cache", weights=of) for of in (taught, weights))
    assert served.name != untaught.name
    assert len(list((tmp_path / "cache").iterdir())) == 2
    assert not np.allclose(served.embed_queries(["認証エラー"]), untaught.embed_queries(["認証エラー"]), atol=1e-3)


def test_what_does_not_fit_is_refused(tiny, tmp_path):
    """A missing file, one that is none, and one for another model are `ModelError`s that name the file."""
    model = read_model(*tiny)
    (tmp_path / "text").write_text("no tensors")
    write_learnt(tmp_path / "strange", model, trained(model, 4), 4)
    other = replace(model, matrices={})
    for name, of in (("missing", model), ("text", model), ("strange", other)):
        with pytest.raises(ModelError, match=name):
            read_learnt(tmp_path / name, of)
    with pytest.raises(ModelError, match="missing"):
        e5.prepare(tmp_path / "cache", weights=replace(tiny[1], learnt=tmp_path / "missing"))
    with pytest.raises(DiskError, match="cannot be written"):
        write_learnt(tmp_path / "no" / "directory", model, trained(model, 4), 4)


def test_the_taught_model_finds_more_articles(guide, corpus, embedder):
    """Of test questions, which taught nothing, more have a chunk of their article as the nearest than untaught."""
    cases = load_cases(corpus / "evals" / "questions.jsonl")
    asked = [(case.turns[0], set(case.gold)) for case in cases if case.gold and len(case.turns) == 1]
    documents = guide.index.documents
    chunks = documents.chunks(range(guide.index.size))
    texts = [indexed_text(documents.article(chunk.article_id), chunk) for chunk in chunks]

    def right(model, vectors):
        nearest = (model.embed_queries([text for text, _ in asked]) @ vectors.T).argmax(axis=1)
        return np.mean([chunks[row].article_id in gold for row, (_, gold) in zip(nearest, asked, strict=True)])

    assert len(asked) > 100
    taught, untaught = right(guide.embedder, guide.index.embeddings), right(embedder, embedder.embed_passages(texts))
    assert taught > untaught + 0.02, (taught, untaught)
