"""Take an answer's text apart into statements, each with the citations that it carries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from bot.answer.frame import frame_of
from bot.types import Language

__all__ = ["Statement", "squeeze", "statements"]

_MARKS = re.compile(r"((?:\[\d+\])+)")
_NUMBER = re.compile(r"\[(\d+)\]")
_HEADING = re.compile(r"#{1,6}\s")
_RULE = re.compile(r"\|?(?:\s*:?-{3,}:?\s*\|)+(?:\s*:?-{3,}:?\s*)?")
"""The line under the header row of a Markdown table."""

_LEADING = re.compile(r"(?:>\s*)*(?:[-*+•・]\s+|\d+[.)]\s+)?(?:>\s*)*")
_SENTENCE_END = re.compile(r"(?<=[。！？!?])(?![」』）)\]。！？!?])")
_WORD = re.compile(r"\w")
_LABEL_OR_QUESTION = re.compile(r"[？?：:]\s*$")


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence, list item, table row or code block of an answer, without its markup.

    `marks` are the citation numbers that stand directly behind it. `shared` are those behind the run of sentences it
    is part of: they hold for it only if the passage really contains it.
    """

    text: str
    marks: tuple[int, ...]
    shared: tuple[int, ...] = ()
    code: bool = False


def statements(text: str) -> list[Statement]:
    """Return everything that an answer asserts, in order.

    Headings, header rows of tables, what the guide says of itself (the language of its quotes, that it names somebody
    below, that one need not go on) and unmarked lines that end as a question or as a label (a colon) assert nothing of
    the trouble.
    """
    found: list[Statement] = []
    for line, code in _lines(text):
        if code:
            body, marks = line.rsplit("\n", 1)
            found.append(Statement(body, _numbers(marks), code=True))
        else:
            found += _in_line(line)
    return found


def squeeze(text: str) -> str:
    """Return the lines of `text` without any white space, empty ones left out, as texts are compared here."""
    return "\n".join("".join(line.split()) for line in text.split("\n") if line.strip())


def _lines(text: str) -> Iterator[tuple[str, bool]]:
    """Yield (line without markup, False), and each code block with the marks on the line below it, (…, True)."""
    lines = text.split("\n")
    position = 0
    while position < len(lines):
        line = lines[position].strip()
        position += 1
        if line.startswith("```"):
            start = position
            while position < len(lines) and not lines[position].strip().startswith("```"):
                position += 1
            body = "\n".join(lines[start:position])
            position += 1
            after = lines[position].strip() if position < len(lines) else ""
            marked = bool(after) and not _MARKS.sub("", after).strip()
            position += marked
            if body.strip():
                yield f"{body}\n{after if marked else ''}", True
            continue
        following = lines[position].strip() if position < len(lines) else ""
        if not line or _HEADING.match(line) or _RULE.fullmatch(line) or line.startswith(_framing()):
            continue
        if line.startswith("|") and _RULE.fullmatch(following):
            continue
        yield _LEADING.sub("", line, count=1).strip("| "), False


@cache
def _framing() -> tuple[str, ...]:
    """Return how lines begin that speak of the guide and its quotes alone."""
    frames = [frame_of(language) for language in Language]
    heard = [said for frame in frames for said in (frame.heard.unwilling, frame.heard.doubting, frame.heard.order)]
    own = [said for frame in frames for said in (frame.quotes, frame.names.partition("{")[0], frame.contacts)]
    return tuple(said for said in (*own, *heard) if said)


def _in_line(line: str) -> Iterator[Statement]:
    pieces = _MARKS.split(line)
    for piece, marks in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
        numbers = _numbers(marks)
        parts = [part.strip() for part in _SENTENCE_END.split(piece) if _WORD.search(part)]
        for order, part in enumerate(parts, 1):
            own = numbers if order == len(parts) else ()
            if own or not _LABEL_OR_QUESTION.search(part):
                yield Statement(part, own, numbers)


def _numbers(marks: str) -> tuple[int, ...]:
    return tuple(dict.fromkeys(int(number) for number in _NUMBER.findall(marks)))
