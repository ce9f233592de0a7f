"""What the reader has said of the situation, over the messages of a conversation."""

from __future__ import annotations

import pytest

from bot.answer.moves import Move, elsewhere, move_of
from bot.answer.reader import Reason, reader_of
from bot.knowledge import Knowledge


@pytest.mark.parametrize(
    ("message", "name", "reason"),
    [
        ("トラブルシューティングはもう試した", "トラブルシューティング", Reason.TRIED),
        ("タスク マネージャーは見ました", "タスク マネージャー", Reason.TRIED),
        ("ライセンス認証の画面にトラブルシューティングが見当たらない", "トラブルシューティング", Reason.MISSING),
        ("忘れた場合っていうのが無い", "PIN を忘れた場合", Reason.MISSING),
        ("slui 4も出ない", "slui 4", Reason.MISSING),
        ("アカウントの追加はしたくない", "アカウントの追加", Reason.UNWANTED),
    ],
)
def test_what_is_said_of_a_step(knowledge: Knowledge, message: str, name: str, reason: Reason) -> None:
    """A name of Windows is known however the reader shortens it, with what is said of it."""
    told = reader_of(("認証が外れた", message), (), knowledge.circumstances).told
    assert [one.reason for one in told if one.names(name)] == [reason]


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ("回復キーがわからない", "回復"),
        ("パスワードなんて設定してない", "パスワード"),
        ("アカウントがない", "アカウント"),
        ("更新しました", "更新の履歴"),
        ("キーを入れろと出ました", "回復キー"),
    ],
)
def test_what_is_not_said_of_a_step(knowledge: Knowledge, message: str, name: str) -> None:
    """A trouble told in like words leaves no step out."""
    told = reader_of(("認証が外れた", message), (), knowledge.circumstances).told
    assert not any(one.names(name) for one in told)


def test_what_is_missing_at_first_is_the_trouble(knowledge: Knowledge) -> None:
    """Only a button that is missing says something of the steps then."""
    trouble = reader_of(("Bluetoothが見つかりません",), (), knowledge.circumstances)
    button = reader_of(("トラブルシューティングのボタンがない",), (), knowledge.circumstances)
    assert not trouble.told
    assert button.told[0].names("トラブルシューティング")


def test_another_trouble_ends_what_was_of_the_first(knowledge: Knowledge) -> None:
    """「ところで」 leaves what is of the reader."""
    messages = ("HDDからカチカチ音がする", "スマホはないです", "ところで、プリンターが動きません")
    assert [fact.id for fact in reader_of(messages, (), knowledge.circumstances).facts] == ["no-smartphone"]


def test_what_is_new_is_known(knowledge: Knowledge) -> None:
    """A circumstance is new with the message that tells it first, even when it is the state that remembers it."""
    first = reader_of(("会社のPCです",), (), knowledge.circumstances)
    again = reader_of(("会社のPCです", "会社のPCなんです"), (), knowledge.circumstances)
    later = reader_of(("次はどうする",), ("managed-pc",), knowledge.circumstances)
    assert (first.new, again.new, again.now) == ({"managed-pc"}, frozenset(), {"managed-pc"})
    assert [fact.id for fact in later.facts] == ["managed-pc"]
    assert not later.now


@pytest.mark.parametrize(
    ("message", "move"),
    [
        ("こわいからやりたくない", Move.UNWILLING),
        ("むずかしくてできない", Move.UNWILLING),
        ("コマンドとか怖い", Move.UNWILLING),
        ("ほんとに大丈夫？", Move.DOUBTS),
        ("壊れませんか", Move.DOUBTS),
        ("どっちからやればいい？", Move.WHICH),
        ("一つだけ教えて", Move.WHICH),
        ("スマホで打ってるので長文は無理。まず何をすればいい？", Move.WHICH),
        ("何をしたらいけないの？", Move.AVOID),
        ("やっちゃダメなことはある？", Move.AVOID),
        ("What should I not do?", Move.AVOID),
        ("それで？", Move.FAILED),
        ("なんで？", Move.WHY),
        ("なんで急にこうなったの？", Move.WHY),
        ("もっと簡単なのない？", Move.EASIER),
        ("どうしたらいい", Move.FAILED),
        # these name their subject
        ("セーフモードって危なくない？", Move.ASKS),
        ("なんでBIOSの更新で回復キーが要るの？", Move.ASKS),
        ("写真を消さずに直したいけど初期化は大丈夫？", Move.ASKS),
    ],
)
def test_a_message_without_a_subject_is_about_what_was_said(message: str, move: Move) -> None:
    """Short messages are told apart from questions of their own."""
    assert move_of(message, failed=False, person=False) is move


def test_from_memory_is_no_question() -> None:
    """Who answers from memory tells something of the matter in hand."""
    assert move_of("リンクはしてたと思う", failed=False, person=False) is Move.TELLS
    assert move_of("リンクしてたと思うけどどこで見る？", failed=False, person=False, asks=True) is Move.ASKS
    assert elsewhere("別件ですが音が出ません")
    assert elsewhere("今後のために、控えってどう取るのがいい？")
    assert not elsewhere("次にやることは？")
    assert elsewhere("やっぱそれはいいや。印刷できないほうを教えて")
    assert not elsewhere("それはもういいです")
    assert not elsewhere("それはいいけど、次はどうする？")
