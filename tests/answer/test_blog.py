"""Answers over the one real, scraped article of the blog."""

from __future__ import annotations

import pytest

from bot.answer.guide import Guide
from bot.types import Status

pytestmark = pytest.mark.shared


def test_the_free_upgrade_question_states_condition_loss_and_hedge(blog_guide: Guide) -> None:
    """The installation-ID condition, the loss of the right, and the article's own hedge stand together."""
    answer = blog_guide.ask("Windows 7から無償アップグレードしたPCを24H2にしたら認証が外れました。どうなりますか")
    assert answer.status is Status.ANSWERED
    assert "インストールID" in answer.text
    assert "消滅" in answer.text
    assert "可能性" in answer.text or "わけではない" in answer.text
    source = blog_guide.article(answer.citations[0].article_id)
    assert source is not None
    assert all(citation.quote in source.text for citation in answer.citations)
    assert any("2024年12月" in notice for notice in answer.citations[0].notices)


@pytest.mark.parametrize("question", ["電話番号は?", "サポートの電話番号を教えて", "どこに電話すればいいですか"])
def test_a_phone_question_gets_the_number(blog_guide: Guide, question: str) -> None:
    """The number, whose it is, and that it may cost money."""
    answer = blog_guide.ask(question)
    assert "0120-54-2244" in answer.text
    assert "有償" in answer.text


def test_what_the_article_does_not_answer_is_not_answered(blog_guide: Guide) -> None:
    """A shopping question is not answered from the specification of somebody's notebook."""
    assert blog_guide.ask("おすすめのグラボは?").status is Status.ABSTAINED


@pytest.mark.parametrize(
    "question", ["24H2にしたら認証が外れた", "マザボ変えたらライセンスどうなる", "24H2で認証はずれるの？"]
)
def test_an_article_that_nobody_is_known_to_have_asked_of_answers(blog_guide: Guide, question: str) -> None:
    """A blog has no asked questions: everyday words near to a passage are enough, whatever else is asked elsewhere."""
    assert blog_guide.ask(question).status is Status.ANSWERED


@pytest.mark.parametrize("question", ["晩ごはん何がいい？", "タスクバーを左に寄せたい", "ビットコインの買い方"])
def test_what_is_near_to_no_passage_is_not_answered(blog_guide: Guide, question: str) -> None:
    """Neither what has nothing to do with the blog, nor what its neighbours would ask."""
    assert blog_guide.ask(question).status is Status.ABSTAINED
