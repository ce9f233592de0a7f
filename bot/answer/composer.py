"""Put an answer together from a model's verified units and the articles' own words, piece by piece.

The model may phrase and leave out; it may not drop a step, a warning or what must not be done: these are said in the
article's words where it does not say them, and a step never comes before what stands before it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from bot.answer.coverage import covers, quotable
from bot.answer.frame import Label, frame_of
from bot.answer.render import line
from bot.answer.statements import Statement
from bot.answer.units import Unit
from bot.answer.verify import Reason, Verdict, rejoined, verify
from bot.answer.verify.check import plain
from bot.answer.verify.marks import citations
from bot.answer.verify.verdict import released
from bot.types import BlockKind, Citation, Language

__all__ = ["Composer"]

_FEW = 4
"""Units that may fail before it is asked whether most of them do."""

_MOST = 0.5
"""Share of units that may fail; with more of them the model is not answering from the passages."""

_HARMLESS = frozenset({Reason.EMPTY, Reason.CHATTER})
"""A greeting is left out without being held against the model."""

_CODE = re.compile(r"(```.*?```|`[^`\n]*`)", re.DOTALL)
_MARK = re.compile(r"\[([0-9]{1,3})\]")
_TIGHT = frozenset({BlockKind.STEP, BlockKind.BULLET, BlockKind.CAUTION, BlockKind.CODE, BlockKind.TABLE})
"""Lines of a list, with its warnings and commands; all else stands apart by a blank line."""


class Composer:
    """The answer so far, not for sharing.

    `phrased` counts the model's units in it, `passed` all that were right (some are said in the article's words all the
    same), `failed` those held back, by reason.
    """

    def __init__(self, statements: Sequence[Statement]) -> None:
        self.text = ""
        self.citations: list[Citation] = []
        self.phrased = 0
        self.passed = 0
        self.failed: Counter[Reason] = Counter()
        self._statements = statements
        self._by_number = {one.n: one for one in statements}
        self._passages = {one.n: one.passage for one in statements}
        self._numbers: dict[int, int] = {}
        self._said: set[int] = set()
        self._verbatim: set[int] = set()
        self._part: int | None = None
        self._label = ""
        self._last = BlockKind.PARAGRAPH
        self._table_header = ""
        self._dropped = ""
        self._waiting: list[str] = []
        self._waiting_for: Statement | None = None

    @property
    def hopeless(self) -> bool:
        """Tell whether so many units failed that the extractive answer serves the reader better."""
        failures = self.failed.total()
        return failures >= _FEW and failures > _MOST * (failures + self.passed)

    @property
    def worthless(self) -> bool:
        """Tell at the end whether most of what the model said was not right, or it said nothing."""
        return self.failed.total() > _MOST * (self.failed.total() + self.passed) or not self.passed

    def take(self, unit: str) -> str:
        """Check the model's next unit, and return what may be shown of the answer now, "" for nothing."""
        before = len(self.text)
        if unit.lstrip().startswith("#"):
            return ""  # the guide names the sections
        verdict = self._verdict(unit)
        cited = [self._by_number[n] for n in verdict.citations if n in self._by_number]
        if verdict.passed and cited:
            self.passed += 1
            self._pass(rejoined(self._dropped, verdict.text), cited)
            self._dropped = ""
        elif not verdict.passed:
            self._hold_back(unit, verdict, cited)
        return self.text[before:]

    def finish(self) -> str:
        """Say what must not be missing, and return it."""
        before = len(self.text)
        self._settle()
        for one in self._statements:
            if one.needed and one.n not in self._said:
                self._say(one)
        return self.text[before:]

    def _verdict(self, unit: str) -> Verdict:
        """Verify a unit; a whole sentence of a passage that it cites needs no weighing of words."""
        numbers = citations(unit)
        quoted = {said for n in numbers if n in self._by_number for said in quotable(self._by_number[n])}
        if plain(unit) in quoted and all(n in self._by_number for n in numbers):
            return released(unit, numbers)
        return verify(unit, self._passages)

    def _pass(self, unit: str, cited: Sequence[Statement]) -> None:
        """Release a unit that passed, once the statement that it puts in other words is said to its end."""
        only = cited[0] if len(cited) == 1 else None
        if only is None or only is not self._waiting_for:
            self._settle()
        if all(one.n in self._verbatim or (one.whole and one.n in self._said) for one in cited):
            return  # said already
        if any(one.verbatim for one in cited):
            self._say_all(cited)
        elif only is not None and only.whole:
            self._waiting_for = only
            self._waiting.append(unit)
            if covers("".join(self._waiting), only):
                self._settle()
        elif all(covers(unit, one) for one in cited if one.whole):
            self._release(unit, cited)
        else:
            self._say_all(cited)

    def _settle(self) -> None:
        """Release what waited for the rest of its statement, or say that in the article's words."""
        one, said = self._waiting_for, "".join(self._waiting)
        self._waiting_for, self._waiting = None, []
        if one is not None and covers(said, one):
            self._release(said, [one])
        elif one is not None:
            self._say_all([one])

    def _release(self, unit: str, cited: Sequence[Statement]) -> None:
        self._enter(cited[0])
        for one in cited:
            self._say_before(one)
        self._said |= {one.n for one in cited}
        self.phrased += 1
        only = cited[0]
        if len(cited) == 1 and only.unit.kind in {BlockKind.STEP, BlockKind.BULLET}:
            self._add_line(replace(only.unit, text=plain(unit).replace("\n", "")), self._mark(only), only)
        else:
            self._add(self._renumbered(unit), BlockKind.PARAGRAPH)

    def _hold_back(self, unit: str, verdict: Verdict, cited: Sequence[Statement]) -> None:
        if self._waiting_for is not None and [self._waiting_for] != cited:
            self._settle()
        self._waiting_for, self._waiting = None, []
        self._dropped = self._dropped or unit
        if verdict.reason is not None and verdict.reason not in _HARMLESS:
            self.failed[verdict.reason] += 1
        if len(cited) == 1 and cited[0].n not in self._said:
            self._say_all(cited)

    def _say_all(self, statements: Sequence[Statement]) -> None:
        for one in statements:
            if one.n not in self._said:
                self._enter(one)
                self._say_before(one)
                self._say(one)

    def _enter(self, one: Statement) -> None:
        """Complete the section before the next one begins."""
        if self._part is not None and one.part != self._part:
            for other in self._statements:
                if other.part == self._part and other.ordered and other.n not in self._said:
                    self._say(other)

    def _say_before(self, one: Statement) -> None:
        """Say what must stand before a statement: warnings, and before a step the steps in front of it."""
        for other in self._statements:
            if other.n >= one.n:
                break
            guards = other.unit.kind is BlockKind.CAUTION or one.ordered
            if other.part == one.part and other.ordered and guards and other.n not in self._said:
                self._say(other)
        self._begin(one)

    def _say(self, one: Statement) -> None:
        """Say a statement in the article's own words."""
        self._begin(one)
        self._said.add(one.n)
        self._verbatim.add(one.n)
        mark = self._mark(one)
        if one.unit.kind is BlockKind.PARAGRAPH:
            self._add(f"\n\n{one.unit.text}{mark}", BlockKind.PARAGRAPH)
        elif one.unit.kind is BlockKind.TABLE:
            rows = [] if self._table_header == one.unit.header else _table_head(one.unit.header)
            self._table_header = one.unit.header
            self._add("\n".join([*rows, f"| {one.unit.text}{mark} |"]), BlockKind.TABLE)
        else:
            self._add_line(one.unit, mark, one)

    def _begin(self, one: Statement) -> None:
        """Write the section's heading where another section stands before the statement."""
        if one.part == self._part:
            return
        label = "" if one.near else one.label
        if not label and self._label:
            label = frame_of(Language.JA).headings[Label.BESIDES]
        self._part = one.part
        if label and label != self._label:
            self._add(f"### {label}", BlockKind.HEADING)
        self._label = label

    def _add_line(self, unit: Unit, mark: str, one: Statement) -> None:
        self._add("\n".join(line(unit, mark, one.depth, listed=one.listed)), one.unit.kind)

    def _add(self, piece: str, kind: BlockKind) -> None:
        """Append a piece with as many line breaks before it as its kind wants."""
        breaks = len(piece) - len(piece.lstrip("\n"))
        if kind is not BlockKind.PARAGRAPH or self._last is not BlockKind.PARAGRAPH:
            breaks = 1 if self._last is BlockKind.HEADING or {kind, self._last} <= _TIGHT else 2
            if kind is BlockKind.TABLE and self._last is not BlockKind.TABLE:
                breaks = 2
        if kind is not BlockKind.TABLE:
            self._table_header = ""
        self.text += "\n" * (min(breaks, 2) if self.text else 0) + piece.strip("\n")
        self._last = kind

    def _mark(self, one: Statement) -> str:
        number = self._numbers.get(one.n)
        if number is None:
            number = self._numbers[one.n] = len(self._numbers) + 1
            self.citations.append(replace(one.citation, n=number))
        return f"[{number}]"

    def _renumbered(self, unit: str) -> str:
        pieces = _CODE.split(unit)
        return "".join(
            piece if at % 2 else _MARK.sub(lambda match: self._mark(self._by_number[int(match[1])]), piece)
            for at, piece in enumerate(pieces)
        )


def _table_head(header: str) -> list[str]:
    cells = header.split(" | ")
    return [f"| {' | '.join(cells)} |", "|" + "---|" * len(cells)] if header else []
