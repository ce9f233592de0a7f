"""Read a text as verification sees it: statements, their clauses, the words with their weight, what is denied."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from bot.answer.units import sentences
from bot.answer.verify.wording import Word, content_words, credit, read_morphemes

__all__ = [
    "Clause",
    "Statement",
    "Word",
    "all_normals",
    "credit",
    "every_normal",
    "read_claim",
    "read_morphemes",
    "read_passage",
]

_MARKER = re.compile(r"\s*(?:>\s?)*(?:[-*+・•]\s+|[0-9０-９]{1,2}[.)．）]\s*|[①-⑳]\s*)?(?:>\s?)*")
_STEP = re.compile(r"\s*(?:>\s?)*(?:[0-9０-９]{1,2}[.)．）]\s|[①-⑳])")
_ANNOUNCES = re.compile(r"(?:次|以下|下|つぎ)の")
"""What points forward to a list."""
_CELL_END = re.compile(r"(?<=。)")
_DESPITE = re.compile(r"(?<=[るいただ]の)に(?=[^、はも])")
"""What sets two clauses against each other without a comma: 映るのに音が出ない."""


@dataclass(frozen=True)
class Clause:
    """A part of a statement between commas."""

    text: str
    words: tuple[Word, ...]

    @cached_property
    def normals(self) -> frozenset[str]:
        """Return the normalised forms of the words."""
        return frozenset().union(*(word.forms for word in self.words))

    @cached_property
    def weight(self) -> float:
        """Return the weight of all words."""
        return sum(word.weight for word in self.words)


@dataclass(frozen=True)
class Statement:
    """A sentence, list item, table row or line of code."""

    text: str
    clauses: tuple[Clause, ...]
    row: bool = False
    head: tuple[Clause, ...] = ()
    """The head of the table that a row is of."""
    step: bool = False
    """Whether it is a step of a numbered list."""
    announced: str = ""
    """The sentence that announces the list which it is an item of: 「次のことが起こる場合があります。」"""

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """Return the words of all clauses."""
        return tuple(word for clause in self.clauses for word in clause.words)

    @cached_property
    def normals(self) -> frozenset[str]:
        """Return the normalised forms of all words, and of those of little content."""
        every = (*self.clauses, *self.head)
        forms = frozenset().union(*(word.forms for clause in every for word in clause.words))
        others = frozenset().union(*(every_normal(clause.text) for clause in every))
        return forms | others | (_CONTACT if _TO_WHOM.search(self.text) else frozenset())

    @cached_property
    def kanji(self) -> frozenset[str]:
        """Return the Chinese characters of its words."""
        return frozenset().union(*(word.kanji for word in self.words))

    @cached_property
    def squeezed(self) -> str:
        """Return the text without white space."""
        return "".join(self.text.split())


@lru_cache(maxsize=2048)
def every_normal(text: str) -> frozenset[str]:
    """Return the normalised forms of all morphemes, those without weight included."""
    return frozenset(morpheme.normalized.lower() for morpheme in read_morphemes(text))


def all_normals(one: Statement) -> frozenset[str]:
    """Return the normalised forms of all morphemes of a statement."""
    return frozenset().union(*(every_normal(part.text) for part in one.clauses))


_TO_WHOM = re.compile(r"へ(?:。|$|\s*\|)|[者店窓口社](?:か[^。、]*)?に(?:。|$)")
"""An end that leaves out the verb: 管理者へ."""
_CONTACT = frozenset({"連絡", "相談"})


@lru_cache(maxsize=2048)
def read_claim(claim: str) -> Statement:
    """Read one unit of generated text, its markup removed."""
    return _read(claim.strip().strip("|").replace("`", ""), row="|" in claim)


@lru_cache(maxsize=256)
def read_passage(text: str) -> tuple[Statement, ...]:
    """Read a passage, one block a line, into its statements in reading order."""
    found: list[Statement] = []
    head: tuple[Clause, ...] = ()
    fenced = False
    announced = ""
    for line in text.split("\n"):
        if line.strip().startswith("```"):
            fenced = not fenced
            continue
        body = line.strip() if fenced else _MARKER.sub("", line, count=1).strip()
        row = not fenced and "|" in body
        if row:
            body = body.strip("| ")
        if not row:
            head = ()
        if row and not re.search(r"\w", body) and found and found[-1].row:
            head = found.pop().clauses
        if not re.search(r"\w", body):
            continue
        if row:
            found.append(replace(_read(body, row=True), head=head))
            continue
        step = not fenced and _STEP.match(line) is not None
        item = not fenced and (mark := _MARKER.match(line)) is not None and bool(mark.group().strip("> "))
        read = [replace(_read(one, row=False), step=step) for one in ([body] if fenced else sentences(body))]
        if item and not step:
            read = [replace(one, announced=announced) for one in read]
        elif not item:
            announced = read[-1].text if _ANNOUNCES.search(read[-1].text) else ""
        found += read
    return tuple(found)


def _read(text: str, *, row: bool) -> Statement:
    cells = text.split("|") if row else [text]
    pieces = [piece for cell in cells for piece in (_CELL_END.split(cell) if row else _clauses(cell)) if piece.strip()]
    return Statement(text, tuple(_clause(piece) for piece in pieces), row)


def _clauses(text: str) -> list[str]:
    """Cut at commas outside brackets, a short clause together with the next."""
    pieces: list[str] = []
    depth = start = 0
    for at, letter in enumerate(text):
        depth += (letter in "「『（(") - (letter in "」』）)")
        if depth <= 0 and (letter in "、；;。！？" or _DESPITE.match(text, at)):
            pieces.append(text[start : at + 1])
            start = at + 1
    return [*pieces, text[start:]]


def _clause(text: str) -> Clause:
    return Clause(text, content_words(text))
