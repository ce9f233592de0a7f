"""TREC run files: `qid Q0 docno rank score tag`, one line a retrieved article.

Format: https://github.com/usnistgov/trec_eval
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.errors import DiskError

__all__ = ["write_run"]

_TAG = "trouble-guide"


def write_run(path: Path, query_ids: Sequence[str], ranked: Sequence[Sequence[tuple[str, float]]]) -> None:
    """Write one run. White space in ids becomes `_`, as the format has no quoting. Raises `DiskError`."""
    lines = [
        f"{_word(query_id)} Q0 {_word(article_id)} {rank} {score:.6f} {_TAG}\n"
        for query_id, results in zip(query_ids, ranked, strict=True)
        for rank, (article_id, score) in enumerate(results, 1)
    ]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(lines), "utf-8")
    except OSError as error:
        raise DiskError(f"{path} cannot be written ({error.strerror}); choose another place for --run") from None


def _word(text: str) -> str:
    return "_".join(text.split()) or "_"
