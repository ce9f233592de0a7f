"""Take the names of call-centre staff out of an article: who answered is nobody's business, what they said is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from bot.types import Block, BlockKind
from ingest.rules import Rules

__all__ = ["mask_staff"]

_SENTENCES = re.compile(r"(?<=[。!?！？])")
_SPLITTABLE = frozenset({BlockKind.PARAGRAPH, BlockKind.CAUTION})
_STAND_IN = "担当者"


def mask_staff(blocks: Iterable[Block], rules: Rules) -> tuple[Block, ...]:
    """Return `blocks` without staff names.

    「窓口の山田さん」 loses 「の山田さん」; where the same name stands by itself later on it becomes 「担当者」. A
    sentence that lost a name is no longer verbatim, so in running text it becomes a block of its own and the sentences
    around it keep every character.
    """
    blocks = tuple(blocks)
    names = {match["name"] for block in blocks for match in _mentions(block.text, rules)}
    if not names:
        return blocks
    alone = re.compile(rf"(?:{'|'.join(map(re.escape, sorted(names)))})(?:{rules.titles})")
    masked: list[Block] = []
    for block in blocks:
        if not alone.search(block.text) or block.kind is BlockKind.CODE:
            masked.append(block)
        elif block.kind not in _SPLITTABLE:
            masked.append(replace(block, text=_mask(block.text, alone, rules)))
        else:
            masked += _split(block, alone, rules)
    return tuple(block for block in masked if block.text)


def _mentions(text: str, rules: Rules) -> Iterable[re.Match[str]]:
    """Yield each staff name together with the place of work in front of it."""
    for match in rules.staff.finditer(text):
        joined = bool(match["joint"]) or len(match["name"]) > 1
        if joined and not rules.not_names.search(match["name"]):
            yield match


def _mask(text: str, alone: re.Pattern[str], rules: Rules) -> str:
    for match in reversed(list(_mentions(text, rules))):
        text = text[: match.end("place")] + text[match.end() :]
    return alone.sub(_STAND_IN, text)


def _split(block: Block, alone: re.Pattern[str], rules: Rules) -> list[Block]:
    """Return the block's runs of untouched sentences and, between them, each masked sentence."""
    parts: list[Block] = []
    clean = ""
    for sentence in _SENTENCES.split(block.text):
        if not alone.search(sentence):
            clean += sentence
            continue
        parts += [replace(block, text=clean.strip()), replace(block, text=_mask(sentence, alone, rules).strip())]
        clean = ""
    return [*parts, replace(block, text=clean.strip())]
