"""Whether the cited passages say what a sentence says: its words, in statements that belong together, the same way."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.answer.verify import hedges
from bot.answer.verify.lexicon import opposites, same_as
from bot.answer.verify.literals import quantities, quoted_words, runs
from bot.answer.verify.reading import Clause, Statement, Word, credit, every_normal, read_claim, read_passage, slots
from bot.answer.verify.verdict import Passage, Reason

__all__ = ["supported", "supported_label"]

Doubt = tuple[Reason, str]

_COVERED = 0.72
"""Share of a claim's word weight that its statements must have. Calibrated on corpus/evals/support.jsonl."""
_PREDICATE = 0.6
"""Credit that the last word of a claim must have: in Japanese it says what is done or is the case."""
_CLAUSE_COVERED = 0.5
"""The same for each clause alone, so that a short lie cannot hide behind a long truth."""
_ELSEWHERE = 0.5
"""Credit of a word that only another statement of the passage has."""
_ABOUT = 0.9
"""Credit of a word that only the title or a heading has."""
_SECOND_GAIN = 0.9
"""Weight of new words that a second statement must bring to be read together with the first."""
_NEIGHBOURS = 2
"""Statements that may lie between two that one clause is merged from."""
_SIMILAR = 0.93
"""Cosine of claim and evidence above which words of up to `_SIMILAR_GAIN` are taken as paraphrased."""
_SIMILAR_GAIN = 0.12
_TOUCHED = 0.45
"""Share of a passage clause's words that a claim must have to be bound by its hedge, condition or restriction."""
_WHOLLY = 0.6
"""Share of a statement's words from which a claim repeats the whole of it."""
_OTHER_ROW = 0.8
"""Share of a second row's first cell that a claim must say to be taken for a statement about both rows."""
_CONDITION_KEPT = 0.4
"""Share of a condition's words by which a claim keeps the condition."""

_ALTERNATIVES = re.compile(
    r"Windows\s?(?:11|10|8\.1|8|7)|(?<![0-9A-Za-z])2[0-9]H[12]|(?<![A-Za-z])(?:Home|Pro|Enterprise|Education)(?![A-Za-z])"
)
_FAMILY = re.compile(r"[0-9.]+$|^2[0-9]H[12]$")
_BEFORE = re.compile(r"(?:前|まえ)(?:に|は|の|、)|までに|うちに|先に")
_AFTER = re.compile(r"(?:後|あと)(?:に|で|は|の|、)|てから|でから|次第|た後|以降")
_BARE_BAN = re.compile(r"やってはいけない|してはいけない|禁止|避ける(?:こと|操作)|NG")
_MOVES = re.compile(r"(?P<noun>[ァ-ヶー一-鿿A-Za-z0-9]{2,})(?P<particle>から|より|へ|に)(?=[、ぁ-んァ-ヶー一-鿿])")


@dataclass(frozen=True, slots=True)
class _Source:
    """One cited passage, read."""

    statements: tuple[Statement, ...]
    about: frozenset[str]
    about_kanji: frozenset[str]
    about_text: str
    banned: bool


def supported(
    claim: str, sources: Sequence[Passage], similarity: Callable[[str, str], float] | None = None
) -> Doubt | None:
    """Return why the sources do not support a claim, None when they do.

    `claim` has no markup and no citations; its literals are known to stand in the sources. `similarity` may make up for
    a few words that are said differently, never for a denial, a hedge or a condition.
    """
    read = read_claim(claim)
    known = [_source(source) for source in sources]
    if not read.words:
        return None if _verbatim(read.squeezed, known) else (Reason.CHATTER, claim[:20])
    found = [(clause, _evidence(clause, read, known)) for clause in _joined(read.clauses)]
    used = list({id(one): one for _, evidence in found for one in evidence}.values())
    firsts = [evidence[0] for _, evidence in found if evidence]
    whole = _evidence(Clause(read.text, read.words, frozenset(), frozenset(), 0), read, known)
    used += [one for one in whole[:1] if not any(one is other for other in used)]
    if any(read.squeezed.rstrip("。") == one.squeezed.rstrip("。") for one in used):
        return None
    return (
        _uncovered(read, found, used, known, similarity)
        or _scattered(claim, used, known)
        or _against(read, found, used, known)
        or _careless(read, firsts, used)
    )


def supported_label(claim: str, sources: Sequence[Passage]) -> Doubt | None:
    """Return why a heading or table head claims something, None when it merely names what is below it."""
    if re.search(r"[。!?？！]$|(?:です|ます|ません|でした|ました|ください)$", claim.strip()):
        return Reason.CHATTER, claim[:20]
    known = [_source(source) for source in sources]
    normals = frozenset().union(*(one.normals | source.about for source in known for one in source.statements))
    kanji = frozenset().union(*(one.kanji | source.about_kanji for source in known for one in source.statements))
    missing = [word.normal for word in read_claim(claim).words if not credit(word, normals, kanji)]
    return (Reason.UNSUPPORTED, " ".join(missing)) if missing else None


def _source(passage: Passage) -> _Source:
    about_text = "\n".join((passage.title, *passage.heading))
    about = read_passage(about_text)
    return _Source(
        read_passage(passage.text),
        frozenset().union(*(one.normals for one in about)),
        frozenset().union(*(one.kanji for one in about)),
        about_text,
        any(_BARE_BAN.search(heading) for heading in passage.heading),
    )


def _verbatim(squeezed: str, known: Sequence[_Source]) -> bool:
    return any(squeezed.rstrip("。") in one.squeezed for source in known for one in source.statements)


def _joined(clauses: Sequence[Clause]) -> list[Clause]:
    """Put clauses of fewer than two words together with the next, or the last with the one before."""
    found: list[Clause] = []
    for clause in clauses:
        if found and (len(found[-1].words) < 2 or (len(clause.words) < 2 and clause is clauses[-1])):
            last = found.pop()
            clause = Clause(
                last.text + clause.text,
                last.words + clause.words,
                last.denied | clause.denied,
                last.affirmed | clause.affirmed,
                last.denials + clause.denials,
            )
        found.append(clause)
    return [clause for clause in found if clause.words]


def _evidence(clause: Clause, claim: Statement, known: Sequence[_Source]) -> list[Statement]:
    """Return the statement that has most of a clause's words, and a near second one where it brings the rest."""
    best: tuple[float, Statement, _Source, int] | None = None
    numbers = ["".join(number.split()) for number in quantities(clause.text)]
    for source in known:
        for at, one in enumerate(source.statements):
            score = (
                _found(clause.words, one) + 0.25 * _found(claim.words, one) + 0.5 * _shared_pairs(clause.text, one.text)
            )
            if best is None or score > best[0]:
                best = (score, one, source, at)
    if best is None:
        return []
    _, first, source, at = best
    rest = tuple(word for word in clause.words if not credit(word, first.normals, first.kanji))
    window = source.statements[max(0, at - _NEIGHBOURS) : at + _NEIGHBOURS + 1]
    second = max((one for one in window if one is not first), key=lambda one: _found(rest, one), default=None)
    brought = [word for word in rest if second is not None and credit(word, second.normals, second.kanji)]
    missing = [number for number in numbers if number not in first.squeezed]
    if second is not None and missing and all(number in second.squeezed for number in missing):
        return [first, second]
    if second is not None and len(brought) > 1 and _found(rest, second) >= _SECOND_GAIN:
        return [first, second]
    return [first]


def _found(words: Sequence[Word], one: Statement) -> float:
    return sum(word.weight * credit(word, one.normals, one.kanji) for word in words)


def _shared_pairs(left: str, right: str) -> float:
    """Return the share of the letter pairs of `left` that `right` has."""
    pairs = {left[at : at + 2] for at in range(len(left) - 1)}
    return sum(pair in right for pair in pairs) / len(pairs) if pairs else 0.0


def _uncovered(
    read: Statement,
    found: Sequence[tuple[Clause, list[Statement]]],
    used: Sequence[Statement],
    known: Sequence[_Source],
    similarity: Callable[[str, str], float] | None,
) -> Doubt | None:
    normals = frozenset().union(*(one.normals for one in used))
    kanji = frozenset().union(*(one.kanji for one in used))
    about = frozenset().union(*(source.about for source in known))
    about_kanji = frozenset().union(*(source.about_kanji for source in known))
    all_normals = frozenset().union(*(one.normals for source in known for one in source.statements))
    all_kanji = frozenset().union(*(one.kanji for source in known for one in source.statements))

    def worth(word: Word) -> float:
        return max(
            credit(word, normals, kanji),
            _ABOUT * credit(word, about, about_kanji),
            _ELSEWHERE * credit(word, all_normals, all_kanji),
        )

    # A sentence leaves out what the one before it was about.
    before = frozenset().union(
        *(
            one.normals
            for source in known
            for one, after in pairwise(source.statements)
            if any(after is u for u in used)
        )
    )
    missing = [
        word.normal
        for word in read.words
        if word.is_name and not credit(word, normals | before, kanji) and not credit(word, about, about_kanji)
    ]
    if missing:
        return Reason.UNSUPPORTED, " ".join(missing)
    if worth(read.words[-1]) < _PREDICATE:
        return Reason.UNSUPPORTED, read.words[-1].normal
    total = sum(word.weight for word in read.words)
    share = sum(word.weight * worth(word) for word in read.words) / total
    lowest = min(
        sum(word.weight * worth(word) for word in clause.words) / clause.weight for clause, _ in found if clause.words
    )
    if share >= _COVERED and lowest >= _CLAUSE_COVERED:
        return None
    near = similarity is not None and share >= _COVERED - _SIMILAR_GAIN and lowest >= _CLAUSE_COVERED - _SIMILAR_GAIN
    if near and similarity is not None and similarity(read.text, "".join(one.text for one in used)) >= _SIMILAR:
        return None
    lost = sorted({word.normal for word in read.words if worth(word) < _ABOUT})
    return Reason.UNSUPPORTED, f"{share:.2f} {lowest:.2f} {' '.join(lost)}"


def _scattered(claim: str, used: Sequence[Statement], known: Sequence[_Source]) -> Doubt | None:
    """Tell literals that stand in the passage, but in a statement about something else."""
    near: list[str] = []
    squeezed_claim = "".join(claim.split())
    for source in known:
        for at, one in enumerate(source.statements):
            window = source.statements[max(0, at - 1) : at + 2]
            beside = any(other in used for other in window) and (one.row or not re.search(r"[ぁ-ん]", one.text))
            whole = one.squeezed in squeezed_claim and len(one.squeezed) > 1
            if beside or whole or any(one is other for other in used):
                near.append(one.text)
    text = "\n".join([*near, *(source.about_text for source in known)])
    squeezed = "".join(text.split())
    for quantity in quantities(claim):
        if "".join(quantity.split()) not in squeezed:
            return Reason.UNSUPPORTED, quantity
    for run in runs(claim):
        if re.search(r"[0-9\\/_.]", run) and run not in text:
            return Reason.UNSUPPORTED, run
    for quoted in quoted_words(claim):
        if quoted not in text:
            return Reason.UNSUPPORTED, f"「{quoted}」"
    return _other_variant(claim, used)


def _other_variant(claim: str, used: Sequence[Statement]) -> Doubt | None:
    """Tell a version or edition of which the evidence names only a sibling."""
    said = set(_ALTERNATIVES.findall(claim))
    printed = {name for one in used for name in _ALTERNATIVES.findall(one.text)}
    for name in said - printed:
        siblings = {other for other in printed if _family(other) == _family(name)}
        if siblings:
            return Reason.CONTRADICTED, f"{name} / {' '.join(sorted(siblings))}"
    return None


def _family(name: str) -> str:
    return "Windows" if name.startswith("Windows") else "release" if name.startswith("2") else "edition"


def _against(
    read: Statement,
    found: Sequence[tuple[Clause, list[Statement]]],
    used: Sequence[Statement],
    known: Sequence[_Source],
) -> Doubt | None:
    claim = read.text
    evidence = "".join(one.text for one in used)
    banned = {id(one) for source in known if source.banned for one in source.statements}
    for clause, statements in found:
        doubt = _opposite(clause, statements) if statements else None
        if doubt:
            return doubt
    doubt = _denied(read, used, banned) or _torn(found)
    if doubt:
        return doubt
    said = hedges.overstatement(claim, evidence)
    if said:
        return Reason.OVERSTATED, said
    demanded = hedges.demands(claim)
    if demanded and not hedges.asks(evidence):
        return Reason.OVERSTATED, demanded
    allowed = hedges.permits(claim)
    if allowed and not hedges.permits(evidence):
        return Reason.CONTRADICTED, allowed
    if hedges.permits(evidence) and demanded and not hedges.demands(evidence):
        return Reason.CONTRADICTED, demanded
    if _BEFORE.search(claim) and _AFTER.search(evidence) and not _BEFORE.search(evidence):
        return Reason.CONTRADICTED, "前"
    if _AFTER.search(claim) and _BEFORE.search(evidence) and not _AFTER.search(evidence):
        return Reason.CONTRADICTED, "後"
    return _other_way(claim, evidence) or _other_place(claim, evidence)


def _denied(read: Statement, used: Sequence[Statement], banned: set[int]) -> Doubt | None:
    """Tell what is denied in one of claim and evidence only."""
    denies = any(clause.denials for clause in read.clauses)
    negative = denies or bool(_EVASIVE.search(read.text))
    evidence_denies = any(part.denials for one in used for part in one.clauses)
    under_ban = any(id(one) in banned for one in used)
    if denies and not evidence_denies and not under_ban and not any(_NEGATIVE.search(one.text) for one in used):
        return Reason.CONTRADICTED, "denies"
    if under_ban and not negative:
        return Reason.CONTRADICTED, "banned"
    affirmed = frozenset().union(*(part.affirmed - part.denied for one in used for part in one.clauses))
    for clause in read.clauses:
        best, share = _nearest(clause, used)
        if best is None or not clause.words or _said(clause.words, best.words) < _TOUCHED:
            continue
        last = clause.words[-1].normal
        if last in clause.denied and last in best.affirmed - best.denied:
            return Reason.CONTRADICTED, f"not {last}"
        if clause.denials and not evidence_denies and any(_meets(word, best.affirmed) for word in clause.denied):
            return Reason.CONTRADICTED, f"not {' '.join(clause.denied)}"
        if last in clause.affirmed - clause.denied and last in best.denied - affirmed:
            return Reason.CONTRADICTED, last
        if best.denials and not clause.denials and not _EVASIVE.search(clause.text):
            turned = [word for word in clause.affirmed if _meets(word, best.denied) and word not in affirmed]
            if turned:
                return Reason.CONTRADICTED, turned[0]
            if share >= _TOUCHED and not negative and best.words[-1].normal in best.denied:
                return Reason.CONTRADICTED, "affirms"
    return None


def _torn(found: Sequence[tuple[Clause, list[Statement]]]) -> Doubt | None:
    """Tell a condition of one statement put before the consequence of another, and the cells of two rows as one."""
    for (clause, first), (following, second) in pairwise(found):
        if not first or not second or any(one is other for one in first for other in second):
            continue
        conditional = any(not rest.strip() for _, rest in hedges.conditions(clause.text))
        if conditional and any(True for _ in hedges.conditions(second[0].text)):
            return Reason.CONTRADICTED, f"{clause.text.strip()} / {second[0].text[:20]}"
        if first[0].row and second[0].row and second[0].clauses[0].words:
            if _said(second[0].clauses[0].words, (*clause.words, *following.words)) < _OTHER_ROW:
                return Reason.CONTRADICTED, second[0].text[:30]
    return None


_EVASIVE = re.compile(
    r"避け|控え(?:て|る|まし)|やめ|止め|禁|だめ|ダメ|不要|不可|無用|困難|難し|ません|な(?:い|く)(?!し)|ずに|以外"
)
_NEGATIVE = re.compile(
    r"ない|なく(?!し|な)|ません|ず(?:に|、|と)|不[一-鿿]|未[一-鿿]|非[一-鿿]|無[一-鿿]|避け|控え|やめ|止め|禁|失|危険|だめ|できな|以外|困難|難し|ゼロ|なし|切れ|足り|外れ|別"
)


def _nearest(clause: Clause, statements: Sequence[Statement]) -> tuple[Clause | None, float]:
    """Return the passage clause that shares most with a claim's clause, and the share of its words that are said."""
    best: Clause | None = None
    most = share = 0.0
    for one in statements:
        for part in one.clauses:
            score = sum(word.weight * credit(word, part.normals, _kanji(part)) for word in clause.words)
            score += 0.5 * _shared_pairs(clause.text, part.text)
            if score > most:
                best, most = part, score
                share = _said(part.words, clause.words)
    return best, share


def _kanji(clause: Clause) -> frozenset[str]:
    return frozenset().union(*(word.kanji for word in clause.words))


def _said(words: Sequence[Word], by: Sequence[Word]) -> float:
    """Return the share of the weight of `words` that others say."""
    normals = frozenset(word.normal for word in by)
    kanji = frozenset().union(*(word.kanji for word in by))
    total = sum(word.weight for word in words)
    return sum(word.weight * credit(word, normals, kanji) for word in words) / total if total else 0.0


def _meets(word: str, others: set[str] | frozenset[str]) -> bool:
    return word in others or not same_as(word).isdisjoint(others)


def _opposite(clause: Clause, statements: Sequence[Statement]) -> Doubt | None:
    normals = frozenset().union(*(_all_normals(one) for one in statements))
    for word in every_normal(clause.text):
        against = opposites(word)
        if (
            against
            and word not in normals
            and not against.isdisjoint(normals)
            and same_as(word).isdisjoint(normals - against)
        ):
            return Reason.CONTRADICTED, f"{word} / {' '.join(sorted(against & normals))}"
    best, _ = _nearest(clause, statements)
    if best is not None:
        if clause.words and best.words and best.words[-1].normal in opposites(clause.words[-1].normal):
            return Reason.CONTRADICTED, f"{clause.words[-1].normal} / {best.words[-1].normal}"
        near = every_normal(best.text)
        for word in every_normal(clause.text):
            against = opposites(word) & near
            if against and word not in near and not against & every_normal(clause.text):
                return Reason.CONTRADICTED, f"{word} / {' '.join(sorted(against))}"
    return None


def _all_normals(one: Statement) -> frozenset[str]:
    return frozenset().union(*(every_normal(part.text) for part in one.clauses))


def _other_place(claim: str, evidence: str) -> Doubt | None:
    """Tell 「電話に移す」 where the evidence has 「Webに移す」."""
    printed = slots(evidence)
    for noun, particle, verb in slots(claim):
        nouns = {other for other, same, what in printed if same == particle and _meets(verb, {what})}
        if nouns and not _meets(noun, nouns) and not any(noun == other for other, _, _ in printed):
            return Reason.CONTRADICTED, noun + particle + verb
    return None


def _other_way(claim: str, evidence: str) -> Doubt | None:
    """Tell 「PCからスマホへ」 where the evidence has 「スマホからPCへ」."""
    printed = {(found["noun"], found["particle"]) for found in _MOVES.finditer(evidence)}
    for found in _MOVES.finditer(claim):
        noun, particle = found["noun"], found["particle"]
        if particle in {"から", "より"} and (noun, particle) not in printed and {(noun, "へ"), (noun, "に")} & printed:
            return Reason.CONTRADICTED, noun + particle
    return None


def _careless(read: Statement, firsts: Sequence[Statement], used: Sequence[Statement]) -> Doubt | None:
    """Tell what the evidence says with a hedge, a restriction or under a condition, and the claim without."""
    claim = read.text
    for one in used:
        said = _said(one.words, read.words)
        if said < _WHOLLY and not any(one is first for first in firsts):
            continue
        for part in one.clauses:
            if _said(part.words, read.words) < _TOUCHED and (one.row or said < _WHOLLY):
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


def _condition(one: Statement, read: Statement) -> Doubt | None:
    for condition, rest in hedges.conditions(one.text):
        under, following = read_claim(condition), read_claim(rest)
        if (
            under.words
            and following.words
            and _said(following.words, read.words) >= _TOUCHED
            and _leaves_out(under.clauses, read)
        ):
            return Reason.CONDITION_DROPPED, condition[:30]
    return None


def _leaves_out(condition: Sequence[Clause], read: Statement) -> bool:
    """Tell whether a claim lacks a condition: most of its words, or its denial."""
    denies = any(clause.denials for clause in condition)
    if denies and not _NEGATIVE.search(read.text):
        return True
    words = tuple(word for clause in condition for word in clause.words)
    return _said(words, read.words) < _CONDITION_KEPT and not (
        denies and any(c.denials for c in read.clauses) and len(words) < 2
    )


def _row_condition(row: Statement, read: Statement) -> Doubt | None:
    """Tell a table row's later cells said without its first, under which they hold."""
    if len(row.clauses) < 2 or not row.clauses[0].words:
        return None
    first, *others = row.clauses
    rest = tuple(word for clause in others for word in clause.words)
    if rest and _said(rest, read.words) >= _TOUCHED and _leaves_out([first], read):
        return Reason.CONDITION_DROPPED, first.text.strip()[:30]
    return None
