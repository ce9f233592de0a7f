"""Sources: folders, files and JSONL are read to the end whatever is in them; failures are one clear sentence each."""

from __future__ import annotations

import json
import os
import tracemalloc
from datetime import date
from pathlib import Path

import pytest

from bot.errors import SourceError
from bot.types import Article, BlockKind
from ingest.report import Skipped
from ingest.sources import read
from ingest.sources.assemble import slug
from ingest.sources.folder import MAX_BYTES

MD = "---\nid: {id}\ntitle: 題\n---\n本文です。\n"


def results(source: Path) -> tuple[list[Article], list[Skipped]]:
    """Read a source to its end."""
    items = list(read(str(source)))
    return [i for i in items if isinstance(i, Article)], [i for i in items if isinstance(i, Skipped)]


def put(path: Path, content: str | bytes) -> Path:
    """Write a file, folders included."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_folder(tmp_path: Path) -> None:
    """All four kinds are read, in sub-folders too and in path order; other and hidden files are not looked at."""
    put(tmp_path / "b.md", MD.format(id="own-id"))
    put(tmp_path / "a.HTML", "<h1>網の題</h1><p>文です。</p>")
    put(tmp_path / "sub" / "c.htm", "<p>文です。</p>")
    put(tmp_path / "sub" / "d.txt", "題の行\n\n文です。\n")
    put(tmp_path / "e.png", b"\x89PNG")
    put(tmp_path / ".git" / "f.md", "文です。")
    put(tmp_path / "._b.md", b"\0\1")
    articles, skipped = results(tmp_path)
    assert [(a.id, a.title) for a in articles] == [
        ("a", "網の題"),
        ("own-id", "題"),
        ("sub-c", "c"),
        ("sub-d", "題の行"),
    ]
    assert skipped == []


def test_markdown_without_front_matter(tmp_path: Path) -> None:
    """A title comes from the first heading, which leaves the text, else from the file's name."""
    put(tmp_path / "a.md", "# 一つ目\n\n文です。\n")
    put(tmp_path / "二つ目.md", "文です。\n")
    first, second = results(tmp_path)[0]
    assert (first.title, [b.kind for b in first.blocks]) == ("一つ目", [BlockKind.PARAGRAPH])
    assert second.title == "二つ目"


def test_front_matter_leaves_the_text_alone(tmp_path: Path) -> None:
    """What an author wrote with front matter is not cleaned; a heading that repeats the title is not shown twice."""
    path = put(
        tmp_path / "a.md", "---\ntitle: 題\nupdated: 2026-11-22\n---\n# 題\n\n当サイトの広告についての記事です。\n"
    )
    (article,), _ = results(path)
    assert (article.id, article.updated) == ("a", date(2026, 11, 22))
    assert [b.text for b in article.blocks] == ["当サイトの広告についての記事です。"]


@pytest.mark.parametrize(
    ("path", "identifier"),
    [
        ("000_0885ed", "000_0885ed"),
        ("2024/Win11 更新", "2024-win11-"),
        ("更新", ""),
        ("a/b.c", "a-b-c"),
    ],
)
def test_ids_from_paths(path: str, identifier: str) -> None:
    """An id is short ASCII, the same every time, and tells Japanese names apart by a hash."""
    assert slug(path).startswith(identifier)
    assert slug(path) == slug(path)
    assert slug(path).isascii()
    assert slug("更新") != slug("認証")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp932", "euc_jp"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    """Files in the encodings of Japanese machines are read."""
    put(tmp_path / "a.txt", "認証の記事\n\n認証が外れました。\n".encode(encoding))
    (article,), _ = results(tmp_path)
    assert (article.title, article.text) == ("認証の記事", "認証が外れました。")


BAD = {
    "binary.txt": (bytes(range(256)), "binary"),
    "image.md": (b"\x89PNG\r\n\x1a\n\0", "image"),
    "korean.txt": ("윈도우 업데이트 후 인증이 풀린 경우 확인하세요".encode("euc_kr"), "unknown encoding"),
    "empty.md": (b"", "no text"),
    "headings.md": (b"# a\n\n## b\n", "no text"),
    "only-script.html": (b"<script>x</script>", "no text"),
    "broken.md": ("---\ntitle: a\nwhen: b\n---\n文です。\n".encode(), "unknown key 'when'"),
    "huge.txt": (b"a" * (MAX_BYTES + 1), "5.0 MB"),
}


def test_bad_files_do_not_stop_good_ones(tmp_path: Path) -> None:
    """Each bad file is named with reason and remedy; the good ones around it are read."""
    put(tmp_path / "0.md", "文です。")
    put(tmp_path / "z.md", "文です。")
    for name, (data, _) in BAD.items():
        put(tmp_path / name, data)
    articles, skipped = results(tmp_path)
    assert [a.id for a in articles] == ["0", "z"]
    reasons = {Path(item.source.split(":")[0]).name: item for item in skipped}
    assert reasons.keys() == BAD.keys()
    for name, (_, words) in BAD.items():
        assert words in reasons[name].reason, name
        assert reasons[name].remedy, name
    assert reasons["broken.md"].source.endswith("broken.md:3")


def test_duplicate_ids(tmp_path: Path) -> None:
    """The second article with an id is skipped and both files are named."""
    put(tmp_path / "a.md", MD.format(id="same"))
    put(tmp_path / "b.md", MD.format(id="same"))
    articles, (skipped,) = results(tmp_path)
    assert len(articles) == 1
    assert skipped.source.endswith("b.md")
    assert "'same'" in skipped.reason
    assert "a.md" in skipped.reason


def test_links(tmp_path: Path) -> None:
    """Links that lead in circles, to nowhere or to something else are named; a linked folder is read once."""
    put(tmp_path / "real" / "a.md", "文です。")
    (tmp_path / "again").symlink_to(tmp_path / "real")
    (tmp_path / "real" / "up").symlink_to(tmp_path)
    (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
    (tmp_path / "gone.md").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.txt")
    articles, skipped = results(tmp_path)
    assert [a.id for a in articles] == ["real-a"]
    assert sorted(Path(s.source).name for s in skipped) == ["again", "gone.md", "pipe.txt", "self.txt", "up"]


def test_unprintable_file_name(tmp_path: Path) -> None:
    """A file name that is not UTF-8 gives an id, a title and a report that can be written anywhere."""
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\x83e.md")).write_text("文です。", "utf-8")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\x83f.md")).write_text("", "utf-8")
    (article,), (skipped,) = results(tmp_path)
    f"{article.id}{article.title}{skipped.source}".encode()


def test_unreadable_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unreadable folder is an error, an unreadable sub-folder or file is named and passed over."""
    put(tmp_path / "a.md", "文です。")
    put(tmp_path / "b.md", "文です。")
    put(tmp_path / "closed" / "c.md", "文です。")
    real_scandir, real_read = os.scandir, Path.read_bytes

    def scandir(path: Path):
        if path.name == "closed":
            raise PermissionError(13, "Permission denied")
        return real_scandir(path)

    def read_bytes(self: Path) -> bytes:
        if self.name == "a.md":
            raise PermissionError(13, "Permission denied")
        return real_read(self)

    monkeypatch.setattr(os, "scandir", scandir)
    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    articles, skipped = results(tmp_path)
    assert [a.id for a in articles] == ["b"]
    assert sorted(Path(s.source).name for s in skipped) == ["a.md", "closed"]
    with pytest.raises(SourceError, match="cannot be read"):
        read(str(tmp_path / "closed"))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("nowhere", "does not exist"),
        ("empty", "holds no article"),
        ("a.pdf", "ends in '.pdf'"),
        ("https://a:b@example.jp", "holds a password"),
        ("a\0b", "does not exist"),
        ("x" * 5_000, "cannot be looked at"),
        ("", "is empty"),
        ("fifo", "neither a folder nor a regular file"),
    ],
)
def test_unusable_sources(tmp_path: Path, source: str, words: str) -> None:
    """A source that cannot be read as a whole is an error at once, with what to do."""
    (tmp_path / "empty").mkdir()
    put(tmp_path / "a.xml", "<rss/>")
    put(tmp_path / "a.pdf", "x")
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(SourceError, match=words):
        read(str(tmp_path / source) if source and "://" not in source else source)


def test_repeated_chrome(tmp_path: Path) -> None:
    """What the pages of a folder repeat is left out of all of them."""
    for n in range(6):
        put(
            tmp_path / f"{n}.txt", f"題の{n}行\n\nこれは{n}番の記事の文です。\n\n青い鳥の合言葉をいつも唱えています。\n"
        )
    articles, _ = results(tmp_path)
    assert [a.text for a in articles] == [f"これは{n}番の記事の文です。" for n in range(6)]


def rows(path: Path, *items: object) -> Path:
    """Write a JSONL file; bytes are lines as they are."""
    lines = [item if isinstance(item, bytes) else json.dumps(item).encode() for item in items]
    return put(path, b"\n".join(lines))


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("a\u200b\u200b.md", "a\u200b\u200b.md"),
        (" a  b.md\n", "a b.md"),
        ("a\x1b\ud800b", "ab"),
        ("記事:１", "記事:１"),
    ],
)
def test_an_id_stays_what_others_know_the_article_by(tmp_path: Path, written: str, kept: str) -> None:
    """Judgements and links name an article by its id: only what cannot be stored or printed goes."""
    (article,), skipped = results(rows(tmp_path / "a.jsonl", {"_id": written, "text": "文です。"}))
    assert (article.id, skipped) == (kept, [])


def test_jsonl(tmp_path: Path) -> None:
    """Rows become articles, ids untouched; text is read as Markdown or as plain text by its marks."""
    path = rows(
        tmp_path / "a.jsonl",
        {
            "_id": "set:A/b.md",
            "title": "題",
            "text": "# 章\n\n**太字**です。",
            "url": "https://example.jp/",
            "updated": "2026-11-22",
        },
        b"",
        {"_id": 7, "title": "", "text": "最初の文です。次の文です。", "date": "x"},
    )
    (first, second), skipped = results(path)
    assert (first.id, first.title, first.url, first.updated) == (
        "set:A/b.md",
        "題",
        "https://example.jp/",
        date(2026, 11, 22),
    )
    assert [b.text for b in first.blocks] == ["章", "太字です。"]
    assert (second.id, second.title) == ("7", "最初の文です")
    assert skipped == []


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (b'{"_id": "a", "text": "\0\0"}', "NUL bytes"),
        (b"\0" * 100, "NUL bytes"),
        (b'{"_id": "a", ', "no valid JSON"),
        (b"[" * 100_000, "no valid JSON"),
        (b'{"_id": ' + b"9" * 5_000 + b"}", "no valid JSON|no '_id'"),
        ('{"_id": "あ"}'.encode("cp932"), "not UTF-8"),
        (["a"], "no JSON object"),
        ({"text": "文です。"}, "no '_id'"),
        ({"_id": True, "text": "文です。"}, "no '_id'"),
        ({"_id": "a"}, "no 'text'"),
        ({"_id": "a", "text": ["x"]}, "'text' that is no text"),
        ({"_id": "a", "text": "文です。", "title": 3}, "'title' that is no text"),
        ({"_id": "a", "text": "文です。", "updated": "昨日"}, "no date"),
        ({"_id": "a", "text": "# 章\n"}, "no text"),
        ({"_id": "good", "text": "二つ目です。"}, "already that of line 1"),
    ],
)
def test_bad_rows(tmp_path: Path, row: object, words: str) -> None:
    """A bad row is named by its line and the rows around it are read."""
    path = rows(tmp_path / "a.jsonl", {"_id": "good", "text": "文です。"}, row, {"_id": "last", "text": "文です。"})
    articles, (skipped,) = results(path)
    assert [a.id for a in articles] == ["good", "last"]
    assert skipped.source == f"{path}:2"
    assert any(word in skipped.reason for word in words.split("|"))


def test_enormous_row(tmp_path: Path) -> None:
    """A line of many megabytes is passed over without being held in memory."""
    path = rows(tmp_path / "a.jsonl", b"x" * 12_000_000, {"_id": "a", "text": "文です。"})
    articles, (skipped,) = results(path)
    assert [a.id for a in articles] == ["a"]
    assert "longer than 5 MB" in skipped.reason


def test_lone_surrogates(tmp_path: Path) -> None:
    """Half a character in an escape does not survive to break whatever writes UTF-8 later."""
    path = put(tmp_path / "a.jsonl", '{"_id": "a", "title": "\\ud800", "text": "文\\udfffです。"}')
    (article,), _ = results(path)
    f"{article.title}{article.text}".encode()


def test_memory_does_not_grow(tmp_path: Path) -> None:
    """Ten times the rows take hardly more memory: one article is held at a time."""

    def peak(count: int) -> int:
        path = rows(
            tmp_path / f"{count}.jsonl", *({"_id": str(n), "text": f"{n}番の文です。" * 50} for n in range(count))
        )
        tracemalloc.start()
        for _ in read(str(path)):
            pass
        high = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return high

    peak(10)  # loads what is loaded once
    assert peak(300) < 1.5 * peak(60) + 200_000


@pytest.mark.shared
def test_damaged_material(shared: Path) -> None:
    """Rows of NUL bytes, as in the damaged files beside the clone, are named; the others are read."""
    for path in sorted((shared / "data" / "ms-docs-ja").glob("*.jsonl"))[:3]:
        good = sum(1 for line in path.read_bytes().split(b"\n") if line.strip() and b"\0" not in line)
        articles, skipped = results(path)
        assert len(articles) + sum("NUL" not in item.reason for item in skipped) == good
