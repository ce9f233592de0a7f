"""Which model an index is built by: the taught one for the bundled articles, the untaught one for an owner's own."""

from __future__ import annotations

import shutil

import pytest

from bot.errors import ModelError
from bot.index.adaptation import adapted
from bot.index.generations import current
from bot.index.manifest import read_manifest
from bot.knowledge.topics import Topics
from bot.settings import Settings
from tests.cli.conftest import ROOT


@pytest.fixture
def bundled(use_model, embedder, articles, tmp_path, monkeypatch):
    """Use a copy of the three articles as the bundled ones, with the real model and no topics beside them."""
    use_model(embedder)
    folder = tmp_path / "corpus"
    shutil.copytree(articles, folder / "articles")
    (folder / "knowledge").symlink_to(ROOT / "corpus" / "knowledge")
    monkeypatch.setenv("GUIDE_CORPUS", str(folder))
    monkeypatch.setattr("ingest.run.load_topics", lambda _corpus: Topics())
    return folder / "articles"


def test_the_sources_choose_the_model(cli, bundled, articles, embedder, taught, tmp_path):
    """Own articles, the bundled ones, then the own ones again: each time all is embedded by the right model."""
    index = tmp_path / "index"
    for source, model in ((articles, embedder), (bundled, taught), (articles, embedder)):
        result = cli("ingest", source, "--index", index)
        assert result.code == 0, result.err
        assert ", 0 of them embedded anew" not in result.out
        assert read_manifest(current(index)).model == model.name
        assert adapted(embedder, Settings(index=index)).name == model.name
        found = cli("search", "音が鳴らない", "--index", index)
        assert (found.code, "スピーカー" in found.out) == (0, True)


def test_what_is_taught_is_not_tuned(cli, bundled, tmp_path):
    """`guide tune` is for one's own articles; over the bundled ones it says so and changes nothing."""
    assert cli("ingest", bundled, "--index", tmp_path / "index").code == 0
    before = current(tmp_path / "index")
    refused = cli("tune", "--index", tmp_path / "index")
    assert refused.code == 2
    assert "your own articles" in refused.sentence
    assert current(tmp_path / "index") == before


def test_another_model_stays_what_it_is():
    """A model that the settings name is never exchanged for the taught one."""
    from bot.backends.embedder import taught
    from tests.fakes import HashEmbedder

    other = HashEmbedder()
    assert taught(other, Settings()) is other
    assert taught(other, Settings(embedding_model="some/model")) is other


def test_a_lost_file_is_said(embedder, tmp_path, monkeypatch):
    """Without what was taught an index of the bundled articles cannot be searched: one sentence names the file."""
    from dataclasses import replace

    from bot.backends import embedder as embedders
    from bot.backends.e5.weights import TAUGHT

    monkeypatch.setattr(embedders, "TAUGHT", replace(TAUGHT, learnt=tmp_path / "lost.safetensors"))
    with pytest.raises(ModelError, match=r"lost\.safetensors"):
        embedders.taught(embedder, Settings())
