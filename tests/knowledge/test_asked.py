"""How readers ask, and what answers: the files, their mistakes, and what they change in an answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.answer.guide import Guide
from bot.errors import CorpusError
from bot.index import open_index
from bot.knowledge import Knowledge
from bot.knowledge.asked import AskedQuestion, load_asked
from bot.knowledge.topics import Topics
from ingest.build import build
from ingest.check_corpus import check_corpus
from ingest.sources import read
from tests.corpus.small import write_corpus
from tests.fakes import HashEmbedder

ARTICLE = """# プリンターの困りごと

困ったときは電源を見ます。

## 紙の話

印刷の前に、紙を正しい向きに入れます。困る人が多い所です。

## 汚れの話

灰色の帯はローラーの汚れで出ることがあります。

## 手順

1. 電源を切ります。
2. 電源を入れます。
"""


def test_questions_may_be_bare_or_name_their_answer(tmp_path: Path) -> None:
    """Both spellings of an entry, two files for one article, and no folder at all."""
    (tmp_path / "a.yaml").write_text(
        "article: x\nquestions:\n  - 紙が出ない\n  - {ask: 帯, see: [灰色の帯]}\n", "utf-8"
    )
    (tmp_path / "b.yaml").write_text("article: x\nquestions: [音がする]\n", "utf-8")
    found = load_asked(tmp_path)
    assert [question.ask for question in found["x"]] == ["紙が出ない", "帯", "音がする"]
    assert found["x"][1].see == ("灰色の帯",)
    assert load_asked(tmp_path / "none") == {}


@pytest.mark.parametrize(
    ("text", "line"),
    [("article: x\nquestions: []\n", 2), ("article: x\nquestions:\n  - ask: a\n    se: [b]\n", 4), ("article: x\n", 1)],
)
def test_a_broken_file_names_its_line(tmp_path: Path, text: str, line: int) -> None:
    """No question, a key that does not exist, a missing list."""
    (tmp_path / "a.yaml").write_text(text, "utf-8")
    with pytest.raises(CorpusError, match=rf"a\.yaml:{line}:"):
        load_asked(tmp_path)


def test_what_an_author_named_is_said(tmp_path: Path, knowledge: Knowledge) -> None:
    """The statement named for a question comes with its answer, though it shares no word with the question."""
    (tmp_path / "p.md").write_text(ARTICLE, "utf-8")
    embedder = HashEmbedder(256)
    question = "印刷物が縞々になって困る、どうすればいい"

    def quotes(name: str, asked: AskedQuestion) -> list[str]:
        index = tmp_path / name
        topics = Topics(asked={"p": (asked,)})
        build(read(str(tmp_path / "p.md")), index=index, embedder=embedder, sources=["p"], topics=topics)
        guide = Guide(open_index(index, embedder.name, embedder.dimension), embedder, knowledge)
        return [citation.quote for citation in guide.ask(question).citations]

    told = "灰色の帯はローラーの汚れで出ることがあります。"
    assert any(told in quote for quote in quotes("with", AskedQuestion(ask=question, see=("灰色の帯はローラー",))))
    assert not any(told in quote for quote in quotes("without", AskedQuestion(ask=question)))


def test_what_answers_must_stand_in_the_article(tmp_path: Path) -> None:
    """A piece that was edited away, a question asked twice and an article that is gone are found by line."""
    corpus = write_corpus(tmp_path)
    article = next((corpus / "articles").glob("*.md")).stem
    folder = corpus / "knowledge" / "asked"
    folder.mkdir()
    (folder / "a.yaml").write_text(
        f"article: {article}\nquestions:\n  - a\n  - a\n  - ask: b\n    see: [ここにない文]\n", "utf-8"
    )
    (folder / "b.yaml").write_text("article: gone\nquestions: [a]\n", "utf-8")
    found = [(Path(problem.file).name, problem.line) for problem in check_corpus(corpus) if "asked" in problem.file]
    assert found == [("a.yaml", 4), ("a.yaml", 6), ("b.yaml", 1)]
