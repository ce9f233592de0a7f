"""Whether a claim keeps what binds its evidence: hedges, restrictions, conditions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answer.verify import hedges
from bot.answer.verify.certainty import kinds_of
from bot.answer.verify.evidence import NEGATIVE, TOUCHED, alike, nearest, said
from bot.answer.verify.lexicon import same_as
from bot.answer.verify.literals import runs
from bot.answer.verify.predicates import agrees, denies, predicates
from bot.answer.verify.quantities import quantities
from bot.answer.verify.reading import Clause, Statement, Word, credit, read_claim
from bot.answer.verify.verdict import Doubt, Reason

__all__ = ["careless"]

_WHOLLY = 0.5
"""Share of a statement's words from which a claim repeats the whole of it."""
_ONE_CLAUSE = 0.6
"""Share of a part's words that one clause of a claim must have to be the one that says it."""
_BRACKETS = re.compile(r"（[^）]*）")
_PART = 0.25
"""Share of a clause's words by which a claim that repeats the statement speaks of it as well."""
_ALL = 0.9
_REPORTED = re.compile(
    r"と(?:(?:、[^。、]{0,16})?(?:報じ|報道|公表|発表|報告)|(?:案内|説明)され|(?:され|言われ|いわれ|書かれ|みられ)(?=て|ま|る))[^。]{0,12}。?$"
    r"|(?:の|との|した)(?:報告|報道)(?:で|が|も)[^。]{0,12}。?$"
)
"""A sentence of which the whole is somebody's word."""
_DEVICE = "pc"
_MOSTLY = re.compile(r"\s*(?:多く|大半|大抵|たいてい|ほとんど|通常|一般)の?(?:場合|とき)")
_ONE_OF = re.compile(r"(?:とき|場合)、$")
_SUPPOSES = re.compile(
    r"(?:(?:場合|とき|際)(?:は|に|には|で)?|たら|だら|なら|れば|ても|ない(?:よう|ため)に?|防ぐため(?:に)?)、\s*$"
)
_POINTS_BACK = re.compile(
    r"\s*(?:ただし、|なお、|また、)?(?:それでも|(?:その|この(?!PC|パソコン|端末)|そうした|こうした|そのような|このような|同じような|上記の)(?=[一-鿿ァ-ヶーA-Za-z])|そのとき|このとき)"
)
"""The beginning of a sentence that holds under what the one before it says."""
_BUT = re.compile(r"[すんるいただ]が、\s*$")
"""The end of a clause that sets the next against itself, not of a subject: 項目が、."""
_AS_MUCH = 0.8
"""Share of what the best clause says of a part from which another clause may be the one that says it."""
_LETTERS = 0.6
"""Share of a part's letter pairs by which a claim says it, whatever its words weigh."""
_NUMBER = 1.0
"""What a number of a condition weighs beside its words."""
_CONDITION_KEPT = 0.3
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
            same_end = any(_same_end(clause, part) for clause in read.clauses)
            touched = of_it >= TOUCHED or with_it or same_end or alike(part.text, read.text) >= _LETTERS
            nearby = of_it >= _ONE_CLAUSE or any(nearest(clause, used)[0] is part for clause in read.clauses)
            nearby |= any(clause.words and clause.words[-1] in part.words for clause in read.clauses)
            nearby |= same_end
            if len(part.words) == 1 and share < _WHOLLY and not same_end:
                continue  # one word is too little to tell of what it is said
            if not (touched and nearby) and not any(_is_all_of(clause, part) for clause in read.clauses):
                continue
            for kind in kinds_of(one, part):
                bracketed = hedges.hedge_kinds(_BRACKETS.sub("", part.text)).isdisjoint({kind})
                if (bracketed and kind == "depending") or (
                    kind == "possible" and not one.row and _supposes(read, part)
                ):
                    continue
                if kind == "approximate" and quantities(part.text) and not quantities(claim):
                    continue  # 長押し for 10秒ほど押す
                if not hedges.kept(kind, _region(part, read) if kind == "possible" and not bracketed else claim):
                    return Reason.HEDGE_DROPPED, f"{kind}: {part.text.strip()[:30]}"
            limited = hedges.restricts(part.text)
            if limited and part.words and not hedges.restricted(claim):
                return Reason.CONDITION_DROPPED, limited
        doubt = _row_condition(one, read) if one.row else _condition(one, read)
        if doubt:
            return doubt
    return None


def _region(part: Clause, read: Statement) -> str:
    """Return what of a claim must keep a hedge of one part: the clauses that say it, up to 「が、」."""
    says = [said(part.words, clause.words) for clause in read.clauses]
    most = max(says, default=0.0)
    if most < _ONE_CLAUSE:
        return read.text
    return "".join(_around(at, read) for at, share in enumerate(says) if share >= _AS_MUCH * most)


def _around(at: int, read: Statement) -> str:
    found = ""
    start = at
    while start and not re.search(
        r"(?:。|(?:[すんるいただ]が|ず)、|けれど、|ものの、)\s*$", read.clauses[start - 1].text
    ):
        start -= 1
    for clause in read.clauses[start:]:
        found += clause.text
        if clause.text.rstrip().endswith("。") or (_BUT.search(clause.text) and len(found) > 1):
            break
    return found


def _same_end(clause: Clause, part: Clause) -> bool:
    """Tell whether two clauses end in the same predicate."""
    ends = [
        [one for one in predicates(text) if one.head and one.normal != "有る"][-1:] for text in (clause.text, part.text)
    ]
    return all(ends) and bool(agrees(ends[0][0], ends[1][0]))


def _is_all_of(clause: Clause, part: Clause) -> bool:
    """Tell whether all that a claim's clause says comes from one part of the evidence."""
    return bool(clause.words) and said(clause.words, part.words) > _ALL


def _supposes(read: Statement, part: Clause) -> bool:
    """Tell whether a claim takes what a part says for its condition only: 「出ないことがあり」, 「出ないときは」."""
    says = [(said(part.words, clause.words), clause) for clause in read.clauses if clause.words]
    most = max((share for share, _ in says), default=0.0)
    return most > 0 and all(_SUPPOSES.search(clause.text) for share, clause in says if share == most)


def _condition(one: Statement, read: Statement) -> Doubt | None:
    for condition, rest in hedges.conditions(one.text):
        under, following = read_claim(condition), read_claim(rest)
        if _MOSTLY.match(condition) and hedges.kept("usual", read.text):
            continue  # たいていの場合 for 多くの場合
        if _ONE_OF.search(condition) and re.search("とき|場合", rest) and hedges.conditional(read.text):
            continue  # Aするとき、Bするときです
        if not following.words or said(following.words, read.words) < TOUCHED:
            continue
        if _POINTS_BACK.match(read.text):
            continue
        # What holds under it has some of its words as well: VPNを使っているなら、VPNを切断します.
        own = [word for word in under.words if not credit(word, following.normals, frozenset())]
        if len(under.words) > 1:
            own = [word for word in own if _DEVICE not in same_as(word.normal)]  # AMDのPCでは: AMDでは
        if own and _leaves_out(under.clauses, read, own):
            return Reason.CONDITION_DROPPED, condition[:30]
        if not own and not hedges.conditional(read.text):
            return Reason.CONDITION_DROPPED, condition[:30]
    return None


def _leaves_out(condition: Sequence[Clause], read: Statement, own: Sequence[Word] = ()) -> bool:
    """Tell whether a claim lacks a condition: most of its words, or its denial."""
    turned = any(denies(clause.text) for clause in condition)
    if len(condition) > 1 and any(
        _found(clause.words, read) >= _ALL and not denies(clause.text) for clause in condition
    ):
        return False
    if turned and not NEGATIVE.search(read.text) and not denies(read.text):
        return True
    words = tuple(own) or tuple(word for clause in condition for word in clause.words)
    # 「AかBなら」 holds of A alone.
    either = [tuple(word for word in clause.words if word in words) for clause in condition]
    numbers = [run for clause in condition for run in runs(clause.text) if run[0].isdigit()]
    share = max(_found(words, read, numbers), *(_found(some, read) for some in either))
    return share < _CONDITION_KEPT and not (turned and denies(read.text) and len(words) <= 1)


def _found(words: Sequence[Word], read: Statement, numbers: Sequence[str] = ()) -> float:
    """Return the share of words, and of numbers that stand between them, that a claim has."""
    there = sum(_NUMBER * (number in runs(read.text)) for number in numbers)
    total = sum(word.weight for word in words) + _NUMBER * len(numbers) or 1.0
    return (sum(word.weight * credit(word, read.normals, read.kanji) for word in words) + there) / total


def _row_condition(row: Statement, read: Statement) -> Doubt | None:
    """Tell a table row's later cells said without its first, under which they hold."""
    if len(row.clauses) <= 1 or not row.clauses[0].words or _POINTS_BACK.match(read.text):
        return None
    first, *others = row.clauses
    rest = tuple(word for clause in others for word in clause.words)
    if rest and said(rest, read.words) >= TOUCHED and _leaves_out(read_claim(first.text).clauses, read):
        return Reason.CONDITION_DROPPED, first.text.strip()[:30]
    return None
