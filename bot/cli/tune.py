"""`guide tune`: adapt the embedding to the owner's articles, where that helps on articles held out."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.common import (
    IndexOption,
    JsonOption,
    live_articles,
    print_json,
    progress,
    read_rows,
    require_writable,
    settings_for,
    unbroken,
)
from bot.errors import UsageError

if TYPE_CHECKING:
    from bot.evals.tuning import Known
    from bot.types import Article

__all__ = ["EXAMPLE", "run"]

EXAMPLE = "Example: guide tune --pairs questions.jsonl"


def run(
    *,
    pairs: Annotated[
        Path | None, typer.Option(help="JSON lines {q, article_id}: real questions of readers and what answers them.")
    ] = None,
    folds: Annotated[int, typer.Option(min=2, max=20, help="Parts of the articles, each held out once.")] = 3,
    output: Annotated[
        Path | None, typer.Option("--run", help="TREC run of the held-out questions to write (1, 2, … by order).")
    ] = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Train the embedding on the indexed articles' titles, headings and asked questions, or on --pairs.

    Each question is first asked of a model trained without its article. Only if that finds more than the untuned model
    is the index built anew with a model trained on all of them; else nothing changes and the exit code is 1.
    """
    from bot.backends.embedder import DEFAULT_MODEL, open_embedder, taught
    from bot.cli.tune_folds import Bench
    from bot.evals.tuning import as_tuning, at_most, known_questions, require_gain, require_pairs, stripped
    from bot.knowledge.topics import load_topics
    from bot.retrieval.trec import write_run
    from ingest.build import build

    settings = settings_for(index)
    if settings.embedding_model != DEFAULT_MODEL:
        raise UsageError(
            f"only the default model can be tuned, and GUIDE_EMBEDDING_MODEL is {settings.embedding_model}; unset it"
        )
    if output is not None:
        require_writable(output, "--run")
    manifest, articles = live_articles(settings)
    base = open_embedder(settings)
    if manifest.model == taught(base, settings).name:
        raise UsageError(
            "this index holds the bundled articles, whose questions taught its model already; `guide tune` is for "
            "your own articles"
        )
    # Readers' questions are asked of the articles as they are; what an article says of itself is taken from it first.
    known, trial = (known_questions(articles), [stripped(one) for one in articles])
    names: dict[str, str] = {}
    if pairs is not None:
        known, names = _read_pairs(pairs, articles)
        trial = articles
    known = at_most(known)
    require_pairs(known, folds)
    with TemporaryDirectory(prefix="guide-tune-") as work, progress(enabled=not as_json) as bar:
        bench = Bench(trial, known, settings, base, Path(work), bar, as_indexed=pairs is not None)
        found = bench.judge(folds, k=10)
        if output is not None:
            write_run(output, [names.get(one, one) for one in found.run], list(found.run.values()))
        typer.echo(f"{len(known)} questions, {folds} folds, {found.minutes:.1f} minutes: {found.gain}", err=True)
        require_gain(found.gain)
        from bot.backends.e5.adapted import open_adapted
        from bot.backends.embedder import model_cache

        file = Path(work) / "tuned.safetensors"
        replace(bench.train(range(len(known)), "all"), share=found.share).save(file)
        created = datetime.now(UTC).isoformat(timespec="seconds")
        tuning = as_tuning(found.gain, len(known), folds, created)
        report = build(
            articles,
            index=settings.index,
            embedder=open_adapted(file, model_cache(settings), threads=settings.embedding_threads),
            sources=manifest.sources,
            chroma_url=settings.chroma_url,
            topics=load_topics(settings.corpus),
            tuned=(file, tuning),
            progress=bar,
        )
    if as_json:
        print_json(asdict(tuning))
        return
    typer.echo(f"tuned on {tuning.pairs} questions: {found.gain}; {report.articles} articles -> {settings.index}")


def _read_pairs(path: Path, articles: list[Article]) -> tuple[list[Known], dict[str, str]]:
    """Return the questions of the file and, where rows have an `id`, the id of each. Raises `UsageError`."""
    from bot.evals.tuning import Known
    from bot.text.normalize import normalize

    there = {article.id for article in articles}
    known: list[Known] = []
    names: dict[str, str] = {}
    for number, row in enumerate(read_rows(path, {"q", "article_id"}), 1):
        question, article_id = row["q"], row["article_id"]
        if not isinstance(question, str) or not normalize(question).strip() or article_id not in there:
            raise UsageError(
                f"{path}: row {number} has the question {str(question)[:40]!r} about {str(article_id)[:60]!r}; give a "
                "text and the id of an indexed article"
            )
        known.append(Known(unbroken(question), article_id))
        names.setdefault(known[-1].question, str(row.get("id", len(names) + 1)))
    return list(dict.fromkeys(known)), names
