"""The articles are written in their own words: no long run of characters is shared with the real material."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.types import Article
from ingest.sources import read

_LONGEST = 30
_STEP = 16
"""A run of 31 characters holds a whole block of 16 that starts at a multiple of 16, wherever it begins."""

_FIXED = re.compile(
    r"[A-Za-z0-9_./:\\%#?=&+-]{12,}|「[^」]{6,}」|(?:DISM|manage-bde|winfr|cscript|slmgr)[^。]*|設定›[^。、]*",
    re.IGNORECASE,
)
"""Commands, addresses, codes, menu paths and quoted titles or messages are what they are."""


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _blocks(path: Path) -> tuple[str, set[str]]:
    text = _squeezed(path.read_text("utf-8", errors="ignore").replace("\0", ""))
    return text, {text[start : start + _STEP] for start in range(0, len(text) - _STEP, _STEP)}


@pytest.mark.shared
def test_no_sentence_shares_more_than_thirty_characters(corpus: Path, shared: Path) -> None:
    """Facts may come from elsewhere, sentences may not; names, menu paths, messages and commands excepted."""
    articles = {
        item.id: _FIXED.sub("\n", _squeezed(item.text))
        for item in read(str(corpus / "articles"))
        if isinstance(item, Article)
    }
    assert len(articles) >= 48
    found = []
    for path in sorted((shared / "data").rglob("*")):
        if path.suffix not in {".txt", ".csv", ".jsonl"}:
            continue
        text, blocks = _blocks(path)
        for name, body in articles.items():
            for start in range(len(body) - _STEP):
                if body[start : start + _STEP] not in blocks:
                    continue
                first = max(0, start - _LONGEST)
                runs = (body[at : at + _LONGEST + 1] for at in range(first, start + 1))
                found += [
                    (name, path.name, run) for run in runs if len(run) > _LONGEST and "\n" not in run and run in text
                ]
    assert not found
