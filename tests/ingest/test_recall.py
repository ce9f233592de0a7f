"""What a file gave before is known by its bytes: only what changed is read again, and only while the index has it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.index.documents import DocumentReader
from bot.index.generations import current, generations
from bot.settings import Settings
from bot.types import Article, Block, BlockKind
from ingest.build import build
from ingest.digest import content_digest
from ingest.engines.engine import Run
from ingest.reading import reading
from ingest.report import BuildReport, Skipped, Unchanged
from ingest.sources.recall import Made, Recall
from tests.fakes import HashEmbedder
from tests.ingest.test_wxr import END, HEAD, item

TEXT = "設定を開き、{}を選びます。終わったら再起動してください。"


class Counting:
    """A `map` that keeps what it was really given to do."""

    def __init__(self) -> None:
        self.done: list[Any] = []

    def __call__(self, do: Any, rows: Iterable[Any], /) -> Iterator[Any]:
        """Yield what `do` makes of each row."""
        for row in rows:
            made = do(row)
            if isinstance(made, Article):
                self.done.append(made.id)
            yield made


class Owner:
    """Syncs sources into an index again and again; `read` are the ids of the articles that were really read."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(index=folder / "index")
        self.read: list[str] = []

    def __call__(self, *sources: Path, run: Run | None = None) -> BuildReport:
        """Ingest."""
        counting, model, names = Counting(), HashEmbedder(), [str(source) for source in sources]
        with reading(names, self.settings, model, run=run or counting) as items:
            report = build(items, index=self.settings.index, embedder=model, sources=names)
        self.read = counting.done
        return report

    def article(self, name: str) -> Article:
        """Return an article as the live index has it."""
        documents = DocumentReader(current(self.settings.index) / "documents.sqlite")
        try:
            found = documents.article(name)
            assert found is not None
            return found
        finally:
            documents.close()


@pytest.fixture
def owner(tmp_path: Path) -> Owner:
    """Return an owner without an index."""
    return Owner(tmp_path)


def _lines(path: Path, rows: dict[str, str]) -> Path:
    made = (json.dumps({"_id": name, "title": f"題{name}", "text": text}) for name, text in rows.items())
    path.write_text("\n".join(made), "utf-8")
    return path


def test_a_line_that_is_as_it_was_is_not_read(tmp_path: Path, owner: Owner) -> None:
    """Nor is one that only moved; a changed one and a new one are, and the index has them as they are."""
    rows = {name: TEXT.format(name) for name in "abcdef"}
    path = _lines(tmp_path / "a.jsonl", rows)
    owner(path)
    assert owner.read == list("abcdef")
    again = owner(path)
    assert (owner.read, again.unchanged, len(generations(owner.settings.index))) == ([], 6, 1)
    report = owner(_lines(path, {"g": TEXT.format("G"), **rows, "c": TEXT.format("別のもの")}))
    assert owner.read == ["g", "c"]
    assert (report.added, report.changed, report.unchanged) == (("g",), ("c",), 5)
    assert "別のもの" in owner.article("c").blocks[0].text
    del rows["a"]
    assert owner(_lines(path, rows)).removed == ("a", "g")
    assert owner.read == ["c"]  # which is again as it was first; the index has it otherwise


def test_files_and_posts(tmp_path: Path, owner: Owner) -> None:
    """A folder's files and an export's posts are known in the same way."""
    folder = tmp_path / "articles"
    folder.mkdir()
    for name in "abc":
        (folder / f"{name}.md").write_text(f"# 題{name}\n\n{TEXT.format(name)}\n", "utf-8")
    posts = [item(number, TEXT.format(number)) for number in (1, 2, 3)]
    blog = tmp_path / "blog.xml"
    blog.write_text(HEAD.format(dtd="") + "".join(posts) + END, "utf-8")
    owner(folder, blog)
    assert len(owner.read) == 6
    (folder / "b.md").write_text(f"# 題b\n\n{TEXT.format('新しいもの')}\n", "utf-8")
    (folder / "c.md").rename(folder / "d.md")
    blog.write_text(HEAD.format(dtd="") + "".join(posts[:2]) + item(3, TEXT.format("直したもの")) + END, "utf-8")
    report = owner(folder, blog)
    assert [name.rpartition("-")[2] for name in owner.read] == ["b", "d", "3"]
    assert (report.added, report.removed, report.unchanged) == (("d",), ("c",), 3)


def test_an_index_that_has_it_otherwise(tmp_path: Path, owner: Owner) -> None:
    """A file whose article lost its id to another source's gives its own text once that one is gone."""
    first, second = _lines(tmp_path / "a.jsonl", {"x": TEXT.format("一"), "y": TEXT.format("共")}), tmp_path / "b.jsonl"
    _lines(second, {"x": TEXT.format("二")})
    assert [skipped.source for skipped in owner(first, second).skipped] == ["x"]
    _lines(first, {"y": TEXT.format("共")})
    report = owner(first, second)
    assert (report.changed, owner.read) == (("x",), ["x"])
    assert "二" in owner.article("x").blocks[0].text


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"format":1,"generation":"","memory":{"sites":{},"made":{}}}'])
def test_what_is_not_this_generations_memory_is_forgotten(tmp_path: Path, owner: Owner, damage: str) -> None:
    """Everything is read again, and nothing is lost."""
    path = _lines(tmp_path / "a.jsonl", {name: TEXT.format(name) for name in "abc"})
    owner(path)
    (owner.settings.index / "sources.json").write_text(damage, "utf-8")
    assert owner(path).unchanged == 3
    assert owner.read == list("abc")


def test_other_rules_read_all_again(tmp_path: Path, owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    """What newer rules would make of a file is not known."""
    path = _lines(tmp_path / "a.jsonl", {name: TEXT.format(name) for name in "abc"})
    owner(path)
    monkeypatch.setattr("ingest.reading.reading_recipe", lambda: "newer")
    owner(path)
    assert owner.read == list("abc")


def _article(row: str) -> Article | Skipped:
    return Article("a", "題", (Block(BlockKind.PARAGRAPH, row),)) if row else Skipped("", "nothing", "write")


def _recalled(recall: Recall, *rows: str, given: str = "") -> list[tuple[int, Article | Skipped | Unchanged]]:
    return list(recall.read(_article, [(n, row, row.encode()) for n, row in enumerate(rows)], given=given))


def test_what_is_given_beside_the_row_counts() -> None:
    """The same row under another survey of its file is another row; a row that gave no article is read each time."""
    first = Recall()
    (made, skipped) = _recalled(first, "文", "")
    assert isinstance(made[1], Article)
    assert isinstance(skipped[1], Skipped)
    known = {"a": content_digest(made[1])}
    assert _recalled(Recall(known=known, before=first.now), "文", "") == [(0, Unchanged("a", known["a"])), skipped]
    assert _recalled(Recall(known=known, before=first.now), "文", given="他") == [made]
    assert _recalled(Recall(known={}, before=first.now), "文") == [made]
    assert _recalled(Recall(known={"a": "other"}, before=first.now), "文") == [made]


def test_what_is_known_is_known_the_time_after() -> None:
    """A row that was not read is remembered as one that was."""
    first = Recall()
    (made,) = _recalled(first, "文")
    assert isinstance(made[1], Article)
    known = {"a": content_digest(made[1])}
    second: dict[str, Made] = {}
    _recalled(Recall(known=known, before=first.now, now=second), "文")
    assert second == first.now


def test_a_survey_of_the_same_file_is_not_made_again() -> None:
    """What was looked at decides, and where one part of it ends; only the last survey is kept."""
    made: list[str] = []

    def learn(what: str) -> frozenset[str]:
        made.append(what)
        return frozenset({what})

    recall = Recall()
    assert recall.survey([b"a", b"b"], lambda: learn("first")) == {"first"}
    assert recall.survey(iter([b"a", b"b"]), lambda: learn("never")) == {"first"}
    assert recall.survey([b"ab"], lambda: learn("second")) == {"second"}
    assert recall.survey([b"a", b"b"], lambda: learn("third")) == {"third"}
    assert (made, len(recall.surveys)) == (["first", "second", "third"], 1)


def test_equal_articles_have_one_digest() -> None:
    """And another word, or another date, gives another one."""
    one = Article("a", "題", (Block(BlockKind.PARAGRAPH, "文"),), updated=date(2026, 1, 1))
    other = Article("a", "題", (Block(BlockKind.PARAGRAPH, "文"),), updated=date(2026, 1, 2))
    assert content_digest(one) == content_digest(Article("a", "題", one.blocks, updated=date(2026, 1, 1)))
    assert content_digest(one) != content_digest(other)
