"""What is searched beside the articles' text: how they are asked for, and subjects that are no article.

Those are what is not covered, what is refused, when whom to ask, and what readers say after an article's answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.knowledge.asked import AskedQuestion, load_asked
from bot.knowledge.escalation import Route, load_escalations
from bot.knowledge.refusals import Refusals, load_refusals
from bot.knowledge.uncovered import Uncovered, load_uncovered

__all__ = ["FOLLOWS", "HONEST", "REFUSED", "ROUTED", "UNCOVERED", "UNROUTED", "Topics", "load_topics"]

UNCOVERED, REFUSED, ROUTED, FOLLOWS = "?", "!", "@", "+"
"""Begin the owner of a subject that is no article, before its id; no article id begins so."""

UNROUTED, HONEST = "=alone", "=honest"
"""Own what only teaches: messages that need nobody's help, and honest ones that sound like what is refused."""

Ways = tuple[tuple[str, tuple[str, ...]], ...]
"""Ways of saying something, each with the pieces of the statements that answer it."""


@dataclass(frozen=True, slots=True)
class Topics:
    """All kinds of such subjects; `asked` has the questions of each article by its id.

    `follow_ups` has what readers say once an article has answered: too short to find it, enough to go on in it.
    """

    uncovered: Uncovered = field(default_factory=Uncovered)
    refusals: Refusals = field(default_factory=Refusals)
    routes: tuple[Route, ...] = ()
    alone: tuple[str, ...] = ()
    asked: Mapping[str, tuple[AskedQuestion, ...]] = field(default_factory=dict)
    follow_ups: Mapping[str, tuple[AskedQuestion, ...]] = field(default_factory=dict)

    def beside(self, titles: Mapping[str, str]) -> Iterator[tuple[str, Ways]]:
        """Yield (owner, ways of saying it) for each subject beside the articles; `titles` are theirs by id."""
        for topic in self.uncovered.beside(titles.values()):
            yield f"{UNCOVERED}{topic.id}", _unanswered(topic.asked)
        for rule in self.refusals.rules:
            if rule.asked:
                yield f"{REFUSED}{rule.id}", _unanswered(rule.asked)
        for route in self.routes:
            if route.asked:
                yield f"{ROUTED}{route.id}", _unanswered(route.asked)
        for owner, taught in ((UNROUTED, self.alone), (HONEST, self.refusals.honest)):
            if taught:
                yield owner, _unanswered(taught)
        for article_id, said in self.follow_ups.items():
            if article_id in titles:
                yield f"{FOLLOWS}{article_id}", tuple((one.ask, one.see) for one in said)


def _unanswered(asked: Iterable[str]) -> Ways:
    return tuple((text, ()) for text in asked)


def load_topics(corpus: Path) -> Topics:
    """Load the files of a corpus. Raises `CorpusError` naming file, line and remedy."""
    folder = corpus / "knowledge"
    escalations = load_escalations(folder / "escalation.yaml")
    return Topics(
        load_uncovered(folder / "uncovered.yaml"),
        load_refusals(folder / "refusals.yaml"),
        escalations.routes,
        escalations.alone,
        load_asked(folder / "asked"),
        load_asked(folder / "follow_ups"),
    )
