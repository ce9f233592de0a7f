"""Decision trees: sound at load, moved on by buttons or free text, started only where a fact is missing."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import CorpusError
from bot.knowledge import Knowledge
from bot.knowledge.flows import MAX_QUESTIONS, UNSURE, Flow, advance, load_flow, load_flows

_PASSAGE = {"article": "some-article", "heading": "", "contains": "まず"}
_FLOW: dict[str, Any] = {
    "id": "tree",
    "title": "題",
    "topic": "話題",
    "triggers": [["認証"], ["外れ", "切れ"]],
    "unless": ["officeの"],
    "safe_now": _PASSAGE,
    "first": "origin",
    "steps": [
        {
            "id": "origin",
            "ask": "最初のWindowsはどれですか。",
            "choices": [
                {"label": "Windows 10", "words": ["10", "win10"], "next": "shown"},
                {"label": "Windows 7・8・8.1", "words": ["7", "8", "8.1", "7から"], "next": "old"},
                {"label": UNSURE, "next": "unknown"},
            ],
        },
        {
            "id": "shown",
            "ask": "番号は出ていますか。",
            "choices": [
                {"label": "出ている", "words": ["はい", "ある"], "next": "good"},
                {"label": "出ていない", "words": ["いいえ", "ない"], "next": "old"},
                {"label": UNSURE, "next": "unknown"},
            ],
        },
    ],
    "leaves": [
        {"id": name, "passages": [_PASSAGE], "risk": "licence", "route": None} for name in ("good", "old", "unknown")
    ],
}


def _write(tmp_path: Path, flow: dict[str, Any]) -> Path:
    path = tmp_path / "tree.yaml"
    path.write_text(yaml.safe_dump(flow, allow_unicode=True, sort_keys=False), "utf-8")
    return path


def _changed(change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    flow = copy.deepcopy(_FLOW)
    change(flow)
    return flow


def _next(flow: dict[str, Any], step: int, choice: int, target: str) -> None:
    flow["steps"][step]["choices"][choice]["next"] = target


def _chain(flow: dict[str, Any]) -> None:
    """Make the way through the tree one question too long."""
    for number in range(MAX_QUESTIONS):
        target = f"more-{number + 1}" if number < MAX_QUESTIONS - 1 else "good"
        choices = [{"label": "はい", "next": target}, {"label": UNSURE, "next": "good"}]
        flow["steps"].append({"id": f"more-{number}", "ask": "続けますか。", "choices": choices})
    _next(flow, 1, 0, "more-0")


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda flow: _next(flow, 1, 0, "nowhere"), "next names nowhere"),
        (lambda flow: _next(flow, 1, 1, "origin"), "a loop: origin > shown > origin"),
        (lambda flow: _next(flow, 1, 1, "shown"), "a loop: shown > shown"),
        (lambda flow: _next(flow, 1, 0, "old"), "no choice leads to good"),
        (lambda flow: flow["steps"].append({**flow["steps"][1], "id": "island"}), "no choice leads to island"),
        (_chain, "at most 4 are allowed"),
        (lambda flow: flow["steps"][1]["choices"].reverse(), f"the last choice must be {UNSURE}"),
        (lambda flow: flow["steps"][1]["choices"].pop(), f"the last choice must be {UNSURE}"),
        (lambda flow: flow.update(first="good"), "first names good"),
        (lambda flow: flow["leaves"].append(flow["leaves"][0]), "good is the id of two"),
        (lambda flow: flow["leaves"][0].pop("route"), "leaves.0.route"),
        (lambda flow: flow["leaves"][0].update(risk="money"), "leaves.0.risk"),
        (lambda flow: flow["steps"][0].update(question="?"), "steps.0.question"),
        (lambda flow: flow.update(triggers=[]), "triggers"),
        (lambda flow: flow.update(unless=["Office"]), "unless.0"),
        (lambda flow: flow.update(id="other"), "give it the name of its file"),
    ],
)
def test_a_mistake_in_a_tree_names_its_line(
    tmp_path: Path, change: Callable[[dict[str, Any]], None], word: str
) -> None:
    """A dead end, a loop, too long a way, something unreachable, a missing わからない or a wrong key is refused."""
    path = _write(tmp_path, _changed(change))
    with pytest.raises(CorpusError, match=re.escape(word.lower())) as caught:
        load_flow(path)
    assert re.match(rf"{re.escape(str(path))}:\d+: .+; ", str(caught.value))


def test_a_dead_end_names_the_line_of_the_choice(tmp_path: Path) -> None:
    """The line is that of the wrong next, not the top of the file."""
    path = _write(tmp_path, _changed(lambda flow: _next(flow, 1, 0, "nowhere")))
    line = next(number for number, text in enumerate(path.read_text("utf-8").split("\n"), 1) if "nowhere" in text)
    with pytest.raises(CorpusError, match=f":{line}: "):
        load_flow(path)


@pytest.mark.parametrize(
    ("step", "reply", "target"),
    [
        ("origin", "Windows 7・8・8.1", "old"),
        ("origin", "７からです", "old"),
        ("origin", "8.1でした", "old"),
        ("origin", "win 10", "shown"),
        ("origin", "7から10にした", "old"),
        ("origin", "わかりません", "unknown"),
        ("origin", "7だったか10だったか覚えてない", "unknown"),
        ("shown", "ない", "old"),
        ("shown", "あるかどうかわからない", "unknown"),
        ("origin", "プリンターが動きません", None),
        ("origin", "", None),
        ("nowhere", "はい", None),
        ("good", "はい", None),
    ],
)
def test_advance_understands_buttons_and_free_text(step: str, reply: str, target: str | None) -> None:
    """The label, or the longest word in the reply, decides; what says nothing to the question is None."""
    assert advance(Flow.model_validate(_FLOW), step, reply) == target


@given(st.text(max_size=60))
def test_advance_leads_to_something_that_exists_or_nowhere(reply: str) -> None:
    """No reply, however odd, leads out of the tree."""
    flow = Flow.model_validate(_FLOW)
    target = advance(flow, "origin", reply)
    assert target is None or flow.step(target) or flow.leaf(target)


@pytest.mark.parametrize(
    ("question", "concerned"),
    [
        ("ライセンス 認証が外れた", True),
        ("認証が切れました", True),
        ("認証とは", False),
        ("Officeの認証が外れた", False),
    ],
)
def test_concerns_needs_every_trigger_and_no_exception(question: str, concerned: bool) -> None:
    """Each trigger list has a word in the question, and no exception is in it."""
    assert Flow.model_validate(_FLOW).concerns(question) is concerned


def test_flows_load_in_order_of_name(tmp_path: Path) -> None:
    """All YAML files of the folder are read; none is fine."""
    assert load_flows(tmp_path) == ()
    for name in ("b", "a"):
        (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump({**_FLOW, "id": name}, allow_unicode=True), "utf-8")
    assert [flow.id for flow in load_flows(tmp_path)] == ["a", "b"]


def _ways(flow: Flow, here: str, labels: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    step = flow.step(here)
    if step is None:
        yield labels, here
        return
    for choice in step.choices:
        target = advance(flow, here, choice.label)
        assert target == choice.next
        yield from _ways(flow, target, (*labels, choice.label))


def test_bundled_flows_are_the_five(knowledge: Knowledge) -> None:
    """The five trees exist."""
    assert {flow.id for flow in knowledge.flows} == {
        "activation",
        "bitlocker-key",
        "upgrade-failed",
        "pc-does-not-start",
        "sign-in",
    }


def test_every_way_through_a_bundled_flow_ends_within_four_questions(knowledge: Knowledge) -> None:
    """Pressing any buttons leads to a leaf soon."""
    for flow in knowledge.flows:
        for labels, leaf in _ways(flow, flow.first):
            assert len(labels) <= MAX_QUESTIONS
            assert flow.leaf(leaf) is not None


def test_every_question_of_a_bundled_flow_asks_one_thing(knowledge: Knowledge) -> None:
    """A step is one sentence that ends as a question, with labels that differ."""
    for flow in knowledge.flows:
        for step in flow.steps:
            assert step.ask.endswith("か。")
            assert step.ask.count("。") == 1
            assert len({choice.label for choice in step.choices}) == len(step.choices)


def test_every_word_of_a_bundled_choice_leads_to_it(knowledge: Knowledge) -> None:
    """A free-text spelling alone means its own choice, not another one."""
    for flow in knowledge.flows:
        for step in flow.steps:
            for choice in step.choices:
                for word in choice.words:
                    assert advance(flow, step.id, word) == choice.next, (flow.id, step.id, word)


_TEN, _OLD = "Windows 10", "Windows 7・8・8.1"
_FAILED = "トラブルシューティングか自動音声の認証を試して、失敗した"
_REPAIRED = "故障でマザーボード（基板）を修理・交換した"


@pytest.mark.parametrize(
    ("replies", "row"),
    [
        ((_TEN, "出ている"), "Windows 10 | 5桁か6桁の組が出ている"),
        ((_OLD, "出ている", "どちらもない"), "電話で再認証できる場合もある"),
        ((_OLD, "出ていない"), "もとのOSの権利だけが残る"),
        ((_OLD, "出ている", _FAILED), "トラブルシューティングか自動音声の認証に失敗"),
        ((_OLD, "出ている", _REPAIRED), "マザーボードを修理・交換"),
        (("10が最初から入っていました", "数字は出ています"), "Windows 10 | 5桁か6桁の組が出ている"),
        (("もとは7で、無料であげたやつです", "数字の羅列みたいなのは出てないです"), "もとのOSの権利だけが残る"),
        (("win8.1からです", "はい", "何度もやったけどダメでした"), "トラブルシューティングか自動音声の認証に失敗"),
        (("7→10→11", "あります", "修理でマザボを替えました"), "マザーボードを修理・交換"),
        (("セブンだったと思う", "出てます", "まだ何もしていません"), "電話で再認証できる場合もある"),
    ],
)
def test_activation_flow_reproduces_the_table(knowledge: Knowledge, replies: tuple[str, ...], row: str) -> None:
    """Each combination leads to its row of the table first, with the licence at stake and the right route."""
    flow = knowledge.flow("activation")
    assert flow is not None
    here: str | None = flow.first
    for reply in replies:
        assert here is not None
        here = advance(flow, here, reply)
    leaf = flow.leaf(here or "")
    assert leaf is not None
    assert leaf.passages[0].article == "activation-free-upgrade-origin"
    assert leaf.passages[0].contains == row
    assert (leaf.risk, leaf.route) == ("licence", "microsoft-support")


def test_every_outcome_of_the_table_keeps_its_hedge(knowledge: Knowledge) -> None:
    """A row of the reported table is never shown without saying that it is one report, or not today's rule."""
    flow = knowledge.flow("activation")
    assert flow is not None
    hedge = re.compile(r"公式の規約ではありません|一件の報告|この報告にはありません|とは限りません")
    for leaf in flow.leaves:
        said = [passage.contains for passage in leaf.passages if passage.article == "activation-free-upgrade-origin"]
        assert not said or any(hedge.search(text) for text in said), leaf.id


_STARTS = {
    "activation": """24H2にしたら認証が外れた
２５Ｈ２に更新したら、ライセンス 認証が外れました
Windowsのアクティベーションが無効になりました
Windows is not activated after the update
更新したら「Windowsはライセンス認証されていません」と出ます
認証が外れてトラブルシューティングもダメだった""",
    "bitlocker-key": """BitLockerの回復キーを入力してくださいと表示されました
パソコンつけたら回復キー入れろって言われた
電源入れたら48桁の数字を求められた
bitlocker recovery key? my pc asks for it
リカバリーキーってどこで見るの""",
    "upgrade-failed": """Windows 11のアップグレードに失敗しました
Windows10を使っています。11へのアップグレードが途中で止まります
win11へのアップグレードが何度やってもダメ
Windows 11 upgrade failed""",
    "pc-does-not-start": """電源を入れてもWindowsが起動しません
更新のあとPCが立ち上がらない
スマホから書いてます。ノートパソコンが起動しません
PC doesn't boot""",
    "sign-in": """サインインできません
windowsにサインインできなくて困っています
I can't log in to my PC
スマホから書いています。パソコンに入れなくなりました""",
}


@pytest.mark.parametrize(
    ("flow_id", "question"), [(name, line) for name, lines in _STARTS.items() for line in lines.split("\n")]
)
def test_a_flow_starts_where_the_deciding_fact_is_missing(knowledge: Knowledge, flow_id: str, question: str) -> None:
    """Exactly one tree is considered for a question that leaves its fact open."""
    assert [flow.id for flow in knowledge.flows if flow.concerns(question)] == [flow_id]


_ANSWERABLE = """認証が外れたとき、電話はどこにかければいい?
Officeの認証が外れた
マザーボード交換後に認証できない
Wi-Fiの認証エラーでつながらない
認証が外れる原因は?
Windows 7から無償アップグレードしたPCを24H2にしたら認証が外れました。どうなりますか
ライセンス認証のエラーコード一覧
二段階認証の認証コードが届かずログインできない
BitLockerとは何ですか
会社のPCで回復キーを求められた
BitLockerの回復キーを印刷しておきたい
回復キーを毎回聞かれる
Windows 11の要件を満たしていないと言われてアップグレードできない
0xC1900101でアップグレードに失敗する
Windows11にしたらプリンターで印刷できない
11から10に戻したい
メモ帳が起動しない
画面が真っ暗で起動しない
自動修復を繰り返して起動しない
iPhoneの電源が入らない
PINを忘れてサインインできない
パスワードを忘れてログインできない
Gmailにログインできない
更新プログラムが失敗する
chkdskの使い方
ウイルスに感染しましたと出て電話番号が出ている
おすすめのグラボは?"""


@pytest.mark.parametrize("question", _ANSWERABLE.split("\n"))
def test_no_flow_starts_where_the_fact_is_stated_or_something_else_is_asked(
    knowledge: Knowledge, question: str
) -> None:
    """A question that can be answered at once is not answered with a question."""
    assert [flow.id for flow in knowledge.flows if flow.concerns(question)] == []
