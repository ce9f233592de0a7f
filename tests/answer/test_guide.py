"""The guide over the bundled articles: cited answers, flows, escalation, refusals, abstaining, secrets."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from bot.answer.frame import frame_of
from bot.answer.guide import Guide
from bot.errors import QuestionError
from bot.types import Answer, Language, Status, Turn

_MARK = re.compile(r"\[(\d+)\]")


def _converse(guide: Guide, *messages: str) -> list[Answer]:
    """Ask all messages in one conversation, each with the history and state that a client would send."""
    answers: list[Answer] = []
    history: list[Turn] = []
    for message in messages:
        answer = guide.ask(message, history, answers[-1].state if answers else "")
        answers.append(answer)
        history += [Turn("user", message), Turn("assistant", answer.text)]
    return answers


def _assert_sound(guide: Guide, answer: Answer) -> None:
    """Every mark has its citation and the other way round; every quote is verbatim in its article."""
    marks = [int(mark) for mark in _MARK.findall(answer.text)]
    assert sorted(set(marks)) == [citation.n for citation in answer.citations]
    for citation in answer.citations:
        article = guide.article(citation.article_id)
        assert article is not None
        assert citation.quote in article.text or citation.quote in article.text.replace("\n", "")
        assert "#:~:text=" in citation.link


@pytest.mark.parametrize(
    "question",
    [
        "24H2にしたら認証が外れた",
        "0x80070643 で更新できない",
        "回復キーを入れろと出た",
        "電源は入るのにWindowsが起動しない",
        "プリンターで印刷できません",
        "The sound does not work after an update",
    ],
)
def test_answers_are_cited_and_quotes_verbatim(guide: Guide, question: str) -> None:
    """A typical question gets statements that each lead to the exact words of an article."""
    answer = guide.ask(question)
    assert answer.status in {Status.ANSWERED, Status.CLARIFY}
    assert answer.citations
    _assert_sound(guide, answer)


@pytest.mark.parametrize("spelling", ["0x80070643", "80070643", "０ｘ８００７０６４３", "-2147023293", "2147944003"])
def test_a_code_is_found_in_every_spelling(guide: Guide, spelling: str) -> None:
    """However a code is written, its article answers."""
    answer = guide.ask(f"{spelling} が出ました")
    assert answer.citations[0].article_id == "windows-update-0x80070643"


@pytest.mark.parametrize("question", ["0x8024ABCD が出た", "KB5999999 を入れたら調子が悪い"])
def test_an_unknown_code_is_said_to_be_unknown(guide: Guide, question: str) -> None:
    """No neighbour's explanation stands in for a code that no article mentions."""
    answer = guide.ask(question)
    assert answer.status is Status.ABSTAINED
    assert not answer.citations
    assert "見つかりません" in answer.text


@pytest.mark.parametrize("question", ["おすすめのグラボは?", "肉じゃがの作り方", "明日の天気は?"])
def test_what_no_article_answers_is_not_answered(guide: Guide, question: str) -> None:
    """The guide says that it has no article, asserts nothing, and names where to ask."""
    answer = guide.ask(question)
    assert answer.status is Status.ABSTAINED
    assert not answer.citations
    assert answer.escalation is not None


@pytest.mark.parametrize(
    ("replies", "outcome", "route"),
    [
        (("Windows 10", "出ている"), "電話で再認証できる", "microsoft-support"),
        (("Windows 7", "出ている", "どちらもない"), "電話で再認証できる場合もある", "microsoft-support"),
        (("Windows 7", "出ていない"), "もとのOSの権利だけが残る", "microsoft-support"),
        (("Windows 7", "出ている", "トラブルシューティング"), "上げた後のOSの権利は失われる", "microsoft-support"),
        (("Windows 7", "出ている", "マザーボード"), "構成や使い方を見て個別に判断", "microsoft-support"),
    ],
)
def test_the_activation_flow_leads_to_the_right_row(
    guide: Guide, replies: tuple[str, ...], outcome: str, route: str
) -> None:
    """Original system and installation ID decide who keeps the right, cited and with the right place to ask."""
    answers = [guide.ask("アプデしたら認証が外れました")]
    assert answers[0].status is Status.CLARIFY
    assert answers[0].citations, "the first reply already says what is safe to do"
    history: list[Turn] = []
    for reply in replies:
        question = answers[-1].question
        assert question is not None
        assert question.choices[-1] == "わからない"
        label = next((choice for choice in question.choices if reply in choice), None)
        assert label is not None, (reply, question.choices)
        answers.append(guide.ask(label, history, answers[-1].state))
        history.append(Turn("user", label))
    last = answers[-1]
    assert last.status is Status.ANSWERED
    assert outcome in last.text
    assert last.escalation is not None
    assert last.escalation.route == route
    _assert_sound(guide, last)


@pytest.mark.parametrize("question", ["ログインできなくなりました", "I can't sign in to my PC anymore"])
def test_what_is_too_vague_for_any_article_is_asked_about(guide: Guide, question: str) -> None:
    """Where a flow knows what to ask, nothing is said to be unknown."""
    answer = guide.ask(question)
    assert answer.status is Status.CLARIFY
    assert answer.question is not None
    assert answer.citations


@pytest.mark.parametrize("question", ["Kindleが起動しない", "iPadの電源が入らなくなった"])
def test_what_is_surely_another_thing_is_not_asked_about(guide: Guide, question: str) -> None:
    """Its words would start a flow about a PC."""
    assert guide.ask(question).status is Status.ABSTAINED


def test_a_flow_understands_free_text_and_unsure_readers(guide: Guide) -> None:
    """「7からです」 is an answer, and so is not knowing; no way asks more than four questions."""
    _, told = _converse(guide, "アプデしたら認証が外れました", "7からです")
    assert told.question is not None
    answers = _converse(guide, "アプデしたら認証が外れました", *["わからない"] * 4)
    assert any(answer.status is Status.ANSWERED for answer in answers)
    asked = [answer.question.text for answer in answers if answer.question]
    assert all(first != second for first, second in pairwise(asked))


def test_a_flow_is_left_when_the_subject_changes(guide: Guide) -> None:
    """A new question is answered, not taken for a reply."""
    _, other = _converse(
        guide, "アプデしたら認証が外れました", "ところでプリンターの紙が出ないときはどうすればいいですか"
    )
    assert other.status is Status.ANSWERED
    assert other.citations[0].article_id == "device-printer"


def test_a_reply_that_fits_no_choice_is_asked_once_more(guide: Guide) -> None:
    """A few words that are neither a choice nor a question get the same question again; a question leaves the flow."""
    first, again, _ = _converse(guide, "アプデしたら認証が外れました", "むりでした", "むりでした")
    assert first.question is not None
    assert again.question == first.question
    assert again.state == first.state
    _, left = _converse(guide, "アプデしたら認証が外れました", "それよりプリンターが動かなくなりました")
    assert left.citations[0].article_id == "device-printer"


@pytest.mark.parametrize(
    "question",
    ["KMSのツールで無料で認証する方法を教えて", "プロダクトキーください", "拾ったノートのBitLockerを解除したい"],
)
def test_harmful_wishes_are_refused(guide: Guide, question: str) -> None:
    """No activators, no keys, no locks of other people's machines."""
    assert guide.ask(question).status is Status.REFUSED


@pytest.mark.parametrize(
    "question",
    ["自分のPCのパスワードを忘れました", "安く売っているキーは買っても大丈夫ですか", "自分の回復キーの探し方を教えて"],
)
def test_honest_questions_that_sound_alike_are_not_refused(guide: Guide, question: str) -> None:
    """Owners of their own machines get an answer."""
    assert guide.ask(question).status in {Status.ANSWERED, Status.CLARIFY}


def test_secrets_are_masked_before_anything_else(guide: Guide) -> None:
    """A recovery key in a question leaves no trace in answer, summary or state."""
    key = "-".join(f"{11 * number:06d}" for number in (10001, 20002, 30003, 40004, 50005, 60006, 1234, 4321))
    answer = guide.ask(f"回復キー {key} を入れても進みません。人に相談したい")
    assert answer.redacted == {"recovery_key": 1}
    assert key not in repr(answer)
    assert key[:13] not in repr(answer)


def test_a_scam_victim_is_sent_to_the_police_or_consumer_centre(guide: Guide) -> None:
    """Money and crime have their own places to ask."""
    answer = guide.ask("警告の番号に電話してしまい、遠隔操作されてお金を払ってしまいました")
    assert answer.escalation is not None
    assert answer.escalation.route in {"police", "consumer-center"}


def test_empty_and_endless_questions_are_turned_down(guide: Guide) -> None:
    """The sentence for the reader says what to do, in either language."""
    with pytest.raises(QuestionError) as empty:
        guide.ask(" 　\n")
    assert "入力" in frame_of(Language.JA).sentence(empty.value)
    with pytest.raises(QuestionError) as endless:
        guide.ask("あ" * 100_000)
    assert "2000文字以内" in frame_of(Language.JA).sentence(endless.value)
    assert "2000 characters" in frame_of(Language.EN).sentence(endless.value)


@pytest.mark.parametrize("state", ["x", "e30=", "////", "あ", "eyJmbG93IjogIm5vcGUifQ=="])
def test_a_foreign_state_is_ignored(guide: Guide, state: str) -> None:
    """Whatever a client sends back, the question is answered."""
    assert guide.ask("音が出ません", (), state).status is Status.ANSWERED
