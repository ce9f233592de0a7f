"""What tuning learns from, how questions are held out, and when it is refused."""

from __future__ import annotations

import numpy as np
import pytest

from bot.errors import GuideError
from bot.evals.tuning import (
    Gain,
    Known,
    at_most,
    compare,
    group,
    known_questions,
    require_gain,
    require_pairs,
    split,
    stripped,
)
from bot.types import Article, Block, BlockKind


def article(name: str, title: str, *parts: str, asked: tuple[str, ...] = ()) -> Article:
    """Return an article; a part that begins with # is a heading."""
    blocks = tuple(
        Block(BlockKind.HEADING, part[1:], level=2) if part.startswith("#") else Block(BlockKind.PARAGRAPH, part)
        for part in parts
    )
    return Article(name, title, blocks, asked=asked)


SOUND = article(
    "sound", "音が出ない", "#出力先を選び直す", "出力先を変えます。", "#まとめ", "以上です。", asked=("無音です",)
)
SLOW = article("slow", "動作が遅い", "常駐を減らします。", "#まとめ", "以上です。")


def test_articles_say_what_they_answer():
    """Titles, asked questions and headings of one article alone; a heading of several articles names none of them."""
    assert known_questions([SOUND, SLOW]) == [
        Known("音が出ない", "sound"),
        Known("無音です", "sound"),
        Known("出力先を選び直す", "sound"),
        Known("動作が遅い", "slow"),
    ]


def test_a_title_made_from_the_first_words_is_no_question():
    """Nobody gave such an article a name."""
    assert known_questions([article("x", "常駐を減らし", "常駐を減らします。")]) == []


def test_a_stripped_article_holds_nothing_that_was_learnt_from():
    """Neither title nor headings nor asked questions are left; what remains is its body, word for word."""
    bare = stripped(SOUND)
    shown = "\n".join((bare.title, *bare.asked, bare.text))
    assert not any(known.question in shown for known in known_questions([SOUND]))
    assert [block.text for block in bare.blocks] == ["出力先を変えます。", "以上です。"]
    assert known_questions([bare]) == []


def test_what_belongs_together_is_held_out_together():
    """Articles that share a question, or are equal word for word, are of one group, over several steps too."""
    articles = [article(name, name, body) for name, body in zip("abcde", ("1", "2", "2", "4", "5"), strict=True)]
    known = [Known("q1", "a"), Known("q1", "b"), Known("q2", "c"), Known("q3", "d"), Known("q4", "e")]
    groups = group(known, articles)
    assert groups[0] == groups[1] == groups[2]
    assert len({groups[0], groups[3], groups[4]}) == 3


def test_folds_divide_no_group_and_cover_all():
    """Each question is held out once, each fold has some, and no group is on both sides."""
    groups = np.repeat(np.arange(30), 4)
    folds = split(groups, 5)
    assert set(folds.tolist()) == {0, 1, 2, 3, 4}
    assert all(len(set(folds[groups == number].tolist())) == 1 for number in range(30))


def test_the_gain_is_of_articles_per_question():
    """A question with two right articles counts once; its rank decides nDCG, its presence the hit."""
    known = [Known("q1", "a"), Known("q1", "b"), Known("q2", "c")]
    gain = compare(known, {"q1": ["x", "a", "b"], "q2": ["x"]}, {"q1": ["a", "b"], "q2": ["c"]})
    assert (gain.ndcg_after, gain.hit_before, gain.hit_after) == (1.0, 0.5, 1.0)
    ideal = 1 + 1 / np.log2(3)
    assert gain.ndcg_before == pytest.approx((1 / np.log2(3) + 1 / 2) / ideal / 2)


@pytest.mark.parametrize(
    "gain",
    [
        Gain(0.70, 0.69, 0.9, 0.9, 0.001),
        Gain(0.70, 0.71, 0.9, 0.9, 0.2),
        Gain(0.70, 0.71, 0.9, 0.89, 0.001),
    ],
    ids=["worse", "chance", "fewer hits"],
)
def test_no_gain_is_refused_with_the_figures(gain):
    """A loss, a difference that chance makes, and fewer hits are refused in one sentence."""
    with pytest.raises(GuideError, match=r"does not help.*0\.700 -> 0\.\d{3}.*unchanged"):
        require_gain(gain)


def test_a_gain_passes():
    """More, and not by chance."""
    require_gain(Gain(0.70, 0.72, 0.90, 0.91, 0.001))


def test_of_very_many_questions_some_are_drawn():
    """In their order, each once, the same ones whenever it is done."""
    many = [Known(f"q{number:03}", "a") for number in range(50)]
    drawn = at_most(many, 20)
    assert len(set(drawn)) == 20
    assert drawn == sorted(drawn, key=lambda one: one.question) == at_most(many, 20)
    assert at_most(many, 50) == many


def test_too_few_questions_are_refused():
    """Below a hundred questions, or with fewer articles than folds, nothing could be judged."""
    many = [Known(f"q{number}", f"a{number % 50}") for number in range(100)]
    require_pairs(many, 3)
    with pytest.raises(GuideError, match="99 questions"):
        require_pairs(many[:-1], 3)
    with pytest.raises(GuideError, match="about 1 articles"):
        require_pairs([Known(one.question, "a") for one in many], 3)
