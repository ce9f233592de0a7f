"""Which statements of an article are not said to a reader: those that what the reader said rules out."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from bot.answer.deeds import is_done, is_mostly_done
from bot.answer.frame import Label, frame_of
from bot.answer.parts import Part
from bot.answer.reader import Reader, Reason, Told
from bot.answer.units import Role, Unit
from bot.knowledge.circumstances import Excludes, plain
from bot.types import BlockKind, Language

__all__ = ["CLOSING", "done", "heard", "unsaid"]

CLOSING = {Role.DONT: Label.DONT, Role.STUCK: Label.STUCK}
"""What ends an answer: it guards or refers, and only a circumstance that says so removes it."""

_STEPS = frozenset({BlockKind.STEP, BlockKind.CODE, BlockKind.CAUTION})

_NAMED = re.compile(r"「([^」›]{2,40})」|([^ ›「」、。]{2,30})(?= ?›)|(?<=›) ?([^ ›「」、。をのへで]{2,30})")
"""What a step names: a button or a heading in brackets, a place on the way through the settings."""

_ALL_HAVE = frozenset({"設定", "スタート", "検索", "画面", "次へ", "システム", "はい", "Windows", "PC", "再起動"})
"""Names of so many steps that a reader who says one of them means something narrower."""

_ABSENT = re.compile(r"ない(?:とき|場合)|消えた|見当たらない|見つからない")
"""Headings over what to do where something is missing: these steps are the answer then."""

_DENIES = re.compile(r"ません|ない")

_MAIN = 3
"""A step that was tried is what its list is about where the list has no more than this many for each such step."""

_NAMES = 2
"""Names of steps that are repeated to the reader at most."""


def unsaid(units: Sequence[Unit], reader: Reader, topics: Sequence[str]) -> frozenset[int]:
    """Return the orders of the statements of one article, `units`, that what the reader said rules out."""
    facts = reader.about(topics)
    if not facts and not reader.told and not reader.deeds:
        return frozenset()
    if units and any(units[0].article_id in fact.excludes.articles for fact in facts):
        return frozenset(unit.order for unit in units)
    lists: dict[tuple[str, ...], list[Unit]] = {}
    for unit in units:
        if unit.kind in _STEPS and unit.role not in CLOSING:
            lists.setdefault(unit.heading, []).append(unit)
    addressed = {
        unit.block
        for unit in units
        if unit.kind is BlockKind.CAUTION and any(_meant_for(fact.excludes, unit) for fact in facts)
    }
    gone = {
        unit.order
        for heading, listed in lists.items()
        if any(unit.kind is BlockKind.STEP for unit in listed)
        and (any(_closes(fact.excludes, heading, listed) for fact in facts) or _settled(reader, heading, listed))
        for unit in listed
        if unit.block not in addressed
    }
    against = {unit.order for unit in units if any(_contradicts(fact.excludes, unit) for fact in facts)}
    missing = [told for told in reader.told if told.reason is Reason.MISSING]
    named = [plain(name) for unit in units if unit.order in gone for name in _names(unit.text)]
    absent = {name for name in named if any(told.names(name) for told in missing)}
    against |= {unit.order for unit in units if absent and _recommends(unit, absent)}
    # What a warning goes on to say leans on its sentence that does not hold.
    ends = {
        unit.block: unit.order for unit in reversed(units) if unit.order in against and unit.kind is BlockKind.CAUTION
    }
    leaning = {unit.order for unit in units if unit.order > ends.get(unit.block, unit.order)}
    return frozenset(gone | against | leaning)


def heard(
    reader: Reader, topics: Sequence[str], units: Sequence[Unit], gone: frozenset[int], language: Language
) -> str:
    """Return the guide's own word on what the reader told of the situation, "" for none.

    `units` are the article's, `gone` the orders of those that are not said.
    """
    said = [fact.word(language) for fact in reader.about(topics) if fact.always or fact.id in reader.new]
    frame = frame_of(language).heard
    left_out = [name for unit in units if unit.order in gone for name in _names(unit.text)]
    for reason, template in (
        (Reason.TRIED, frame.tried),
        (Reason.MISSING, frame.missing),
        (Reason.UNWANTED, frame.unwanted),
    ):
        told = [one for one in reader.told if one.new and one.reason is reason]
        said.append(_of_names(left_out, told, template, language))
    return "\n".join(one for one in said if one)


def done(reader: Reader, parts: Sequence[Part], language: Language) -> str:
    """Return the guide's own word on steps among those shown that the reader has tried, "" for none."""
    steps = [unit for part in parts for unit in part.units if unit.kind is BlockKind.STEP]
    tried = [one for one in reader.told if one.reason is Reason.TRIED]
    return _of_names(
        [name for unit in steps for name in _names(unit.text)], tried, frame_of(language).heard.skip, language
    )


def _of_names(names: Sequence[str], told: Sequence[Told], template: str, language: Language) -> str:
    named = dict.fromkeys(name for name in names if any(one.names(name) for one in told))
    return template.format(names=frame_of(language).listed(list(named)[:_NAMES])) if named else ""


def _closes(excludes: Excludes, heading: Sequence[str], listed: Sequence[Unit]) -> bool:
    """Tell whether a whole list of steps is ruled out."""
    if excludes.every_step or excludes.steps is None:
        return excludes.every_step
    done = (unit.text for unit in listed if unit.kind is not BlockKind.CAUTION)
    texts = [plain(text) for text in (*heading[-1:], *done)]
    if excludes.unless is not None and any(excludes.unless.search(text) for text in texts):
        return False
    return any(excludes.steps.search(text) for text in texts)


def _meant_for(excludes: Excludes, unit: Unit) -> bool:
    """Tell whether a warning over steps speaks to whom these are ruled out for: 「会社のPCは、管理者に相談」."""
    return excludes.unless is not None and bool(excludes.unless.search(plain(unit.text)))


def _contradicts(excludes: Excludes, unit: Unit) -> bool:
    text = plain(unit.text)
    guards = unit.role in CLOSING or unit.kind in _STEPS
    if guards:
        warns = unit.kind is BlockKind.CAUTION or unit.role in CLOSING
        return warns and excludes.warnings is not None and bool(excludes.warnings.search(text))
    if excludes.unless is not None and excludes.unless.search(text):
        return False
    return excludes.statements is not None and bool(excludes.statements.search(text))


def _settled(reader: Reader, heading: Sequence[str], listed: Sequence[Unit]) -> bool:
    """Tell whether a list of steps is what the reader tried, or needs what is missing or unwanted."""
    title = heading[-1] if heading else ""
    steps = [unit for unit in listed if unit.kind is BlockKind.STEP]
    attempts = [told for told in reader.told if told.reason is Reason.TRIED]
    behind = sum(
        is_done(unit, reader.deeds) or any(told.names(name) for told in attempts for name in _names(unit.text))
        for unit in steps
    )
    if reader.deeds and is_mostly_done(steps, behind):
        return True
    for told in reader.told:
        hits = sum(any(told.names(name) for name in _names(unit.text)) for unit in steps)
        codes = any(unit.kind is BlockKind.CODE and told.names(unit.text) for unit in listed)
        if told.reason is Reason.TRIED:
            tried = any(told.names(name) for name in _title_names(title)) or codes
            if tried or (hits and len(steps) <= _MAIN * hits):
                return True
        elif (hits or codes) and not _ABSENT.search(title):
            return True
    return False


def _recommends(unit: Unit, absent: Collection[str]) -> bool:
    """Tell whether a statement that guards nothing counts on what the reader does not find."""
    if unit.role in CLOSING or unit.kind in _STEPS or _DENIES.search(unit.text):
        return False
    return any(name in plain(unit.text) for name in absent)


def _names(text: str) -> list[str]:
    found = (match.group(1) or match.group(2) or match.group(3) for match in _NAMED.finditer(text))
    return [name for name in dict.fromkeys(found) if name not in _ALL_HAVE]


def _title_names(title: str) -> list[str]:
    """Return the words of a heading that name what its steps use: what stands before 「で」, 「を」 or 「の」."""
    return [piece for piece in re.split(r"[でをにのがは]", title)[:-1] if len(piece) > _MAIN and piece not in _ALL_HAVE]
