"""Feed an ingest bad items, one after the other, and see what each costs: a check with a verdict.

Run `python -m benchmarks.bench_bad [NAME...]` from the root of the clone. Each bad item stands among good ones in a
source that was ingested without it before. It must be named in the report or in the error, all good items must be in
the index, or, where the source as a whole cannot be trusted, the live index must be as it was. Each ingest runs in a
process of its own: all its seconds (clock and processor) and its peak memory count, the building of the index
included. Vectors are hashes of the words. JSON on stdout; exit code 1 when anything is not as it should be.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import sys
import tempfile
import time
import zlib
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import chromadb.api.rust  # noqa: F401  # here, so that no copy of this process spends its time on it

from benchmarks.bench_kill import Copy, run_apart
from benchmarks.common import circumstances
from bot.errors import GuideError
from bot.index import check, open_index
from bot.index.generations import current
from bot.settings import Settings
from bot.text.tokens import tokenize
from ingest.recipe import recipe
from ingest.run import ingest
from tests.fakes import HashEmbedder
from tests.ingest.wordpress_site import Blog, Request, serve

__all__ = ["CASES", "main"]

SECONDS, MEGABYTES = 5.0, 500
_GOOD = 12
_TEXT = "<p>記事{}の本文です。更新プログラムを入れ直してから、もう一度確かめます。</p>"
_BIG = 50_000_000
_DEEP = "<div>" * 10_000 + "深い" + "</div>" * 10_000
_KOREAN = "윈도우 업데이트 후 인증이 풀린 경우 확인하세요".encode("euc_kr")
_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Case:
    """A bad item: `make(folder, stack, bad)` returns the source with or without it.

    `named` must match what is said of it; `fails` tells that the source as a whole is refused then. `good` is how many
    articles the index must hold in the end.
    """

    make: Callable[[Path, ExitStack, bool], str]
    named: str
    fails: bool = False
    good: int = _GOOD


def main() -> None:
    """Try each, print what it cost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME")
    names = parser.parse_args().names or list(CASES)
    tokenize("最初の語")
    recipe()
    table = {name: _tried(CASES[name]) for name in names}
    result = {
        **circumstances(),
        "limits": {"seconds": SECONDS, "mb": MEGABYTES},
        "worst": {what: max(row.get(what, 0) for row in table.values()) for what in ("seconds", "cpu_seconds", "mb")},
        "cases": table,
        **{
            what: [f"{name}: {row[key]}" for name, row in table.items() if row.get(key)]
            for what, key in (("problems", "problem"), ("slow", "too_slow"))
        },
    }
    print(json.dumps(result, ensure_ascii=False, indent=1))
    sys.exit(bool(result["problems"] or result["slow"]))


def _tried(case: Case) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as home:
        out = Path(home) / "found.json"
        status = run_apart(lambda: out.write_text(json.dumps(_try(case, Path(home)), ensure_ascii=False), "utf-8"))
        if not out.is_file():
            return {"problem": f"the process ended with {status}"}
        found: dict[str, Any] = json.loads(out.read_bytes())
        return found


def _try(case: Case, home: Path) -> dict[str, Any]:
    copy = Copy()
    settings = Settings(index=home / "index", allow_private_addresses=True)
    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(check, "_CHECKER", check.Checker(start=lambda: copy)))  # type: ignore[arg-type,return-value]
        stack.enter_context(mock.patch("ingest.run.open_embedder", return_value=HashEmbedder()))
        stack.callback(copy.communicate)
        stack.callback(copy.kill)
        (home / "source").mkdir()
        ingest([case.make(home / "source", stack, False)], settings)
        before = _state(settings.index)
        source = case.make(home / "source", stack, True)
        began, worked = time.perf_counter(), time.process_time()
        said, failed = "", False
        try:
            report = ingest([source], settings)
            said = " / ".join(f"{item.source}: {item.reason}" for item in report.skipped)
        except GuideError as error:
            said, failed = str(error), True
        row = {
            "seconds": round(time.perf_counter() - began, 2),
            "cpu_seconds": round(time.process_time() - worked, 2),
            "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            "said": said[:200],
        }
        problems = []
        if not re.search(case.named, said):
            problems.append(f"it is not named: {said[:200]!r}")
        if failed != case.fails:
            problems.append("the source was refused" if failed else "the source was not refused")
        if case.fails and _state(settings.index) != before:
            problems.append("the live index changed")
        index = open_index(settings.index, HashEmbedder().name, HashEmbedder().dimension)
        if index.manifest.articles != case.good:
            problems.append(f"the index holds {index.manifest.articles} articles instead of {case.good}")
        index.close()
        if row["cpu_seconds"] > SECONDS or row["seconds"] > SECONDS + _waited(row):
            row["too_slow"] = f"{row['seconds']} s, {row['cpu_seconds']} s of them working"
        if row["mb"] > MEGABYTES:
            problems.append("it took too much memory")
        return row | ({"problem": "; ".join(problems)} if problems else {})


def _waited(row: dict[str, Any]) -> float:
    """Return the seconds that a busy machine may add: as much as the work took times what others want of a core."""
    return float(row["cpu_seconds"] * max(0.0, os.getloadavg()[0] / (os.cpu_count() or 1) - 1) + os.getloadavg()[0] / 8)


def _state(index: Path) -> tuple[str, dict[str, str]]:
    live = current(index)
    return live.name, json.loads((live / "manifest.json").read_bytes())["files"]


# Files


def _folder(name: str, content: bytes | Callable[[], bytes]) -> Callable[[Path, ExitStack, bool], str]:
    def make(folder: Path, _: ExitStack, bad: bool) -> str:
        for number in range(_GOOD):
            (folder / f"good{number:02}.html").write_text(f"<h1>題{number}</h1>{_TEXT.format(number)}", "utf-8")
        if bad:
            (folder / name).write_bytes(content() if callable(content) else content)
        return str(folder)

    return make


def _jsonl(line: Callable[[], bytes]) -> Callable[[Path, ExitStack, bool], str]:
    def make(folder: Path, _: ExitStack, bad: bool) -> str:
        rows = [json.dumps({"_id": f"r{n}", "title": f"題{n}", "text": _TEXT.format(n)}).encode() for n in range(_GOOD)]
        path = folder / "rows.jsonl"
        path.write_bytes(b"\n".join([*rows[:6], *([line()] if bad else []), *rows[6:]]))
        return str(path)

    return make


_NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"'
)


def _item(number: int, content: str, title: str = "") -> bytes:
    text = (
        f"<item><title>{title or f'題{number}'}</title><link>https://blog.example/{number}</link>"
        f"<content:encoded><![CDATA[{content}]]></content:encoded><wp:post_id>{number}</wp:post_id>"
        "<wp:post_date>2026-01-01 00:00:00</wp:post_date><wp:post_type>post</wp:post_type>"
        "<wp:status>publish</wp:status></item>"
    )
    return text.encode()


def _wxr(
    bad_item: bytes | Callable[[], bytes] = b"", *, prolog: str = "", cut: bool = False
) -> Callable[[Path, ExitStack, bool], str]:
    def make(folder: Path, _: ExitStack, bad: bool) -> str:
        items = [_item(number, _TEXT.format(number)) for number in range(1, _GOOD + 1)]
        if bad:
            items.insert(6, bad_item() if callable(bad_item) else bad_item)
        head = f'<?xml version="1.0" encoding="UTF-8"?>{prolog if bad else ""}<rss version="2.0" {_NAMESPACES}>'
        body = head.encode() + b"<channel><wp:wxr_version>1.2</wp:wxr_version>" + b"\n".join(items)
        path = folder / "export.xml"
        tail = _item(99, _TEXT.format(99))[:-300] if cut and bad else b"</channel></rss>"
        path.write_bytes(body + tail)
        return str(path)

    return make


_LAUGHS = (
    "<!DOCTYPE rss [<!ENTITY a0 'ha'>" + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10)) + "]>"
)
_OUTSIDE = "<!DOCTYPE rss [<!ENTITY secret SYSTEM 'file:///etc/passwd'>]>"


# Sites


def _site(change: Callable[[Blog], None]) -> Callable[[Path, ExitStack, bool], str]:
    """Return a maker of a WordPress blog that `change` makes bad."""
    blogs: list[Blog] = []

    def make(_: Path, stack: ExitStack, bad: bool) -> str:
        if not bad:
            blog = stack.enter_context(serve(Blog()))
            for number in range(_GOOD):
                blog.add(f"題{number}", _TEXT.format(number))
            blogs.append(blog)
        else:
            change(blogs[-1])
        return blogs[-1].url

    return make


def _down(blog: Blog) -> None:
    blog.url = "http://127.0.0.1:9"  # where nobody listens


def _bomb(blog: Blog) -> None:
    post = blog.add("爆弾", _TEXT.format("爆"))
    squeeze = zlib.compressobj(9, wbits=16 + zlib.MAX_WBITS)
    packed = b"".join(squeeze.compress(b" " * 1_000_000) for _ in range(1000)) + squeeze.flush()

    def trouble(request: Request) -> Any:
        asked = request.query.get("include", "").split(",")
        return (200, _JSON | {"Content-Encoding": "gzip"}, packed) if str(post) in asked and not request.lists else None

    blog.trouble = trouble


def _slow(blog: Blog) -> None:
    def trouble(_: Request) -> None:
        time.sleep(30)

    blog.trouble = trouble


def _one_slow(blog: Blog) -> None:
    post = blog.add("遅い記事", _TEXT.format("遅"))

    def trouble(request: Request) -> None:
        if str(post) in request.query.get("include", "").split(",") and not request.lists:
            time.sleep(30)

    blog.trouble = trouble


def _inside(blog: Blog) -> None:
    # The blog itself is allowed to be here; what it redirects to has another port, where nobody may be asked.
    blog.trouble = lambda _: (302, {"Location": "http://localhost:9/secret"}, b"")


def _pages(blog: Blog) -> None:
    blog.trouble = lambda request: (
        (200, {"Content-Type": "text/html"}, b"<html>login</html>") if request.lists else None
    )


def _halved(blog: Blog) -> None:
    for number in list(blog.posts)[: _GOOD // 2]:
        blog.edit(number, status="trash")


def _changing(blog: Blog) -> None:
    def trouble(request: Request) -> None:
        if request.lists and request.query.get("page", "1") == "1":
            blog.clock += 1
        if request.kind == "posts" and "include" in request.query:
            number = int(request.query["include"].split(",")[0])
            blog.edit(number, status="trash")

    blog.add("書きかけ", _TEXT.format("書"))
    blog.trouble = trouble


def _feed(body: Callable[[bool], bytes]) -> Callable[[Path, ExitStack, bool], str]:
    def make(folder: Path, _: ExitStack, bad: bool) -> str:
        path = folder / "feed.xml"
        path.write_bytes(body(bad))
        return str(path)

    return make


def _rss(bad: bool, prolog: str = "", cut: int = 0) -> bytes:
    items = "".join(
        f"<item><title>題{n}</title><guid>https://blog.example/{n}</guid><description><![CDATA[{_TEXT.format(n)}]]>"
        "</description></item>"
        for n in range(_GOOD)
    )
    text = f'<?xml version="1.0"?>{prolog if bad else ""}<rss version="2.0"><channel>{items}</channel></rss>'
    return text.encode()[: -cut if bad and cut else None]


def _huge() -> str:
    return "<h1>大きい</h1>" + "<p>長い文が続きます。</p>" * (_BIG // 38)


def _huge_line() -> bytes:
    return json.dumps({"_id": "huge", "text": "あ" * (_BIG // 6)}).encode()


CASES: dict[str, Case] = {
    "malformed item": Case(_wxr("<item><title>壊れた<wp:post_id>50</item>".encode()), r"item 7"),
    "truncated export": Case(_wxr(cut=True), r"item 13"),
    "entity bomb": Case(_wxr(_item(50, "", "&a9;"), prolog=_LAUGHS), r"entities"),
    "external entity": Case(_wxr(_item(50, "", "&secret;"), prolog=_OUTSIDE), r"entities"),
    "wrong encoding in an export": Case(_wxr(_item(50, "<p>X</p>").replace(b"X", _KOREAN)), r"item 7"),
    "wrong encoding of a file": Case(_folder("bad.txt", _KOREAN), r"bad\.txt"),
    "control characters in a file": Case(_folder("bad.txt", bytes(range(32)) * 40), r"bad\.txt"),
    "control characters in an export": Case(_wxr(_item(50, "<p>\x01\x02\x08本文</p>")), "", good=_GOOD + 1),
    "10,000-deep HTML, a file": Case(_folder("deep.html", _DEEP.encode()), "", good=_GOOD + 1),
    "10,000-deep HTML, a post": Case(_wxr(_item(50, _DEEP)), "", good=_GOOD + 1),
    "10,000-deep JSON": Case(_jsonl(lambda: b"[" * 10_000 + b"]" * 10_000), r"rows\.jsonl:7"),
    "50 MB file": Case(_folder("huge.html", lambda: _huge().encode()), r"huge\.html"),
    "50 MB post": Case(_wxr(lambda: _item(50, _huge())), r"item 7"),
    "50 MB line": Case(_jsonl(_huge_line), r"rows\.jsonl:7"),
    "truncated feed": Case(_feed(lambda bad: _rss(bad, cut=60)), r"the feed is damaged", good=_GOOD - 1),
    "entity bomb in a feed": Case(_feed(lambda bad: _rss(bad, prolog=_LAUGHS)), r"feed\.xml declares", fails=True),
    "site down": Case(_site(_down), r"127\.0\.0\.1.*cannot be reached", fails=True),
    "slow site": Case(_site(_slow), r"127\.0\.0\.1.*did not answer", fails=True),
    "slow post": Case(_site(_one_slow), r"-13\): the site did not answer"),
    "gzip bomb": Case(_site(_bomb), r"-13\): the site sent more than"),
    "redirect to localhost": Case(_site(_inside), r"127\.0\.0\.1.*cannot be reached", fails=True),
    "HTML instead of JSON": Case(_site(_pages), r"127\.0\.0\.1.*web page instead of JSON", fails=True),
    "shrinks by half": Case(_site(_halved), r"6 of 12 articles would be removed", fails=True),
    "changes while it is read": Case(_site(_changing), r"-13\): it was taken off the site while it was read"),
}


if __name__ == "__main__":
    main()
