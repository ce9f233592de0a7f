"""Whether a claim keeps what binds its evidence: hedges, restrictions, conditions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answer.verify import hedges
from bot.answer.verify.evidence import NEGATIVE, TOUCHED, said
from bot.answer.verify.predicates import predicates
from bot.answer.verify.reading import Clause, Statement, read_claim
from bot.answer.verify.verdict import Doubt, Reason

__all__ = ["careless"]

_WHOLLY = 0.5
"""Share of a statement's words from which a claim repeats the whole of it."""
_PART = 0.25
"""Share of a clause's words by which a claim that repeats the statement speaks of it as well."""
_ALL = 0.9
_REPORTED = re.compile(r"と(?:(?:、[^。、]{0,16})?(?:報じ|報道|公表|発表|報告|案内|説明)|され|言われ|いわれ|書か|みられ)[^。]{0,12}。?$")
"""A sentence of which the whole is somebody's word."""
_CONDITION_KEPT = 0.4
"""Share of a condition's words by which a claim keeps the condition."""


def careless(read: Statement, firsts: Sequence[Statement], used: Sequence[Statement]) -> Doubt | None:
    """Tell what the evidence says with a hedge, a restriction or under a condition, and the claim without."""
    claim = read.text
    for one in used:
        share = said(one.words, read.words)
        if share < _WHOLLY and not any(one is first for first in firsts):
            continue
        reported = _REPORTED.search(one.text) is not None and any(one is first for first in firsts)
        if reported and not hedges.kept("reported", claim):
            return Reason.HEDGE_DROPPED, f"reported: {one.text.strip()[-30:]}"
        for part in one.clauses:
            of_it = said(part.words, read.words)
            with_it = not one.row and share >= _WHOLLY and (of_it >= _PART or len(part.words) <= 1)
            touched = of_it >= TOUCHED or with_it
            if not touched and not any(_is_all_of(clause, part) for clause in read.clauses):
                continue
            for kind in hedges.hedge_kinds(part.text):
                if not hedges.kept(kind, claim):
                    return Reason.HEDGE_DROPPED, f"{kind}: {part.text.strip()[:30]}"
            limited = hedges.restricts(part.text)
            if limited and part.words and not hedges.restricts(claim):
                return Reason.CONDITION_DROPPED, limited
        doubt = _row_condition(one, read) if one.row else _condition(one, read)
        if doubt:
            return doubt
    return None


def _is_all_of(clause: Clause, part: Clause) -> bool:
    """Tell whether all that a claim's clause says comes from one part of the evidence."""
    return bool(clause.words) and said(clause.words, part.words) > _ALL


def _condition(one: Statement, read: Statement) -> Doubt | None:
    for condition, rest in hedges.conditions(one.text):
        under, following = read_claim(condition), read_claim(rest)
        if (
            under.words
            and following.words
            and said(following.words, read.words) >= TOUCHED
            and _leaves_out(under.clauses, read)
        ):
            return Reason.CONDITION_DROPPED, condition[:30]
    return None


def _leaves_out(condition: Sequence[Clause], read: Statement) -> bool:
    """Tell whether a claim lacks a condition: most of its words, or its denial."""
    denies = any(clause.denials for clause in condition)
    if denies and not NEGATIVE.search(read.text) and not any(one.denied for one in predicates(read.text)):
        return True
    words = tuple(word for clause in condition for word in clause.words)
    return said(words, read.words) < _CONDITION_KEPT and not (
        denies and any(c.denials for c in read.clauses) and len(words) <= 1
    )


def _row_condition(row: Statement, read: Statement) -> Doubt | None:
    """Tell a table row's later cells said without its first, under which they hold."""
    if len(row.clauses) <= 1 or not row.clauses[0].words:
        return None
    first, *others = row.clauses
    rest = tuple(word for clause in others for word in clause.words)
    if rest and said(rest, read.words) >= TOUCHED and _leaves_out([first], read):
        return Reason.CONDITION_DROPPED, first.text.strip()[:30]
    return None
