"""`guide ask`: one answer for a reader or a program, and answers for a file of questions."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.types import Answer, Citation, Clarification, Contact, Escalation, Status
from tests.cli.conftest import ARTICLES, Run

ANSWER = {
    "status": str,
    "text": str,
    "citations": list,
    "question": dict | None,
    "escalation": dict | None,
    "mode": str,
    "language": str,
    "redacted": dict,
    "state": str,
    "timings_ms": dict,
}
CITATION = {
    "n": int,
    "article_id": str,
    "title": str,
    "url": str,
    "link": str,
    "heading": list,
    "quote": str,
    "updated": str,
    "evidence": str,
    "notices": list,
}
ESCALATION = {"route": str, "reason": str, "urgency": str, "contacts": list, "prepare": list, "summary": str}


def _require(value: dict[str, Any], shape: dict[str, Any]) -> None:
    assert list(value) == list(shape)
    for key, kind in shape.items():
        assert isinstance(value[key], kind), key


def _require_answer(answer: dict[str, Any]) -> None:
    _require(answer, ANSWER)
    assert answer["status"] in {"answered", "clarify", "abstained", "refused"}
    assert answer["mode"] in {"extractive", "llm", "degraded"}
    for citation in answer["citations"]:
        _require(citation, CITATION)
    assert [citation["n"] for citation in answer["citations"]] == list(range(1, len(answer["citations"]) + 1))
    if answer["question"] is not None:
        _require(answer["question"], {"text": str, "choices": list})
    if answer["escalation"] is not None:
        _require(answer["escalation"], ESCALATION)
    assert set(answer["timings_ms"]) <= {"embed", "search", "compose", "total"}
    assert answer["timings_ms"]["total"] > 0


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _questions(tmp_path: Path, *rows: object) -> Path:
    path = tmp_path / "q.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("更新プログラムが 0x80070643 で失敗する", "answered"),
        ("おすすめのグラボは?", "abstained"),
        ("0xDEADBEEF が出ました", "abstained"),
        ("ありがとうございます", "answered"),
    ],
)
def test_json_is_the_answer_of_the_contract(cli: Run, same_index: Path, question: str, status: str) -> None:
    """`--json` prints the one object that API, widget and evaluation know, alone on stdout, whatever was asked."""
    result = cli("ask", question, "--index", same_index, "--json")
    assert (result.code, result.err) == (0, "")
    answer = json.loads(result.out)
    _require_answer(answer)
    assert answer["status"] == status


def test_quotes_are_verbatim_and_linked(cli: Run, same_index: Path) -> None:
    """Each citation quotes its article's own characters and links into its page."""
    answer = json.loads(cli("ask", "0x80070643 が出ます", "--index", same_index, "--json").out)
    assert answer["citations"]
    for citation in answer["citations"]:
        assert citation["quote"] in ARTICLES[f"{citation['article_id']}.md"]
        assert citation["link"].startswith(f"{citation['url']}#:~:text=")
        assert f"[{citation['n']}]" in answer["text"]
    first = answer["citations"][0]
    assert (first["article_id"], first["updated"], first["evidence"]) == ("update-0x80070643", "2026-05-01", "公式")


def test_text_for_a_reader_carries_sources_and_dates(cli: Run, same_index: Path) -> None:
    """Without `--json` the answer reads as text: statements with numbers, then what stands behind each."""
    result = cli("ask", "0x80070643 が出ます", "--index", same_index)
    assert (result.code, result.err) == (0, "")
    assert "回復パーティションの空きが足りない" in result.out
    assert "###" not in result.out
    assert "出典\n[1] 更新プログラムが 0x80070643 で失敗する" in result.out
    assert "（2026-05-01・公式）" in result.out


def test_an_abstention_for_a_reader_names_whom_to_ask(cli: Run, same_index: Path) -> None:
    """When no article answers, the text says so and shows the next place to ask."""
    result = cli("ask", "おすすめのグラボは?", "--index", same_index)
    assert result.code == 0
    assert "見つかりませんでした" in result.out
    assert "相談先: " in result.out
    assert "出典" not in result.out


def test_a_clarifying_question_is_shown_with_its_choices(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Question, choices, notices (once each) and contacts all reach a reader at a terminal, and a program."""
    link = "/articles/a#:~:text=文"
    citation = Citation(1, "a", "題名", "/articles/a", link, ("見出し",), "文。", "", "報告あり", ("古い",))
    answer = Answer(
        Status.CLARIFY,
        "文。[1]",
        (citation, replace(citation, n=2)),
        question=Clarification("いつからですか", ("更新のあと", "わからない")),
        escalation=Escalation("r", "理由", "急ぎ", (Contact("窓口", "電話"),), ("型番",), "困っていること: 認証"),
    )
    monkeypatch.setattr("bot.cli.ask.open_guide", lambda _settings: SimpleNamespace(ask=lambda _question: answer))
    assert cli("ask", "認証が外れた").out.splitlines() == [
        "文。[1]",
        "",
        "いつからですか",
        "  - 更新のあと",
        "  - わからない",
        "",
        "出典",
        "[1] 題名 › 見出し（日付なし・報告あり）",
        "    /articles/a#:~:text=文",
        "[2] 題名 › 見出し（日付なし・報告あり）",
        "    /articles/a#:~:text=文",
        "※ 古い",
        "",
        "相談先: 窓口（理由）",
        "困っていること: 認証",
    ]
    shown = json.loads(cli("ask", "認証が外れた", "--json").out)
    assert shown["question"] == {"text": "いつからですか", "choices": ["更新のあと", "わからない"]}
    assert shown["escalation"]["contacts"][0] == {"name": "窓口", "how": "電話", "phone": "", "url": "", "source": ""}


def test_secrets_in_a_question_are_counted_and_not_repeated(cli: Run, same_index: Path) -> None:
    """A product key typed into a question occurs nowhere in the answer."""
    key = "VK7JG-NPHTM-C97JM-9MPGT-3V66T"
    result = cli("ask", f"キーは {key} です。認証できません", "--index", same_index, "--json")
    assert json.loads(result.out)["redacted"] == {"product_key": 1}
    assert "NPHTM" not in result.out + result.err


def test_a_file_of_questions_gives_an_answer_each(cli: Run, same_index: Path, tmp_path: Path) -> None:
    """`--questions` writes `{id, answer}` rows in order; nothing goes to stdout, ids keep their type."""
    questions = _questions(
        tmp_path,
        {"id": "a", "q": "0x80070643 が出ます"},
        {"id": 2, "q": "印刷できない"},
        {"id": "c", "turns": ["音が出ない", "ありがとう"], "note": "unknown keys are welcome"},
    )
    out = tmp_path / "deep" / "er" / "a.jsonl"
    result = cli("ask", "--questions", questions, "--out", out, "--index", same_index)
    assert (result.code, result.out) == (0, "")
    assert "3 questions" in result.err
    rows = _rows(out)
    assert [row["id"] for row in rows] == ["a", 2, "c"]
    for row in rows:
        assert list(row) == ["id", "answer"]
        _require_answer(row["answer"])
    assert rows[0]["answer"]["citations"][0]["article_id"] == "update-0x80070643"


def test_turns_are_one_conversation(cli: Run, same_index: Path, tmp_path: Path) -> None:
    """The last turn is answered knowing the ones before: a follow-up keeps the subject."""
    out = tmp_path / "a.jsonl"
    questions = _questions(tmp_path, {"id": "a", "turns": ["0x80070643 が出ます", "それはどうやって直しますか"]})
    cli("ask", "--questions", questions, "--out", out, "--index", same_index)
    [row] = _rows(out)
    assert {citation["article_id"] for citation in row["answer"]["citations"]} == {"update-0x80070643"}


def test_a_question_that_cannot_be_asked_spoils_only_its_row(cli: Run, same_index: Path, tmp_path: Path) -> None:
    """Empty and far too long questions are named on stderr; their rows hold an answer all the same."""
    questions = _questions(
        tmp_path,
        {"id": "empty", "q": " 　\n"},
        {"id": "long", "q": "あ" * 100_000},
        {"id": "half", "q": "起動しない\ud83d"},
        {"id": "good", "q": "0x80070643 が出ます"},
    )
    out = tmp_path / "a.jsonl"
    result = cli("ask", "--questions", questions, "--out", out, "--index", same_index)
    assert result.code == 0
    assert "empty: the question is empty" in result.err
    assert "long: the question has 100000 characters" in result.err
    answers = {row["id"]: row["answer"] for row in _rows(out)}
    assert answers["empty"]["status"] == answers["long"]["status"] == "abstained"
    assert "質問が空です" in answers["empty"]["text"]
    assert "2000文字以内" in answers["long"]["text"]
    assert answers["half"]["status"] in {"abstained", "answered", "clarify"}
    assert answers["good"]["status"] == "answered"


def test_an_empty_file_of_questions_gives_an_empty_file(cli: Run, same_index: Path, tmp_path: Path) -> None:
    """No rows in, no rows out; blank lines and a byte order mark are no rows."""
    (tmp_path / "q.jsonl").write_text("\ufeff\n\n  \n", "utf-8")
    result = cli("ask", "--questions", "q.jsonl", "--out", "a.jsonl", "--index", same_index)
    assert result.code == 0
    assert (tmp_path / "a.jsonl").read_bytes() == b""


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{broken", "q.jsonl:2: not JSON"),
        ("[" * 100_000, "q.jsonl:2: not JSON"),
        ('{"id": ' + "9" * 5000 + "}", "q.jsonl:2: not JSON"),
        ("[]", "q.jsonl:2: expected an object with id"),
        ('{"q": "x"}', "q.jsonl:2: expected an object with id"),
        ('{"id": "x"}', "row 'x' has no q"),
        ('{"id": "x", "q": 5}', "row 'x' has no q"),
        ('{"id": "x", "turns": []}', "row 'x' has no q"),
        ('{"id": "x", "turns": ["a", null]}', "row 'x' has no q"),
        ('{"id": "x", "turns": "a"}', "row 'x' has no q"),
    ],
    ids=[
        "broken",
        "deep",
        "huge number",
        "no object",
        "no id",
        "no q",
        "number",
        "no turns",
        "null turn",
        "text turns",
    ],
)
def test_a_bad_row_is_named_before_anything_is_asked(cli: Run, tmp_path: Path, line: str, said: str) -> None:
    """One sentence with file and line, exit 2, and an earlier result stays."""
    (tmp_path / "q.jsonl").write_text(f'{{"id": "good", "q": "起動しない"}}\n{line}\n', "utf-8")
    (tmp_path / "a.jsonl").write_text("earlier", "utf-8")
    result = cli("ask", "--questions", "q.jsonl", "--out", "a.jsonl")
    assert result.code == 2
    assert said in result.sentence
    assert (tmp_path / "a.jsonl").read_text("utf-8") == "earlier"


@pytest.mark.parametrize("what", ["missing", "directory", "cp932"])
def test_a_question_file_that_cannot_be_read(cli: Run, tmp_path: Path, what: str) -> None:
    """A missing file, a directory, another encoding: one sentence, exit 2."""
    path = tmp_path / "q.jsonl"
    if what == "directory":
        path.mkdir()
    elif what == "cp932":
        path.write_bytes("質問".encode("cp932"))
    result = cli("ask", "--questions", "q.jsonl", "--out", "a.jsonl")
    assert result.code == 2
    assert "q.jsonl" in result.sentence


def test_a_place_that_cannot_be_written_is_said_before_anything_is_asked(cli: Run, tmp_path: Path) -> None:
    """`--out` onto a directory, or below a file: one sentence, exit 1, not after minutes of answering."""
    questions = _questions(tmp_path, {"id": "a", "q": "起動しない"})
    (tmp_path / "folder").mkdir()
    for place in ("folder", "q.jsonl/below"):
        result = cli("ask", "--questions", questions, "--out", place)
        assert result.code == 1
        assert "cannot be written" in result.sentence


def test_a_disk_that_fills_up_meanwhile_is_said(cli: Run, same_index: Path, tmp_path: Path) -> None:
    """When the result cannot be written in the end, that is one sentence too."""
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    questions = _questions(tmp_path, {"id": "a", "q": "0x80070643"})
    result = cli("ask", "--questions", questions, "--out", "/dev/full", "--index", same_index)
    assert result.code == 1
    assert "No space left" in result.sentence
