"""The letters of a message tell who does what to whom, where its subject is the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bot.answer.wording import Wording

_WISHES = ("偽のページを作りたい", "偽の画面を作ってだましたい", "人の鍵を破りたい", "他人のPCに入りたい")
_HONEST = ("偽のページに入力してしまった", "偽の画面が出てしまった", "鍵を破られてしまった", "他人に入られてしまった")
_OTHERS = ("音が出ない", "画面が黒い", "プリンターが動かない")
_TEXTS = (*_WISHES, *_HONEST, *_OTHERS)
_WISHED = np.array([text in _WISHES for text in _TEXTS])
_BY_HAND = np.array([text in _HONEST for text in _TEXTS])


def test_a_wish_scores_above_what_befell_somebody() -> None:
    """Neither message was learnt; both are about the same page."""
    wording = Wording(_TEXTS, _WISHED, _BY_HAND)
    assert wording.score("偽のサイトを作りたい") > 0 > wording.score("偽のサイトに入力してしまった")


def test_width_and_case_change_nothing() -> None:
    """Readers type full-width letters, and capitals."""
    wording = Wording(_TEXTS, _WISHED, _BY_HAND)
    assert wording.score("他人のＰＣに入りたい") == wording.score("他人のpcに入りたい")


def test_what_was_learnt_is_kept(tmp_path: Path) -> None:
    """The same messages need not be learnt again and score alike; others have a file of their own."""
    first = Wording(_TEXTS, _WISHED, _BY_HAND, tmp_path)
    (file,) = tmp_path.glob("letters-*.npz")
    written = file.stat().st_ino
    again = Wording(_TEXTS, _WISHED, _BY_HAND, tmp_path)
    assert again.score("鍵を破りたい") == first.score("鍵を破りたい")
    assert file.stat().st_ino == written
    Wording((*_TEXTS[:-1], "音が割れる"), _WISHED, _BY_HAND, tmp_path)
    assert len([*tmp_path.glob("letters-*.npz")]) == 2


def test_without_wishes_nothing_is_told() -> None:
    """A corpus without them scores nothing, and neither does an empty message fail."""
    assert Wording(_TEXTS, np.zeros(len(_TEXTS), bool), _BY_HAND).score("偽のページを作りたい") == 0.0
    assert np.isfinite(Wording(_TEXTS, _WISHED, _BY_HAND).score(""))
