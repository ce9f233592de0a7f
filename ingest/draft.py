"""A generation while it is written: documents, tokens and faces, and which chunks have no vector yet.

Nothing of it grows in memory with the text of the corpus: texts wait on the disk for their vectors.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Protocol

from bot.index.documents import DocumentWriter
from bot.index.lexical_writer import LexicalWriter
from bot.knowledge.topics import Topics
from bot.text.identifiers import find_identifiers, kb_number_candidates
from bot.text.tokens import char_bigrams, synonym, tokenize
from bot.types import Article, BlockKind, Chunk
from ingest.live import Live

__all__ = ["NEW", "Counted", "Draft", "Drafting", "indexed_text"]

NEW = -1
"""In place of a position in the live generation: the vector must be made."""


def indexed_text(article: Article, part: Chunk) -> str:
    """Return what is embedded and searched for a chunk: its title, its headings, its text."""
    return "\n".join((article.title, *part.heading, part.text))


class Drafting(Protocol):
    """Takes the articles of a build in order; `chunks` are so many until now, `embedded` of them without a vector."""

    chunks: int
    embedded: int

    def add(self, article: Article, digest: str, parts: Sequence[Chunk]) -> None:
        """Add an article with its chunks."""
        ...

    def copy(self, article: Article) -> None:
        """Add an article that is in the live generation as it is now."""
        ...


class Counted:
    """Writes nothing and counts what a build would do."""

    def __init__(self, live: Live | None) -> None:
        self.chunks = self.embedded = 0
        self._live = live

    def add(self, article: Article, digest: str, parts: Sequence[Chunk]) -> None:
        """Count an article."""
        self.chunks += len(parts)
        self.embedded += sum(_position(self._live, part) == NEW for part in parts)

    def copy(self, article: Article) -> None:
        """Count an article of the live generation."""
        if self._live is not None:
            count = self._live.spans[article.id][1]
            self.chunks += count
            self.embedded += 0 if self._live.fits else count


class Draft:
    """Writes into the directory of a new generation. `faces` are the ways of asking, `origins` of the chunks' vectors.

    `origins[i]` is the position in the live generation whose vector chunk `i` takes over, or `NEW`.
    """

    def __init__(self, directory: Path, live: Live | None, topics: Topics) -> None:
        self.chunks = self.embedded = 0
        self.faces: list[str] = []
        self.origins = array("q")
        self.directory = directory
        self._live, self._topics = live, topics
        self._pending = directory / "pending.jsonl"
        with ExitStack() as opened:
            copied = live if live is not None and live.copies else None
            self._documents = DocumentWriter(
                directory / "documents.sqlite", copied.directory / "documents.sqlite" if copied is not None else None
            )
            opened.callback(self._documents.close)
            self._words = LexicalWriter(directory / "words", copied.words if copied is not None else None, fold=synonym)
            self._bigrams = LexicalWriter(directory / "bigrams", copied.bigrams if copied is not None else None)
            self._face_words = LexicalWriter(directory / "face-words")
            self._face_bigrams = LexicalWriter(directory / "face-bigrams")
            for writer in self._writers:
                opened.callback(writer.close)
            self._waiting = opened.enter_context(self._pending.open("w", encoding="utf-8", errors="surrogatepass"))
            self._opened = opened.pop_all()

    @property
    def _writers(self) -> tuple[LexicalWriter, ...]:
        return self._words, self._bigrams, self._face_words, self._face_bigrams

    def add(self, article: Article, digest: str, parts: Sequence[Chunk]) -> None:
        """Add an article with its chunks; vectors are taken over where the live generation has such a chunk."""
        texts = [indexed_text(article, part) for part in parts]
        self._documents.add(article, digest, parts, [_identifiers(text) for text in texts])
        for part, text in zip(parts, texts, strict=True):
            self._words.add(tokenize(text))
            self._bigrams.add(char_bigrams(text))
            self._expect(_position(self._live, part), text)
        self._know(article)

    def copy(self, article: Article) -> None:
        """Add an article of the live generation, its chunks neither made nor cut into tokens again."""
        if self._live is None:
            raise ValueError("there is no live generation to copy from")
        first, count = self._live.spans[article.id]
        self._documents.copy(article.id, first, count)
        parts = [] if self._live.fits else self._live.documents.chunks_of(article.id)
        for offset in range(count):
            self._words.copy(first + offset)
            self._bigrams.copy(first + offset)
            if self._live.fits:
                self._expect(first + offset, "")
            else:
                self._expect(NEW, indexed_text(article, parts[offset]))
        self._know(article)

    def finish(self, titles: Mapping[str, str]) -> None:
        """Add what is known beside the articles, whose `titles` are given by id, and complete the files."""
        for owner, ways in self._topics.beside(titles):
            self._documents.add_faces(owner, ways)
            self._know_as([text for text, _ in ways])
        self._documents.finish()
        for writer in self._writers:
            writer.finish()
        self.close()

    def pending(self, at_once: int) -> Iterator[tuple[list[int], list[str]]]:
        """Yield positions and texts of the chunks without a vector, some at a time in order, then forget them."""
        with self._pending.open(encoding="utf-8", errors="surrogatepass") as file:
            while rows := [json.loads(line) for line in islice(file, at_once)]:
                yield [position for position, _ in rows], [text for _, text in rows]
        self._pending.unlink()

    def close(self) -> None:
        """Release files; a second call does nothing."""
        self._opened.close()

    def _expect(self, origin: int, text: str) -> None:
        if origin == NEW:
            self._waiting.write(json.dumps([self.chunks, text], ensure_ascii=False) + "\n")
            self.embedded += 1
        self.origins.append(origin)
        self.chunks += 1

    def _know(self, article: Article) -> None:
        # A title made from the first words of an untitled article is part of its text, not a name somebody gave it.
        title = "" if article.text.startswith(article.title) else article.title
        answered_by = {asked.ask: asked.see for asked in self._topics.asked.get(article.id, ())}
        known_as = [text for text in dict.fromkeys((title, *article.asked, *answered_by)) if text.strip()]
        self._documents.add_faces(article.id, [(text, answered_by.get(text, ())) for text in known_as])
        self._know_as(known_as, [block.text for block in article.blocks if block.kind is BlockKind.HEADING])

    def _know_as(self, faces: Sequence[str], also: Sequence[str] = ()) -> None:
        """Add a subject with its faces; `also` are texts that only lexical search reads, such as headings."""
        text = "\n".join((*faces, *also))
        self.faces += faces
        self._face_words.add(tokenize(text))
        self._face_bigrams.add(char_bigrams(text))


def _position(live: Live | None, part: Chunk) -> int:
    """Return where the live generation has the vector of a chunk, else `NEW`."""
    found = live.documents.position_of(part.hash) if live is not None and live.fits else None
    return NEW if found is None else found


def _identifiers(text: str) -> set[str]:
    return {found.canonical for found in find_identifiers(text)} | kb_number_candidates(text)
