"""What an answer takes from an article, by what was asked."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from bot.answer.asked import answer_form
from bot.answer.guide import Guide
from bot.answer.intent import Intent
from bot.answer.parts import Part, length
from bot.answer.passages import Passages
from bot.answer.plan import plan_answer
from bot.answer.planner import Planner
from bot.answer.render import render
from bot.answer.score import ScoredUnit
from bot.answer.select import select
from bot.answer.units import Role, Unit
from bot.knowledge.topics import load_topics
from bot.retrieval.query import understand
from bot.retrieval.search import retrieve
from bot.types import BlockKind, Citation


def _unit(order: int, text: str, *, kind: BlockKind = BlockKind.PARAGRAPH, block: int = 0) -> Unit:
    return Unit("a", "a#0", order, (), Role.OTHER, kind, text, block, whole=text)


def _citation(n: int, unit: Unit) -> Citation:
    return Citation(n, unit.article_id, "題", "", "", (), unit.text, "", "公式")


@pytest.mark.parametrize(
    ("question", "statement", "fits"),
    [
        ("延長はいつまで?", "2027年10月12日まで続きます。", True),
        ("まだ間に合う?", "10日以内なら戻せます。", True),
        ("料金はいくら", "30米ドル相当で買えます。", True),
        ("タダでできる?", "追加の料金はかかりません。", True),
        ("料金はいくら", "登録の画面を開きます。", False),
        ("いつまで待てばいい", "電源を切らないでください。", False),
    ],
)
def test_a_date_or_a_price_is_wanted_where_it_is_asked(question: str, statement: str, fits: bool) -> None:
    """The form of a question tells the form of its answer."""
    form = answer_form(question)
    assert form is not None
    assert bool(form.search(statement)) is fits


def test_most_questions_want_no_form() -> None:
    """Trouble without 「いつ」 or 「いくら」 is answered by fit alone."""
    assert answer_form("いつも音が出ません") is None
    assert answer_form("起動しない") is None


def test_paragraphs_do_not_run_together() -> None:
    """A phone number and the remark on it are two lines; sentences of one paragraph stay one."""
    text, citations = render([Part("", (_unit(0, "0120-00-0000"), _unit(1, "平日の昼間です。", block=1)))], _citation)
    assert text == "0120-00-0000[1]\n\n平日の昼間です。[2]"
    assert len(citations) == 2


def test_an_asked_code_is_told_with_all_that_its_article_says_of_it(guide: Guide) -> None:
    """Cause, withdrawal and what to do about one KB number stand in the answer, not its first mention alone."""
    answer = guide.ask("KB5034441が何回やっても入らない")
    told = " ".join(citation.quote for citation in answer.citations)
    assert told.count("KB5034441") >= 3
    assert all(word in told for word in ("250MB", "取り下げ", "急いで直す必要は小さく"))


@pytest.mark.parametrize("room", [200, 400, 660])
def test_no_more_is_chosen_than_fits_and_lists_stay_whole(guide: Guide, room: int) -> None:
    """Only what was chosen first may exceed the room; a list of steps is shown from its first step to its last."""
    query = understand("更新したら回復キーを聞かれた", guide.knowledge.vocabulary)
    found = retrieve(query, guide.index, guide.embedder, 10)
    article_id = found.hits[0].article_id
    passages = Passages(guide.index, guide.knowledge, date.today)
    planner = Planner(passages.score(query, found, [article_id]))
    parts = select(planner, room)
    assert length(parts) - max(length([part]) for part in parts) <= room
    shown = {unit.order for part in parts for unit in part.units}
    for unit in passages.units(article_id):
        if unit.kind is BlockKind.STEP and unit.order in shown:
            assert {step.order for step in planner.section_of(unit).units} <= shown


def test_an_article_of_code_alone_is_no_answer() -> None:
    """A command without a word on what it does is not advice."""
    code = _unit(0, "sfc /scannow", kind=BlockKind.CODE)
    assert select(Planner([ScoredUnit(code, 1.0, 1.0)]), 660) == []
    assert select(Planner([]), 660) == []


def test_what_a_sentence_announces_follows_it(guide: Guide) -> None:
    """「次のようなものがあります」 is never the end of a paragraph."""
    answer = guide.ask("BitLockerの画面が出るきっかけは何ですか")
    lines = [line for line in answer.text.split("\n") if line]
    announced = [at for at, line in enumerate(lines) if "次のような" in line]
    assert announced
    assert all(lines[at + 1].startswith("- ") for at in announced)


def test_steps_are_one_list_from_the_first_on(guide: Guide, corpus: Path) -> None:
    """No heading stands twice, and a numbered list begins at 1 and leaves no step out, however it was asked for."""
    numbered = re.compile(r"^(\d+)\. ")
    for rows in load_topics(corpus).asked.values():
        for asked in rows[::9]:
            text = guide.ask(asked.ask).text
            headings = [line for line in text.split("\n") if line.startswith("### ")]
            assert len(headings) == len(set(headings)), asked.ask
            for part in text.split("### "):
                numbers = [int(match[1]) for line in part.split("\n") if (match := numbered.match(line))]
                assert numbers == list(range(1, len(numbers) + 1)), asked.ask


@pytest.mark.parametrize("intent", [Intent.OUTCOME, Intent.FACT, Intent.WHY, Intent.DONT])
def test_room_that_the_form_of_a_question_leaves_is_used(guide: Guide, intent: Intent) -> None:
    """Whatever the form, the likeliest list of steps is shown where it fits: a short answer helps nobody."""
    query = understand("印刷の順番待ちが消えない", guide.knowledge.vocabulary)
    found = retrieve(query, guide.index, guide.embedder, 10)
    scored = Passages(guide.index, guide.knowledge, date.today).score(query, found, [found.hits[0].article_id])
    best = max((item for item in scored if item.unit.kind is BlockKind.STEP), key=lambda item: item.score)
    parts = plan_answer(intent, scored)
    assert best.unit in [unit for part in parts for unit in part.units]
    assert length(parts) <= 700
