"""Which article is asked: several asked questions that agree say more than the nearest one alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bot.index import Index
from bot.index.reader import Faces
from bot.retrieval.neighbours import Told, learnt
from tests.retrieval.conftest import ARTICLES, MakeIndex, article


@pytest.fixture(scope="module")
def faces(make_index: MakeIndex) -> Faces:
    """Return the faces of two articles' index; the tests put other vectors in."""
    index: Index = make_index(*ARTICLES[:1], article("other", "別の記事", "ここには別のことが書かれています。"))
    return index.faces


def _at(*cosines: float) -> np.ndarray:
    """Return unit vectors with these cosines to the first direction, otherwise in directions of their own."""
    vectors = np.zeros((len(cosines), 4 + len(cosines)), np.float32)
    vectors[:, 0] = cosines
    vectors[np.arange(len(cosines)), 4 + np.arange(len(cosines))] = np.sqrt(1 - np.square(cosines))
    return vectors


def _told(faces: Faces, cosines: list[float], owners: list[int]) -> Told:
    """Return what is told of the first direction; subjects 0 and 1 are articles, 2 has none, 3 is of another kind."""
    vectors = _at(*cosines)
    vector = np.zeros(vectors.shape[1], np.float32)
    vector[0] = 1
    own = np.array(owners)
    changed = replace(
        faces,
        embeddings=vectors,
        subjects=own,
        counts=np.bincount(own[own < 2], minlength=2),
        uncovered=np.array([True, False]),
    )
    return learnt(vector, vectors @ vector, changed)


def test_those_that_agree_outvote_the_nearest(faces: Faces) -> None:
    """One question is nearest, four of another article are nearly as near."""
    told = _told(faces, [0.93, 0.92, 0.92, 0.91, 0.91, 0.3], [0, 1, 1, 1, 1, 0]).articles
    assert told[1] > told[0]


def test_a_question_asked_before_is_its_articles(faces: Faces) -> None:
    """Word for word the same question outvotes many that are less near."""
    told = _told(faces, [1.0, *[0.8] * 8], [0, *[1] * 8]).articles
    assert told[0] > told[1]


def test_what_no_article_answers_is_told_apart(faces: Faces) -> None:
    """The topics without an article speak together against all articles."""
    near, far = _told(faces, [0.95, 0.8, 0.8], [2, 0, 1]), _told(faces, [0.7, 0.95, 0.8], [2, 0, 1])
    assert near.elsewhere > 0.5 > far.elsewhere
    assert near.articles.max() < 0.5 < far.articles[0]


def test_other_kinds_of_messages_are_not_learnt_from(faces: Faces) -> None:
    """Where there is nothing else, nothing is told."""
    told = _told(faces, [0.99, 0.9, 0.85], [3, 0, 1])
    assert np.allclose(told.articles, _told(faces, [0.9, 0.85], [0, 1]).articles, atol=1e-5)
    nothing = _told(faces, [0.99], [3])
    assert not nothing.articles.any()
    assert nothing.elsewhere == 0
