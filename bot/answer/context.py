"""What a statement never goes without: the warning over a step, the hedge over conditions, what it points back to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from bot.answer.units import Unit
from bot.types import BlockKind

__all__ = ["CONDITION_HEADING", "LIMITS", "Context", "context_of"]

_PARAGRAPH_LIMIT = 210
"""Characters up to which a paragraph is quoted whole."""

_MOST_ITEMS = 5

_KEPT = 1 << 9
"""Lists of statements of which is kept what stands beside what: an article's differ with what a reader may be told."""

CONDITION_HEADING = re.compile(r"場合|とき$|時$|ケース|なら$")
_HEDGE = re.compile(
    r"可能性|とは限ら|時点|個別|かもしれ|未確定|不明|あくまで|報告|おそれ|恐れ|ようです|推測|と思われ|わけではな"
)
_POINTS_BACK = re.compile(r"上記|これ|それ|この(?!PC|まま)|その|そこ|同じ|こう|そう|また[、は]|さらに|ほかに|次に")
_ANNOUNCES = re.compile(r"(?:次の|以下の|以下に|次に挙げる)[^。]*[。：:]?$")
_COMMAND_FOLLOWS = re.compile(r"(?:次|以下|下)の(?:コマンド|文字|行|文)を")
LIMITS = re.compile(r"ただし|しかし|なお|もっとも|[（(]ただし|けれど")


class Context:
    """The neighbourhood of each unit of one article. No question changes it, so what was found is kept."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self._units = units
        self._by_order = {unit.order: unit for unit in units}
        self._guarded: dict[Unit, tuple[Unit, ...]] = {}
        self._leaning: dict[Unit, tuple[Unit, ...]] = {}

    def guarded(self, units: Sequence[Unit]) -> tuple[Unit, ...]:
        """Put before each unit the warning that guards it, and before conditions the hedge that governs them."""
        if len(units) == 1:
            return self._guard(units[0])
        result: dict[int, Unit] = {}
        for unit in units:
            for item in self._guard(unit):
                result.setdefault(item.order, item)
        return tuple(result.values())

    def _guard(self, unit: Unit) -> tuple[Unit, ...]:
        known = self._guarded.get(unit)
        if known is None:
            known = self._guarded[unit] = tuple({item.order: item for item in self._with_guards(unit)}.values())
        return known

    def _with_guards(self, unit: Unit) -> Iterator[Unit]:
        before = self._by_order.get(unit.order - 1)
        if before and before.kind is BlockKind.CAUTION and unit.kind in {BlockKind.STEP, BlockKind.CODE}:
            yield from self._of_block(before)
        yield from self._dangers(unit)
        if unit.heading and CONDITION_HEADING.search(unit.heading[-1]):
            yield from self._governing_hedge(unit)
        announcer = self._announcer(unit)
        if announcer is not None:
            yield announcer
            yield from self._announced(announcer)
        yield unit
        yield from self._announced(unit)
        yield from self._command(unit)

    def _dangers(self, unit: Unit) -> Iterator[Unit]:
        """Yield the warnings over a command that a paragraph explains: it never goes without them."""
        if unit.kind is not BlockKind.PARAGRAPH or not unit.heading:
            return
        section = [other for other in self._units if other.heading == unit.heading and other.order < unit.order]
        commands = {other.text.split()[0].lower() for other in section if other.kind is BlockKind.CODE and other.text}
        if any(command in unit.whole.lower() for command in commands):
            yield from (other for other in section if other.kind is BlockKind.CAUTION)

    def leaning(self, unit: Unit) -> tuple[Unit, ...]:
        """Return the unit with the sentences of its paragraph that it leans on, when the paragraph is short."""
        known = self._leaning.get(unit)
        if known is None:
            known = self._leaning[unit] = self._lean(unit)
        return known

    def _lean(self, unit: Unit) -> tuple[Unit, ...]:
        block = self._of_block(unit)
        if (
            unit.kind in {BlockKind.PARAGRAPH, BlockKind.CAUTION}
            and sum(len(other.text) for other in block) <= _PARAGRAPH_LIMIT
        ):
            # What announces a list that nobody asked for would bring it: the causes, where the way out is wanted.
            return tuple(other for other in block if other is unit or not self._announced(other))
        return self.beginning(unit)

    def beginning(self, unit: Unit) -> tuple[Unit, ...]:
        """Return the unit with the sentences that it cannot stand without."""
        run = [unit]
        # What 「上記」 or 「その」 points to stands before it.
        while _POINTS_BACK.match(run[0].text) and (before := self._by_order.get(run[0].order - 1)):
            if before.heading != unit.heading or len(run) > 2:  # noqa: PLR2004
                break
            run.insert(0, before)
        # A sentence that takes back or limits the one before it is never cut off.
        after = self._by_order.get(unit.order + 1)
        if after and after.heading == unit.heading and LIMITS.match(after.text):
            run.append(after)
        return tuple(run)

    def conditions(self, unit: Unit) -> tuple[Unit, ...]:
        """Return all list items under the unit's heading when that heading is a condition: they limit one another."""
        if not unit.heading or not CONDITION_HEADING.search(unit.heading[-1]):
            return ()
        group = tuple(other for other in self._units if other.heading == unit.heading and other.kind is unit.kind)
        return group if unit.kind is BlockKind.BULLET and len(group) <= _MOST_ITEMS + 1 else ()

    def announces(self, unit: Unit) -> bool:
        """Tell whether a unit announces a list."""
        return bool(self._announced(unit))

    def _announced(self, unit: Unit) -> list[Unit]:
        """Return the list that a sentence announces: without it the sentence promises what does not come."""
        items: list[Unit] = []
        if unit.kind is not BlockKind.PARAGRAPH or not _ANNOUNCES.search(unit.text):
            return items
        while (after := self._by_order.get(unit.order + len(items) + 1)) and len(items) < _MOST_ITEMS:
            if after.kind is not BlockKind.BULLET or after.heading != unit.heading:
                break
            items.append(after)
        return items

    def _command(self, unit: Unit) -> list[Unit]:
        """Return the command that a sentence says comes next."""
        after = self._by_order.get(unit.order + 1)
        follows = unit.kind is not BlockKind.CODE and _COMMAND_FOLLOWS.search(unit.text)
        if not follows or after is None or after.heading != unit.heading:
            return []
        # The sentence after it in its paragraph, or a warning of one or two sentences, may stand between.
        between: list[Unit] = []
        while after is not None and after.kind is not BlockKind.CODE:
            if after.kind is BlockKind.STEP or len(between) == (2 if after.kind is BlockKind.CAUTION else 1):
                return []
            between.append(after)
            after = self._by_order.get(after.order + 1)
        return [*between, after] if after is not None else []

    def _announcer(self, unit: Unit) -> Unit | None:
        """Return the sentence that announces the list of an item: alone, 「部品の交換」 would not say what it is."""
        if unit.kind is not BlockKind.BULLET:
            return None
        order = unit.order
        while (before := self._by_order.get(order - 1)) and before.heading == unit.heading:
            if before.kind is not BlockKind.BULLET:
                announces = before.kind is BlockKind.PARAGRAPH and _ANNOUNCES.search(before.text)
                return before if announces else None
            order -= 1
        return None

    def _of_block(self, unit: Unit) -> tuple[Unit, ...]:
        return tuple(other for other in self._units if other.block == unit.block)

    def _governing_hedge(self, unit: Unit) -> tuple[Unit, ...]:
        """Return the nearest earlier caution that limits what a run of conditions says, if no text stands between."""
        order = unit.order
        while (other := self._by_order.get(order - 1)) is not None:
            order -= 1
            if other.kind is BlockKind.CAUTION and _HEDGE.search(other.text):
                return self._of_block(other)
            in_conditions = bool(other.heading) and bool(CONDITION_HEADING.search(other.heading[-1]))
            if not in_conditions and other.kind is not BlockKind.CAUTION:
                return ()
        return ()


@lru_cache(maxsize=_KEPT)
def context_of(units: tuple[Unit, ...]) -> Context:
    """Return the neighbourhood of the units of one article, in reading order."""
    return Context(units)
