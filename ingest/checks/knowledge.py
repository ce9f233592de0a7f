"""Check what knowledge files say about each other and about the articles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bot.knowledge.circumstances import Circumstances
from bot.knowledge.escalation import Escalations
from bot.knowledge.flows import Flow, Passage
from bot.knowledge.refusals import Refusals
from bot.knowledge.vocabulary import Vocabulary
from bot.knowledge.yaml_file import Place, line_at
from bot.types import BlockKind
from ingest.checks.article_file import ArticleFile, Unit
from ingest.checks.problem import Problem

__all__ = ["check_circumstances", "check_flow", "check_refusals", "check_routes", "check_vocabulary"]

_MOST_GROUPS = 2
"""A spelling that stands for more than two terms says nothing any more."""


def check_circumstances(
    path: Path, known: Circumstances, articles: Mapping[str, ArticleFile], escalation: Escalations | None
) -> Iterator[Problem]:
    """Yield passages that are not in the articles, and articles, topics and routes that do not exist."""
    topics = {topic for article in articles.values() for topic in article.front.topics}
    for number, one in enumerate(known.circumstances):
        place: Place = ("circumstances", number)
        for index, lead in enumerate(one.leads):
            _, mistake = _look_up(lead, articles)
            if mistake:
                line = line_at(path, (*place, "leads", index))
                yield Problem(str(path), line, mistake, "correct the passage or the article")
        named = [*one.excludes.articles, *([one.article] if one.article else [])]
        unknown = [f"the article {name}" for name in named if name not in articles]
        unknown += [f"the topic {topic}" for topic in one.topics if topic not in topics]
        if one.route and escalation is not None and escalation.route(one.route) is None:
            unknown.append(f"the route {one.route}")
        for name in unknown:
            yield Problem(str(path), line_at(path, place), f"{one.id} names {name}, which is not there", "correct it")


def check_flow(
    path: Path, flow: Flow, articles: Mapping[str, ArticleFile], escalation: Escalations | None
) -> Iterator[Problem]:
    """Yield passages that are not in the articles, steps without their warning, and routes that do not exist."""
    shown: dict[int | str, list[tuple[Place, str, Unit]]] = {}
    for place, passage in flow.passages():
        units, mistake = _look_up(passage, articles)
        if mistake:
            yield Problem(str(path), line_at(path, place), mistake, "correct the passage or the article")
        else:
            # safe_now is shown alone, each leaf's passages together
            shown.setdefault(place[1] if len(place) > 1 else "", []).append((place, passage.article, units[0]))
    for together in shown.values():
        yield from _unguarded(path, together, articles)
    if escalation is None:
        return
    for number, leaf in enumerate(flow.leaves):
        if leaf.route is not None and escalation.route(leaf.route) is None:
            message = f"the leaf {leaf.id} names the route {leaf.route}, which escalation.yaml does not have"
            line = line_at(path, ("leaves", number, "route"))
            yield Problem(str(path), line, message, "name one of its routes or null")


def check_refusals(path: Path, refusals: Refusals, articles: Mapping[str, ArticleFile]) -> Iterator[Problem]:
    """Yield every legitimate way that is not in the articles."""
    for number, rule in enumerate(refusals.rules):
        if rule.instead is None:
            continue
        units, mistake = _under(rule.instead.article, rule.instead.heading, articles)
        if not mistake and not any(rule.instead.contains in unit.text for unit in units):
            mistake = f"{rule.instead.contains} does not stand there in {rule.instead.article}"
        if mistake:
            line = line_at(path, ("rules", number, "instead"))
            yield Problem(str(path), line, mistake, "correct the passage or the article")


def check_routes(path: Path, escalation: Escalations, articles: Mapping[str, ArticleFile]) -> Iterator[Problem]:
    """Yield every article that a route names and that is not there."""
    for number, route in enumerate(escalation.routes):
        for index, name in enumerate(route.articles):
            if name not in articles:
                line = line_at(path, ("routes", number, "articles", index))
                message = f"the route {route.id} names the article {name}, which is not there"
                yield Problem(str(path), line, message, "name an article's id or take it out")


def check_vocabulary(path: Path, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Yield an empty vocabulary and every spelling that stands for too many terms."""
    if not vocabulary.terms:
        yield Problem(str(path), 1, "no group of words", "add at least one group with term and also")
    lines = path.read_text("utf-8").split("\n")
    for spelling, terms in vocabulary.terms.items():
        if len(terms) > _MOST_GROUPS:
            line = next((number for number, text in enumerate(lines, 1) if spelling in text.lower()), 1)
            message = f"{spelling} stands for {len(terms)} terms ({', '.join(terms)}), at most {_MOST_GROUPS} may be"
            yield Problem(str(path), line, message, "remove it from the groups where it fits least")


def _look_up(passage: Passage, articles: Mapping[str, ArticleFile]) -> tuple[list[Unit], str]:
    """Return the one line of the article that is meant, or what is wrong."""
    under, mistake = _under(passage.article, passage.heading, articles)
    if mistake:
        return [], mistake
    if "。" in passage.contains.rstrip("。"):
        return [], f"{passage.contains} runs over the end of a sentence"
    found = [unit for unit in under for sentence in _sentences(unit) if passage.contains.rstrip("。") in sentence]
    if len(found) != 1:
        times = f"stands {len(found)} times" if found else "does not stand"
        where = passage.heading or "the lead"
        return [], f"{passage.contains} {times} under {where} of {passage.article}, expected once"
    return found, ""


def _under(name: str, heading: str, articles: Mapping[str, ArticleFile]) -> tuple[list[Unit], str]:
    """Return all lines under a heading that begins so ("": the lead), or what is wrong."""
    article = articles.get(name)
    if article is None:
        return [], f"there is no article {name}"
    units = [unit for unit in article.units() if _is_under(unit.heading, heading)]
    where = f"a heading that begins with {heading}" if heading else "its title"
    return units, "" if units else f"{name} has no text under {where}"


def _is_under(headings: Sequence[str], wanted: str) -> bool:
    return not headings if not wanted else any(heading.startswith(wanted) for heading in headings)


def _sentences(unit: Unit) -> list[str]:
    return [unit.text] if unit.kind is BlockKind.CODE else unit.text.split("。")


def _unguarded(
    path: Path, shown: Sequence[tuple[Place, str, Unit]], articles: Mapping[str, ArticleFile]
) -> Iterator[Problem]:
    """Yield each step of a leaf whose warning, earlier in the same section, the leaf leaves out."""
    lines = {(article, unit.line) for _, article, unit in shown}
    for place, article, unit in shown:
        if unit.kind is not BlockKind.STEP or place == ("safe_now",):
            continue
        for guard in articles[article].units():
            above = guard.kind is BlockKind.CAUTION and guard.heading == unit.heading and guard.line < unit.line
            if above and (article, guard.line) not in lines:
                message = f"the step {unit.text} is shown without the warning above it ({guard.text})"
                yield Problem(str(path), line_at(path, place), message, "add the warning to the passages of the leaf")
