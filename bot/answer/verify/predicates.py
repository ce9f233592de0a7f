"""What a clause says to be so and what it denies, each with the words that are spoken of."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.answer.verify.denial_words import BEING
from bot.answer.verify.denials import Predicate, Reader
from bot.answer.verify.lexicon import complements, groups_of, same_as
from bot.answer.verify.reading import Clause, Statement, read_morphemes

__all__ = ["Predicate", "agrees", "by_clause", "denies", "predicates"]

_QUOTED = re.compile(r"「[^」]*」")
_FOUND = frozenset({BEING, "見付かる", "見当たる", "存在", "持つ"})
"""What is not found is not there."""


@lru_cache(maxsize=4096)
def predicates(text: str) -> tuple[Predicate, ...]:
    """Return the predicates of a clause and the words that they are said of, in reading order."""
    # What stands in 「…」 is named, not said.
    return Reader(read_morphemes(_QUOTED.sub(lambda match: "＿" * len(match.group()), text))).read()


def denies(text: str) -> bool:
    """Tell whether a text denies anything."""
    return any(one.denied for one in predicates(text))


def by_clause(statement: Statement) -> list[tuple[Clause, tuple[Predicate, ...]]]:
    """Return the clauses of a statement, each with its predicates; a denial may stand in a later clause (〜たり)."""
    if statement.row:
        return [(clause, predicates(clause.text)) for clause in statement.clauses]
    found = predicates("".join(clause.text for clause in statement.clauses))
    pairs = []
    end = 0
    for clause in statement.clauses:
        start, end = end, end + len(clause.text)
        pairs.append((clause, tuple(one for one in found if start <= one.start < end)))
    return pairs


def agrees(one: Predicate, other: Predicate) -> bool | None:
    """Tell whether a claim's predicate says the same as another, None when they speak of different things.

    「消すと直せなくなります」 does not say to do what 「消さないでください」 forbids.
    """
    if one.condition and not one.denied and other.denied and not other.condition:
        return None
    if other.needless and one.normal == other.normal and one.head:
        return one.needless or one.denied or one.open or one.condition
    if other.normal == BEING and one.normal not in _FOUND:
        return None
    if other.normal in same_as(one.normal) or not groups_of(one.normal).isdisjoint(groups_of(other.normal)):
        return one.open or other.open or one.denied is other.denied
    if other.normal in complements(one.normal):
        return one.open or other.open or one.denied is not other.denied
    return None
