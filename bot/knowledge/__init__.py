"""What the guide knows besides articles: words, support dates, decision trees, whom to ask, situations."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import CorpusError
from bot.knowledge.circumstances import Circumstances, load_circumstances
from bot.knowledge.commands import Commands, load_commands
from bot.knowledge.escalation import Escalations, load_escalations
from bot.knowledge.flows import Flow, load_flows
from bot.knowledge.lifecycle import Lifecycle, load_lifecycle
from bot.knowledge.refusals import Refusals, load_refusals
from bot.knowledge.ui_names import UiNames, load_ui_names
from bot.knowledge.vocabulary import Vocabulary, load_vocabulary

__all__ = ["Knowledge", "load_knowledge"]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All knowledge files of a corpus, loaded once and never changed."""

    vocabulary: Vocabulary
    lifecycle: Lifecycle
    escalation: Escalations
    commands: Commands
    flows: tuple[Flow, ...]
    refusals: Refusals
    ui_names: UiNames
    circumstances: Circumstances = field(default_factory=Circumstances)

    def flow(self, flow_id: str) -> Flow | None:
        """Return the flow of that id, or None."""
        return next((flow for flow in self.flows if flow.id == flow_id), None)


def load_knowledge(corpus: Path) -> Knowledge:
    """Load `corpus/knowledge/*`. Raises `CorpusError` naming file, line and remedy.

    Whether the passages that flows name still exist is checked by `ingest.check_corpus`, which reads the articles.
    """
    folder = corpus / "knowledge"
    knowledge = Knowledge(
        vocabulary=load_vocabulary(folder / "vocabulary.yaml"),
        lifecycle=load_lifecycle(folder / "lifecycle.csv"),
        escalation=load_escalations(folder / "escalation.yaml"),
        commands=load_commands(folder / "commands.yaml"),
        flows=load_flows(folder / "flows"),
        refusals=load_refusals(folder / "refusals.yaml"),
        ui_names=load_ui_names(folder / "ui_names.yaml"),
        circumstances=load_circumstances(folder / "circumstances.yaml"),
    )
    for flow in knowledge.flows:
        for leaf in flow.leaves:
            if leaf.route is not None and knowledge.escalation.route(leaf.route) is None:
                raise CorpusError(
                    f"{folder / 'flows' / flow.id}.yaml: the leaf {leaf.id} names the route {leaf.route}, "
                    f"which escalation.yaml does not have; name one of its routes or null"
                )
    for one in knowledge.circumstances.circumstances:
        if one.route and knowledge.escalation.route(one.route) is None:
            raise CorpusError(
                f"{folder / 'circumstances.yaml'}: {one.id} names the route {one.route}, which escalation.yaml does "
                f"not have; name one of its routes or leave it out"
            )
    return knowledge
