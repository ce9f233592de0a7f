"""What teaches the default model: pairs of questions that mean the same, and of a question and what answers it."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from bot.evals.lessons import lessons, levelling, nearest_right, teaching
from bot.text.normalize import normalize
from ingest.build import indexed_text


@pytest.fixture(scope="module")
def taught_by(guide):
    """Return the bundled index, a third of its teaching rows that are of one subject, and the pairs that these make."""
    uses = Counter(text for _, text in guide.index.documents.faces)
    rows = np.random.default_rng(0).permutation(teaching(guide.index))[::3]
    rows = np.array([row for row in rows if uses[guide.index.documents.faces[row][1]] == 1])
    return guide.index, rows, *lessons(guide.index, rows, indexed_text)


def bare(text):
    """Return a text without its spaces."""
    return "".join(normalize(text).split())


def test_situations_and_honest_wordings_teach_nothing(taught_by):
    """They say whom to call and what is allowed; articles, follow-ups, refusals and uncovered topics do teach."""
    index, rows, *_ = taught_by
    begins = {index.documents.faces[row][0][0] for row in rows}
    assert {"?", "!", "+"} <= begins
    assert not {"@", "="} & begins


def test_a_partner_shares_what_answers_the_question(taught_by):
    """A passage holds a statement that answers its question; an alike question has one in common, if any has."""
    index, rows, pairs, vectors = taught_by
    assert vectors.shape == (len(pairs), index.embeddings.shape[1])
    owner_of = {index.documents.faces[row]: row for row in rows}
    answers = {text: set(index.documents.answered_by[row]) for (_, text), row in owner_of.items()}
    assert 0.1 < np.mean([not pair.alike for pair in pairs]) < 0.6
    for pair in pairs:
        assert pair.question in answers
        assert pair.question != pair.passage
        if not pair.alike:
            assert any(bare(piece) in bare(pair.passage) for piece in answers[pair.question])
        elif answers[pair.question]:
            assert answers[pair.question] & answers[pair.passage]


def test_what_is_said_after_an_answer_is_no_counterexample_to_its_article(taught_by):
    """Pairs of an article and of its follow-ups never meet in a batch: they are of one group, others are not."""
    index, rows, pairs, _ = taught_by
    owners = {index.documents.faces[row][1]: index.documents.faces[row][0].removeprefix("+") for row in rows}
    groups = {}
    for pair in pairs:
        groups.setdefault(owners[pair.question], set()).add(pair.group)
    assert all(len(numbers) == 1 for numbers in groups.values())
    assert len({number for numbers in groups.values() for number in numbers}) == len(groups)


def test_the_nearest_is_judged_by_its_subject(taught_by):
    """Of a third of the questions many find their subject among the others; with random vectors hardly any does."""
    index, rows, *_ = taught_by
    apart, known = rows[:200], rows[200:]
    assert nearest_right(index.faces.embeddings, index, apart, known) > 0.25
    noise = np.random.default_rng(0).normal(size=index.faces.embeddings.shape).astype(np.float32)
    assert nearest_right(noise, index, apart, known) < 0.1


def test_the_constant_brings_distances_back():
    """Vectors of any length, spread apart and given the constant, are on average as far from each other as before."""
    random = np.random.default_rng(1)
    narrow = random.normal(size=(300, 16)).astype(np.float32) + 3.0
    wide = random.normal(size=(300, 16)).astype(np.float32) + 1.0
    wide[:, 5] = 0.0
    apart, known = np.arange(60), np.arange(60, 300)

    def unit(vectors):
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def far(vectors):
        return np.mean(1.0 - (unit(vectors)[apart] @ unit(vectors)[known].T).max(axis=1))

    def at(value):
        return np.where(np.arange(16) == 5, value, wide)

    assert far(wide) > 2 * far(narrow)
    value = levelling(unit(narrow), unit(at(1.0)), 5, apart, known)
    assert far(at(value)) == pytest.approx(far(narrow), rel=0.15)
    assert levelling(unit(wide), unit(at(1.0)), 5, apart, known) == pytest.approx(0.0, abs=0.2)
