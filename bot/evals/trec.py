"""TREC files, read and written so that other tools measure our runs and we measure theirs.

A run line is `query Q0 document rank score tag`, a judgement line `query 0 document relevance`. Format:
https://github.com/usnistgov/trec_eval
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.errors import DiskError, UsageError
from bot.retrieval.trec import write_run

__all__ = ["read_run", "strictly_falling", "write_qrels", "write_ranked"]

_COLUMNS = 6
_STEP = 1e-6
"""Run files carry six decimals."""


def read_run(path: Path) -> dict[str, dict[str, float]]:
    """Return {query: {document: score}} of a run file. Raises `UsageError` naming file, line and what is expected."""
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}); give a TREC run file") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 (byte {error.start}); give a TREC run file") from None
    run: dict[str, dict[str, float]] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        columns = line.split()
        score = _score(columns[4]) if len(columns) == _COLUMNS else None
        if score is None:
            raise UsageError(f"{path}:{number}: found {line[:60]!r}, expected `query Q0 document rank score tag`")
        documents = run.setdefault(columns[0], {})
        if columns[2] in documents:
            raise UsageError(f"{path}:{number}: the document {columns[2]} occurs twice for {columns[0]}; keep one")
        documents[columns[2]] = score
    if not run:
        raise UsageError(f"{path} is empty; give a TREC run file")
    return run


def write_ranked(path: Path, ranked: Mapping[str, Sequence[tuple[str, float]]]) -> None:
    """Write a run whose scores fall strictly, so that every tool reads the order in which it was shown."""
    write_run(path, list(ranked), [strictly_falling(rows) for rows in ranked.values()])


def strictly_falling(ranked: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """Return the pairs in the same order, each score at least one millionth below the one before."""
    result: list[tuple[str, float]] = []
    for document, score in ranked:
        rounded = round(score, 6)
        result.append((document, min(rounded, round(result[-1][1] - _STEP, 6)) if result else rounded))
    return result


def write_qrels(path: Path, judged: Mapping[str, Mapping[str, int]]) -> None:
    """Write judgements. White space in ids becomes `_`, as in runs. Raises `DiskError`."""
    lines = [
        f"{'_'.join(query.split())} 0 {'_'.join(document.split())} {relevance}\n"
        for query, rows in judged.items()
        for document, relevance in rows.items()
    ]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(lines), "utf-8")
    except OSError as error:
        raise DiskError(f"{path} cannot be written ({error.strerror}); choose another place for --report") from None


def _score(text: str) -> float | None:
    try:
        score = float(text)
    except ValueError:
        return None
    return score if math.isfinite(score) else None
