"""Later messages of a conversation: new questions that no article answers, obstacles, codes, leave asked in danger."""

from __future__ import annotations

import pytest

from bot.answer.guide import Guide
from bot.types import Status
from tests.answer.talks import converse


@pytest.mark.parametrize(
    "messages",
    [
        ("ネットがつながりません", "つながりました。ルーターでゲームのポート開放ってどうやるんですか"),
        ("マウスがBluetoothでつながらないです", "つながりました。ホイールの回る向きを逆にしたいんだけど"),
    ],
)
def test_a_new_question_that_no_article_answers_is_not_answered_from_the_last_one(
    guide: Guide, messages: tuple[str, ...]
) -> None:
    """However near to the matter in hand it is."""
    answer = converse(guide, *messages)[-1]
    assert answer.status is Status.ABSTAINED
    assert not answer.citations


def test_an_obstacle_on_the_way_is_answered_before_the_steps_go_on(guide: Guide) -> None:
    """Whoever tells how far the steps went and what was met there is told of that."""
    told = ("win11にしてから調子が悪いので10に戻したいです", "設定の回復を見ましたが、復元のボタンが灰色で押せません")
    assert "10日を過ぎたか" in converse(guide, *told)[-1].citations[0].quote


def test_a_code_that_the_flow_asks_for_is_not_asked_for_again(guide: Guide) -> None:
    """A reply that says that there is a code, and which, answers both questions."""
    answer = converse(guide, "10から11にしようとしたら失敗して元に戻った", "コードは0x80070070でした")[-1]
    assert answer.status is Status.ANSWERED
    assert "空き容量が足りません" in answer.text


def test_leave_asked_in_danger_is_answered_by_what_to_do(guide: Guide) -> None:
    """Whoever wants to copy from a drive that clicks is told to switch it off, and not that nothing is told."""
    told = ("外付けHDDからカチカチ音がする。写真全部入ってる", "まだ見えるので今のうちにコピーしてもいいですよね？")
    answer = converse(guide, *told)[-1]
    assert answer.status is Status.ANSWERED
    assert "電源を切って" in answer.citations[0].quote


@pytest.mark.parametrize(
    ("question", "routes"),
    [
        ("ノートパソコンのバッテリーが膨らんで裏蓋が浮いてきた", {"pc-maker", "repair-shop"}),
        ("キーボードにコーヒーをこぼしてしまった", {"repair-shop"}),
    ],
)
def test_what_no_article_answers_still_names_whom_to_ask(guide: Guide, question: str, routes: set[str]) -> None:
    """Nothing is said of it, and the right door is shown."""
    answer = guide.ask(question)
    assert answer.status is Status.ABSTAINED
    assert answer.escalation is not None
    assert answer.escalation.route in routes


def test_routes_name_topics_that_exist(guide: Guide) -> None:
    """A topic that is misspelt would never name its route."""
    from pathlib import Path

    from bot.knowledge.uncovered import load_uncovered

    corpus = Path(__file__).resolve().parents[2] / "corpus"
    topics = {topic.id for topic in load_uncovered(corpus / "knowledge" / "uncovered.yaml").topics}
    named = {topic for route in guide.knowledge.escalation.routes for topic in route.uncovered}
    assert named
    assert named <= topics
