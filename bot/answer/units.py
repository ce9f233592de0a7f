"""Cut an article into units: the smallest pieces that can be stated and cited alone, each knowing its context."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.text.identifiers import find_identifiers
from bot.text.tokens import tokenize
from bot.types import Block, BlockKind, Chunk

__all__ = ["Role", "Unit", "merged", "role_of", "sentences", "under", "units_of"]


class Role(StrEnum):
    """What a section is for, read from its heading."""

    LEAD = "lead"
    CAUSE = "cause"
    CHECK = "check"
    STEPS = "steps"
    CASES = "cases"
    DONT = "dont"
    STUCK = "stuck"
    TERM = "term"
    OTHER = "other"


_ROLES: tuple[tuple[Role, re.Pattern[str]], ...] = (
    # The order decides where a heading has words of two roles: 「うまくいかないときの手順」 is about being stuck.
    (Role.DONT, re.compile(r"やっては|してはいけ|しては?なら|禁止|避け(?:る|たい)|NG|やらない")),
    (
        Role.STUCK,
        re.compile(
            r"うまくいかない|解決しない|直らない|それでも|だめな|ダメな|相談|窓口|問い合わせ|サポート先|最終手段"
        ),
    ),
    (Role.CHECK, re.compile(r"まず確認|確認すること|事前|はじめに確認|前に確認|チェック")),
    (Role.TERM, re.compile(r"^用語|とは$|とは[?？:：]|の意味")),
    (Role.STEPS, re.compile(r"手順|方法|やり方|対処|対策|解決|直し方|修復|戻し方|入り方|探し方|設定する|無効|有効に")),
    (Role.CASES, re.compile(r"場合|ケース|結果|条件|対象|できる(?:PC|人)|一覧|早見")),
    (Role.CAUSE, re.compile(r"何が起き|原因|理由|なぜ|仕組み|背景|症状|影響")),
    (Role.LEAD, re.compile(r"まとめ|要約|結論|ポイント|要点|最後に")),
)


_RUNNING = frozenset({BlockKind.PARAGRAPH, BlockKind.CAUTION})
"""Kinds of block whose units are sentences of running text."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One sentence, list item, table row or code block. `order` counts units in the article's reading order."""

    article_id: str
    chunk_id: str
    order: int
    heading: tuple[str, ...]
    role: Role
    kind: BlockKind
    text: str
    block: int
    """Which block of the article it is from, so that sentences of one paragraph are known to belong together."""
    number: int = 0
    level: int = 0
    header: str = ""
    """For a table row: the table's header row, cells joined by " | "."""
    whole: str = ""
    """The text of the whole block, of which `text` is a part."""
    words: frozenset[str] = frozenset()
    heading_words: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    """Canonical identifiers that the text prints."""

    def __hash__(self) -> int:
        # Whole lists of them are keys of what is kept: hashing every field would take longer than finding it anew.
        return hash((self.article_id, self.order))


def role_of(heading: Sequence[str]) -> Role:
    """Return the role of a section from its headings, the innermost that tells winning; no heading is the lead."""
    if not heading:
        return Role.LEAD
    for text in reversed(heading):
        for role, pattern in _ROLES:
            if pattern.search(text):
                return role
    return Role.OTHER


def units_of(chunks: Sequence[Chunk]) -> list[Unit]:
    """Return all units of one article from its `chunks`, which are given in reading order."""
    units: list[Unit] = []
    block_number = 0
    for chunk in chunks:
        role = role_of(chunk.heading)
        heading_words = frozenset(tokenize(" ".join(chunk.heading)))
        for block in chunk.blocks:
            for text, header in _pieces(block):
                units.append(
                    Unit(
                        article_id=chunk.article_id,
                        chunk_id=chunk.id,
                        order=len(units),
                        heading=chunk.heading,
                        role=role,
                        kind=block.kind,
                        text=text,
                        block=block_number,
                        number=block.number,
                        level=block.level,
                        header=header,
                        whole=block.text,
                        words=frozenset(tokenize(text)),
                        heading_words=heading_words,
                        codes=frozenset(found.canonical for found in find_identifiers(text)),
                    )
                )
            block_number += 1
    return units


def under(heading: str, units: Sequence[Unit]) -> tuple[Unit, ...]:
    """Return the units below a heading that begins so; those of the lead for ""."""
    if not heading:
        return tuple(unit for unit in units if not unit.heading)
    return tuple(unit for unit in units if any(name.startswith(heading) for name in unit.heading))


def merged(units: Sequence[Unit]) -> list[Unit]:
    """Join neighbouring sentences of one paragraph into one unit, so that they are one statement with one source."""
    result: list[Unit] = []
    for unit in units:
        last = result[-1] if result else None
        if last and last.block == unit.block and last.article_id == unit.article_id and last.kind in _RUNNING:
            begin = last.whole.find(last.text)
            end = last.whole.find(unit.text, begin + len(last.text)) + len(unit.text)
            between = last.whole[begin + len(last.text) : end - len(unit.text)]
            if begin >= 0 and end >= len(unit.text) and not between.strip():
                result[-1] = replace(last, text=last.whole[begin:end])
                continue
        result.append(unit)
    return result


def sentences(text: str) -> list[str]:
    """Split a paragraph after 。！？ outside brackets; every piece is verbatim and none is empty."""
    found: list[str] = []
    open_brackets = 0
    start = 0
    for position, letter in enumerate(text):
        if letter in "「『（(":
            open_brackets += 1
        elif letter in "」』）)":
            open_brackets = max(0, open_brackets - 1)
        ends = letter in "。！？!?" and not open_brackets
        following = text[position + 1 : position + 2]
        if ends and following not in tuple("。！？!?」』）)"):
            found.append(text[start : position + 1].strip())
            start = position + 1
    found.append(text[start:].strip())
    return [piece for piece in found if piece]


def _pieces(block: Block) -> list[tuple[str, str]]:
    """Return (text, table header) pairs of a block."""
    if block.kind is BlockKind.TABLE:
        rows = block.text.split("\n")
        header = rows[0] if block.header_rows else ""
        return [(row, header) for row in rows[block.header_rows :] if row.strip(" |")]
    if block.kind in _RUNNING:
        return [(sentence, "") for sentence in sentences(block.text)]
    return [(block.text, "")] if block.text.strip() else []
