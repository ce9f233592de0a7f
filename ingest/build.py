"""Build an index generation: chunk, embed what changed, write, check, flip the pointer.

The live generation is never touched: a failure at any point leaves it answering as before.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from bot.backends.embedder import Embedder
from bot.backends.vector_cache import QueryCache
from bot.backends.vector_store import create_store
from bot.errors import DiskError, GuideIndexError, SourceError
from bot.index.documents import DocumentWriter
from bot.index.generations import building, flip, new_generation, prune, remove_unfinished, require_space
from bot.index.lexical import LexicalIndex
from bot.index.manifest import ADAPTATION, SCHEMA, Manifest, Tuning, digest_files, write_manifest
from bot.index.reader import Index, collection_name, open_generation, open_index
from bot.knowledge.topics import Topics
from bot.text.identifiers import find_identifiers, kb_number_candidates
from bot.text.tokens import char_bigrams, tokenize
from bot.types import Article, BlockKind, Chunk
from ingest.chunk import chunk
from ingest.report import BuildReport, Skipped

__all__ = ["Progress", "build", "indexed_text"]

_log = logging.getLogger(__name__)
_ARTICLE = TypeAdapter(Article)

Progress = Callable[[str, int, int], None]
"""Called with a stage (`reading`, `embedding`, `writing`), how many are done, and how many there are (0: unknown)."""

_STORED_AT_ONCE = 1000

_BYTES_PER_CHUNK = 12_000
"""Rough size on disk of one chunk in all parts of a generation, for the free-space check."""


def build(
    articles: Iterable[Article | Skipped],
    *,
    index: Path,
    embedder: Embedder,
    sources: Sequence[str],
    chroma_url: str = "",
    topics: Topics | None = None,
    tuned: tuple[Path, Tuning] | None = None,
    cache: Path | None = None,
    progress: Progress | None = None,
) -> BuildReport:
    """Make `index` hold exactly `articles`, and report what changed.

    `tuned` is the file that made `embedder` from the configured model, kept with the vectors, and how it was made.
    `cache` is a directory that keeps the vectors of asked questions from one index to the next.
    Chunks whose content the live generation already holds keep their vectors. Raises `SourceError` when no article
    could be read, `IndexBusyError` while another build runs, `DiskError` when space or rights are missing.
    """
    report_progress = progress or (lambda stage, done, total: None)
    with building(index):
        require_space(index)
        old = _live(index, embedder)
        try:
            return _build(
                articles, index, embedder, sources, chroma_url, topics or Topics(), tuned, cache, report_progress, old
            )
        except OSError as error:
            raise DiskError(
                f"writing the index failed ({error.strerror or error}); the live index is unchanged"
            ) from error
        finally:
            if old is not None:
                old.close()
            remove_unfinished(index)


def indexed_text(article: Article, part: Chunk) -> str:
    """Return what is embedded and searched for a chunk: its title, its headings, its text."""
    return "\n".join((article.title, *part.heading, part.text))


@dataclass(slots=True)
class _Material:
    """What the parts of a generation are written from, in order of chunk position or of article."""

    hashes: dict[str, str] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    chunk_hashes: list[str] = field(default_factory=list)
    words: list[list[str]] = field(default_factory=list)
    bigrams: list[list[str]] = field(default_factory=list)
    faces: list[str] = field(default_factory=list)
    face_words: list[list[str]] = field(default_factory=list)
    face_bigrams: list[list[str]] = field(default_factory=list)

    def know_as(self, faces: Sequence[str], also: Sequence[str] = ()) -> None:
        """Add a subject with its faces; `also` are texts that only lexical search reads, such as headings."""
        text = "\n".join((*faces, *also))
        self.faces += faces
        self.face_words.append(tokenize(text))
        self.face_bigrams.append(char_bigrams(text))


def _build(
    articles: Iterable[Article | Skipped],
    index: Path,
    embedder: Embedder,
    sources: Sequence[str],
    chroma_url: str,
    topics: Topics,
    tuned: tuple[Path, Tuning] | None,
    cache: Path | None,
    progress: Progress,
    old: Index | None,
) -> BuildReport:
    generation = new_generation(index)
    material = _gather(articles, generation, topics, progress)
    if not material.hashes:
        first = f" ({material.skipped[0].source}: {material.skipped[0].reason})" if material.skipped else ""
        raise SourceError(f"no article could be read from {', '.join(sources)}{first}; the live index is unchanged")
    count = len(material.texts)
    require_space(index, count * _BYTES_PER_CHUNK)
    embeddings, embedded = _embed(material, embedder, old, progress)
    np.save(generation / "embeddings.npy", embeddings)
    np.save(generation / "faces.npy", _embed_faces(material.faces, embedder, old, cache))
    lexical = {
        "words": material.words,
        "bigrams": material.bigrams,
        "face-words": material.face_words,
        "face-bigrams": material.face_bigrams,
    }
    for name, tokens in lexical.items():
        LexicalIndex.build(tokens, generation / name)
    with closing(create_store(generation / "chroma", collection_name(generation), chroma_url)) as store:
        for start in range(0, count, _STORED_AT_ONCE):
            store.add(start, embeddings[start : start + _STORED_AT_ONCE])
            progress("writing", min(start + _STORED_AT_ONCE, count), count)
    if tuned is not None:
        shutil.copyfile(tuned[0], generation / ADAPTATION)
    manifest = Manifest(
        schema=SCHEMA,
        model=embedder.name,
        dimension=embedder.dimension,
        articles=len(material.hashes),
        chunks=count,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        sources=tuple(sources),
        chroma_url=chroma_url,
        tuning=tuned[1] if tuned is not None else None,
        files=digest_files(generation),
    )
    write_manifest(generation, manifest)
    open_generation(generation, embedder.name, embedder.dimension).close()  # digests, counts and canaries, or an error
    flip(index, generation)
    prune(index)
    return _report(material, embedded, old)


def _gather(articles: Iterable[Article | Skipped], generation: Path, topics: Topics, progress: Progress) -> _Material:
    """Read all articles, write them to the generation's documents, and collect what the searches are built from."""
    material = _Material()
    titles: list[str] = []
    writer = DocumentWriter(generation / "documents.sqlite")
    for item in articles:
        if isinstance(item, Skipped):
            material.skipped.append(item)
            continue
        chunks = chunk(item)
        if item.id in material.hashes:
            reason, remedy = "a second article has the same id", "give each article an id of its own"
            material.skipped.append(Skipped(item.id, reason, remedy))
        elif not chunks:
            reason, remedy = "the article has no text", "check that its content is not an image or a script"
            material.skipped.append(Skipped(item.id, reason, remedy))
        else:
            _add(material, writer, item, chunks, topics)
            titles.append(item.title)
            progress("reading", len(material.hashes), 0)
    for owner, asked in topics.beside(titles):
        writer.add_faces(owner, [(text, ()) for text in asked])
        material.know_as(asked)
    writer.close()
    return material


def _add(
    material: _Material, writer: DocumentWriter, article: Article, chunks: Sequence[Chunk], topics: Topics
) -> None:
    digest = hashlib.blake2b(_ARTICLE.dump_json(article), digest_size=16).hexdigest()
    texts = [indexed_text(article, part) for part in chunks]
    # A title made from the first words of an untitled article is part of its text, not a name that somebody gave it.
    title = "" if article.text.startswith(article.title) else article.title
    answered_by = {asked.ask: asked.see for asked in topics.asked.get(article.id, ())}
    known_as = [text for text in dict.fromkeys((title, *article.asked, *answered_by)) if text.strip()]
    headings = [block.text for block in article.blocks if block.kind is BlockKind.HEADING]
    writer.add(article, digest, chunks, [_identifiers(text) for text in texts])
    writer.add_faces(article.id, [(text, answered_by.get(text, ())) for text in known_as])
    material.hashes[article.id] = digest
    material.texts += texts
    material.chunk_hashes += [part.hash for part in chunks]
    material.words += [tokenize(text) for text in texts]
    material.bigrams += [char_bigrams(text) for text in texts]
    material.know_as(known_as, headings)


def _embed(
    material: _Material, embedder: Embedder, old: Index | None, progress: Progress
) -> tuple[NDArray[np.float32], int]:
    """Return vectors for all chunks and how many had to be embedded."""
    known = old.documents.chunk_positions() if old is not None else {}
    vectors = np.zeros((len(material.texts), embedder.dimension), np.float32)
    missing = []
    for position, digest in enumerate(material.chunk_hashes):
        if old is not None and digest in known:
            vectors[position] = old.embeddings[known[digest]]
        else:
            missing.append(position)
    done = 0

    def advance(more: int) -> None:
        nonlocal done
        done += more
        progress("embedding", done, len(missing))

    if missing:
        advance(0)
        vectors[missing] = embedder.embed_passages([material.texts[position] for position in missing], progress=advance)
    return vectors, len(missing)


def _embed_faces(
    faces: Sequence[str], embedder: Embedder, old: Index | None, cache: Path | None
) -> NDArray[np.float32]:
    """Return vectors for the ways in which articles are known: as questions, since that is what they stand for."""
    known = {text: row for row, (_, text) in enumerate(old.documents.faces)} if old is not None else {}
    vectors = np.zeros((len(faces), embedder.dimension), np.float32)
    missing = []
    for row, text in enumerate(faces):
        if old is not None and text in known:
            vectors[row] = old.faces.embeddings[known[text]]
        else:
            missing.append(row)
    if missing:
        source = embedder if cache is None else QueryCache(cache, embedder)
        vectors[missing] = source.embed_queries([faces[row] for row in missing])
    return vectors


def _live(index: Path, embedder: Embedder) -> Index | None:
    """Open the live generation when its vectors can be reused; a damaged or foreign one is simply not reused."""
    try:
        return open_index(index, embedder.name, embedder.dimension)
    except GuideIndexError as error:
        _log.info("vectors are not reused: %s", error)
        return None


def _identifiers(text: str) -> set[str]:
    return {found.canonical for found in find_identifiers(text)} | kb_number_candidates(text)


def _report(material: _Material, embedded: int, old: Index | None) -> BuildReport:
    before = old.documents.article_hashes() if old is not None else {}
    now = material.hashes
    return BuildReport(
        articles=len(now),
        chunks=len(material.texts),
        embedded=embedded,
        added=tuple(sorted(now.keys() - before.keys())),
        changed=tuple(sorted(name for name, digest in now.items() if before.get(name, digest) != digest)),
        unchanged=sum(before.get(name) == digest for name, digest in now.items()),
        removed=tuple(sorted(before.keys() - now.keys())),
        skipped=tuple(material.skipped),
    )
