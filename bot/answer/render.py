"""Write a plan out as text with [n] at each statement, and collect exactly the citations it uses."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.answer.frame import frame_of
from bot.answer.parts import Part
from bot.answer.units import Unit, merged
from bot.knowledge.ui_names import UiNames
from bot.types import BlockKind, Citation, Language

__all__ = ["line", "list_shape", "render"]

_MARK = re.compile(r"^(?:[・•●○■□◆◇▶▷\-*]\s*|※\s*)")
_CAUTION = re.compile(r"^(?:注意|警告|重要|危険|ご注意)")


def render(
    parts: Sequence[Part],
    make_citation: Callable[[int, Unit], Citation],
    language: Language = Language.JA,
    names: UiNames | None = None,
) -> tuple[str, tuple[Citation, ...]]:
    """Return the text and its citations, numbered in order of appearance.

    With `names`, the end tells what the settings and buttons that were named are called in English.
    """
    numbers: dict[tuple[str, int], int] = {}
    citations: list[Citation] = []

    def mark(unit: Unit) -> str:
        key = (unit.article_id, unit.order)
        number = numbers.get(key)
        if number is None:
            number = len(citations) + 1
            numbers[key] = number
            citations.append(make_citation(number, unit))
        return f"[{number}]"

    pieces = [_part(part, mark, language) for part in parts]
    found = names.pairs_in([unit.text for part in parts for unit in part.units]) if names else {}
    if found:
        pairs = "; ".join(f"{name} = {english}" for name, english in found.items())
        pieces.append(frame_of(language).names.format(pairs=pairs))
    return "\n\n".join(pieces), tuple(citations)


def _part(part: Part, mark: Callable[[Unit], str], language: Language) -> str:
    lines = [f"### {part.heading(language)}"] if part.label else []
    paragraph: list[str] = []
    table_header = ""
    block: tuple[str, int] | None = None

    def flush() -> None:
        if paragraph:
            lines.append("".join(paragraph))
            paragraph.clear()

    floor, listed = list_shape(part.units)
    for unit in merged(part.units):
        if unit.kind is not BlockKind.TABLE:
            table_header = ""
        # A lone step in the conclusion is advice, not the second of a list that is not shown.
        plain = unit.kind is BlockKind.PARAGRAPH or (unit.kind is BlockKind.STEP and not part.label)
        if plain and not _MARK.match(unit.text):
            if paragraph and block != (unit.article_id, unit.block):
                # What stood in two paragraphs, such as a number and its hours, does not run together into one line.
                flush()
                lines.append("")
            block = (unit.article_id, unit.block)
            paragraph.append(unit.text + mark(unit))
            continue
        flush()
        if unit.kind is BlockKind.TABLE:
            if unit.header != table_header:
                cells = unit.header.split(" | ")
                lines += ["", "| " + " | ".join(cells) + " |", "|" + "---|" * len(cells)]
                table_header = unit.header
            lines.append(f"| {unit.text}{mark(unit)} |")
        else:
            lines += line(unit, mark(unit), max(0, unit.level - floor), listed=listed, language=language)
    flush()
    return "\n".join(lines).replace("\n\n\n", "\n\n").strip("\n")


def list_shape(units: Sequence[Unit]) -> tuple[int, bool]:
    """Return the level of the outermost list items, and whether its steps are a whole list or a run out of one."""
    floor = min((unit.level for unit in units if unit.kind in {BlockKind.STEP, BlockKind.BULLET}), default=0)
    outer = [unit.number for unit in units if unit.kind is BlockKind.STEP and unit.level == floor]
    whole = outer == list(range(1, len(outer) + 1))
    return floor, whole or (len(outer) > 1 and outer == list(range(outer[0], outer[0] + len(outer))))


def line(unit: Unit, citation: str, depth: int, *, listed: bool, language: Language = Language.JA) -> list[str]:
    """Return the lines of a unit; steps taken out of their list (`listed` false) are advice, and keep no number."""
    indent = "   " * depth
    if unit.kind is BlockKind.STEP and listed:
        return [f"{indent}{unit.number or 1}. {unit.text}{citation}"]
    if unit.kind is BlockKind.CODE:
        return ["```", unit.text, "```", citation]
    if unit.kind is BlockKind.CAUTION:
        label = "" if _CAUTION.match(unit.text) else frame_of(language).caution
        return [f"> {label}{_MARK.sub('', unit.text)}{citation}"]
    return [f"{indent}- {_MARK.sub('', unit.text)}{citation}"]
