"""What every embedder promises, asked of the fake and of each real one alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from bot.backends.embedder import Embedder
from tests.fakes import HashEmbedder

ODD = ["", " \n\u3000", "🖥️", "\x00\x07", "</s><mask>", "ß Ωж 한국", "～"]
LONG = "認証に失敗しました。" * 3000
PASSAGES = [
    "ライセンス認証のエラーは、トラブルシューティングを実行すると直ることがあります。",
    "プリンターに紙が詰まったときは、電源を切ってから取り除きます。",
    "回復キーは、Microsoft アカウントのページで確かめられます。",
]


@pytest.fixture(
    params=[
        "fake",
        "tiny_float",
        "tiny_int8",
        pytest.param("real", id="onnx"),
        pytest.param("sentence", id="sentence-transformers"),
    ]
)
def embedder(request: pytest.FixtureRequest) -> Embedder:
    """Return each embedder in turn."""
    return HashEmbedder() if request.param == "fake" else request.getfixturevalue(request.param)


def test_fulfils_the_protocol(embedder):
    """It is an `Embedder` whose name tells content, not a place on this machine."""
    assert isinstance(embedder, Embedder)
    assert embedder.name
    assert "/" not in embedder.name


@pytest.mark.parametrize("method", ["embed_queries", "embed_passages"])
def test_returns_unit_vectors_for_any_text(embedder, method):
    """Empty, blank and odd texts get a float32 unit vector each, like all others."""
    vectors = getattr(embedder, method)([*PASSAGES, *ODD])
    assert vectors.shape == (len(PASSAGES) + len(ODD), embedder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_an_enormous_text_is_no_trouble(embedder):
    """A text far beyond the model's limit gets a unit vector too."""
    np.testing.assert_allclose(np.linalg.norm(embedder.embed_passages([LONG])), 1.0, atol=1e-5)


@pytest.mark.parametrize("method", ["embed_queries", "embed_passages"])
def test_nothing_in_nothing_out(embedder, method):
    """No texts give a (0, dimension) array."""
    assert getattr(embedder, method)([]).shape == (0, embedder.dimension)


def test_a_vector_does_not_depend_on_its_neighbours(embedder):
    """Rows come in the order of the texts, and each is what the text alone gets."""
    together = embedder.embed_passages([*PASSAGES, "短い"])
    for row, text in zip(together, [*PASSAGES, "短い"], strict=True):
        np.testing.assert_allclose(row, embedder.embed_passages([text])[0], atol=2e-5)


def test_progress_counts_every_passage(embedder):
    """The steps that `progress` is told add up to the number of passages."""
    steps: list[int] = []
    embedder.embed_passages(["短い"] * 45, steps.append)
    assert sum(steps) == 45


def test_threads_may_share_it(embedder):
    """Eight threads at once get what one gets."""
    texts = ["画面が黒い", "回復キーは?"]
    expected = embedder.embed_queries(texts)
    with ThreadPoolExecutor(8) as pool:
        for vectors in pool.map(embedder.embed_queries, [texts] * 16):
            np.testing.assert_allclose(vectors, expected, atol=2e-5)


def test_a_question_is_nearest_to_its_answer(embedder):
    """Wording shared with a passage brings a question nearer to it than to the others."""
    if embedder.name.startswith("tiny"):
        pytest.skip("random weights know no language")
    questions = ["ライセンス認証でエラーになる", "プリンターに紙が詰まった", "回復キーはどこで見られますか"]
    cosines = embedder.embed_queries(questions) @ embedder.embed_passages(PASSAGES).T
    assert cosines.argmax(axis=1).tolist() == [0, 1, 2]
