"""Retrieval as its callers see it: identifiers first, unknown ones said, meaning alone where no word is shared."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bot.answer.guide import Guide
from bot.errors import QuestionError
from bot.index import Index
from bot.knowledge import Knowledge
from bot.retrieval import search
from bot.retrieval.query import understand
from bot.retrieval.search import retrieve, retrieve_with_vector
from tests.fakes import HashEmbedder
from tests.retrieval.conftest import ARTICLES, MakeIndex, article

CODES = {0x80070643: "update-643", 0x80070002: "update-002", 0x800F0922: "update-922", 0xC004F213: "activation"}

SPELLINGS: tuple[Callable[[int], str], ...] = (
    lambda code: f"0x{code:08X}",
    lambda code: f"0x{code:08x}",
    lambda code: f"0X{code:08X}",
    lambda code: f"{code:08X}",
    str,
    lambda code: str(code - (1 << 32)),
    lambda code: f"0x{code:08X}".translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789ABCDEFx"}),
    lambda code: f"０ｘ{code:08x}",
    lambda code: f"0×{code:08X}",
)

SENTENCES = (
    "{}",
    "{} が出ます",
    "エラー{}で更新できません",
    "「エラー コード: {}」と表示されて困っています",
    "急に{}と出た!",
)


@settings(deadline=None)
@given(code=st.sampled_from(sorted(CODES)), spell=st.sampled_from(SPELLINGS), sentence=st.sampled_from(SENTENCES))
def test_a_code_is_found_first_in_every_spelling(
    small_guide: Guide, code: int, spell: Callable[[int], str], sentence: str
) -> None:
    """Hexadecimal, decimal, signed, full width, with or without 0x: the article with that code comes first."""
    question = sentence.format(spell(code))
    found = small_guide.search(question)
    assert found.unknown == ()
    assert found.hits[0].article_id == CODES[code]
    assert found.hits[0].signals["exact"] >= 1
    assert all(hit.signals["exact"] == 0 for hit in found.hits if hit.article_id != CODES[code])


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("KB5046617", "kb"),
        ("kb5046617 のあと印刷できない", "kb"),
        ("ＫＢ５０４６６１７", "kb"),
        ("KB 5046617", "kb"),
        ("更新プログラム 5046617 を入れたら印刷できない", "kb"),
        ("停止コード 0xA", "irql"),
        ("0x0000000A の青い画面", "irql"),
        ("IRQL_NOT_LESS_OR_EQUAL", "irql"),
        ("irql not less or equal と出た", "irql"),
    ],
)
def test_other_identifiers_are_found_first_too(small_guide: Guide, question: str, expected: str) -> None:
    """KB numbers and stop codes, by number or by name."""
    assert small_guide.search(question).hits[0].article_id == expected


def test_an_identifier_outranks_any_likeness_of_wording(small_guide: Guide) -> None:
    """An article that says the question word for word, but not the code, comes after the one with the code."""
    question = "エラーコードが出て更新プログラムをインストールできない"
    assert small_guide.search(question).hits[0].article_id == "error"
    assert small_guide.search(f"{question} 0xC004F213").hits[0].article_id == "activation"


def test_a_scan_and_the_vector_store_find_the_same(
    index: Index, small_guide: Guide, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether every vector is compared or the store is asked: the same hits, signals within rounding."""
    questions = ("0x80070643 が出ます", "印刷できない", "更新プログラムを調べます", "something else entirely")
    scanned = [small_guide.search(question).hits for question in questions]
    monkeypatch.setattr("bot.retrieval.stages._SCANNED", 0)
    asked = [small_guide.search(question).hits for question in questions]
    for ours, theirs in zip(scanned, asked, strict=True):
        assert [hit.chunk.id for hit in ours] == [hit.chunk.id for hit in theirs]
        assert [hit.signals["dense"] for hit in ours] == pytest.approx([hit.signals["dense"] for hit in theirs])


def test_more_of_the_asked_identifiers_come_before_fewer(make_index: MakeIndex, knowledge: Any) -> None:
    """Of two codes asked, a passage with both precedes those with one."""
    index = make_index(
        article("one", "片方", "0x80070643 の話です。"),
        article("both", "両方", "0x80070643 と 0x80070002 の話です。"),
        article("other", "もう片方", "0x80070002 の話です。"),
    )
    found = Guide(index, HashEmbedder(256), knowledge).search("0x80070002 のあと 0x80070643 が出た")
    assert found.hits[0].article_id == "both"
    assert [int(hit.signals["exact"]) for hit in found.hits] == [2, 1, 1]


@pytest.mark.parametrize(
    "question", ["0x8007DEAD", "8007DEAD が出ました", "KB9999999 を入れた", "２１４７９９９９９９"]
)
def test_an_unknown_identifier_is_reported_and_matches_nothing(small_guide: Guide, question: str) -> None:
    """A code that no article mentions is in `unknown`; its neighbours are no exact hits."""
    found = small_guide.search(question)
    assert len(found.unknown) == 1
    assert all(hit.signals["exact"] == 0 for hit in found.hits)


@settings(deadline=None)
@given(code=st.integers(0x80070000, 0x800FFFFF).filter(lambda code: code not in CODES))
def test_a_code_is_never_taken_for_its_neighbour(small_guide: Guide, code: int) -> None:
    """However near an unknown code is to a known one, it is unknown."""
    found = small_guide.search(f"0x{code:08X} が出ます")
    assert found.unknown == (f"0x{code:08X}",)
    assert all(hit.signals["exact"] == 0 for hit in found.hits)


def test_a_known_code_beside_an_unknown_one(small_guide: Guide) -> None:
    """Each is judged by itself: the known one is found, the unknown one is said."""
    found = small_guide.search("0x80070643 と 0x8007DEAD が出ます")
    assert found.unknown == ("0x8007DEAD",)
    assert found.hits[0].article_id == "update-643"


def test_hits_come_best_first_and_no_more_than_asked(small_guide: Guide, index: Index) -> None:
    """Scores fall, chunks are distinct, `k` is kept, and no more is returned than there is."""
    for k in (1, 3, 1000):
        hits = small_guide.search("印刷できない", k).hits
        assert len(hits) == min(k, index.size)
        assert all(before.score >= after.score for before, after in pairwise(hits))
        assert len({hit.chunk.id for hit in hits}) == len(hits)
    assert {hit.article_id for hit in hits} == {one.id for one in ARTICLES}


def test_signals_say_what_each_search_found(small_guide: Guide) -> None:
    """`dense` is a cosine, `lexical` and `bigram` are scores from 0 on, `exact` counts."""
    for hit in small_guide.search("プリンターで印刷できない").hits:
        assert -1.001 <= hit.signals["dense"] <= 1.001
        assert min(hit.signals["lexical"], hit.signals["bigram"]) >= 0
        assert hit.signals["exact"] == 0


def test_words_alone_find_an_article(make_index: MakeIndex, knowledge: Any) -> None:
    """Where the vectors say nothing at all, the words decide, and every score is finite."""
    index = make_index(*ARTICLES, embedder=_Indifferent())
    found = Guide(index, _Indifferent(), knowledge).search("プリンターで印刷できない")
    assert found.hits[0].article_id == "printer"
    assert np.isfinite([hit.score for hit in found.hits]).all()


def test_without_a_shared_word_the_vectors_decide(index: Index, knowledge: Any) -> None:
    """A question in other letters is ranked by meaning: the chunk whose own vector is asked for comes first."""
    query = understand("zxqv wvuy", knowledge.vocabulary)
    for position in range(index.size):
        vector = np.asarray(index.embeddings[position])
        found = retrieve_with_vector(query, vector, index, index.size)
        assert all(hit.signals["lexical"] == hit.signals["bigram"] == 0 for hit in found.hits)
        [itself] = index.documents.chunks([position])
        best = max(found.hits, key=lambda hit: hit.signals["dense"])
        assert best.chunk == itself
        assert found.hits[0].article_id == itself.article_id


def test_an_index_of_one_chunk(make_index: MakeIndex, knowledge: Any) -> None:
    """With a single passage there is nothing to compare with, and it is still found."""
    index = make_index(article("only", "唯一", "電源を入れ直します。"))
    for question in ("電源", "全然関係ない話", "0x80070643", "zxqv"):
        [hit] = Guide(index, HashEmbedder(256), knowledge).search(question).hits
        assert hit.article_id == "only"
        assert np.isfinite(hit.score)


@pytest.mark.parametrize(
    "question", ["!?", "、。", "a", "あ" * 2000, "の", "<script>", "{}", "%s", "\\", "'; DROP TABLE"]
)
def test_odd_questions_are_searched_without_an_error(small_guide: Guide, question: str) -> None:
    """Symbols, a single letter, one letter many times, what other languages would interpret."""
    hits = small_guide.search(question).hits
    assert hits
    assert np.isfinite([hit.score for hit in hits]).all()


@settings(deadline=None, max_examples=40)
@given(question=st.text(min_size=1, max_size=60))
def test_the_same_question_gives_the_same_hits(small_guide: Guide, question: str) -> None:
    """Whatever is asked is refused as blank or searched; retrieval is a function of the question and the index."""
    try:
        first = small_guide.search(question)
    except QuestionError:
        return
    second = small_guide.search(question)
    assert [(hit.chunk.id, hit.score) for hit in first.hits] == [(hit.chunk.id, hit.score) for hit in second.hits]
    assert np.isfinite([hit.score for hit in first.hits]).all()


class _Indifferent:
    """An embedder to which everything is the same."""

    name = "fake-indifferent"
    dimension = 8

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the same unit vector for each text."""
        return np.tile(np.float32(1 / np.sqrt(self.dimension)), (len(texts), self.dimension))

    def embed_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Return the same unit vector for each text."""
        return self.embed_queries(texts)


def test_a_title_made_from_the_text_is_no_name(make_index: MakeIndex, knowledge: Any) -> None:
    """An untitled article is ranked by what it says: neither helped nor hurt by having no title of its own."""
    text = "プリンターで印刷できないときは、電源を入れ直します。"
    index = make_index(article("untitled", text[:20], text), article("titled", "印刷", "紙を入れ直します。"))
    assert [owner for owner, _ in index.documents.faces] == ["titled"]
    assert index.faces.counts.tolist() == [0, 1]
    query = understand("印刷できない", knowledge.vocabulary)
    found = retrieve_with_vector(query, HashEmbedder(256).embed_queries([query.text])[0], index, 2)
    assert [hit.article_id for hit in found.hits] == ["untitled", "titled"]


def test_words_of_asking_count_less_than_what_is_asked_about(knowledge: Any) -> None:
    """「方法」 may stand in any question; the words after it are kept in their order, too."""
    query = understand("回復キーを確認する方法", knowledge.vocabulary)
    assert query.words["方法"] < query.words["回復"] == 1.0
    assert query.pairs[0] == ("回復", "キー")


def test_of_the_same_words_those_that_stand_as_asked_come_first(make_index: MakeIndex, knowledge: Any) -> None:
    """Both articles hold every word of the question as often; one has them next to each other in its order."""
    index = make_index(
        article("apart", "無題", "画面の明るさを印刷の前に設定してから再起動します。"),
        article("together", "無題", "印刷画面を設定の前に再起動してから明るさします。"),
        article("other", "無題", "音が出ないときの話です。"),
    )
    words = understand("印刷画面", knowledge.vocabulary)
    scores = index.words.pair_scores(words.pairs, np.arange(index.size))
    assert [index.documents.article_of[row] for row in np.flatnonzero(scores)] == ["together"]


def test_words_are_searched_beside_the_model_or_after_it_alike(
    make_index: MakeIndex, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first question has a thread beside it, one that comes meanwhile has not; both find the same."""
    index = make_index(*ARTICLES)
    calls: list[str] = []
    searched = search.search_lexical

    def beside(query: Any, index: Index) -> Any:
        calls.append(threading.current_thread().name)
        return searched(query, index)

    monkeypatch.setattr("bot.retrieval.search.search_lexical", beside)
    query, embedder = understand("更新プログラムが失敗する", knowledge.vocabulary), HashEmbedder(256)
    first = retrieve(query, index, embedder)
    with search._IDLE:
        second = retrieve(query, index, embedder)
    assert [(hit.chunk, hit.score) for hit in first.hits] == [(hit.chunk, hit.score) for hit in second.hits]
    assert len(calls) == 1
    assert calls[0].startswith("lexical")
    assert search._IDLE.acquire(blocking=False)
    search._IDLE.release()
