"""Run the same questions through another revision of the code, in a git worktree of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path

from bot.errors import GuideError, UsageError
from bot.evals import probe
from bot.evals.cases import Case
from bot.evals.observations import Recording, parse_recording
from bot.retrieval.fusion import Weights
from bot.settings import PREFIX, Settings

__all__ = ["Changes", "parse_changes", "record_revision", "require_revision"]

_ROOT = Path(probe.__file__).resolve().parents[2]

_COMMAND = "import sys; sys.path.insert(0, sys.argv.pop(1)); from bot.cli import main; main()"
"""The command line of whichever checkout is named first, not of the installed package."""

Changes = tuple[dict[str, str], dict[str, float]]
"""Settings by field name, and weights by field name."""


def parse_changes(text: str) -> Changes | None:
    """Read `KEY=VALUE[,KEY=VALUE…]`, each key a setting or a weight of the search; None when `text` is a revision.

    Raises `UsageError` for a key that is neither, or a weight that is no number.
    """
    if "=" not in text:
        return None
    settings: dict[str, str] = {}
    weights: dict[str, float] = {}
    known_weights = [field.name for field in fields(Weights)]
    for part in text.split(","):
        key, _, value = part.partition("=")
        name = key.strip().lower().removeprefix(PREFIX.lower())
        if name in Settings.model_fields:
            settings[name] = value.strip()
        elif name in known_weights:
            try:
                weights[name] = float(value)
            except ValueError:
                raise UsageError(f"the weight {name} is {value.strip()!r}; give a number") from None
        else:
            raise UsageError(
                f"{key.strip()!r} is neither a setting nor a weight; use one of {', '.join(known_weights)}, "
                "or a setting that `guide doctor` lists"
            )
    return settings, weights


def record_revision(revision: str, cases: Sequence[Case], sources: Sequence[str] | None) -> Recording:
    """Build an index with the code of `revision`, ask its guide every case, and return what it did.

    `sources` are what to ingest, None for the articles bundled with that revision. The worktree and the index are
    removed afterwards. Raises `UsageError` for an unknown revision, `GuideError` when the other code fails.
    """
    with _worktree(revision) as root, tempfile.TemporaryDirectory(prefix="guide-eval-") as directory:
        index = Path(directory) / "index"
        given = [str(root / "corpus" / "articles")] if sources is None else sources
        _run([sys.executable, "-P", "-c", _COMMAND, str(root), "ingest", *given, "--index", str(index)], revision)
        asked, answered = Path(directory) / "questions.json", Path(directory) / "answers.jsonl"
        asked.write_text(json.dumps([[case.id, list(case.turns)] for case in cases]), "utf-8")
        _run([sys.executable, "-P", probe.__file__, str(root), str(index), str(asked), str(answered)], revision)
        recording = parse_recording(_rows(answered))
    recording.require(cases)
    return recording


def require_revision(revision: str) -> str:
    """Return the commit that a revision names. Raises `UsageError`, or `GuideError` where there is no git."""
    commit = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if commit.returncode:
        raise UsageError(f"{revision!r} is no revision of {_ROOT}; give a commit, a branch, or settings as KEY=VALUE")
    return commit.stdout.strip()


@contextmanager
def _worktree(revision: str) -> Iterator[Path]:
    commit = require_revision(revision)
    with tempfile.TemporaryDirectory(prefix="guide-revision-") as directory:
        root = Path(directory) / "tree"
        added = _git("worktree", "add", "--detach", "--quiet", str(root), commit)
        if added.returncode:
            raise GuideError(
                f"no worktree of {revision} could be made ({_last(added.stderr)}); see `git worktree list`"
            )
        try:
            yield root
        finally:
            _git("worktree", "remove", "--force", str(root))


def _git(*arguments: str) -> subprocess.CompletedProcess[str]:
    git = shutil.which("git")
    if git is None:
        raise GuideError("git is not installed, and a revision is read with it; install it, or compare with --baseline")
    # The arguments are a list and `revision` stands behind --end-of-options: nothing of it is run.
    return subprocess.run([git, "-C", str(_ROOT), *arguments], capture_output=True, text=True, check=False)  # noqa: S603


def _run(command: Sequence[str], revision: str) -> None:
    finished = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own code
    if finished.returncode:
        raise GuideError(
            f"the code of {revision} failed ({_last(finished.stderr)}); check that it runs, or choose another revision"
        )


def _rows(path: Path) -> Iterator[Mapping[str, object]]:
    for line in path.read_text("utf-8").splitlines():
        yield json.loads(line)


def _last(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1].strip() if lines else "no message"
