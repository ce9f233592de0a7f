"""Building: only what changed, nothing when nothing did, and never a damaged generation."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.errors import IndexDamagedError, ShrinkError, SourceError
from bot.index import check, open_index
from bot.index.check import Checker
from bot.index.generations import current, generations
from bot.types import Article, Block, BlockKind
from ingest.build import build, preview
from ingest.report import BuildReport, Skipped, Unchanged
from tests.conftest import ROOT
from tests.fakes import HashEmbedder


def _article(number: int, *paragraphs: str) -> Article:
    texts = paragraphs or tuple(f"記事{number}の{part}番目の段落。" * 12 for part in range(6))
    return Article(
        id=f"a{number}", title=f"題名{number}", blocks=tuple(Block(BlockKind.PARAGRAPH, text) for text in texts)
    )


ARTICLES = tuple(_article(number) for number in range(10))


def _build(index: Path, items: Sequence[Article | Skipped | Unchanged], **options: bool) -> BuildReport:
    return build(items, index=index, embedder=HashEmbedder(), sources=["test"], **options)


def _preview(index: Path, items: Sequence[Article | Skipped | Unchanged], **options: bool) -> BuildReport:
    model = HashEmbedder()
    return preview(items, index=index, model=model.name, dimension=model.dimension, sources=["test"], **options)


def _files(index: Path) -> dict[str, bytes]:
    return {str(path.relative_to(index)): path.read_bytes() for path in index.rglob("*") if path.is_file()}


# What is done anew


def test_an_unchanged_set_writes_nothing(tmp_path: Path) -> None:
    """The same articles again: the generation stays, and the report says so."""
    first = _build(tmp_path, ARTICLES)
    again = _build(tmp_path, [*ARTICLES, Skipped("b.md", "no text", "write one")])
    assert (again.generation, again.embedded, again.unchanged) == (first.generation, 0, 10)
    assert (again.chunks, len(again.skipped)) == (first.chunks, 1)
    assert generations(tmp_path) == ["000001"]


def test_one_changed_paragraph_embeds_its_chunk_alone(tmp_path: Path) -> None:
    """A paragraph of one article changes: one to three chunks are embedded, and all else is as a fresh build has it."""
    _build(tmp_path / "index", ARTICLES)
    texts = [block.text for block in ARTICLES[4].blocks]
    edited = [*ARTICLES[:4], _article(4, *texts[:3], "直した段落です。" * 20, *texts[4:]), *ARTICLES[5:]]
    report = _build(tmp_path / "index", edited)
    assert report.changed == ("a4",)
    assert 1 <= report.embedded <= 3
    _build(tmp_path / "fresh", edited)
    copied, fresh = (current(tmp_path / name) for name in ("index", "fresh"))
    for name in ("embeddings.npy", "faces.npy", *(f"{part}/data.csc.index.npy" for part in ("words", "bigrams"))):
        np.testing.assert_array_equal(np.load(copied / name), np.load(fresh / name), err_msg=name)
    for name in ("words/vocab.index.json", "bigrams/tokens.bin", "face-words/tokens.bin"):
        assert (copied / name).read_bytes() == (fresh / name).read_bytes(), name


def test_removed_and_moved_articles_are_copied_in_the_new_order(tmp_path: Path) -> None:
    """Nothing is embedded, and each chunk finds itself."""
    _build(tmp_path, ARTICLES)
    report = _build(tmp_path, [ARTICLES[7], *ARTICLES[:6], ARTICLES[9]])
    assert (report.removed, report.embedded) == (("a6", "a8"), 0)
    index = open_index(tmp_path, HashEmbedder().name, 64)
    assert list(dict.fromkeys(index.documents.article_of)) == ["a7", "a0", "a1", "a2", "a3", "a4", "a5", "a9"]
    for position in range(index.size):
        part = index.documents.chunks([position])[0]
        assert index.documents.article_of[position] == part.article_id
        assert index.vectors.nearest(index.embeddings[position], 1)[0].tolist() == [position]
    index.close()


def test_other_code_or_another_model_copies_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of an older program are made anew, vectors of another model too; the report still knows the articles."""
    chunks = _build(tmp_path, ARTICLES).chunks
    monkeypatch.setattr("ingest.live.recipe", lambda: "newer")
    monkeypatch.setattr("ingest.build.recipe", lambda: "newer")
    newer = _build(tmp_path, ARTICLES)
    assert (newer.generation, newer.embedded, newer.unchanged) == ("000002", 0, 10)
    other = build(ARTICLES, index=tmp_path, embedder=HashEmbedder(32), sources=["test"])
    assert (other.generation, other.embedded, other.unchanged, other.added) == ("000003", chunks, 10, ())


def test_an_unchanged_set_in_a_broken_index_is_built_anew(tmp_path: Path) -> None:
    """Nothing changed, but the vectors are gone: the old generation is not left live."""
    _build(tmp_path, ARTICLES)
    for path in (current(tmp_path) / "chroma").rglob("*"):
        if path.is_file():
            path.write_bytes(b"nothing")
    report = _build(tmp_path, ARTICLES)
    assert (report.generation, report.embedded) == ("000002", 0)
    open_index(tmp_path, HashEmbedder().name, 64).close()


def test_what_a_source_says_is_unchanged_comes_from_the_live_generation(tmp_path: Path) -> None:
    """A marker stands for the article as it is; without such an article it is an error that names it."""
    _build(tmp_path, ARTICLES)
    report = _build(tmp_path, [_article(0, "新しい本文。"), *(Unchanged(f"a{number}") for number in range(1, 10))])
    assert (report.changed, report.unchanged, report.embedded) == (("a0",), 9, 1)
    with pytest.raises(SourceError, match="a99 is said to be unchanged"):
        _build(tmp_path, [ARTICLES[0], Unchanged("a99")])
    assert generations(tmp_path) == ["000001", "000002"]


def test_near_duplicates_are_reported_until_one_of_them_changes(tmp_path: Path) -> None:
    """An article and its lightly edited copy are a pair; an unrelated one is not; later reports repeat the pair."""
    copy = Article("copy", ARTICLES[2].title, (*ARTICLES[2].blocks, Block(BlockKind.PARAGRAPH, "追記です。")))
    strangers = [
        _article(20, "プリンターの用紙を補充する手順を説明する。"),
        _article(21, "画面の明るさを上げる設定は次のとおり。"),
    ]
    found = _build(tmp_path, [ARTICLES[2], copy, *strangers]).near_duplicates
    assert [(pair.first, pair.second) for pair in found] == [("a2", "copy")]
    assert found[0].shared > 0.8
    assert _build(tmp_path, [ARTICLES[2], copy, *strangers]).near_duplicates == found
    assert _build(tmp_path, [ARTICLES[2], copy, *strangers[:1]]).near_duplicates == found
    assert _build(tmp_path, [ARTICLES[2], *strangers]).near_duplicates == ()


def test_an_unchanged_set_clears_up_after_a_build_that_was_killed(tmp_path: Path) -> None:
    """Generations that a build flipped away from and was killed before it removed them go with the next ingest."""
    for number in range(3):
        _build(tmp_path, [*ARTICLES, _article(11, f"第{number}版の本文です。")])
    shutil.copytree(current(tmp_path), tmp_path / "generations" / "000001")
    assert _build(tmp_path, [*ARTICLES, _article(11, "第2版の本文です。")]).generation == "000003"
    assert generations(tmp_path) == ["000002", "000003"]


# What is refused


def test_a_build_that_drops_many_articles_is_refused(tmp_path: Path) -> None:
    """Up to a fifth may go; more is refused with the numbers, and done when it is allowed."""
    _build(tmp_path, ARTICLES)
    before = _files(tmp_path)
    with pytest.raises(ShrinkError, match=r"3 of 10 articles would be removed, more than 20%.*--allow-shrink"):
        _build(tmp_path, ARTICLES[:7], allow_shrink=False)
    after = _files(tmp_path)
    assert {name for name in after if "/000001/" in name} == {name for name in before if "/000001/" in name}
    assert generations(tmp_path) == ["000001"]
    assert _build(tmp_path, ARTICLES[:8], allow_shrink=False).removed == ("a8", "a9")
    assert len(_build(tmp_path, ARTICLES[:2], allow_shrink=True).removed) == 6


def test_a_preview_tells_the_same_and_writes_nothing(tmp_path: Path) -> None:
    """Counts and names are those of the build that follows; no file appears, changes or goes."""
    missing = tmp_path / "none"
    assert len(_preview(missing, ARTICLES).added) == 10
    assert not missing.exists()
    index = tmp_path / "index"
    _build(index, ARTICLES)
    edited = [_article(0, "新しい本文。"), *ARTICLES[1:9], _article(11)]
    before = _files(index)
    told = _preview(index, edited)
    assert _files(index) == before
    with pytest.raises(ShrinkError):
        _preview(index, ARTICLES[:3], allow_shrink=False)
    done = _build(index, edited)
    for name in ("articles", "chunks", "embedded", "added", "changed", "unchanged", "removed"):
        assert getattr(told, name) == getattr(done, name), name
    assert told.dry_run
    assert _preview(index, edited).embedded == 0


# What must never go live


@pytest.mark.parametrize(
    "articles", [ARTICLES[:2], tuple(_article(number) for number in range(500))], ids=["few", "many"]
)
def test_damage_to_any_one_file_is_noticed_before_the_flip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, articles: Sequence[Article]
) -> None:
    """Each file of a new generation, deleted, halved or with one bit turned: the check says so; intact it passes.

    Many chunks are an index on disk, few are in the vector store's log.
    """
    tried = []

    def check_damaged(directory: Path, model: str, dimension: int) -> None:
        for path in sorted(path for path in directory.rglob("*") if path.is_file()):
            content = path.read_bytes()
            middle = len(content) // 2
            turned = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :] if content else b"x"
            for damage in (None, content[:middle] if content else b"xx", turned):
                path.unlink(missing_ok=True)
                if damage is not None:
                    path.write_bytes(damage)
                if path.name == "manifest.json" and damage == turned:
                    path.write_bytes(content[:-20])  # its own bits are told by what it says of the others
                with pytest.raises(IndexDamagedError):
                    check.check_generation(directory, model, dimension)
                tried.append(path.name)
            path.write_bytes(content)
        check.check_generation(directory, model, dimension)

    monkeypatch.setattr("ingest.build.check_generation", check_damaged)
    _build(tmp_path, articles)
    assert {"manifest.json", "chroma.sqlite3", "documents.sqlite", "tokens.bin"} <= set(tried)
    assert current(tmp_path).name == "000001"


def test_a_damaged_generation_is_taken_away_and_the_live_one_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A check that fails ends the build; what was live is live, and the next build succeeds."""
    _build(tmp_path, ARTICLES)

    def damaged(directory: Path, model: str, dimension: int) -> None:
        (directory / "embeddings.npy").write_bytes(b"")
        check.check_generation(directory, model, dimension)

    monkeypatch.setattr("ingest.build.check_generation", damaged)
    with pytest.raises(IndexDamagedError, match=r"embeddings\.npy"):
        _build(tmp_path, ARTICLES[1:])
    assert generations(tmp_path) == ["000001"]
    monkeypatch.undo()
    assert _build(tmp_path, ARTICLES[1:]).removed == ("a0",)


def test_a_garbled_manifest_is_noticed_before_the_flip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the manifest says of itself has no digest: it is read back and compared."""

    def garble(directory: Path, _model: str, _dimension: int) -> None:
        path = directory / "manifest.json"
        path.write_text(path.read_text("utf-8").replace('"test"', '"tesu"'), "utf-8")

    monkeypatch.setattr("ingest.build.check_generation", garble)
    with pytest.raises(IndexDamagedError, match=r"manifest\.json"):
        _build(tmp_path, ARTICLES)
    assert generations(tmp_path) == []


@pytest.mark.parametrize(
    "death", ["import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "import time; time.sleep(60)"]
)
def test_a_check_that_crashes_or_hangs_is_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, death: str) -> None:
    """What ends the searching process must not end ours, and the next check works again."""
    _build(tmp_path, ARTICLES)
    checker = Checker(seconds=3)
    with monkeypatch.context() as patched:
        patched.setattr(check, "_START", death)
        with pytest.raises(IndexDamagedError, match="ended or stopped the process"):
            checker.check(current(tmp_path), HashEmbedder().name, 64, as_built=False)
    patient = Checker()
    patient.check(current(tmp_path), HashEmbedder().name, 64, as_built=False)
    patient.close()
    checker.close()


def test_a_check_that_was_prepared_starts_nothing_more(tmp_path: Path) -> None:
    """The process that was started ahead is the one that checks; one that died since is replaced."""
    _build(tmp_path, ARTICLES)
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        started.append(check._start())
        return started[-1]

    checker = Checker(start=start)
    for _ in range(2):
        checker.prepare()
        checker.check(current(tmp_path), HashEmbedder().name, 64, as_built=False)
    assert len(started) == 1
    started[0].kill()
    started[0].wait()
    checker.prepare()
    checker.check(current(tmp_path), HashEmbedder().name, 64, as_built=False)
    assert len(started) == 2
    checker.close()


def test_killed_at_a_hundred_moments_nothing_is_lost() -> None:
    """A hundred random moments and one before each write: see `benchmarks/bench_kill.py`, which prints its seed."""
    seed = str(int(time.time()))
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.bench_kill", "--kills", "100", "--seed", seed],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.returncode == 0, f"seed {seed}\n{done.stdout}{done.stderr[-2000:]}"
    found = json.loads(done.stdout)
    assert found["random_before_the_flip"] + found.get("random_after_the_flip", 0) == 100
    assert found["random_before_the_flip"] > 50
    assert found["write_before_the_flip"] > 30
    assert found["write_after_the_flip"] > 0
    assert found["reruns"] > 20
