"""What a reader has done already is taken from common remedies, and the rest of a list follows it."""

from __future__ import annotations

import pytest

from bot.answer.deeds import done_in, is_done, is_mostly_done, rest_of
from bot.answer.units import Role, Unit
from bot.knowledge.circumstances import plain
from bot.types import BlockKind


def _unit(order: int, text: str, kind: BlockKind = BlockKind.STEP) -> Unit:
    return Unit("a", "a#0", order, ("手順",), Role.STEPS, kind, text, order, number=order, whole=text)


@pytest.mark.parametrize(
    ("message", "deeds"),
    [
        ("再起動しても直りません", {"restart"}),
        ("再起動もセーフモードも試したけどだめ", {"restart"}),
        ("もう写真は全部コピーしてあります", {"copy"}),
        ("バックアップは取ってある", {"copy"}),
        ("ネットにはつながってます、時計も合ってる", {"network", "clock"}),
        ("USBは全部抜いた", {"unplug"}),
        ("3時間待ったけど変わらない", {"wait"}),
        ("I rebooted twice", {"restart"}),
        ("電源切っちゃった", {"power-off"}),
        ("待ちきれなくて長押しで落とした", {"power-off"}),
        ("もう切ってしまいました", {"power-off"}),
        ("電話を切った", set()),
        ("電源を切ったほうがいい？", set()),
        ("電源を切ったら直った？", set()),
        ("パソコンのファイルを消しちゃった", set()),
        ("再起動したら真っ暗になった", set()),
        ("再起動はしてない", set()),
        ("ネットにつながっていない", set()),
        ("データを写したい", set()),
        ("バックアップしたいです", set()),
        ("2時間待てばいい？", set()),
    ],
)
def test_only_what_is_said_to_be_done_is_done(message: str, deeds: set[str]) -> None:
    """An event, a wish, a denial and a question are no deed."""
    assert done_in(plain(message)) == deeds


def test_the_rest_of_a_list_begins_after_what_is_done() -> None:
    """The first step after a done one that is not done itself comes next, with the warning over the list."""
    caution = _unit(0, "先に確かめます。", BlockKind.CAUTION)
    steps = [_unit(1, "回線機器の電源を入れます。"), _unit(2, "PCを再起動します。"), _unit(3, "修復を実行します。")]
    assert rest_of([caution, *steps], frozenset({"restart"})) == (caution, steps[2])
    assert rest_of(steps[:2], frozenset({"restart"})) == ()
    assert rest_of(steps, frozenset({"copy"})) == ()


def test_a_list_is_behind_the_reader_when_most_of_it_is_done() -> None:
    """Half of a list leaves something new to do."""
    steps = [
        _unit(1, "写真をコピーします。"),
        _unit(2, "コピーしたものを開けるか確かめます。"),
        _unit(3, "PCを切ります。"),
    ]
    done = sum(is_done(step, frozenset({"copy"})) for step in steps)
    assert done == 2
    assert is_mostly_done(steps, done)
    assert not is_mostly_done([*steps, _unit(4, "待ちます。")], done)
    assert not is_mostly_done([], 0)
