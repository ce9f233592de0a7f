"""What the command-line tests share: the command in this process or as a real one, and a tiny folder of articles."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.knowledge import load_knowledge
from bot.settings import PREFIX, Settings
from tests.fakes import HashEmbedder

ROOT = Path(__file__).resolve().parents[2]

ARTICLES = {
    "update-0x80070643.md": """---
title: 更新プログラムが 0x80070643 で失敗する
updated: 2026-05-01
evidence: 公式
---

## 何が起きているか

エラー 0x80070643 は、回復パーティションの空きが足りないときに表示されます。

## 直し方

1. 回復パーティションを 250 MB 広げます。
2. 更新プログラムをもう一度実行します。
""",
    "printer.md": """---
title: プリンターで印刷できない
updated: 2026-03-01
---

## まず試すこと

プリンターの電源を切り、1分待ってから入れ直してください。印刷キューに残った文書を削除します。
""",
    "sound.md": """---
title: 音が出ない
updated: 2026-02-01
---

## まず試すこと

音量アイコンを押して、出力先のスピーカーを選び直してください。イヤホンを抜いて確かめます。
""",
}


@dataclass(frozen=True, slots=True)
class Result:
    """What a command left behind: exit code, stdout, stderr."""

    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """Return the one line that the command said, all of it on stderr."""
        assert self.out == ""
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        assert lines[0].startswith("guide: ")
        return lines[0]


Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def _own_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Run each test in a directory of its own, without settings from outside."""
    for name in Settings.model_fields:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))  # for processes started there
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def fake_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory in which fake models keep vectors, apart from those of this machine's real ones."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def use_model(monkeypatch: pytest.MonkeyPatch, fake_cache: Path) -> Callable[[Any], None]:
    """Return a function that puts an embedder where commands open the configured one."""
    monkeypatch.setattr("ingest.run.model_cache", lambda _settings: fake_cache)

    def use(model: Any) -> None:
        # Their source last: imported while it is patched, they would keep the fake for the rest of the session.
        for place in (
            "ingest.run.open_embedder",
            "bot.answer.assemble.open_embedder",
            "bot.backends.embedder.open_embedder",
        ):
            monkeypatch.setattr(place, lambda _settings: model)

    return use


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], use_model: Callable[[Any], None]) -> Run:
    """Run `guide` in this process, with the fake embedder; knowledge files are parsed once a session."""
    from bot.cli import main

    use_model(HashEmbedder())
    monkeypatch.setattr("bot.knowledge.load_knowledge", _load_knowledge)

    def run(*arguments: str | Path) -> Result:
        monkeypatch.setattr(sys, "argv", ["guide", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as caught:
            main()
        shown = capsys.readouterr()
        assert isinstance(caught.value.code, int)
        assert "Traceback" not in shown.err
        return Result(caught.value.code, shown.out, shown.err)

    return run


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """Return a folder of three small articles."""
    return _write_articles(tmp_path)


@pytest.fixture
def index(articles: Path, tmp_path: Path) -> Path:
    """Return an index of the three articles, built with the fake model, to do with as one likes."""
    return _build(articles, tmp_path / "index")


@pytest.fixture(scope="session")
def same_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return such an index for all tests that only read it."""
    folder = tmp_path_factory.mktemp("cli")
    return _build(_write_articles(folder), folder / "index")


def spawn(*arguments: str | Path, code: str = "from bot.cli import main; main()", **options: Any) -> Any:
    """Start `guide` as a process of its own, its output piped; `code` may prepare something first."""
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL} | options
    return subprocess.Popen([sys.executable, "-c", code, *map(str, arguments)], **options)


@cache
def _load_knowledge(corpus: Path) -> Any:
    return load_knowledge(corpus)


def _write_articles(parent: Path) -> Path:
    folder = parent / "articles"
    folder.mkdir()
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def _build(articles: Path, path: Path) -> Path:
    from ingest.build import build
    from ingest.sources import read

    build(read(str(articles)), index=path, embedder=HashEmbedder(), sources=[str(articles)])
    return path
