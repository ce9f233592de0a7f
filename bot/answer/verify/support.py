"""Whether the cited passages say what a sentence says: its words, in statements that belong together, the same way."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.answer.verify import hedges
from bot.answer.verify.lexicon import opposites, same_as
from bot.answer.verify.literals import quantities, runs
from bot.answer.verify.reading import Clause, Statement, Word, credit, every_normal, read_claim, read_passage
from bot.answer.verify.verdict import Passage, Reason

__all__ = ["supported", "supported_label"]

Doubt = tuple[Reason, str]

_COVERED = 0.72
"""Share of a claim's word weight that its statements must have. Calibrated on corpus/evals/support.jsonl."""
_NAMES_COVERED = 1.0
"""Share of its names (katakana, Latin letters, proper nouns) that the cited passages must have."""
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
    whole = _evidence(Clause(read.text, read.words, frozenset(), frozenset(), 0), read, known)
    used += [one for one in whole[:1] if not any(one is other for other in used)]
    if any(read.squeezed.rstrip("。") == one.squeezed.rstrip("。") for one in used):
        return None
    return (
        _uncovered(read, found, used, known, similarity)
        or _scattered(claim, used, known)
        or _against(claim, found, used, known)
        or _careless(read, used)
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
    if second is not None and _found(rest, second) >= _SECOND_GAIN:
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

    names = [word for word in read.words if word.is_name]
    missing = [word.normal for word in names if not worth(word)]
    if names and len(missing) > len(names) * (1 - _NAMES_COVERED):
        return Reason.UNSUPPORTED, " ".join(missing)
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
    for source in known:
        for at, one in enumerate(source.statements):
            window = source.statements[max(0, at - 1) : at + 2]
            beside = any(other in used for other in window) and (one.row or not re.search(r"[ぁ-ん]", one.text))
            if beside or any(one is other for other in used):
                near.append(one.text)
    text = "\n".join([*near, *(source.about_text for source in known)])
    squeezed = "".join(text.split())
    for quantity in quantities(claim):
        if "".join(quantity.split()) not in squeezed:
            return Reason.UNSUPPORTED, quantity
    for run in runs(claim):
        if run not in text:
            return Reason.UNSUPPORTED, run
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
    claim: str,
    found: Sequence[tuple[Clause, list[Statement]]],
    used: Sequence[Statement],
    known: Sequence[_Source],
) -> Doubt | None:
    evidence = "".join(one.text for one in used)
    banned = {id(one) for source in known if source.banned for one in source.statements}
    for clause, statements in found:
        if not statements:
            continue
        doubt = _denied(clause, statements, banned) or _opposite(clause, statements)
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
    return _other_way(claim, evidence)


def _denied(clause: Clause, statements: Sequence[Statement], banned: set[int]) -> Doubt | None:
    best, share = _nearest(clause, statements)
    if best is None:
        return None
    denied = set().union(*(part.denied for one in statements for part in one.clauses))
    affirmed = set().union(*(part.affirmed for one in statements for part in one.clauses))
    for word in clause.denied:
        if _meets(word, best.affirmed - best.denied) and not _meets(word, best.denied):
            return Reason.CONTRADICTED, f"not {word}"
        if not _meets(word, denied) and _meets(word, affirmed):
            return Reason.CONTRADICTED, f"not {word}"
    for word in clause.affirmed - clause.denied:
        if word in best.denied and word not in best.affirmed:
            return Reason.CONTRADICTED, word
        if word in denied and word not in affirmed:
            return Reason.CONTRADICTED, word
    evidence_denies = any(part.denials for one in statements for part in one.clauses)
    under_ban = any(id(one) in banned for one in statements)
    if (
        clause.denials
        and not evidence_denies
        and not under_ban
        and not _NEGATIVE.search("".join(o.text for o in statements))
    ):
        return Reason.CONTRADICTED, "denies"
    if share >= _TOUCHED and best.denials and not clause.denials and not _NEGATIVE.search(clause.text):
        return Reason.CONTRADICTED, "affirms"
    if under_ban and not clause.denials and not evidence_denies and not _NEGATIVE.search(clause.text):
        return Reason.CONTRADICTED, "banned"
    return None


_NEGATIVE = re.compile(
    r"ない|なく|ません|ず(?:に|、|と)|不[一-鿿]|未[一-鿿]|非[一-鿿]|無[一-鿿]|避け|控え|やめ|止め|禁|失|危険|だめ|できな|以外|困難|難し|ゼロ|なし|切れ|足り|外れ|別"
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
        near = every_normal(best.text)
        for word in every_normal(clause.text):
            against = opposites(word) & near
            if against and word not in near and not against & every_normal(clause.text):
                return Reason.CONTRADICTED, f"{word} / {' '.join(sorted(against))}"
    return None


def _all_normals(one: Statement) -> frozenset[str]:
    return frozenset().union(*(every_normal(part.text) for part in one.clauses))


def _other_way(claim: str, evidence: str) -> Doubt | None:
    """Tell 「PCからスマホへ」 where the evidence has 「スマホからPCへ」."""
    printed = {(found["noun"], found["particle"]) for found in _MOVES.finditer(evidence)}
    for found in _MOVES.finditer(claim):
        noun, particle = found["noun"], found["particle"]
        if particle in {"から", "より"} and (noun, particle) not in printed and {(noun, "へ"), (noun, "に")} & printed:
            return Reason.CONTRADICTED, noun + particle
    return None


def _careless(read: Statement, used: Sequence[Statement]) -> Doubt | None:
    """Tell what the evidence says with a hedge, a restriction or under a condition, and the claim without."""
    claim = read.text
    for one in used:
        for at, part in enumerate(one.clauses):
            words = part.words if len(part.words) > 1 or not at else one.clauses[at - 1].words + part.words
            touched = _said(words, read.words)
            if words and touched < _TOUCHED:
                continue
            for kind in hedges.hedge_kinds(part.text):
                if not hedges.kept(kind, claim):
                    return Reason.HEDGE_DROPPED, f"{kind}: {part.text.strip()[:30]}"
            limited = hedges.restricts(part.text)
            if limited and words and not hedges.restricts(claim) and "だけで" not in claim:
                return Reason.CONDITION_DROPPED, limited
        if one.row:
            doubt = _row_condition(one, read)
            if doubt:
                return doubt
            continue
        for condition, rest in hedges.conditions(one.text):
            under = read_claim(condition).words
            following = read_claim(rest).words
            if not under or not following or _said(following, read.words) < _TOUCHED:
                continue
            if _said(under, read.words) < _CONDITION_KEPT:
                return Reason.CONDITION_DROPPED, condition[:30]
    return None


def _row_condition(row: Statement, read: Statement) -> Doubt | None:
    """Tell a table row's later cells said without its first, under which they hold."""
    if len(row.clauses) < 2 or not row.clauses[0].words:
        return None
    first, *others = row.clauses
    rest = tuple(word for clause in others for word in clause.words)
    if rest and _said(rest, read.words) >= _TOUCHED and _said(first.words, read.words) < _CONDITION_KEPT:
        return Reason.CONDITION_DROPPED, first.text.strip()[:30]
    return None
