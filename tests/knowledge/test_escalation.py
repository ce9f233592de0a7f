"""Routes to a human: complete, sourced, and without promises."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from bot.errors import CorpusError
from bot.knowledge import Knowledge
from bot.knowledge.escalation import load_escalations
from bot.types import Contact

_ROUTE = {
    "id": "pc-maker",
    "name": "PCのメーカー",
    "topics": ["起動しない"],
    "words": ["メーカー"],
    "risk": "data",
    "urgency": "早めに",
    "reason": "機種ごとに違うためです。",
    "contacts": [{"name": "窓口", "how": "保証書で確かめます。"}],
    "prepare": ["型番"],
    "say": ["症状"],
    "note": ["日時"],
    "avoid": ["初期化しないでください。"],
}


_BEYOND = {"topics": ["ライセンス認証"], "reason": "公式の案内です。", "prepare": ["写真"], "say": ["いつから"]}


def _write(path: Path, *routes: dict[str, object]) -> Path:
    path.write_text(yaml.safe_dump({"routes": routes}, allow_unicode=True, sort_keys=False), "utf-8")
    return path


def test_loads_routes_with_contacts_as_the_answer_carries_them(tmp_path: Path) -> None:
    """A contact is the same noun that an answer holds; an unknown route is None."""
    loaded = load_escalations(_write(tmp_path / "e.yaml", _ROUTE))
    route = loaded.route("pc-maker")
    assert route is not None
    assert route.contacts == (Contact("窓口", "保証書で確かめます。"),)
    assert loaded.route("nobody") is None


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"contacts": [{"name": "窓口", "how": "電話します。", "phone": "03-1234-5678"}]}, "no source"),
        ({"contacts": [{"name": "窓口", "how": ""}]}, "needs a name"),
        ({"contacts": [{"name": "窓口", "how": "a", "fax": "1"}]}, "contacts.0.fax"),
        ({"contacts": []}, "contacts"),
        ({"risk": "health"}, "risk"),
        ({"urgency": "いつか"}, "urgency"),
        ({"words": ["PC"]}, "words.0"),
        ({"id": "PC Maker"}, "id"),
        ({"note": []}, "note"),
        ({"trigger": "x"}, "trigger"),
        ({"foremost": {"銀行": ["振り込"]}}, "foremost names 銀行"),
        ({"beyond": {**_BEYOND, "without": ["銀行"]}}, "beyond leaves out 銀行"),
        ({"beyond": {**_BEYOND, "without": ["窓口"]}}, "beyond leaves out every contact"),
    ],
)
def test_a_mistake_names_file_line_and_remedy(tmp_path: Path, change: dict[str, object], word: str) -> None:
    """An unsourced phone number, an unknown value or key, or an empty list is refused."""
    path = _write(tmp_path / "e.yaml", {**_ROUTE, **change})
    with pytest.raises(CorpusError, match=re.escape(word)) as caught:
        load_escalations(path)
    assert re.match(rf"{re.escape(str(path))}:\d+: .+; ", str(caught.value))


def test_two_routes_may_not_share_an_id(tmp_path: Path) -> None:
    """A duplicate id would hide one of the routes."""
    with pytest.raises(CorpusError, match="two routes have the id pc-maker"):
        load_escalations(_write(tmp_path / "e.yaml", _ROUTE, _ROUTE))


def test_bundled_routes_are_all_there(knowledge: Knowledge) -> None:
    """The eleven routes that articles and test questions speak of exist."""
    assert {route.id for route in knowledge.escalation.routes} == {
        "microsoft-support",
        "pc-maker",
        "device-maker",
        "work-admin",
        "data-recovery",
        "repair-shop",
        "consumer-center",
        "police",
        "blog-comment",
        "isp",
        "office-support",
    }


def test_bundled_routes_promise_nothing(knowledge: Knowledge) -> None:
    """No route says that something will be repaired or that somebody will call back."""
    promise = re.compile(
        r"必ず(?:直|戻|解決)|折り返し|かけ直して(?:くれ|もら)|連絡が来ます|直ります|解決します|保証します"
    )
    for route in knowledge.escalation.routes:
        texts = [route.reason, *route.prepare, *route.say, *route.note, *route.avoid]
        texts += [text for contact in route.contacts for text in (contact.name, contact.how)]
        assert not [text for text in texts if promise.search(text)]


def test_bundled_routes_say_what_to_write_down(knowledge: Knowledge) -> None:
    """Each route asks to note the date; all but the comment form also who answered and the case number."""
    for route in knowledge.escalation.routes:
        noted = "".join(route.note)
        assert "日" in noted
        if route.id != "blog-comment":
            assert "担当者" in noted or "相談員" in noted
            assert "番号" in noted


def test_reason_is_one_sentence(knowledge: Knowledge) -> None:
    """The card shows the reason on one line."""
    assert all(route.reason.endswith("。") and route.reason.count("。") == 1 for route in knowledge.escalation.routes)


def test_messages_that_need_nobody_are_loaded_beside_the_routes(tmp_path: Path) -> None:
    """They may be left out; an empty one is a mistake."""
    path = _write(tmp_path / "e.yaml", _ROUTE)
    assert load_escalations(path).alone == ()
    text = path.read_text("utf-8")
    path.write_text(f"{text}alone: [修理に出す前の準備]\n", "utf-8")
    assert load_escalations(path).alone == ("修理に出す前の準備",)
    path.write_text(f"{text}alone: ['']\n", "utf-8")
    with pytest.raises(CorpusError):
        load_escalations(path)
