"""`guide ask`: one answer, or answers for a file of questions."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.common import (
    IndexOption,
    JsonOption,
    answer_json,
    open_guide,
    print_json,
    progress,
    read_rows,
    require_writable,
    settings_for,
    unbroken,
)
from bot.errors import DiskError, QuestionError, UsageError
from bot.settings import Settings
from bot.types import Answer, Status, Turn

if TYPE_CHECKING:
    from bot.answer.guide import Guide

__all__ = ["EXAMPLE", "run"]

EXAMPLE = "Example: guide ask 24H2にしたら認証が外れた"


def run(
    *,
    question: Annotated[str | None, typer.Argument(help="What happened, in your own words.")] = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
    questions: Annotated[Path | None, typer.Option(help="JSON lines {id,q} or {id,turns:[...]}: answer each.")] = None,
    output: Annotated[
        Path | None, typer.Option("--out", help="JSON lines {id,answer} to write for --questions.")
    ] = None,
) -> None:
    """Answer a question from the indexed articles, with citations."""
    settings = settings_for(index)
    if questions is not None:
        if output is None or question is not None:
            raise UsageError("--questions needs --out FILE and no QUESTION; see guide ask --help")
        _batch(questions, output, settings)
        return
    if question is None or output is not None:
        raise UsageError("give a QUESTION, or --questions FILE with --out FILE; see guide ask --help")
    answer = open_guide(settings).ask(unbroken(question))
    if as_json:
        print_json(answer_json(answer))
    else:
        typer.echo(_as_text(answer))


def _batch(questions: Path, output: Path, settings: Settings) -> None:
    rows = [(row["id"], _turns(row, questions)) for row in read_rows(questions, {"id"})]
    require_writable(output, "--out")
    guide = open_guide(settings)
    lines = []
    with progress() as bar:
        for number, (name, turns) in enumerate(rows, 1):
            answer = answer_json(_converse(guide, name, turns))
            lines.append(json.dumps({"id": name, "answer": answer}, ensure_ascii=False) + "\n")
            bar("answering", number, len(rows))
    try:
        output.write_text("".join(lines), "utf-8")
    except OSError as error:
        raise DiskError(f"{output} cannot be written ({error.strerror}); choose another place for --out") from None
    typer.echo(f"{len(rows)} questions -> {output}", err=True)


def _turns(row: dict[str, Any], path: Path) -> list[str]:
    turns = row.get("turns", [row.get("q")])
    if not isinstance(turns, list) or not turns or not all(isinstance(turn, str) for turn in turns):
        raise UsageError(
            f"{path}: row {row['id']!r} has no q (a text) and no turns (a list of texts); give one of them"
        )
    return [unbroken(turn) for turn in turns]


def _converse(guide: Guide, name: object, turns: list[str]) -> Answer:
    """Ask all turns in one conversation; return the last answer. A bad question spoils only its own row."""
    history: list[Turn] = []
    answer = Answer(Status.ABSTAINED, "")
    for turn in turns:
        try:
            answer = guide.ask(turn, history, answer.state)
        except QuestionError as error:
            typer.echo(f"{name}: {error}", err=True)
            # Imported here: `guide --help` does without them.
            from bot.answer.frame import frame_of
            from bot.answer.talk import language_in

            return Answer(Status.ABSTAINED, frame_of(language_in(turn, [], answer.state)).sentence(error))
        history += [Turn("user", turn), Turn("assistant", answer.text)]
    return answer


def _as_text(answer: Answer) -> str:
    from bot.answer.frame import frame_of  # as above

    frame = frame_of(answer.language)
    card = frame.card
    lines = [re.sub(r"^### ", "■ ", answer.text, flags=re.MULTILINE)]
    if answer.question is not None:
        lines += ["", answer.question.text, *(f"  - {choice}" for choice in answer.question.choices)]
    if answer.citations:
        lines += ["", card.sources]
    for citation in answer.citations:
        place = " › ".join((citation.title, *citation.heading))
        lines.append(f"[{citation.n}] {place}（{citation.updated or card.undated}・{citation.evidence}）")
        lines.append(f"    {citation.link}")
    notices = dict.fromkeys(notice for citation in answer.citations for notice in citation.notices)
    lines += [f"※ {notice}" for notice in notices]
    if answer.escalation is not None:
        names = frame.listed(contact.name for contact in answer.escalation.contacts)
        lines += ["", f"{card.contacts}: {names}（{answer.escalation.reason}）", answer.escalation.summary]
    return "\n".join(lines)
