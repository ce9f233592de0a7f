"""Whether a claim denies what its evidence affirms, or affirms what it denies."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.answer.verify.evidence import NEGATIVE, Source, said
from bot.answer.verify.lexicon import complements, groups_of
from bot.answer.verify.predicates import Predicate, agrees, by_clause, predicates
from bot.answer.verify.provisos import lifts
from bot.answer.verify.reading import Clause, Statement, all_normals
from bot.answer.verify.verdict import Doubt, Reason

__all__ = ["denied"]

_ABOUT_THE_SAME = 0.5
"""Share of a clause's other words that a part must say for a loose synonym to speak against it."""
_AS_NEAR = 0.1
"""Difference of likeness below which two clauses are as near to a claim."""
_EVASIVE = re.compile(
    r"避け|控え(?:て|る|まし)|やめ|止め|禁|だめ|ダメ|不要|不可|無用|困難|難し|ません|な(?:い|く)(?!し)|ずに|以外"
)
_FORBIDS = re.compile(r"(?:ないで(?:ください|おき)|いけません|ないように|避け|やめ|お?控え)[^、。]{0,8}。?\s*$")
"""The end of a sentence that forbids."""

_ASKS = re.compile(r"(?:(?<!い)(?<!あり)(?<!でき)ます|ください|ましょう)。?\s*$")
"""The end of a sentence that asks for something."""

_Part = tuple[Clause, tuple[Predicate, ...]]


def denied(read: Statement, used: Sequence[Statement], known: Sequence[Source]) -> Doubt | None:
    """Tell what is denied in one of claim and evidence only, headings included."""
    # Under such a heading, what is no sentence names what not to do.
    banned = {id(one) for source in known if source.banned for one in source.statements if not one.text.endswith("。")}
    headed = [one for source in known for one in predicates(source.about_text) if one.denied]
    own = by_clause(read)
    parts = [pair for one in used for pair in (_either(one) if lifts(read, one) else by_clause(one))]
    beside = [pair for one in _beside(used, known) for pair in by_clause(one)]
    present = frozenset().union(*(all_normals(one) for one in used))
    # 変わらない says what 同じ says
    # 「登録していない場合は」 takes up what is asked: 登録済みかどうか
    asked = [other for _, found in beside for other in found if other.asked]
    # 「偽の可能性があり、電話はかけません」 puts two statements together, the second of which denies.
    near = [other for _, found in beside for other in found if other.denied and (other.head or other.describes)]
    negative = any(
        one.denied
        and complements(one.normal).isdisjoint(present)
        and not any(agrees(one, other) or (one.describes and other.describes) for other in near)
        and not (one.condition and any(agrees(replace(one, condition=False), other) is not None for other in asked))
        for _, found in own
        for one in found
    )
    evidence_denies = any(one.denied for _, found in parts for one in found)
    under_ban = any(id(one) in banned for one in used)
    evidence_denies |= any(lifts(read, one) for one in used)
    evidence_denies |= bool(headed) or any(NEGATIVE.search(one.text) for one in used)
    if negative and not evidence_denies and not under_ban:
        return Reason.CONTRADICTED, "denies"
    if under_ban and not negative and not _EVASIVE.search(read.text) and all(id(one) in banned for one in used):
        return Reason.CONTRADICTED, "banned"
    denies = any(one.denied or one.open for _, found in own for one in found) or bool(_EVASIVE.search(read.text))
    said_so = [one for _, found in own for one in found]
    also = frozenset(_as(one) for one in said_so if one.head)
    kept = any(agrees(one, other) and other.denied for one in said_so for _, theirs in parts for other in theirs)
    # 無料です says what 料金はかかりません says.
    otherwise = frozenset().union(*(complements(one.normal) for _, found in parts for one in found if one.denied))
    # 「消すと直せなくなります」 is why not to.
    warned = [(part, tuple(one for one in found if one.denied or not one.condition)) for part, found in parts]
    warned = warned if _FORBIDS.search(read.text) else parts
    heads = [one for one in said_so if one.head]
    last = heads[-1] if heads and _ASKS.search(read.text) else None
    # 「写していないデータは」 does not speak against writing it down.
    doing = [(part, tuple(one for one in found if not one.describes)) for part, found in parts]
    kept |= not (otherwise - present).isdisjoint(read.normals)
    for clause, found in own:
        for one in found:
            if not one.head and kept:
                continue  # 保管します says what 捨てないでください says
            if (
                one.normal != "有る"
                and not (one.denied and one.condition and any(agrees(one, other) for other in headed))
                and (one.head or not denies)
                and _turned(
                    one,
                    clause,
                    warned if one.denied else doing if one is last else parts,
                    beside,
                    also,
                    all_of_it=not one.head,
                )
            ):
                return Reason.CONTRADICTED, f"{'not ' if one.denied else ''}{one.normal}"
    return None


def _either(one: Statement) -> list[_Part]:
    """Return the parts of a statement which a claim turns twice, so that what is denied in it is not in the claim."""
    return [(part, tuple(replace(other, open=True) for other in found)) for part, found in by_clause(one)]


def _turned(
    one: Predicate,
    clause: Clause,
    parts: Sequence[_Part],
    beside: Sequence[_Part],
    also: frozenset[tuple[str, bool]],
    *,
    all_of_it: bool,
) -> bool:
    """Tell whether the parts of the evidence that speak of a predicate most alike all say the opposite of it.

    What stands beside the evidence may say it as well, but does not speak against it. What the claim `also` says word
    for word is not taken for a synonym of this predicate.
    """
    spoken = _spoken(one, clause, parts, also, all_of_it=all_of_it)
    if not spoken or ((one.condition or one.though) and any(agreed for _, agreed in spoken)):
        return False
    if all_of_it:
        return not any(agreed for _, agreed in spoken)
    most = max(alike for alike, _ in spoken) - _AS_NEAR
    spoken += _spoken(one, clause, beside, also, all_of_it=all_of_it)
    return not any(agreed for alike, agreed in spoken if alike >= most)


def _as(one: Predicate) -> tuple[str, bool]:
    return one.normal, one.denied


def _spoken(
    one: Predicate, clause: Clause, parts: Sequence[_Part], also: frozenset[tuple[str, bool]], *, all_of_it: bool
) -> list[tuple[float, bool]]:
    """Return for each part that speaks of a predicate how alike it is to the claim's clause, and whether it agrees."""
    spoken: list[tuple[float, bool]] = []
    named = one.head and any(
        other.head and (other.normal == one.normal or (_is_same_verb(one, other) and agrees(one, other)))
        for _, found in parts
        for other in found
    )
    for part, found in parts:
        # 「ソフトを入れない」 denies the putting in, not the software.
        own = [other for other in found if (other.normal == one.normal or _as(other) not in also) and not other.thing]
        same = [other for other in own if other.normal == one.normal]
        same = (
            same
            or [other for other in own if _is_same_verb(one, other) and agrees(one, other)]
            or ([] if named else own)
        )
        touched = [other for other in own if other.denied and other.normal in clause.normals]
        told = [(other, agree) for other in same if (agree := agrees(one, other)) is not None]
        rest = [word for word in clause.words if word.normal != one.normal]
        if said(rest, part.words) < _ABOUT_THE_SAME:
            # Loose synonyms of different things do not contradict each other.
            told = [(other, agree) for other, agree in told if agree or _is_close(one, other)]
        heads = [agree for other, agree in told if other.head]
        agreed = (heads if one.head and heads else [agree for other, agree in told if agree or all_of_it]) or [
            True
        ] * bool(one.denied and touched)
        if agreed:
            spoken.append((said(part.words, clause.words) + said(clause.words, part.words), any(agreed)))
    return spoken


def _is_close(one: Predicate, other: Predicate) -> bool:
    """Tell whether two predicates are one word or synonyms by the dictionary, not by exchange in help pages alone."""
    return (
        one.normal == other.normal
        or _is_same_verb(one, other)
        or not groups_of(one.normal).isdisjoint(groups_of(other.normal))
        or other.normal in complements(one.normal)
    )


def _is_same_verb(one: Predicate, other: Predicate) -> bool:
    """Tell whether two predicates are one verb, in another voice perhaps: 開く and 開ける."""
    stem = one.normal[:1]
    return one.head and other.head and "㐀" <= stem <= "鿿" and other.normal.startswith(stem)


def _beside(used: Sequence[Statement], known: Sequence[Source]) -> list[Statement]:
    """Return the statements right before and after those used, in reading order."""
    return [
        one
        for source in known
        for at, one in enumerate(source.statements)
        if any(one is other for other in used)
        or any(beside is other for beside in source.statements[max(0, at - 1) : at + 2] for other in used)
    ]
