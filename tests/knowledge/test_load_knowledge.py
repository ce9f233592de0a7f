"""All knowledge loads together, and what one file says of another is checked."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.errors import CorpusError
from bot.knowledge import Knowledge, load_knowledge


def test_bundled_knowledge_loads(knowledge: Knowledge) -> None:
    """Every part of the bundled knowledge has something in it."""
    assert knowledge.vocabulary.terms
    assert knowledge.lifecycle.releases
    assert knowledge.escalation.routes
    assert knowledge.commands.rows
    assert knowledge.flow("activation") is knowledge.flows[0]
    assert knowledge.flow("nothing") is None


def test_a_route_that_names_nothing_is_refused(corpus: Path, tmp_path: Path) -> None:
    """A leaf's route must be one of the file's routes."""
    shutil.copytree(corpus / "knowledge", tmp_path / "knowledge")
    path = tmp_path / "knowledge" / "flows" / "sign-in.yaml"
    path.write_text(path.read_text("utf-8").replace("route: work-admin", "route: nobody"), "utf-8")
    with pytest.raises(CorpusError, match=r"sign-in\.yaml: the leaf work names the route nobody"):
        load_knowledge(tmp_path)


@pytest.mark.parametrize("name", ["vocabulary.yaml", "lifecycle.csv", "escalation.yaml", "commands.yaml"])
def test_a_missing_file_is_named(corpus: Path, tmp_path: Path, name: str) -> None:
    """Each file is needed, and its absence is one sentence."""
    shutil.copytree(corpus / "knowledge", tmp_path / "knowledge")
    (tmp_path / "knowledge" / name).unlink()
    with pytest.raises(CorpusError, match=name):
        load_knowledge(tmp_path)
