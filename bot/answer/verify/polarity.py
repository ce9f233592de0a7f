"""Whether a claim says the opposite of its evidence: denials, directions, permissions, order, siblings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise, takewhile

from bot.answer.verify import hedges
from bot.answer.verify.contrasts import contrasted
from bot.answer.verify.denial_words import NEGATIONS
from bot.answer.verify.evidence import NEGATIVE, Source, nearest, said
from bot.answer.verify.frames import crossed
from bot.answer.verify.lexicon import complements, groups_of, opposites, same_as
from bot.answer.verify.order import reordered
from bot.answer.verify.predicates import Predicate, agrees, by_clause, predicates
from bot.answer.verify.reading import Clause, Statement, every_normal
from bot.answer.verify.variants import other_way
from bot.answer.verify.verdict import Doubt, Reason
from bot.text.tokens import morphemes

__all__ = ["against"]

_OTHER_ROW = 0.8
"""Share of a second row's first cell that a claim must say to be taken for a statement about both rows."""
_SAME_ELSE = 0.6
"""Share of a clause's other words that a part must say to be about the same."""
_ABOUT_THE_SAME = 0.85
"""Share of a clause's other words that a part must say for a loose synonym to speak against it."""
_AS_NEAR = 0.1
"""Difference of likeness below which two clauses are as near to a claim."""
_EVASIVE = re.compile(
    r"避け|控え(?:て|る|まし)|やめ|止め|禁|だめ|ダメ|不要|不可|無用|困難|難し|ません|な(?:い|く)(?!し)|ずに|以外"
)


_FORBIDS = re.compile(r"(?:ないで(?:ください|おき)|いけません|ないように|避け|やめ|お?控え)[^、。]{0,8}。?\s*$")
_NEEDLESS = re.compile(r"なくて(?:も)?(?:よ|良|い[いえ]|構|かま|大丈夫|問題|済)|必要[はが](?:小さ|低)")
_NORMAL = re.compile(r"(?:の|こと)[がは](?:ふつう|普通|正常)")

_Part = tuple[Clause, tuple[Predicate, ...]]


def against(
    read: Statement,
    found: Sequence[tuple[Clause, list[Statement]]],
    used: Sequence[Statement],
    known: Sequence[Source],
) -> Doubt | None:
    """Return what a claim turns round, overstates, demands or permits beyond its evidence, None when nothing."""
    claim = read.text
    evidence = "".join(one.text for one in used)
    # Under such a heading, what is no sentence names what not to do.
    banned = {id(one) for source in known if source.banned for one in source.statements if not one.text.endswith("。")}
    whole_sentences = re.split(r"(?<=。)", claim)
    for clause, statements in found:
        whole = every_normal(next((one for one in whole_sentences if clause.text in one), claim))
        doubt = _opposite(clause, statements, whole) if statements else None
        if doubt:
            return doubt
    headed = [one for source in known for one in predicates(source.about_text) if one.denied]
    doubt = _denied(read, used, banned, _beside(used, known), headed) or _torn(found)
    if doubt:
        return doubt
    added = hedges.overstatement(claim, evidence)
    if added:
        return Reason.OVERSTATED, added
    demanded = hedges.demands(claim)
    if demanded and (not hedges.asks(evidence) or hedges.demands_not(evidence)):
        return Reason.OVERSTATED, demanded
    # 「ないのがふつうです」 says that nothing is wrong without it.
    normal = any(_NORMAL.search(one.text) for source in known for one in source.statements)
    if _NEEDLESS.search(claim) and not normal and not hedges.permits(evidence) and not _NEEDLESS.search(evidence):
        return Reason.CONTRADICTED, "needless"
    allowed = hedges.permits(claim)
    if allowed and not normal and not hedges.permits(evidence) and not hedges.enables(evidence):
        return Reason.CONTRADICTED, allowed
    present = frozenset().union(*(_all_normals(one) for one in used))
    waived = hedges.waives(claim)
    if waived and not normal and not hedges.permits(evidence) and not hedges.waives(evidence):
        before = [one for one in predicates(claim.partition(waived)[0] + "ない") if one.denied and one.normal != "有る"]
        if all(complements(one.normal).isdisjoint(present) for one in before if one.head):
            return Reason.CONTRADICTED, waived
    if hedges.permits(evidence) and demanded and not hedges.demands(evidence):
        return Reason.CONTRADICTED, demanded
    moved = reordered(read, used)
    if moved:
        return Reason.CONTRADICTED, f"order: {moved}"
    every = tuple(one for source in known for one in source.statements)
    turned = contrasted(read, used, every)
    if turned:
        return Reason.CONTRADICTED, turned
    other = crossed(read, every, frozenset().union(*(source.about for source in known)))
    if other:
        return Reason.CONTRADICTED, f"of another: {other}"
    return other_way(claim, evidence)


def _beside(used: Sequence[Statement], known: Sequence[Source]) -> list[Statement]:
    """Return the statements right before and after those used, in reading order."""
    return [
        one
        for source in known
        for at, one in enumerate(source.statements)
        if any(one is other for other in used)
        or any(beside is other for beside in source.statements[max(0, at - 1) : at + 2] for other in used)
    ]


def _denied(
    read: Statement,
    used: Sequence[Statement],
    banned: set[int],
    near: Sequence[Statement],
    headed: Sequence[Predicate],
) -> Doubt | None:
    """Tell what is denied in one of claim and evidence only, or in what is `headed` above it."""
    own = by_clause(read)
    parts = [pair for one in used for pair in by_clause(one)]
    present = frozenset().union(*(_all_normals(one) for one in used))
    # 変わらない says what 同じ says
    negative = any(one.denied and complements(one.normal).isdisjoint(present) for _, found in own for one in found)
    evidence_denies = any(one.denied for _, found in parts for one in found)
    under_ban = any(id(one) in banned for one in used)
    evidence_denies |= bool(headed) or any(NEGATIVE.search(one.text) for one in used)
    if negative and not evidence_denies and not under_ban:
        return Reason.CONTRADICTED, "denies"
    if under_ban and not negative and not _EVASIVE.search(read.text) and all(id(one) in banned for one in used):
        return Reason.CONTRADICTED, "banned"
    denies = any(one.denied or one.open for _, found in own for one in found) or bool(_EVASIVE.search(read.text))
    beside = [pair for one in near for pair in by_clause(one)]
    said_so = [one for _, found in own for one in found]
    also = frozenset(_as(one) for one in said_so if one.head)
    kept = any(agrees(one, other) and other.denied for one in said_so for _, theirs in parts for other in theirs)
    # 無料です says what 料金はかかりません says.
    otherwise = frozenset().union(*(complements(one.normal) for _, found in parts for one in found if one.denied))
    # 「消すと直せなくなります」 is why not to.
    warned = [(part, tuple(one for one in found if one.denied or not one.condition)) for part, found in parts]
    warned = warned if _FORBIDS.search(read.text) else parts
    kept |= not (otherwise - present).isdisjoint(read.normals)
    for clause, found in own:
        for one in found:
            if not one.head and kept:
                continue  # 保管します says what 捨てないでください says
            if (
                one.normal != "有る"
                and not (one.denied and one.condition and any(agrees(one, other) for other in headed))
                and (one.head or not denies)
                and _turned(one, clause, warned if one.denied else parts, beside, also, all_of_it=not one.head)
            ):
                return Reason.CONTRADICTED, f"{'not ' if one.denied else ''}{one.normal}"
    return None


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
    if not spoken:
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
        same = same or [other for other in own if _is_same_verb(one, other) and agrees(one, other)] or ([] if named else own)
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
                if opposites(word) & theirs:
                    return Reason.CONTRADICTED, f"{word} / {condition[:30]}"
    return None


def _opposite(clause: Clause, statements: Sequence[Statement], whole: frozenset[str]) -> Doubt | None:
    """Tell a word of a clause whose opposite the statements have, and its `whole` sentence has not."""
    normals = frozenset().union(*(_all_normals(one) for one in statements))
    own = every_normal(clause.text)
    for word in own:
        against = opposites(word)
        if (
            against
            and word not in normals
            and not against.isdisjoint(normals)
            and (against & normals).isdisjoint(whole)
            and same_as(word).isdisjoint(normals - against)
            and not _denied_either(word, against, clause, statements)
        ):
            return Reason.CONTRADICTED, f"{word} / {' '.join(sorted(against & normals))}"
    best, _ = nearest(clause, statements)
    if best is not None:
        last = clause.words[-1].normal if clause.words else ""
        same = bool(last) and _denied_either(last, opposites(last), clause, statements)
        endings = {part.words[-1].normal for one in statements for part in one.clauses if part.words}
        same |= not opposites(last).isdisjoint(own)
        if best.words and best.words[-1].normal in opposites(last) and last not in endings and not same:
            return Reason.CONTRADICTED, f"{clause.words[-1].normal} / {best.words[-1].normal}"
        for part in (part for one in statements for part in one.clauses if part.words):
            # 「Aは残ります」 where 「Aは消えます」 is written, whatever else the statement says.
            ends = part.words[-1].normal in opposites(last) and last not in endings and not same
            if ends and said(clause.words[:-1], part.words) >= _SAME_ELSE:
                return Reason.CONTRADICTED, f"{clause.words[-1].normal} / {part.words[-1].normal}"
        near = every_normal(best.text) if said(clause.words, best.words) >= _SAME_ELSE else frozenset()
        for word in every_normal(clause.text):
            against = opposites(word) & near
            # Where the statement has both, which of them belongs here is told by the words around.
            if (
                against
                and word not in near
                and word not in normals
                and not against & own
                and not _denied_either(word, against, clause, statements)
            ):
                return Reason.CONTRADICTED, f"{word} / {' '.join(sorted(against))}"
    return None


def _denied_either(word: str, against: frozenset[str], clause: Clause, statements: Sequence[Statement]) -> bool:
    """Tell whether just one of two opposites is denied, so that they say the same: 入れたまま, 切らずに."""
    own = any(one.denied for one in predicates(clause.text) if one.normal == word)
    own |= _is_denied(word, clause.text)
    own |= re.search(rf"{word}[^、。]{{0,4}}(?:では|じゃ)(?:な|あり)", clause.text) is not None  # 同じものではありません
    theirs = [p.denied for one in statements for _, found in by_clause(one) for p in found if p.normal in against]
    return bool(theirs) and all(denied is not own for denied in theirs)


def _is_denied(word: str, text: str) -> bool:
    """Tell whether a denial stands right behind a word, be it one of little content: 続けないで."""
    found = morphemes(text, whole_verbs=True)
    for at, one in enumerate(found):
        if one.normalized.lower() == word:
            behind = list(takewhile(lambda other: other.pos[0] in {"助動詞", "形容詞", "動詞"}, found[at + 1 : at + 4]))
            if any(other.normalized in NEGATIONS for other in behind):
                return True
    return False


def _all_normals(one: Statement) -> frozenset[str]:
    return frozenset().union(*(every_normal(part.text) for part in one.clauses))
