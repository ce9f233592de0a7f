"""What the command-line tests share: the command in this process or as a real one, and a tiny folder of articles."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

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
        """Return the one line on stderr; fail when there is none or more, or a traceback."""
        lines = self.err.strip().splitlines()
        assert len(lines) == 1, self.err
        assert "Traceback" not in self.err
        return lines[0]


Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def _own_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Run each test in a directory of its own, without settings from outside."""
    for name in list(os.environ):
        if name.startswith("GUIDE_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    yield


@pytest.fixture
def fake_model(monkeypatch: pytest.MonkeyPatch) -> HashEmbedder:
    """Put the fake embedder where commands open the configured one."""
    fake = HashEmbedder()
    for place in ("bot.backends.embedder.open_embedder", "ingest.run.open_embedder", "app.open_embedder"):
        monkeypatch.setattr(place, lambda _settings: fake)
    return fake


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `guide` in this process."""
    from bot.cli import main

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


def spawn(*arguments: str | Path, **options: Any) -> subprocess.Popen[bytes]:
    """Start `guide` as a process of its own, with pipes."""
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    command = [sys.executable, "-c", "from bot.cli import main; main()", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **options.pop("env", {})}
    return subprocess.Popen(command, env=environment, **options)


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """Return a folder of three small articles."""
    folder = tmp_path / "articles"
    folder.mkdir()
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture
def index(fake_model: HashEmbedder, articles: Path, tmp_path: Path) -> Path:
    """Return an index of the three articles, built with the fake model."""
    from ingest.build import build
    from ingest.sources import read

    path = tmp_path / "index"
    build(read(str(articles)), index=path, embedder=fake_model, sources=[str(articles)])
    return path
