"""Check a whole corpus: articles, knowledge files and test questions, each by itself and against the others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

from bot.errors import CorpusError
from bot.knowledge.asked import load_asked_file
from bot.knowledge.circumstances import load_circumstances
from bot.knowledge.commands import load_commands
from bot.knowledge.escalation import load_escalations
from bot.knowledge.flows import load_flow
from bot.knowledge.lifecycle import load_lifecycle
from bot.knowledge.refusals import load_refusals
from bot.knowledge.ui_names import load_ui_names
from bot.knowledge.uncovered import load_uncovered
from bot.knowledge.vocabulary import load_vocabulary
from ingest.checks.articles import Known, check_article, read_articles
from ingest.checks.asked import check_asked
from ingest.checks.english import english_of_flow, english_of_names, english_of_refusals, english_of_routes
from ingest.checks.evals import check_evals
from ingest.checks.knowledge import check_circumstances, check_flow, check_refusals, check_routes, check_vocabulary
from ingest.checks.problem import Problem, from_error

__all__ = ["Problem", "check_corpus"]

_Loaded = TypeVar("_Loaded")


def check_corpus(corpus: Path, today: date | None = None) -> list[Problem]:
    """Return every mistake in `corpus`, in order of file and line; empty when all is well.

    `today` (default: now) is the date that articles may not be newer than. A knowledge file that cannot be loaded is
    reported once, by its first mistake, and what depends on it is not checked.
    """
    problems: list[Problem] = []

    def loaded(load: Callable[[Path], _Loaded], path: Path) -> _Loaded | None:
        try:
            return load(path)
        except CorpusError as error:
            problems.append(from_error(path, error))
            return None

    folder = corpus / "knowledge"
    vocabulary = loaded(load_vocabulary, folder / "vocabulary.yaml")
    lifecycle = loaded(load_lifecycle, folder / "lifecycle.csv")
    escalation = loaded(load_escalations, folder / "escalation.yaml")
    commands = loaded(load_commands, folder / "commands.yaml")
    refusals = loaded(load_refusals, folder / "refusals.yaml")
    circumstances = loaded(load_circumstances, folder / "circumstances.yaml")
    loaded(load_uncovered, folder / "uncovered.yaml")
    names = loaded(load_ui_names, folder / "ui_names.yaml")
    articles, unreadable = read_articles(corpus / "articles")
    problems += unreadable
    by_id = {article.front.id: article for article in articles}

    if names is not None:
        problems += english_of_names(names, by_id)
    if vocabulary is not None:
        problems += check_vocabulary(folder / "vocabulary.yaml", vocabulary)
    if refusals is not None:
        problems += english_of_refusals(folder / "refusals.yaml", refusals)
        problems += check_refusals(folder / "refusals.yaml", refusals, by_id)
    if escalation is not None:
        problems += english_of_routes(folder / "escalation.yaml", escalation)
        problems += check_routes(folder / "escalation.yaml", escalation, by_id)
    if circumstances is not None:
        problems += check_circumstances(folder / "circumstances.yaml", circumstances, by_id, escalation)
    for path in sorted((folder / "flows").glob("*.yaml")):
        flow = loaded(load_flow, path)
        if flow is not None:
            problems += english_of_flow(path, flow)
            problems += check_flow(path, flow, by_id, escalation)
    for path in sorted([*(folder / "asked").glob("*.yaml"), *(folder / "follow_ups").glob("*.yaml")]):
        asked = loaded(load_asked_file, path)
        if asked is not None:
            problems += check_asked(path, asked, by_id)
    known = Known(today or date.today(), lifecycle, commands, escalation.phones if escalation else None)
    for article in articles:
        problems += check_article(article, known)
    problems += check_evals(corpus / "evals", by_id, escalation)
    return sorted(problems)
