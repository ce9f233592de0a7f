"""Every mistake an owner can make in a corpus file is named with file, line and remedy."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ingest.check_corpus import Problem, check_corpus
from tests.corpus.small import ARTICLE, write_corpus

TODAY = date(2026, 11, 22)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Return a sound corpus in a folder of its own."""
    return write_corpus(tmp_path)


def _edit(corpus: Path, name: str, old: str, new: str) -> None:
    path = corpus / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def _only(corpus: Path) -> Problem:
    problems = check_corpus(corpus, TODAY)
    assert len(problems) == 1, [str(problem) for problem in problems]
    return problems[0]


def _line(corpus: Path, name: str, needle: str) -> int:
    lines = (corpus / name).read_text("utf-8").split("\n")
    return next(number for number, text in enumerate(lines, 1) if needle in text)


def test_a_sound_corpus_has_no_problem(small: Path) -> None:
    """What the other tests break is whole to begin with."""
    assert check_corpus(small, TODAY) == []


_ART, _FLOW = "articles/first-article.md", "knowledge/flows/tree.yaml"
_REF = "knowledge/refusals.yaml"
_UI = "knowledge/ui_names.yaml"
_ESC, _CMD, _EVAL = "knowledge/escalation.yaml", "knowledge/commands.yaml", "evals/questions.jsonl"


@pytest.mark.parametrize(
    ("mistake", "at", "message"),
    [
        # English
        ((_ESC, "      prepare: [Model]\n", "      prepare: [Model, Serial]\n"), "prepare: [Model", "2 in English"),
        ((_ESC, "how: Look on the official site.}", "how: Look.}, {name: b, how: c}"), "- id", "2 contacts"),
        ((_REF, "    en: The guide does not help with that.\n", ""), "- id: crack", "crack has no en"),
        ((_FLOW, "    en: Which Windows came first?\n", ""), "- id: origin", "has no en"),
        ((_FLOW, "en: Windows 10, ", ""), "- id: origin", "Windows 10 has no en"),
        ((_ART, "次のコマンドで", "設定 › 謎 を見て、次のコマンドで"), "設定 › 謎", "without an English name"),
        ((_UI, "names:", "name:"), "name:", "names"),
        # articles
        ((_ART, "topics: [ライセンス認証]\n", ""), "---", "the field topics is missing"),
        ((_ART, "kb: [", "kbs: [KB5034441]\nkb: ["), "kbs:", "unknown key 'kbs'"),
        ((_ART, "published: 2026-11-01", "published: 2026-13-01"), "published", "'published' must be a date"),
        ((_ART, "published: 2026-11-01", "published: 2026-11-21"), "updated", "is after updated"),
        ((_ART, "updated: 2026-11-20", "updated: 2026-11-23"), "updated", "in the future"),
        ((_ART, "id: first-article", "id: other-article"), "id:", "is not the file name"),
        ((_ART, "id: first-article", "id: First Article"), "id:", "'id' must be"),
        ((_ART, "topics: [ライセンス認証]", "topics: []"), "topics", "topics is empty"),
        ((_ART, "kb: [KB5034441]\n", ""), "---", "the field kb is missing"),
        ((_ART, "evidence: 公式", "evidence: 噂"), "evidence", "'evidence' must be one of"),
        ((_ART, "versions: [25H2]", "versions: [29H2]"), "versions", "29H2"),
        ((_ART, "os: [Windows 11]", "os: [Windows 12]"), "os:", "Windows 12"),
        ((_ART, "error_codes: [0xC004F213]", "error_codes: []"), "error_codes", "in the text but not in error_codes"),
        ((_ART, "[0xC004F213]", "[0xC004F213, 0x80070643]"), "error_codes", "not in the text"),
        ((_ART, "[0xC004F213]", "[0xc004f213]"), "error_codes", "'error_codes' must be"),
        ((_ART, "kb: [KB5034441]", "kb: []"), "kb:", "KB5034441 is in the text"),
        ((_ART, "  - title: 公式の説明\n", "  - titel: 公式の説明\n"), "sources", "'sources' must be"),
        ((_ART, "https://example.com/page", "example.com"), "sources", "'sources' must be"),
        ((_ART, "ipconfig", "format c:"), "format c:", "the command format c: is not in commands.yaml"),
        ((_ART, "0120-00-0000", "0120-99-9999"), "0120-99-9999", "0120-99-9999 has no source"),
        ((_ART, "0120-00-0000", "０１２０－９９－９９９９"), "９９９９", "0120-99-9999 has no source"),
        ((_ART, "2027年10月12日", "2027年10月13日"), "2027年10月13日", "lifecycle.csv says 2027-10-12"),
        ((_ART, "---\nid", "id"), "id: first", "no front matter"),
        # flows
        ((_FLOW, 'words: ["10"], next: leaf', 'words: ["10"], next: gone'), "gone", "next names gone"),
        ((_FLOW, 'words: ["10"], next: leaf', 'words: ["10"], next: origin'), "id: origin", "a loop"),
        ((_FLOW, "route: helpdesk", "route: nobody"), "nobody", "names the route nobody"),
        ((_FLOW, "first-article, heading: 手順, contains: 先", "gone, heading: 手順, contains: 先"), "gone", "article"),
        ((_FLOW, "heading: 手順, contains: 先", "heading: 原因, contains: 先"), "原因", "begins with 原因"),
        ((_FLOW, "contains: まず状態を確かめます", "contains: まず結論を確かめます"), "まず結論", "does not stand"),
        ((_FLOW, "contains: まず状態を確かめます", "contains: あとで相談"), "あとで", "stands 15 times"),
        ((_FLOW, "contains: 先に控えを作ってください", "contains: ipconfig"), "次のコマンド", "without the warning"),
        ((_FLOW, "title: 認証\n", "title: 認証\nname: 認証\n"), "name:", "name: extra"),
        # routes and commands
        ((_ESC, "    urgency: 早めに\n", ""), "- id: helpdesk", "routes.0.urgency"),
        ((_ESC, "        source: 公式の説明\n", ""), "contacts", "no source"),
        ((_REF, "heading: 手順", "heading: 方法"), "方法", "no text under a heading that begins with 方法"),
        ((_REF, "heading: 手順", "heading: 手順, contains: 消す"), "消す", "消す does not stand there"),
        ((_REF, "article: first", "article: last"), "last", "no article last-article"),
        ((_REF, "says:", "say:"), "- id: crack", "rules.0.says"),
        ((_CMD, "risk: read-only", "risk: none"), "risk", "commands.0.risk"),
        (("knowledge/vocabulary.yaml", "also:", "alias:"), "alias", "groups.0.alias"),
        (("knowledge/lifecycle.csv", "2027-10-12", "2027-10-32"), "25H2", "day"),
        # test questions
        ((_EVAL, '"id": "q2"', '"id": "q1"'), "follow_up", "the id q1 is also that of questions.jsonl:1"),
        ((_EVAL, '"colloquial"', '"chatty"'), "chatty", "kind: "),
        ((_EVAL, '["first-article"]', '["gone"]'), "gone", "gold names gone"),
        ((_EVAL, "まず状態", "まず結論"), "まず結論", "is in none of its gold articles"),
        ((_EVAL, '"helpdesk"', '"nobody"'), "nobody", "route names nobody"),
        ((_EVAL, '"note": "plain"', '"note": "plain", "x": 1'), '"x"', "x: extra"),
        ((_EVAL, '"q": "認証が外れた", ', ""), "q1", "either q or turns"),
        ((_EVAL, '"note": "plain"}', '"note": "plain"'), "q1", "json"),
        ((_EVAL, '"answered"', '"solved"'), "solved", "status: "),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_file_line_and_remedy(
    small: Path, mistake: tuple[str, str, str], at: str, message: str
) -> None:
    """One broken thing gives its own problem, at its own line, with what to do."""
    name, old, new = mistake
    _edit(small, name, old, new)
    problems = [problem for problem in check_corpus(small, TODAY) if problem.file == str(small / name)]
    found = [problem for problem in problems if message.lower() in problem.message.lower()]
    assert found, [str(problem) for problem in check_corpus(small, TODAY)]
    assert found[0].line == _line(small, name, at)
    assert found[0].remedy


def test_two_articles_with_one_id_are_named(small: Path) -> None:
    """The second file of an id is the mistake, and names the first."""
    (small / "articles" / "second-article.md").write_text(ARTICLE, "utf-8")
    problems = check_corpus(small, TODAY)
    assert [Path(problem.file).name for problem in problems] == ["second-article.md"] * 2
    assert any("also that of first-article.md" in problem.message for problem in problems)


@pytest.mark.parametrize(("times", "word"), [(2, "say more"), (60, "split")])
def test_an_article_has_a_readable_length(small: Path, times: int, word: str) -> None:
    """Fewer than 700 or more than 2,500 characters are reported with the count."""
    body = ARTICLE.replace(
        ARTICLE.split("まず状態を確かめます。")[1].split("\n")[0], "様子を紙に書き留めておきます。" * times * 3
    )
    (small / _ART).write_text(body, "utf-8")
    problem = _only(small)
    assert "characters, expected 700 to 2500" in problem.message
    assert problem.remedy.startswith(word)


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("2026-11-22に更新しました", True),
        ("0x80070643の番号", True),
        ("188個のファイル", True),
        ("110番地です", True),
        ("119番にかけます", False),
        ("相談は #9110 です", False),
        ("03-1234-5678 に電話します", False),
        ("0312345678へ", False),
    ],
)
def test_only_phone_numbers_need_a_source(small: Path, text: str, known: bool) -> None:
    """Dates, codes and counts are no phone numbers; short public numbers are."""
    _edit(small, _ART, "窓口の 0120-00-0000 に相談します。", text)
    phones = [problem for problem in check_corpus(small, TODAY) if "phone number" in problem.message]
    assert bool(phones) is not known


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("上の表で種類を確かめます。", False),
        ("先に無償アップグレードの記事を読んでください。", False),
        ("この記事は自分のPCだけを扱います。", False),
        ("電源を切ります。その場合は相談します。", False),
        ("しかし、更新は届きません。", False),
        ("一つは、通信の問題です。", False),
        ("記事「認証が外れたとき」を読んでください。", True),
        ("ブログ記事は、2024年12月に書いています。", True),
        ("このPCを初期状態に戻すのは最後です。", True),
        ("上の段の数字キーで試します。", True),
    ],
)
def test_a_sentence_stands_alone(small: Path, text: str, *, alone: bool) -> None:
    """An answer quotes single sentences: one that points at its surroundings is named with its line."""
    _edit(small, _ART, "窓口の 0120-00-0000 に相談します。", text)
    found = [problem for problem in check_corpus(small, TODAY) if "points at" in problem.message]
    assert bool(found) is not alone
    assert all(problem.line == _line(small, _ART, text) for problem in found)


def test_a_spelling_may_stand_for_two_terms_but_not_three(small: Path) -> None:
    """A spelling in three groups is named with its line."""
    groups = "".join(f"  - term: 用語{number}\n    also: [もじ]\n" for number in range(3))
    (small / "knowledge" / "vocabulary.yaml").write_text(f"groups:\n{groups}", "utf-8")
    problem = _only(small)
    assert (problem.line, "もじ stands for 3 terms" in problem.message) == (3, True)


def test_an_empty_vocabulary_is_a_problem(small: Path) -> None:
    """At least one group is needed."""
    (small / "knowledge" / "vocabulary.yaml").write_text("groups: []\n", "utf-8")
    assert "no group" in _only(small).message


def test_a_folder_without_articles_is_a_problem(small: Path) -> None:
    """An empty article folder is said once; what refers to articles is named as well."""
    (small / _ART).unlink()
    problems = check_corpus(small, TODAY)
    assert any(problem.message == "no article (*.md)" for problem in problems)


def test_an_unreadable_file_is_named_and_the_others_are_checked(small: Path) -> None:
    """A file in another encoding does not stop the check."""
    (small / "articles" / "a-broken.md").write_bytes("---\nid: 認証\n".encode("shift_jis"))
    _edit(small, _ART, "ipconfig", "format c:")
    names = [Path(problem.file).name for problem in check_corpus(small, TODAY)]
    assert names == ["a-broken.md", "first-article.md"]


def test_missing_knowledge_is_named_once(small: Path) -> None:
    """A file that is not there is one problem, not one for everything that depends on it."""
    (small / _ESC).unlink()
    problem = _only(small)
    assert problem.file.endswith("escalation.yaml")
    assert "cannot be read" in problem.message
    assert problem.remedy == "restore it or correct GUIDE_CORPUS"


def test_an_empty_question_file_is_a_problem(small: Path) -> None:
    """A question file without a question would measure nothing."""
    (small / "evals" / "more.jsonl").write_text("\n", "utf-8")
    assert _only(small).message == "no question"


def test_a_problem_reads_as_one_line() -> None:
    """The printed form names file, line, mistake and remedy."""
    assert str(Problem("a.md", 3, "wrong", "mend it")) == "a.md:3: wrong; mend it"
