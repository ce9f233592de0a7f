"""Whether a claim says the opposite of its evidence: denials, directions, permissions, order, siblings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from bot.answer.verify import hedges
from bot.answer.verify.causes import invented_cause
from bot.answer.verify.circumstances import circumstance
from bot.answer.verify.contrasts import contrasted
from bot.answer.verify.denied import denied
from bot.answer.verify.evidence import Source, said
from bot.answer.verify.foreign import foreign_number
from bot.answer.verify.frames import crossed
from bot.answer.verify.guards import other_one, unguarded
from bot.answer.verify.lexicon import complements, opposites
from bot.answer.verify.opposed import opposite
from bot.answer.verify.order import reordered
from bot.answer.verify.predicates import predicates
from bot.answer.verify.reading import Clause, Statement, all_normals, every_normal
from bot.answer.verify.slots import exchanged
from bot.answer.verify.variants import other_way
from bot.answer.verify.verdict import Doubt, Reason

__all__ = ["against"]

_OTHER_ROW = 0.8
"""Share of a second row's first cell that a claim must say to be taken for a statement about both rows."""


_NEEDLESS = re.compile(r"なくて(?:も)?(?:よ|良|い[いえ]|構|かま|大丈夫|問題|済)|必要[はが](?:小さ|低)")
"""Words by which something need not be done."""
_WITHOUT = re.compile(r"ない(?:場合|とき)")
"""A condition that something is not so."""
_FREE = re.compile(r"(?:料金|費用|お金)[はもが]?かか(?:りません|らな)")
"""Words by which no money is needed."""
_NORMAL = re.compile(r"(?:の|こと)[がは](?:ふつう|普通|正常)")
"""Words by which a state is nothing wrong."""


def against(
    read: Statement,
    found: Sequence[tuple[Clause, list[Statement]]],
    used: Sequence[Statement],
    known: Sequence[Source],
) -> Doubt | None:
    """Return what a claim turns round, overstates, demands or permits beyond its evidence, None when nothing."""
    claim = read.text
    evidence = "".join(one.text for one in used)
    whole_sentences = re.split(r"(?<=。)", claim)
    for clause, statements in found:
        whole = every_normal(next((one for one in whole_sentences if clause.text in one), claim))
        doubt = opposite(clause, statements, whole) if statements else None
        if doubt:
            return doubt
    doubt = denied(read, used, known) or _torn(found)
    if doubt:
        return doubt
    added = hedges.overstatement(claim, evidence)
    if added:
        return Reason.OVERSTATED, added
    demanded = hedges.demands(claim)
    if demanded and (hedges.permits(evidence) or hedges.demands_not(evidence)) and not hedges.demands(evidence):
        return Reason.OVERSTATED, demanded
    allowed = _allowed(claim, used, known)
    if allowed:
        return Reason.CONTRADICTED, allowed
    every = tuple(one for source in known for one in source.statements)
    moved = reordered(read, used, every)
    if moved:
        return Reason.CONTRADICTED, f"order: {moved}"
    cause = invented_cause(claim, known)
    if cause:
        return Reason.CONTRADICTED, f"cause: {cause}"
    turned = contrasted(read, used, every) or circumstance(read, every)
    if turned:
        return Reason.CONTRADICTED, turned
    moved = unguarded(claim, used) or other_one(claim, used, every) or exchanged(claim, used, every)
    if moved:
        return Reason.CONTRADICTED, f"exchanged: {moved}"
    about = frozenset().union(*(source.about for source in known))
    other = crossed(read, every, about) or foreign_number(read, every, about)
    if other:
        return Reason.CONTRADICTED, f"of another: {other}"
    return other_way(claim, evidence)


def _allowed(claim: str, used: Sequence[Statement], known: Sequence[Source]) -> str:
    """Return the words with which a claim permits or waives what its evidence does not, "" when it does not."""
    evidence = "".join(one.text for one in used)
    # 「ないのがふつうです」 says that nothing is wrong without it.
    normal = any(_NORMAL.search(one.text) for source in known for one in source.statements)
    if _NEEDLESS.search(claim) and not normal and not hedges.permits(evidence) and not _NEEDLESS.search(evidence):
        return "needless"
    allowed = hedges.permits(claim)
    free = _FREE.search(evidence) is not None
    excused = normal or free or hedges.demands_not(evidence) or _NEEDLESS.search(evidence) is not None
    if allowed and not excused and not hedges.permits(evidence) and not hedges.enables(evidence):
        return allowed
    present = frozenset().union(*(all_normals(one) for one in used))
    waived = hedges.waives(claim)
    if waived and _WITHOUT.search(waived) and _WITHOUT.search(evidence):
        return ""  # 控えがない場合でも, where 控えがない場合は is written
    if waived and not normal and not hedges.permits(evidence) and not hedges.waives(evidence):
        before = [one for one in predicates(claim.partition(waived)[0] + "ない") if one.denied and one.normal != "有る"]
        if all(complements(one.normal).isdisjoint(present) for one in before if one.head):
            return waived
    return ""


def _torn(found: Sequence[tuple[Clause, list[Statement]]]) -> Doubt | None:
    """Tell what holds 「オンなら」 put under 「オフなら」 of another statement, and the cells of two rows as one."""
    for (clause, first), (following, second) in pairwise(found):
        if not first or not second or any(one is other for one in first for other in second):
            continue
        under = second[0].clauses[0].words if first[0].row and second[0].row else ()
        if under and said(under, (*clause.words, *following.words)) < _OTHER_ROW:
            return Reason.CONTRADICTED, second[0].text[:30]
        if not any(not rest.strip() for _, rest in hedges.conditions(clause.text)):
            continue
        for condition, _ in hedges.conditions(second[0].text):
            theirs = every_normal(condition)
            for word in every_normal(clause.text) - theirs:
                if opposites(word) & theirs and not opposites(word) & every_normal(clause.text):
                    return Reason.CONTRADICTED, f"{word} / {condition[:30]}"
    return None
