"""`guide doctor`: check machine, settings, model, corpus and index, and say what to do."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

import typer

from bot.cli.common import IndexOption, JsonOption, print_json, settings_for
from bot.errors import DiskError, GuideError, PortError
from bot.settings import PREFIX, Settings, describe

__all__ = ["EXAMPLE", "run"]

EXAMPLE = "Example: guide doctor --json"

_LOW_DISK_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class _Check:
    name: str
    ok: bool
    detail: str


def run(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Check what answering needs, and say what to do.

    Lists every setting with its value, its source and its help, then checks disk, port, corpus, models (a chat
    model with one tiny call) and index.
    """
    settings = settings_for(index)
    rows = describe(settings)
    if index is not None:
        rows = [replace(row, source="--index") if row.name == f"{PREFIX}INDEX" else row for row in rows]
    checks = [_checked(name, check, settings) for name, check in _CHECKS]
    if as_json:
        print_json({"settings": [asdict(row) for row in rows], "checks": [asdict(check) for check in checks]})
    else:
        for row in rows:
            typer.echo(f"{row.name} = {row.value or '(empty)'}  [{row.source}]\n    {row.help}")
        typer.echo("")
        for found in checks:
            typer.echo(f"{'ok ' if found.ok else 'BAD'} {found.name}: {found.detail}")
    if not all(found.ok for found in checks):
        raise typer.Exit(1)


def _checked(name: str, check: Callable[[Settings], str], settings: Settings) -> _Check:
    try:
        return _Check(name, ok=True, detail=check(settings))
    except GuideError as error:
        return _Check(name, ok=False, detail=str(error))


def _disk(settings: Settings) -> str:
    path = settings.index.absolute()
    try:
        while not path.exists():
            path = path.parent
        free = shutil.disk_usage(path).free
    except OSError as error:
        raise DiskError(f"{path} cannot be looked at ({error.strerror}); check the path and its rights") from None
    if free < _LOW_DISK_BYTES:
        raise DiskError(f"{path} has {free >> 20} MB free; a build needs room for a second index, so free 1 GB")
    return f"{free >> 30} GB free"


def _port(settings: Settings) -> str:
    from bot.web.server import listen

    try:
        listen(settings.host, settings.port).close()
    except PortError as error:
        raise PortError(f"{error}; if the guide itself uses it, all is well") from None
    return f"{settings.host} port {settings.port} is free"


def _corpus(settings: Settings) -> str:
    from ingest.check_corpus import check_corpus

    problems = check_corpus(settings.corpus)
    if problems:
        lines = "\n".join(f"    {item.file}:{item.line}: {item.message}; {item.remedy}" for item in problems)
        raise GuideError(f"{len(problems)} problems in {settings.corpus}\n{lines}")
    return f"{settings.corpus} is sound"


def _model(settings: Settings) -> str:
    from bot.backends.embedder import open_embedder

    embedder = open_embedder(settings)
    embedder.embed_queries(["起動しない"])
    return f"{embedder.name}, {embedder.dimension} dimensions"


def _reranker(settings: Settings) -> str:
    from bot.backends.reranker import open_reranker

    reranker = open_reranker(settings)
    if reranker is None:
        return "none is set, passages stay in the order of the search"
    start = time.perf_counter()
    reranker.score("起動しない", ["電源ボタンを長押しします。"], 60.0)
    return f"{reranker.name}, {(time.perf_counter() - start) * 1e3:.0f} ms for the first passage"


def _chat(settings: Settings) -> str:
    from bot.backends.chat_model import Allowance, Message, open_chat_model

    chat = open_chat_model(settings)
    if chat is None:
        return "none is set, answers are in the articles' own words"
    start = time.perf_counter()
    for _ in chat.stream(
        [Message("user", "「はい」とだけ答えてください。")], Allowance(settings.chat_seconds, calls=1)
    ):
        break  # one word is enough
    return f"{chat.name}, first word after {time.perf_counter() - start:.1f} s"


def _index(settings: Settings) -> str:
    from bot.backends.embedder import open_embedder
    from bot.index import open_index
    from bot.index.adaptation import adapted

    embedder = adapted(open_embedder(settings), settings)
    opened = open_index(settings.index, embedder.name, embedder.dimension)
    try:
        manifest = opened.manifest
        sources = ", ".join(manifest.sources)
        tuning = manifest.tuning
        tuned = (
            f", tuned on {tuning.pairs} questions (nDCG@10 {tuning.ndcg_before:.3f} -> {tuning.ndcg_after:.3f})"
            if tuning is not None
            else ""
        )
        return f"{manifest.articles} articles, {manifest.chunks} chunks, built {manifest.created} from {sources}{tuned}"
    finally:
        opened.close()


_CHECKS: tuple[tuple[str, Callable[[Settings], str]], ...] = (
    ("disk", _disk),
    ("port", _port),
    ("corpus", _corpus),
    ("model", _model),
    ("reranker", _reranker),
    ("chat model", _chat),
    ("index", _index),
)
