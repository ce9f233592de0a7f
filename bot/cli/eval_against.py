"""`guide eval --against`: the same questions to another revision, or to a guide with other settings or weights."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import typer

from bot.cli.common import open_guide
from bot.settings import PREFIX, Settings, load

if TYPE_CHECKING:
    from bot.answer.guide import Guide
    from bot.evals.cases import Case
    from bot.evals.observations import Recording

__all__ = ["record_other", "require_other"]

_Bar = Callable[[str, int, int], None]


def require_other(text: str) -> None:
    """Raise `UsageError` unless `text` is a revision or KEY=VALUE changes, before minutes are spent."""
    from bot.evals.against import parse_changes, require_revision

    if parse_changes(text) is None:
        require_revision(text)


def record_other(text: str, settings: Settings, guide: Guide, cases: Sequence[Case], bar: _Bar) -> Recording:
    """Return what the other guide, named by a revision or by KEY=VALUE changes, does with the questions."""
    from bot.evals.against import parse_changes, record_revision
    from bot.evals.observations import observe

    changes = parse_changes(text)
    if changes is None:
        typer.echo(f"building and asking {text}; this takes as long as a first `guide ingest`", err=True)
        sources = guide.index.manifest.sources
        bundled = sources == (str(settings.corpus / "articles"),)
        return record_revision(text, cases, None if bundled else sources)
    with ExitStack() as stack:
        other = _changed(changes[0], changes[1], settings=settings, guide=guide, stack=stack, bar=bar)
        return observe(other, cases, lambda done: bar("the other", done, len(cases)))


def _changed(
    changed: Mapping[str, str],
    weights: Mapping[str, float],
    *,
    settings: Settings,
    guide: Guide,
    stack: ExitStack,
    bar: _Bar,
) -> Guide:
    """Open a guide with other settings and weights, on an index of its own where the model is another."""
    from bot.answer.guide import Guide
    from ingest.run import ingest

    read = load({f"{PREFIX}{name.upper()}": value for name, value in changed.items()}, Path("no .env is read here"))
    other = settings.model_copy(update={name: getattr(read, name) for name in changed})
    if other.embedding_model != settings.embedding_model:
        directory = stack.enter_context(TemporaryDirectory(prefix="guide-eval-"))
        other = other.model_copy(update={"index": Path(directory) / "index"})
        ingest(guide.index.manifest.sources, other, bar)
    opened = open_guide(other)
    stack.callback(opened.index.close)
    return Guide(
        opened.index,
        opened.embedder,
        opened.knowledge,
        question_limit=other.question_limit,
        weights=replace(opened.weights, **weights),
        reranker=opened.reranker,
        kept=opened.kept,
    )
