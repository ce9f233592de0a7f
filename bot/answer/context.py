"""What a statement never goes without: the warning over a step, the hedge over conditions, what it points back to."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answer.score import ScoredUnit
from bot.answer.units import Unit
from bot.types import BlockKind

__all__ = ["CONDITION_HEADING", "LIMITS", "Context"]

_PARAGRAPH_LIMIT = 210
"""Characters up to which a paragraph is quoted whole."""

_MOST_ITEMS = 5

CONDITION_HEADING = re.compile(r"場合|とき$|時$|ケース|なら$")
_HEDGE = re.compile(
    r"可能性|とは限ら|時点|個別|かもしれ|未確定|不明|あくまで|報告|おそれ|恐れ|ようです|推測|と思われ|わけではな"
)
_POINTS_BACK = re.compile(r"上記|これ|それ|この(?!PC|まま)|その|そこ|同じ|こう|そう|また[、は]|さらに|ほかに|次に")
_ANNOUNCES = re.compile(r"(?:次の|以下の|以下に|次に挙げる)[^。]*[。：:]?$")
_COMMAND_FOLLOWS = re.compile(r"(?:次|以下|下)の(?:コマンド|文字|行|文)を")
LIMITS = re.compile(r"ただし|しかし|なお|もっとも|[（(]ただし|けれど")


class Context:
    """The neighbourhood of each unit of one article."""

    def __init__(self, scored: Sequence[ScoredUnit]) -> None:
        self._scored = scored
        self._by_order = {item.unit.order: item for item in scored}

    def guarded(self, units: Sequence[Unit]) -> list[Unit]:
        """Put before each unit the warning that guards it, and before conditions the hedge that governs them."""
        result: dict[int, Unit] = {}
        for unit in units:
            before = self._by_order.get(unit.order - 1)
            if before and before.unit.kind is BlockKind.CAUTION and unit.kind in {BlockKind.STEP, BlockKind.CODE}:
                for guard in self._same_kind_before(before.unit):
                    result.setdefault(guard.order, guard)
            if unit.heading and CONDITION_HEADING.search(unit.heading[-1]):
                for hedge in self._governing_hedge(unit):
                    result.setdefault(hedge.order, hedge)
            announcer = self._announcer(unit)
            if announcer is not None:
                result.setdefault(announcer.order, announcer)
                for item in self._announced(announcer):
                    result.setdefault(item.order, item)
            result.setdefault(unit.order, unit)
            for item in (*self._announced(unit), *self._command(unit)):
                result.setdefault(item.order, item)
        return list(result.values())

    def leaning(self, unit: Unit) -> tuple[Unit, ...]:
        """Return the unit with the sentences of its paragraph that it leans on, when the paragraph is short."""
        block = [item.unit for item in self._scored if item.unit.block == unit.block]
        if (
            unit.kind in {BlockKind.PARAGRAPH, BlockKind.CAUTION}
            and sum(len(other.text) for other in block) <= _PARAGRAPH_LIMIT
        ):
            return tuple(block)
        return self.beginning(unit)

    def beginning(self, unit: Unit) -> tuple[Unit, ...]:
        """Return the unit with the sentences that it cannot stand without."""
        run = [unit]
        # What 「上記」 or 「その」 points to stands before it.
        while _POINTS_BACK.match(run[0].text) and (before := self._by_order.get(run[0].order - 1)):
            if before.unit.heading != unit.heading or len(run) > 2:  # noqa: PLR2004
                break
            run.insert(0, before.unit)
        # A sentence that takes back or limits the one before it is never cut off.
        after = self._by_order.get(unit.order + 1)
        if after and after.unit.heading == unit.heading and LIMITS.match(after.unit.text):
            run.append(after.unit)
        return tuple(run)

    def conditions(self, unit: Unit) -> tuple[Unit, ...]:
        """Return all list items under the unit's heading when that heading is a condition: they limit one another."""
        if not unit.heading or not CONDITION_HEADING.search(unit.heading[-1]):
            return ()
        group = [
            item.unit for item in self._scored if item.unit.heading == unit.heading and item.unit.kind is unit.kind
        ]
        return tuple(group) if unit.kind is BlockKind.BULLET and len(group) <= _MOST_ITEMS + 1 else ()

    def _announced(self, unit: Unit) -> list[Unit]:
        """Return the list that a sentence announces: without it the sentence promises what does not come."""
        items: list[Unit] = []
        if unit.kind is not BlockKind.PARAGRAPH or not _ANNOUNCES.search(unit.text):
            return items
        while (after := self._by_order.get(unit.order + len(items) + 1)) and len(items) < _MOST_ITEMS:
            if after.unit.kind is not BlockKind.BULLET or after.unit.heading != unit.heading:
                break
            items.append(after.unit)
        return items

    def _command(self, unit: Unit) -> list[Unit]:
        """Return the command that a sentence says comes next."""
        after = self._by_order.get(unit.order + 1)
        follows = unit.kind is not BlockKind.CODE and _COMMAND_FOLLOWS.search(unit.text)
        if not follows or after is None or after.unit.heading != unit.heading:
            return []
        # The sentence after it in its paragraph, or a warning, may stand between.
        between = self._by_order.get(unit.order + 2)
        if after.unit.kind is not BlockKind.CODE and between is not None and between.unit.kind is BlockKind.CODE:
            return [after.unit, between.unit] if after.unit.kind is not BlockKind.STEP else []
        return [after.unit] if after.unit.kind is BlockKind.CODE else []

    def _announcer(self, unit: Unit) -> Unit | None:
        """Return the sentence that announces the list of an item: alone, 「部品の交換」 would not say what it is."""
        if unit.kind is not BlockKind.BULLET:
            return None
        order = unit.order
        while (before := self._by_order.get(order - 1)) and before.unit.heading == unit.heading:
            if before.unit.kind is not BlockKind.BULLET:
                announces = before.unit.kind is BlockKind.PARAGRAPH and _ANNOUNCES.search(before.unit.text)
                return before.unit if announces else None
            order -= 1
        return None

    def _same_kind_before(self, unit: Unit) -> list[Unit]:
        return [item.unit for item in self._scored if item.unit.block == unit.block]

    def _governing_hedge(self, unit: Unit) -> list[Unit]:
        """Return the nearest earlier caution that limits what a run of conditions says, if no text stands between."""
        order = unit.order
        while (item := self._by_order.get(order - 1)) is not None:
            order -= 1
            other = item.unit
            if other.kind is BlockKind.CAUTION and _HEDGE.search(other.text):
                return [same.unit for same in self._scored if same.unit.block == other.block]
            in_conditions = bool(other.heading) and bool(CONDITION_HEADING.search(other.heading[-1]))
            if not in_conditions and other.kind is not BlockKind.CAUTION:
                return []
        return []
