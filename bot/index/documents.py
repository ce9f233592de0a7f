"""Articles, chunks and identifiers of a generation in one SQLite file, written once and then only read."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from bot.errors import REBUILD, IndexDamagedError
from bot.types import Article, Chunk

__all__ = ["DocumentReader", "DocumentWriter"]

_ARTICLE = TypeAdapter(Article)
_CHUNK = TypeAdapter(Chunk)
_SCHEMA = """
CREATE TABLE articles (id TEXT PRIMARY KEY, hash TEXT NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE chunks (
    position INTEGER PRIMARY KEY, id TEXT NOT NULL, article_id TEXT NOT NULL, hash TEXT NOT NULL, body BLOB NOT NULL);
CREATE TABLE faces (
    position INTEGER PRIMARY KEY, article_id TEXT NOT NULL, text TEXT NOT NULL, see TEXT NOT NULL);
CREATE TABLE identifiers (canonical TEXT NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (canonical, position))
    WITHOUT ROWID;
"""
_INDEXES = """
CREATE UNIQUE INDEX chunk_id ON chunks (id);
CREATE INDEX chunk_article ON chunks (article_id);
CREATE INDEX chunk_hash ON chunks (hash);
CREATE INDEX identifier_position ON identifiers (position);
"""


class DocumentWriter:
    """Write a new document file; `old` is a finished one that unchanged articles are copied from."""

    def __init__(self, path: Path, old: Path | None = None) -> None:
        self._connection = sqlite3.connect(path.absolute().as_uri(), isolation_level=None, uri=True)
        if old is not None:
            self._connection.execute("ATTACH ? AS old", (f"{old.absolute().as_uri()}?immutable=1",))
        self._connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _SCHEMA + "BEGIN;")
        self._position = 0
        self._face = 0

    def add_faces(self, article_id: str, texts: Iterable[tuple[str, Sequence[str]]]) -> None:
        """Add the ways in which an article is known: its title, and how readers ask for it.

        Each comes with verbatim pieces of the statements that answer it, where they are known.
        """
        for text, see in texts:
            pieces = json.dumps(list(see), ensure_ascii=False)
            self._connection.execute("INSERT INTO faces VALUES (?, ?, ?, ?)", (self._face, article_id, text, pieces))
            self._face += 1

    def add(self, article: Article, digest: str, chunks: Sequence[Chunk], identifiers: Sequence[Iterable[str]]) -> None:
        """Add one article with its chunks and, for each chunk, the canonical identifiers that it mentions."""
        self._connection.execute(
            "INSERT INTO articles VALUES (?, ?, ?)", (article.id, digest, _ARTICLE.dump_json(article))
        )
        for chunk, names in zip(chunks, identifiers, strict=True):
            self._connection.execute(
                "INSERT INTO chunks VALUES (?, ?, ?, ?, ?)",
                (self._position, chunk.id, chunk.article_id, chunk.hash, _CHUNK.dump_json(chunk)),
            )
            self._connection.executemany(
                "INSERT OR IGNORE INTO identifiers VALUES (?, ?)", [(name, self._position) for name in names]
            )
            self._position += 1

    def copy(self, article_id: str, first: int, count: int) -> None:
        """Add an article of the old file with its `count` chunks, there from position `first` on, but no faces."""
        run, moved = self._connection.execute, self._position - first
        run("INSERT INTO main.articles SELECT * FROM old.articles WHERE id = ?", (article_id,))
        span = (moved, first, first + count - 1)
        run(
            "INSERT INTO main.chunks SELECT position + ?, id, article_id, hash, body FROM old.chunks "
            "WHERE position BETWEEN ? AND ?",
            span,
        )
        run(
            "INSERT INTO main.identifiers SELECT canonical, position + ? FROM old.identifiers "
            "WHERE position BETWEEN ? AND ?",
            span,
        )
        self._position += count

    def finish(self) -> None:
        """Commit, index and close."""
        self._connection.execute("COMMIT")
        self._connection.executescript(_INDEXES)
        self._connection.close()

    def close(self) -> None:
        """Release the file, finished or not; a second call does nothing."""
        self._connection.close()


class DocumentReader:
    """Read a finished document file; safe to share between threads.

    `article_of` names the article of each chunk position; `faces` are (article id, text) pairs by face position, and
    `answered_by` the pieces of the statements that answer each.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._path = path
        try:
            self._connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?immutable=1", uri=True, check_same_thread=False
            )
            self.article_of: list[str] = [
                row[0] for row in self._rows("SELECT article_id FROM chunks ORDER BY position")
            ]
            rows = self._rows("SELECT article_id, text, see FROM faces ORDER BY position")
            self.faces: list[tuple[str, str]] = [(owner, text) for owner, text, _ in rows]
            self.answered_by: list[tuple[str, ...]] = [tuple(json.loads(see)) for *_, see in rows]
        except sqlite3.Error as error:
            raise self._damaged(error) from None

    def article(self, article_id: str) -> Article | None:
        """Return the article, or None when there is none of that id."""
        rows = self._rows("SELECT body FROM articles WHERE id = ?", article_id)
        return _ARTICLE.validate_json(rows[0][0]) if rows else None

    def article_ids(self) -> list[str]:
        """List all article ids in order."""
        return [row[0] for row in self._rows("SELECT id FROM articles ORDER BY id")]

    def article_hashes(self) -> dict[str, str]:
        """Return the content digest of each article."""
        return dict(self._rows("SELECT id, hash FROM articles"))

    def spans(self) -> dict[str, tuple[int, int]]:
        """Return for each article, in order, the position of its first chunk and how many chunks it has."""
        spans: dict[str, tuple[int, int]] = {}
        for position, name in enumerate(self.article_of):
            first, count = spans.get(name, (position, 0))
            spans[name] = (first, count + 1)
        return spans

    def position_of(self, digest: str) -> int | None:
        """Return the position of a chunk with that content digest, None when there is none."""
        rows = self._rows("SELECT position FROM chunks WHERE hash = ? LIMIT 1", digest)
        return rows[0][0] if rows else None

    def chunks(self, positions: Sequence[int]) -> list[Chunk]:
        """Return the chunks at `positions`, in that order."""
        marks = ",".join("?" * len(positions))
        rows = dict(self._rows(f"SELECT position, body FROM chunks WHERE position IN ({marks})", *positions))  # noqa: S608
        return [_CHUNK.validate_json(rows[position]) for position in positions]

    def chunks_of(self, article_id: str) -> list[Chunk]:
        """Return all chunks of an article in reading order."""
        rows = self._rows("SELECT body FROM chunks WHERE article_id = ? ORDER BY position", article_id)
        return [_CHUNK.validate_json(row[0]) for row in rows]

    def positions_of(self, canonical: str) -> list[int]:
        """Return the positions of the chunks that mention an identifier, in reading order."""
        rows = self._rows("SELECT position FROM identifiers WHERE canonical = ? ORDER BY position", canonical)
        return [row[0] for row in rows]

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        self._connection.close()

    def _rows(self, query: str, *values: object) -> list[Any]:
        try:
            with self._lock:
                return self._connection.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise self._damaged(error) from None

    def _damaged(self, error: sqlite3.Error) -> IndexDamagedError:
        return IndexDamagedError(f"{self._path} cannot be read ({error}); {REBUILD}")
