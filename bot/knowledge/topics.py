"""What is searched beside the articles' text: how they are asked for, and subjects that are no article.

Those are what is not covered, what is refused, and when whom to ask.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.knowledge.asked import AskedQuestion, load_asked
from bot.knowledge.escalation import Route, load_escalations
from bot.knowledge.refusals import Refusals, load_refusals
from bot.knowledge.uncovered import Uncovered, load_uncovered

__all__ = ["REFUSED", "ROUTED", "UNCOVERED", "Topics", "load_topics"]

UNCOVERED, REFUSED, ROUTED = "?", "!", "@"
"""Begin the owner of a subject that is no article, before its id; no article id begins so."""


@dataclass(frozen=True, slots=True)
class Topics:
    """All kinds of such subjects; `asked` has the questions of each article by its id."""

    uncovered: Uncovered = field(default_factory=Uncovered)
    refusals: Refusals = field(default_factory=Refusals)
    routes: tuple[Route, ...] = ()
    asked: Mapping[str, tuple[AskedQuestion, ...]] = field(default_factory=dict)

    def beside(self, titles: Iterable[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield (owner, ways of asking) for each subject that none of the article titles covers."""
        for topic in self.uncovered.beside(titles):
            yield f"{UNCOVERED}{topic.id}", topic.asked
        for rule in self.refusals.rules:
            if rule.asked:
                yield f"{REFUSED}{rule.id}", rule.asked
        for route in self.routes:
            if route.asked:
                yield f"{ROUTED}{route.id}", route.asked


def load_topics(corpus: Path) -> Topics:
    """Load the files of a corpus. Raises `CorpusError` naming file, line and remedy."""
    folder = corpus / "knowledge"
    return Topics(
        load_uncovered(folder / "uncovered.yaml"),
        load_refusals(folder / "refusals.yaml"),
        load_escalations(folder / "escalation.yaml").routes,
        load_asked(folder / "asked"),
    )
