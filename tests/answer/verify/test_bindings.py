"""What belongs to what: a cause to its effect, a number to its topic, a state to its condition, one of several."""

from __future__ import annotations

import pytest

from bot.answer.verify import Passage, verify

PASSAGE = Passage(
    1,
    "- ファンが回り続けるのは、通気口にほこりがたまっているためです。\n"
    "- 画面が暗いときは、明るさの設定を見ます。\n"
    "- 電池の減りが早いときは、省電力をオンにします。\n"
    "- 旧モデルは2021年3月、現行モデルは2024年6月に販売が終わりました。\n"
    "- 利用者情報が未登録なら、登録の画面を開きます。\n"
    "- 点検が終わったら、保護を再開します。\n"
    "- 一覧で今のプリンターを選びます。",
)


@pytest.mark.parametrize(
    ("true", "false"),
    [
        (
            "ファンが回り続けるのは、通気口にほこりがたまっているからです。[1]",
            "電池の減りが早いのは、通気口にほこりがたまっているからです。[1]",
        ),
        (
            "現行モデルは、2024年6月に販売が終わりました。[1]",
            "現行モデルは、2021年3月に販売が終わりました。[1]",
        ),
        ("利用者情報が未登録なら、登録の画面を開きます。[1]", "利用者情報が登録済みなら、登録の画面を開きます。[1]"),
        ("点検が終わったら、保護を再開してください。[1]", "点検が終わったら、保護を中断してください。[1]"),
        ("一覧で今のプリンターを選んでください。[1]", "一覧で前のプリンターを選んでください。[1]"),
    ],
)
def test_a_thing_stays_with_its_own(true: str, false: str) -> None:
    """What the passage puts together passes; one half of it put to another thing does not."""
    assert verify(true, {1: PASSAGE}).passed
    assert not verify(false, {1: PASSAGE}).passed


def test_what_a_claim_lists_may_be_counted() -> None:
    """「A・Bの2つ」 counts what it names itself, and nothing else."""
    passage = {1: Passage(1, "Ctrlキー、Altキー、Deleteキーを同時に押します。")}
    assert verify("Ctrl・Alt・Deleteの3つのキーを同時に押します。[1]", passage).passed
    assert not verify("Ctrl・Alt・Deleteの4つのキーを同時に押します。[1]", passage).passed
