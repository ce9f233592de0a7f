"""What an index answers and holds, asked through the command line."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run

GOOD = "# 起動しない\n\n電源ケーブルを抜き、1分待ってからつなぎ直してください。\n"


def answers(cli: Run, index: Path) -> bool:
    """Tell whether the index of the three articles still answers."""
    answer = json.loads(cli("ask", "0x80070643 が出ます", "--index", index, "--json").out)
    return bool(answer["status"] == "answered" and answer["citations"][0]["article_id"] == "update-0x80070643")


def ids(cli: Run, index: Path) -> set[str]:
    """Return the ids of the articles that are found."""
    hits = json.loads(cli("search", "パソコン", "-k", "50", "--index", index, "--json").out)
    return {hit["article_id"] for hit in hits}
