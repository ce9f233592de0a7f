"""Measure retrieval alone on any set in BEIR's layout: corpus.jsonl, queries.jsonl, qrels.tsv.

Layout: Thakur et al. 2021, "BEIR", arXiv:2104.08663; https://github.com/beir-cellar/beir
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.errors import UsageError
from bot.evals.cases import read_objects
from bot.evals.metrics import Samples, ranking_samples

__all__ = ["BeirSet", "load_beir", "score_run"]

_COLUMNS = 3


@dataclass(frozen=True, slots=True)
class BeirSet:
    """A judged set. `queries` are those that have judgements; `judged` maps a query to {document: relevance}."""

    name: str
    corpus: Path
    queries: Mapping[str, str]
    judged: Mapping[str, Mapping[str, int]]
    documents: frozenset[str]


def load_beir(directory: Path, queries: str = "queries.jsonl", qrels: str | None = None) -> BeirSet:
    """Read a set; `qrels` defaults to qrels.tsv, else qrels/test.tsv. Raises `UsageError` naming file and line."""
    if not directory.is_dir():
        raise UsageError(f"{directory} is not a directory; give one with corpus.jsonl, queries.jsonl and qrels.tsv")
    corpus = directory / "corpus.jsonl"
    documents = frozenset(_ids(corpus))
    texts = _texts(directory / queries)
    path = directory / qrels if qrels else directory / "qrels.tsv"
    if qrels is None and not path.exists() and (directory / "qrels" / "test.tsv").exists():
        path = directory / "qrels" / "test.tsv"
    judged = _judgements(path, texts, documents)
    return BeirSet(directory.name, corpus, {name: texts[name] for name in judged}, judged, documents)


def score_run(judged: Mapping[str, Mapping[str, int]], run: Mapping[str, Mapping[str, float]], path: Path) -> Samples:
    """Return the samples of a run that was read from `path`, where white space in ids is `_`.

    Raises `UsageError` when it has no results for any judged query.
    """
    named = {_word(query): {_word(name): score for name, score in rows.items()} for query, rows in judged.items()}
    if not set(named) & set(run):
        raise UsageError(f"{path} has results for none of the {len(judged)} judged queries; give the run of this set")
    return ranking_samples(named, run)


def _word(text: str) -> str:
    return "_".join(text.split())


def _ids(path: Path) -> list[str]:
    found: dict[str, int] = {}
    for line, row in read_objects(path):
        name = row.get("_id")
        if not isinstance(name, str) or not name:
            raise UsageError(f'{path}:{line}: expected a text in "_id"; give each document an id')
        if name in found:
            raise UsageError(f"{path}:{line}: the id {name} is already on line {found[name]}; give each its own")
        found[name] = line
    return list(found)


def _texts(path: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for line, row in read_objects(path):
        name, text = row.get("_id"), row.get("text")
        if not isinstance(name, str) or not name or not isinstance(text, str) or not text.strip():
            raise UsageError(f'{path}:{line}: expected texts in "_id" and "text"; give each query both')
        if name in found:
            raise UsageError(f"{path}:{line}: the id {name} occurs twice; give each query its own")
        found[name] = text
    return found


def _judgements(path: Path, queries: Mapping[str, str], documents: frozenset[str]) -> dict[str, dict[str, int]]:
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}); give query-id, corpus-id, score a line") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 (byte {error.start}); save it as UTF-8") from None
    judged: dict[str, dict[str, int]] = {}
    for number, line in enumerate(lines, 1):
        columns = line.rstrip("\r").split("\t") if "\t" in line else line.split()
        if not line.strip() or (number == 1 and columns[0] == "query-id"):
            continue
        if len(columns) == _COLUMNS + 1:  # trec_eval's own judgement files have an unused second column
            del columns[1]
        if len(columns) != _COLUMNS or not columns[2].strip().lstrip("-").isdigit():
            raise UsageError(f"{path}:{number}: expected query-id, corpus-id and a whole score, separated by tabs")
        query, document, score = columns
        if query not in queries:
            raise UsageError(f"{path}:{number}: the query {query!r} is not in the queries; give the file it belongs to")
        if document not in documents:
            raise UsageError(f"{path}:{number}: the document {document!r} is not in corpus.jsonl; restore it there")
        judged.setdefault(query, {})[document] = int(score)
    if not any(score > 0 for rows in judged.values() for score in rows.values()):
        raise UsageError(f"{path} judges no document relevant; give lines with a score of 1 or more")
    return judged
