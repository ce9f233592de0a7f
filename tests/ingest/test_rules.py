"""The rules file: each rule drops and keeps what its own examples say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.errors import CorpusError
from ingest.lines import fold
from ingest.rules import RULES_FILE, load_rules

GROUPS = ("line", "section", "list", "rest", "closing", "start", "not_title")
DATA: dict[str, Any] = yaml.safe_load(RULES_FILE.read_text("utf-8"))
CASES = [
    pytest.param(group, text, kind == "drops", id=f"{group}-{rule['name']}-{kind}-{i}")
    for group in GROUPS
    for rule in DATA[group]
    for kind in ("drops", "keeps")
    for i, text in enumerate(rule[kind])
]


@pytest.mark.parametrize(("group", "text", "drops"), CASES)
def test_examples(group: str, text: str, drops: bool) -> None:
    """A rule's group matches the rule's `drops` and none of its `keeps`."""
    assert bool(getattr(load_rules(), group).search(fold(text))) is drops


def test_every_rule_has_examples() -> None:
    """No rule goes without an example of what it drops and of what it must not touch."""
    for group in GROUPS:
        for rule in DATA[group]:
            assert rule["drops"], rule["name"]
            assert rule["keeps"], rule["name"]


@pytest.mark.parametrize("change", ["line: 3", "line: [{name: a, match: ['(']}]", "[", ""])
def test_broken_file(tmp_path: Path, change: str) -> None:
    """A broken rules file is named with a remedy instead of a traceback."""
    path = tmp_path / "rules.yaml"
    path.write_text(change, encoding="utf-8")
    with pytest.raises(CorpusError, match=r"rules\.yaml"):
        load_rules(path)


@pytest.mark.parametrize(
    ("name", "drops"),
    [
        *((name, True) for name in ("widget", "sns-share", "blogcard-wrap", "ad", "ads-top")),
        *((name, False) for name in ("shadow", "header", "loading", "entry-content", "is-menu-item", "pr-4")),
    ],
)
def test_class_names(name: str, drops: bool) -> None:
    """Class names match as whole words, so that 「shadow」 is no 「ad」."""
    assert bool(load_rules().html.drop_class.match(name)) is drops
