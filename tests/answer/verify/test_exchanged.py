"""Steps, things, conditions and circumstances that a sentence puts at another place than its passage."""

from __future__ import annotations

import pytest

from bot.answer.verify import Passage, verify

STEPS = "1. 文書を保存します。\n2. 「再起動」を選びます。\n3. 診断の画面を開きます。"


@pytest.mark.parametrize(
    ("passage", "claim", "passed"),
    [
        (STEPS, "文書を保存してから、「再起動」を選びます。[1]", True),
        (STEPS, "「再起動」を選んでから、文書を保存します。[1]", False),
        ("規約を読み、納得してから登録します。", "登録してから、規約を読みます。[1]", False),
        ("配線を確かめ、電源を切るのは後にします。", "電源を切ってから、配線を確かめます。[1]", False),
        (
            "消さないときは、写真を先に外付けドライブへ写します。",
            "修理に出したあとで、写真を外付けドライブへ写します。[1]",
            False,
        ),
        ("別のPCで、パスワードを変えます。", "ほかのPCで、パスワードを変更します。[1]", True),
        ("別のPCで、パスワードを変えます。", "感染したPCで、パスワードを変えます。[1]", False),
        ("使っているPCの名前を消さないでください。", "使っていないPCの名前を消さないでください。[1]", False),
        (
            "メーカーの案内がないかぎり、更新を試さないでください。",
            "メーカーの案内があるときは、更新を試さないでください。[1]",
            False,
        ),
        ("番号が出ても、電話をかけなくてかまいません。", "番号が出たら、電話をかけてください。[1]", False),
        ("別の機器につながっていないか確かめます。", "別の機器につないでください。[1]", False),
        ("3回失敗したら、そこで手を止めます。", "3回失敗したら、もう一度試します。[1]", False),
        (
            "高速化をうたうソフトを入れないでください。",
            "高速化をうたうソフトを入れると、PCが速くなります。[1]",
            False,
        ),
        (
            "IDの最初の8桁を控えます。見つけた48桁の回復キーを書き写し、6桁ずつ読み合わせて確かめます。",
            "回復キーは、8桁ずつ読み合わせて確かめます。[1]",
            False,
        ),
        (
            "基板が替わると、SSDが同じでも、別のPCと判断されます。",
            "SSDが替わると、基板が同じでも、別のPCと判断されます。[1]",
            False,
        ),
        ("Wi-Fiを切ります。PCの電源は切らず、そのままにします。", "PCの電源を切ります。[1]", False),
        ("検査の前に写していないデータは、読めなくなります。", "検査の前に、データを写してください。[1]", True),
        ("登録には、追加料金のない方法もあります。", "追加料金なしで登録できる方法もあります。[1]", True),
        ("必ず戻るとは限りません。", "必ず戻るとは言い切れません。[1]", True),
        ("電源ボタンを10秒ほど押し続けて、電源を切ります。", "電源ボタンを押し続けて、電源を切ります。[1]", True),
    ],
)
def test_what_is_exchanged_is_stopped(passage: str, claim: str, passed: bool) -> None:
    """The order of steps, the thing meant, the condition and what is only a circumstance stay the passage's."""
    assert verify(claim, {1: Passage(1, passage)}).passed is passed
