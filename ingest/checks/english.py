"""Check that readers of English are told all that readers of Japanese are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.knowledge.escalation import Escalations
from bot.knowledge.flows import UNSURE, Flow
from bot.knowledge.refusals import Refusals
from bot.knowledge.ui_names import UiNames
from bot.knowledge.yaml_file import Place, line_at
from ingest.checks.article_file import ArticleFile
from ingest.checks.problem import Problem

__all__ = ["english_of_flow", "english_of_names", "english_of_refusals", "english_of_routes"]

_REMEDY = "say it in English as well"
_WAY = re.compile(r"設定(?: › [^›「」。、（）\n]+)+")
"""A way through the settings; the last step may be followed by words that are none."""


def english_of_routes(path: Path, escalation: Escalations) -> Iterator[Problem]:
    """Yield routes without English, and lists that are not as long in both languages."""
    for number, route in enumerate(escalation.routes):
        place: Place = ("routes", number)
        if route.en is None:
            yield _problem(path, place, f"the route {route.id} has no en")
            continue
        for name in ("prepare", "say", "note", "avoid"):
            japanese, english = len(getattr(route, name)), len(getattr(route.en, name))
            if japanese != english:
                message = f"{name} of the route {route.id} has {japanese} items, and {english} in English"
                yield _problem(path, (*place, "en", name), message)


def english_of_flow(path: Path, flow: Flow) -> Iterator[Problem]:
    """Yield questions and choices without English."""
    for number, step in enumerate(flow.steps):
        silent = [choice.label for choice in step.choices if not choice.en and choice.label != UNSURE]
        for what in [*silent, *([] if step.en else [step.ask])]:
            yield _problem(path, ("steps", number), f"{what} has no en")


def english_of_refusals(path: Path, refusals: Refusals) -> Iterator[Problem]:
    """Yield rules without English."""
    for number, rule in enumerate(refusals.rules):
        if not rule.en:
            yield _problem(path, ("rules", number), f"the rule {rule.id} has no en")


def english_of_names(names: UiNames, articles: Mapping[str, ArticleFile]) -> Iterator[Problem]:
    """Yield ways through the settings that print a step without an English name."""
    for article in articles.values():
        for unit in article.units():
            for match in _WAY.finditer(unit.text):
                way = next(iter(names.pairs_in([match.group()])), "")
                if way.count(" › ") < match.group().count(" › "):
                    message = f"{match.group().strip()} has a step without an English name"
                    yield Problem(str(article.path), unit.line, message, "add the step to ui_names.yaml")


def _problem(path: Path, place: Place, message: str) -> Problem:
    return Problem(str(path), line_at(path, place), message, _REMEDY)
