"""Question files: read as described, refused with file, line and remedy."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.errors import UsageError
from bot.evals.cases import KINDS, load_cases, require_gold
from bot.types import Status

GOOD = {
    "id": "q1",
    "kind": "short",
    "q": "音が出ない",
    "gold": ["sound"],
    "facts": [["出力先"]],
    "status": "answered",
    "route": None,
    "note": "two words",
}


def _write(path: Path, *rows: object) -> Path:
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), "utf-8")
    return path


def test_reads_questions_and_conversations(tmp_path: Path) -> None:
    """A single question is a conversation of one turn; empty lines and a byte-order mark do no harm."""
    talk = {**GOOD, "id": "q2", "turns": ["a", "b"]}
    del talk["q"]
    path = _write(tmp_path / "q.jsonl", "\ufeff" + json.dumps(GOOD), "", talk)
    first, second = load_cases(path)
    assert (first.turns, first.status, first.facts, first.line) == (("音が出ない",), Status.ANSWERED, (("出力先",),), 1)
    assert (second.turns, second.line) == (("a", "b"), 3)


@pytest.mark.parametrize("name", ["questions", "holdout"])
def test_bundled_questions_are_sound(corpus: Path, name: str) -> None:
    """The bundled files can be read, and their gold articles are bundled."""
    path = corpus / "evals" / f"{name}.jsonl"
    cases = load_cases(path)
    require_gold(cases, path, {article.stem for article in (corpus / "articles").glob("*.md")}, "corpus/articles")
    assert {case.kind for case in cases} == set(KINDS)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("{", r"q\.jsonl:2: broken JSON .*; put one object on each line"),
        ("[" * 100_000, r"q\.jsonl:2: broken JSON \(nested too deeply\)"),
        ("[1]", r"q\.jsonl:2: found '\[1\]', expected a JSON object"),
        ({**GOOD, "id": "q1"}, r"q\.jsonl:2: the id q1 is already on line 1"),
        ({**GOOD, "id": "q2", "kind": "riddle"}, r"q\.jsonl:2: unknown kind 'riddle'; use one of colloquial"),
        ({**GOOD, "id": "q2", "status": "maybe"}, r"q\.jsonl:2: unknown status 'maybe'; use one of answered"),
        ({**GOOD, "id": "q2", "gold": []}, r"q\.jsonl:2: an answered question needs in gold"),
        ({**GOOD, "id": "q2", "gold": "sound"}, r"q\.jsonl:2: gold: .*list"),
        ({**GOOD, "id": "q2", "facts": [[]]}, r"q\.jsonl:2: facts\.0: "),
        ({**GOOD, "id": "q2", "q": " "}, r"q\.jsonl:2: q: "),
        ({**GOOD, "id": "q2", "turns": ["a"]}, r"q\.jsonl:2: give either q \(a text\) or turns"),
        ({**GOOD, "id": "q2", "statsu": "x"}, r"q\.jsonl:2: statsu: "),
        ({**GOOD, "id": 7}, r"q\.jsonl:2: id: "),
        ({"id": "q2", "q": "x"}, r"q\.jsonl:2: kind: "),
        ({**GOOD, "id": "q2", "status": "refused", "gold": []}, r"q\.jsonl:2: .* states no facts"),
    ],
)
def test_a_malformed_line_is_named(tmp_path: Path, row: object, expected: str) -> None:
    """Each mistake gives one sentence with file, line and what to do."""
    with pytest.raises(UsageError, match=expected):
        load_cases(_write(tmp_path / "q.jsonl", GOOD, row))


@pytest.mark.parametrize("content", [b"", b"\n\n  \n"])
def test_an_empty_set_is_refused(tmp_path: Path, content: bytes) -> None:
    """A figure over no question would mean nothing."""
    path = tmp_path / "q.jsonl"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="has no lines"):
        load_cases(path)


def test_unreadable_files_are_refused(tmp_path: Path) -> None:
    """A missing file and one that is not UTF-8 are said to be so."""
    with pytest.raises(UsageError, match="cannot be read"):
        load_cases(tmp_path / "none.jsonl")
    (tmp_path / "sjis.jsonl").write_bytes("質問".encode("shift_jis"))
    with pytest.raises(UsageError, match="not UTF-8"):
        load_cases(tmp_path / "sjis.jsonl")


def test_a_gold_article_must_be_indexed(tmp_path: Path) -> None:
    """A typing slip in an article's id is not counted as a miss of the guide."""
    path = _write(tmp_path / "q.jsonl", GOOD)
    with pytest.raises(UsageError, match=r"q\.jsonl:1: the gold article 'sound' is not in the index; correct the id"):
        require_gold(load_cases(path), path, {"stop"}, "the index")


def test_the_digest_follows_what_is_asked_and_expected(tmp_path: Path) -> None:
    """A changed fact is another question to a comparison, a changed note is not."""
    path = _write(tmp_path / "q.jsonl", GOOD, {**GOOD, "id": "b", "note": "x"}, {**GOOD, "id": "c", "facts": [["音"]]})
    first, noted, changed = (case.digest for case in load_cases(path))
    assert first == noted != changed
