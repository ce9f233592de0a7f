"""Cut a model's Markdown, as it arrives in arbitrary pieces, into units to be verified and released one by one."""

from __future__ import annotations

import re

from bot.answer.verify.marks import MARK_GROUP, citations, half_written, repair

__all__ = ["Cutter", "rejoined"]

_LONGEST = 1_200
"""Characters that may wait for the end of a unit. The longest sentence of the bundled articles has 179, their longest
code block 260; whatever is longer is handed out as it is, and fails."""

_OPENING, _CLOSING = "「『（(", "」』）)"
_ENDS = "。！？!?"
_FENCE = re.compile(r"(?P<fence>```+|~~~+)[^\n]*(?:\n|$)")
_ROUND_BEHIND = re.compile(r"[ \t　]*[（(][0-9０-９]{1,3}[)）]")
_TAIL = re.compile(rf"[」』）)\"”]*(?:{MARK_GROUP})?[。]?")
_BOLD_TAIL = re.compile(rf"(?:\*\*[」』）)]*(?:{MARK_GROUP})?|(?:{MARK_GROUP})\*\*)[。]?")
_HEADING = re.compile(r"#{1,6}[ \t　]")
_RULE = re.compile(r"[ \t]*(?:-{3,}|\*{3,}|_{3,})[ \t]*(?=\n|$)")
_DELIMITER = re.compile(r"[ \t]*\|?(?:[ \t]*:?-{2,}:?[ \t]*\|)+(?:[ \t]*:?-{2,}:?[ \t]*)?")
_MARKER = re.compile(r"(?:>[ \t]?)*(?:[-*+・•][ \t　]+|[0-9０-９]{1,2}[.)．）][ \t　]*|[①-⑳][ \t　]*)?(?:>[ \t]?)*")
_LEAD = re.compile(r"\s*")
_DEEPEST = 6
"""Spaces of indentation that a list item keeps: two levels below the first."""


class Cutter:
    """Collects text and hands out whole units.

    A unit is a sentence with its citations, also within a list item; a heading; a row of a table, the header together
    with the line below it; a code block. It begins with the line breaks that stood before it, so that units put
    together are the text again. Citations are repaired to [n]; a code block without any gets those of the unit
    before it, on a line below. Not for sharing between threads.
    """

    def __init__(self) -> None:
        self._pending = ""
        self._line_start = True
        self._in_table = False
        self._marks: tuple[int, ...] = ()

    def feed(self, text: str) -> list[str]:
        """Take the next piece of text and return the units that it completes."""
        self._pending += text.replace("\r\n", "\n").replace("\r", "\n")
        return self._cut(final=False)

    def finish(self) -> list[str]:
        """Return what is left as units; the cutter is empty afterwards."""
        units = self._cut(final=True)
        self._pending, self._line_start, self._in_table, self._marks = "", True, False, ()
        return units

    def _cut(self, *, final: bool) -> list[str]:
        units: list[str] = []
        while True:
            lead = _LEAD.match(self._pending)
            start = lead.end() if lead else 0
            self._line_start = self._line_start or "\n" in self._pending[:start]
            if start == len(self._pending):
                return units
            end = self._end(start, final=final)
            if end is None and len(self._pending) - start <= _LONGEST and not final:
                return units
            end = len(self._pending) if end is None else end
            unit = self._unit(self._pending[:start], self._pending[start:end])
            self._pending = self._pending[end:]
            self._line_start = False
            if unit.strip():
                units.append(unit)

    def _unit(self, lead: str, body: str) -> str:
        if _RULE.fullmatch(body):
            return ""
        body = repair(body.rstrip())
        cited = citations(body)
        if _FENCE.match(body) and not cited and self._marks:
            cited = self._marks
            body += "\n" + "".join(f"[{number}]" for number in cited)
        self._marks = cited or self._marks
        self._in_table = body.startswith("|")
        breaks = lead.count("\n")
        indent = lead.rpartition("\n")[2].expandtabs(2)[:_DEEPEST] if breaks and _MARKER.match(body) else ""
        return "\n" * min(breaks, 2) + indent + body

    def _end(self, start: int, *, final: bool) -> int | None:
        """Return where the unit that begins at `start` ends, None when that is not known yet."""
        text = self._pending
        if self._line_start:
            rest = text[start:]
            if rest.startswith(("```", "~~~")):
                return self._fence_end(start, final=final)
            if not final and rest in {"`", "``", "~", "~~"}:
                return None
            if _HEADING.match(rest) or rest.startswith("|") or (not final and set(rest) <= set("#")):
                return self._line_end(start, final=final)
            rule = _RULE.match(rest)
            if rule:
                end = start + rule.end()
                return end if final or end < len(text) else None
            marker = _MARKER.match(rest)
            start += marker.end() if marker else 0
        return self._sentence_end(start, final=final)

    def _line_end(self, start: int, *, final: bool) -> int | None:
        text = self._pending
        end = text.find("\n", start)
        if end < 0:
            return len(text) if final else None
        if text[start] != "|" or self._in_table:
            return end
        following = text.find("\n", end + 1)
        below = text[end + 1 :] if following < 0 else text[end + 1 : following]
        if _DELIMITER.fullmatch(below):
            return end + 1 + len(below) if final or following >= 0 else None
        could_be = not below.strip(" |:-\t")
        return None if following < 0 and could_be and not final else end

    def _fence_end(self, start: int, *, final: bool) -> int | None:
        text = self._pending
        opening = _FENCE.match(text, start)
        if opening is None:
            return None
        close = re.compile(rf"^[ \t]*{opening['fence']}[ \t]*(?=\n|\Z)", re.MULTILINE).search(text, opening.end())
        if close is None:
            return len(text) if final else None
        end = close.end()
        if not final and end == len(text):
            return None
        behind = text[end:]
        marks = re.match(rf"\s*(?:{MARK_GROUP})[ \t]*(?=\n|\Z)", behind)
        if marks:
            return end + marks.end() if final or end + marks.end() < len(text) else None
        if not final and half_written(behind.lstrip("\n")):
            return None
        return end

    def _sentence_end(self, start: int, *, final: bool) -> int | None:
        text = self._pending
        depth = 0
        code = False
        for at in range(start, len(text)):
            letter = text[at]
            if letter == "\n":
                return at
            if letter == "`":
                code = not code
            elif code:
                continue
            elif letter in _OPENING:
                depth += 1
            elif letter in _CLOSING:
                depth = max(0, depth - 1)
            elif letter in _ENDS and not depth and text[at + 1 : at + 2] not in tuple(_ENDS):
                return self._behind(at + 1, final=final, bold=text.count("**", start, at) % 2 == 1)
        return len(text) if final else None

    def _behind(self, end: int, *, final: bool, bold: bool) -> int | None:
        """Return where closing marks and citations behind a sentence end, None while more of them may arrive."""
        text = self._pending
        rest = text[end:].lstrip('」』）)"”')
        if not final and (half_written(rest) or (bold and half_written(rest.lstrip("*")))):
            return None
        tail = (bold and _BOLD_TAIL.match(text, end)) or _TAIL.match(text, end)
        end = tail.end() if tail else end
        marked = _ROUND_BEHIND.match(text, end)
        return marked.end() if marked else end


def rejoined(dropped: str, unit: str) -> str:
    """Return `unit` with the line break and list mark of a unit that was dropped before it, where it has none itself.

    Without that, dropping the first sentence of a paragraph would join the second to the heading above.
    """
    if unit.startswith("\n") or not dropped.startswith("\n"):
        return unit
    lead = _LEAD.match(dropped)
    start = lead.end() if lead else 0
    marker = _MARKER.match(dropped, start)
    return dropped[: marker.end() if marker else start] + unit.lstrip()
